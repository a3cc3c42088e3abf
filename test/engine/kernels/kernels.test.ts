import { afterAll, describe, expect, test } from 'vitest';
import { type Csr, openKernels } from '../../../electron/engine/kernels/index.ts';
import { binary, randomRatings } from '../../support/matrices.ts';
import { plainAls, plainEase, plainNeighbours } from '../../support/plain-kernels.ts';

const directory = new URL('../../../resources/kernels', import.meta.url).pathname;
const all = (['simd', 'relaxed-simd'] as const).map((variant) => openKernels({ directory, variant, threads: 2 }));
const als = { factors: 20, iterations: 1, regularization: 2, alpha: 1.5, cgSteps: 3, seed: 7 };
const empty: Csr = { rows: 3, columns: 4, indptr: new Int32Array(4), indices: new Int32Array(0), values: new Float32Array(0) };
const single: Csr = { rows: 1, columns: 1, indptr: new Int32Array([0, 1]), indices: new Int32Array([0]), values: new Float32Array([4]) };
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

afterAll(async () => {
  await Promise.all(all.map((kernels) => kernels.close()));
});

test('item neighbours of more films than 16 bits number are exact', async () => {
  const matrix = randomRatings(6, 70_000, 0.001, 3);
  expect(await all[0]?.itemNeighbours(matrix, { neighbours: 5, shrinkage: 0 })).toEqual(plainNeighbours(matrix, { neighbours: 5, shrinkage: 0 }));
});

describe.each(all)('$variant', (kernels) => {
  test.each([[40, 30], [300, 129], [5, 200]])('item neighbours of %i users × %i films are exact, ties by index', async (rows, columns) => {
    const matrix = randomRatings(rows, columns, 0.1, rows);
    for (const [of, options] of [[matrix, { neighbours: 7, shrinkage: 0 }], [binary(matrix), { neighbours: 50, shrinkage: 10 }]] as const) {
      expect(await kernels.itemNeighbours(of, options)).toEqual(plainNeighbours(of, options));
    }
  });

  test.each([[40, 30], [300, 129], [500, 64], [5, 200]])('EASE of %i users × %i films agrees with an f64 inverse', async (rows, columns) => {
    const matrix = binary(randomRatings(rows, columns, 0.1, rows));
    const weights = await kernels.ease(matrix, { lambda: 20 });
    expect(weights).toHaveLength(columns * columns);
    expect(largest(weights, plainEase(matrix, 20))).toBeLessThan(2e-6);
  });

  test.each([[40, 30, 20], [300, 129, 3], [5, 200, 64], [3000, 40, 33]])('one ALS sweep over %i users × %i films with %i factors agrees with plain TypeScript', async (rows, columns, factors) => {
    const matrix = randomRatings(rows, columns, 0.1, rows);
    const made = await kernels.als(matrix, { ...als, factors });
    const plain = plainAls(matrix, { ...als, factors });
    expect(largest(made.users, plain.users)).toBeLessThan(1e-4);
    expect(largest(made.items, plain.items)).toBeLessThan(1e-4);
  });

  test('matrices without entries, and of one, have answers', async () => {
    expect((await kernels.itemNeighbours(empty, { neighbours: 2, shrinkage: 0 })).indices).toEqual(new Int32Array(8).fill(-1));
    expect(await kernels.ease(empty, { lambda: 1 })).toEqual(new Float32Array(16));
    expect((await kernels.als(empty, als)).users).toEqual(new Float32Array(60));
    expect((await kernels.itemNeighbours(single, { neighbours: 2, shrinkage: 0 })).values).toEqual(new Float32Array(2));
    expect(await kernels.ease(single, { lambda: 1 })).toEqual(new Float32Array(1));
    const one = await kernels.als(single, { ...als, iterations: 5 });
    expect(largest(one.users, plainAls(single, { ...als, iterations: 5 }).users)).toBeLessThan(1e-4);
  });
});
