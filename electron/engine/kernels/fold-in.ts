import { factorise, solve } from './cholesky.ts';
import type { Csr } from './csr.ts';
import { addOuters } from './outers.ts';

/** A history folded into an ALS model: its exact vector, and what each of its entries adds to a score. */
interface FoldedUser {
  /** x = A⁻¹ Σ cᵢ pᵢ yᵢ with A = YᵀY + Σ (cᵢ - 1) yᵢ yᵢᵀ + λI, λ as AlsOptions has it. The score of item j is yⱼ · x. */
  readonly vector: Float64Array;
  /** For one item, what each entry of the history adds to its score, in the history's order: cᵢ pᵢ yⱼᵀ A⁻¹ yᵢ. Their sum is the score. */
  contributions(item: number): Float64Array;
}

/**
 * Users of an ALS model as histories, solved exactly in f64 (Cholesky): known users, invented ones and what-if edits are one
 * call. Making one takes items × factors² / 2 products; folding a history in takes |history| × factors² / 2 and a solution.
 */
export class AlsFoldIn {
  readonly #items: Float32Array;
  readonly #factors: number;
  readonly #alpha: number;
  readonly #regularization: number;
  readonly #exponent: number;
  readonly #gram: Float64Array;

  /** `items` as `als` gives them; regularization, exponent and alpha as it was given them. */
  constructor(model: { readonly items: Float32Array; readonly factors: number; readonly regularization: number; readonly exponent?: number; readonly alpha: number }) {
    this.#items = model.items;
    this.#factors = model.factors;
    this.#alpha = model.alpha;
    this.#regularization = model.regularization;
    this.#exponent = model.exponent ?? 0;
    this.#gram = new Float64Array(model.factors ** 2);
    const rows = Int32Array.from({ length: model.items.length / model.factors }, (_, row) => row);
    addOuters(this.#gram, model.items, rows, new Float64Array(rows.length).fill(1), model.factors);
  }

  /** λ of each row of a matrix of histories, values as `fold` takes them. */
  lambdas({ rows, indptr, values }: Csr): Float32Array {
    return Float32Array.from({ length: rows }, (_, row) => this.#lambda(values.subarray(indptr[row], indptr[row + 1])));
  }

  #lambda(values: Float32Array): number {
    const weight = values.reduce((sum, value) => sum + this.#alpha * Math.abs(value), 0);
    return this.#regularization * (weight + this.#items.length / this.#factors) ** this.#exponent;
  }

  /**
   * `positions` are rows of the items' factors, `values` what the training matrix would hold for them: preference 1 with
   * confidence 1 + alpha · value. A negative value is preference 0 with confidence 1 + alpha · |value|. An empty history
   * scores 0 everywhere.
   */
  fold(positions: Int32Array, values: Float32Array): FoldedUser {
    const n = this.#factors;
    const items = this.#items;
    const system = this.#gram.slice();
    const vector = new Float64Array(n);
    const confidences = Float64Array.from(values, (value) => 1 + this.#alpha * Math.abs(value));
    const preferred = Float64Array.from(values, (value, k) => (value > 0 ? (confidences[k] ?? 1) : 0));
    addOuters(system, items, positions, confidences.map((confidence) => confidence - 1), n);
    positions.forEach((position, k) => {
      for (let f = 0; f < n; f++) vector[f] = (vector[f] ?? 0) + (preferred[k] ?? 0) * (items[position * n + f] ?? 0);
    });
    const lambda = this.#lambda(values);
    for (let f = 0; f < n; f++) system[f * n + f] = (system[f * n + f] ?? 0) + lambda;
    factorise(system, n);
    solve(system, vector, n);
    return {
      vector,
      contributions: (item) => {
        const direction = Float64Array.from(items.subarray(item * n, (item + 1) * n));
        solve(system, direction, n);
        return Float64Array.from(positions, (position, k) => {
          let sum = 0;
          for (let f = 0; f < n; f++) sum += (items[position * n + f] ?? 0) * (direction[f] ?? 0);
          return sum * (preferred[k] ?? 0);
        });
      },
    };
  }
}
