import { literal, trimmed } from '../../workspace/sql.ts';

/**
 * What counts as a value, in SQL, for cells that came as text: the same as when a file is imported. Blanks around a value
 * do not matter; blank cells are missing, and so are NULL tokens, which the import leaves out. Used for the rows that the
 * import could not type as a whole (`raw.<table>_text`).
 */

/** The text without blanks around it, NULL when the cell is missing. */
export function presentText(cell: string): string {
  return `nullif(${trimmed(cell)}, '')`;
}

/** A whole number ≥ 1 that fits 64 bits, else NULL: '12' and '12.0' are; '1.5', '1e3', '-1', '+1', '0' and 'abc' are none. */
export function idFromText(text: string): string {
  return `CASE WHEN ${wholeFromText(text)} >= 1 THEN ${wholeFromText(text)} END`;
}

/** A whole number of either sign that fits 64 bits, else NULL. */
export function wholeFromText(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '-?[0-9]+([.]0*)?') THEN TRY_CAST(split_part(${text}, '.', 1) AS BIGINT) END`;
}

/** A finite decimal number, else NULL: '4', '4.0', '.5' and '1e3' are numbers; 'NaN', 'inf', '+4', '4,5' and '0x10' are none. */
export function numberFromText(text: string): string {
  const number = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN regexp_full_match(${text}, '-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') AND isfinite(${number}) THEN ${number} END`;
}

/** Whole numbers from here on are no time. */
export const TIMESTAMP_LIMIT = 100_000_000_000_000;
/** Whole numbers from here on are milliseconds, below it Unix seconds. */
export const MILLISECONDS_FROM = 100_000_000_000;

/** A whole number as it stands (seconds or milliseconds), or an ISO 8601 date or date-time as Unix seconds (UTC unless it names an offset). */
export function timestampFromText(text: string): string {
  // Groups: the date, hours and minutes, seconds with fraction, the offset's sign, hours and minutes.
  const iso = literal('([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9])(?::([0-5][0-9](?:[.,][0-9]+)?))?(?:Z|([+-])(0[0-9]|1[0-8])(?::?([0-5][0-9]))?)?)?');
  const part = (group: number, otherwise: string) => `coalesce(nullif(regexp_extract(${text}, ${iso}, ${group}), ''), '${otherwise}')`;
  const local = `TRY_CAST(${part(1, '')} || ' ' || ${part(2, '00:00')} || ':' || replace(${part(3, '00')}, ',', '.') AS TIMESTAMP)`;
  const offset = `(CASE WHEN ${part(4, '+')} = '-' THEN -1 ELSE 1 END * (CAST(${part(5, '0')} AS INTEGER) * 3600 + CAST(${part(6, '0')} AS INTEGER) * 60))`;
  return `CASE WHEN regexp_full_match(${text}, ${iso}) THEN CAST(floor(epoch_us(${local}) / 1000000) AS BIGINT) - ${offset} WHEN ${wholeFromText(text)} < ${TIMESTAMP_LIMIT} THEN ${wholeFromText(text)} END`;
}
