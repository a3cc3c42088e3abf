import { addScaled, dot, multiplyAdd, sumLanes, word } from './simd';

/**
 * Implicit ALS by conjugate gradient. A row's system is (G + Σ wᵢ yᵢ yᵢᵀ + λI) x = Σ (1 + wᵢ) yᵢ with G = YᵀY and the row's own λ. Factors are
 * f32 rows of `width` bytes, a multiple of 32: callers pad with zeros, which stay zeros. w = confidence - 1.
 */

/** Residuals below this are a solved system. */
const SOLVED: f32 = 1e-20;
const GRAM_ROWS: i32 = 2048;

/** out = (matrix + λI) · x for a symmetric matrix of `width` bytes a row. */
function multiply(matrix: usize, lambda: f32, x: usize, out: usize, width: usize): void {
  const ridge = f32x4.splat(lambda);
  for (let o: usize = 0; o < width; o += 16) v128.store(out + o, f32x4.mul(ridge, v128.load(x + o)));
  for (let at: usize = 0; at < width; at += 16) {
    const row0 = matrix + (at >> 2) * width;
    const row1 = row0 + width;
    const row2 = row1 + width;
    const row3 = row2 + width;
    const x0 = v128.load32_splat(x + at);
    const x1 = v128.load32_splat(x + at, 4);
    const x2 = v128.load32_splat(x + at, 8);
    const x3 = v128.load32_splat(x + at, 12);
    for (let o: usize = 0; o < width; o += 16) {
      v128.store(out + o, multiplyAdd(x0, v128.load(row0 + o), multiplyAdd(x1, v128.load(row1 + o), multiplyAdd(x2, v128.load(row2 + o), multiplyAdd(x3, v128.load(row3 + o), v128.load(out + o))))));
    }
  }
}

/**
 * One walk over a row's entries, four at a time: out += Σ s yᵢ with s = wᵢ (yᵢ·p), or, for the right-hand side less
 * that product, s = 1 + wᵢ - wᵢ (yᵢ·p).
 */
function walk(indices: usize, weights: usize, count: i32, factors: usize, p: usize, out: usize, width: usize, residual: bool): void {
  let t = 0;
  for (; t + 4 <= count; t += 4) {
    const index = indices + word(t);
    const weight = weights + word(t);
    const y0 = factors + <usize>load<u32>(index) * width;
    const y1 = factors + <usize>load<u32>(index, 4) * width;
    const y2 = factors + <usize>load<u32>(index, 8) * width;
    const y3 = factors + <usize>load<u32>(index, 12) * width;
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let o: usize = 0; o < width; o += 32) {
      const low = v128.load(p + o);
      const high = v128.load(p + o, 16);
      a = multiplyAdd(v128.load(y0 + o), low, a);
      b = multiplyAdd(v128.load(y1 + o), low, b);
      c = multiplyAdd(v128.load(y2 + o), low, c);
      d = multiplyAdd(v128.load(y3 + o), low, d);
      a = multiplyAdd(v128.load(y0 + o, 16), high, a);
      b = multiplyAdd(v128.load(y1 + o, 16), high, b);
      c = multiplyAdd(v128.load(y2 + o, 16), high, c);
      d = multiplyAdd(v128.load(y3 + o, 16), high, d);
    }
    const w0 = load<f32>(weight);
    const w1 = load<f32>(weight, 4);
    const w2 = load<f32>(weight, 8);
    const w3 = load<f32>(weight, 12);
    let s0 = sumLanes(a) * w0;
    let s1 = sumLanes(b) * w1;
    let s2 = sumLanes(c) * w2;
    let s3 = sumLanes(d) * w3;
    if (residual) {
      s0 = 1 + w0 - s0;
      s1 = 1 + w1 - s1;
      s2 = 1 + w2 - s2;
      s3 = 1 + w3 - s3;
    }
    a = f32x4.splat(s0);
    b = f32x4.splat(s1);
    c = f32x4.splat(s2);
    d = f32x4.splat(s3);
    for (let o: usize = 0; o < width; o += 32) {
      v128.store(out + o, multiplyAdd(a, v128.load(y0 + o), multiplyAdd(b, v128.load(y1 + o), multiplyAdd(c, v128.load(y2 + o), multiplyAdd(d, v128.load(y3 + o), v128.load(out + o))))));
      v128.store(out + o, multiplyAdd(a, v128.load(y0 + o, 16), multiplyAdd(b, v128.load(y1 + o, 16), multiplyAdd(c, v128.load(y2 + o, 16), multiplyAdd(d, v128.load(y3 + o, 16), v128.load(out + o, 16))))), 16);
    }
  }
  for (; t < count; t++) {
    const y = factors + <usize>load<u32>(indices + word(t)) * width;
    const w = load<f32>(weights + word(t));
    let s = dot(y, p, width) * w;
    if (residual) s = 1 + w - s;
    addScaled(out, s, y, width);
  }
}

