import { gramTile } from './als';
import { addScaled, dot, multiplyAdd, sumLanes, word } from './simd';

/** Entries of a row that are gathered at a time. */
const GATHERED: i32 = 64;
/** The least pivot: below it a system is as good as singular in f32. */
const LEAST: f32 = 1e-12;

/**
 * Solves rows [from, to) by Cholesky: (G + Σ wₖ yₖ yₖᵀ + λI) x = Σ tₖ yₖ, yₖ the row of `factors` at the k-th index, λ the
 * row's own. With `gram` at 0 there is no G. With `implicit` wₖ is the value, and tₖ = 1 + wₖ; a value below 0 has w = -value
 * and t = 0. Otherwise wₖ = 1 and tₖ is the value. Rows of `width` bytes, a multiple of 32, padded with zeros.
 * Scratch: the system, a row, and the gathered rows.
 */
export function solveRows(from: i32, to: i32, scratch: usize, indptr: usize, indices: usize, values: usize, solved: usize, factors: usize, gram: usize, lambdas: usize, implicit: i32, width: usize): void {
  const size = <i32>(width >> 2);
  const system = scratch;
  const right = system + <usize>size * width;
  const rows = right + width;
  for (let row = from; row < to; row++) {
    const start = load<i32>(indptr + word(row));
    const count = load<i32>(indptr + word(row), 4) - start;
    const x = solved + <usize>row * width;
    if (count == 0) {
      memory.fill(x, 0, width);
      continue;
    }
    if (gram == 0) memory.fill(system, 0, <usize>size * width);
    else memory.copy(system, gram, <usize>size * width);
    memory.fill(right, 0, width);
    for (let first = 0; first < count; first += GATHERED) {
      const gathered = min(GATHERED, count - first);
      for (let k = 0; k < gathered; k++) {
        const entry = word(start + first + k);
        const value = load<f32>(values + entry);
        const weight: f32 = implicit ? abs<f32>(value) : 1;
        const target: f32 = implicit ? (value > 0 ? 1 + value : 0) : value;
        const y = factors + <usize>load<u32>(indices + entry) * width;
        const to = rows + <usize>k * width;
        const scale = f32x4.splat(sqrt<f32>(weight));
        const share = f32x4.splat(target);
        for (let o: usize = 0; o < width; o += 16) {
          const part = v128.load(y + o);
          v128.store(to + o, f32x4.mul(scale, part));
          v128.store(right + o, multiplyAdd(share, part, v128.load(right + o)));
        }
      }
      gramTile(rows, gathered, system, width);
    }
    const lambda = load<f32>(lambdas + word(row));
    for (let i = 0; i < size; i++) {
      const at = system + <usize>i * width + word(i);
      store<f32>(at, load<f32>(at) + lambda);
    }
    factorise(system, size, width);
    substitute(system, right, size, width);
    memory.copy(x, right, width);
  }
}

/** The Cholesky factor in the lower triangle, four columns at a time. */
function factorise(matrix: usize, size: i32, width: usize): void {
  for (let i = 0; i < size; i++) {
    const row = matrix + <usize>i * width;
    for (let j = 0; j <= i; j += 4) {
      const row0 = matrix + <usize>j * width;
      const row1 = row0 + width;
      const row2 = row1 + width;
      const row3 = row2 + width;
      let a = f32x4.splat(0);
      let b = a, c = a, d = a;
      const done = word(j);
      for (let o: usize = 0; o < done; o += 16) {
        const left = v128.load(row + o);
        a = multiplyAdd(left, v128.load(row0 + o), a);
        b = multiplyAdd(left, v128.load(row1 + o), b);
        c = multiplyAdd(left, v128.load(row2 + o), c);
        d = multiplyAdd(left, v128.load(row3 + o), d);
      }
      finish(matrix, row, i, j, sumLanes(a), width);
      if (j + 1 <= i) finish(matrix, row, i, j + 1, sumLanes(b), width, j);
      if (j + 2 <= i) finish(matrix, row, i, j + 2, sumLanes(c), width, j);
      if (j + 3 <= i) finish(matrix, row, i, j + 3, sumLanes(d), width, j);
    }
  }
}

/** Element (i, j), given the products of the columns before `first`. */
// @ts-ignore: decorator
@inline
function finish(matrix: usize, row: usize, i: i32, j: i32, before: f32, width: usize, first: i32 = j): void {
  const other = matrix + <usize>j * width;
  let left = load<f32>(row + word(j)) - before;
  for (let k = first; k < j; k++) left -= load<f32>(row + word(k)) * load<f32>(other + word(k));
  store<f32>(row + word(j), i == j ? sqrt<f32>(max<f32>(left, LEAST)) : left / load<f32>(other + word(j)));
}

/** Solves L Lᵀ x = b in place of b. */
function substitute(lower: usize, b: usize, size: i32, width: usize): void {
  for (let i = 0; i < size; i++) {
    const row = lower + <usize>i * width;
    const whole = word(i & ~7);
    let left = load<f32>(b + word(i)) - dot(row, b, whole);
    for (let k = i & ~7; k < i; k++) left -= load<f32>(row + word(k)) * load<f32>(b + word(k));
    store<f32>(b + word(i), left / load<f32>(row + word(i)));
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = lower + <usize>i * width;
    const x = load<f32>(b + word(i)) / load<f32>(row + word(i));
    store<f32>(b + word(i), x);
    const whole = word(i & ~7);
    addScaled(b, -x, row, whole);
    for (let k = i & ~7; k < i; k++) store<f32>(b + word(k), load<f32>(b + word(k)) - x * load<f32>(row + word(k)));
  }
}
