import { ReelbenchError } from '../../../shared/contract/index.ts';
import { readColumns } from '../workspace/columns.ts';
import type { Session } from '../workspace/session.ts';

/** The time of a rating that has none. */
export const UNTIMED = -2_147_483_648;

/**
 * Ratings by user, and within a user from the oldest to the newest, each pair of user and film once. Of ratings of the same
 * moment the one further down in the file is the newer. An entry is one index into `films`, `ratings`, `seconds`, `places`.
 */
export interface Interactions {
  /** Ascending. */
  readonly userIds: Int32Array;
  /** Ascending; films that nobody rated may be among them. */
  readonly movieIds: Int32Array;
  /** The entries of user `row` are `indptr[row]` to `indptr[row + 1]`. */
  readonly indptr: Int32Array;
  /** Places in `movieIds`. */
  readonly films: Int32Array;
  readonly ratings: Float32Array;
  /** Unix seconds, `UNTIMED` where it is not known. */
  readonly seconds: Int32Array;
  /** Number of the row in the file, from 0. */
  readonly places: Int32Array;
  /** Rows that were left out because a later one is of the same user and film. */
  readonly repeated: number;
}

/** Rows as they stand in a file or a table, in its order. */
export interface Rows {
  readonly users: Int32Array;
  readonly films: Int32Array;
  readonly ratings: Float32Array;
  readonly seconds: Int32Array;
  /** Where the rows' own numbers are not their places. */
  readonly places?: Int32Array;
}

/** Rows in order. `films` are ids beside those that occur. */
export function interactionsOf({ users, films, ratings, seconds, places }: Rows, more: Int32Array = new Int32Array(0)): Interactions {
  const userIds = distinct(users);
  const movieIds = distinct(films, more);
  const rows = placesIn(userIds, users);
  const columns = placesIn(movieIds, films);
  const starts = new Int32Array(userIds.length + 1);
  for (const row of rows) starts[row + 1] = (starts[row + 1] ?? 0) + 1;
  for (let row = 0; row < userIds.length; row++) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
  const order = new Int32Array(rows.length);
  const next = starts.slice();
  rows.forEach((row, at) => {
    const to = next[row] ?? 0;
    next[row] = to + 1;
    order[to] = at;
  });
  const indptr = new Int32Array(userIds.length + 1);
  const last = new Int32Array(movieIds.length).fill(-1);
  let length = 0;
  for (let row = 0; row < userIds.length; row++) {
    const own = order.subarray(starts[row], starts[row + 1]);
    sortByTime(own, seconds);
    for (const at of own) last[columns[at] ?? 0] = at;
    // A later rating of the same film takes the place of the earlier one.
    for (const at of own) if (last[columns[at] ?? 0] === at) order[length++] = at;
    indptr[row + 1] = length;
  }
  const kept = order.subarray(0, length);
  return {
    userIds, movieIds, indptr, films: pick(columns, kept), ratings: pick(ratings, kept), seconds: pick(seconds, kept),
    places: places === undefined ? kept.slice() : pick(places, kept), repeated: rows.length - length,
  };
}

/** Sorts entries in place by time, equal ones as they stand. */
function sortByTime(entries: Int32Array, seconds: Int32Array): void {
  for (let i = 1; i < entries.length; i++) {
    if ((seconds[entries[i] ?? 0] ?? 0) >= (seconds[entries[i - 1] ?? 0] ?? 0)) continue;
    entries.sort((a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0) || a - b);
    return;
  }
}

function pick<T extends Int32Array | Float32Array>(from: T, entries: Int32Array): T {
  const picked = from.slice(0, entries.length);
  for (let at = 0; at < entries.length; at++) picked[at] = from[entries[at] ?? 0] ?? 0;
  return picked as T;
}

/** Ids that occur, ascending. */
function distinct(ids: Int32Array, more: Int32Array = new Int32Array(0)): Int32Array {
  const found = new Set<number>(more);
  let before = -1;
  for (const id of ids) {
    if (id !== before) found.add(id);
    before = id;
  }
  return Int32Array.from(found).sort();
}

/** Where each id stands in ascending `known`; -1 for one that is not there. */
export function placesIn(known: Int32Array, ids: Int32Array): Int32Array {
  const places = new Map<number, number>();
  known.forEach((id, place) => places.set(id, place));
  return ids.map((id) => places.get(id) ?? -1);
}

