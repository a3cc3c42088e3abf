import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ModelName } from '../../shared/contract/index.ts';
import { openKernels } from '../../electron/engine/kernels/index.ts';
import { historyOf } from '../../electron/engine/recommenders/history.ts';
import { recommenders } from '../../electron/engine/recommenders/registry.ts';
import { scoresOf } from '../../electron/engine/recommenders/scoring.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { buildKernels } from '../../scripts/kernels.ts';
import { fitContext } from '../support/fitting.ts';
import { dataset, leaveLastOut, type RatingRow, ratingsOf, trainingFrom } from '../support/movielens.ts';
import { generatedRatings } from '../support/ratings-generator.ts';
import { answer, inChild } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'neural';

const directory = new URL('../../resources/kernels', import.meta.url).pathname;
/** As MovieLens 1M is, without films that fewer than five people rated. */
const million = { ratings: 1_000_209, users: 6040, movies: 3416 };
const threads = availableParallelism();

export async function run(size: Size): Promise<Figure[]> {
  await buildKernels();
  const figures: Figure[] = [];
  for (const model of ['sasrec', 'bert4rec', 'two-tower'] as const) {
    const data = size === 'small' ? { ratings: 100_000, users: 600, movies: 1500 } : million;
    const { epoch = NaN, cpu = NaN, peakMB = NaN } = await inChild(import.meta.url, 'epoch', model, JSON.stringify(data));
    const what = `${model}, defaults, an epoch of ${data.ratings.toLocaleString('en')} generated ratings, ${data.movies.toLocaleString('en')} films`;
    figures.push({ what: `${what}, ${threads} threads, peak ${peakMB.toFixed(0)} MB`, value: epoch, unit: 's', aim: '≤ 20 s' });
    figures.push({ what: `${what}: processor time of all threads`, value: cpu, unit: 's' });
    figures.push({ what: `${model}: ratings learnt from a second of processor time`, value: data.ratings / cpu, unit: 'ratings/s' });
  }
  if (size === 'full' && existsSync(dataset('ml-latest-small') ?? '')) {
    for (const model of ['item-knn', 'ease', 'sasrec', 'bert4rec', 'two-tower'] as const) {
      const { hr = NaN, ndcg = NaN, fit = NaN } = await inChild(import.meta.url, 'quality', model);
      figures.push({ what: `${model}, ml-latest-small, leave-last-out, all films: NDCG@10 (fit ${fit.toFixed(0)} s)`, value: ndcg, unit: 'NDCG' });
      figures.push({ what: `${model}, ml-latest-small, leave-last-out, all films: HR@10`, value: hr, unit: 'HR' });
    }
  }
  return figures;
}

async function generated(size: typeof million): Promise<RatingRow[]> {
  const { ratings } = await generatedRatings(size);
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = await connection.runAndReadAll(`SELECT "userId"::DOUBLE, "movieId"::DOUBLE, rating::DOUBLE, "timestamp"::DOUBLE FROM read_csv(${literal(ratings)})`);
  return rows.getRows().map((row) => {
    const [user = 0, film = 0, rating = 0, time = 0] = row.map(Number);
    return { user, film, rating, time };
  });
}

if (import.meta.main) {
  await answer({
    /** Seconds of the second epoch: the first opens the graphs. */
    async epoch(model = '', size = '') {
      const kernels = openKernels({ directory });
      const train = trainingFrom(await generated(JSON.parse(size)));
      const ends: { at: number; cpu: number }[] = [];
      const spent = () => ({ at: performance.now() / 1000, cpu: (process.cpuUsage().user + process.cpuUsage().system) / 1e6 });
      const context = { ...fitContext(kernels, { [`recommenders.${model}.epochs`]: 2 }), curve: () => void ends.push(spent()) };
      await recommenders[model as ModelName].fit(train, context);
      const [first, second] = ends;
      return { epoch: (second?.at ?? NaN) - (first?.at ?? NaN), cpu: (second?.cpu ?? NaN) - (first?.cpu ?? NaN) };
    },
    async quality(model = '') {
      const { train, test } = leaveLastOut(ratingsOf(dataset('ml-latest-small') ?? ''));
      const kernels = openKernels({ directory });
      const data = trainingFrom(train);
      const began = performance.now();
      const fitted = await recommenders[model as ModelName].fit(data, fitContext(kernels));
      const fit = (performance.now() - began) / 1000;
      const byUser = Map.groupBy(train, ({ user }) => user);
      let [hr, ndcg] = [0, 0];
      for (const [user, film] of test) {
        const own = (byUser.get(user) ?? []).toSorted((a, b) => a.time - b.time);
        const history = historyOf(data.catalogue, own.map((row) => ({ movieId: row.film, rating: row.rating, ratedAt: row.time })), own.map(() => 1), user);
        const [all] = await scoresOf(fitted, [history]);
        const scores = Float32Array.from(all ?? []);
        for (const position of history.positions) scores[position] = Number.NEGATIVE_INFINITY;
        const target = data.catalogue.position(film);
        const score = scores[target ?? -1] ?? Number.NEGATIVE_INFINITY;
        if (target === undefined || score === Number.NEGATIVE_INFINITY) continue;
        const above = scores.reduce((sum, other, position) => sum + (other > score || (other === score && position < target) ? 1 : 0), 0);
        if (above >= 10) continue;
        hr += 1 / test.size;
        ndcg += 1 / Math.log2(above + 2) / test.size;
      }
      return { hr, ndcg, fit };
    },
  });
}
