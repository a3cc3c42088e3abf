import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../workspace/session.ts';
import { type Fold, role } from './folds.ts';
import type { Interval } from './intervals.ts';
import { seededRandom } from '../workspace/random.ts';

/** What one fold found: sums by row of the user, and over all. */
export interface FoldErrors {
  readonly squares: Float64Array;
  readonly absolutes: Float64Array;
  readonly counts: Int32Array;
  readonly total: { readonly squares: number; readonly absolutes: number; readonly count: number };
  /** How long predicting took. */
  readonly seconds: number;
}

/** Predicts every test rating of the fold, clipped to the scale. */
export async function errorsOf({ interactions, roles }: Fold, by: { rate(user: number, positions: Int32Array): Float32Array }, [low, high]: readonly [number, number], signal?: AbortSignal): Promise<FoldErrors> {
  const began = performance.now();
  const { userIds, indptr, films, ratings } = interactions;
  const [squares, absolutes, counts] = [new Float64Array(userIds.length), new Float64Array(userIds.length), new Int32Array(userIds.length)];
  const total = { squares: 0, absolutes: 0, count: 0 };
  for (let row = 0; row < userIds.length; row++) {
    if (row % 256 === 255) {
      await setImmediate();
      throwIfCancelled(signal);
    }
    const asked: number[] = [];
    for (let entry = indptr[row] ?? 0; entry < (indptr[row + 1] ?? 0); entry++) if (roles[entry] === role.test) asked.push(entry);
    if (asked.length === 0) continue;
    const predicted = by.rate(userIds[row] ?? 0, Int32Array.from(asked, (entry) => films[entry] ?? 0));
    let [square, absolute] = [0, 0];
    asked.forEach((entry, at) => {
      const error = Math.min(high, Math.max(low, predicted[at] ?? 0)) - (ratings[entry] ?? 0);
      square += error * error;
      absolute += Math.abs(error);
    });
    squares[row] = square;
    absolutes[row] = absolute;
    counts[row] = asked.length;
    total.squares += square;
    total.absolutes += absolute;
    total.count += asked.length;
  }
  return { squares, absolutes, counts, total, seconds: (performance.now() - began) / 1000 };
}

/** Errors of predicted ratings, added up by row of the user over one fold or more. */
export class RatingErrors {
  readonly squares: Float64Array;
  readonly absolutes: Float64Array;
  readonly counts: Int32Array;
  readonly #folds: { rmse: number; mae: number }[] = [];

  constructor(users: number) {
    this.squares = new Float64Array(users);
    this.absolutes = new Float64Array(users);
    this.counts = new Int32Array(users);
  }

  add({ squares, absolutes, counts, total }: FoldErrors): void {
    counts.forEach((count, row) => {
      this.squares[row] = (this.squares[row] ?? 0) + (squares[row] ?? 0);
      this.absolutes[row] = (this.absolutes[row] ?? 0) + (absolutes[row] ?? 0);
      this.counts[row] = (this.counts[row] ?? 0) + count;
    });
    if (total.count > 0) this.#folds.push({ rmse: Math.sqrt(total.squares / total.count), mae: total.absolutes / total.count });
  }

  /** Rows of users with a test rating. */
  rows(): Int32Array {
    return Int32Array.from(this.counts.keys()).filter((row) => (this.counts[row] ?? 0) > 0);
  }

  /** Each user's own error, in the order of `rows`. */
  perUser(): { rmse: Float64Array; mae: Float64Array } {
    const rows = this.rows();
    return {
      rmse: Float64Array.from(rows, (row) => Math.sqrt((this.squares[row] ?? 0) / (this.counts[row] ?? 1))),
      mae: Float64Array.from(rows, (row) => (this.absolutes[row] ?? 0) / (this.counts[row] ?? 1)),
    };
  }

  /** Means over folds; intervals from 1,000 samples of as many users, drawn with replacement, each with all of its ratings. */
  async figures(seed: number, signal?: AbortSignal): Promise<{ rmse: Interval; mae: Interval }> {
    const rows = this.rows();
    const random = seededRandom(seed);
    const [rmse, mae] = [new Float64Array(RESAMPLES), new Float64Array(RESAMPLES)];
    for (let sample = 0; sample < RESAMPLES; sample++) {
      if (sample % 20 === 0) {
        await setImmediate();
        throwIfCancelled(signal);
      }
      let [squares, absolutes, n] = [0, 0, 0];
      for (let draw = 0; draw < rows.length; draw++) {
        const row = rows[Math.floor(random() * rows.length)] ?? 0;
        squares += this.squares[row] ?? 0;
        absolutes += this.absolutes[row] ?? 0;
        n += this.counts[row] ?? 0;
      }
      rmse[sample] = Math.sqrt(squares / n);
      mae[sample] = absolutes / n;
    }
    const mean = (of: 'rmse' | 'mae') => this.#folds.reduce((sum, fold) => sum + fold[of], 0) / this.#folds.length;
    return { rmse: { value: mean('rmse'), ...ends(rmse) }, mae: { value: mean('mae'), ...ends(mae) } };
  }
}

const RESAMPLES = 1000;

function ends(samples: Float64Array): { low: number; high: number } {
  samples.sort();
  return { low: samples[Math.floor(0.025 * (samples.length - 1))] ?? Number.NaN, high: samples[Math.ceil(0.975 * (samples.length - 1))] ?? Number.NaN };
}
