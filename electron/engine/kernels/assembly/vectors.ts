import { multiplyAdd, word } from './simd';

/**
 * What a randomised singular value decomposition takes: a sparse matrix times a dense one, AᵀA of a tall dense matrix, and
 * a tall matrix times a square one in place. Dense rows are `width` floats long, a multiple of 32; and, for search, the
 * scan of vectors kept as bytes.
 */
const PANEL: i32 = 128;

/** Rows [from, to) of sparse × dense, 32 columns at a time, so that the sums stay in registers. */
export function sparseTimes(from: i32, to: i32, scratch: usize, indptr: usize, indices: usize, values: usize, dense: usize, out: usize, width: i32): void {
  const stride = word(width);
  for (let row = from; row < to; row++) {
    const first = word(load<i32>(indptr + word(row)));
    const last = word(load<i32>(indptr + word(row), 4));
    const target = out + <usize>row * stride;
    for (let column: usize = 0; column < stride; column += 128) {
      let a = f32x4.splat(0);
      let b = a, c = a, d = a, e = a, f = a, g = a, h = a;
      const start = dense + column;
      for (let at = first; at < last; at += 4) {
        const x = v128.load32_splat(values + at);
        const source = start + <usize>load<i32>(indices + at) * stride;
        a = multiplyAdd(x, v128.load(source), a);
        b = multiplyAdd(x, v128.load(source, 16), b);
        c = multiplyAdd(x, v128.load(source, 32), c);
        d = multiplyAdd(x, v128.load(source, 48), d);
        e = multiplyAdd(x, v128.load(source, 64), e);
        f = multiplyAdd(x, v128.load(source, 80), f);
        g = multiplyAdd(x, v128.load(source, 96), g);
        h = multiplyAdd(x, v128.load(source, 112), h);
      }
      const at = target + column;
      v128.store(at, a);
      v128.store(at, b, 16);
      v128.store(at, c, 32);
      v128.store(at, d, 48);
      v128.store(at, e, 64);
      v128.store(at, f, 80);
      v128.store(at, g, 96);
      v128.store(at, h, 112);
    }
  }
}

/**
 * Lower triangles of AᵀA over chunks [from, to) of `chunk` rows each, in tiles of 4 × 8; chunk c at partials + c · width² · 4.
 * What a chunk is does not depend on threads. Scratch: 128 rows, packed eight columns by eight.
 */
export function tallGram(from: i32, to: i32, scratch: usize, matrix: usize, rows: i32, width: i32, chunk: i32, partials: usize): void {
  const stride = word(width);
  for (let number = from; number < to; number++) {
    const out = partials + <usize>number * <usize>width * stride;
    memory.fill(out, 0, <usize>width * stride);
    const end = min(rows, (number + 1) * chunk);
    for (let first = number * chunk; first < end; first += PANEL) {
      const count = min(PANEL, end - first);
      const bytes = <usize>count << 5;
      pack(matrix + <usize>first * stride, count, width, scratch);
      for (let i = 0; i < width; i += 4) {
        const left = scratch + <usize>(i >> 3) * (PANEL << 5) + word(i & 7);
        for (let j = 0; j <= i; j += 8) {
          const right = scratch + <usize>(j >> 3) * (PANEL << 5);
          const tile = out + <usize>i * stride + word(j);
          let c00 = v128.load(tile);
          let c01 = v128.load(tile, 16);
          let c10 = v128.load(tile + stride);
          let c11 = v128.load(tile + stride, 16);
          let c20 = v128.load(tile + 2 * stride);
          let c21 = v128.load(tile + 2 * stride, 16);
          let c30 = v128.load(tile + 3 * stride);
          let c31 = v128.load(tile + 3 * stride, 16);
          for (let o: usize = 0; o < bytes; o += 32) {
            const low = v128.load(right + o);
            const high = v128.load(right + o, 16);
            let x = v128.load32_splat(left + o);
            c00 = multiplyAdd(x, low, c00);
            c01 = multiplyAdd(x, high, c01);
            x = v128.load32_splat(left + o, 4);
            c10 = multiplyAdd(x, low, c10);
            c11 = multiplyAdd(x, high, c11);
            x = v128.load32_splat(left + o, 8);
            c20 = multiplyAdd(x, low, c20);
            c21 = multiplyAdd(x, high, c21);
            x = v128.load32_splat(left + o, 12);
            c30 = multiplyAdd(x, low, c30);
            c31 = multiplyAdd(x, high, c31);
          }
          v128.store(tile, c00);
          v128.store(tile, c01, 16);
          v128.store(tile + stride, c10);
          v128.store(tile + stride, c11, 16);
          v128.store(tile + 2 * stride, c20);
          v128.store(tile + 2 * stride, c21, 16);
          v128.store(tile + 3 * stride, c30);
          v128.store(tile + 3 * stride, c31, 16);
        }
      }
    }
  }
}

