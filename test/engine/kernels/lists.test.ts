import { afterAll, describe, expect, test } from 'vitest';
import { AlsFoldIn, openKernels, RatingFoldIn } from '../../../electron/engine/kernels/index.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { randomRatings } from '../../support/matrices.ts';

const directory = new URL('../../../resources/kernels', import.meta.url).pathname;
const opened = (['simd', 'relaxed-simd'] as const).map((variant) => openKernels({ directory, variant, threads: 2 }));
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

afterAll(async () => {
  await Promise.all(opened.map((kernels) => kernels.close()));
});

describe.each(opened)('$variant', (kernels) => {
  // Lengths that fall, so that tiles are passed over; halves, so that scores are exact and many are equal.
  test.each([[203, 1300, 9, 12], [70, 20, 16, 30], [5, 2000, 33, 7], [1, 513, 1, 500], [66, 1025, 4, 1]])('topAll of %i users × %i items with %i factors lists what a sort of all scores lists, ties and all', async (rows, columns, factors, count) => {
    const random = seededRandom(rows);
    const halves = () => Math.round(4 * (random() - 0.5)) / 2;
    const users = Float32Array.from({ length: rows * factors }, halves);
    const items = Float32Array.from({ length: columns * factors }, (_, at) => halves() * Math.max(1, 64 >> Math.floor(at / factors / 30)));
    const seen = randomRatings(rows, columns, 0.1, 3);
    const lists = await kernels.topAll(users, items, factors, seen, count);
    for (let user = 0; user < rows; user++) {
      const scores = kernels.scoreAll(items, columns, factors, users.subarray(user * factors, (user + 1) * factors));
      for (const item of seen.indices.subarray(seen.indptr[user], seen.indptr[user + 1])) scores[item] = -Infinity;
      const best = kernels.top(scores, count);
      const from = user * count;
      expect(lists.indices.subarray(from, from + best.length)).toEqual(best);
      expect(lists.values.subarray(from, from + best.length)).toEqual(Float32Array.from(best, (item) => scores[item] ?? NaN));
      expect(lists.indices.subarray(from + best.length, from + count).every((index) => index === -1)).toBe(true);
    }
  });

  test('topAll and solve give the same bytes on one, two and three threads', async () => {
    const seen = randomRatings(700, 900, 0.05, 3);
    const made = await Promise.all([1, 2, 3].map(async (threads) => {
      const crew = openKernels({ directory, variant: kernels.variant, threads });
      const { items } = await crew.als(seen, { factors: 12, iterations: 2, regularization: 2, alpha: 1, solver: 'cholesky', cgSteps: 1, seed: 1 });
      const users = await crew.solve(seen, items, new Float32Array(700).fill(2), { factors: 12, target: { implicit: true, alpha: 1 } });
      return { items, users, lists: await crew.topAll(users, items, 12, seen, 10) };
    }));
    expect(made[1]).toEqual(made[0]);
    expect(made[2]).toEqual(made[0]);
  });

  test.each([8, 20, 33])('ALS by Cholesky with %i factors is what many steps of conjugate gradient come to, with λ alike and by activity', async (factors) => {
    const matrix = randomRatings(400, 150, 0.1, 3);
    for (const more of [{ regularization: 2 }, { regularization: 0.01, exponent: 1 }, { regularization: 0.1, exponent: 0.5 }]) {
      const options = { factors, iterations: 2, alpha: 1.5, seed: 1, cgSteps: 60, ...more };
      const [exact, stepped] = [await kernels.als(matrix, { ...options, solver: 'cholesky' }), await kernels.als(matrix, options)];
      expect(largest(exact.items, stepped.items)).toBeLessThan(2e-4);
    }
  });

  test('solve is the fold-in of every row', async () => {
    const matrix = randomRatings(300, 150, 0.1, 3);
    const signed = { ...matrix, values: matrix.values.map((value, at) => (at % 7 === 0 ? -value : value)) };
    const als = { factors: 20, iterations: 2, alpha: 1.5, seed: 1, cgSteps: 3, regularization: 0.01, exponent: 1 };
    const foldIn = new AlsFoldIn({ ...als, items: (await kernels.als(matrix, als)).items });
    const { items } = await kernels.als(matrix, als);
    const all = await kernels.solve(signed, items, foldIn.lambdas(signed), { factors: 20, target: { implicit: true, alpha: 1.5 } });
    const model = await kernels.svd(matrix, { implicit: true, factors: 10, epochs: 3, rate: 0.01, regularization: 0.02, deviation: 0.1, patience: 0, heldOut: 0.1, seed: 1 });
    const raters = new RatingFoldIn({ ...model, ridge: { base: 5, each: 0.02 } });
    const { values, lambdas, rated } = raters.systems(matrix);
    const sides = Float32Array.from({ length: 150 * 11 }, (_, at) => (at % 11 === 10 ? 1 : (model.items[Math.floor(at / 11) * 10 + (at % 11)] ?? NaN)));
    const ratings = await kernels.solve({ ...matrix, values }, sides, lambdas, { factors: 11, target: { implicit: false } });
    for (let row = 0; row < 300; row++) {
      const [from, to] = [matrix.indptr[row], matrix.indptr[row + 1]];
      expect(largest(foldIn.fold(matrix.indices.subarray(from, to), signed.values.subarray(from, to)).vector, all.subarray(row * 20, row * 20 + 20))).toBeLessThan(1e-4);
      const rater = raters.fold(matrix.indices.subarray(from, to), matrix.values.subarray(from, to));
      expect(largest(rater.vector, ratings.subarray(row * 11, row * 11 + 10).map((value, f) => value + (rated[row * 10 + f] ?? 0)))).toBeLessThan(1e-4);
      expect(Math.abs(rater.constant - model.mean - (ratings[row * 11 + 10] ?? NaN))).toBeLessThan(1e-4);
    }
  });
});

test('options that are wrong are named', async () => {
  const [kernels = openKernels({ directory })] = opened;
  const matrix = randomRatings(3, 4, 0.5, 1);
  await expect(kernels.topAll(new Float32Array(3), new Float32Array(4), 1, matrix, 0)).rejects.toThrow('count');
  await expect(kernels.topAll(new Float32Array(3), new Float32Array(4), 2, matrix, 1)).rejects.toThrow('3 and 4 rows of 2');
  await expect(kernels.solve(matrix, new Float32Array(4), new Float32Array(3), { factors: 1, target: { implicit: false } })).rejects.toThrow('lambdas are above 0');
  await expect(kernels.als(matrix, { factors: 2, iterations: 1, alpha: 1, seed: 1, cgSteps: 3, regularization: 1, start: new Float32Array(3) })).rejects.toThrow('start is 4 rows of 2');
});
