import { createHash } from 'node:crypto';
import type { Session } from './session.ts';
import { tableExists } from './catalog.ts';
import { diskFilesSchema } from './disk-files.ts';
import { openStaging } from './staging.ts';

/**
 * What is remembered of contents, whatever becomes of their imports, so that the same content gives the same outputs
 * whenever it comes:
 *
 * - `contents.files`   when a file's content, read in one way into one table, was first imported: rules about the future and
 *                      about age measure against that, for the data are as old as they were when they came;
 * - `contents.ratings` which distribution each content of raw.ratings is compared with: that of the last good run when this
 *                      content was first checked, NULL when there was none.
 */
export async function openContents(session: Session): Promise<void> {
  await session.run(`
    CREATE SCHEMA IF NOT EXISTS contents;
    CREATE TABLE IF NOT EXISTS contents.files (sha256 VARCHAR NOT NULL, table_name VARCHAR NOT NULL, reading VARCHAR NOT NULL, first_imported_at TIMESTAMP NOT NULL);
    CREATE TABLE IF NOT EXISTS contents.ratings (content VARCHAR NOT NULL, reference JSON);
  `);
  await session.run(diskFilesSchema);
  await openStaging(session);
  const recorded = await session.first(`SELECT 1 FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'raw' AND table_name = 'files' AND column_name = 'first_imported_at'`);
  if (recorded) return;
  await session.run(`
    ALTER TABLE raw.files ADD COLUMN reading VARCHAR;
    ALTER TABLE raw.files ADD COLUMN first_imported_at TIMESTAMP;
    UPDATE raw.files SET reading = '', first_imported_at = imported_at;
  `);
}

/** When this content was first imported in this way, as SQL text of a TIMESTAMP; `now` when it never was, which is then remembered. */
export async function firstImported(session: Session, { sha256, table, reading }: { sha256: string; table: string; reading: string }, now: Date): Promise<string> {
  const known = await session.first<{ at: string }>(
    `SELECT strftime(first_imported_at, '%Y-%m-%d %H:%M:%S.%f') AS at FROM contents.files WHERE sha256 = ? AND table_name = ? AND reading = ?`, [sha256, table, reading]);
  if (known) return known.at;
  const at = now.toISOString().slice(0, -1).replace('T', ' ');
  await session.run('INSERT INTO contents.files VALUES (?, ?, ?, CAST(? AS TIMESTAMP))', [sha256, table, reading, at]);
  return at;
}

/** Tables of `raw` → what tells one content from another: the files that it is of, in their order, and how they were read. */
export type Contents = Readonly<Record<string, string>>;

export async function readContents(session: Session): Promise<Contents> {
  const files = await session.all<{ table_name: string }>(`
    SELECT f.table_name, f.sha256, f.reading, f.first_row, f.rows, f.unreadable FROM raw.files f
    JOIN duckdb_tables() t ON t.database_name = current_database() AND t.schema_name = 'raw' AND t.table_name = f.table_name ORDER BY f.table_name, f.file_id`);
  const hash = (rows: readonly object[]) => createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 24);
  return Object.fromEntries([...Map.groupBy(files, ({ table_name: name }) => name)].map(([name, rows]) => [name, hash(rows)]));
}

/** The distribution that the ratings as they stand are compared with, as JSON; null when there is none. `known` says whether it is remembered for good. */
export async function ratingsReference(session: Session): Promise<{ content: string | undefined; reference: string | null; known: boolean }> {
  const { ratings: content } = await readContents(session);
  const kept = content === undefined ? undefined : await session.first<{ reference: string | null }>('SELECT reference FROM contents.ratings WHERE content = ?', [content]);
  if (kept) return { content, reference: kept.reference, known: true };
  const live = (await tableExists(session, 'main', 'data_quality_reports')) ? await session.first<{ distribution: string | null }>('SELECT distribution FROM main.data_quality_reports') : undefined;
  return { content, reference: live?.distribution ?? null, known: false };
}

/** Remembers what the ratings as they stand are compared with, from now on. */
export async function rememberReference(session: Session): Promise<void> {
  const { content, reference, known } = await ratingsReference(session);
  if (content !== undefined && !known) await session.run('INSERT INTO contents.ratings VALUES (?, ?)', [content, reference]);
}
