import type { Session } from './session.ts';

/** Ids above `after` up to and including `upTo`, and how many rows they have. */
export interface IdRange {
  readonly after: number;
  readonly upTo: number;
  readonly rows: number;
}

/** Rows that one step of a long statement works on: few enough to sort and group in memory, many enough to be fast. */
const ROWS = 4_000_000;

/**
 * Cuts ids into ranges of about four million rows, so that work on a table far larger than memory goes step by step,
 * shows how far it is and stops at once. `counts` is a query with one row an id: its id and its number of rows.
 */
export async function idRanges(session: Session, counts: string): Promise<IdRange[]> {
  const parts = await session.all<{ first: number; last: number; rows: number }>(`
    SELECT min(id) AS first, max(id) AS last, CAST(sum(rows) AS BIGINT) AS rows
    FROM (SELECT id, rows, (sum(rows) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - 1) // ${ROWS} AS part FROM (${counts}) t(id, rows))
    GROUP BY part ORDER BY part
  `);
  return parts.map(({ first, last, rows }) => ({ after: first - 1, upTo: last, rows }));
}

/** The range as a condition on a column. */
export function within(column: string, { after, upTo }: IdRange): string {
  return `${column} > ${after} AND ${column} <= ${upTo}`;
}
