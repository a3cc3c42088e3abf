import { type Fold, role } from './folds.ts';
import type { Cases } from './cases.ts';
import type { Training, Word } from './contest.ts';
import { seededRandom } from '../workspace/random.ts';
import type { Interactions } from './interactions.ts';

/** What models learn from a fold. */
export function trainingOf({ interactions, roles }: Fold, terms: readonly (readonly Word[])[]): Training {
  const { userIds: all, movieIds } = interactions;
  const part = sortedRows(interactions, (entry) => roles[entry] === role.train, Int32Array.from(all.keys()));
  const rows = Array.from(all.keys()).filter((row) => (part.indptr[row + 1] ?? 0) > (part.indptr[row] ?? 0));
  const counts = new Int32Array(movieIds.length);
  for (const film of part.indices) counts[film] = (counts[film] ?? 0) + 1;
  const newest = Int32Array.from(rows, (row) => {
    const [from, to] = [part.indptr[row] ?? 0, part.indptr[row + 1] ?? 0];
    return part.indices[from + part.places.subarray(from, to).indexOf(to - from - 1)] ?? 0;
  });
  return {
    movieIds, counts, userIds: Int32Array.from(rows, (row) => all[row] ?? 0), newest, terms,
    ratings: { rows: rows.length, columns: movieIds.length, indptr: Int32Array.from([0, ...rows.map((row) => part.indptr[row + 1] ?? 0)]), indices: part.indices, values: part.values },
    chronology: { places: part.places, seconds: part.seconds },
  };
}

export interface Asked {
  /** Test ratings of at least so much are relevant; null: every one. */
  readonly threshold: number | null;
  readonly maxUsers: number;
  readonly seed: number;
  readonly unknownFilms: 'misses' | 'left out';
  /** For each user, by id, the films that alone are ranked. */
  readonly candidates?: ReadonlyMap<number, Int32Array> | undefined;
}

/** What is asked of every model in a fold: of users with a relevant test film of whom something is known. */
export function casesOf({ interactions, roles }: Fold, counts: Int32Array, { threshold, maxUsers, seed, unknownFilms, candidates }: Asked): Cases {
  const { userIds, indptr, films, ratings } = interactions;
  const asks = (entry: number) => roles[entry] === role.test && (threshold === null || (ratings[entry] ?? 0) >= threshold) && (unknownFilms === 'misses' || (counts[films[entry] ?? 0] ?? 0) > 0);
  const known: number[] = [];
  let unknown = 0;
  for (let row = 0; row < userIds.length; row++) {
    let [asked, shown] = [false, false];
    for (let entry = indptr[row] ?? 0; entry < (indptr[row + 1] ?? 0); entry++) {
      asked ||= asks(entry);
      shown ||= isShown(roles[entry]);
    }
    if (asked && shown) known.push(row);
    else if (asked) unknown++;
  }
  const rows = Int32Array.from(maxUsers > 0 && known.length > maxUsers ? sampled(known, maxUsers, seed) : known);
  const shown = sortedRows(interactions, (entry) => isShown(roles[entry]), rows);
  const wanted = sortedRows(interactions, asks, rows);
  const csr = ({ indptr: starts, indices, values }: SortedRows) => ({ rows: rows.length, columns: counts.length, indptr: starts, indices, values });
  return {
    userIds: rows.map((row) => userIds[row] ?? 0), shown: csr(shown), order: orderOf(shown), wanted: csr(wanted),
    relevant: rows.map((_, at) => (wanted.indptr[at + 1] ?? 0) - (wanted.indptr[at] ?? 0)), eligible: known.length, unknown,
    ...(candidates === undefined ? {} : { candidates: Array.from(rows, (row) => candidates.get(userIds[row] ?? 0) ?? new Int32Array(0)) }),
  };
}

const isShown = (of: number | undefined) => of === role.train || of === role.shown;

function sampled(rows: readonly number[], count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return rows.map((row) => ({ row, draw: random() })).toSorted((a, b) => a.draw - b.draw).slice(0, count).map(({ row }) => row).toSorted((a, b) => a - b);
}

interface SortedRows {
  readonly indptr: Int32Array;
  /** Films, ascending within a row. */
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** Of each its place in its row by time. */
  readonly places: Int32Array;
  readonly seconds: Int32Array;
}

/** The entries that `keep` names, of the users in `rows`, films ascending. */
function sortedRows({ indptr, films, ratings, seconds }: Interactions, keep: (entry: number) => boolean, rows: Int32Array): SortedRows {
  let size = 0;
  for (const row of rows) for (let entry = indptr[row] ?? 0; entry < (indptr[row + 1] ?? 0); entry++) size += Number(keep(entry));
  const out = { indptr: new Int32Array(rows.length + 1), indices: new Int32Array(size), values: new Float32Array(size), places: new Int32Array(size), seconds: new Int32Array(size) };
  let length = 0;
  rows.forEach((row, at) => {
    const entries: number[] = [];
    for (let entry = indptr[row] ?? 0; entry < (indptr[row + 1] ?? 0); entry++) if (keep(entry)) entries.push(entry);
    // Film and place in one number: sorting plain numbers is several times as fast as by a function.
    const keys = Float64Array.from(entries, (entry, place) => (films[entry] ?? 0) * 2 ** 26 + place).sort();
    for (const key of keys) {
      const place = key % 2 ** 26;
      const entry = entries[place] ?? 0;
      out.indices[length] = films[entry] ?? 0;
      out.values[length] = ratings[entry] ?? 0;
      out.places[length] = place;
      out.seconds[length++] = Math.max(0, seconds[entry] ?? 0);
    }
    out.indptr[at + 1] = length;
  });
  return out;
}

function orderOf({ indptr, places }: SortedRows): Int32Array {
  const order = new Int32Array(places.length);
  for (let row = 0; row + 1 < indptr.length; row++) {
    const from = indptr[row] ?? 0;
    for (let at = from; at < (indptr[row + 1] ?? 0); at++) order[from + (places[at] ?? 0)] = at - from;
  }
  return order;
}
