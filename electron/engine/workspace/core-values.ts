/** How cells of imported rows become values of the core tables, in SQL: the transform builds with it, lineage retells it. */

export type CoreType = 'BIGINT' | 'DOUBLE' | 'VARCHAR';

/** A cell of a text row as its type, NULL where it cannot be read. `TRY_CAST` alone would round 1.5 to an id. */
export function readableSql(type: CoreType, cell: string): string {
  switch (type) {
    case 'BIGINT': return `CASE WHEN regexp_full_match(trim(${cell}), '[+-]?[0-9]+') THEN TRY_CAST(trim(${cell}) AS BIGINT) END`;
    case 'DOUBLE': return `CASE WHEN isfinite(TRY_CAST(${cell} AS DOUBLE)) THEN TRY_CAST(${cell} AS DOUBLE) END`;
    default: return `CASE WHEN trim(${cell}) <> '' THEN ${cell} END`;
  }
}

/** A TIMESTAMP in UTC from seconds or milliseconds since 1970: from 10^11 on they are milliseconds. NULL from 10^14 on. */
export function timestampSql(column: string): string {
  return `CASE WHEN ${column} BETWEEN -99999999999 AND 99999999999 THEN make_timestamp(${column} * 1000000) WHEN ${column} BETWEEN 0 AND 99999999999999 THEN make_timestamp(${column} * 1000) END`;
}

/** The same moment in milliseconds since 1970, or null. */
export function momentOf(timestamp: number | null): number | null {
  if (timestamp === null || Number.isNaN(timestamp)) return null;
  if (Math.abs(timestamp) <= 99_999_999_999) return timestamp * 1000;
  return timestamp >= 0 && timestamp <= 99_999_999_999_999 ? timestamp : null;
}
