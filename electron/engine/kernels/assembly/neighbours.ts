import { word } from './simd';

/**
 * Cosine neighbours: similarity(i, j) = Σᵤ vᵢ vⱼ / (|i| |j| + shrinkage). Columns are numbered by popularity and ascend
 * within a row, so that each pair is summed once: a column meets what stands before it in its users' rows.
 *
 * A thread's scratch holds, in this order and zero at first but for the indices, which are -1: a sum for each column and the
 * lowest kept value of each (both padded to a multiple of 16), then `keep` values and `keep` indices for each column: heaps
 * whose root ranks lowest. Indices in heaps are the columns' original ones (`names`), by which equal values are told apart.
 */

// @ts-ignore: decorator
@inline
function padded(columns: i32): i32 {
  return (columns + 15) & ~15;
}

// @ts-ignore: decorator
@inline
function heapValuesAt(scratch: usize, columns: i32, keep: i32, column: i32): usize {
  return scratch + word(2 * padded(columns)) + word(column) * <usize>keep;
}

// @ts-ignore: decorator
@inline
function heapIndicesAt(scratch: usize, columns: i32, keep: i32, column: i32): usize {
  return heapValuesAt(scratch, columns, keep, columns + column);
}

/** The pairs of each column of `order` in [from, to), offered to both sides' heaps. `squares` are |i|², not 0 anywhere. */
export function neighbourPairs(from: i32, to: i32, scratch: usize, order: usize, names: usize, colptr: usize, users: usize, positions: usize, indptr: usize, indices: usize, values: usize, squares: usize, columns: i32, shrinkage: f32, keep: i32): void {
  for (let at = from; at < to; at++) {
    const column = load<i32>(order + word(at));
    sumBefore(load<i32>(colptr + word(column)), load<i32>(colptr + word(column), 4), users, positions, indptr, indices, values, scratch);
    offerPairs(scratch, column, columns, names, squares, shrinkage, keep);
  }
}

function sumBefore(first: i32, last: i32, users: usize, positions: usize, indptr: usize, indices: usize, values: usize, sums: usize): void {
  for (let a = first; a < last; a++) {
    const end = word(load<i32>(positions + word(a)));
    const own = load<f32>(values + end);
    let b = word(load<i32>(indptr + word(load<i32>(users + word(a)))));
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

/** Scans four sums at a time, looks closer only where one may enter a heap (heaps are far apart, their lowest values side by side), and clears them behind it. */
function offerPairs(scratch: usize, column: i32, columns: i32, names: usize, squares: usize, shrinkage: f32, keep: i32): void {
  const lowest = scratch + word(padded(columns));
  const zero = f32x4.splat(0);
  const own = v128.load32_splat(squares + word(column));
  const shrink = f32x4.splat(shrinkage);
  const name = load<i32>(names + word(column));
  const heapValues = heapValuesAt(scratch, columns, keep, column);
  const heapIndices = heapIndicesAt(scratch, columns, keep, column);
  for (let other = 0; other < column; other += 4) {
    const at = scratch + word(other);
    const sums = v128.load(at);
    if (!v128.any_true(sums)) continue;
    const found = similarity(sums, v128.load(squares + word(other)), own, shrink);
    const entry = f32x4.min(v128.load(lowest + word(other)), v128.load32_splat(lowest + word(column)));
    if (v128.any_true(v128.and(f32x4.ge(found, entry), f32x4.gt(found, zero)))) {
      v128.store(at, found);
      const end = min(4, column - other);
      for (let k = 0; k < end; k++) {
        const value = load<f32>(at + word(k));
        if (!(value > 0)) continue;
        const pair = other + k;
        if (value >= load<f32>(lowest + word(column))) offer(heapIndices, heapValues, keep, load<i32>(names + word(pair)), value, lowest + word(column));
        if (value >= load<f32>(lowest + word(pair))) offer(heapIndicesAt(scratch, columns, keep, pair), heapValuesAt(scratch, columns, keep, pair), keep, name, value, lowest + word(pair));
      }
    }
    v128.store(at, zero);
  }
}

/** What the threads' heaps hold together, for columns [from, to): the `keep` best, best first, at the column's original place. */
export function neighbourMerge(from: i32, to: i32, scratch: usize, first: usize, bytes: usize, threads: i32, names: usize, columns: i32, keep: i32, outIndices: usize, outValues: usize): void {
  for (let column = from; column < to; column++) {
    const heapValues = heapValuesAt(first, columns, keep, column);
    const heapIndices = heapIndicesAt(first, columns, keep, column);
    const lowest = first + word(padded(columns)) + word(column);
    for (let thread = 1; thread < threads; thread++) {
      const other = first + <usize>thread * bytes;
      const values = heapValuesAt(other, columns, keep, column);
      const indices = heapIndicesAt(other, columns, keep, column);
      for (let k = 0; k < keep; k++) offer(heapIndices, heapValues, keep, load<i32>(indices + word(k)), load<f32>(values + word(k)), lowest);
    }
    sortHeap(heapIndices, heapValues, keep);
    const place = word(load<i32>(names + word(column))) * <usize>keep;
    memory.copy(outIndices + place, heapIndices, word(keep));
    memory.copy(outValues + place, heapValues, word(keep));
  }
}

/** Takes an entry in where it ranks above the root. `lowest` keeps the root's value. */
// @ts-ignore: decorator
@inline
function offer(heapIndices: usize, heapValues: usize, keep: i32, index: i32, value: f32, lowest: usize): void {
  if (below(index, value, load<i32>(heapIndices), load<f32>(heapValues))) return;
  sift(heapIndices, heapValues, keep, index, value);
  store<f32>(lowest, load<f32>(heapValues));
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
