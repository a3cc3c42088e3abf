import { multiplyAdd, word } from './simd';

/**
 * EASE: the inverse of XᵀX + λI by a blocked symmetric sweep over the lower triangle, in place, f32 with f64 pivots; the
 * matrix becomes minus its inverse. Rows are `size` long, a multiple of 64. In each round the pivot block K of 64 columns
 * gives W = C D⁻¹ (C the panel of columns K, D its pivot square); then A -= W Cᵀ outside the pivot, A(·, K) = W, A(K, K) = -D⁻¹.
 */
const BLOCK: i32 = 64;
const BLOCK_BYTES: usize = 256;

/** Lower triangle of XᵀX: rows [from, to). `positions` says where each entry of a column stands in its user's row. */
export function easeGram(from: i32, to: i32, scratch: usize, colptr: usize, users: usize, positions: usize, indptr: usize, indices: usize, values: usize, matrix: usize, size: i32): void {
  for (let column = from; column < to; column++) {
    const sums = matrix + (<usize>column * <usize>size << 2);
    const last = load<i32>(colptr + word(column), 4);
    for (let a = load<i32>(colptr + word(column)); a < last; a++) {
      const position = load<i32>(positions + word(a));
      const own = load<f32>(values + word(position));
      for (let b = load<i32>(indptr + word(load<i32>(users + word(a)))); b <= position; b++) {
        const at = sums + word(load<i32>(indices + word(b)));
        store<f32>(at, load<f32>(at) + own * load<f32>(values + word(b)));
      }
    }
  }
}

/** The pivot square of the block at `pivot`, inverted by Gauss and Jordan in f64 (`square`), and as f32 (`inverse`). */
export function easeInvertPivot(matrix: usize, size: i32, pivot: i32, square: usize, inverse: usize): void {
  for (let i = 0; i < BLOCK; i++) {
    for (let j = 0; j <= i; j++) {
      const value = <f64>load<f32>(matrix + ((<usize>(pivot + i) * <usize>size + <usize>(pivot + j)) << 2));
      store<f64>(square + (<usize>(i * BLOCK + j) << 3), value);
      store<f64>(square + (<usize>(j * BLOCK + i) << 3), value);
    }
  }
  for (let k = 0; k < BLOCK; k++) {
    const row = square + (<usize>(k * BLOCK) << 3);
    const scale = 1.0 / load<f64>(row + (<usize>k << 3));
    store<f64>(row + (<usize>k << 3), 1);
    for (let j: usize = 0; j < 2 * BLOCK_BYTES; j += 16) v128.store(row + j, f64x2.mul(v128.load(row + j), f64x2.splat(scale)));
    for (let i = 0; i < BLOCK; i++) {
      if (i == k) continue;
      const other = square + (<usize>(i * BLOCK) << 3);
      const factor = f64x2.splat(load<f64>(other + (<usize>k << 3)));
      store<f64>(other + (<usize>k << 3), 0);
      for (let j: usize = 0; j < 2 * BLOCK_BYTES; j += 16) v128.store(other + j, f64x2.sub(v128.load(other + j), f64x2.mul(factor, v128.load(row + j))));
    }
  }
  for (let at = 0; at < BLOCK * BLOCK; at++) store<f32>(inverse + word(at), <f32>load<f64>(square + (<usize>at << 3)));
}

/**
 * Rows [from, to), multiples of 8, of the panel C and of W = C D⁻¹; W also packed four rows by four, C eight by eight.
 * Rows of the pivot are packed as zeros, so that the update leaves them alone. Scratch: 64 f32.
 */
export function easePanel(from: i32, to: i32, scratch: usize, matrix: usize, size: i32, pivot: i32, inverse: usize, w: usize, packedW: usize, packedC: usize): void {
  for (let row = from; row < to; row++) {
    const toW = packedW + (<usize>(row & ~3) * BLOCK_BYTES) + word(row & 3);
    const toC = packedC + (<usize>(row & ~7) * BLOCK_BYTES) + word(row & 7);
    if (row >= pivot && row < pivot + BLOCK) {
      for (let t = 0; t < BLOCK; t++) {
        store<f32>(toW + word(t * 4), 0);
        store<f32>(toC + word(t * 8), 0);
      }
      continue;
    }
    const start = row < pivot ? matrix + ((<usize>pivot * <usize>size + <usize>row) << 2) : matrix + ((<usize>row * <usize>size + <usize>pivot) << 2);
    const stride: usize = row < pivot ? <usize>size << 2 : 4;
    for (let t = 0; t < BLOCK; t++) {
      const value = load<f32>(start + <usize>t * stride);
      store<f32>(scratch + word(t), value);
      store<f32>(toC + word(t * 8), value);
    }
    const rowW = w + <usize>row * BLOCK_BYTES;
    multiplyRow(scratch, inverse, rowW);
    for (let t = 0; t < BLOCK; t++) store<f32>(toW + word(t * 4), load<f32>(rowW + word(t)));
  }
}

