import type { ParameterValues } from '../../workspace/parameters.ts';
import type { Session } from '../../workspace/session.ts';
import { literal } from '../../workspace/sql.ts';
import type { Rule } from '../rules/rule.ts';
import { MILLISECONDS_FROM, TIMESTAMP_LIMIT } from './readable.ts';

export type QualityParameters = ParameterValues['quality'];

/** One file of an imported table. */
export interface ImportedFile {
  readonly fileId: number;
  readonly firstRow: number;
  /** When this content was first imported, in Unix milliseconds: as new as its rows can be. */
  readonly importedAt: number;
}

/** What the rules know of one file of ratings. */
export interface FileFacts extends ImportedFile {
  readonly scale: { readonly min: number; readonly max: number; readonly step: number };
  /** True when more than half of the file's timestamps are Unix seconds. */
  readonly inSeconds: boolean;
}

/** Ratings of one value, for drift. */
export interface RatingShare {
  readonly rating: number;
  readonly share: number;
}

/** Everything that a predicate may depend on besides the rows: parameters, files, and which columns there are. Never the time now: the same files give the same findings. */
export interface Scope {
  readonly quality: QualityParameters;
  /** When the newest content of each raw table was first imported, in Unix milliseconds; ages are measured from then. */
  readonly importedAt: ReadonlyMap<string, number>;
  /** The same for a table whose import is not recorded, in Unix milliseconds. */
  readonly unrecordedAt: number;
  /** Files of raw.ratings, in row order; one made-up file when nothing is recorded. */
  readonly ratingFiles: readonly FileFacts[];
  /** Files of raw.tags, in row order; one made-up file when nothing is recorded. */
  readonly tagFiles: readonly ImportedFile[];
  /** Raw table → its columns. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** Columns of raw.ratings of which every value is readable, so that they need no look at each value. */
  readonly plain: ReadonlySet<string>;
  /** Whether any timestamp is in milliseconds. */
  readonly milliseconds: boolean;
  /** The distribution of ratings to compare with, if there is one (see referenceShares). */
  readonly earlier: readonly RatingShare[] | null;
  /** The person's own rules, ready to run. */
  readonly own: readonly Rule[];
}

export function hasTable(scope: Scope, table: string): boolean {
  return scope.columns.has(table);
}

export function hasColumn(scope: Scope, table: string, column: string): boolean {
  return scope.columns.get(table)?.has(column) ?? false;
}

/** The time that ages of a raw table's rows are measured from, in Unix milliseconds: when its newest content was first imported. */
export function asOf(scope: Scope, table: string): number {
  return scope.importedAt.get(table) ?? scope.unrecordedAt;
}

/** Reads what the rules depend on. `now` stands for the time of imports that are not recorded, `earlier` is the distribution that `ratings.distribution.drift` compares with, `own` the person's own rules (see ownRules). */
export async function readScope(session: Session, quality: QualityParameters, now: Date, earlier: readonly RatingShare[] | null, own: readonly Rule[] = []): Promise<Scope> {
  const found = await session.all<{ table: string; column: string }>(`
    SELECT table_name AS "table", column_name AS "column" FROM duckdb_columns()
    WHERE database_name = current_database() AND schema_name = 'raw' ORDER BY table_name, column_index`);
  const columns = new Map<string, Set<string>>();
  for (const { table, column } of found) columns.set(table, (columns.get(table) ?? new Set()).add(column));
  // An import makes all core columns; one that is empty throughout was in no file.
  for (const [table, column] of [['ratings', 'timestamp'], ['movies', 'genres'], ['tags', 'timestamp'], ['links', 'imdb_id'], ['links', 'tmdb_id']] as const) {
    const holds = async (name: string) => (columns.get(name)?.has(column) ?? false) && (await session.first(`SELECT 1 FROM raw.${name} WHERE ${column} IS NOT NULL LIMIT 1`)) !== undefined;
    if (!(await holds(table)) && !(await holds(`${table}_text`))) columns.get(table)?.delete(column);
  }
  const imported = await session.all<{ table: string; at: number }>('SELECT table_name AS "table", max(epoch_ms(first_imported_at)) AS at FROM raw.files GROUP BY table_name');
  const has = (condition: string, column: string) => anyRating(session, columns, column, condition);
  const unreadable = { user_id: 'user_id < 1', movie_id: 'movie_id < 1', rating: 'rating > 1.7e308 OR rating < -1.7e308', timestamp: `timestamp >= ${TIMESTAMP_LIMIT}` };
  const plain = new Set<string>();
  for (const [column, condition] of Object.entries(unreadable)) if (!(await has(condition, column))) plain.add(column);
  const milliseconds = await has(`timestamp >= ${MILLISECONDS_FROM} AND timestamp < ${TIMESTAMP_LIMIT}`, 'timestamp');
  const files = await ratingFiles(session, quality, now, milliseconds);
  const tagFiles = await session.all<ImportedFile>(`
    SELECT file_id AS "fileId", first_row AS "firstRow", epoch_ms(first_imported_at) AS "importedAt" FROM raw.files WHERE table_name = 'tags' ORDER BY first_row, file_id`);
  return {
    quality, importedAt: new Map(imported.map(({ table, at }) => [table, at])), unrecordedAt: now.getTime(), columns, earlier, own, plain, milliseconds, ratingFiles: files,
    tagFiles: tagFiles.length > 0 ? tagFiles : [{ fileId: 0, firstRow: 0, importedAt: now.getTime() }],
  };
}