/** `count` rows as [width / 8][128][8]. */
function pack(rows: usize, count: i32, width: i32, packed: usize): void {
  const stride = word(width);
  for (let column = 0; column < width; column += 8) {
    let to = packed + <usize>(column >> 3) * (PANEL << 5);
    let at = rows + word(column);
    for (let row = 0; row < count; row++) {
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at, 16), 16);
      to += 32;
      at += stride;
    }
  }
}

/**
 * Rows [from, to), multiples of 4, times a square packed as [width / 8][width][8], in their place. Scratch: to - from rows.
 */
export function timesSquare(from: i32, to: i32, scratch: usize, matrix: usize, width: i32, packed: usize): void {
  const stride = word(width);
  for (let column = 0; column < width; column += 8) {
    const panel = packed + <usize>column * stride;
    for (let row = from; row < to; row += 4) {
      const r0 = matrix + <usize>row * stride;
      const r1 = r0 + stride, r2 = r1 + stride, r3 = r2 + stride;
      let c00 = f32x4.splat(0);
      let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      let p = panel;
      for (let o: usize = 0; o < stride; o += 4) {
        const low = v128.load(p);
        const high = v128.load(p, 16);
        p += 32;
        let x = v128.load32_splat(r0 + o);
        c00 = multiplyAdd(x, low, c00);
        c01 = multiplyAdd(x, high, c01);
        x = v128.load32_splat(r1 + o);
        c10 = multiplyAdd(x, low, c10);
        c11 = multiplyAdd(x, high, c11);
        x = v128.load32_splat(r2 + o);
        c20 = multiplyAdd(x, low, c20);
        c21 = multiplyAdd(x, high, c21);
        x = v128.load32_splat(r3 + o);
        c30 = multiplyAdd(x, low, c30);
        c31 = multiplyAdd(x, high, c31);
      }
      const s = scratch + <usize>(row - from) * stride + word(column);
      v128.store(s, c00);
      v128.store(s, c01, 16);
      v128.store(s + stride, c10);
      v128.store(s + stride, c11, 16);
      v128.store(s + 2 * stride, c20);
      v128.store(s + 2 * stride, c21, 16);
      v128.store(s + 3 * stride, c30);
      v128.store(s + 3 * stride, c31, 16);
    }
  }
  memory.copy(matrix + <usize>from * stride, scratch, <usize>(to - from) * stride);
}

/**
 * out[i] = scale of row i · Σ rowᵢ · (query - 64): rows of `width` signed bytes, a multiple of 16; the query's bytes lie in 0 … 127,
 * which keeps the relaxed product exact, so that both builds give the same. `sums` are 64 times the sums of the rows.
 */
export function scanBytes(query: usize, width: i32, rows: usize, count: i32, sums: usize, scales: usize, out: usize): void {
  let at = rows;
  for (let row = 0; row < count; row++) {
    let a = i32x4.splat(0);
    let b = a;
    for (let o: usize = 0; o < <usize>width; o += 16) {
      const x = v128.load(at + o);
      const q = v128.load(query + o);
      if (ASC_FEATURE_RELAXED_SIMD) {
        a = i32x4.relaxed_dot_i8x16_i7x16_add_s(x, q, a);
      } else {
        a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(x), i16x8.extend_low_i8x16_s(q)));
        b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(x), i16x8.extend_high_i8x16_s(q)));
      }
    }
    a = i32x4.add(a, b);
    const sum = i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1) + i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3);
    store<f32>(out + word(row), <f32>(sum - load<i32>(sums + word(row))) * load<f32>(scales + word(row)));
    at += width;
  }
}
