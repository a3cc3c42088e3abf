import type { StageContext } from '../workspace/stage.ts';

/** Why the transform leaves a row out, besides what the quality rules set aside. */
export type Removal = 'unusable' | 'orphan' | 'duplicate' | 'merged' | 'k-core';

/** Rows of one kind with what becomes of each: `removal` is NULL for a row that is loaded. */
export interface Classified {
  /** A query. */
  readonly rows: string;
  /** Conditions in order of precedence, over the columns of `rows`. */
  readonly removals: readonly (readonly [Removal, string])[];
}

export function classified({ rows, removals }: Classified): string {
  const removal = removals.length === 0 ? 'NULL::VARCHAR' : `CASE ${removals.map(([name, condition]) => `WHEN ${condition} THEN '${name}'`).join(' ')} END`;
  return `SELECT *, ${removal} AS removal FROM (${rows})`;
}

/** The rows that are loaded. */
export function kept(source: Classified): string {
  return `SELECT * FROM (${classified(source)}) WHERE removal IS NULL`;
}

/** Notes in `row_outcomes` how many rows of `raw.<kind>` are loaded and how many left out for what; answers how many are loaded. */
export async function countOutcomes({ session, write }: StageContext, kind: string, source: Classified): Promise<number> {
  await session.run(`INSERT INTO ${write('row_outcomes')} SELECT ?, coalesce(removal, 'loaded'), count(*) FROM (${classified(source)}) GROUP BY removal ORDER BY removal NULLS FIRST`, [kind]);
  const { rows } = await session.one<{ rows: number }>(
    `SELECT CAST(coalesce(sum(rows), 0) AS BIGINT) AS rows FROM ${write('row_outcomes')} WHERE table_name = ? AND outcome = 'loaded'`, [kind]);
  return rows;
}
