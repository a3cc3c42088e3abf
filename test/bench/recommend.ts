import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { modelNames, ModelName, ReelbenchError } from '../../shared/contract/index.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { openWorkspaceFolder } from '../../electron/engine/workspace/calls.ts';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { versionSql } from '../../electron/engine/workspace/versions.ts';
import { publishBuilt } from '../support/built.ts';
import { buildKernels } from '../../scripts/kernels.ts';
import { generatedRatings, likeMovieLens32M } from '../support/ratings-generator.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Precomputed } from '../../shared/contract/index.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'recommend';

/** As many films as MovieLens 32M has, with a tenth of its users and ratings: an answer does not depend on those. */
const catalogue = { ratings: 3_200_000, users: 20_000, movies: likeMovieLens32M.movies };
const sample = { ratings: 100_000, users: 600, movies: 1_500 };
const everyone = { ratings: likeMovieLens32M.ratings, users: likeMovieLens32M.users, movies: likeMovieLens32M.movies };
const answers = 400;
/** What each user is given, and a model that is trained in as little time as will do: how good it is changes nothing. */
const TOP = 20;
const quick = ['recommenders.als.iterations=2'];

export async function run(size: Size): Promise<Figure[]> {
  await buildKernels();
  const figures: Figure[] = [];
  for (const model of modelNames) figures.push(...(await measured('the sample (1,500 films)', sample, model, '≤ 5 ms')));
  for (const model of ['als', 'item-knn', 'hybrid'] as const) figures.push(...(await listsOfAll('the sample’s size (600 users, 1,500 films)', sample, model)));
  if (size === 'small') return figures;
  for (const model of ['als', 'item-knn'] as const) figures.push(...(await measured(`${catalogue.movies.toLocaleString('en')} films`, catalogue, model, '≤ 20 ms')));
  figures.push(...(await listsOfAll(`${everyone.users.toLocaleString('en')} users × ${everyone.movies.toLocaleString('en')} films`, everyone, 'als', '≤ 35 s')));
  return figures;
}

/** Lists of all users, and what a plain question then takes. */
async function listsOfAll(over: string, data: typeof sample, model: ModelName, aim?: string): Promise<Figure[]> {
  const { made = NaN, megabytes = NaN, peakMB = NaN, first = NaN, p50 = NaN, p95 = NaN, p99 = NaN } = await inChild(import.meta.url, 'all', JSON.stringify(data), model);
  const what = `${model}: lists of ${TOP} for all of ${over}`;
  return [
    { what: `${what}, ${megabytes.toFixed(1)} MB on disk, peak ${peakMB.toFixed(0)} MB`, value: made, unit: 's', ...(aim === undefined ? {} : { aim }) },
    { what: `${model}: the first answer from them, ${over}`, value: first, unit: 'ms' },
    { what: `${model}: an answer from them, p50, ${over}`, value: p50, unit: 'ms' },
    { what: `${model}: an answer from them, p95`, value: p95, unit: 'ms', aim: '≤ 1 ms' },
    { what: `${model}: an answer from them, p99`, value: p99, unit: 'ms' },
  ];
}

async function measured(over: string, data: typeof sample, model: ModelName, aim: string): Promise<Figure[]> {
  const { train = NaN, load = NaN, p50 = NaN, p95 = NaN, p99 = NaN, edited95 = NaN, peakMB = NaN } = await inChild(import.meta.url, 'warm', JSON.stringify(data), model);
  const what = `${model}: warm list of 10 with reasons over ${over}`;
  return [
    { what: `${what}, p50`, value: p50, unit: 'ms' },
    { what: `${what}, p95`, value: p95, unit: 'ms', aim },
    { what: `${what}, p99`, value: p99, unit: 'ms' },
    { what: `${model}: the same of a history with an edited rating, p95`, value: edited95, unit: 'ms', aim },
    { what: `${model}: first answer after training, ${over}`, value: load, unit: 'ms' },
    { what: `${model}: training on ${data.ratings.toLocaleString('en')} ratings, peak ${peakMB.toFixed(0)} MB`, value: train, unit: 's' },
  ];
}

