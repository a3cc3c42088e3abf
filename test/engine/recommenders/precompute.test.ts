import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Job, type ModelName, modelNames } from '../../../shared/contract/index.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { literal } from '../../../electron/engine/workspace/sql.ts';
import { openTraining } from '../../support/open-training.ts';
import { buildTables, openWorld, train, world } from '../../support/small-world.ts';

const overrides = ['recommenders.als.factors=8'];

async function precompute(engine: Pick<Engine, 'call' | 'context'>, model: ModelName, top = 20): Promise<Job> {
  const { jobId } = await engine.call('precompute.start', { model, top });
  return engine.context.jobs.ended(jobId);
}
const filesOf = (workspace: string) => (existsSync(path.join(workspace, 'precomputed')) ? readdirSync(path.join(workspace, 'precomputed')) : []);

describe('lists of all users', () => {
  let engine: Awaited<ReturnType<typeof openWorld>>;
  beforeAll(async () => {
    engine = await openWorld({ overrides });
    await train(engine, [...modelNames]);
  });
  afterAll(() => engine.close());
  const ask = (model: ModelName, userId: number, top = 10) => engine.call('recommend.list', { model, userId, top });

  it.each(modelNames)('%s: are what each user would be told, and the file holds them', async (model) => {
    const users = Array.from({ length: 30 }, (_, at) => 1 + at * 3);
    const live = [];
    for (const userId of users) live.push(await ask(model, userId));
    expect(new Set(live.map(({ from }) => from))).toEqual(new Set(['model']));
    const job = await precompute(engine, model);
    expect(job).toMatchObject({ status: 'succeeded', result: { model, top: 20, users: world.users } });
    for (const expected of live) {
      const { from: _, age: __, milliseconds: ___, spread: ____, ...given } = expected;
      // Lists of many at one go are worked out in 32 bits.
      const told = { ...given, items: given.items.map((item) => ({ ...item, score: expect.closeTo(item.score, 4) as number })) };
      const stored = await ask(model, expected.user ?? 0);
      expect(stored).toMatchObject({ ...told, from: 'precomputed' });
      expect(stored.spread?.diversity).toBeCloseTo(expected.spread?.diversity ?? Number.NaN, 6);
      expect(stored.spread?.score).toBeCloseTo(expected.spread?.score ?? Number.NaN, 4);
      expect(await ask(model, expected.user ?? 0)).toMatchObject({ items: told.items });
    }
    const { path: file } = job.result as { path: string };
    const rows = await engine.context.workspace().read((session) => session.all(
      `SELECT movie_id AS "movieId" FROM read_parquet(${literal(path.join(engine.directory, file))}) WHERE user_id = 4 ORDER BY rank LIMIT 10`));
    expect(rows.map(({ movieId }) => movieId)).toEqual(live.find(({ user }) => user === 4)?.items.map(({ movieId }) => movieId));
  });

  it('answer plain requests alone; how often is counted', async () => {
    await precompute(engine, 'ease');
    const before = (await engine.call('precompute.status', {})).answers;
    expect((await ask('ease', 7)).from).toBe('precomputed');
    expect((await ask('ease', 7, 50)).from).toBe('model');
    expect((await ask('ease', 7, 50)).from).toBe('recent');
    for (const more of [{ explain: true }, { genres: ['Horror'] }, { diversity: 0.5 }, { includeSeen: true }, { yearFrom: 1990 }]) {
      expect((await engine.call('recommend.list', { model: 'ease', userId: 8, ...more })).from).toBe('model');
    }
    const { lists, answers } = await engine.call('precompute.status', {});
    expect(answers).toMatchObject({ precomputed: before.precomputed + 1, recent: before.recent + 1, computed: before.computed + 6 });
    expect(answers.hitRate).toBeCloseTo((answers.precomputed + answers.recent) / (answers.precomputed + answers.recent + answers.computed), 6);
    expect(lists.find(({ model }) => model === 'ease')).toMatchObject({ valid: true, why: null, hits: 1, users: world.users, params: { 'recommenders.ease.lambda': expect.any(Number) } });
  });

  it('count no more once the model was trained otherwise or the data changed, and again when both are as they were', async () => {
    await precompute(engine, 'als');
    const status = async () => (await engine.call('precompute.status', {})).lists.find(({ model }) => model === 'als');
    expect(await status()).toMatchObject({ valid: true });
    await engine.call('params.set', { path: 'recommenders.als.iterations', value: 3 });
    await train(engine, ['als']);
    expect(await status()).toMatchObject({ valid: false, why: 'The model was trained again since.' });
    expect((await ask('als', 9)).from).toBe('model');
    await engine.call('params.reset', { path: 'recommenders.als.iterations' });
    await train(engine, ['als']);
    expect(await status()).toMatchObject({ valid: true });
    expect((await ask('als', 9)).from).toBe('precomputed');
    await buildTables(engine, 'other', 2);
    expect(await status()).toMatchObject({ valid: false, why: 'The ratings or films changed since.' });
    expect((await ask('als', 9)).from).toBe('model');
    await buildTables(engine, 'again', 1);
    expect(await status()).toMatchObject({ valid: true });
  });

  it('one at a time, of a model that is trained; a file a model', async () => {
    const { jobId } = await engine.call('precompute.start', { model: 'hybrid' });
    await expect(engine.call('precompute.start', { model: 'ease' })).rejects.toMatchObject({ code: 'not-ready' });
    await engine.context.jobs.ended(jobId);
    await precompute(engine, 'hybrid');
    const files = filesOf(engine.directory);
    expect(files.filter((file) => file.startsWith('hybrid-'))).toHaveLength(1);
    expect(files).toHaveLength((await engine.call('precompute.status', {})).lists.length);
    const bare = await openWorld({ overrides });
    await expect(bare.call('precompute.start', { model: 'ease' })).rejects.toMatchObject({ code: 'not-ready' });
    await bare.close();
  });

  it('a cancel leaves what was there, within a second', async () => {
    let before = filesOf(engine.directory).toSorted();
    const random = seededRandom(5);
    for (let turn = 0; turn < 6; turn++) {
      const { jobId } = await engine.call('precompute.start', { model: 'hybrid', top: 100 });
      await setTimeout(random() * 60);
      const asked = performance.now();
      await engine.call('jobs.cancel', { id: jobId });
      const { status } = await engine.context.jobs.ended(jobId);
      expect(performance.now() - asked).toBeLessThan(1000);
      const after = filesOf(engine.directory).toSorted();
      // What came to its end before the cancel put its file in place of the one before.
      if (status === 'succeeded') before = after;
      expect(after).toEqual(before);
    }
    expect((await engine.call('precompute.status', {})).lists.find(({ model }) => model === 'hybrid')).toMatchObject({ valid: true });
  });

  it('a kill at any moment leaves whole lists or none, and nothing lies about', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'reelbench-precompute-'));
    const random = seededRandom(3);
    let made = await openTraining(folder, overrides);
    await buildTables(made, 'world', 1);
    await train(made, ['item-knn']);
    const expected = await made.call('recommend.list', { model: 'item-knn', userId: 5, top: 10 });
    await made.close();
    for (let turn = 0; turn < 5; turn++) {
      const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/precomputing-child.ts', import.meta.url)), folder, 'item-knn'], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await setTimeout(random() * 250);
      child.kill('SIGKILL');
      await once(child, 'exit');
      made = await openTraining(folder, overrides);
      const { lists } = await made.call('precompute.status', {});
      expect(filesOf(path.join(folder, 'workspace'))).toEqual(lists.map((list) => path.basename(list.path)));
      const answer = await made.call('recommend.list', { model: 'item-knn', userId: 5, top: 10 });
      expect(answer.items).toEqual(expected.items);
      expect(answer.from).toBe(lists.length > 0 ? 'precomputed' : 'model');
      await made.close();
    }
    made = await openTraining(folder, overrides);
    expect((await precompute(made, 'item-knn')).status).toBe('succeeded');
    await made.close();
    await rm(folder, { recursive: true, force: true });
  });
});