/** The entries for which `keep` answers true; users without any are gone, films stay. */
export function kept(of: Interactions, keep: (entry: number) => boolean): Interactions {
  const entries = new Int32Array(of.films.length);
  const users: number[] = [];
  const ends = [0];
  let length = 0;
  for (let row = 0; row < of.userIds.length; row++) {
    const before = length;
    for (let entry = of.indptr[row] ?? 0; entry < (of.indptr[row + 1] ?? 0); entry++) if (keep(entry)) entries[length++] = entry;
    if (length === before) continue;
    users.push(of.userIds[row] ?? 0);
    ends.push(length);
  }
  if (length === of.films.length) return of;
  const chosen = entries.subarray(0, length);
  return {
    ...of, userIds: Int32Array.from(users), indptr: Int32Array.from(ends),
    films: pick(of.films, chosen), ratings: pick(of.ratings, chosen), seconds: pick(of.seconds, chosen), places: pick(of.places, chosen),
  };
}

/** Leaves out users with fewer than `minUser` ratings and films with fewer than `minItem`, again and again until none is left. */
export function core(of: Interactions, minUser: number, minItem: number): Interactions {
  for (let left = of; ; ) {
    const counts = filmCounts(left);
    const rows = rowsOf(left);
    const next = kept(left, (entry) => {
      const row = rows[entry] ?? 0;
      return (left.indptr[row + 1] ?? 0) - (left.indptr[row] ?? 0) >= minUser && (counts[left.films[entry] ?? 0] ?? 0) >= minItem;
    });
    if (next === left) return left;
    left = next;
  }
}

/** The number of entries of each film. */
function filmCounts({ films, movieIds }: Pick<Interactions, 'films' | 'movieIds'>): Int32Array {
  const counts = new Int32Array(movieIds.length);
  for (const film of films) counts[film] = (counts[film] ?? 0) + 1;
  return counts;
}

/** The user's row of each entry. */
function rowsOf({ indptr, films, userIds }: Interactions): Int32Array {
  const rows = new Int32Array(films.length);
  for (let row = 0; row < userIds.length; row++) rows.fill(row, indptr[row], indptr[row + 1]);
  return rows;
}

/** Tables as SQL names, each only where there is such a table. */
export interface CoreTables {
  readonly ratings: string;
  readonly movies?: string | undefined;
  /** Rows as imported: their numbers are places in the file. */
  readonly raw?: string | undefined;
}

/**
 * The cleaned ratings of a workspace. With `raw`, ratings stand in the order of the file where they can be found there; without
 * it, and where they cannot, by user and film.
 */
export async function readInteractions(session: Session, { ratings, movies, raw }: CoreTables): Promise<Interactions> {
  const facts = await session.one<{ n: number; fits: boolean }>(`
    SELECT count(*) AS n, coalesce(least(min(user_id), min(movie_id)) > -2147483648 AND greatest(max(user_id), max(movie_id)) < 2147483648, true) AS fits FROM ${ratings}`);
  if (facts.n === 0) throw new ReelbenchError('not-ready', 'There are no ratings to measure on.', { hint: 'Import ratings and run the pipeline, or give files with --train and --test.' });
  if (!facts.fits) throw new ReelbenchError('invalid-input', 'Ids of users or films are too large for the models.', { hint: 'Ids must lie below 2,147,483,648.' });
  const from = raw === undefined
    ? `SELECT user_id, movie_id, rating, rated_at, NULL::BIGINT AS place FROM ${ratings}`
    : `SELECT user_id, movie_id, rating, rated_at, place FROM ${ratings} LEFT JOIN (SELECT user_id, movie_id, max(rowid) AS place FROM ${raw} GROUP BY ALL) USING (user_id, movie_id)`;
  const read = (place: string) => readColumns(session, `
    SELECT user_id::INTEGER, movie_id::INTEGER, rating::FLOAT, greatest(${UNTIMED}, least(2147483647, coalesce(floor(epoch(rated_at)), ${UNTIMED})))::INTEGER, (${place})::INTEGER
    FROM (${from}) ORDER BY place NULLS LAST, user_id, movie_id`, facts.n, [Int32Array, Int32Array, Float32Array, Int32Array, Int32Array]);
  // A place by user and film among all takes a second sort of all ratings, and most of the memory: only where some are found in the file and some not.
  let [users, films, values, seconds, places] = await read('coalesce(place, -1)');
  if (places[0] === -1) for (let at = 0; at < places.length; at++) places[at] = at;
  else if (places.at(-1) === -1) [users, films, values, seconds, places] = await read('coalesce(place, row_number() OVER (ORDER BY user_id, movie_id) - 1)');
  const more = movies === undefined ? undefined : await readIds(session, movies);
  return interactionsOf({ users, films, ratings: values, seconds, places }, more);
}

async function readIds(session: Session, table: string): Promise<Int32Array> {
  const ids = `SELECT DISTINCT movie_id::INTEGER AS id FROM ${table} WHERE movie_id < 2147483648`;
  const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM (${ids})`);
  return (await readColumns(session, ids, n, [Int32Array]))[0];
}