/** Core tables as the pipeline leaves them, of generated files. */
async function coreTables(engine: Engine, data: typeof sample): Promise<void> {
  const { ratings, movies } = await generatedRatings(data);
  const run = 'bench';
  await engine.context.workspace().write(async (session) => {
    const table = (name: string) => versionSql(name, run);
    await session.run(`
      CREATE TABLE ${table('ratings')} AS
        SELECT "userId"::BIGINT AS user_id, "movieId"::BIGINT AS movie_id, rating::DOUBLE AS rating, make_timestamp("timestamp" * 1000000) AS rated_at
        FROM read_csv(${literal(ratings)}) ORDER BY user_id, rated_at;
      CREATE TABLE ${table('movies')} AS SELECT "movieId"::BIGINT AS movie_id, title, (1950 + "movieId" % 75)::INTEGER AS year FROM read_csv(${literal(movies)}) ORDER BY movie_id;
      CREATE TABLE ${table('movie_genres')} AS SELECT "movieId"::BIGINT AS movie_id, unnest(string_split(genres, '|')) AS genre FROM read_csv(${literal(movies)}) ORDER BY movie_id;
    `);
    await publishBuilt(session, 'transform', run, ['ratings', 'movies', 'movie_genres']);
  });
  engine.context.emit({ name: 'workspace.changed', data: { what: 'tables' } });
}

async function warm(dataJson = '', modelName = ''): Promise<Record<string, number>> {
  const data: typeof sample = JSON.parse(dataJson);
  const model = ModelName.parse(modelName);
  const directory = await mkdtemp(path.join(tmpdir(), 'reelbench-bench-'));
  const engine = createEngine({ resources: new URL('../../resources', import.meta.url).pathname, home: path.join(directory, 'home'), version: 'bench' });
  try {
    await openWorkspaceFolder(engine.context, path.join(directory, 'workspace'));
    await coreTables(engine, data);
    const train = await seconds(async () => {
      await ended(engine, (await engine.call('models.train', { models: [model] })).jobId);
    });
    const random = seededRandom(7);
    const user = () => 1 + Math.floor(random() * data.users);
    const load = 1000 * (await seconds(() => engine.call('recommend.list', { model, userId: user(), explain: true })));
    const known: number[] = [];
    const edited: number[] = [];
    for (let turn = 0; turn < answers + 20; turn++) {
      const userId = user();
      known.push(1000 * (await seconds(() => engine.call('recommend.list', { model, userId, explain: true }))));
      const history = await engine.call('users.history', { userId });
      const [first, ...rest] = history;
      if (!first) continue;
      edited.push(1000 * (await seconds(() => engine.call('recommend.list', { model, userId, history: [{ ...first, rating: 5.5 - first.rating }, ...rest], explain: true }))));
    }
    const times = known.slice(20);
    return { train, load, p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99), edited95: quantile(edited.slice(20), 0.95) };
  } finally {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function all(dataJson = '', modelName = ''): Promise<Record<string, number>> {
  const data: typeof sample = JSON.parse(dataJson);
  const model = ModelName.parse(modelName);
  const directory = await mkdtemp(path.join(tmpdir(), 'reelbench-bench-'));
  const engine = createEngine({ resources: new URL('../../resources', import.meta.url).pathname, home: path.join(directory, 'home'), version: 'bench', overrides: quick });
  try {
    await openWorkspaceFolder(engine.context, path.join(directory, 'workspace'));
    await coreTables(engine, data);
    await ended(engine, (await engine.call('models.train', { models: [model] })).jobId);
    const made = (await ended(engine, (await engine.call('precompute.start', { model, top: TOP })).jobId)) as Precomputed;
    const random = seededRandom(7);
    const ask = () => engine.call('recommend.list', { model, userId: 1 + Math.floor(random() * data.users), top: 10 });
    const first = 1000 * (await seconds(ask));
    const times: number[] = [];
    for (let turn = 0; turn < answers; turn++) times.push(1000 * (await seconds(ask)));
    const { answers: counted } = await engine.call('precompute.status', {});
    if (counted.computed > 0) throw new Error(`${counted.computed} answers were worked out anew.`);
    return { made: made.seconds, megabytes: made.bytes / 1e6, peakMB: made.peakMemoryMB, first, p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99) };
  } finally {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function ended(engine: Engine, jobId: string): Promise<unknown> {
  const job = await engine.context.jobs.ended(jobId);
  if (job.error) throw ReelbenchError.from(job.error);
  return job.result;
}

if (import.meta.main) await answer({ warm, all });
