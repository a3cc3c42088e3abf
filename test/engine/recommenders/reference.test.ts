import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKernels, type Kernels } from '../../../electron/engine/kernels/index.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import type { Model } from '../../../electron/engine/recommenders/recommender.ts';
import { fitContext, knownHistory } from '../../support/fitting.ts';
import { dataset, leaveLastOut, ratingsOf, trainingFrom, termsOf } from '../../support/movielens.ts';

/**
 * Leave-last-out on MovieLens latest-small: every rating is a positive; within a user by (timestamp, position in the
 * file) the last is the test film; candidates are the films with a training rating; seen films are left out; ties go to
 * the smaller movie id. Figures computed independently, to ± .0002.
 */
const folder = dataset('ml-latest-small');
if (!folder) console.info('Skipped: agreement with reference figures, because ml-latest-small is not there (REELBENCH_DATA).');

describe.skipIf(!folder)('agreement with published definitions on ml-latest-small', () => {
  const { train, test } = leaveLastOut(folder ? ratingsOf(folder) : []);
  const data = trainingFrom(train, folder ? termsOf(folder) : undefined);
  let kernels: Kernels;
  const results = new Map<string, { hr: number; ndcg: number }>();

  beforeAll(() => {
    kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
  });
  afterAll(() => kernels.close());

  async function result(name: keyof typeof recommenders, settings: Record<string, unknown> = {}) {
    const key = JSON.stringify([name, settings]);
    const known = results.get(key) ?? accuracy(await fitContext(kernels, settings).base(name, data));
    results.set(key, known);
    return known;
  }

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
    ['popularity', {}, 0.0426, 0.0194],
    ['item-knn', { 'recommenders.item-knn.neighbours': 20 }, 0.0705, 0.0309],
    ['item-knn', {}, 0.0721, 0.0339],
    ['ease', { 'recommenders.ease.lambda': 100 }, 0.0852, 0.0409],
    ['ease', {}, 0.0869, 0.0391],
    ['ease', { 'recommenders.ease.lambda': 500 }, 0.0787, 0.036],
  ] as const)('%s %o', async (name, settings, hr, ndcg) => {
    const found = await result(name, settings);
    expect(found.hr).toBeGreaterThan(hr - 0.0002);
    expect(found.hr).toBeLessThan(hr + 0.0002);
    expect(found.ndcg).toBeGreaterThan(ndcg - 0.0002);
    expect(found.ndcg).toBeLessThan(ndcg + 0.0002);
  });

  it('ALS finds more than item kNN', async () => {
    const [als, itemKnn] = [await result('als'), await result('item-knn')];
    expect(als.hr).toBeGreaterThan(itemKnn.hr);
    expect(als.ndcg).toBeGreaterThan(itemKnn.ndcg);
  });

  it('hybrid finds no less than the best of its parts, up to chance', async () => {
    const [hybrid, ease] = [await result('hybrid'), await result('ease')];
    // 610 users: a difference in hit rate under .01 means nothing.
    expect(hybrid.hr).toBeGreaterThan(ease.hr - 0.01);
  });
});
