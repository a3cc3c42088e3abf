import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { withTrainingData } from '../../../electron/engine/recommenders/training-data.ts';
import { Workspace } from '../../../electron/engine/workspace/workspace.ts';
import { openWorld, train, world, worldRatings } from '../../support/small-world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;

describe('training', () => {
  let engine: World;
  afterEach(() => engine.close());

  const modelFiles = () => readdirSync(path.join(engine.directory, 'models'));
  const rows = () => engine.context.workspace().read((session) => session.all<{ model: string; path: string }>('SELECT model, path FROM main.models ORDER BY model'));

  it('is a job with a phase a model, says time and memory, and records one row and one file a model', async () => {
    engine = await openWorld();
    const { jobId } = await engine.call('models.train', { models: ['ease', 'popularity'] });
    const job = await engine.context.jobs.ended(jobId);
    expect(job.status).toBe('succeeded');
    expect(job.phases.map(({ name, state }) => [name, state])).toEqual([['Train Popularity', 'done'], ['Train EASE', 'done']]);
    expect(job.result).toMatchObject({ models: [{ model: 'popularity', peakMemoryMB: expect.any(Number) }, { model: 'ease', params: { 'recommenders.ease.lambda': 250 } }] });
    expect((await rows()).map(({ model }) => model)).toEqual(['ease', 'popularity']);
    expect((await engine.call('models.list', {})).find(({ model }) => model === 'ease')).toMatchObject({ trained: true, stale: false, items: world.films, users: world.users, peakMemoryMB: expect.any(Number) });

    await train(engine, ['ease']);
    expect((await rows()).map(({ model }) => model)).toEqual(['ease', 'popularity']);
    expect(modelFiles().toSorted()).toEqual((await rows()).map((row) => path.basename(row.path)).toSorted());
  });

  it('cancelled, ends within a second and leaves the models as they were', async () => {
    // Long enough that it cannot end by itself in time.
    engine = await openWorld({ overrides: ['recommenders.als.iterations=500', 'recommenders.als.cg_steps=50', 'recommenders.als.factors=512'] });
    await train(engine, ['popularity']);
    const before = await rows();
    for (const models of [['als'], ['hybrid']] as const) {
      const { jobId } = await engine.call('models.train', { models: [...models] });
      await expect.poll(() => engine.context.jobs.get(jobId).phases.at(-1)?.name, { timeout: 20_000, interval: 5 }).toContain('Train Matrix');
      await new Promise((resolve) => setTimeout(resolve, 50));
      const asked = performance.now();
      await engine.call('jobs.cancel', { id: jobId });
      const job = await engine.context.jobs.ended(jobId);
      expect(performance.now() - asked).toBeLessThan(1000);
      expect(job).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
      expect(await rows()).toEqual(before);
      expect((await engine.call('models.list', {})).filter(({ trained }) => trained).map(({ model }) => model)).toEqual(['popularity']);
    }
  });

  it('waits for no other job: a second one is refused while one trains', async () => {
    engine = await openWorld({ overrides: ['recommenders.als.iterations=500', 'recommenders.als.cg_steps=50', 'recommenders.als.factors=512'] });
    const { jobId } = await engine.call('models.train', { models: ['als'] });
    await expect(engine.call('models.train', { models: ['popularity'] })).rejects.toMatchObject({ code: 'not-ready', message: expect.stringContaining('still running') });
    await engine.call('jobs.cancel', { id: jobId });
    await engine.context.jobs.ended(jobId);
  });

  it('answers after a restart from the saved files; a broken file is named, and training again mends it', async () => {
    engine = await openWorld();
    await train(engine, ['item-knn']);
    const list = () => engine.call('recommend.list', { model: 'item-knn', userId: 3, explain: true });
    const { items } = await list();
    engine.context.emit({ name: 'workspace.changed', data: { what: 'tables' } });
    expect((await list()).items).toEqual(items);

    const [row] = await rows();
    const file = path.join(engine.directory, row?.path ?? '');
    truncateSync(file, 1000);
    engine.context.emit({ name: 'workspace.changed', data: { what: 'models' } });
    await expect(list()).rejects.toMatchObject({ code: 'invalid-input', file, hint: 'Train item-knn again.' });
    await train(engine, ['item-knn']);
    expect((await list()).items).toEqual(items);
    expect(existsSync(file)).toBe(false);
  });

  it('files that no model names go when the workspace is opened', async () => {
    engine = await openWorld();
    await train(engine, ['popularity']);
    const [kept] = modelFiles();
    writeFileSync(path.join(engine.directory, 'models', 'als-killed.model.tmp'), 'half');
    engine.context.workspace().close();
    const again = await Workspace.open(engine.directory, { memoryLimitMB: 256, threads: 1 });
    expect(modelFiles()).toEqual([kept]);
    again.close();
  });

  it('before the first run and before training, says what is missing', async () => {
    engine = await openWorld();
    await expect(engine.call('recommend.list', { model: 'als', userId: 1 })).rejects.toMatchObject({ code: 'not-ready', hint: expect.stringContaining('Train als') });
    await engine.close();
    engine = await openWorld({ empty: true });
    await expect(train(engine, ['popularity'])).rejects.toMatchObject({ code: 'not-ready' });
    await expect(engine.call('movies.search', { text: '' })).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('reads ratings, films without ratings, genres and tags, and each user’s newest rating', async () => {
    engine = await openWorld();
    const tables = { ratings: 'main.ratings', movies: 'main.movies', movieGenres: 'main.movie_genres', tags: 'main.tags' };
    const data = await engine.context.workspace().read((session) => withTrainingData(session, tables, 'world', async (train) => train));
    const ratings = worldRatings(1);
    expect(data.ratings.indices).toHaveLength(ratings.length);
    expect(data.catalogue.movieIds).toHaveLength(world.bare);
    expect(data.catalogue.counts[world.unrated - 1]).toBe(0);
    expect(data.terms[2]).toEqual([{ kind: 'genre', label: 'Sci-Fi', times: 1 }, { kind: 'tag', label: 'space opera', times: 1 }]);
    data.userIds.forEach((user, row) => {
      const newest = ratings.filter((rating) => rating.user === user).at(-1);
      expect(data.catalogue.movieIds[data.newest[row] ?? -1]).toBe(newest?.film);
    });
  });
});
