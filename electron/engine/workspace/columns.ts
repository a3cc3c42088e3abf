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
export function itemsOf(vector: object): Int32Array | Float32Array | Float64Array | undefined {
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
  const { rows, complete, widest } = await session.one<{ rows: number; complete: number; widest: number | null }>(
    `SELECT count(*) AS rows, count(user_id + movie_id + rating) AS complete,
       CASE WHEN least(min(user_id), min(movie_id)) <= -2147483648 THEN least(min(user_id), min(movie_id)) ELSE greatest(max(user_id), max(movie_id)) END AS widest FROM (${query})`,
  );
  if (complete !== rows) throw new ReelbenchError('internal', 'Ratings with missing values cannot be read as a matrix.');
  if (Math.abs(widest ?? 0) >= 2 ** 31) throw new ReelbenchError('invalid-input', `The id ${widest} of a user or a film is too large for the models.`, { hint: 'Ids must lie below 2,147,483,648.' });

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

/** Elements that a loop handles before it lets others run. Loops stand in functions of their own: in an async one they run slower. */
const STEP = 4_194_304;
/** Ids that spread over no more than this are looked up in an array. */
const SPREAD = 1 << 24;

async function inSteps(count: number, pause: Pause, run: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += STEP) {
    await pause();
    run(from, Math.min(count, from + STEP));
  }
}

/** Replaces ids by their places in `known`, or among those that occur, ascending; -1 for an id that `known` lacks. Answers the ids. */
async function renumber(ids: Int32Array, known: Int32Array | undefined, pause: Pause): Promise<Int32Array> {
  const bounds = known ?? ids;
  const [low, high] = range(bounds);
  if (high - low >= SPREAD) return renumberWide(ids, known, pause);
  const places = new Int32Array(high - low + 1);
  await inSteps(bounds.length, pause, (from, to) => mark(bounds, from, to, low, places));
  const order = number(places, low);
  await inSteps(ids.length, pause, (from, to) => translate(ids, from, to, low, places));
  return order;
}

function range(ids: Int32Array): [number, number] {
  let low = ids[0] ?? 0;
  let high = ids[0] ?? -1;
  for (let at = 1; at < ids.length; at++) {
    const id = ids[at] ?? 0;
    if (id < low) low = id;
    else if (id > high) high = id;
  }
  return [low, high];
}

function mark(ids: Int32Array, from: number, to: number, low: number, places: Int32Array): void {
  for (let at = from; at < to; at++) places[(ids[at] ?? 0) - low] = 1;
}

/** Turns marks into places, -1 where there is none; answers the ids in order. */
function number(places: Int32Array, low: number): Int32Array {
  const order = new Int32Array(places.reduce((sum, present) => sum + present, 0));
  for (let id = 0, next = 0; id < places.length; id++) {
    const present = places[id] === 1;
    places[id] = present ? next : -1;
    if (present) order[next++] = low + id;
  }
  return order;
}

function translate(ids: Int32Array, from: number, to: number, low: number, places: Int32Array): void {
  const spread = places.length;
  for (let at = from; at < to; at++) {
    const place = (ids[at] ?? 0) - low;
    ids[at] = place >= 0 && place < spread ? (places[place] ?? -1) : -1;
  }
}

async function renumberWide(ids: Int32Array, known: Int32Array | undefined, pause: Pause): Promise<Int32Array> {
  const order = known ?? Int32Array.from(new Set(ids)).sort();
  const places = new Map<number, number>();
  order.forEach((id, place) => places.set(id, place));
  await inSteps(ids.length, pause, (from, to) => {
    for (let at = from; at < to; at++) ids[at] = places.get(ids[at] ?? 0) ?? -1;
  });
  return order;
}

/** Two counting sorts: by film, and from there by user, which leaves the films of a row ascending. Overwrites what it is given. */
async function sorted(users: Int32Array, movies: Int32Array, values: Float32Array, rows: number, columns: number, pause: Pause): Promise<Csr> {
  const filmStarts = new Int32Array(columns + 1);
  const indptr = new Int32Array(rows + 1);
  await inSteps(users.length, pause, (from, to) => count(users, movies, from, to, indptr, filmStarts));
  accumulate(filmStarts);
  accumulate(indptr);
  const nonzeros = indptr[rows] ?? 0;

  const byFilm: Entries = { keys: new Int32Array(nonzeros), values: new Float32Array(nonzeros), next: filmStarts.slice() };
  await inSteps(users.length, pause, (from, to) => placeByFilm(users, movies, values, from, to, byFilm));
  const byUser: Entries = { keys: movies.subarray(0, nonzeros), values: values.subarray(0, nonzeros), next: indptr.slice() };
  let film = 0;
  await inSteps(nonzeros, pause, (from, to) => {
    film = placeByUser(byFilm, from, to, film, filmStarts, byUser);
  });
  return { rows, columns, indptr, indices: byUser.keys, values: byUser.values };
}

/** Entries grouped by one side, with the other side's place as `keys`; `next` is where each group goes on. */
interface Entries {
  readonly keys: Int32Array;
  readonly values: Float32Array;
  readonly next: Int32Array;
}

/** Counts each user's and each film's entries, one place further on, so that their running sums are starts. */
function count(users: Int32Array, movies: Int32Array, from: number, to: number, ofUser: Int32Array, ofFilm: Int32Array): void {
  for (let at = from; at < to; at++) {
    const movie = movies[at] ?? -1;
    if (movie < 0) continue;
    const user = users[at] ?? 0;
    ofFilm[movie + 1] = (ofFilm[movie + 1] ?? 0) + 1;
    ofUser[user + 1] = (ofUser[user + 1] ?? 0) + 1;
  }
}

function accumulate(counts: Int32Array): void {
  for (let at = 1; at < counts.length; at++) counts[at] = (counts[at] ?? 0) + (counts[at - 1] ?? 0);
}

function placeByFilm(users: Int32Array, movies: Int32Array, values: Float32Array, from: number, to: number, into: Entries): void {
  const { keys, next } = into;
  const sink = into.values;
  for (let at = from; at < to; at++) {
    const movie = movies[at] ?? -1;
    if (movie < 0) continue;
    const place = next[movie] ?? 0;
    next[movie] = place + 1;
    keys[place] = users[at] ?? 0;
    sink[place] = values[at] ?? 0;
  }
}

/** Moves entries [from, to), which start in `film`, to their users; answers the film where it ended. */
function placeByUser(byFilm: Entries, from: number, to: number, film: number, filmStarts: Int32Array, into: Entries): number {
  const { keys, values } = byFilm;
  const { next } = into;
  const films = into.keys;
  const sink = into.values;
  let end = filmStarts[film + 1] ?? 0;
  for (let at = from; at < to; at++) {
    while (at >= end) end = filmStarts[++film + 1] ?? to;
    const user = keys[at] ?? 0;
    const place = next[user] ?? 0;
    next[user] = place + 1;
    films[place] = film;
    sink[place] = values[at] ?? 0;
  }
  return film;
}
