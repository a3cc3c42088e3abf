import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKernels, type Kernels } from '../../../electron/engine/kernels/index.ts';
import type { Model } from '../../../electron/engine/recommenders/recommender.ts';
import { fitContext, knownHistory } from '../../support/fitting.ts';
import { dataset, leaveLastOut, ratingsOf, trainingFrom } from '../../support/movielens.ts';

/**
 * Leave-last-out on MovieLens latest-small: every rating is a positive; within a user by (timestamp, position in the
 * file) the last is the test film; candidates are the films with a training rating; seen films are left out; ties go to
 * the smaller movie id. Figures computed independently, to ± .0002; those of the default parameters are tested on the
 * lists themselves (lists.test.ts).
 */
const folder = dataset('ml-latest-small');
if (!folder) console.info('Skipped: agreement with reference figures, because ml-latest-small is not there (REELBENCH_DATA).');

describe.skipIf(!folder)('agreement with published definitions on ml-latest-small', () => {
  const { train, test } = leaveLastOut(folder ? ratingsOf(folder) : []);
  const data = trainingFrom(train);
  let kernels: Kernels;

  beforeAll(() => {
    kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
  });
  afterAll(() => kernels.close());

  function accuracy(model: Model): { hr: number; ndcg: number } {
    let [hits, gain] = [0, 0];
    data.userIds.forEach((user, row) => {
      const history = knownHistory(data, row);
      const { scores } = model.foldIn(history);
      for (const position of history.positions) scores[position] = Number.NEGATIVE_INFINITY;
      data.catalogue.counts.forEach((count, position) => {
        if (count === 0) scores[position] = Number.NEGATIVE_INFINITY;
      });
      const rank = kernels.top(scores, 10).indexOf(data.catalogue.position(test.get(user) ?? 0) ?? -1);
      if (rank < 0) return;
      hits++;
      gain += 1 / Math.log2(rank + 2);
    });
    return { hr: hits / data.userIds.length, ndcg: gain / data.userIds.length };
  }

  it('has 610 users and 9,701 candidates', () => {
    expect(data.userIds).toHaveLength(610);
    expect(data.catalogue.counts.filter((count) => count > 0)).toHaveLength(9701);
  });

  it.each([
    ['item-knn', { 'recommenders.item-knn.neighbours': 20 }, 0.0705, 0.0309],
    ['ease', { 'recommenders.ease.lambda': 100 }, 0.0852, 0.0409],
    ['ease', { 'recommenders.ease.lambda': 500 }, 0.0787, 0.036],
  ] as const)('%s %o', async (name, settings, hr, ndcg) => {
    const found = accuracy(await fitContext(kernels, settings).base(name, data));
    expect(found.hr).toBeGreaterThan(hr - 0.0002);
    expect(found.hr).toBeLessThan(hr + 0.0002);
    expect(found.ndcg).toBeGreaterThan(ndcg - 0.0002);
    expect(found.ndcg).toBeLessThan(ndcg + 0.0002);
  });
});
