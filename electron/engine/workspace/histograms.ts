import type { z } from 'zod';
import { type HistogramRequest, ReelbenchError, type TableHistogram } from '../../../shared/contract/index.ts';
import { integers, isNumber } from './filters.ts';
import type { Session } from './session.ts';
import { identifier } from './sql.ts';
import { type ViewSql, viewSql } from './views.ts';

/** A width of 1, 2 or 5 × 10^k; the ends of bins are k × times ÷ over, so that SQL and TypeScript compute the same ends. */
export interface BinWidth {
  readonly times: number;
  readonly over: number;
}

/** The round width that gives at most `bins` bins over `span`; whole for whole numbers. */
export function binWidth(span: number, bins: number, whole: boolean): BinWidth {
  const least = span > 0 ? span / bins : 1;
  let exponent = Math.floor(Math.log10(least));
  let digit = [1, 2, 5].find((d) => d * 10 ** exponent >= least * (1 - 1e-12));
  if (digit === undefined) {
    digit = 1;
    exponent++;
  }
  if (exponent >= 0) return { times: digit * 10 ** exponent, over: 1 };
  if (whole) return { times: 1, over: 1 };
  return { times: digit, over: 10 ** -exponent };
}

/** Calendar steps with about how many seconds they take. */
const steps: readonly (readonly [unit: string, interval: string, seconds: number])[] = [
  ['second', '1 second', 1], ['minute', '1 minute', 60], ['hour', '1 hour', 3600], ['day', '1 day', 86_400], ['week', '7 days', 604_800],
  ['month', '1 month', 2_629_746], ['quarter', '3 months', 7_889_238], ['year', '1 year', 31_556_952], ['decade', '10 years', 315_569_520], ['century', '100 years', 3_155_695_200], ['millennium', '1000 years', 31_556_952_000],
];

/**
 * Counts of a column's values in bins with round edges, among the rows that the view's filters leave. Fails with
 * `invalid-arguments` for a column that holds neither numbers nor dates nor times.
 */
export async function tableHistogram(session: Session, { column: name, bins, ...view }: z.output<typeof HistogramRequest>): Promise<TableHistogram> {
  await session.run('BEGIN TRANSACTION READ ONLY');
  try {
    const sql = await viewSql(session, view);
    const column = sql.columns.find((other) => other.name === name);
    if (column === undefined) throw new ReelbenchError('not-found', `${view.schema}.${view.table} has no column ${name}.`, { column: name });
    if (isNumber(column.type)) return await ofNumbers(session, sql, identifier(name), column.type, bins);
    if (column.type === 'DATE' || /^TIMESTAMP(?!.*TIME ZONE)/.test(column.type)) return await ofTimes(session, sql, identifier(name), bins);
    throw new ReelbenchError('invalid-arguments', `The column ${name} is ${column.type}: a histogram needs numbers, dates or times.`, { column: name });
  } finally {
    await session.connection.run('ROLLBACK');
  }
}

async function ofNumbers(session: Session, { from, parameters }: ViewSql, column: string, type: string, bins: number): Promise<TableHistogram> {
  const bounds = (value: string) =>
    session.one<{ rows: number; filled: number; min: number | string | null; max: number | string | null }>(
      `SELECT count(*) AS rows, count(v) AS filled, min(v) AS min, max(v) AS max FROM (SELECT ${value} AS v ${from})`, parameters);
  // What is not finite is last or first in order, so that the bounds tell of it; without filters the database knows them.
  let value = column;
  let { rows, filled, min, max } = await bounds(value);
  if (/^(?:DOUBLE|FLOAT)/.test(type) && [min, max].some((bound) => typeof bound === 'string')) {
    value = `CASE WHEN isfinite(${column}) THEN ${column} END`;
    ({ rows, filled, min, max } = await bounds(value));
  }
  if (min === null || max === null) return { kind: 'number', bins: [], min: null, max: null, missing: rows, rows };
  const whole = integers.has(type) || /^DECIMAL\(\d+,0\)/.test(type);
  const width = binWidth(Number(max) - Number(min), bins, whole);
  const counted = await session.all<{ k: number; n: number }>(await binsSql(session, { from, value, parameters, exact: integers.has(type) && typeof min === 'number' && typeof max === 'number', low: Number(min), width }), parameters);
  const counts = new Map(counted.map(({ k, n }) => [k, n]));
  const first = counted[0]?.k ?? 0;
  const last = counted.at(-1)?.k ?? first;
  const edge = (k: number) => (k * width.times) / width.over;
  const made = Array.from({ length: last - first + 1 }, (_, i) => ({ low: edge(first + i), high: edge(first + i + 1), count: counts.get(first + i) ?? 0 }));
  return { kind: 'number', bins: made, min, max, missing: rows - filled, rows };
}

