import { describe, expect, it } from 'vitest';
import { fitBaseline, foldInBaseline } from '../../../electron/engine/recommenders/baseline.ts';
import { dataset, ratingsOf, trainingFrom } from '../../support/movielens.ts';
import { randomRatings } from '../../support/matrices.ts';

const folder = dataset('ml-latest-small');
if (!folder) console.info('Skipped: the baseline against reference figures, because ml-latest-small is not there (REELBENCH_DATA).');

describe('the baseline of ratings', () => {
  it('of one user and one film: shrunk by 10 and 15', () => {
    const ratings = { rows: 2, columns: 2, indptr: Int32Array.of(0, 1, 2), indices: Int32Array.of(0, 1), values: Float32Array.of(5, 1) };
    const { mean, users, films } = fitBaseline(ratings, { rounds: 1, filmRegularization: 10, userRegularization: 15 });
    expect(mean).toBe(3);
    expect([...films]).toEqual([2 / 11, -2 / 11]);
    expect(users[0]).toBeCloseTo((2 - 2 / 11) / 16, 12);
  });

  it('gives a user who is folded in what the fit gave them', () => {
    const matrix = randomRatings(60, 40, 0.3, 3);
    const baseline = fitBaseline(matrix);
    for (let row = 0; row < matrix.rows; row++) {
      const [from, to] = [matrix.indptr[row], matrix.indptr[row + 1]];
      expect(foldInBaseline(baseline, matrix.indices.slice(from, to), matrix.values.slice(from, to))).toBeCloseTo(baseline.users[row] ?? NaN, 12);
    }
  });

  it.skipIf(!folder)('RMSE .8728 and MAE .6728 on ml-latest-small: five folds by row number, clipped to the scale', () => {
    const rows = ratingsOf(folder ?? '');
    let [rmse, mae] = [0, 0];
    for (let fold = 0; fold < 5; fold++) {
      const train = trainingFrom(rows.filter((_, row) => row % 5 !== fold));
      const test = rows.filter((_, row) => row % 5 === fold);
      const { mean, users, films } = fitBaseline(train.ratings);
      const rowOf = new Map(Array.from(train.userIds, (id, row) => [id, row]));
      let [squares, absolute] = [0, 0];
      for (const { user, film, rating } of test) {
        const predicted = mean + (users[rowOf.get(user) ?? -1] ?? 0) + (films[train.catalogue.position(film) ?? -1] ?? 0);
        const error = Math.min(5, Math.max(0.5, predicted)) - rating;
        squares += error * error;
        absolute += Math.abs(error);
      }
      rmse += Math.sqrt(squares / test.length) / 5;
      mae += absolute / test.length / 5;
    }
    expect(rmse).toBeCloseTo(0.8728, 4);
    expect(mae).toBeCloseTo(0.6728, 4);
  }, 30_000);
});