/** r = -(G + λI) x: what the residual starts from. */
function negatedProduct(gram: usize, lambda: f32, x: usize, r: usize, width: usize): void {
  multiply(gram, lambda, x, r, width);
  for (let o: usize = 0; o < width; o += 16) v128.store(r + o, f32x4.neg(v128.load(r + o)));
}

/** One step: x and r move along p, whose image is q; p becomes the next direction. Answers the new r·r. */
function step(x: usize, r: usize, p: usize, q: usize, rr: f32, width: usize): f32 {
  const curvature = dot(p, q, width);
  if (!(curvature > 0)) return 0;
  const alpha = rr / curvature;
  addScaled(x, alpha, p, width);
  addScaled(r, -alpha, q, width);
  const next = dot(r, r, width);
  const beta = f32x4.splat(next / rr);
  for (let o: usize = 0; o < width; o += 16) v128.store(p + o, multiplyAdd(beta, v128.load(p + o), v128.load(r + o)));
  return next;
}

/** Solves rows [from, to) of `solved`, each from its present value. Scratch: 3 rows. */
export function alsRows(from: i32, to: i32, scratch: usize, indptr: usize, indices: usize, weights: usize, solved: usize, factors: usize, gram: usize, lambdas: usize, steps: i32, width: usize): void {
  const r = scratch;
  const p = r + width;
  const q = p + width;
  for (let row = from; row < to; row++) {
    const start = load<i32>(indptr + word(row));
    const count = load<i32>(indptr + word(row), 4) - start;
    const x = solved + <usize>row * width;
    if (count == 0) {
      memory.fill(x, 0, width);
      continue;
    }
    const at = indices + word(start);
    const w = weights + word(start);
    const lambda = load<f32>(lambdas + word(row));
    negatedProduct(gram, lambda, x, r, width);
    walk(at, w, count, factors, x, r, width, true);
    memory.copy(p, r, width);
    let rr = dot(r, r, width);
    for (let s = 0; s < steps && rr >= SOLVED; s++) {
      multiply(gram, lambda, p, q, width);
      walk(at, w, count, factors, p, q, width, false);
      rr = step(x, r, p, q, rr, width);
    }
  }
}

/** Where the entries at `cursor` … `end` reach index `limit`. */
// @ts-ignore: decorator
@inline
function advance(indices: usize, cursor: i32, end: i32, limit: i32): i32 {
  let at = cursor;
  while (at + 16 <= end && load<i32>(indices + word(at + 15)) < limit) at += 16;
  while (at < end && load<i32>(indices + word(at)) < limit) at++;
  return at;
}

/**
 * The same for long rows: all rows of the range walk one tile of `factors` after another, so that a tile stays in the
 * cache while every row uses it. Indices ascend within a row. Scratch: 4 rows for each row of the range.
 */
