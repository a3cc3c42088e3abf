import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type ModelInfo, type ModelName, ReelbenchError, type TrainResult } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import { recordBuild } from '../workspace/builds.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import type { JobContext } from '../workspace/jobs.ts';
import type { Session } from '../workspace/session.ts';
import { publish, versionSql } from '../workspace/versions.ts';
import { historyFilms, searchMovies, searchUsers } from './people.ts';
import { recommenders } from './registry.ts';
import { inputKey, paramsOf, readModels, tableOf, writeModels } from './saved-models.ts';
import { Recommendations } from './serving.ts';
import { nearestByTerms } from './terms.ts';
import type { TrainingTables } from './training-data.ts';
import { trainModels } from './training.ts';

/** Models, recommendations, and finding users and films. */
export function recommendCalls(engine: EngineContext) {
  const recommendations = new Recommendations(engine);
  let currentKey: Promise<string> | undefined;
  engine.listen(({ name, data }) => {
    if (name !== 'workspace.changed') return;
    const models = data.what === 'models';
    if (!models && data.what !== 'tables' && data.what !== 'workspace' && data.what !== 'runs') return;
    recommendations.forget(models ? 'models' : 'tables');
    if (!models) currentKey = undefined;
  });

  return {
    'models.list': (_input, { signal }) => engine.workspace().read(async (session): Promise<ModelInfo[]> => {
      const rows = new Map((await readModels(session)).map((row) => [row.model, row]));
      const tables = await mainTables(session);
      currentKey ??= tables ? inputKey(session, tables) : Promise.resolve('');
      const key = await currentKey;
      return Object.values(recommenders).map(({ name, title, about, version }) => {
        const row = rows.get(name);
        const params = paramsOf(name, engine.parameters().values);
        if (!row) return { model: name, title, about, trained: false, trainedAt: null, seconds: null, peakMemoryMB: null, stale: false, params, users: null, items: null, bytes: null, run: null };
        const stale = row.inputKey !== key || row.version !== version || JSON.stringify(row.params) !== JSON.stringify(params);
        return {
          model: name, title, about, trained: true, trainedAt: row.trainedAt, seconds: row.seconds, peakMemoryMB: row.peakMemoryMB, stale,
          params: row.params, users: row.users, items: row.items, bytes: row.bytes, run: row.run,
        };
      });
    }, signal),

    'models.train': ({ models }) => {
      engine.workspace();
      engine.jobs.requireNoWriter();
      const { jobId } = engine.jobs.start('train', `Train ${models.join(', ')}`, (job) => train(engine, models, job));
      return { jobId };
    },

    'recommend.list': (request) => recommendations.recommend(request),

    'recommend.similar': async ({ movieId, by, top }) => {
      const library = await recommendations.library();
      const position = library.position(movieId);
      if (position === undefined) throw new ReelbenchError('not-found', `There is no film ${movieId}.`, { hint: 'Search the films by title.' });
      const near = by === 'content' ? nearestByTerms(library.vectors(), position, top) : await recommendations.similar('item-knn', position, top);
      return { items: near.map((film) => ({ movieId: library.movieIds[film.position] ?? 0, title: library.titles[film.position] ?? '', score: film.score })) };
    },

    'users.search': (input, { signal }) => engine.workspace().read((session) => searchUsers(session, input), signal),
    'users.history': async ({ userId }, { signal }) => {
      const library = await recommendations.library();
      return engine.workspace().read((session) => historyFilms(session, userId, library), signal);
    },
    'movies.search': async (input) => searchMovies(await recommendations.library(), input),
    'movies.facets': async () => {
      const { allGenres, years, scale } = await recommendations.library();
      const known = years.filter((year) => year !== null);
      return {
        genres: [...allGenres],
        yearFrom: known.length > 0 ? known.reduce((a, b) => Math.min(a, b)) : null,
        yearTo: known.length > 0 ? known.reduce((a, b) => Math.max(a, b)) : null,
        scale: { min: scale.min, max: scale.max, step: scale.step },
      };
    },
  } satisfies Calls;
}

/** The live tables that training reads; undefined before the first run. */
async function mainTables(session: Session): Promise<TrainingTables | undefined> {
  const has = (table: string) => tableExists(session, 'main', table);
  if (!(await has('ratings')) || !(await has('movies'))) return undefined;
  return {
    ratings: 'main.ratings', movies: 'main.movies',
    movieGenres: (await has('movie_genres')) ? 'main.movie_genres' : undefined,
    tags: (await has('tags')) ? 'main.tags' : undefined,
  };
}

/** Trains outside a run: files first, then their rows in one transaction, then the files that they replaced go. */
async function train(engine: EngineContext, models: readonly ModelName[], job: JobContext): Promise<TrainResult> {
  const workspace = engine.workspace();
  const runId = `train_${randomUUID().slice(0, 8)}`;
  const kernels = await engine.kernels();
  const { rows } = await workspace.read(async (session) => {
    const tables = await mainTables(session);
    if (!tables) throw new ReelbenchError('not-ready', 'There are no cleaned ratings and films yet.', { hint: 'Import files and run the pipeline.' });
    return trainModels({ models, tables, session, workspace, parameters: engine.parameters().values, kernels, clock: engine.clock, runId, job });
  }, job.signal);
  const replaced = await workspace.write(async (session) => {
    const before = await readModels(session);
    for (const row of rows) await writeModels(session, versionSql(tableOf(row.model), runId), [row]);
    await publish(session, new Map(rows.map(({ model }) => [tableOf(model), runId])));
    for (const { model, path, seconds } of rows) {
      await recordBuild(session, {
        stage: `train-${model}`, runId, key: runId, inputs: { code: 0, parameters: {}, files: {}, tables: {} }, outputs: { [tableOf(model)]: '1:' }, rowsIn: 0, rowsOut: 1, seconds,
        builtAt: engine.clock().toISOString(), files: [path], figures: {},
      });
      await session.run('INSERT OR REPLACE INTO store.stages VALUES (?, ?)', [`train-${model}`, runId]);
    }
    return before.filter(({ model }) => models.includes(model));
  }, job.signal);
  for (const { path } of replaced) await rm(workspace.path(path), { force: true });
  engine.emit({ name: 'workspace.changed', data: { what: 'models' } });
  return { models: rows.map(({ model, seconds, peakMemoryMB, path, params }) => ({ model, seconds, peakMemoryMB, path, params })) };
}
