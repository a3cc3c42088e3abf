import type { StageContext } from '../workspace/stage.ts';
import type { Classified } from './outcomes.ts';

/** Whether any film of this run becomes another. */
export async function hasMerges({ session, read }: StageContext): Promise<boolean> {
  return (await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${read('merges')}`)).n > 0;
}

/**
 * Rows that name a film, under the film that it becomes: `movie_id` is that, `source_film` the one that the row named. With
 * nothing to merge they stay as they are and `source_film` is left out.
 */
export async function underMerged(context: StageContext, rows: string): Promise<string> {
  if (!(await hasMerges(context))) return rows;
  return `SELECT r.* REPLACE (coalesce(m.into_id, r.movie_id) AS movie_id), r.movie_id AS source_film FROM (${rows}) r LEFT JOIN ${context.read('merges')} m ON m.from_id = r.movie_id`;
}

/**
 * The same for rows of which a film has one for each value of `key`: where the films that become one have several, the
 * row of the film that stays is loaded, or else of the first by id, and those of the others are counted as merged. Copies
 * within one film stay what they were.
 */
export async function unitedRows(context: StageContext, { rows, removals }: Classified, key: readonly string[]): Promise<Classified> {
  if (!(await hasMerges(context))) return { rows, removals };
  const partition = ['movie_id', ...key].join(', ');
  return {
    rows: `SELECT * EXCLUDE (left_out), first_value(source_film) OVER (PARTITION BY ${partition} ORDER BY left_out, source_film <> movie_id, source_film, source_row) AS first_film
      FROM (SELECT *, ${removals.map(([, condition]) => `coalesce(${condition}, false)`).join(' OR ')} AS left_out FROM (${await underMerged(context, rows)}))`,
    removals: [...removals, ['merged', 'source_film <> first_film']],
  };
}
