import { dot, multiplyAdd, sumLanes, word } from './simd';

/**
 * Biased matrix factorisation of ratings by stochastic gradient descent (Funk 2006; Koren, Bell and Volinsky 2009), and
 * SVD++ (Koren 2008). Factors are f32 rows of `width` bytes, a multiple of 32, padded with zeros, which stay zeros.
 * Each writes the sum of the squared errors that it met, before the step on each, where `losses` says.
 */

/** p and q move along the error of one rating: both from where they were. keep = 1 - rate · λ. */
// @ts-ignore: decorator
@inline
function move(p: usize, q: usize, keep: v128, step: v128, width: usize): void {
  for (let o: usize = 0; o < width; o += 16) {
    const a = v128.load(p + o);
    const b = v128.load(q + o);
    v128.store(p + o, multiplyAdd(step, b, f32x4.mul(keep, a)));
    v128.store(q + o, multiplyAdd(step, a, f32x4.mul(keep, b)));
  }
}

/** A bias after a step. */
// @ts-ignore: decorator
@inline
function moveBias(at: usize, error: f32, rate: f32, keep: f32): void {
  store<f32>(at, keep * load<f32>(at) + rate * error);
}

/**
 * Blocks [from, to) of one stratum of a groups × groups grid: block `row` is that of the users' group `row` and the films'
 * group (row + shift) mod groups, so that no two of them share a user or a film. Its ratings are entries
 * starts[b] … starts[b + 1] of users, items and values, b = row · groups + column.
 */
export function svdBlocks(from: i32, to: i32, scratch: usize, shift: i32, groups: i32, starts: usize, users: usize, items: usize, values: usize, userFactors: usize, itemFactors: usize, userBiases: usize, itemBiases: usize, losses: usize, mean: f32, rate: f32, regularization: f32, width: usize): void {
  const keep: f32 = 1 - rate * regularization;
  const kept = f32x4.splat(keep);
  for (let row = from; row < to; row++) {
    const block = row * groups + (row + shift) % groups;
    const end = load<i32>(starts + word(block), 4);
    let loss: f64 = 0;
    for (let at = load<i32>(starts + word(block)); at < end; at++) {
      const user = load<i32>(users + word(at));
      const item = load<i32>(items + word(at));
      const p = userFactors + <usize>user * width;
      const q = itemFactors + <usize>item * width;
      const userBias = userBiases + word(user);
      const itemBias = itemBiases + word(item);
      const error = load<f32>(values + word(at)) - (mean + load<f32>(userBias) + load<f32>(itemBias) + dot(p, q, width));
      loss += <f64>error * <f64>error;
      moveBias(userBias, error, rate, keep);
      moveBias(itemBias, error, rate, keep);
      move(p, q, kept, f32x4.splat(rate * error), width);
    }
    store<f64>(losses + (<usize>block << 3), loss);
  }
}

/** sum += Σ of the rows of `factors` at `count` indices. */
function gather(indices: usize, count: i32, factors: usize, sum: usize, width: usize): void {
  for (let t = 0; t < count; t++) {
    const y = factors + <usize>load<u32>(indices + word(t)) * width;
    for (let o: usize = 0; o < width; o += 16) v128.store(sum + o, f32x4.add(v128.load(sum + o), v128.load(y + o)));
  }
}

/**
 * Users order[from … to): all ratings of each, one after another. z = n^-½ Σ yⱼ over the films that the user rated. A step
 * on a rating moves every such yⱼ by the same vector, n^-½ · rate · error · q, after it shrinks by `keep`; so z moves by
 * rate · error · q, and the yⱼ, which nothing else reads meanwhile, can take all steps of a user at once when the last is
 * done. This is what a step on every yⱼ at every rating gives, in time linear in the ratings. Scratch: 2 rows.
 */
export function svdppUsers(from: i32, to: i32, scratch: usize, order: usize, indptr: usize, indices: usize, values: usize, userFactors: usize, itemFactors: usize, implicit: usize, userBiases: usize, itemBiases: usize, losses: usize, mean: f32, rate: f32, regularization: f32, width: usize): void {
  const keep: f32 = 1 - rate * regularization;
  const kept = f32x4.splat(keep);
  const z = scratch;
  const before = scratch + width;
  for (let place = from; place < to; place++) {
    const user = load<i32>(order + word(place));
    const start = load<i32>(indptr + word(user));
    const count = load<i32>(indptr + word(user), 4) - start;
    if (count == 0) continue;
    const at = indices + word(start);
    const root: f32 = 1 / sqrt<f32>(<f32>count);
    memory.fill(z, 0, width);
    gather(at, count, implicit, z, width);
    const scale = f32x4.splat(root);
    for (let o: usize = 0; o < width; o += 16) {
      const sum = f32x4.mul(scale, v128.load(z + o));
      v128.store(z + o, sum);
      v128.store(before + o, sum);
    }
    const p = userFactors + <usize>user * width;
    const userBias = userBiases + word(user);
    let shrunk: f32 = 1;
    let loss: f64 = 0;
    for (let t = 0; t < count; t++) {
      const item = load<i32>(at + word(t));
      const q = itemFactors + <usize>item * width;
      const itemBias = itemBiases + word(item);
      let product = f32x4.splat(0);
      for (let o: usize = 0; o < width; o += 16) product = multiplyAdd(f32x4.add(v128.load(p + o), v128.load(z + o)), v128.load(q + o), product);
      const error = load<f32>(values + word(start + t)) - (mean + load<f32>(userBias) + load<f32>(itemBias) + sumLanes(product));
      loss += <f64>error * <f64>error;
      moveBias(userBias, error, rate, keep);
      moveBias(itemBias, error, rate, keep);
      const step = f32x4.splat(rate * error);
      shrunk *= keep;
      for (let o: usize = 0; o < width; o += 16) {
        const a = v128.load(p + o);
        const b = v128.load(q + o);
        const c = v128.load(z + o);
        v128.store(p + o, multiplyAdd(step, b, f32x4.mul(kept, a)));
        v128.store(z + o, multiplyAdd(step, b, f32x4.mul(kept, c)));
        v128.store(q + o, multiplyAdd(step, f32x4.add(a, c), f32x4.mul(kept, b)));
      }
    }
    // What all steps together add to each yⱼ.
    const all = f32x4.splat(shrunk);
    for (let o: usize = 0; o < width; o += 16) v128.store(z + o, f32x4.mul(scale, f32x4.sub(v128.load(z + o), f32x4.mul(all, v128.load(before + o)))));
    for (let t = 0; t < count; t++) {
      const y = implicit + <usize>load<u32>(at + word(t)) * width;
      for (let o: usize = 0; o < width; o += 16) v128.store(y + o, multiplyAdd(all, v128.load(y + o), v128.load(z + o)));
    }
    store<f64>(losses, load<f64>(losses) + loss);
  }
}
