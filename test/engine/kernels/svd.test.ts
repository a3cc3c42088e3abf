import { afterAll, describe, expect, test } from 'vitest';
import { openKernels, RatingFoldIn, type SvdFactors, type SvdOptions } from '../../../electron/engine/kernels/index.ts';
import { randomRatings } from '../../support/matrices.ts';
import { plainSvd } from '../../support/plain-svd.ts';

const directory = new URL('../../../resources/kernels', import.meta.url).pathname;
const matrix = randomRatings(400, 150, 0.15, 5);
const svd: SvdOptions = { implicit: false, factors: 20, epochs: 3, rate: 0.01, regularization: 0.02, deviation: 0.1, patience: 0, heldOut: 0.1, seed: 9 };
const svdpp = { ...svd, implicit: true, factors: 12 };
const both = [['SVD', svd], ['SVD++', svdpp]] as const;
const opened = (['simd', 'relaxed-simd'] as const).map((variant) => openKernels({ directory, variant, threads: 2 }));
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
const predicted = (model: SvdFactors, user: number, item: number) => {
  let sum = model.mean + (model.userBiases[user] ?? NaN) + (model.itemBiases[item] ?? NaN);
  for (let f = 0; f < model.factors; f++) sum += (model.users[user * model.factors + f] ?? NaN) * (model.items[item * model.factors + f] ?? NaN);
  return sum;
};

afterAll(async () => {
  await Promise.all(opened.map((kernels) => kernels.close()));
});

describe.each(opened)('$variant', (kernels) => {
  test.each(both)('%s agrees with Surprise’s definition, taken step by step in f64', async (_, options) => {
    const [made, plain] = [await kernels.svd(matrix, options), plainSvd(matrix, options)];
    expect(made.mean).toBeCloseTo(plain.mean, 6);
    expect(largest(made.items, plain.items)).toBeLessThan(2e-5);
    expect(largest(made.implicit, plain.implicit)).toBeLessThan(2e-5);
    expect(largest(made.userBiases, plain.userBiases)).toBeLessThan(2e-5);
    expect(largest(made.itemBiases, plain.itemBiases)).toBeLessThan(2e-5);
    expect(largest(made.users, plain.users)).toBeLessThan(2e-5);
  });

  test.each(both)('%s: the same bytes on one, two and three threads', async (_, options) => {
    const [one, two, three] = await Promise.all([1, 2, 3].map((threads) => openKernels({ directory, variant: kernels.variant, threads }).svd(matrix, options)));
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect((await kernels.svd(matrix, { ...options, seed: 10 })).items).not.toEqual(one?.items);
  });

  test.each(both)('%s goes on from each epoch, on one thread and on two, to the same bytes, and tells the whole curve again', async (_, options) => {
    for (const patience of [0, 1]) {
      const told = { ...options, epochs: 5, patience };
      const points: unknown[] = [];
      const whole = await kernels.svd(matrix, told, { point: (point) => points.push(point) });
      expect(points).toHaveLength(patience === 0 ? 5 : Math.min(5, whole.epochs + 1));
      const states: Uint8Array[] = [];
      const keep = (state: Uint8Array) => {
        states.push(state);
        return Promise.resolve();
      };
      await kernels.svd(matrix, told, { checkpoint: { state: undefined, due: () => true, keep } });
      expect(states.length).toBeGreaterThan(1);
      for (const [at, state] of states.entries()) {
        const again: unknown[] = [];
        const other = openKernels({ directory, variant: kernels.variant, threads: 1 + (at % 2) });
        expect(await other.svd(matrix, told, { point: (point) => again.push(point), checkpoint: { state, due: () => false, keep } })).toEqual(whole);
        expect(again).toEqual(points);
      }
      const damaged = await kernels.svd(matrix, told, { checkpoint: { state: states[0]?.subarray(8), due: () => false, keep } });
      expect(damaged).toEqual(whole);
    }
  });
});

describe('with patience', () => {
  const [kernels = openKernels({ directory })] = opened;

  test.each(both)('%s ends when the error on held-out ratings rises, and keeps the best epoch', async (_, options) => {
    const points: { epoch: number; loss: number; metric: number | null }[] = [];
    const made = await kernels.svd(matrix, { ...options, rate: 0.05, epochs: 60, patience: 3 }, { point: (point) => points.push(point) });
    expect(points.length).toBe(made.epochs + 3);
    expect(points.length).toBeLessThan(60);
    const metrics = points.map(({ metric }) => metric ?? NaN);
    expect(metrics.indexOf(Math.min(...metrics)) + 1).toBe(made.epochs);
    expect(points.at(-1)?.loss).toBeLessThan(points[0]?.loss ?? 0);
  });
});

describe('a folded history', () => {
  const [kernels = openKernels({ directory })] = opened;
  const own = (user: number) => [matrix.indices.subarray(matrix.indptr[user], matrix.indptr[user + 1]), matrix.values.subarray(matrix.indptr[user], matrix.indptr[user + 1])] as const;

  test.each(both)('%s: contributions sum to the prediction less mean and bias of the film', async (_, options) => {
    const model = await kernels.svd(matrix, options);
    const user = new RatingFoldIn({ ...model, ridge: { base: 8, each: 0.02 } }).fold(...own(7));
    for (let item = 0; item < matrix.columns; item++) {
      const score = user.constant + user.vector.reduce((sum, value, f) => sum + value * (model.items[item * model.factors + f] ?? NaN), 0);
      expect(user.contributions(item).reduce((sum, value) => sum + value, 0)).toBeCloseTo(score - model.mean, 9);
    }
  });

  test.each(both)('%s: one of nothing is the mean', async (_, options) => {
    const model = await kernels.svd(matrix, options);
    const user = new RatingFoldIn({ ...model, ridge: { base: 8, each: 0.02 } }).fold(new Int32Array(0), new Float32Array(0));
    expect(user.constant).toBe(model.mean);
    expect(user.vector).toEqual(new Float64Array(model.factors));
  });

  test('matrices without entries, of one, and of equal ratings have answers', async () => {
    const empty = { rows: 3, columns: 4, indptr: new Int32Array(4), indices: new Int32Array(0), values: new Float32Array(0) };
    const single = { rows: 1, columns: 1, indptr: new Int32Array([0, 1]), indices: new Int32Array([0]), values: new Float32Array([4]) };
    const equal = { ...matrix, values: matrix.values.map(() => 3) };
    for (const [, options] of both) {
      expect((await kernels.svd(empty, options)).mean).toBe(0);
      expect(predicted(await kernels.svd(single, { ...options, patience: 2 }), 0, 0)).toBeCloseTo(4, 1);
      expect(predicted(await kernels.svd(equal, { ...options, epochs: 20 }), 5, 5)).toBeCloseTo(3, 1);
    }
  });

  test('an option that is wrong is named', async () => {
    await expect(kernels.svd(matrix, { ...svd, rate: 0 })).rejects.toThrow('rate is above 0');
    await expect(kernels.svd(matrix, { ...svd, regularization: 200 })).rejects.toThrow('regularization');
    await expect(kernels.svd(matrix, { ...svd, patience: 1, heldOut: 1 })).rejects.toThrow('heldOut');
  });
});
