import type { Cell, Column, ColumnProfile } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { describeTexts } from './texts.ts';
import { timeLine } from './times.ts';
import { comparable, groupValues, isFloating, kindOf, measure, orderValues, REPEATED, VALUES } from './values.ts';

const TOP = 10;
const BINS = 20;
export const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
/** A column with more distinct values gets its quantiles by selection: ordering them all takes several times as long. */
const SELECTED = 1_000_000;

interface Whole {
  readonly present: number;
  readonly distinct_values: number;
  readonly min: Cell;
  readonly max: Cell;
  readonly low: number | null;
  readonly high: number | null;
  readonly mean: number | null;
  readonly finite: number;
  readonly zeros: number;
  readonly negative: number;
  readonly infinite: number;
  readonly nan: number;
}

const counted = (condition: string): string => `coalesce(sum(count) FILTER (${condition}), 0)::BIGINT`;

/**
 * The profile of a column of `source`, which has `rows` rows, exactly. Leaves its values in `profile_measured`.
 * Lists and structs are compared by their text. `mostlyOnce` says that most of its values are likely to come once: that
 * decides how they are counted, and nothing else.
 */
export async function profileColumn(session: Session, source: string, column: Column, rows: number, mostlyOnce = false): Promise<ColumnProfile> {
  const { name, type } = column;
  const kind = kindOf(type);
  const ordered = mostlyOnce && (kind === 'number' || kind === 'time');
  await (ordered ? orderValues : groupValues)(session, source, column);
  const whole = await session.one<Whole>(`
    SELECT coalesce(sum(count), 0)::BIGINT AS present, ${ordered ? `count(*) - (SELECT coalesce(sum(count - 1), 0)::BIGINT FROM ${REPEATED})` : 'count(*)'} AS distinct_values, min(value) AS min, max(value) AS max, min(measure) AS low, max(measure) AS high,
      sum(measure * count) / sum(count) FILTER (measure IS NOT NULL) AS mean, ${counted('measure IS NOT NULL')} AS finite, ${counted('measure = 0')} AS zeros, ${counted('measure < 0')} AS negative,
      ${isFloating(type) ? `${counted('isinf(value)')} AS infinite, ${counted('isnan(value)')} AS nan` : '0 AS infinite, 0 AS nan'} FROM ${VALUES}`);
  const range = whole.low !== null && whole.high !== null ? { low: whole.low, high: whole.high } : undefined;
  const quantiles = !range ? [] : ordered && whole.finite === whole.present ? await quantilesInOrder(session, whole.present) : await quantilesOf(session, source, column, whole.distinct_values);
  const { farOut, ...moments } = kind === 'number' ? await spread(session, whole, quantiles) : noSpread;
  return {
    name, type, kind, exact: true, rows, nulls: rows - whole.present, distinct: whole.distinct_values, min: whole.min, max: whole.max,
    mean: kind === 'number' ? whole.mean : null, ...moments, quantiles,
    top: await session.all(`SELECT value, count FROM ${ordered ? mostFrequent : VALUES} ORDER BY count DESC, value LIMIT ${TOP}`),
    histogram: range ? await histogram(session, kind, range, Math.min(BINS, whole.distinct_values)) : [],
    numbers: kind === 'number' ? { zeros: whole.zeros, negative: whole.negative, infinite: whole.infinite, nan: whole.nan, farOut } : null,
    texts: kind === 'text' ? await describeTexts(session) : null,
    times: range ? await timeLine(session, column, quantiles) : null,
  };
}

/** Of values in order, those that come more than once and the first of the others. */
const mostFrequent = `(FROM ${REPEATED} UNION ALL (SELECT value, count FROM ${VALUES} WHERE value NOT IN (SELECT value FROM ${REPEATED}) ORDER BY value LIMIT ${TOP}))`;

interface Spread {
  readonly deviation: number | null;
  readonly skewness: number | null;
  readonly farOut: number;
}
const noSpread: Spread = { deviation: null, skewness: null, farOut: 0 };

