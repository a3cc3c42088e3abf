import type { Cell, Column, ColumnProfile, TableProfile } from '../../../../shared/contract/index.ts';
import type { Clock } from '../../workspace/clock.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier, qualified } from '../../workspace/sql.ts';
import { columnsOf } from '../../workspace/views.ts';

/** Tables with more rows than this are sampled first: see profileTable. */
const SMALL = 1_000_000;
const SAMPLE_ROWS = 500_000;
/** A column of a large table is not grouped when more than this share of a sample's values are distinct. */
const SELDOM_REPEATED = 0.6;
const TOP = 10;
const BINS = 20;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

// A list of numbers is no number.
const numeric = /^(?!.*\]$)(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/;
const temporal = /^(?!.*\]$)(?:TIMESTAMP|DATE)/;

/**
 * Profiles of all columns of a table. Everything is exact, except in tables of more than a million rows for columns whose
 * values seldom repeat: there `distinct` is an estimate (HyperLogLog, a few per cent), the quantiles are those of a random
 * sample of about half a million rows (taken in blocks), and `top` lists the most frequent values of that sample with their
 * exact counts. Mean, deviation (n − 1), quantiles and histogram are of finite values. Lists are compared by their text.
 */
export async function profileTable(session: Session, schema: string, table: string, clock: Clock): Promise<TableProfile> {
  const began = clock().getTime();
  const columns = await columnsOf(session, schema, table);
  const source = qualified(schema, table);
  const { rows } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${source}`);
  const sample = rows > SMALL ? `${source} TABLESAMPLE system(${Math.min(100, (SAMPLE_ROWS / rows) * 100)}%) REPEATABLE (1)` : undefined;
  const profiles: ColumnProfile[] = [];
  for (const column of columns) {
    const sampled = sample !== undefined && (await seldomRepeated(session, sample, column));
    await groupValues(session, sampled ? sample : source, column);
    profiles.push(await profileColumn(session, source, column, rows, sampled));
  }
  await session.run('DROP TABLE IF EXISTS temp.profile_values');
  return { schema, table, rows, columns: profiles, seconds: (clock().getTime() - began) / 1000 };
}

async function seldomRepeated(session: Session, sample: string, column: Column): Promise<boolean> {
  const { present, distinct } = await session.one<{ present: number; distinct: number }>(`SELECT count(value) AS present, approx_count_distinct(value) AS "distinct" FROM (SELECT ${comparable(column)} AS value FROM ${sample})`);
  return distinct > SELDOM_REPEATED * present;
}

/** The column as what is compared and counted: lists and structs by their text. */
function comparable({ name, type }: Column): string {
  return numeric.test(type) || temporal.test(type) || type === 'BOOLEAN' || type === 'VARCHAR' ? identifier(name) : `CAST(${identifier(name)} AS VARCHAR)`;
}

/** The column as a DOUBLE for arithmetic: times as microseconds; NULL where not finite or of another type. */
function measure(value: string, type: string): string {
  if (temporal.test(type)) return `CAST(epoch_us(CAST(${value} AS TIMESTAMP)) AS DOUBLE)`;
  if (/^(?:FLOAT|DOUBLE)/.test(type)) return `CASE WHEN isfinite(${value}) THEN CAST(${value} AS DOUBLE) END`;
  return numeric.test(type) ? `CAST(${value} AS DOUBLE)` : 'NULL::DOUBLE';
}

/** `profile_values` (value, measure, count): the distinct values of the column in `source` and how often each comes. */
async function groupValues(session: Session, source: string, column: Column): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE profile_values AS
    SELECT value, ${measure('value', column.type)} AS measure, count FROM (SELECT ${comparable(column)} AS value, count(*) AS count FROM ${source} WHERE ${identifier(column.name)} IS NOT NULL GROUP BY ALL)`);
}

