import type { HistoryItem } from '../../../shared/contract/index.ts';
import { readColumns } from '../workspace/columns.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Answers a user's ratings, oldest first; empty for one who has none. */
export type Histories = (userId: number) => Promise<HistoryItem[]>;

/** Up to so many ratings are kept in memory, 32 bytes each: a query a user takes longer than most models do. */
const RATINGS_IN_MEMORY = 4_000_000;
const ORDER = 'rated_at, movie_id';
const SECONDS = 'floor(epoch(rated_at))';

/** All histories from memory where the ratings are few enough, else each from the database when it is asked for. */
export async function openHistories(workspace: Workspace): Promise<Histories> {
  const inMemory = await workspace.read(readAll);
  return async (userId) => inMemory?.(userId) ?? (inMemory ? [] : workspace.read((session) => readOne(session, userId)));
}

function readOne(session: Session, userId: number): Promise<HistoryItem[]> {
  return session.all<HistoryItem>(
    `SELECT movie_id AS "movieId", rating, CAST(${SECONDS} AS BIGINT) AS "ratedAt" FROM main.ratings WHERE user_id = CAST(? AS BIGINT) ORDER BY ${ORDER}`, [userId]);
}

async function readAll(session: Session): Promise<((userId: number) => HistoryItem[] | undefined) | undefined> {
  const { n } = await session.one<{ n: number }>('SELECT count(*) AS n FROM main.ratings');
  if (n > RATINGS_IN_MEMORY) return undefined;
  const [users, movies, ratings, times] = await readColumns(
    session, `SELECT user_id::DOUBLE, movie_id::DOUBLE, rating::DOUBLE, coalesce(${SECONDS}, 'nan')::DOUBLE FROM main.ratings ORDER BY user_id, ${ORDER}`, n, [Float64Array, Float64Array, Float64Array, Float64Array]);
  const first = new Map<number, number>();
  users.forEach((user, row) => {
    if (row === 0 || users[row - 1] !== user) first.set(user, row);
  });
  return (userId) => {
    const from = first.get(userId);
    if (from === undefined) return undefined;
    const items: HistoryItem[] = [];
    for (let row = from; row < n && users[row] === userId; row++) {
      const ratedAt = times[row] ?? Number.NaN;
      items.push({ movieId: movies[row] ?? 0, rating: ratings[row] ?? 0, ratedAt: Number.isNaN(ratedAt) ? null : ratedAt });
    }
    return items;
  };
}
