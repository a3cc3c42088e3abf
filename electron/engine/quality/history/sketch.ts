import { z } from 'zod';
import type { Column } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier, literal, qualified } from '../../workspace/sql.ts';
import { columnsOf } from '../../workspace/views.ts';

/**
 * A distribution of numbers in at most KNOTS + 1 places: `below[i]` of the values are smaller than `at[i]`, `upto[i]` are not
 * larger. Between two places lie fewer than 1 / KNOTS of the values; with as few distinct values as that, every one is a place
 * and the distribution is exact.
 */
export const Knots = z.object({ at: z.array(z.number()), below: z.array(z.number()), upto: z.array(z.number()) });
export type Knots = z.infer<typeof Knots>;

/** What is kept of a column to compare it with another later on. */
export const ColumnSketch = z.object({
  name: z.string(),
  type: z.string(),
  kind: z.enum(['numbers', 'times', 'texts']),
  missing: z.number(),
  distinct: z.number(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  /** Of the numbers, of the times in Unix milliseconds, or of the texts' lengths in characters. */
  knots: Knots,
  /** The commonest texts and how often each comes, most first; cut to TEXT characters. */
  top: z.array(z.tuple([z.string(), z.number()])),
});
export type ColumnSketch = z.infer<typeof ColumnSketch>;

export const TableSketch = z.object({
  rows: z.number(),
  /** Rows looked at. */
  sampled: z.number(),
  columns: z.array(ColumnSketch),
});
export type TableSketch = z.infer<typeof TableSketch>;

/** Tables of more rows than this are looked at through a sample. */
export const SKETCH_ALL = 1_000_000;
/** About how many rows a sample has. */
const SAMPLE_ROWS = 500_000;
export const KNOTS = 500;
const TOP = 100;
const TEXT = 200;
/** From here on a whole number is milliseconds, as the rules read timestamps. */
const MILLISECONDS_FROM = 100_000_000_000;

/**
 * Sketches of all columns. A table of more than a million rows is looked at through about half a million of them, chosen by
 * the hash of their number, so that the same rows always give the same sketch.
 */
export async function sketchTable(session: Session, schema: string, table: string): Promise<TableSketch> {
  const columns = await columnsOf(session, schema, table);
  const source = await physicalTable(session, schema, table);
  const { rows } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${source}`);
  const every = rows > SKETCH_ALL ? Math.round(rows / SAMPLE_ROWS) : 1;
  const chosen = every === 1 ? '' : `WHERE hash(rowid) % ${every} = 0`;
  const measures = columns.map((column, i) => `${measure(column, schema)} AS m${i}, ${textOf(column)} AS t${i}`);
  await session.run(`CREATE OR REPLACE TEMP TABLE sketch_sample AS SELECT ${measures.join(', ')} FROM ${source} ${chosen}`);
  try {
    const { sampled } = await session.one<{ sampled: number }>('SELECT count(*) AS sampled FROM sketch_sample');
    const sketches: ColumnSketch[] = [];
    for (const [i, column] of columns.entries()) sketches.push(await sketchColumn(session, column, i, kindOf(column, schema)));
    return { rows, sampled, columns: sketches };
  } finally {
    await session.connection.run('DROP TABLE IF EXISTS temp.sketch_sample').catch(() => undefined);
  }
}

/** The table behind a built table's view, for its rows have numbers. */
async function physicalTable(session: Session, schema: string, table: string): Promise<string> {
  const live = schema === 'main' ? await session.first<{ physical: string }>('SELECT physical FROM store.live WHERE table_name = ?', [table]) : undefined;
  return live === undefined ? qualified(schema, table) : qualified('store', live.physical);
}

const numeric = /^(?!.*\]$)(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/;
const temporal = /^(?!.*\]$)(?:TIMESTAMP|DATE)/;

function kindOf({ name, type }: Column, schema: string): ColumnSketch['kind'] {
  if (temporal.test(type) || (schema === 'raw' && name === 'timestamp' && type === 'BIGINT')) return 'times';
  return numeric.test(type) ? 'numbers' : 'texts';
}

/** The column as a DOUBLE: a number as it is, a time in Unix milliseconds; NULL where missing or not finite. */
function measure(column: Column, schema: string): string {
  const name = identifier(column.name);
  const kind = kindOf(column, schema);
  if (kind === 'texts') return `CAST(length(CAST(${name} AS VARCHAR)) AS DOUBLE)`;
  if (kind === 'numbers') return /^(?:FLOAT|DOUBLE)/.test(column.type) ? `CASE WHEN isfinite(${name}) THEN CAST(${name} AS DOUBLE) END` : `CAST(${name} AS DOUBLE)`;
  if (column.type === 'BIGINT') return `CAST(CASE WHEN ${name} >= ${MILLISECONDS_FROM} THEN ${name} ELSE greatest(${name}, -${MILLISECONDS_FROM}) * 1000 END AS DOUBLE)`;
  return `CAST(CASE WHEN isfinite(${name}) THEN epoch_ms(CAST(${name} AS TIMESTAMP)) END AS DOUBLE)`;
}

/** Texts are compared by their value; of numbers and times the measure is enough. */
function textOf(column: Column): string {
  return numeric.test(column.type) || temporal.test(column.type) ? 'NULL::VARCHAR' : `left(CAST(${identifier(column.name)} AS VARCHAR), ${TEXT})`;
}

async function sketchColumn(session: Session, { name, type }: Column, i: number, kind: ColumnSketch['kind']): Promise<ColumnSketch> {
  const value = kind === 'texts' ? `t${i}` : `m${i}`;
  const facts = await session.one<{ missing: number; distinct_values: number; min: string | null; max: string | null }>(
    `SELECT count(*) - count(${value}) AS missing, count(DISTINCT ${value}) AS distinct_values, CAST(min(${value}) AS VARCHAR) AS min, CAST(max(${value}) AS VARCHAR) AS max FROM sketch_sample`);
  const top = kind !== 'texts' ? [] : await session.all<{ value: string; count: number }>(
    `SELECT ${value} AS value, count(*) AS count FROM sketch_sample WHERE ${value} IS NOT NULL GROUP BY ${value} ORDER BY count DESC, value LIMIT ${TOP}`);
  const { missing, distinct_values: distinct, min, max } = facts;
  return { name, type, kind, missing, distinct, min, max, knots: await knotsOf(session, `m${i}`), top: top.map(({ value: text, count }): [string, number] => [text, count]) };
}

async function knotsOf(session: Session, column: string): Promise<Knots> {
  const rows = await session.all<{ place: number; below: number; upto: number }>(`
    WITH counted AS (SELECT ${column} AS place, count(*) AS n FROM sketch_sample WHERE ${column} IS NOT NULL GROUP BY place),
    running AS (SELECT place, n, CAST(sum(n) OVER (ORDER BY place) AS BIGINT) AS upto, CAST(sum(n) OVER () AS BIGINT) AS total, row_number() OVER (ORDER BY place) AS nth, count(*) OVER () AS places FROM counted)
    SELECT place, upto - n AS below, upto FROM running
    WHERE places <= ${literal(KNOTS)} OR nth = 1 OR (upto * ${KNOTS}) // total > ((upto - n) * ${KNOTS}) // total
    ORDER BY place`);
  return { at: rows.map(({ place }) => place), below: rows.map(({ below }) => below), upto: rows.map(({ upto }) => upto) };
}
