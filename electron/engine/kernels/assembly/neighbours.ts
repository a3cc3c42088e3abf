import { word } from './simd';

/**
 * Cosine neighbours: similarity(i, j) = Σᵤ vᵢ vⱼ / (|i| |j| + shrinkage). For each column of `order` in [from, to) a row of
 * sums over the users that have it, then its `keep` best, best first, equal ones by index.
 * `squares` are the squared norms |i|², not 0 anywhere. Scratch: one f32 for each column, zero, padded to a multiple of 16 and left zero.
 */
export function neighbourRows(from: i32, to: i32, scratch: usize, order: usize, colptr: usize, users: usize, positions: usize, indptr: usize, indices: usize, values: usize, squares: usize, columns: i32, shrinkage: f32, keep: i32, outIndices: usize, outValues: usize): void {
  for (let at = from; at < to; at++) {
    const column = load<i32>(order + word(at));
    sumRow(load<i32>(colptr + word(column)), load<i32>(colptr + word(column), 4), users, positions, indptr, indices, values, scratch);
    store<f32>(scratch + word(column), 0);
    keepBest(scratch, columns, squares, load<f32>(squares + word(column)), shrinkage, keep, outIndices + word(column * keep), outValues + word(column * keep));
  }
}

function sumRow(first: i32, last: i32, users: usize, positions: usize, indptr: usize, indices: usize, values: usize, sums: usize): void {
  for (let a = first; a < last; a++) {
    const user = load<i32>(users + word(a));
    const own = load<f32>(values + word(load<i32>(positions + word(a))));
    let b = word(load<i32>(indptr + word(user)));
    const end = word(load<i32>(indptr + word(user), 4));
    for (; b + 16 <= end; b += 16) {
      const index = indices + b;
      const value = values + b;
      add(sums, load<i32>(index), own * load<f32>(value));
      add(sums, load<i32>(index, 4), own * load<f32>(value, 4));
      add(sums, load<i32>(index, 8), own * load<f32>(value, 8));
      add(sums, load<i32>(index, 12), own * load<f32>(value, 12));
    }
    for (; b < end; b += 4) add(sums, load<i32>(indices + b), own * load<f32>(values + b));
  }
}

// @ts-ignore: decorator
@inline
function add(sums: usize, index: i32, value: f32): void {
  const at = sums + word(index);
  store<f32>(at, load<f32>(at) + value);
}

/** Products of squared norms stay exact for as long as f32 holds them, so that equal similarities come out equal. */
// @ts-ignore: decorator
@inline
function similarity(sums: v128, squares: v128, own: v128, shrinkage: v128): v128 {
  return f32x4.div(sums, f32x4.add(f32x4.sqrt(f32x4.mul(squares, own)), shrinkage));
}

/** Scans sixteen sums at a time, looks closer only where one beats the worst kept, and clears them behind it. */
function keepBest(sums: usize, columns: i32, squares: usize, square: f32, shrinkage: f32, keep: i32, heapIndices: usize, heapValues: usize): void {
  for (let k = 0; k < keep; k++) {
    store<i32>(heapIndices + word(k), -1);
    store<f32>(heapValues + word(k), 0);
  }
  const zero = f32x4.splat(0);
  const own = f32x4.splat(square);
  const shrink = f32x4.splat(shrinkage);
  let worst = zero;
  for (let column = 0; column < columns; column += 16) {
    const at = sums + word(column);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    const n = squares + word(column);
    const sa = similarity(a, v128.load(n), own, shrink);
    const sb = similarity(b, v128.load(n, 16), own, shrink);
    const sc = similarity(c, v128.load(n, 32), own, shrink);
    const sd = similarity(d, v128.load(n, 48), own, shrink);
    const best = f32x4.max(f32x4.max(sa, sb), f32x4.max(sc, sd));
    if (v128.any_true(f32x4.gt(best, worst))) {
      v128.store(at, sa);
      v128.store(at, sb, 16);
      v128.store(at, sc, 32);
      v128.store(at, sd, 48);
      const end = min(16, columns - column);
      for (let k = 0; k < end; k++) {
        const value = load<f32>(at + word(k));
        if (value > load<f32>(heapValues)) sift(heapIndices, heapValues, keep, column + k, value);
      }
      worst = v128.load32_splat(heapValues);
    }
    v128.store(at, zero);
    v128.store(at, zero, 16);
    v128.store(at, zero, 32);
    v128.store(at, zero, 48);
  }
  sortHeap(heapIndices, heapValues, keep);
}

/** Whether (index, value) ranks below (otherIndex, otherValue): smaller, or equal and later. Empty places rank lowest. */
// @ts-ignore: decorator
@inline
function below(index: i32, value: f32, otherIndex: i32, otherValue: f32): bool {
  return value < otherValue || (value == otherValue && <u32>index > <u32>otherIndex);
}

/** Puts an entry at the root of a heap whose root ranks lowest, in place of what was there. */
function sift(indices: usize, values: usize, size: i32, index: i32, value: f32): void {
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= size) break;
    let childIndex = load<i32>(indices + word(child));
    let childValue = load<f32>(values + word(child));
    if (child + 1 < size) {
      const nextIndex = load<i32>(indices + word(child), 4);
      const nextValue = load<f32>(values + word(child), 4);
      if (below(nextIndex, nextValue, childIndex, childValue)) {
        child++;
        childIndex = nextIndex;
        childValue = nextValue;
      }
    }
    if (below(index, value, childIndex, childValue)) break;
    store<i32>(indices + word(parent), childIndex);
    store<f32>(values + word(parent), childValue);
    parent = child;
  }
  store<i32>(indices + word(parent), index);
  store<f32>(values + word(parent), value);
}

function sortHeap(indices: usize, values: usize, size: i32): void {
  for (let last = size - 1; last > 0; last--) {
    const index = load<i32>(indices + word(last));
    const value = load<f32>(values + word(last));
    store<i32>(indices + word(last), load<i32>(indices));
    store<f32>(values + word(last), load<f32>(values));
    sift(indices, values, last, index, value);
  }
}
