import { seededRandom } from '../../workspace/random.ts';

/** A metric of one model: users ascending, each with a value, NaN where it has none. Folds stand for users where a figure is one of folds. */
export interface UserValues {
  readonly users: Int32Array;
  readonly values: Float64Array;
}

/** What two models differ by, pair by pair, and what the resampling of it works on. */
export interface Paired {
  /** Users who have a value of both. */
  readonly pairs: number;
  readonly mean: number;
  /** Of the differences, with n - 1 below the line. */
  readonly deviation: number;
  /** Differences summed in groups, and the pairs of each group; a group a pair where there are not many. */
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
}

/**
 * More pairs than this are put into as many groups, at random. A mean over groups of equal size that are drawn again has the
 * mean, the variance and the skewness of one over users that are drawn again, and turning the signs of whole groups is as
 * exact a test as turning each: with thousands of groups nothing is lost but time.
 */
export const GROUPS = 2048;

/** Differences a - b over the users that both have a value for. */
export function pair(a: UserValues, b: UserValues, seed: number): Paired {
  const differences = differencesOf(a, b);
  const pairs = differences.length;
  let sum = 0;
  for (const difference of differences) sum += difference;
  const mean = pairs === 0 ? Number.NaN : sum / pairs;
  let squares = 0;
  for (const difference of differences) squares += (difference - mean) ** 2;
  const deviation = pairs < 2 ? 0 : Math.sqrt(squares / (pairs - 1));
  return { pairs, mean, deviation: deviation <= 1e-12 * Math.abs(mean) ? 0 : deviation, ...grouped(differences, seed) };
}

function differencesOf(a: UserValues, b: UserValues): Float64Array {
  const differences = new Float64Array(Math.min(a.users.length, b.users.length));
  let length = 0;
  for (let i = 0, j = 0; i < a.users.length && j < b.users.length;) {
    const [left = 0, right = 0] = [a.users[i], b.users[j]];
    if (left === right) {
      const difference = (a.values[i] ?? Number.NaN) - (b.values[j] ?? Number.NaN);
      if (!Number.isNaN(difference)) differences[length++] = difference;
    }
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return differences.subarray(0, length);
}

function grouped(differences: Float64Array, seed: number): Pick<Paired, 'sums' | 'sizes'> {
  const count = differences.length;
  if (count <= GROUPS) return { sums: differences, sizes: new Float64Array(count).fill(1) };
  const random = seededRandom(seed);
  const order = Int32Array.from({ length: count }, (_, at) => at);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  const sums = new Float64Array(GROUPS);
  const sizes = new Float64Array(GROUPS);
  for (let at = 0; at < count; at++) {
    const group = at % GROUPS;
    sums[group] = (sums[group] ?? 0) + (differences[order[at] ?? 0] ?? 0);
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  return { sums, sizes };
}