/** Zone maps answer this without reading when no value is like that, which is nearly always. */
async function anyRating(session: Session, columns: ReadonlyMap<string, ReadonlySet<string>>, column: string, condition: string): Promise<boolean> {
  return (columns.get('ratings')?.has(column) ?? false) && (await session.first(`SELECT 1 FROM raw.ratings WHERE ${condition} LIMIT 1`)) !== undefined;
}

async function ratingFiles(session: Session, quality: QualityParameters, now: Date, milliseconds: boolean): Promise<FileFacts[]> {
  const rows = await session.all<{ fileId: number; firstRow: number; min: number | null; max: number | null; step: number | null; importedAt: number }>(`
    SELECT file_id AS "fileId", first_row AS "firstRow", scale_min AS min, scale_max AS max, scale_step AS step, epoch_ms(first_imported_at) AS "importedAt"
    FROM raw.files WHERE table_name = 'ratings' ORDER BY first_row, file_id`);
  const recorded = rows.length > 0 ? rows : [{ fileId: 0, firstRow: 0, min: null, max: null, step: null, importedAt: now.getTime() }];
  const files = recorded.map(({ fileId, firstRow, min, max, step, importedAt }) => ({
    fileId, firstRow, importedAt, inSeconds: true,
    scale: { min: quality.scale_min ?? min ?? 0.5, max: quality.scale_max ?? max ?? 5, step: quality.scale_step ?? step ?? 0.5 },
  }));
  if (!milliseconds) return files;
  const counts = await session.all<{ fileId: number; seconds: number; milliseconds: number }>(`
    SELECT ${perFile(files, (f) => f.fileId, 'rowid')} AS "fileId", count(*) FILTER (timestamp < ${MILLISECONDS_FROM}) AS seconds, count(*) FILTER (timestamp >= ${MILLISECONDS_FROM}) AS milliseconds
    FROM raw.ratings WHERE timestamp < ${TIMESTAMP_LIMIT} GROUP BY ALL`);
  return files.map((file) => {
    const count = counts.find(({ fileId }) => fileId === file.fileId);
    return { ...file, inSeconds: count === undefined || count.seconds > count.milliseconds };
  });
}

/**
 * A value that depends on the file as SQL: a constant when all files agree, else a CASE over the row's number (`rowid`:
 * files follow one another) or over its `file_id`.
 */
export function perFile<F extends ImportedFile>(files: readonly F[], valueOf: (file: F) => number | boolean, by: 'rowid' | 'file_id'): string {
  const last = files.at(-1);
  if (last === undefined) return 'NULL';
  if (new Set(files.map(valueOf)).size === 1) return literal(valueOf(last));
  if (by === 'file_id') return `CASE file_id ${files.map((f) => `WHEN ${f.fileId} THEN ${literal(valueOf(f))}`).join(' ')} ELSE ${literal(valueOf(last))} END`;
  const ends = files.slice(1).map((next, i) => ({ end: next.firstRow, value: files[i] === undefined ? null : valueOf(files[i]) }));
  return `CASE ${ends.map(({ end, value }) => `WHEN rowid < ${end} THEN ${literal(value)}`).join(' ')} ELSE ${literal(valueOf(last))} END`;
}