async function spread(session: Session, { mean, finite }: Whole, quantiles: ColumnProfile['quantiles']): Promise<Spread> {
  if (mean === null) return noSpread;
  const at = (share: number) => Number(quantiles.find((quantile) => quantile.at === share)?.value ?? 0);
  const reach = 3 * (at(0.75) - at(0.25));
  const { second, third, farOut } = await session.one<{ second: number; third: number; farOut: number }>(`
    SELECT sum(count * (measure - ${mean}::DOUBLE) ** 2) AS second, sum(count * (measure - ${mean}::DOUBLE) ** 3) AS third,
      ${reach > 0 ? counted(`measure < ${at(0.25) - reach}::DOUBLE OR measure > ${at(0.75) + reach}::DOUBLE`) : '0'} AS "farOut" FROM ${VALUES} WHERE measure IS NOT NULL`);
  return { deviation: finite > 1 ? Math.sqrt(second / (finite - 1)) : null, skewness: second > 0 ? third / finite / (second / finite) ** 1.5 : null, farOut };
}

/** For each share, the smallest value that at least this share of the values does not exceed. */
async function quantilesOf(session: Session, source: string, column: Column, distinct: number): Promise<ColumnProfile['quantiles']> {
  if (distinct > SELECTED) {
    const { values } = await session.one<{ values: Cell[] }>(`
      SELECT quantile_disc(value, [${QUANTILES.join(', ')}]) AS "values" FROM (SELECT ${comparable(column)} AS value FROM ${source}) WHERE ${measure('value', column.type)} IS NOT NULL`);
    return QUANTILES.map((at, i) => ({ at, value: values[i] ?? null }));
  }
  const row = await session.one<Record<string, Cell>>(`
    WITH running AS (SELECT value, sum(count) OVER (ORDER BY measure, value) AS upto, sum(count) OVER () AS total FROM ${VALUES} WHERE measure IS NOT NULL)
    SELECT ${QUANTILES.map((at, i) => `min(value) FILTER (upto >= ${at} * total) AS q${i}`).join(', ')} FROM running`);
  return QUANTILES.map((at, i) => ({ at, value: row[`q${i}`] ?? null }));
}

/** The same where `profile_values` has all `present` values in order. */
async function quantilesInOrder(session: Session, present: number): Promise<ColumnProfile['quantiles']> {
  const places = QUANTILES.map((at) => Math.ceil((Math.round(at * 100) * present) / 100) - 1);
  const rows = await session.all<{ place: number; value: Cell }>(`SELECT place, value FROM (SELECT row_number() OVER () - 1 AS place, value FROM temp.profile_values) WHERE place IN (${places.join(', ')})`);
  const at = new Map(rows.map(({ place, value }) => [place, value]));
  return QUANTILES.map((share, i) => ({ at: share, value: at.get(places[i] ?? -1) ?? null }));
}

async function histogram(session: Session, kind: ColumnProfile['kind'], { low, high }: { low: number; high: number }, bins: number): Promise<ColumnProfile['histogram']> {
  const width = (high - low) / bins;
  const bin = width > 0 && Number.isFinite(width) ? `least(${bins - 1}, CAST(floor((measure - ${low}::DOUBLE) / ${width}::DOUBLE) AS INTEGER))` : '0';
  const counts = await session.all<{ bin: number; count: number }>(`SELECT ${bin} AS bin, sum(count)::BIGINT AS count FROM ${VALUES} WHERE measure IS NOT NULL GROUP BY bin`);
  const edge = (i: number): Cell => {
    const at = i === bins ? high : low + i * width;
    return kind === 'time' && Math.abs(at) <= 8.64e18 ? new Date(at / 1000).toISOString().replace('.000Z', 'Z') : at;
  };
  const countOf = new Map(counts.map((entry) => [entry.bin, entry.count]));
  const several = bin !== '0';
  return Array.from({ length: several ? bins : 1 }, (_, i) => ({ low: edge(i), high: edge(several ? i + 1 : bins), count: countOf.get(i) ?? 0 }));
}