/** out = row · square, 64 wide. */
function multiplyRow(row: usize, square: usize, out: usize): void {
  for (let j: usize = 0; j < BLOCK_BYTES; j += 64) {
    let a = f32x4.splat(0);
    let b = a, c = a, d = a;
    let at = square + j;
    for (let k: usize = 0; k < BLOCK_BYTES; k += 4) {
      const x = v128.load32_splat(row + k);
      a = multiplyAdd(x, v128.load(at), a);
      b = multiplyAdd(x, v128.load(at, 16), b);
      c = multiplyAdd(x, v128.load(at, 32), c);
      d = multiplyAdd(x, v128.load(at, 48), d);
      at += BLOCK_BYTES;
    }
    v128.store(out + j, a);
    v128.store(out + j, b, 16);
    v128.store(out + j, c, 32);
    v128.store(out + j, d, 48);
  }
}

/** Ends a round for one block of 64 rows, [from, to) counted from the last row, since the lower rows are the longer ones. */
export function easeUpdate(from: i32, to: i32, scratch: usize, matrix: usize, size: i32, pivot: i32, inverse: usize, w: usize, packedW: usize, packedC: usize): void {
  const first = size - to;
  const last = size - from;
  if (first == pivot) {
    writePivotRows(matrix, size, pivot, inverse, w);
    return;
  }
  subtractProduct(first, last, matrix, size, packedW, packedC);
  if (first < pivot) return;
  for (let row = first; row < last; row++) memory.copy(matrix + ((<usize>row * <usize>size + <usize>pivot) << 2), w + <usize>row * BLOCK_BYTES, BLOCK_BYTES);
}

function writePivotRows(matrix: usize, size: i32, pivot: i32, inverse: usize, w: usize): void {
  for (let t = 0; t < BLOCK; t++) {
    const row = matrix + (<usize>(pivot + t) * <usize>size << 2);
    for (let i = 0; i < pivot; i++) store<f32>(row + word(i), load<f32>(w + <usize>i * BLOCK_BYTES + word(t)));
    for (let j = 0; j < BLOCK; j++) store<f32>(row + word(pivot + j), -load<f32>(inverse + word(t * BLOCK + j)));
  }
}

/** A -= W Cᵀ for rows [first, last), columns up to the diagonal, in tiles of 4 × 8. */
function subtractProduct(first: i32, last: i32, matrix: usize, size: i32, packedW: usize, packedC: usize): void {
  const stride = <usize>size << 2;
  for (let column = 0; column < last; column += 8) {
    const panel = packedC + <usize>column * BLOCK_BYTES;
    for (let row = max(first, column & ~3); row < last; row += 4) {
      let c00 = f32x4.splat(0);
      let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      let c = panel;
      let a = packedW + <usize>row * BLOCK_BYTES;
      const end = a + 4 * BLOCK_BYTES;
      while (a < end) {
        const low = v128.load(c);
        const high = v128.load(c, 16);
        let x = v128.load32_splat(a);
        c00 = multiplyAdd(x, low, c00);
        c01 = multiplyAdd(x, high, c01);
        x = v128.load32_splat(a, 4);
        c10 = multiplyAdd(x, low, c10);
        c11 = multiplyAdd(x, high, c11);
        x = v128.load32_splat(a, 8);
        c20 = multiplyAdd(x, low, c20);
        c21 = multiplyAdd(x, high, c21);
        x = v128.load32_splat(a, 12);
        c30 = multiplyAdd(x, low, c30);
        c31 = multiplyAdd(x, high, c31);
        c += 32;
        a += 16;
      }
      let at = matrix + <usize>row * stride + word(column);
      subtractPair(at, c00, c01);
      at += stride;
      subtractPair(at, c10, c11);
      at += stride;
      subtractPair(at, c20, c21);
      at += stride;
      subtractPair(at, c30, c31);
    }
  }
}

// @ts-ignore: decorator
@inline
function subtractPair(at: usize, low: v128, high: v128): void {
  v128.store(at, f32x4.sub(v128.load(at), low));
  v128.store(at, f32x4.sub(v128.load(at, 16), high), 16);
}

/**
 * From minus the inverse, M (lower triangle), to the weights, in place: B(i, j) = -M(i, j) · scales(j), zero on the diagonal. Rows
 * [from, to) of the lower triangle and the columns that mirror them. `scales` holds 1 / M(j, j).
 */
export function easeExpand(from: i32, to: i32, scratch: usize, matrix: usize, size: i32, scales: usize): void {
  const stride = <usize>size << 2;
  for (let tile = 0; tile < to; tile += BLOCK) {
    for (let row = from; row < to; row++) {
      const end = min(row, tile + BLOCK);
      const scale = load<f32>(scales + word(row));
      for (let column = tile; column < end; column++) {
        const at = matrix + <usize>row * stride + word(column);
        const value = load<f32>(at);
        store<f32>(at, 0 - value * load<f32>(scales + word(column)));
        store<f32>(matrix + <usize>column * stride + word(row), 0 - value * scale);
      }
    }
  }
  for (let row = from; row < to; row++) store<f32>(matrix + <usize>row * stride + word(row), 0);
}
