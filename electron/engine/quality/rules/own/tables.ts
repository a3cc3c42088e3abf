import type { Column } from '../../../../../shared/contract/index.ts';
import { idFromText, numberFromText, presentText, timestampFromText, wholeFromText } from '../../relations/readable.ts';
import type { Session } from '../../../workspace/session.ts';
import { identifier, qualified } from '../../../workspace/sql.ts';

/** The imported tables that a rule can be about, with their columns. */
export type RawTables = ReadonlyMap<string, readonly Column[]>;

const records = new Set(['files', 'lines', 'rejects']);
/** Names that the relations of quality use themselves. */
const taken = ['row_id', 'text_row_id'];

export async function rawTables(session: Session): Promise<RawTables> {
  const found = await session.all<{ table: string; name: string; type: string }>(`
    SELECT table_name AS "table", column_name AS name, data_type AS type FROM duckdb_columns()
    WHERE database_name = current_database() AND schema_name = 'raw' ORDER BY table_name, column_index`);
  const byTable = Map.groupBy(found, ({ table }) => table);
  return new Map([...byTable].filter(([table]) => !records.has(table) && !(table.endsWith('_text') && byTable.has(table.slice(0, -'_text'.length))))
    .map(([table, columns]) => [table, columns.filter(({ name }) => !taken.includes(name)).map(({ name, type }) => ({ name, type }))]));
}

/** Columns that name a row of the core tables to a person. */
const keys: Record<string, readonly string[]> = {
  ratings: ['user_id', 'movie_id'], movies: ['movie_id', 'title'], tags: ['user_id', 'movie_id', 'tag'], links: ['movie_id'], users: ['user_id'], genome_tags: ['tag_id', 'tag'], genome_scores: ['movie_id', 'tag_id'],
};

export function keyOf(table: string, columns: readonly Column[]): string[] {
  const known = (keys[table] ?? []).filter((name) => columns.some((column) => column.name === name));
  return known.length > 0 ? known : columns.slice(0, 1).map(({ name }) => name);
}

/** Name of the relation that holds every row of a raw table, those with an unreadable cell included. */
export const rowsOf = (table: string): `own_${string}` => `own_rows_${table.replace(/[^a-z0-9_]/gu, (letter) => `_x${letter.codePointAt(0)}`)}`;

/** What stands in the file, in the relation of a table. */
export const textOf = (column: string): string => identifier(`${column} as text`);

const identifiers = new Set(['user_id', 'movie_id', 'tag_id', 'tmdb_id']);

/** A cell of a text row as the import would have read it. */
function readAs(table: string, { name, type }: Column): (text: string) => string {
  const core = table in keys;
  if (type === 'VARCHAR') return (text) => text;
  if (core && identifiers.has(name)) return idFromText;
  if (core && name === 'timestamp') return timestampFromText;
  if (/^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(type)) return wholeFromText;
  if (type === 'DOUBLE' || type === 'FLOAT') return numberFromText;
  return (text) => `TRY_CAST(${text} AS ${type})`;
}

/**
 * The rows of a raw table as a query: `row_id` or `text_row_id`, each column as its value (NULL when missing or
 * unreadable) and as text. Columns are read as they stand, so that conditions on them reach the zone maps.
 */
export function rowsSql(table: string, columns: readonly Column[], hasTexts: boolean): string {
  const typed = columns.map(({ name }) => `${identifier(name)}, CAST(${identifier(name)} AS VARCHAR) AS ${textOf(name)}`);
  const texts = columns.map((column) => {
    const name = identifier(column.name);
    const text = presentText(name);
    return `CAST(${readAs(table, column)(`(${text})`)} AS ${column.type}) AS ${name}, ${text} AS ${textOf(column.name)}`;
  });
  return `SELECT rowid AS row_id, NULL::BIGINT AS text_row_id, ${typed.join(', ')} FROM ${qualified('raw', table)}${
    hasTexts ? ` UNION ALL SELECT NULL::BIGINT AS row_id, rowid AS text_row_id, ${texts.join(', ')} FROM ${qualified('raw', `${table}_text`)}` : ''}`;
}