/** Rows of `from` by bin: `k` from edge k to below edge k + 1, and how many. */
async function binsSql(session: Session, { from, value, parameters, exact, low, width: { times, over } }: { from: string; value: string; parameters: readonly string[]; exact: boolean; low: number; width: BinWidth }): Promise<string> {
  if (exact) {
    const first = Math.floor(low / times);
    return `SELECT ${first} + k AS k, n FROM (SELECT ((v - ${first * times}) // ${times})::INTEGER AS k, count(*) AS n FROM (SELECT ${value} AS v ${from}) WHERE v IS NOT NULL GROUP BY 1) ORDER BY 1`;
  }
  const edge = (k: string) => `((${k}) * ${times}::DOUBLE / ${over}::DOUBLE)`;
  // The first guess may be one off where a division rounds; the ends decide.
  const guessed = (values: string) => `SELECT (g + CASE WHEN v >= ${edge('g + 1')} THEN 1 WHEN v < ${edge('g')} THEN -1 ELSE 0 END)::BIGINT AS k, sum(n)::BIGINT AS n
     FROM (SELECT v, n, floor(v * ${over}::DOUBLE / ${times}::DOUBLE) AS g FROM (${values}) WHERE v IS NOT NULL) GROUP BY k ORDER BY k`;
  // A column of few values, ratings for instance, is grouped by them first: that is three times as fast.
  const { few } = await session.one<{ few: boolean }>(`SELECT approx_count_distinct(v) < 5000 AS few FROM (SELECT ${value} AS v ${from} LIMIT 100000)`, parameters);
  return guessed(few ? `SELECT CAST(${value} AS DOUBLE) AS v, count(*) AS n ${from} GROUP BY 1` : `SELECT CAST(${value} AS DOUBLE) AS v, 1 AS n ${from}`);
}

async function ofTimes(session: Session, { from, parameters }: ViewSql, column: string, bins: number): Promise<TableHistogram> {
  const values = `(SELECT CASE WHEN isfinite(${column}) THEN ${column} END::TIMESTAMP AS v ${from})`;
  const { rows, filled, min, max, span } = await session.one<{ rows: number; filled: number; min: string | null; max: string | null; span: number }>(
    `SELECT count(*) AS rows, count(v) AS filled, min(v) AS min, max(v) AS max, coalesce(epoch(max(v)) - epoch(min(v)), 0) AS span FROM ${values}`, parameters);
  if (min === null || max === null) return { kind: 'time', bins: [], min: null, max: null, missing: rows, rows };
  const [unit, interval] = steps.find(([, , seconds]) => span / seconds <= bins) ?? ['millennium', '1000 years', 0];
  const made = await session.all<{ low: string; high: string; count: number }>(
    `WITH counted AS MATERIALIZED (SELECT date_trunc('${unit}', v)::TIMESTAMP AS low, count(*) AS n FROM ${values} WHERE v IS NOT NULL GROUP BY 1)
     SELECT s.low AS low, s.low + INTERVAL '${interval}' AS high, coalesce(n, 0) AS count
     FROM (SELECT unnest(generate_series((SELECT min(low) FROM counted), (SELECT max(low) FROM counted), INTERVAL '${interval}')) AS low) s LEFT JOIN counted USING (low) ORDER BY 1`, parameters);
  return { kind: 'time', bins: made, min, max, missing: rows - filled, rows };
}
