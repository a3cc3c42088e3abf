import { setImmediate } from 'node:timers/promises';
import { seededRandom } from '../workspace/random.ts';
import { throwIfCancelled } from '../workspace/session.ts';

/** A value a user and measure, row by row; NaN where a user has none. */
export interface PerUser {
  readonly users: number;
  readonly measures: number;
  readonly values: Float64Array;
}

export interface Interval {
  /** The mean over the users that have a value; NaN where none has. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;
const LEVEL = 0.95;

/**
 * The mean of each measure and its 95 % interval: percentiles of the means of 1,000 samples of as many users, drawn with
 * replacement (Efron 1979). The same seed and number of users draw the same samples, so the intervals of two models
 * measured on the same users rest on the same draws. Rejects with `cancelled` soon after the signal aborts.
 */
export async function meansWithIntervals({ users, measures, values }: PerUser, seed: number, signal?: AbortSignal): Promise<Interval[]> {
  const random = seededRandom(seed);
  const samples = Array.from({ length: measures }, () => new Float64Array(RESAMPLES));
  const drawn = new Int32Array(users);
  for (let sample = 0; sample < RESAMPLES; sample++) {
    if (sample % 20 === 0) {
      await setImmediate();
      throwIfCancelled(signal);
    }
    for (let at = 0; at < users; at++) drawn[at] = Math.floor(random() * users);
    means(values, measures, drawn).forEach((mean, measure) => {
      const of = samples[measure];
      if (of) of[sample] = mean;
    });
  }
  const everyone = means(values, measures, Int32Array.from({ length: users }, (_, at) => at));
  return samples.map((of, measure) => {
    const known = of.filter((mean) => !Number.isNaN(mean)).toSorted();
    return { value: everyone[measure] ?? Number.NaN, low: quantile(known, (1 - LEVEL) / 2), high: quantile(known, (1 + LEVEL) / 2) };
  });
}

function means(values: Float64Array, measures: number, rows: Int32Array): Float64Array {
  const sums = new Float64Array(measures);
  const counts = new Int32Array(measures);
  for (const row of rows) {
    for (let measure = 0; measure < measures; measure++) {
      const value = values[row * measures + measure] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sums[measure] = (sums[measure] ?? 0) + value;
      counts[measure] = (counts[measure] ?? 0) + 1;
    }
  }
  return sums.map((sum, measure) => sum / (counts[measure] ?? 0));
}

/** Between the two nearest of ascending values (type 7 of Hyndman and Fan). */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  return below + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? Number.NaN) - below);
}
