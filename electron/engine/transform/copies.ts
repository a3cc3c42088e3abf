import { ReelbenchError } from '../../../shared/contract/index.ts';
import { itemsOf } from '../workspace/columns.ts';
import { type Session, throwIfCancelled } from '../workspace/session.ts';

/** Film ids up to here are looked up in an array. */
const LARGEST = 2 ** 24;

/**
 * How many rows of a table of ratings repeat a (user, film) pair. The table must be sorted by user and ids be present;
 * one pass then does, with the last user seen of each film, four times faster than grouping by the pair.
 */
export async function countCopies(session: Session, ratings: string): Promise<number> {
  const { user, film, least } = await session.one<{ user: number | null; film: number | null; least: number | null }>(
    `SELECT max(user_id)::DOUBLE AS user, max(movie_id)::DOUBLE AS film, min(movie_id)::DOUBLE AS least FROM ${ratings}`);
  if (user === null || film === null || least === null) return 0;
  if (film > LARGEST || least < 0 || user > Number.MAX_SAFE_INTEGER) {
    return (await session.one<{ n: number }>(`SELECT CAST(coalesce(sum(n - 1), 0) AS BIGINT) AS n FROM (SELECT count(*) AS n FROM ${ratings} GROUP BY user_id, movie_id HAVING count(*) > 1)`)).n;
  }
  const lastUser = new Float64Array(film + 1).fill(Number.NaN);
  const result = await session.stream(`SELECT user_id::DOUBLE, movie_id::DOUBLE FROM ${ratings}`);
  let copies = 0;
  for (;;) {
    throwIfCancelled(session.signal);
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return copies;
    const users = itemsOf(chunk.getColumnVector(0));
    const films = itemsOf(chunk.getColumnVector(1));
    if (!users || !films) throw new ReelbenchError('internal', 'Ids cast to DOUBLE came as something else.');
    for (let row = 0; row < chunk.rowCount; row++) {
      const at = films[row] ?? 0;
      const who = users[row] ?? 0;
      if (lastUser[at] === who) copies++;
      else lastUser[at] = who;
    }
  }
}
