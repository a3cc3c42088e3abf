import { word } from './simd';

/**
 * Cosine neighbours: similarity(i, j) = Σᵤ vᵢ vⱼ / (|i| |j| + shrinkage). Columns are numbered by popularity and ascend
 * within a row, so that each pair is summed once: a column meets what stands before it in its users' rows.
 *
 * A neighbour is a key of 64 bits: its similarity, which is above 0, so that its bits rank as it does, and below them the
 * complement of its original index (`names`), so that of equal ones the earlier is the larger key.
 *
 * A thread's scratch holds, in this order and zero at first: a sum for each column, the lowest similarity that may still
 * enter, and the number of keys held (all three padded to a multiple of 16), then `room` keys for each column: unsorted, and
 * cut back to the `keep` largest whenever the room is full.
 */

// @ts-ignore: decorator
@inline
function padded(columns: i32): i32 {
  return (columns + 15) & ~15;
}

// @ts-ignore: decorator
@inline
function lowestAt(scratch: usize, columns: i32): usize {
  return scratch + word(padded(columns));
}

// @ts-ignore: decorator
@inline
function heldAt(scratch: usize, columns: i32): usize {
  return scratch + word(2 * padded(columns));
}

// @ts-ignore: decorator
@inline
function keysAt(scratch: usize, columns: i32): usize {
  return scratch + word(3 * padded(columns));
}

/**
 * The pairs of each column of `order` in [from, to), offered to both sides. `shorts` are the low 16 bits of the indices;
 * `starts` says for each plane of 65,536 columns where its entries start in each row, and after the last plane where rows end.
 * With `alike` the values of a row are all equal. `squares` are |i|², not 0 anywhere, and `norms` their roots.
 */
export function neighbourPairs(from: i32, to: i32, scratch: usize, order: usize, names: usize, colptr: usize, users: usize, positions: usize, starts: usize, rows: i32, shorts: usize, values: usize, squares: usize, norms: usize, columns: i32, alike: i32, shrinkage: f32, keep: i32, room: i32): void {
  for (let at = from; at < to; at++) {
    const column = load<i32>(order + word(at));
    const first = load<i32>(colptr + word(column));
    const last = load<i32>(colptr + word(column), 4);
    for (let plane = 0; plane <= column >> 16; plane++) {
      const sums = scratch + word(plane << 16);
      const start = starts + word(plane * rows);
      for (let a = first; a < last; a++) {
        const position = load<i32>(positions + word(a));
        const row = start + word(load<i32>(users + word(a)));
        const own = load<f32>(values + word(position));
        const end = min(position, load<i32>(row + word(rows)));
        if (alike) addAlike(sums, shorts, load<i32>(row), end, own * own);
        else addRow(sums, shorts, values, load<i32>(row), end, own);
      }
    }
    offerPairs(scratch, column, columns, names, squares, norms, shrinkage, keep, room);
  }
}

/** Adds own × value for the entries [start, end) of a row to the sums of their columns. */
function addRow(sums: usize, shorts: usize, values: usize, start: i32, end: i32, own: f32): void {
  let index = shorts + (<usize>start << 1);
  let value = values + word(start);
  const last = shorts + (<usize>end << 1);
  for (; index + 8 <= last; index += 8, value += 16) {
    add(sums, load<u16>(index), own * load<f32>(value));
    add(sums, load<u16>(index, 2), own * load<f32>(value, 4));
    add(sums, load<u16>(index, 4), own * load<f32>(value, 8));
    add(sums, load<u16>(index, 6), own * load<f32>(value, 12));
  }
  for (; index < last; index += 2, value += 4) add(sums, load<u16>(index), own * load<f32>(value));
}

/** The same where each product is `product`. */
function addAlike(sums: usize, shorts: usize, start: i32, end: i32, product: f32): void {
  let index = shorts + (<usize>start << 1);
  const last = shorts + (<usize>end << 1);
  for (; index + 8 <= last; index += 8) {
    add(sums, load<u16>(index), product);
    add(sums, load<u16>(index, 2), product);
    add(sums, load<u16>(index, 4), product);
    add(sums, load<u16>(index, 6), product);
  }
  for (; index < last; index += 2) add(sums, load<u16>(index), product);
}

