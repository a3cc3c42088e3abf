import type { Cases } from './cases.ts';
import type { Training } from './contest.ts';
import type { KeptCases } from './kept.ts';
import type { Genres } from './metrics.ts';

/** What folds found of one model: means a user over the folds that asked them, and the lists of the first that did. */
export class Tally {
  readonly #width: number;
  readonly #depth: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint8Array;
  readonly #lists: Int32Array;
  readonly #seen: Uint8Array;
  readonly #coverage: number[][] = [];

  /** `width` values a user, lists of `depth` films. */
  constructor(users: number, width: number, depth: number) {
    this.#width = width;
    this.#depth = depth;
    this.#sums = new Float64Array(users * width);
    this.#counts = new Uint8Array(users * width);
    this.#lists = new Int32Array(users * depth).fill(-1);
    this.#seen = new Uint8Array(users);
  }

  /** Adds a fold: values and lists are of the users in `rows`. NaN is no value. */
  add(rows: Int32Array, values: Float64Array, lists: Int32Array, coverage: readonly number[]): void {
    rows.forEach((row, user) => {
      for (let column = 0; column < this.#width; column++) {
        const value = values[user * this.#width + column] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const at = row * this.#width + column;
        this.#sums[at] = (this.#sums[at] ?? 0) + value;
        this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      }
      if (this.#seen[row] === 1) return;
      this.#seen[row] = 1;
      this.#lists.set(lists.subarray(user * this.#depth, (user + 1) * this.#depth), row * this.#depth);
    });
    this.#coverage.push([...coverage]);
  }

  /** The values of the users in `rows`, row by row. */
  values(rows: Int32Array): Float64Array {
    const values = new Float64Array(rows.length * this.#width);
    rows.forEach((row, user) => {
      for (let column = 0; column < this.#width; column++) {
        const at = row * this.#width + column;
        values[user * this.#width + column] = (this.#sums[at] ?? 0) / (this.#counts[at] ?? 0);
      }
    });
    return values;
  }

  lists(rows: Int32Array): Int32Array {
    const lists = new Int32Array(rows.length * this.#depth);
    rows.forEach((row, user) => lists.set(this.#lists.subarray(row * this.#depth, (row + 1) * this.#depth), user * this.#depth));
    return lists;
  }

  /** For each cutoff the mean over folds. */
  coverage(): number[] {
    const [first = []] = this.#coverage;
    return first.map((_, cutoff) => this.#coverage.reduce((sum, fold) => sum + (fold[cutoff] ?? 0), 0) / this.#coverage.length);
  }
}

interface Case {
  readonly shown: number;
  readonly relevant: number;
  readonly wanted: Int32Array;
}

/** Who was asked for what; of users in several folds, the first. */
export class CasesOfFolds {
  readonly #cases = new Map<number, Case>();

  add(rows: Int32Array, { shown, wanted, relevant }: Cases): void {
    rows.forEach((row, user) => {
      if (this.#cases.has(row)) return;
      this.#cases.set(row, {
        shown: (shown.indptr[user + 1] ?? 0) - (shown.indptr[user] ?? 0), relevant: relevant[user] ?? 0,
        wanted: wanted.indices.slice(wanted.indptr[user], wanted.indptr[user + 1]),
      });
    });
  }

  /** Rows of the users, ascending. */
  rows(): Int32Array {
    return Int32Array.from(this.#cases.keys()).sort();
  }

  kept(users: (rows: Int32Array) => Int32Array, { movieIds, counts }: Training, genres: Genres | undefined, titles: ReadonlyMap<number, string>, depth: number): KeptCases {
    const rows = this.rows();
    const of = Array.from(rows, (row) => this.#cases.get(row) ?? { shown: 0, relevant: 0, wanted: new Int32Array(0) });
    const wantedFrom = new Int32Array(rows.length + 1);
    of.forEach(({ wanted }, at) => {
      wantedFrom[at + 1] = (wantedFrom[at] ?? 0) + wanted.length;
    });
    const wanted = new Int32Array(wantedFrom.at(-1) ?? 0);
    of.forEach((one, at) => wanted.set(one.wanted, wantedFrom[at]));
    return {
      users: users(rows), shown: Int32Array.from(of, ({ shown }) => shown), relevant: Int32Array.from(of, ({ relevant }) => relevant), wantedFrom, wanted,
      movieIds, counts, titles: Array.from(movieIds, (id) => titles.get(id) ?? `Film ${id}`), genres, depth,
    };
  }
}