export function alsHeavyRows(from: i32, to: i32, scratch: usize, indptr: usize, indices: usize, weights: usize, solved: usize, factors: usize, gram: usize, lambdas: usize, steps: i32, width: usize, others: i32, tile: i32): void {
  const state = 4 * width;
  const note = 3 * width;
  for (let row = from; row < to; row++) {
    const r = scratch + <usize>(row - from) * state;
    negatedProduct(gram, load<f32>(lambdas + word(row)), solved + <usize>row * width, r, width);
    store<i32>(r + note, load<i32>(indptr + word(row)));
  }
  for (let round = 0; round <= steps; round++) {
    const residual = round == 0;
    for (let limit = tile; limit < others + tile; limit += tile) {
      for (let row = from; row < to; row++) {
        const r = scratch + <usize>(row - from) * state;
        const cursor = load<i32>(r + note);
        const next = advance(indices, cursor, load<i32>(indptr + word(row), 4), limit);
        if (next == cursor) continue;
        const p = residual ? solved + <usize>row * width : r + width;
        const out = residual ? r : r + 2 * width;
        walk(indices + word(cursor), weights + word(cursor), next - cursor, factors, p, out, width, residual);
        store<i32>(r + note, next);
      }
    }
    for (let row = from; row < to; row++) {
      const r = scratch + <usize>(row - from) * state;
      const p = r + width;
      const q = p + width;
      let rr: f32;
      if (residual) {
        memory.copy(p, r, width);
        rr = dot(r, r, width);
      } else {
        rr = load<f32>(r + note, 4);
        if (rr >= SOLVED) rr = step(solved + <usize>row * width, r, p, q, rr, width);
      }
      store<f32>(r + note, rr, 4);
      store<i32>(r + note, load<i32>(indptr + word(row)));
      if (round < steps) multiply(gram, load<f32>(lambdas + word(row)), p, q, width);
    }
  }
}

/** Lower triangle of YᵀY over each block of 2,048 rows, into its own `width`/4 square of `partials`. */
export function gramBlocks(from: i32, to: i32, scratch: usize, factors: usize, rows: i32, width: usize, partials: usize): void {
  const size = width >> 2;
  for (let block = from; block < to; block++) {
    const first = block * GRAM_ROWS;
    const count = min(GRAM_ROWS, rows - first);
    const out = partials + <usize>block * size * width;
    memory.fill(out, 0, size * width);
    for (let t = 0; t < count; t += 128) gramTile(factors + <usize>(first + t) * width, min(128, count - t), out, width);
  }
}

/** out += YᵀY of `count` rows in 4 × 8 tiles: the lower triangle, and what the tiles cover beside it. */
export function gramTile(rows: usize, count: i32, out: usize, width: usize): void {
  for (let i: usize = 0; i < width; i += 16) {
    for (let j: usize = 0; j <= i; j += 32) {
      let c00 = f32x4.splat(0);
      let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      let left = rows + i;
      let right = rows + j;
      for (let t = 0; t < count; t++) {
        const low = v128.load(right);
        const high = v128.load(right, 16);
        let a = v128.load32_splat(left);
        c00 = multiplyAdd(a, low, c00);
        c01 = multiplyAdd(a, high, c01);
        a = v128.load32_splat(left, 4);
        c10 = multiplyAdd(a, low, c10);
        c11 = multiplyAdd(a, high, c11);
        a = v128.load32_splat(left, 8);
        c20 = multiplyAdd(a, low, c20);
        c21 = multiplyAdd(a, high, c21);
        a = v128.load32_splat(left, 12);
        c30 = multiplyAdd(a, low, c30);
        c31 = multiplyAdd(a, high, c31);
        left += width;
        right += width;
      }
      let at = out + (i >> 2) * width + j;
      addPair(at, c00, c01);
      at += width;
      addPair(at, c10, c11);
      at += width;
      addPair(at, c20, c21);
      at += width;
      addPair(at, c30, c31);
    }
  }
}

// @ts-ignore: decorator
@inline
function addPair(at: usize, low: v128, high: v128): void {
  v128.store(at, f32x4.add(v128.load(at), low));
  v128.store(at, f32x4.add(v128.load(at, 16), high), 16);
}