// @ts-ignore: decorator
@inline
function add(sums: usize, index: u32, value: f32): void {
  const at = sums + (<usize>index << 2);
  store<f32>(at, load<f32>(at) + value);
}

/** Products of squared norms stay exact for as long as f32 holds them, so that equal similarities come out equal. */
// @ts-ignore: decorator
@inline
function similarity(sums: v128, squares: v128, own: v128, shrinkage: v128): v128 {
  return f32x4.div(sums, f32x4.add(f32x4.sqrt(f32x4.mul(squares, own)), shrinkage));
}

/** Of a bound, for the rounding of what it bounds. */
const SLACK: f32 = 0.99999;

/**
 * Scans the sums, looks closer only where one may enter, and clears them behind it. From the column backwards: those that
 * are about as popular are the most similar, so that few are taken in only to be put out again.
 */
function offerPairs(scratch: usize, column: i32, columns: i32, names: usize, squares: usize, norms: usize, shrinkage: f32, keep: i32, room: i32): void {
  const lowest = lowestAt(scratch, columns);
  const zero = f32x4.splat(0);
  const norm = f32x4.splat(SLACK * load<f32>(norms + word(column)));
  const shrink = f32x4.splat(SLACK * shrinkage);
  for (let block = (column - 1) & ~15; block >= 0; block -= 16) {
    const sums = scratch + word(block);
    if (!v128.any_true(v128.or(v128.or(v128.load(sums), v128.load(sums, 16)), v128.or(v128.load(sums, 32), v128.load(sums, 48))))) continue;
    const length = norms + word(block);
    const least = lowest + word(block);
    const own = v128.load32_splat(lowest + word(column));
    const may0 = may(v128.load(sums), v128.load(length), v128.load(least), norm, shrink, own);
    const may1 = may(v128.load(sums, 16), v128.load(length, 16), v128.load(least, 16), norm, shrink, own);
    const may2 = may(v128.load(sums, 32), v128.load(length, 32), v128.load(least, 32), norm, shrink, own);
    const may3 = may(v128.load(sums, 48), v128.load(length, 48), v128.load(least, 48), norm, shrink, own);
    if (v128.any_true(v128.or(v128.or(may0, may1), v128.or(may2, may3)))) {
      if (v128.any_true(may0)) offerFour(scratch, column, block, columns, names, squares, shrinkage, keep, room);
      if (v128.any_true(may1)) offerFour(scratch, column, block + 4, columns, names, squares, shrinkage, keep, room);
      if (v128.any_true(may2)) offerFour(scratch, column, block + 8, columns, names, squares, shrinkage, keep, room);
      if (v128.any_true(may3)) offerFour(scratch, column, block + 12, columns, names, squares, shrinkage, keep, room);
    }
    v128.store(sums, zero);
    v128.store(sums, zero, 16);
    v128.store(sums, zero, 32);
    v128.store(sums, zero, 48);
  }
}

/** Where a pair may enter on either side, without a root and a division: none that enters is missed. */
// @ts-ignore: decorator
@inline
function may(sums: v128, lengths: v128, lowest: v128, norm: v128, shrinkage: v128, own: v128): v128 {
  return f32x4.gt(sums, f32x4.mul(f32x4.min(lowest, own), f32x4.add(f32x4.mul(norm, lengths), shrinkage)));
}

/** Takes of four pairs those that enter. */
function offerFour(scratch: usize, column: i32, other: i32, columns: i32, names: usize, squares: usize, shrinkage: f32, keep: i32, room: i32): void {
  const lowest = lowestAt(scratch, columns);
  const at = scratch + word(other);
  const found = similarity(v128.load(at), v128.load(squares + word(other)), v128.load32_splat(squares + word(column)), f32x4.splat(shrinkage));
  const above = f32x4.gt(found, f32x4.splat(0));
  const mine = v128.and(above, f32x4.ge(found, v128.load32_splat(lowest + word(column))));
  const theirs = v128.and(above, f32x4.ge(found, v128.load(lowest + word(other))));
  v128.store(at, found);
  for (let lanes = i32x4.bitmask(mine); lanes != 0; lanes &= lanes - 1) {
    const k = ctz(lanes);
    take(scratch, column, columns, keep, room, keyOf(load<f32>(at + word(k)), load<i32>(names + word(other + k))));
  }
  const name = load<i32>(names + word(column));
  for (let lanes = i32x4.bitmask(theirs); lanes != 0; lanes &= lanes - 1) {
    const k = ctz(lanes);
    take(scratch, other + k, columns, keep, room, keyOf(load<f32>(at + word(k)), name));
  }
}

