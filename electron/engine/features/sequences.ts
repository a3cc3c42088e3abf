import { withProgress } from '../workspace/progress.ts';
import { idRanges, within } from '../workspace/ranges.ts';
import type { StageContext } from '../workspace/stage.ts';

/**
 * `sequences`, one row a user: `movies` in the order in which they were rated, the newest last, ties by the film's id
 * and ratings without a time first; at most `features.max_sequence_length` of the newest. `ratings` counts all of them.
 * Answers the number of rows.
 */
export async function buildSequences(context: StageContext): Promise<number> {
  const { session, read, write, parameters } = context;
  const longest = parameters.features.max_sequence_length;
  await session.run(`CREATE TABLE ${write('sequences')} (user_id BIGINT, ratings BIGINT, movies BIGINT[])`);
  const ranges = await idRanges(session, `SELECT user_id, count(*) FROM ${read('ratings')} GROUP BY user_id`);
  const total = ranges.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  let made = 0;
  for (const range of ranges) {
    made += await withProgress(session, context, { detail: 'sequences', rows: range.rows, done, total }, () => session.run(`
      INSERT INTO ${write('sequences')}
      SELECT user_id, count(*), list(movie_id ORDER BY rated_at NULLS FIRST, movie_id)[-${longest}:]
      FROM ${read('ratings')} WHERE ${within('user_id', range)} GROUP BY user_id ORDER BY user_id
    `));
    done += range.rows;
  }
  return made;
}
