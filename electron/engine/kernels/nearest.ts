import { instantiate } from './crew.ts';
import { Plan } from './plan.ts';
import { topPositions } from './scores.ts';

/** For each of the best asked for, so many candidates of the scan are scored anew in f32, and no fewer than these. */
const CANDIDATES = 8;
const LEAST_CANDIDATES = 200;

/** Rows of a matrix and their products with a vector, best first. */
export interface Nearest {
  readonly positions: Int32Array;
  readonly scores: Float32Array;
}

/** A dense matrix with each row as signed bytes and a scale on the kernels' own memory: a scan of all rows, and the candidates' exact products. */
export class ByteRows {
  readonly #matrix: Float32Array;
  readonly #rows: number;
  readonly #width: number;
  readonly #padded: number;
  readonly #run: ReturnType<typeof instantiate>;
  readonly #query: Uint8Array;
  readonly #at: { query: number; bytes: number; sums: number; scales: number; out: number };
  readonly #out: Float32Array;

  constructor(module: WebAssembly.Module, matrix: Float32Array, rows: number, width: number) {
    this.#matrix = matrix;
    this.#rows = rows;
    this.#width = width;
    this.#padded = Math.max(16, Math.ceil(width / 16) * 16);
    const plan = new Plan();
    this.#at = { query: plan.bytes(this.#padded), bytes: plan.bytes(rows * this.#padded), sums: plan.words(rows), scales: plan.words(rows), out: plan.words(rows) };
    const memory = plan.open();
    this.#run = instantiate(module, memory);
    this.#query = new Uint8Array(memory.buffer, this.#at.query, this.#padded);
    this.#out = new Float32Array(memory.buffer, this.#at.out, rows);
    const bytes = new Int8Array(memory.buffer, this.#at.bytes, rows * this.#padded);
    const sums = new Int32Array(memory.buffer, this.#at.sums, rows);
    const scales = new Float32Array(memory.buffer, this.#at.scales, rows);
    for (let row = 0; row < rows; row++) {
      const scale = largest(matrix, row * width, width) / 127;
      if (scale === 0) continue;
      let sum = 0;
      for (let f = 0; f < width; f++) {
        const value = Math.round((matrix[row * width + f] ?? 0) / scale);
        bytes[row * this.#padded + f] = value;
        sum += value;
      }
      sums[row] = 64 * sum;
      scales[row] = scale;
    }
  }

  /** The `count` rows with the largest products above 0, ties by position. */
  to(vector: Float32Array, count: number): Nearest {
    const scale = largest(vector, 0, vector.length) / 63;
    if (!(scale > 0)) return { positions: new Int32Array(0), scores: new Float32Array(0) };
    // What is beyond the width meets zeros of the rows.
    this.#query.fill(64);
    vector.forEach((value, f) => (this.#query[f] = 64 + Math.round(value / scale)));
    this.#run('scanBytes', this.#at.query, this.#padded, this.#at.bytes, this.#rows, this.#at.sums, this.#at.scales, this.#at.out);
    const candidates = topPositions(this.#out, Math.min(this.#rows, Math.max(LEAST_CANDIDATES, CANDIDATES * count))).sort();
    const exact = Float32Array.from(candidates, (row) => {
      const product = this.product(row, vector);
      return product > 0 ? product : Number.NEGATIVE_INFINITY;
    });
    const best = topPositions(exact, count);
    return { positions: best.map((place) => candidates[place] ?? 0), scores: Float32Array.from(best, (place) => exact[place] ?? 0) };
  }

  /** The exact product of one row with the vector. */
  product(row: number, vector: Float32Array): number {
    const start = row * this.#width;
    let sum = 0;
    for (let f = 0; f < this.#width; f++) sum += (this.#matrix[start + f] ?? 0) * (vector[f] ?? 0);
    return sum;
  }
}

function largest(values: Float32Array, from: number, count: number): number {
  let most = 0;
  for (let at = from; at < from + count; at++) most = Math.max(most, Math.abs(values[at] ?? 0));
  return most;
}
