/** a · b + c, lane by lane; one rounding where the machine has it and the build allows it. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  const halves = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(halves, 0) + f32x4.extract_lane(halves, 1);
}

/** Byte offset of element `index` of an array of 4-byte elements. */
// @ts-ignore: decorator
@inline
export function word(index: i32): usize {
  return (<usize>index) << 2;
}

/** Σ a·b over `bytes` bytes of f32, a multiple of 32. */
export function dot(a: usize, b: usize, bytes: usize): f32 {
  let even = f32x4.splat(0);
  let odd = even;
  for (let o: usize = 0; o < bytes; o += 32) {
    even = multiplyAdd(v128.load(a + o), v128.load(b + o), even);
    odd = multiplyAdd(v128.load(a + o, 16), v128.load(b + o, 16), odd);
  }
  return sumLanes(f32x4.add(even, odd));
}

/** y += scale · x over `bytes` bytes of f32, a multiple of 32. */
export function addScaled(y: usize, scale: f32, x: usize, bytes: usize): void {
  const s = f32x4.splat(scale);
  for (let o: usize = 0; o < bytes; o += 32) {
    v128.store(y + o, multiplyAdd(s, v128.load(x + o), v128.load(y + o)));
    v128.store(y + o, multiplyAdd(s, v128.load(x + o, 16), v128.load(y + o, 16)), 16);
  }
}
