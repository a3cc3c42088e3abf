import { ImportOptions } from '../../../shared/contract/index.ts';
import { listOf, literal } from '../workspace/sql.ts';

/**
 * What counts as a value, in SQL, for cells that came as text. Blanks around a value do not matter; blank cells and the
 * usual NULL tokens are missing. Used for the rows that the import could not type as a whole (`raw.<table>_text`).
 */

const blanks = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)";
const nullTokens = ImportOptions.parse({}).nullTokens;

/** The text without blanks around it, NULL when the cell is missing. */
export function presentText(cell: string): string {
  const text = `trim(${cell}, ${blanks})`;
  return `CASE WHEN ${text} <> '' AND NOT list_contains(${listOf(nullTokens)}, ${text}) THEN ${text} END`;
}

/** A whole number ≥ 1 that fits 64 bits, else NULL: '1.5', '1e3', '-1', '0' and 'abc' are none. */
export function idFromText(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '[0-9]+') AND TRY_CAST(${text} AS BIGINT) >= 1 THEN TRY_CAST(${text} AS BIGINT) END`;
}

/** A finite decimal number, else NULL: '4', '4.0', '.5' and '1e3' are numbers; 'NaN', 'inf', '4,5' and '0x10' are none. */
export function numberFromText(text: string): string {
  const number = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN regexp_full_match(${text}, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') AND isfinite(${number}) THEN ${number} END`;
}

/** Whole numbers from here on are no time. */
export const TIMESTAMP_LIMIT = 1e14;
/** Whole numbers from here on are milliseconds, below it Unix seconds. */
export const MILLISECONDS_FROM = 1e11;

/** A whole number as it stands (seconds or milliseconds), or an ISO 8601 date or date-time as Unix seconds (UTC unless it names an offset). */
export function timestampFromText(text: string): string {
  const iso = '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?';
  const whole = `TRY_CAST(${text} AS BIGINT)`;
  return `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN CASE WHEN abs(TRY_CAST(${text} AS HUGEINT)) < ${TIMESTAMP_LIMIT} THEN ${whole} END
    WHEN regexp_full_match(${text}, ${literal(iso)}) THEN epoch_ms(TRY_CAST(${text} AS TIMESTAMP)) // 1000 END`;
}
