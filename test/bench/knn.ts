import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { catalogueOf } from '../../electron/engine/recommenders/catalogue.ts';
import type { History, Model, TrainingData } from '../../electron/engine/recommenders/recommender.ts';
import { recommenders } from '../../electron/engine/recommenders/registry.ts';
import { compareFilms } from '../../electron/engine/recommenders/similarities.ts';
import { openKernels } from '../../electron/engine/kernels/index.ts';
import { readRatings } from '../../electron/engine/workspace/columns.ts';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { Session } from '../../electron/engine/workspace/session.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { buildKernels } from '../../scripts/kernels.ts';
import { fitContext } from '../support/fitting.ts';
import { plainNeighbours } from '../support/plain-kernels.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'knn';

const directory = new URL('../../resources/kernels', import.meta.url).pathname;
const threads = availableParallelism();

/** The models of nearest neighbours: neighbours of all films by each similarity, a list of user neighbours, and kNN-Baseline on five folds. */
export async function run(size: Size): Promise<Figure[]> {
  await buildKernels();
  const folder = await mkdtemp(path.join(tmpdir(), 'reelbench-bench-'));
  try {
    const figures: Figure[] = [];
    for (const of of size === 'small' ? [likeMovieLens1M] : [likeMovieLens1M, likeMovieLens32M]) {
      const millions = `${Math.round(of.ratings / 1e6)} M ratings`;
      const database = path.join(folder, `${of.ratings}.duckdb`);
      await inChild(import.meta.url, 'import', (await generatedRatings(of)).ratings, database);
      const plain = of === likeMovieLens1M ? await inChild(import.meta.url, 'plain', database) : {};
      let cosine = Number.NaN;
      for (const similarity of ['cosine', 'tfidf', 'bm25', 'pearson']) {
        const { took = NaN, peakMB = NaN } = await inChild(import.meta.url, 'films', database, similarity);
        const against = similarity === 'cosine' ? (plain['took'] === undefined ? {} : { ratio: plain['took'] / took, against: `faster than plain TypeScript (${plain['took'].toFixed(1)} s)` }) : { ratio: took / cosine, against: 'of the time by cosine', aim: '≤ 1.33 ×' };
        if (similarity === 'cosine') cosine = took;
        figures.push({ what: `item-knn by ${similarity}, top-100 of each film, ${millions}, ${threads} threads, peak ${peakMB.toFixed(0)} MB`, value: took, unit: 's', ...(of === likeMovieLens32M && similarity === 'cosine' ? { aim: '15 s on two idle cores' } : {}), ...against });
      }
      for (const similarity of ['cosine', 'pearson']) {
        const { fit = NaN, p50 = NaN, p95 = NaN, peakMB = NaN } = await inChild(import.meta.url, 'people', database, similarity);
        figures.push(
          { what: `user-knn by ${similarity}, putting ${millions} in order, peak ${peakMB.toFixed(0)} MB`, value: fit, unit: 's' },
          { what: `user-knn by ${similarity}, one list of ${of.movies.toLocaleString('en')} films, ${millions}, p50`, value: p50, unit: 'ms', ...(of === likeMovieLens1M ? { aim: 'tens of ms' } : {}) },
          { what: `user-knn by ${similarity}, the same, p95`, value: p95, unit: 'ms' });
      }
      if (of !== likeMovieLens1M) continue;
      for (const [model, similarity] of [['user-knn', 'msd'], ['item-knn', 'pearson-baseline']] as const) {
        const { took = NaN, peakMB = NaN } = await inChild(import.meta.url, 'folds', database, model, similarity);
        figures.push({ what: `kNN-Baseline, ${model} by ${similarity}, five folds of ${millions}, one thread, peak ${peakMB.toFixed(0)} MB`, value: took, unit: 's' });
      }
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function open(database: string): Promise<Session> {
  return new Session(await (await DuckDBInstance.create(database, { threads: String(threads) })).connect());
}

/** The ratings, or those whose number in the file modulo 5 is (`fold`) or is not (`without`) so much. */
async function trainingData(database: string, where = 'true'): Promise<TrainingData> {
  const { userIds, movieIds, ratings } = await readRatings(await open(database), `SELECT user_id, movie_id, rating FROM ratings WHERE ${where}`);
  const counts = new Int32Array(movieIds.length);
  for (const film of ratings.indices) counts[film] = (counts[film] ?? 0) + 1;
  return { catalogue: catalogueOf(movieIds, counts), userIds, ratings, newest: new Int32Array(userIds.length).fill(-1), terms: [] };
}

function historyAt({ ratings, userIds }: TrainingData, row: number): History {
  const [from, to] = [ratings.indptr[row] ?? 0, ratings.indptr[row + 1] ?? 0];
  return { user: userIds[row] ?? null, positions: ratings.indices.subarray(from, to), ratings: ratings.values.subarray(from, to), weights: new Float32Array(to - from).fill(1), order: Int32Array.from({ length: to - from }, (_, i) => i) };
}

if (import.meta.main) {
  await answer({
    async import(csv = '', database = '') {
      const types = `{'user_id': 'BIGINT', 'movie_id': 'BIGINT', 'rating': 'DOUBLE', 'timestamp': 'BIGINT'}`;
      await (await open(database)).run(`CREATE TABLE ratings AS SELECT user_id, movie_id, rating, row_number() OVER () - 1 AS n FROM read_csv(${literal(csv)}, auto_detect = false, header = true, columns = ${types}); CHECKPOINT`);
      return {};
    },
    async films(database = '', similarity = 'cosine') {
      const { ratings } = await trainingData(database);
      const kernels = openKernels({ directory });
      const kind = similarity === 'tfidf' || similarity === 'bm25' || similarity === 'pearson' ? similarity : 'cosine';
      return { took: await seconds(() => kernels.itemNeighbours(compareFilms(ratings, kind).matrix, { neighbours: 100, shrinkage: 0 })) };
    },
    async plain(database = '') {
      const { ratings } = await trainingData(database);
      return { took: await seconds(() => plainNeighbours(compareFilms(ratings, 'cosine').matrix, { neighbours: 100, shrinkage: 0 })) };
    },
    async people(database = '', similarity = 'cosine') {
      const data = await trainingData(database);
      const context = fitContext(openKernels({ directory }), { 'recommenders.user-knn.similarity': similarity });
      const models: Model[] = [];
      const fit = await seconds(async () => models.push(await recommenders['user-knn'].fit(data, context)));
      const random = seededRandom(5);
      const times: number[] = [];
      for (let turn = 0; turn < 220; turn++) {
        const history = historyAt(data, Math.floor(random() * data.userIds.length));
        times.push(1000 * (await seconds(async () => {
          const scores = (await models[0]?.foldIn(history))?.scores ?? new Float32Array(0);
          for (const position of history.positions) scores[position] = Number.NEGATIVE_INFINITY;
          context.kernels.top(scores, 10);
        })));
      }
      return { fit, p50: quantile(times.slice(20), 0.5), p95: quantile(times.slice(20), 0.95) };
    },
    async folds(database = '', model = 'user-knn', similarity = 'msd') {
      const kernels = openKernels({ directory });
      const name = model === 'item-knn' ? model : 'user-knn';
      const context = fitContext(kernels, { [`recommenders.${name}.feedback`]: 'ratings', [`recommenders.${name}.rating_similarity`]: similarity });
      let took = 0;
      for (let fold = 0; fold < 5; fold++) {
        const [train, test] = [await trainingData(database, `n % 5 <> ${fold}`), await trainingData(database, `n % 5 = ${fold}`)];
        took += await seconds(async () => {
          const fitted = await recommenders[name].fit(train, context);
          test.userIds.forEach((user, row) => {
            const { positions } = historyAt(test, row);
            fitted.rate?.(user, positions.map((position) => train.catalogue.position(test.catalogue.movieIds[position] ?? -1) ?? -1));
          });
        });
      }
      return { took };
    },
  });
}
