import { factorise, solve } from './cholesky.ts';

/** A history folded into an ALS model: its exact vector, and what each of its entries adds to a score. */
interface FoldedUser {
  /** x = A⁻¹ Σ cᵢ pᵢ yᵢ with A = YᵀY + Σ (cᵢ - 1) yᵢ yᵢᵀ + λI. The score of item j is yⱼ · x. */
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
  readonly #gram: Float64Array;

  /** `items` as `als` gives them; regularization and alpha as it was given them. */
  constructor(model: { readonly items: Float32Array; readonly factors: number; readonly regularization: number; readonly alpha: number }) {
    this.#items = model.items;
    this.#factors = model.factors;
    this.#alpha = model.alpha;
    this.#gram = new Float64Array(model.factors ** 2);
    const rows = Int32Array.from({ length: model.items.length / model.factors }, (_, row) => row);
    addOuters(this.#gram, model.items, rows, new Float64Array(rows.length).fill(1), model.factors);
    for (let i = 0; i < model.factors; i++) this.#gram[i * model.factors + i] = (this.#gram[i * model.factors + i] ?? 0) + model.regularization;
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

/** matrix += Σ scales[k] · y yᵀ over the rows y = rows[k], lower triangle. Four rows a pass, so that the matrix is walked a quarter as often. */
function addOuters(matrix: Float64Array, from: Float32Array, rows: Int32Array, scales: Float64Array, n: number): void {
  const four = Array.from({ length: 4 }, () => new Float64Array(n));
  const [y0 = new Float64Array(n), y1 = y0, y2 = y0, y3 = y0] = four;
  for (let first = 0; first < rows.length; first += 4) {
    four.forEach((y, k) => {
      const row = rows[first + k];
      if (row === undefined) y.fill(0);
      else y.set(from.subarray(row * n, (row + 1) * n));
    });
    const [s0, s1, s2, s3] = [scales[first] ?? 0, scales[first + 1] ?? 0, scales[first + 2] ?? 0, scales[first + 3] ?? 0];
    for (let i = 0; i < n; i++) {
      const [a0, a1, a2, a3] = [s0 * (y0[i] ?? 0), s1 * (y1[i] ?? 0), s2 * (y2[i] ?? 0), s3 * (y3[i] ?? 0)];
      const row = i * n;
      for (let j = 0; j <= i; j++) matrix[row + j] = (matrix[row + j] ?? 0) + a0 * (y0[j] ?? 0) + a1 * (y1[j] ?? 0) + a2 * (y2[j] ?? 0) + a3 * (y3[j] ?? 0);
    }
  }
}
