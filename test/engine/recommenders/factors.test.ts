import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openKernels } from '../../../electron/engine/kernels/index.ts';
import { fitBaseline } from '../../../electron/engine/recommenders/baseline.ts';
import { fitContext, knownHistory } from '../../support/fitting.ts';
import { dataset, ratingsOf, trainingFrom } from '../../support/movielens.ts';

const kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
const small = dataset('ml-latest-small');
afterAll(() => kernels.close());

const root = (squares: readonly number[]) => Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
const clipped = (rating: number) => Math.min(5, Math.max(0.5, rating));

describe.skipIf(!small)('ratings of ml-latest-small, fold = row modulo 5, clipped to .5 … 5 (skipped without REELBENCH_DATA)', () => {
  const rows = small ? ratingsOf(small) : [];
  const fold = (part: number) => ({ train: trainingFrom(rows.filter((_, row) => row % 5 !== part)), test: rows.filter((_, row) => row % 5 === part) });

  it.each([['svd', 0.8692], ['svdpp', 0.8615]] as const)('%s: RMSE as documented, below the baseline’s', async (name, documented) => {
    const errors = await Promise.all([0, 1, 2, 3, 4].map(async (part) => {
      const { train, test } = fold(part);
      const model = await fitContext(kernels).base(name, train);
      const baseline = fitBaseline(train.ratings);
      const at = new Map(Array.from(train.userIds, (id, row) => [id, row]));
      const asked = test.map(({ user, film, rating }) => ({ user, row: at.get(user) ?? -1, position: train.catalogue.position(film) ?? -1, rating }));
      const own = asked.map(({ user, position, rating }) => (clipped(model.rate?.(user, Int32Array.of(position))[0] ?? NaN) - rating) ** 2);
      const usual = asked.map(({ row, position, rating }) => (clipped(baseline.mean + (baseline.users[row] ?? 0) + (baseline.films[position] ?? 0)) - rating) ** 2);
      return [root(own), root(usual)];
    }));
    const [own = NaN, usual = NaN] = [0, 1].map((k) => errors.reduce((sum, pair) => sum + (pair[k] ?? NaN), 0) / 5);
    expect(usual).toBeCloseTo(0.8728, 4);
    expect(Math.abs(own - documented)).toBeLessThan(0.001);
    expect(own).toBeLessThan(usual - 0.002);
  });

  it.each(['svd', 'svdpp'] as const)('%s: a folded user predicts held-out ratings no worse than the trained one, within .12 of it', async (name) => {
    const { train, test } = fold(0);
    const model = await fitContext(kernels).base(name, train);
    const rowOf = new Map(Array.from(train.userIds, (id, row) => [id, row]));
    const known = Map.groupBy(test.filter(({ user, film }) => rowOf.has(user) && train.catalogue.position(film) !== undefined), ({ user }) => user);
    const squares = { trained: [] as number[], folded: [] as number[], apart: [] as number[] };
    for (const [user, ratings] of known) {
      const { scores } = await model.foldIn(knownHistory(train, rowOf.get(user) ?? -1));
      const positions = Int32Array.from(ratings, ({ film }) => train.catalogue.position(film) ?? -1);
      const trained = model.rate?.(user, positions) ?? new Float32Array();
      ratings.forEach(({ rating }, i) => {
        const folded = scores[positions[i] ?? -1] ?? NaN;
        squares.trained.push(((trained[i] ?? NaN) - rating) ** 2);
        squares.folded.push((folded - rating) ** 2);
        squares.apart.push((folded - (trained[i] ?? NaN)) ** 2);
      });
    }
    expect(root(squares.apart)).toBeLessThan(0.12);
    expect(root(squares.folded)).toBeLessThan(root(squares.trained) + 0.002);
  });
});
