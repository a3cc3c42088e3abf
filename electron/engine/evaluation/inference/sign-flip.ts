import { setImmediate } from 'node:timers/promises';
import { seededRandom } from '../../workspace/random.ts';
import { throwIfCancelled } from '../../workspace/session.ts';

/** Up to so many differences all ways to turn signs are gone through. */
const EXACT = 16;
/** Draws at the most: after Holm's correction over 91 comparisons (fourteen models) a p below .001 can still be told. */
const DRAWS = 99_999;
/** After so many draws that are as extreme, p is known to a twentieth of itself, and more are not drawn. */
const ENOUGH = 400;
const BATCH = 500;

/**
 * p of a paired permutation test, two-sided (Fisher 1935): how often the mean difference is at least as far from 0 when the
 * sign of each difference is turned by a coin. That is what the names of two equal models are: interchangeable, user by
 * user. Nothing is assumed of the distribution. Exact where few differences are not 0; else from up to 99,999 draws that
 * follow from the seed, the observed one counted in, fewer where p is large (Besag and Clifford 1991): never too small.
 */
export async function signFlip(differences: Float64Array, seed: number, signal?: AbortSignal): Promise<number> {
  const turned = differences.filter((difference) => difference !== 0);
  let [sum, sizes] = [0, 0];
  for (const difference of turned) {
    sum += difference;
    sizes += Math.abs(difference);
  }
  // Sums of the same numbers in another order differ in their last bits.
  const bound = Math.abs(sum) - 1e-12 * sizes;
  return turned.length <= EXACT ? exact(turned, bound) : drawn(turned, sum, bound, seed, signal);
}

function exact(differences: Float64Array, bound: number): number {
  const ways = 2 ** differences.length;
  const table = sumsOf(differences, 0, differences.length);
  const all = table[ways - 1] ?? 0;
  let extreme = 0;
  for (const positive of table) if (Math.abs(2 * positive - all) >= bound) extreme++;
  return extreme / ways;
}

async function drawn(differences: Float64Array, sum: number, bound: number, seed: number, signal: AbortSignal | undefined): Promise<number> {
  const bytes = Math.ceil(differences.length / 8);
  const tables = new Float64Array(bytes * 256);
  for (let at = 0; at < bytes; at++) tables.set(sumsOf(differences, at * 8, 8), at * 256);
  const random = seededRandom(seed);
  const coins = new Uint32Array(Math.ceil(bytes / 4));
  const flips = new Uint8Array(coins.buffer);
  let [draws, extreme] = [0, 0];
  while (draws < DRAWS && extreme < ENOUGH) {
    await setImmediate();
    throwIfCancelled(signal);
    for (let end = Math.min(DRAWS, draws + BATCH); draws < end && extreme < ENOUGH; draws++) {
      for (let at = 0; at < coins.length; at++) coins[at] = random() * 4_294_967_296;
      if (Math.abs(2 * positiveSum(tables, flips, bytes) - sum) >= bound) extreme++;
    }
  }
  return extreme >= ENOUGH ? extreme / draws : (extreme + 1) / (draws + 1);
}

function positiveSum(tables: Float64Array, flips: Uint8Array, bytes: number): number {
  let sum = 0;
  for (let at = 0; at < bytes; at++) sum += tables[at * 256 + (flips[at] ?? 0)] ?? 0;
  return sum;
}

/** For each set of the `count` numbers from `from` on, as bits of its index, their sum. */
function sumsOf(values: Float64Array, from: number, count: number): Float64Array {
  const sums = new Float64Array(2 ** count);
  for (let bit = 0; bit < count; bit++) {
    const value = values[from + bit] ?? 0;
    for (let below = 0; below < 2 ** bit; below++) sums[2 ** bit + below] = (sums[below] ?? 0) + value;
  }
  return sums;
}
