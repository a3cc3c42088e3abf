import { ReelbenchError } from '../../../shared/contract/index.ts';
import { type Session, throwIfCancelled } from '../workspace/session.ts';
import { catalogueOf } from './catalogue.ts';
import type { Term, TrainingData } from './recommender.ts';

/** Tables that training reads, each by the SQL name that this reader sees it under; undefined where there is none. */
export interface TrainingTables {
  readonly ratings: string;
  readonly movies: string;
  readonly movieGenres: string | undefined;
  readonly tags: string | undefined;
}

/** One rating a position: user and film as indices. */
export interface RatingTriples {
  readonly users: Int32Array;
  readonly films: Int32Array;
  readonly ratings: Float32Array;
  /** When it was given, in any unit that ascends; ties go to the later entry. */
  readonly times: Float64Array;
}

/** Reads everything that models learn from. `progress` is told ratings read and in all. */
export async function readTrainingData(session: Session, tables: TrainingTables, progress?: (done: number, total: number) => void): Promise<TrainingData> {
  const movieIds = await column(session, `SELECT DISTINCT movie_id::DOUBLE FROM (SELECT movie_id FROM ${tables.movies} UNION ALL SELECT movie_id FROM ${tables.ratings}) ORDER BY 1`);
  const userIds = await column(session, `SELECT DISTINCT user_id::DOUBLE FROM ${tables.ratings} ORDER BY 1`);
  const { n: total } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${tables.ratings}`);
  if (total === 0) throw new ReelbenchError('not-ready', 'There are no ratings to learn from.', { hint: 'Import ratings and run the pipeline.' });

  const triples: RatingTriples = { users: new Int32Array(total), films: new Int32Array(total), ratings: new Float32Array(total), times: new Float64Array(total) };
  const userAt = indexer(userIds);
  const filmAt = indexer(movieIds);
  let at = 0;
  await chunks(session, `SELECT user_id::DOUBLE, movie_id::DOUBLE, rating::DOUBLE, coalesce(epoch_ms(rated_at), 0)::DOUBLE FROM ${tables.ratings}`, ([users, films, ratings, times], rows) => {
    for (let row = 0; row < rows; row++, at++) {
      triples.users[at] = userAt(users?.[row] ?? 0);
      triples.films[at] = filmAt(films?.[row] ?? 0);
      triples.ratings[at] = ratings?.[row] ?? 0;
      triples.times[at] = times?.[row] ?? 0;
    }
    progress?.(at, total);
  });
  return trainingData(movieIds, userIds, triples, await readTerms(session, tables, movieIds));
}

/** Makes the matrix and its catalogue; `movieIds` and `userIds` ascend, and films without ratings are kept. */
export function trainingData(movieIds: Float64Array, userIds: Float64Array, { users, films, ratings, times }: RatingTriples, terms: readonly (readonly Term[])[]): TrainingData {
  const counts = new Int32Array(movieIds.length);
  for (const film of films) counts[film] = (counts[film] ?? 0) + 1;
  const byFilm = grouped(films, counts);
  const indptr = new Int32Array(userIds.length + 1);
  for (const user of users) indptr[user + 1] = (indptr[user + 1] ?? 0) + 1;
  for (let user = 0; user < userIds.length; user++) indptr[user + 1] = (indptr[user + 1] ?? 0) + (indptr[user] ?? 0);
  const next = indptr.slice(0, userIds.length);
  const indices = new Int32Array(films.length);
  const values = new Float32Array(films.length);
  const newest = new Int32Array(userIds.length).fill(-1);
  const newestRow = new Int32Array(userIds.length).fill(-1);
  for (const row of byFilm) {
    const user = users[row] ?? 0;
    const to = next[user] ?? 0;
    next[user] = to + 1;
    indices[to] = films[row] ?? 0;
    values[to] = ratings[row] ?? 0;
    const before = newestRow[user] ?? -1;
    const later = (times[row] ?? 0) - (times[before] ?? Number.NEGATIVE_INFINITY);
    if (later > 0 || (later === 0 && row > before)) {
      newestRow[user] = row;
      newest[user] = films[row] ?? 0;
    }
  }
  return { catalogue: catalogueOf(movieIds, counts), userIds, ratings: { rows: userIds.length, columns: movieIds.length, indptr, indices, values }, newest, terms };
}

/** The positions of `keys` in the order of their keys, by counting. */
function grouped(keys: Int32Array, counts: Int32Array): Int32Array {
  const next = new Int32Array(counts.length);
  for (let key = 1; key < counts.length; key++) next[key] = (next[key - 1] ?? 0) + (counts[key - 1] ?? 0);
  const order = new Int32Array(keys.length);
  keys.forEach((key, position) => {
    const to = next[key] ?? 0;
    next[key] = to + 1;
    order[to] = position;
  });
  return order;
}

/** Genres, and tags in trimmed lower case with the number of people who gave them, of each film. */
export async function readTerms(session: Session, { movieGenres, tags }: Pick<TrainingTables, 'movieGenres' | 'tags'>, movieIds: Float64Array): Promise<Term[][]> {
  const terms: Term[][] = Array.from(movieIds, () => []);
  const filmAt = indexer(movieIds);
  const sources = [
    ...(movieGenres === undefined ? [] : [`SELECT movie_id, 'genre' AS kind, genre AS label, 1 AS times FROM ${movieGenres}`]),
    ...(tags === undefined ? [] : [`SELECT movie_id, 'tag', lower(trim(tag)), count(DISTINCT user_id) FROM ${tags} WHERE trim(tag) <> '' GROUP BY ALL`]),
  ];
  if (sources.length === 0) return terms;
  const rows = await session.all<{ film: number; kind: string; label: string; times: number }>(
    `SELECT movie_id::DOUBLE AS film, kind, label, times::INTEGER AS times FROM (${sources.join(' UNION ALL ')}) ORDER BY ALL`);
  for (const { film, kind, label, times } of rows) terms[filmAt(film)]?.push({ kind: kind === 'tag' ? 'tag' : 'genre', label, times });
  return terms;
}

/** Index of an id in ascending `ids`; -1 for one that is not there. */
function indexer(ids: Float64Array): (id: number) => number {
  const index = new Map<number, number>();
  ids.forEach((id, at) => index.set(id, at));
  let lastId = Number.NaN;
  let lastAt = -1;
  return (id) => {
    if (id === lastId) return lastAt;
    lastId = id;
    lastAt = index.get(id) ?? -1;
    return lastAt;
  };
}

async function column(session: Session, sql: string): Promise<Float64Array> {
  const parts: Float64Array[] = [];
  await chunks(session, sql, ([values], rows) => {
    parts.push(Float64Array.from({ length: rows }, (_, row) => values?.[row] ?? 0));
  });
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Streams a query whose columns are all DOUBLE. */
async function chunks(session: Session, sql: string, take: (columns: Float64Array[], rows: number) => void): Promise<void> {
  const result = await session.stream(sql);
  for (;;) {
    throwIfCancelled(session.signal);
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const columns = Array.from({ length: chunk.columnCount }, (_, i) => {
      const vector: object = chunk.getColumnVector(i);
      if ('items' in vector && vector.items instanceof Float64Array) return vector.items;
      throw new ReelbenchError('internal', `Column ${i} of a bulk query is not DOUBLE: ${sql}`);
    });
    take(columns, chunk.rowCount);
  }
}
