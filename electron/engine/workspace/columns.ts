import { setImmediate } from 'node:timers/promises';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Csr } from '../kernels/index.ts';
import { type Session, throwIfCancelled } from './session.ts';

/** Bulk data out of the database: columns as typed arrays, and ratings as a sparse matrix. */

export type Column = Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * The columns of a query that answers `rows` rows, streamed into typed arrays of the given kinds: INTEGER columns into
 * Int32Array, FLOAT into Float32Array, DOUBLE into Float64Array; anything else is to be cast in SQL. There must be no NULL.
 */
export async function readColumns<const Kinds extends readonly (new (length: number) => Column)[]>(session: Session, sql: string, rows: number, kinds: Kinds): Promise<{ -readonly [K in keyof Kinds]: InstanceType<Kinds[K]> }> {
  const columns = kinds.map((Kind) => new Kind(rows));
  const result = await session.stream(sql);
  let at = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    throwIfCancelled(session.signal);
    for (const [place, column] of columns.entries()) {
      const items = itemsOf(chunk.getColumnVector(place));
      if (items?.constructor !== column.constructor) throw new ReelbenchError('internal', `Column ${result.columnName(place)} is ${result.columnType(place).toString()}: cast it to INTEGER, FLOAT or DOUBLE.`);
      column.set(items, at);
    }
    at += chunk.rowCount;
  }
  if (at !== rows) throw new ReelbenchError('internal', `A query of ${rows} rows answered ${at}.`);
  return columns as never;
}

/** A vector's values where they lie: its class holds them, and only its types hide them. */
function itemsOf(vector: object): Int32Array | Float32Array | Float64Array | undefined {
  if (!('items' in vector)) return undefined;
  const { items } = vector;
  return items instanceof Int32Array || items instanceof Float32Array || items instanceof Float64Array ? items : undefined;
}

/** Ratings as a matrix: row r is the user `userIds[r]`, column c the film `movieIds[c]`; both ids ascend. */
export interface RatingsMatrix {
  readonly userIds: Int32Array;
  readonly movieIds: Int32Array;
  readonly ratings: Csr;
}

/**
 * Reads the ratings that a query answers as `user_id`, `movie_id`, `rating`, each pair once, no NULLs, ids within 32 bits. With
 * `movieIds` (ascending) the columns are those films, and ratings of others are left out; otherwise the films that have
 * ratings. Users are all those of the query. The event loop stays free: a cancel is noticed within a fraction of a second.
 */
export async function readRatings(session: Session, query: string, movieIds?: Int32Array): Promise<RatingsMatrix> {
  const { rows, complete, fits } = await session.one<{ rows: number; complete: number; fits: boolean }>(
    `SELECT count(*) AS rows, count(user_id + movie_id + rating) AS complete,
       coalesce(least(min(user_id), min(movie_id)) > -2147483648 AND greatest(max(user_id), max(movie_id)) < 2147483648, true) AS fits FROM (${query})`,
  );
  if (complete !== rows) throw new ReelbenchError('internal', 'Ratings with missing values cannot be read as a matrix.');
  if (!fits) throw new ReelbenchError('invalid-input', 'Ids of users or films are too large for the models.', { hint: 'Ids must lie below 2,147,483,648.' });

  const columns = [Int32Array, Int32Array, Float32Array] as const;
  const [users, movies, values] = await readColumns(session, `SELECT user_id::INTEGER, movie_id::INTEGER, rating::FLOAT FROM (${query})`, rows, columns);
  const pause = async () => {
    await setImmediate();
    throwIfCancelled(session.signal);
  };
  const userIds = await renumber(users, undefined, pause);
  const films = await renumber(movies, movieIds, pause);
  return { userIds, movieIds: films, ratings: await sorted(users, movies, values, userIds.length, films.length, pause) };
}

type Pause = () => Promise<void>;

/** Elements that a loop handles before it lets others run. */
const STEP = 4_194_304;
/** Ids that spread over no more than this are looked up in an array. */
const SPREAD = 1 << 24;

