import { seededRandom } from '../workspace/random.ts';
import type { Csr } from './csr.ts';

/** Ratings that are measured on and not learnt from. */
export interface HeldOut {
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly ratings: Float32Array;
}

/** Takes each rating out with probability `share`, but leaves every user at least one; what is kept closes up in the same arrays. */
export function holdOut({ rows, columns, indptr, indices, values }: Csr, share: number, seed: number): HeldOut & { kept: Csr } {
  const random = seededRandom(seed);
  const out: { users: number[]; items: number[]; ratings: number[] } = { users: [], items: [], ratings: [] };
  let length = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    const end = indptr[row + 1] ?? 0;
    const first = length;
    for (; at < end; at++) {
      // The last of a user whose others all left stays.
      if (random() < share && (length > first || at + 1 < end)) {
        out.users.push(row);
        out.items.push(indices[at] ?? 0);
        out.ratings.push(values[at] ?? 0);
      } else {
        indices[length] = indices[at] ?? 0;
        values[length++] = values[at] ?? 0;
      }
    }
    indptr[row + 1] = length;
  }
  return {
    users: Int32Array.from(out.users), items: Int32Array.from(out.items), ratings: Float32Array.from(out.ratings),
    kept: { rows, columns, indptr, indices: indices.subarray(0, length), values: values.subarray(0, length) },
  };
}

export function rootMeanSquare(ratings: Float32Array, predicted: (entry: number) => number): number {
  let sum = 0;
  for (let i = 0; i < ratings.length; i++) sum += ((ratings[i] ?? 0) - predicted(i)) ** 2;
  return Math.sqrt(sum / Math.max(1, ratings.length));
}
