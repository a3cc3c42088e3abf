import { factorise, solve } from './cholesky.ts';
import type { Csr } from './csr.ts';
import { addOuters } from './outers.ts';

/** A history folded into a model of ratings. The predicted rating of item j is constant + biases[j] + items[j] · vector. */
interface FoldedRater {
  readonly vector: Float64Array;
  /** The mean of all ratings and the user's own bias. */
  readonly constant: number;
  /** For one item, what each entry of the history adds, in the history's order: their sum is its predicted rating less mean + biases[item]. */
  contributions(item: number): Float64Array;
}

/** The films' side of SVD or SVD++ as `svd` gives it; `implicit` is empty for SVD. */
interface RatingModel {
  readonly factors: number;
  readonly mean: number;
  readonly items: Float32Array;
  readonly itemBiases: Float32Array;
  readonly implicit: Float32Array;
  /** L2 weight on a user's bias and factors: `base` and `each` for each rating of theirs. */
  readonly ridge: { readonly base: number; readonly each: number };
}

/**
 * Users of a model of ratings as histories, the films fixed: bias and factors by ridge regression of what is left of each
 * rating, r - mean - bᵢ (- qᵢ · n^-½ Σ yⱼ), on ỹ = (qᵢ, 1): x = A⁻¹ Σ ỹᵢ rᵢ with A = Σ ỹᵢ ỹᵢᵀ + λI, in f64 (Cholesky).
 * Linear in the ratings, so that contributions are exact.
 */
export class RatingFoldIn {
  readonly #model: RatingModel;

  constructor(model: RatingModel) {
    this.#model = model;
  }

  /** For many histories, rows of a matrix of ratings: what is left of each rating, λ of each row, and n^-½ Σ yⱼ of each. */
  systems({ rows, indptr, indices, values }: Csr): { values: Float32Array; lambdas: Float32Array; rated: Float32Array } {
    const { factors: n, items, itemBiases, mean, ridge } = this.#model;
    const left = new Float32Array(values.length);
    const lambdas = new Float32Array(rows);
    const all = new Float32Array(rows * n);
    for (let row = 0; row < rows; row++) {
      const [from, to] = [indptr[row] ?? 0, indptr[row + 1] ?? 0];
      const rated = this.#rated(indices.subarray(from, to));
      all.set(rated, row * n);
      lambdas[row] = ridge.base + ridge.each * (to - from);
      for (let at = from; at < to; at++) {
        const item = indices[at] ?? 0;
        left[at] = (values[at] ?? 0) - mean - (itemBiases[item] ?? 0) - (this.#model.implicit.length > 0 ? product(items.subarray(item * n, (item + 1) * n), rated, n) : 0);
      }
    }
    return { values: left, lambdas, rated: all };
  }

  #rated(positions: Int32Array): Float64Array {
    const { factors: n, implicit } = this.#model;
    const sum = new Float64Array(n);
    if (implicit.length === 0) return sum;
    const root = 1 / Math.sqrt(Math.max(1, positions.length));
    for (const position of positions) for (let f = 0; f < n; f++) sum[f] = (sum[f] ?? 0) + root * (implicit[position * n + f] ?? 0);
    return sum;
  }

  /** `positions` are rows of the items' factors. An empty history is the mean. */
  fold(positions: Int32Array, ratings: Float32Array): FoldedRater {
    const { factors: n, items, itemBiases, implicit, mean, ridge } = this.#model;
    const root = 1 / Math.sqrt(Math.max(1, positions.length));
    const rated = this.#rated(positions);

    const size = n + 1;
    const own = new Float64Array(positions.length * size);
    const left = new Float64Array(positions.length);
    const solution = new Float64Array(size);
    positions.forEach((position, k) => {
      const row = own.subarray(k * size, (k + 1) * size);
      row.set(items.subarray(position * n, (position + 1) * n));
      row[n] = 1;
      const rest = (ratings[k] ?? 0) - mean - (itemBiases[position] ?? 0) - product(row, rated, n);
      left[k] = rest;
      for (let f = 0; f < size; f++) solution[f] = (solution[f] ?? 0) + rest * (row[f] ?? 0);
    });
    const system = new Float64Array(size * size);
    for (let f = 0; f < size; f++) system[f * size + f] = ridge.base + ridge.each * positions.length;
    addOuters(system, own, Int32Array.from(positions.keys()), new Float64Array(positions.length).fill(1), size);
    factorise(system, size);
    solve(system, solution, size);
    return {
      vector: rated.map((value, f) => value + (solution[f] ?? 0)),
      constant: mean + (solution[n] ?? 0),
      contributions: (item) => {
        const target = new Float64Array(size);
        target.set(items.subarray(item * n, (item + 1) * n));
        target[n] = 1;
        const direction = target.slice();
        solve(system, direction, size);
        return Float64Array.from(positions, (position, k) => {
          const heard = implicit.length > 0 ? root * product(target, implicit.subarray(position * n, (position + 1) * n), n) : 0;
          return heard + (left[k] ?? 0) * product(direction, own.subarray(k * size, (k + 1) * size), size);
        });
      },
    };
  }
}

function product(a: Float32Array | Float64Array, b: Float32Array | Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
