import type { Cell, Column } from '../../../../../shared/contract/index.ts';
import type { Session } from '../../../workspace/session.ts';
import { identifier, literal, qualified } from '../../../workspace/sql.ts';
import { isNumeric, isTemporal, isUnixTime } from './problems.ts';
import { type RawTables, rowsSql, textOf } from './tables.ts';

/** What suggestions rest on, of one column as imported. */
export interface ColumnFacts extends Column {
  readonly rows: number;
  readonly present: number;
  readonly missing: number;
  /** Cells with a text that is not of the column's type, and one of them. */
  readonly unreadable: number;
  readonly example: string | null;
  /** An estimate (HyperLogLog, a few per cent). */
  readonly distinct: number;
  /** Lowest and highest of a column of numbers or times (those in Unix seconds or milliseconds as they stand). */
  readonly min: Cell;
  readonly max: Cell;
}

/** Looks at the columns of a table in one pass over the readable rows and one over the others. */
export async function factsOf(session: Session, table: string, tables: RawTables, hasTexts: boolean): Promise<ColumnFacts[]> {
  const columns = tables.get(table) ?? [];
  const ordered = (type: string) => isNumeric(type) || isTemporal(type);
  const typed = await session.one<Record<string, number & Cell>>(`SELECT count(*) AS n, ${columns.map(({ name, type }, i) => `count(${identifier(name)}) AS p${i}, approx_count_distinct(${identifier(name)}) AS d${i}, ${ordered(type) ? `min(${identifier(name)})` : 'NULL'} AS l${i}, ${ordered(type) ? `max(${identifier(name)})` : 'NULL'} AS h${i}`).join(', ')} FROM ${qualified('raw', table)}`);
  const texts = hasTexts
    ? await session.one<Record<string, number & string>>(`SELECT count(*) AS n, ${columns.map(({ name }, i) => {
        const [value, text] = [identifier(name), textOf(name)];
        return `count(${value}) AS p${i}, count(*) FILTER (${value} IS NULL AND ${text} IS NOT NULL) AS u${i}, min(${text}) FILTER (${value} IS NULL) AS e${i}`;
      }).join(', ')} FROM (${rowsSql(table, columns, true)}) WHERE text_row_id IS NOT NULL`)
    : {};
  const rows = (typed['n'] ?? 0) + (texts['n'] ?? 0);
  return columns.map((column, i) => {
    const present = (typed[`p${i}`] ?? 0) + (texts[`p${i}`] ?? 0);
    const unreadable = texts[`u${i}`] ?? 0;
    return { ...column, rows, present, unreadable, missing: rows - present - unreadable, example: texts[`e${i}`] ?? null, distinct: typed[`d${i}`] ?? 0, min: typed[`l${i}`] ?? null, max: typed[`h${i}`] ?? null };
  });
}

/** How often each value comes, the commonest first; of the parts, for a column of lists. */
export async function valuesOf(session: Session, table: string, column: Column, separator: string | undefined, most: number): Promise<{ value: string; count: number }[]> {
  const name = identifier(column.name);
  const value = column.type.endsWith('[]') ? `unnest(${name})` : separator === undefined ? name : `trim(unnest(string_split(${name}, ${literal(separator)})))`;
  return session.all(`SELECT value, count(*) AS count FROM (SELECT ${value} AS value FROM ${qualified('raw', table)} WHERE ${name} IS NOT NULL) WHERE value IS NOT NULL GROUP BY value ORDER BY count DESC, value LIMIT ${most}`);
}

/** How many cells of a column of texts hold this text. */
export async function countWith(session: Session, table: string, column: string, part: string): Promise<number> {
  return (await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${qualified('raw', table)} WHERE contains(${identifier(column)}, ${literal(part)})`)).n;
}

const SHAPE_ROWS = 200_000;
const MOST_RUNS = 6;

/** The commonest shape of the texts, digits taken as one: how many of the texts looked at have it, and how long its numbers are. */
export async function shapeOf(session: Session, table: string, column: string): Promise<{ shape: string; count: number; of: number; example: string; runs: { least: number; most: number }[] } | undefined> {
  const source = `(SELECT ${identifier(column)} AS value FROM ${qualified('raw', table)} WHERE ${identifier(column)} IS NOT NULL LIMIT ${SHAPE_ROWS})`;
  const shape = `regexp_replace(value, '[0-9]+', '9', 'g')`;
  const found = await session.first<{ shape: string; count: number; of: number; example: string }>(`
    SELECT ${shape} AS shape, count(*) AS count, CAST(sum(count(*)) OVER () AS BIGINT) AS "of", min(value) AS example FROM ${source} GROUP BY 1 ORDER BY count DESC, 1 LIMIT 1`);
  if (!found || !found.shape.includes('9') || found.shape.length > 40) return undefined;
  const runs = found.shape.split('9').length - 1;
  if (runs > MOST_RUNS) return undefined;
  const lengths = await session.one<Record<string, number>>(`
    SELECT ${Array.from({ length: runs }, (_, i) => `min(length(runs[${i + 1}])) AS a${i}, max(length(runs[${i + 1}])) AS b${i}`).join(', ')}
    FROM (SELECT regexp_extract_all(value, '[0-9]+') AS runs FROM ${source} WHERE ${shape} = ${literal(found.shape)})`);
  return { ...found, runs: Array.from({ length: runs }, (_, i) => ({ least: lengths[`a${i}`] ?? 1, most: lengths[`b${i}`] ?? 1 })) };
}

/** How many of a table's values are beyond these bounds. */
export async function countOutside(session: Session, table: string, column: string, min: number | undefined, max: number | undefined): Promise<number> {
  const name = identifier(column);
  const beyond = [...(min === undefined ? [] : [`${name} < ${min}`]), ...(max === undefined ? [] : [`${name} > ${max}`])].join(' OR ');
  return (await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${qualified('raw', table)} WHERE ${beyond}`)).n;
}

/** Different values of a column's readable rows, of how many, and how many of them are not in another table's column, where one is given. */
export async function countDistinct(session: Session, table: string, column: string, to?: { table: string; column: string }): Promise<{ values: number; of: number; lost: number }> {
  const lost = to === undefined ? '0' : `count(*) FILTER (CAST(value AS VARCHAR) NOT IN (SELECT CAST(${identifier(to.column)} AS VARCHAR) FROM ${qualified('raw', to.table)} WHERE ${identifier(to.column)} IS NOT NULL))`;
  return session.one(`SELECT count(*) AS "values", CAST(coalesce(sum(copies), 0) AS BIGINT) AS "of", CAST(${lost} AS BIGINT) AS lost
    FROM (SELECT ${identifier(column)} AS value, count(*) AS copies FROM ${qualified('raw', table)} WHERE ${identifier(column)} IS NOT NULL GROUP BY ALL)`);
}

/** The newest time of a column up to `now`, in milliseconds. */
export async function newestOf(session: Session, table: string, column: Column, now: Date): Promise<number | null> {
  const name = identifier(column.name);
  const time = isUnixTime(column) ? `CASE WHEN ${name} >= 100000000000 THEN ${name} ELSE ${name} * 1000 END` : `epoch_ms(CAST(${name} AS TIMESTAMP))`;
  return (await session.one<{ newest: number | null }>(`SELECT max(time) AS newest FROM (SELECT ${time} AS time FROM ${qualified('raw', table)}) WHERE time <= ${now.getTime()}`)).newest;
}
