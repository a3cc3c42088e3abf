import { instantiate } from './crew.ts';
import { Plan } from './plan.ts';

/** A dense matrix on the kernels' own memory, packed eight rows by eight, for products with one vector after another. */
export class PackedRows {
  readonly #rows: number;
  readonly #padded: number;
  readonly #width: number;
  readonly #run: ReturnType<typeof instantiate>;
  readonly #vector: Float32Array;
  readonly #out: Float32Array;
  readonly #packed: number;

  constructor(module: WebAssembly.Module, matrix: Float32Array, rows: number, width: number) {
    this.#rows = rows;
    this.#width = width;
    this.#padded = Math.ceil(rows / 8) * 8;
    const plan = new Plan();
    this.#packed = plan.words(this.#padded * width);
    const vector = plan.words(width);
    const out = plan.words(this.#padded);
    const memory = plan.open();
    this.#run = instantiate(module, memory);
    this.#vector = new Float32Array(memory.buffer, vector, width);
    this.#out = new Float32Array(memory.buffer, out, this.#padded);
    const packed = new Float32Array(memory.buffer, this.#packed, this.#padded * width);
    for (let row = 0; row < rows; row++) {
      const start = (row - (row % 8)) * width + (row % 8);
      for (let f = 0; f < width; f++) packed[start + f * 8] = matrix[row * width + f] ?? 0;
    }
  }

  /** One score a row. */
  times(vector: Float32Array): Float32Array {
    this.#vector.set(vector);
    this.#run('scorePacked', this.#vector.byteOffset, this.#width, this.#packed, this.#padded, this.#out.byteOffset);
    return new Float32Array(this.#out.subarray(0, this.#rows));
  }
}

/** Positions of the `count` largest scores, best first, equal ones by position; -Infinity and NaN are left out. */
export function topPositions(scores: Float32Array, count: number): Int32Array {
  if (count <= 0) return new Int32Array(0);
  const positions: number[] = [];
  const values: number[] = [];
  const below = (a: number, b: number) => (values[a] ?? 0) < (values[b] ?? 0) || (values[a] === values[b] && (positions[a] ?? 0) > (positions[b] ?? 0));
  const swap = (a: number, b: number) => {
    [values[a], values[b]] = [values[b] ?? 0, values[a] ?? 0];
    [positions[a], positions[b]] = [positions[b] ?? 0, positions[a] ?? 0];
  };
  const rise = (from: number) => {
    for (let at = from, parent = (at - 1) >> 1; at > 0 && below(at, parent); at = parent, parent = (at - 1) >> 1) swap(at, parent);
  };
  const sink = (size: number) => {
    for (let at = 0, child = 1; child < size; at = child, child = 2 * at + 1) {
      if (child + 1 < size && below(child + 1, child)) child++;
      if (!below(child, at)) break;
      swap(at, child);
    }
  };
  let worst = -Infinity;
  for (let position = 0; position < scores.length; position++) {
    const value = scores[position] ?? -Infinity;
    if (!(value > worst)) continue;
    if (positions.length < count) {
      positions.push(position);
      values.push(value);
      rise(positions.length - 1);
    } else {
      positions[0] = position;
      values[0] = value;
      sink(count);
    }
    if (positions.length === count) worst = values[0] ?? -Infinity;
  }
  for (let size = positions.length - 1; size > 0; size--) {
    swap(0, size);
    sink(size);
  }
  return Int32Array.from(positions);
}
