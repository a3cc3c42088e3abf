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
  const most = Math.max(0, Math.min(count, scores.length));
  if (most === 0) return new Int32Array(0);
  // A heap with the worst on top, equal values by position.
  const positions = new Int32Array(most);
  const values = new Float64Array(most);
  let size = 0;
  const sink = (start: number, end: number, position: number, value: number) => {
    let at = start;
    for (let child = 2 * at + 1; child < end; child = 2 * at + 1) {
      let below = values[child] ?? 0;
      let held = positions[child] ?? 0;
      const right = values[child + 1] ?? 0;
      if (child + 1 < end && (right < below || (right === below && (positions[child + 1] ?? 0) > held))) {
        child++;
        below = right;
        held = positions[child] ?? 0;
      }
      if (!(below < value || (below === value && held > position))) break;
      values[at] = below;
      positions[at] = held;
      at = child;
    }
    values[at] = value;
    positions[at] = position;
  };
  let worst = Number.NEGATIVE_INFINITY;
  for (let position = 0; position < scores.length; position++) {
    const value = scores[position] ?? Number.NEGATIVE_INFINITY;
    if (!(value > worst)) continue;
    if (size < most) {
      positions[size] = position;
      values[size++] = value;
      if (size < most) continue;
      for (let at = (most >> 1) - 1; at >= 0; at--) sink(at, most, positions[at] ?? 0, values[at] ?? 0);
    } else sink(0, most, position, value);
    worst = values[0] ?? Number.NEGATIVE_INFINITY;
  }
  if (size < most) for (let at = (size >> 1) - 1; at >= 0; at--) sink(at, size, positions[at] ?? 0, values[at] ?? 0);
  for (let end = size - 1; end > 0; end--) {
    const position = positions[end] ?? 0;
    const value = values[end] ?? 0;
    positions[end] = positions[0] ?? 0;
    values[end] = values[0] ?? 0;
    sink(0, end, position, value);
  }
  return positions.slice(0, size);
}
