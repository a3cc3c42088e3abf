import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Column, ExportResult } from '../../../shared/contract/index.ts';
import type { EngineContext } from './context.ts';
import { toReelbenchError } from './failures.ts';
import type { JobContext } from './jobs.ts';
import type { Session } from './session.ts';
import { identifier, literal } from './sql.ts';

export type ExportFormat = 'csv' | 'parquet' | 'json';

const DAY_MS = 86_400_000;
const copyOptions: Record<ExportFormat, string> = {
  csv: 'FORMAT csv, HEADER true',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  json: 'FORMAT json, ARRAY true',
};

/** `COPY` of a query into a file. */
export function copySql(query: string, file: string, format: ExportFormat): string {
  return `COPY (${query}\n) TO ${literal(file)} (${copyOptions[format]})`;
}

/** A text that begins as a formula does gets a quote in front; numbers are left alone, a minus before one too. */
export function neutralised({ name, type }: Column): string {
  const column = identifier(name);
  return type === 'VARCHAR' ? `CASE WHEN regexp_matches(${column}, '^[=+@\\t\\r-]') THEN '''' || ${column} ELSE ${column} END AS ${column}` : column;
}

/**
 * Makes a file of its own below `home/exports` and grants it to the host. `write` is given a connection and the path to
 * write to, and answers how many rows it wrote. The file is there as a whole or not at all.
 */
export async function exportFile(engine: EngineContext, job: JobContext, { name, format }: { name: string; format: ExportFormat | 'html' | 'ndjson' }, write: (session: Session, file: string) => Promise<number>): Promise<ExportResult> {
  const exports = path.join(engine.home, 'exports');
  const folder = path.join(exports, randomUUID());
  const file = path.join(folder, `${name.replaceAll(/[^\p{L}\p{N}._-]/gu, '_')}.${format}`);
  try {
    await removeOld(exports, engine.clock().getTime() - DAY_MS);
    await mkdir(folder, { recursive: true });
    job.phase(`Write ${path.basename(file)}`);
    const rows = await engine.workspace().read((session) => write(session, `${file}.part`), job.signal);
    await rename(`${file}.part`, file);
    return { rows, file: await engine.files.grant(file) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw toReelbenchError(error);
  }
}

/** Exports are fetched right after they are made; what is older than a day is left over. */
async function removeOld(folder: string, before: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const at = path.join(folder, name);
    if ((await stat(at)).mtimeMs < before) await rm(at, { recursive: true, force: true });
  }
}
