import type { Cell, Column, ColumnProfile, timeUnits } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { isWhole, kindOf, VALUES } from './values.ts';

type Times = NonNullable<ColumnProfile['times']>;
type Unit = (typeof timeUnits)[number];

const DAY = 86_400e6;
/** Microseconds of each unit, roughly from the month on. */
const spans: readonly (readonly [Unit, number])[] = [['second', 1e6], ['minute', 60e6], ['hour', 3600e6], ['day', DAY], ['month', 30.44 * DAY], ['quarter', 91.31 * DAY], ['year', 365.25 * DAY], ['decade', 3652.5 * DAY]];
/** A line has about this many units at most, and this many when a few values lie far from the others. */
const UNITS = 120;
const MOST = 400;

const timeName = /time|date|stamp|epoch|_at$|created|updated/i;
/** Whole numbers count as Unix times when 1 % to 99 % of them lie in these years. */
const FROM = Date.UTC(1980, 0) / 1000;
const UNTIL = Date.UTC(2100, 0) / 1000;

/** Whether a column of whole numbers holds Unix times: by its name, and by where nearly all of its values lie. */
export function unixUnit({ name, type }: Column, quantiles: ColumnProfile['quantiles']): Times['unix'] {
  if (!isWhole(type) || !timeName.test(name)) return null;
  const low = Number(quantiles[0]?.value ?? Number.NaN);
  const high = Number(quantiles.at(-1)?.value ?? Number.NaN);
  if (low >= FROM && high < UNTIL) return 'seconds';
  return low >= FROM * 1000 && high < UNTIL * 1000 ? 'milliseconds' : null;
}

/** The counts by a unit that suits the span of nearly all values; null for a column without times. From `profile_measured`. */
export async function timeLine(session: Session, column: Column, quantiles: ColumnProfile['quantiles']): Promise<ColumnProfile['times']> {
  const unix = unixUnit(column, quantiles);
  if (kindOf(column.type) !== 'time' && unix === null) return null;
  const factor = unix === 'seconds' ? 1e6 : unix === 'milliseconds' ? 1e3 : 1;
  const micros = `measure * ${factor}::DOUBLE`;
  const span = microsOf(quantiles.at(-1)?.value ?? null, factor) - microsOf(quantiles[0]?.value ?? null, factor);
  const fitting = spans.findIndex(([, size]) => span / size <= UNITS);
  for (const [unit, size] of spans.slice(fitting < 0 ? -1 : fitting)) {
    const line = await session.all<{ at: string; count: number }>(`
      WITH parts AS (SELECT floor(${micros} / ${Math.min(size, DAY)}::DOUBLE) AS part, sum(count) AS count FROM ${VALUES} WHERE abs(${micros}) < 62135596800000000 GROUP BY part)
      SELECT date_trunc('${unit}', make_timestamp(CAST(part * ${Math.min(size, DAY)}::DOUBLE AS BIGINT))) AS "at", sum(count)::BIGINT AS count FROM parts GROUP BY ALL ORDER BY ALL`);
    if (line.length <= MOST || unit === 'decade') return { unix, unit, line };
  }
  return null;
}

function microsOf(value: Cell, factor: number): number {
  return typeof value === 'string' && factor === 1 ? Date.parse(value) * 1000 : Number(value) * factor;
}
