import type { HistoryFilm, Movie, Output, Parsed, UserSummary } from '../../../shared/contract/index.ts';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Session } from '../workspace/session.ts';
import type { Library } from './library.ts';

/** Users whose id begins with the text (all for an empty one), by id; with the genres that they rated most. */
export async function searchUsers(session: Session, { text, limit, offset }: Parsed<'users.search'>): Promise<Output<'users.search'>> {
  if (!(await tableExists(session, 'main', 'ratings'))) return { total: 0, users: [] };
  const matching = `FROM main.ratings WHERE starts_with(user_id::VARCHAR, ?)`;
  const { total } = await session.one<{ total: number }>(`SELECT count(DISTINCT user_id) AS total ${matching}`, [text.trim()]);
  const users = await session.all<Omit<UserSummary, 'favouriteGenres'>>(
    `SELECT user_id AS "userId", count(*) AS ratings, avg(rating) AS mean ${matching} GROUP BY user_id ORDER BY ${text.trim() === '' ? 'ratings DESC' : 'length(user_id::VARCHAR)'}, user_id LIMIT ? OFFSET ?`,
    [text.trim(), limit, offset]);
  const favourites = new Map<number, string[]>();
  if (users.length > 0 && (await tableExists(session, 'main', 'movie_genres'))) {
    const rows = await session.all<{ userId: number; genres: string[] }>(
      `SELECT user_id AS "userId", list(genre ORDER BY n DESC, genre)[:3] AS genres
       FROM (
         SELECT user_id, genre, count(*) AS n FROM main.ratings JOIN main.movie_genres USING (movie_id)
         WHERE list_contains(string_split(?, ',')::BIGINT[], user_id) GROUP BY user_id, genre
       ) GROUP BY user_id`,
      [users.map(({ userId }) => userId).join(',')]);
    for (const { userId, genres } of rows) favourites.set(userId, genres);
  }
  return { total, users: users.map((user) => ({ ...user, favouriteGenres: favourites.get(user.userId) ?? [] })) };
}

/** A user's ratings, newest first. */
export async function historyFilms(session: Session, userId: number, library: Library): Promise<HistoryFilm[]> {
  const rows = await session.all<{ movieId: number; rating: number; ratedAt: number | null }>(
    `SELECT movie_id AS "movieId", rating, CAST(floor(epoch(rated_at)) AS BIGINT) AS "ratedAt" FROM main.ratings
     WHERE user_id = CAST(? AS BIGINT) ORDER BY rated_at DESC NULLS LAST, movie_id`, [userId]);
  if (rows.length === 0) throw new ReelbenchError('not-found', `User ${userId} has no ratings.`, { hint: 'Choose a user of the ratings, or invent one.' });
  return rows.map((row) => {
    const position = library.position(row.movieId) ?? -1;
    return { ...row, title: library.titles[position] ?? `Film ${row.movieId}`, year: library.years[position] ?? null, genres: [...(library.genres[position] ?? [])] };
  });
}

/** Films whose title has every word of the text, or whose id is the text; the most rated first. */
export function searchMovies(library: Library, { text, limit, offset }: Parsed<'movies.search'>): Movie[] {
  const words = folded(text).split(/\s+/).filter((word) => word !== '');
  const found = Array.from(library.movieIds.keys()).filter((position) => {
    if (String(library.movieIds[position]) === text.trim()) return true;
    const title = folded(library.titles[position] ?? '');
    return words.every((word) => title.includes(word));
  });
  return found
    .toSorted((a, b) => (library.counts[b] ?? 0) - (library.counts[a] ?? 0) || a - b)
    .slice(offset, offset + limit)
    .map((position) => movieAt(library, position));
}

function movieAt(library: Library, position: number): Movie {
  const mean = library.means[position] ?? Number.NaN;
  return {
    movieId: library.movieIds[position] ?? 0,
    title: library.titles[position] ?? '',
    year: library.years[position] ?? null,
    genres: [...(library.genres[position] ?? [])],
    ratings: library.counts[position] ?? 0,
    mean: Number.isNaN(mean) ? null : mean,
  };
}

/** Without case and accents. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
