import { multiplyAdd } from './simd';

/** out[i] = row i · vector, for rows packed eight by eight: [rows / 8][width][8]. Rows are a multiple of 8; no horizontal sums. */
export function scorePacked(vector: usize, width: i32, packed: usize, rows: i32, out: usize): void {
  const end = vector + ((<usize>width) << 2);
  const pairsEnd = vector + ((<usize>(width & ~1)) << 2);
  let at = packed;
  for (let row = 0; row < rows; row += 8) {
    let a = f32x4.splat(0);
    let b = a, c = a, d = a;
    let v = vector;
    for (; v < pairsEnd; v += 8) {
      let x = v128.load32_splat(v);
      a = multiplyAdd(x, v128.load(at), a);
      b = multiplyAdd(x, v128.load(at, 16), b);
      x = v128.load32_splat(v, 4);
      c = multiplyAdd(x, v128.load(at, 32), c);
      d = multiplyAdd(x, v128.load(at, 48), d);
      at += 64;
    }
    if (v < end) {
      const x = v128.load32_splat(v);
      a = multiplyAdd(x, v128.load(at), a);
      b = multiplyAdd(x, v128.load(at, 16), b);
      at += 32;
    }
    const to = out + ((<usize>row) << 2);
    v128.store(to, f32x4.add(a, c));
    v128.store(to, f32x4.add(b, d), 16);
  }
}
