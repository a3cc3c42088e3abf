import { describe, expect, test } from 'vitest';
import { AlsFoldIn, openKernels } from '../../../electron/engine/kernels/index.ts';
import { randomRatings } from '../../support/matrices.ts';

const kernels = openKernels({ directory: new URL('../../../resources/kernels', import.meta.url).pathname });
const options = { factors: 24, iterations: 30, regularization: 3, alpha: 0.8, cgSteps: 3, seed: 3 };

describe('a folded history', async () => {
  const matrix = randomRatings(200, 90, 0.15, 11);
  const model = await kernels.als(matrix, options);
  const foldIn = new AlsFoldIn({ ...options, items: model.items });
  const history = (user: number) => [matrix.indices.subarray(matrix.indptr[user], matrix.indptr[user + 1]), matrix.values.subarray(matrix.indptr[user], matrix.indptr[user + 1])] as const;

  test('scores like the user that training saw, once training has settled', () => {
    for (const user of [0, 50, 199]) {
      const { vector } = foldIn.fold(...history(user));
      vector.forEach((value, f) => expect(Math.abs(value - (model.users[user * options.factors + f] ?? NaN))).toBeLessThan(0.01));
    }
  });

  test('has contributions that sum to the score of any film', () => {
    const user = foldIn.fold(...history(7));
    for (let item = 0; item < matrix.columns; item++) {
      const score = user.vector.reduce((sum, value, f) => sum + value * (model.items[item * options.factors + f] ?? 0), 0);
      expect(user.contributions(item).reduce((sum, value) => sum + value, 0)).toBeCloseTo(score, 9);
    }
  });

  test('of nothing scores nothing', () => {
    expect(foldIn.fold(new Int32Array(0), new Float32Array(0)).vector).toEqual(new Float64Array(options.factors));
  });

  test('gives a higher score to a film like one that is rated higher', () => {
    const [positions, values] = history(7);
    const better = values.with(0, 50);
    const film = positions[0] ?? 0;
    const total = (of: Float32Array) => foldIn.fold(positions, of).contributions(film).reduce((sum, value) => sum + value, 0);
    expect(total(better)).toBeGreaterThan(total(values));
  });
});
