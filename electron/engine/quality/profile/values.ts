import type { Column, ColumnProfile } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier } from '../../workspace/sql.ts';

// A list of numbers is no number.
const numeric = /^(?!.*\]$)(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/;
const temporal = /^(?!.*\]$)(?:TIMESTAMP|DATE)/;
const floating = /^(?:FLOAT|DOUBLE)/;

export function kindOf(type: string): ColumnProfile['kind'] {
  if (numeric.test(type)) return 'number';
  if (temporal.test(type)) return 'time';
  if (type === 'VARCHAR') return 'text';
  return type === 'BOOLEAN' ? 'boolean' : 'other';
}

export const isFloating = (type: string): boolean => floating.test(type);
export const isWhole = (type: string): boolean => /INT/.test(type) && numeric.test(type);

/** The column as what is compared and counted: lists and structs by their text. */
export function comparable({ name, type }: Column): string {
  return kindOf(type) === 'other' ? `CAST(${identifier(name)} AS VARCHAR)` : identifier(name);
}

/** The value as a DOUBLE for arithmetic: times as microseconds since 1970; NULL where not finite or of another type. */
export function measure(value: string, type: string): string {
  switch (kindOf(type)) {
    case 'time':
      return `CASE WHEN isfinite(CAST(${value} AS TIMESTAMP)) THEN CAST(epoch_us(CAST(${value} AS TIMESTAMP)) AS DOUBLE) END`;
    case 'number':
      return floating.test(type) ? `CASE WHEN isfinite(${value}) THEN CAST(${value} AS DOUBLE) END` : `CAST(${value} AS DOUBLE)`;
    default:
      return 'NULL::DOUBLE';
  }
}

/** Where `groupValues` and `orderValues` leave their answer, and, of it, the values that come more than once. */
export const VALUES = 'temp.profile_measured';
export const REPEATED = 'temp.profile_repeated_values';

/** `profile_measured` (value, measure, count): the distinct values of the column in `source` and how often each comes. */
export async function groupValues(session: Session, source: string, column: Column): Promise<void> {
  await session.run(`
    CREATE OR REPLACE TEMP TABLE profile_values AS SELECT ${comparable(column)} AS value, count(*) AS count FROM ${source} WHERE ${identifier(column.name)} IS NOT NULL GROUP BY ALL;
    CREATE OR REPLACE TEMP VIEW profile_measured AS SELECT value, ${measure('value', column.type)} AS measure, count FROM temp.profile_values;
    CREATE OR REPLACE TEMP VIEW profile_repeated_values AS SELECT value, count FROM temp.profile_values WHERE count > 1`);
}

/**
 * The same for a column whose values mostly come once, which are sorted in half the time that grouping them takes:
 * `profile_measured` then has every value as often as it comes, with a count of 1, and `profile_values` all in order.
 */
export async function orderValues(session: Session, source: string, column: Column): Promise<void> {
  await session.run(`
    CREATE OR REPLACE TEMP TABLE profile_values AS SELECT ${comparable(column)} AS value FROM ${source} WHERE ${identifier(column.name)} IS NOT NULL ORDER BY value;
    CREATE OR REPLACE TEMP VIEW profile_measured AS SELECT value, ${measure('value', column.type)} AS measure, 1::BIGINT AS count FROM temp.profile_values;
    CREATE OR REPLACE TEMP TABLE profile_runs AS SELECT value, count(*) + 1 AS count FROM (SELECT value, lag(value) OVER () AS before FROM temp.profile_values) WHERE value = before GROUP BY value;
    CREATE OR REPLACE TEMP VIEW profile_repeated_values AS FROM temp.profile_runs`);
}

export async function dropValues(session: Session): Promise<void> {
  await session.run(`DROP VIEW IF EXISTS ${REPEATED}; DROP VIEW IF EXISTS ${VALUES}; DROP TABLE IF EXISTS temp.profile_runs; DROP TABLE IF EXISTS temp.profile_values`);
}