/** Replaces ids by their places in `known`, or among those that occur, ascending; -1 for an id that `known` lacks. Answers the ids. */
async function renumber(ids: Int32Array, known: Int32Array | undefined, pause: Pause): Promise<Int32Array> {
  let low = 0;
  let high = -1;
  const bounds = known ?? ids;
  if (bounds.length > 0) low = high = bounds[0] ?? 0;
  for (const id of bounds) {
    if (id < low) low = id;
    else if (id > high) high = id;
  }
  await pause();
  if (high - low >= SPREAD) return renumberWide(ids, known, pause);

  const places = new Int32Array(high - low + 1);
  for (const id of bounds) places[id - low] = 1;
  const order = new Int32Array(places.reduce((sum, present) => sum + present, 0));
  for (let place = 0, at = 0; place < places.length; place++) {
    const present = places[place] === 1;
    places[place] = present ? at : -1;
    if (present) order[at++] = low + place;
  }
  for (let from = 0; from < ids.length; from += STEP) {
    await pause();
    const end = Math.min(ids.length, from + STEP);
    for (let at = from; at < end; at++) ids[at] = places[(ids[at] ?? 0) - low] ?? -1;
  }
  return order;
}

async function renumberWide(ids: Int32Array, known: Int32Array | undefined, pause: Pause): Promise<Int32Array> {
  const order = known ?? Int32Array.from(new Set(ids)).sort();
  const places = new Map<number, number>();
  order.forEach((id, place) => places.set(id, place));
  for (let from = 0; from < ids.length; from += STEP / 8) {
    await pause();
    const end = Math.min(ids.length, from + STEP / 8);
    for (let at = from; at < end; at++) ids[at] = places.get(ids[at] ?? 0) ?? -1;
  }
  return order;
}

/** Two counting sorts: by film, and from there by user, which leaves the films of a row ascending. Overwrites what it is given. */
async function sorted(users: Int32Array, movies: Int32Array, values: Float32Array, rows: number, columns: number, pause: Pause): Promise<Csr> {
  const filmEnds = new Int32Array(columns + 1);
  const userEnds = new Int32Array(rows + 1);
  for (let from = 0; from < users.length; from += STEP) {
    await pause();
    const end = Math.min(users.length, from + STEP);
    for (let at = from; at < end; at++) {
      const movie = movies[at] ?? -1;
      if (movie < 0) continue;
      filmEnds[movie + 1] = (filmEnds[movie + 1] ?? 0) + 1;
      const user = users[at] ?? 0;
      userEnds[user + 1] = (userEnds[user + 1] ?? 0) + 1;
    }
  }
  for (let movie = 0; movie < columns; movie++) filmEnds[movie + 1] = (filmEnds[movie + 1] ?? 0) + (filmEnds[movie] ?? 0);
  for (let user = 0; user < rows; user++) userEnds[user + 1] = (userEnds[user + 1] ?? 0) + (userEnds[user] ?? 0);
  const nonzeros = filmEnds[columns] ?? 0;

  const byFilm = { users: new Int32Array(nonzeros), values: new Float32Array(nonzeros), next: filmEnds.slice() };
  for (let from = 0; from < users.length; from += STEP) {
    await pause();
    const end = Math.min(users.length, from + STEP);
    for (let at = from; at < end; at++) {
      const movie = movies[at] ?? -1;
      if (movie < 0) continue;
      const place = byFilm.next[movie] ?? 0;
      byFilm.next[movie] = place + 1;
      byFilm.users[place] = users[at] ?? 0;
      byFilm.values[place] = values[at] ?? 0;
    }
  }

  const indices = movies.subarray(0, nonzeros);
  const sortedValues = values.subarray(0, nonzeros);
  const next = userEnds.slice();
  for (let movie = 0, at = 0, paused = 0; movie < columns; movie++) {
    if (at - paused > STEP) {
      await pause();
      paused = at;
    }
    for (const end = filmEnds[movie + 1] ?? 0; at < end; at++) {
      const user = byFilm.users[at] ?? 0;
      const place = next[user] ?? 0;
      next[user] = place + 1;
      indices[place] = movie;
      sortedValues[place] = byFilm.values[at] ?? 0;
    }
  }
  return { rows, columns, indptr: userEnds, indices, values: sortedValues };
}
