import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Column, type ExportResult, ReelbenchError, type TableView } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { withProgress } from '../workspace/progress.ts';
import { identifier, literal } from '../workspace/sql.ts';
import { viewSql } from '../workspace/views.ts';

export type ExportFormat = 'csv' | 'parquet' | 'json';

const DAY_MS = 86_400_000;
const copyOptions: Record<ExportFormat, string> = {
  csv: 'FORMAT csv, HEADER true',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  json: 'FORMAT json, ARRAY true',
};

interface ExportOptions {
  readonly format: ExportFormat;
  readonly neutralise: boolean;
  /** In this order; without them all, as in the table. */
  readonly columns?: readonly string[] | undefined;
}

/** `COPY` of a query into a file. */
export function copySql(query: string, file: string, format: ExportFormat): string {
  return `COPY (${query}\n) TO ${literal(file)} (${copyOptions[format]})`;
}

/**
 * Writes a view of a table into a file of its own below `home/exports` and grants it to the host. The file is there as a
 * whole or not at all. With `neutralise`, texts in CSV that a spreadsheet would run as a formula get a quote in front.
 */
export async function exportView(engine: EngineContext, view: TableView, { format, neutralise, columns: chosen }: ExportOptions, job: JobContext): Promise<ExportResult> {
  const exports = path.join(engine.home, 'exports');
  const folder = path.join(exports, randomUUID());
  const file = path.join(folder, `${view.table.replaceAll(/[^\p{L}\p{N}._-]/gu, '_')}.${format}`);
  try {
    await removeOld(exports, engine.clock().getTime() - DAY_MS);
    await mkdir(folder, { recursive: true });
    job.phase(`Write ${path.basename(file)}`);
    const rows = await engine.workspace().read(async (session) => {
      // One snapshot for the check of the view and for its rows.
      await session.run('BEGIN TRANSACTION READ ONLY');
      const { columns, from, order, parameters } = await viewSql(session, view);
      const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n ${from}`, parameters);
      const selected = (chosen?.map((name) => columnNamed(columns, name)) ?? columns).map((column) => (format === 'csv' && neutralise ? neutralised(column) : identifier(column.name))).join(', ');
      await withProgress(session, job, { detail: path.basename(file), rows: n }, () =>
        session.run(copySql(`SELECT ${selected} ${from} ${order}`, `${file}.part`, format), parameters));
      return n;
    }, job.signal);
    await rename(`${file}.part`, file);
    return { rows, file: await engine.files.grant(file) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw toReelbenchError(error);
  }
}

function columnNamed(columns: readonly Column[], name: string): Column {
  const column = columns.find((other) => other.name === name);
  if (column === undefined) throw new ReelbenchError('not-found', `There is no column ${name} to export.`, { column: name });
  return column;
}

/** A text that begins as a formula does is quoted; numbers are left alone, a minus before one too. */
function neutralised({ name, type }: Column): string {
  const column = identifier(name);
  return type === 'VARCHAR' ? `CASE WHEN regexp_matches(${column}, '^[=+@\\t\\r-]') THEN '''' || ${column} ELSE ${column} END AS ${column}` : column;
}

/** Exports are fetched right after they are made; what is older than a day is left over. */
async function removeOld(folder: string, before: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const at = path.join(folder, name);
    if ((await stat(at)).mtimeMs < before) await rm(at, { recursive: true, force: true });
  }
}