// @ts-ignore: decorator
@inline
function keyOf(value: f32, name: i32): u64 {
  return (<u64>reinterpret<u32>(value) << 32) | <u64>~(<u32>name);
}

// @ts-ignore: decorator
@inline
function take(scratch: usize, column: i32, columns: i32, keep: i32, room: i32, key: u64): void {
  const held = heldAt(scratch, columns) + word(column);
  const keys = keysAt(scratch, columns) + ((<usize>column * <usize>room) << 3);
  let count = load<i32>(held);
  store<u64>(keys + (<usize>count << 3), key);
  if (++count == room) {
    count = keep;
    store<f32>(lowestAt(scratch, columns) + word(column), cut(keys, room, keep));
  }
  store<i32>(held, count);
}

/** Brings the `keep` largest of `count` keys to the front, and answers the lowest similarity of them. */
function cut(keys: usize, count: i32, keep: i32): f32 {
  let low = keys;
  let high = keys + (<usize>(count - 1) << 3);
  const end = keys + (<usize>keep << 3);
  while (low < high) {
    const middle = part(low, high);
    if (middle < end) low = middle + 8;
    else high = middle - 8;
  }
  let least = load<u64>(keys);
  for (let at = keys + 8; at < end; at += 8) least = min(least, load<u64>(at));
  return reinterpret<f32>(<u32>(least >> 32));
}

/** Parts the keys of [low, high] by one of them: larger ones before it, the others behind; answers where it stands. */
function part(low: usize, high: usize): usize {
  const middle = low + (((high - low) >> 4) << 3);
  const pivot = load<u64>(middle);
  store<u64>(middle, load<u64>(high));
  let larger = low;
  for (let at = low; at < high; at += 8) {
    const key = load<u64>(at);
    store<u64>(at, load<u64>(larger));
    store<u64>(larger, key);
    larger += <usize>(key > pivot) << 3;
  }
  store<u64>(high, load<u64>(larger));
  store<u64>(larger, pivot);
  return larger;
}

/** What the threads hold together, for columns [from, to): the `keep` best, best first, at the column's original place. */
export function neighbourMerge(from: i32, to: i32, scratch: usize, first: usize, bytes: usize, threads: i32, names: usize, columns: i32, keep: i32, room: i32, outIndices: usize, outValues: usize): void {
  for (let column = from; column < to; column++) {
    const keys = keysAt(first, columns) + ((<usize>column * <usize>room) << 3);
    for (let thread = 1; thread < threads; thread++) {
      const other = first + <usize>thread * bytes;
      const theirs = keysAt(other, columns) + ((<usize>column * <usize>room) << 3);
      for (let k = 0; k < load<i32>(heldAt(other, columns) + word(column)); k++) take(first, column, columns, keep, room, load<u64>(theirs + (<usize>k << 3)));
    }
    const count = load<i32>(heldAt(first, columns) + word(column));
    sort(keys, keys + (<usize>count << 3) - 8);
    const place = word(load<i32>(names + word(column))) * <usize>keep;
    for (let k = 0; k < keep; k++) {
      const key = k < count ? load<u64>(keys + (<usize>k << 3)) : <u64>0;
      store<i32>(outIndices + place + word(k), <i32>~(<u32>key));
      store<f32>(outValues + place + word(k), reinterpret<f32>(<u32>(key >> 32)));
    }
  }
}

/** The keys of [low, high], largest first. */
function sort(low: usize, high: usize): void {
  while (<isize>high > <isize>(low + 96)) {
    const middle = part(low, high);
    sort(low, middle - 8);
    low = middle + 8;
  }
  for (let at = low + 8; <isize>at <= <isize>high; at += 8) {
    const key = load<u64>(at);
    let to = at;
    for (; to > low && load<u64>(to - 8) < key; to -= 8) store<u64>(to, load<u64>(to - 8));
    store<u64>(to, key);
  }
}
