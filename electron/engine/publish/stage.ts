import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { publishableTables } from '../../../shared/domain/publishable.ts';
import { withProgress } from '../workspace/progress.ts';
import { throwIfCancelled } from '../workspace/session.ts';
import { identifier, literal } from '../workspace/sql.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import { OUTPUTS, settleOutputs } from './outputs.ts';

/**
 * Writes the tables of `publish.tables` as Parquet files of the run and lists them in `published_files`. Once the run is
 * committed, `outputs/<table>.parquet` is the file that is visible (outputs.ts).
 */
export const publishStage: Stage = {
  name: 'publish',
  title: 'Publish tables as files',
  reads: publishableTables,
  optional: publishableTables,
  writes: ['published_files'],
  parameters: ['publish'],
  version: 1,
  // The same rows can lie in another order when they are built anew.
  measured: ['path', 'bytes', 'sha256'],
  critical: false,
  async run(context) {
    const { session, read, write, has, workspace, runId, parameters } = context;
    const folder = path.posix.join(OUTPUTS, runId);
    await session.run(`CREATE TABLE ${write('published_files')} (table_name VARCHAR, path VARCHAR, rows BIGINT, bytes BIGINT, sha256 VARCHAR, compression VARCHAR)`);
    const files: string[] = [];
    let written = 0;
    try {
      for (const table of new Set(parameters.publish.tables)) {
        if (!(await has(table))) {
          context.log('info', `There is no table ${table} to publish.`);
          continue;
        }
        const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${read(table)}`);
        const file = path.posix.join(folder, `${table}.parquet`);
        await mkdir(workspace.path(folder), { recursive: true });
        await withProgress(session, context, { detail: `${table}.parquet`, rows: n }, () => writeParquet(context, table, workspace.path(file)));
        const { size } = await stat(workspace.path(file));
        await session.run(`INSERT INTO ${write('published_files')} VALUES (?, ?, ?, ?, ?, ?)`, [table, file, BigInt(n), BigInt(size), await sha256(workspace.path(file), context.signal), parameters.publish.compression]);
        files.push(file);
        written += n;
      }
    } catch (error) {
      await rm(workspace.path(folder), { recursive: true, force: true });
      throw error;
    }
    return { rowsIn: written, rowsOut: files.length, files };
  },
  settle: settleOutputs,
};

/** The file is there as a whole, on the disk, or not at all. */
async function writeParquet({ session, read, parameters }: StageContext, table: string, file: string): Promise<void> {
  const { columns } = await session.table(`SELECT * FROM ${read(table)} LIMIT 0`);
  // Parquet knows no integers of 128 bits: DuckDB would write them as inexact doubles.
  const selected = columns.map(({ name, type }) => (type === 'HUGEINT' ? `CAST(${identifier(name)} AS DECIMAL(38, 0)) AS ${identifier(name)}` : identifier(name)));
  const temporary = `${file}.tmp`;
  await session.run(`COPY (SELECT ${selected.join(', ')} FROM ${read(table)}) TO ${literal(temporary)} (FORMAT parquet, COMPRESSION ${parameters.publish.compression})`);
  const handle = await open(temporary, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

async function sha256(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal }).catch((error: unknown) => {
    throwIfCancelled(signal, error);
    throw error;
  });
  return hash.digest('hex');
}
