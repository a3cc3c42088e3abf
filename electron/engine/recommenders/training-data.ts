import { ReelbenchError } from '../../../shared/contract/index.ts';
import { readColumns, readRatings } from '../workspace/columns.ts';
import type { Session } from '../workspace/session.ts';
import { catalogueOf, positionOf } from './catalogue.ts';
import { Kept } from './kept.ts';
import { readTexts, type TextTables } from './meaning/texts.ts';
import type { Chronology, Term, TrainingData } from './recommender.ts';

/** Tables that training reads, each by the SQL name that this reader sees it under; undefined where there is none or it is not needed. */
export interface TrainingTables {
  readonly ratings: string;
  /** Without it the films are those with ratings. */
  readonly movies: string | undefined;
  readonly movieGenres: string | undefined;
  readonly tags: string | undefined;
  /** For recommenders that read what is written about films. */
  readonly texts?: TextTables | undefined;
  /** For recommenders that are `ordered`: SQL by which a user's ratings are ordered, from the oldest. */
  readonly order?: string | undefined;
}

/** Oldest first; ratings without a time before all others, and the smaller film first of those given at the same moment. */
export const BY_TIME = 'rated_at NULLS FIRST, movie_id';

/** Ratings over the films that have any. */
type Rated = Omit<TrainingData, 'terms' | 'texts' | 'chronology'>;

/** Bytes of a rating in memory, and while it is read; and of when it was given. */
export const RATING_BYTES = { kept: 8, read: 20, chronology: 8 } as const;

/** One table of ratings at a time stays in memory, where there is plenty. */
const ratingsRead = new Kept<Rated>(({ ratings }) => RATING_BYTES.kept * ratings.indices.length < process.availableMemory() / 8);

/** Everything that models learn from, for as long as `work` lasts. Ids must fit into 32 bits. `key` names the content of the ratings. */
export async function withTrainingData<R>(session: Session, tables: TrainingTables, key: string, work: (train: TrainingData) => Promise<R>): Promise<R> {
  return ratingsRead.use(key, () => readRated(session, tables.ratings), async (rated) => work(await withFilms(session, tables, rated)));
}

async function withFilms(session: Session, tables: TrainingTables, rated: Rated): Promise<TrainingData> {
  const all = tables.movies === undefined ? rated : widened(rated, await readFilms(session, tables.movies));
  const { movieIds } = all.catalogue;
  const { texts } = tables;
  return {
    ...all,
    terms: await readTerms(session, tables, movieIds),
    ...(texts === undefined ? {} : { texts: () => readTexts(session, texts, movieIds) }),
    ...(tables.order === undefined ? {} : { chronology: await readChronology(session, tables.ratings, tables.order, all.ratings.indices.length) }),
  };
}

async function readChronology(session: Session, table: string, order: string, rows: number): Promise<Chronology> {
  const [places, seconds] = await readColumns(session, `
    SELECT (row_number() OVER (PARTITION BY user_id ORDER BY ${order}) - 1)::INTEGER, greatest(0, least(2147483647, coalesce(epoch(rated_at), 0)))::INTEGER
    FROM ${table} ORDER BY user_id, movie_id`, rows, [Int32Array, Int32Array]);
  return { places, seconds };
}

async function readRated(session: Session, table: string): Promise<Rated> {
  const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total FROM ${table}`);
  if (total === 0) throw new ReelbenchError('not-ready', 'There are no ratings to learn from.', { hint: 'Import ratings and run the pipeline.' });
  const { userIds, movieIds, ratings } = await readRatings(session, `SELECT user_id, movie_id, rating FROM ${table}`);
  const [newestIds] = await readColumns(
    session,
    // Of ratings given at the same moment, that of the film with the larger id.
    `SELECT max_by(movie_id, row(coalesce(epoch_us(rated_at), 0), movie_id))::INTEGER FROM ${table} GROUP BY user_id ORDER BY user_id`,
    userIds.length, [Int32Array]);
  const counts = new Int32Array(movieIds.length);
  for (const film of ratings.indices) counts[film] = (counts[film] ?? 0) + 1;
  return { catalogue: catalogueOf(movieIds, counts), userIds, ratings, newest: newestIds.map((id) => positionOf(movieIds, id) ?? -1) };
}

/** The ids of all films, ascending. */
async function readFilms(session: Session, table: string): Promise<Int32Array> {
  const { n, largest } = await session.one<{ n: number; largest: number | null }>(`SELECT count(DISTINCT movie_id) AS n, max(movie_id) AS largest FROM ${table}`);
  if ((largest ?? 0) >= 2 ** 31) throw new ReelbenchError('invalid-input', `The film id ${largest} is too large for the models.`, { hint: 'Ids must lie below 2,147,483,648.' });
  const [ids] = await readColumns(session, `SELECT DISTINCT movie_id::INTEGER AS id FROM ${table} ORDER BY id`, n, [Int32Array]);
  return ids;
}

/** The same ratings over a catalogue that has these films too. */
function widened(rated: Rated, films: Int32Array): Rated {
  const { catalogue, ratings, newest } = rated;
  const movieIds = Int32Array.from(new Set([...catalogue.movieIds, ...films])).sort();
  if (movieIds.length === catalogue.movieIds.length) return rated;
  const place = catalogue.movieIds.map((id) => positionOf(movieIds, id) ?? -1);
  const counts = new Int32Array(movieIds.length);
  catalogue.counts.forEach((count, position) => {
    counts[place[position] ?? -1] = count;
  });
  const at = (positions: Int32Array) => {
    const moved = new Int32Array(positions.length);
    for (let i = 0; i < moved.length; i++) moved[i] = place[positions[i] ?? -1] ?? -1;
    return moved;
  };
  return { ...rated, catalogue: catalogueOf(movieIds, counts), ratings: { ...ratings, columns: movieIds.length, indices: at(ratings.indices) }, newest: at(newest) };
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
