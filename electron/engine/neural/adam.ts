import type { Layout } from './learner.ts';

export interface AdamOptions {
  readonly rate: number;
  /** Steps over which the rate rises to its full height. */
  readonly warmup: number;
}

const FIRST = 0.9;
const SECOND = 0.98;
const EPSILON = 1e-8;

/** Gradients of one piece: the dense ones in the layout's order, zeros where a parameter is sparse, and rows of the sparse ones. */
export interface PieceGradients {
  readonly dense: Float32Array<ArrayBuffer>;
  readonly rows: readonly { readonly parameter: number; readonly rows: Int32Array; readonly values: Float32Array<ArrayBuffer> }[];
}

/**
 * Adam (Kingma and Ba 2015). Sparse parameters are updated lazily: a row only in steps that have a gradient for it, with the
 * correction of bias of the step that it is.
 */
export class Adam {
  /** Moving means of the gradient and of its square, in the layout's order. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly #layout: Layout;
  readonly #options: AdamOptions;
  readonly #gradient: Float32Array;
  /** For each sparse parameter the step in which a row was last touched. */
  readonly #touched: readonly Int32Array[];

  constructor(layout: Layout, options: AdamOptions) {
    this.#layout = layout;
    this.#options = options;
    this.first = new Float32Array(layout.size);
    this.second = new Float32Array(layout.size);
    this.#gradient = new Float32Array(layout.size);
    this.#touched = layout.entries.map(({ spec }) => new Int32Array(spec.sparse ? (spec.shape[0] ?? 0) : 0));
  }

  /** Moves the weights by the sum of the pieces' gradients, added in their order; `step` counts from 1. */
  step(weights: Float32Array, pieces: readonly PieceGradients[], step: number): void {
    const { rate, warmup } = this.#options;
    const size = rate * Math.min(1, step / Math.max(1, warmup)) * Math.sqrt(1 - SECOND ** step) / (1 - FIRST ** step);
    const epsilon = EPSILON * Math.sqrt(1 - SECOND ** step);
    this.#layout.entries.forEach(({ spec, offset, dense: from, size: length, width }, at) => {
      if (spec.sparse) {
        const touched = this.#gather(at, offset, width, pieces, step);
        for (const row of touched) if (row !== spec.frozen) this.#move(weights, offset + row * width, offset + (row + 1) * width, size, epsilon);
        return;
      }
      for (const [place, { dense }] of pieces.entries()) {
        if (place === 0) this.#gradient.set(dense.subarray(from, from + length), offset);
        else for (let i = 0; i < length; i++) this.#gradient[offset + i] = (this.#gradient[offset + i] ?? 0) + (dense[from + i] ?? 0);
      }
      if (spec.frozen !== undefined) this.#gradient.fill(0, offset + spec.frozen * width, offset + (spec.frozen + 1) * width);
      this.#move(weights, offset, offset + length, size, epsilon);
    });
  }

  /** Adds up the rows of a sparse parameter; answers which there are, each once. */
  #gather(parameter: number, offset: number, width: number, pieces: readonly PieceGradients[], step: number): number[] {
    const touched: number[] = [];
    const marks = this.#touched[parameter] ?? new Int32Array(0);
    const gradient = this.#gradient;
    for (const { rows: sets } of pieces) {
      for (const { parameter: of, rows, values } of sets) {
        if (of !== parameter) continue;
        for (let i = 0; i < rows.length; i++) {
          const row = rows[i] ?? 0;
          const from = offset + row * width;
          if (marks[row] !== step) {
            marks[row] = step;
            touched.push(row);
            gradient.fill(0, from, from + width);
          }
          for (let k = 0; k < width; k++) gradient[from + k] = (gradient[from + k] ?? 0) + (values[i * width + k] ?? 0);
        }
      }
    }
    return touched;
  }

  #move(weights: Float32Array, from: number, to: number, size: number, epsilon: number): void {
    const { first, second } = this;
    const gradient = this.#gradient;
    for (let i = from; i < to; i++) {
      const slope = gradient[i] ?? 0;
      const a = (first[i] ?? 0) + (1 - FIRST) * (slope - (first[i] ?? 0));
      const b = (second[i] ?? 0) + (1 - SECOND) * (slope * slope - (second[i] ?? 0));
      first[i] = a;
      second[i] = b;
      weights[i] = (weights[i] ?? 0) - (size * a) / (Math.sqrt(b) + epsilon);
    }
  }
}