/** With `sampled`, `profile_values` is of a sample, and what a pass over the column gives is taken from one. */
async function profileColumn(session: Session, source: string, column: Column, rows: number, sampled: boolean): Promise<ColumnProfile> {
  const { name, type } = column;
  const value = comparable(column);
  const whole = sampled
    ? await session.one<Extent>(`SELECT count(value) AS present, approx_count_distinct(value) AS distinct_values, min(value) AS min, max(value) AS max, min(measure) AS low, max(measure) AS high,
        avg(measure) AS mean, stddev_samp(measure) AS deviation FROM (SELECT ${value} AS value, ${measure(value, type)} AS measure FROM ${source})`)
    : await session.one<Extent>(`SELECT coalesce(sum(count), 0)::BIGINT AS present, count(*) AS distinct_values, min(value) AS min, max(value) AS max, min(measure) AS low, max(measure) AS high,
        sum(measure * count) / sum(count) FILTER (measure IS NOT NULL) AS mean FROM profile_values`);
  const deviation = !sampled && whole.mean !== null
    ? (await session.one<{ deviation: number | null }>(`SELECT CASE WHEN sum(count) > 1 THEN sqrt(sum(count * (measure - ${whole.mean}::DOUBLE) ** 2) / (sum(count) - 1)) END AS deviation FROM profile_values WHERE measure IS NOT NULL`)).deviation
    : whole.deviation ?? null;
  const measured = numeric.test(type) || temporal.test(type);
  const range = measured && whole.low !== null && whole.high !== null ? { low: whole.low, high: whole.high } : undefined;
  return {
    name, type, rows, nulls: rows - whole.present, distinct: whole.distinct_values, min: whole.min, max: whole.max,
    mean: numeric.test(type) ? whole.mean : null, deviation: numeric.test(type) ? deviation : null,
    quantiles: range ? await quantiles(session) : [],
    top: await topValues(session, source, column, sampled),
    histogram: range ? await histogram(session, source, column, range, Math.min(BINS, whole.distinct_values), sampled) : [],
  };
}

interface Extent {
  readonly present: number;
  readonly distinct_values: number;
  readonly min: Cell;
  readonly max: Cell;
  readonly low: number | null;
  readonly high: number | null;
  readonly mean: number | null;
  readonly deviation?: number | null;
}

/** For each share, the smallest value that at least this share of the values does not exceed. */
async function quantiles(session: Session): Promise<ColumnProfile['quantiles']> {
  const row = await session.one<Record<string, Cell>>(`
    WITH running AS (SELECT value, sum(count) OVER (ORDER BY measure) AS upto, sum(count) OVER () AS total FROM profile_values WHERE measure IS NOT NULL)
    SELECT ${QUANTILES.map((at, i) => `min(value) FILTER (upto >= ${at} * total) AS q${i}`).join(', ')} FROM running`);
  return QUANTILES.map((at, i) => ({ at, value: row[`q${i}`] ?? null }));
}

async function topValues(session: Session, source: string, column: Column, sampled: boolean): Promise<ColumnProfile['top']> {
  const top = `SELECT value, count FROM profile_values ORDER BY count DESC, value LIMIT ${TOP}`;
  if (!sampled) return session.all(top);
  return session.all(`SELECT ${comparable(column)} AS value, count(*) AS count FROM ${source} WHERE ${comparable(column)} IN (SELECT value FROM (${top})) GROUP BY ALL ORDER BY count DESC, value`);
}

async function histogram(session: Session, source: string, column: Column, { low, high }: { low: number; high: number }, bins: number, sampled: boolean): Promise<ColumnProfile['histogram']> {
  const width = (high - low) / bins;
  const bin = (value: string) => (width > 0 ? `least(${bins - 1}, CAST(floor((${value} - ${low}::DOUBLE) / ${width}::DOUBLE) AS INTEGER))` : '0');
  const counts = await session.all<{ bin: number; count: number }>(
    sampled
      ? `SELECT ${bin(measure(comparable(column), column.type))} AS bin, count(*) AS count FROM ${source} WHERE ${measure(comparable(column), column.type)} IS NOT NULL GROUP BY bin`
      : `SELECT ${bin('measure')} AS bin, sum(count)::BIGINT AS count FROM profile_values WHERE measure IS NOT NULL GROUP BY bin`);
  const edge = (i: number): Cell => {
    const at = i === bins ? high : low + i * width;
    return temporal.test(column.type) ? new Date(at / 1000).toISOString().replace('.000Z', 'Z') : at;
  };
  const countOf = new Map(counts.map(({ bin, count }) => [bin, count]));
  return Array.from({ length: width > 0 ? bins : 1 }, (_, i) => ({ low: edge(i), high: edge(width > 0 ? i + 1 : bins), count: countOf.get(i) ?? 0 }));
}
