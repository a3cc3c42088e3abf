import { ReelbenchError } from '../../../shared/contract/index.ts';
import { readColumns, readRatings } from '../workspace/columns.ts';
import type { Session } from '../workspace/session.ts';
import { catalogueOf, positionOf } from './catalogue.ts';
import type { Term, TrainingData } from './recommender.ts';

/** Tables that training reads, each by the SQL name that this reader sees it under; undefined where there is none. */
export interface TrainingTables {
  readonly ratings: string;
  readonly movies: string;
  readonly movieGenres: string | undefined;
  readonly tags: string | undefined;
}

/** Everything that models learn from. The films are those of the movies and of the ratings; ids must fit into 32 bits. */
export async function readTrainingData(session: Session, tables: TrainingTables): Promise<TrainingData> {
  const { ratings: total, largest } = await session.one<{ ratings: number; largest: number | null }>(
    `SELECT (SELECT count(*) FROM ${tables.ratings}) AS ratings, (SELECT max(movie_id) FROM ${tables.movies}) AS largest`);
  if (total === 0) throw new ReelbenchError('not-ready', 'There are no ratings to learn from.', { hint: 'Import ratings and run the pipeline.' });
  if ((largest ?? 0) >= 2 ** 31) throw new ReelbenchError('invalid-input', `The film id ${largest} is too large for the models.`, { hint: 'Ids must lie below 2,147,483,648.' });

  const films = `SELECT DISTINCT movie_id::INTEGER AS id FROM (SELECT movie_id FROM ${tables.movies} UNION ALL SELECT movie_id FROM ${tables.ratings})`;
  const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM (${films})`);
  const [movieIds] = await readColumns(session, `${films} ORDER BY id`, n, [Int32Array]);
  const { userIds, ratings } = await readRatings(session, `SELECT user_id, movie_id, rating FROM ${tables.ratings}`, movieIds);
  const [newestIds] = await readColumns(
    session,
    // Of ratings given at the same moment, that of the film with the larger id.
    `SELECT max_by(movie_id, row(coalesce(epoch_us(rated_at), 0), movie_id))::INTEGER FROM ${tables.ratings} GROUP BY user_id ORDER BY user_id`,
    userIds.length, [Int32Array]);
  const counts = new Int32Array(movieIds.length);
  for (const film of ratings.indices) counts[film] = (counts[film] ?? 0) + 1;
  return {
    catalogue: catalogueOf(movieIds, counts), userIds, ratings,
    newest: newestIds.map((id) => positionOf(movieIds, id) ?? -1),
    terms: await readTerms(session, tables, movieIds),
  };
}

/** Genres, and tags in trimmed lower case with the number of people who gave them, of each film of ascending `movieIds`. */
export async function readTerms(session: Session, { movieGenres, tags }: Pick<TrainingTables, 'movieGenres' | 'tags'>, movieIds: Int32Array | Float64Array): Promise<Term[][]> {
  const terms: Term[][] = Array.from(movieIds, () => []);
  const sources = [
    ...(movieGenres === undefined ? [] : [`SELECT movie_id, 'genre' AS kind, genre AS label, 1 AS times FROM ${movieGenres}`]),
    ...(tags === undefined ? [] : [`SELECT movie_id, 'tag', lower(trim(tag)), count(DISTINCT user_id) FROM ${tags} WHERE trim(tag) <> '' GROUP BY ALL`]),
  ];
  if (sources.length === 0) return terms;
  const rows = await session.all<{ film: number; kind: string; label: string; times: number }>(
    `SELECT movie_id AS film, kind, label, times::INTEGER AS times FROM (${sources.join(' UNION ALL ')}) ORDER BY ALL`);
  for (const { film, kind, label, times } of rows) terms[positionOf(movieIds, film) ?? -1]?.push({ kind: kind === 'tag' ? 'tag' : 'genre', label, times });
  return terms;
}
