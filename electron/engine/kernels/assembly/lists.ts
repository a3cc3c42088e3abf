import { multiplyAdd, word } from './simd';

/** Items of a tile: their factors stay in the cache while all users of a range use them. */
const TILE: i32 = 512;
/** Of a bound, for the rounding of the sums that it bounds. */
const SLACK: f32 = 1.0001;

/**
 * The `count` best items of users [from, to), into rows of `indices` and `values`. `packed` holds the items eight by eight,
 * [items / 8][factors][8], from the one with the longest factors to the shortest, padded with zeros to a multiple of 512;
 * `norms` are their lengths, `names` their numbers. No score is larger than the product of both lengths, so that a user who
 * has `count` better ones is done. Ties go to the smaller number. `seen` names items to leave out by their places.
 * Users stand in rows of `factors`, and there is room for three more behind the last.
 * Scratch: 4 rows of scores, 2 words a user of the range, and a bit an item and user, zeros.
 */
export function listBlocks(from: i32, to: i32, scratch: usize, users: usize, packed: usize, norms: usize, names: usize, items: i32, factors: i32, indptr: usize, seen: usize, count: i32, indices: usize, values: usize, block: i32): void {
  const bytes = word(factors);
  const lengths = scratch + word(4 * TILE);
  const bits = lengths + word(2 * block);
  const rowBits = <usize>((items + 31) >> 5) << 2;
  for (let user = from; user < to; user++) {
    store<f32>(lengths + word(user - from), SLACK * length(users + <usize>user * bytes, factors));
    const own = bits + <usize>(user - from) * rowBits;
    for (let at = load<i32>(indptr + word(user)); at < load<i32>(indptr + word(user), 4); at++) {
      const item = load<u32>(seen + word(at));
      const place = own + (<usize>(item >> 5) << 2);
      store<u32>(place, load<u32>(place) | (<u32>1 << (item & 31)));
    }
    for (let k = 0; k < count; k++) {
      store<f32>(values + word(user * count + k), -Infinity);
      store<i32>(indices + word(user * count + k), -1);
    }
  }
  for (let first = 0; first < items; first += TILE) {
    const tile = packed + <usize>first * bytes;
    const longest = load<f32>(norms + word(first));
    const inTile = min(TILE, items - first);
    let open = false;
    for (let user = from; user < to; user += 4) {
      const four = min(4, to - user);
      let wanted = false;
      for (let r = 0; r < four; r++) {
        if (load<f32>(lengths + word(user + r - from)) * longest >= load<f32>(values + word((user + r) * count))) wanted = true;
      }
      if (!wanted) continue;
      open = true;
      scoreTile(users + <usize>user * bytes, tile, (inTile + 7) >> 3, bytes, scratch);
      for (let r = 0; r < four; r++) {
        const row = user + r;
        takeTile(scratch + word(r * TILE), inTile, first, names, bits + <usize>(row - from) * rowBits, count, indices + word(row * count), values + word(row * count));
      }
    }
    // Lengths only fall: whoever is done with this tile is done with the next.
    if (!open) break;
  }
  for (let user = from; user < to; user++) {
    const own = bits + <usize>(user - from) * rowBits;
    for (let at = load<i32>(indptr + word(user)); at < load<i32>(indptr + word(user), 4); at++) store<u32>(own + (<usize>(load<u32>(seen + word(at)) >> 5) << 2), 0);
    order(indices + word(user * count), values + word(user * count), count);
  }
}

function length(x: usize, factors: i32): f32 {
  let sum: f32 = 0;
  for (let f = 0; f < factors; f++) sum += load<f32>(x + word(f)) * load<f32>(x + word(f));
  return sqrt<f32>(sum);
}

/** Scores of four users, each into its row of `out`, for `eights` × 8 items. */
function scoreTile(x: usize, tile: usize, eights: i32, bytes: usize, out: usize): void {
  const end = x + bytes;
  const x1 = bytes;
  const x2 = 2 * bytes;
  const x3 = 3 * bytes;
  for (let e = 0; e < eights; e++) {
    let c00 = f32x4.splat(0);
    let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
    for (let q = x; q < end; q += 4) {
      const low = v128.load(tile);
      const high = v128.load(tile, 16);
      tile += 32;
      let a = v128.load32_splat(q);
      c00 = multiplyAdd(a, low, c00);
      c01 = multiplyAdd(a, high, c01);
      a = v128.load32_splat(q + x1);
      c10 = multiplyAdd(a, low, c10);
      c11 = multiplyAdd(a, high, c11);
      a = v128.load32_splat(q + x2);
      c20 = multiplyAdd(a, low, c20);
      c21 = multiplyAdd(a, high, c21);
      a = v128.load32_splat(q + x3);
      c30 = multiplyAdd(a, low, c30);
      c31 = multiplyAdd(a, high, c31);
    }
    const at = out + word(8 * e);
    v128.store(at, c00);
    v128.store(at, c01, 16);
    v128.store(at, c10, 2048);
    v128.store(at, c11, 2064);
    v128.store(at, c20, 4096);
    v128.store(at, c21, 4112);
    v128.store(at, c30, 6144);
    v128.store(at, c31, 6160);
  }
}

/** Takes what belongs among the best of one user: the heap's root is the worst that is kept. */
function takeTile(scores: usize, items: i32, first: i32, names: usize, seen: usize, count: i32, indices: usize, values: usize): void {
  let worst = v128.load32_splat(values);
  for (let t = 0; t < items; t += 16) {
    const at = scores + word(t);
    const most = f32x4.max(f32x4.max(v128.load(at), v128.load(at, 16)), f32x4.max(v128.load(at, 32), v128.load(at, 48)));
    if (!v128.any_true(f32x4.ge(most, worst))) continue;
    const end = min(t + 16, items);
    for (let k = t; k < end; k++) {
      const value = load<f32>(scores + word(k));
      if (!(value >= load<f32>(values)) || value == -Infinity) continue;
      const place = <u32>(first + k);
      if ((load<u32>(seen + (<usize>(place >> 5) << 2)) >> (place & 31)) & 1) continue;
      const name = load<i32>(names + word(first + k));
      if (value == load<f32>(values) && name > load<i32>(indices)) continue;
      sink(indices, values, count, value, name);
    }
    worst = v128.load32_splat(values);
  }
}

/** Puts an entry in the root's place and lets it sink below all that are worse. */
function sink(indices: usize, values: usize, size: i32, value: f32, name: i32): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && worse(load<f32>(values + word(child + 1)), load<i32>(indices + word(child + 1)), load<f32>(values + word(child)), load<i32>(indices + word(child)))) child++;
    const v = load<f32>(values + word(child));
    const n = load<i32>(indices + word(child));
    if (!worse(v, n, value, name)) break;
    store<f32>(values + word(at), v);
    store<i32>(indices + word(at), n);
    at = child;
  }
  store<f32>(values + word(at), value);
  store<i32>(indices + word(at), name);
}

// @ts-ignore: decorator
@inline
function worse(a: f32, nameA: i32, b: f32, nameB: i32): bool {
  return a < b || (a == b && nameA > nameB);
}

/** The heap in order, best first; places that are free, -1, last. */
function order(indices: usize, values: usize, count: i32): void {
  for (let size = count - 1; size > 0; size--) {
    const value = load<f32>(values + word(size));
    const name = load<i32>(indices + word(size));
    store<f32>(values + word(size), load<f32>(values));
    store<i32>(indices + word(size), load<i32>(indices));
    sink(indices, values, size, value, name);
  }
}
