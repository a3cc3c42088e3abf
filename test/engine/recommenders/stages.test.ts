import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modelNames } from '../../../shared/contract/index.ts';
import { readModelFile } from '../../../electron/engine/recommenders/model-file.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import { trainStages } from '../../../electron/engine/recommenders/stage.ts';
import { withTrainingData } from '../../../electron/engine/recommenders/training-data.ts';
import { Parameters } from '../../../shared/domain/parameters.ts';
import { fitContext } from '../../support/fitting.ts';
import { ImportedWorld } from '../../support/imported-world.ts';

/** What a run trains unless told. */
const usual = Parameters.parse({}).train.models;
const quick = ['recommenders.als.factors=8', 'recommenders.als.iterations=3', 'recommenders.hybrid.validation_users=30'];

/** One workspace for all: each test starts with every stage current. */
describe('training as one stage a model', () => {
  let bench: ImportedWorld;
  let first: Awaited<ReturnType<ImportedWorld['run']>>;
  let original: Record<string, string>;
  const touched = new Set<string>();
  beforeAll(async () => {
    bench = await ImportedWorld.open({ overrides: quick });
    first = await bench.run();
    original = await bench.models();
  }, 60_000);
  afterEach(async () => {
    for (const name of touched) await bench.engine.call('params.reset', { path: name });
    touched.clear();
    await bench.run();
  });
  afterAll(() => bench.close());

  const set = async (name: string, value: number | string[]) => {
    touched.add(name);
    await bench.engine.call('params.set', { path: name, value });
  };
  const stale = async () => (await bench.engine.call('pipeline.status', {})).stages.filter(({ name, enabled, state }) => enabled && name.startsWith('train-') && state !== 'current').map(({ name }) => name);
  const trainings = ({ run }: typeof first) => Object.fromEntries(run.stages.filter(({ name }) => name.startsWith('train-')).map(({ name, state }) => [name.slice('train-'.length), state]));
  const ran = (result: typeof first) => Object.entries(trainings(result)).filter(([, state]) => state === 'ran').map(([name]) => name);

  it('one run trains all that it is told to; `models` shows a row a model; a second run does nothing', async () => {
    expect(trainings(first)).toEqual(Object.fromEntries(modelNames.map((name) => [name, usual.includes(name) ? 'ran' : 'skipped'])));
    const rows = await bench.all<{ model: string; path: string; sha256: string; run_id: string }>('SELECT model, path, sha256, run_id FROM main.models');
    expect(rows.map(({ model }) => model).toSorted()).toEqual(usual.toSorted());
    for (const { path: file, sha256, run_id: run } of rows) {
      expect(createHash('sha256').update(readFileSync(path.join(bench.folder, 'workspace', file))).digest('hex')).toBe(sha256);
      expect(run).toBe(first.run.id);
    }
    expect(Object.values(trainings(await bench.run())).filter((state) => state !== 'skipped')).toEqual(usual.map(() => 'cached'));
  });

  it('a parameter trains the models that read it and no others, and going back brings the earlier files back', async () => {
    await set('recommenders.ease.lambda', 300);
    expect(await stale()).toEqual(['train-ease', 'train-hybrid']);
    expect(ran(await bench.run())).toEqual(['ease', 'hybrid']);
    expect((await bench.models())['ease']).not.toBe(original['ease']);
    expect((await bench.models())['als']).toBe(original['als']);

    await set('recommenders.ease.lambda', 250);
    const back = await bench.run();
    expect(back.run.stages.filter(({ restored }) => restored).map(({ name }) => name)).toEqual(expect.arrayContaining(['train-ease', 'train-hybrid']));
    expect(await bench.models()).toEqual(original);
    expect((await bench.engine.call('recommend.list', { model: 'hybrid', userId: 3, top: 3 })).items).toHaveLength(3);

    await set('recommenders.random.seed', 7);
    expect(await stale()).toEqual(['train-random']);
    await set('engine.seed', 7);
    expect(await stale()).toEqual(['train-random', 'train-als', 'train-hybrid']);
  });

  it('a blend rests on its saved bases, which are the same as if it had fitted them itself', async () => {
    const workspace = bench.engine.context.workspace();
    const kernels = await bench.engine.context.kernels();
    const tables = { ratings: 'main.ratings', movies: 'main.movies', movieGenres: 'main.movie_genres', tags: 'main.tags' };
    const settings = Object.fromEntries(quick.map((override) => override.split('=')).map(([name = '', value]) => [name, Number(value)]));
    const fitted = await workspace.read((session) => withTrainingData(session, tables, 'whole', (train) => recommenders.hybrid.fit(train, fitContext(kernels, settings))));
    const [row] = await bench.all<{ path: string }>("SELECT path FROM main.models WHERE model = 'hybrid'");
    const saved = await readModelFile(workspace.path(row?.path ?? ''), 'hybrid', recommenders.hybrid.version);
    const { arrays, meta } = fitted.save();
    expect(saved.meta).toEqual(meta);
    expect(Object.fromEntries(Object.keys(arrays).map((name) => [name, saved.arrays[name]]))).toEqual(arrays);
  });

  it('a blend rests on the models chosen for it, and on no table that only the others read', async () => {
    await set('recommenders.hybrid.models', ['ease', 'item-knn']);
    const hybrid = async () => (await bench.engine.call('pipeline.status', {})).stages.find(({ name }) => name === 'train-hybrid');
    expect((await hybrid())?.reads.toSorted()).toEqual(['model_ease', 'model_item_knn', 'ratings']);
    expect(ran(await bench.run())).toEqual(['hybrid']);
    const { items } = await bench.engine.call('recommend.list', { model: 'hybrid', userId: 3, top: 3, explain: true });
    expect(items[0]?.reasons[0]?.evidence.map(({ label }) => label).toSorted()).toEqual(['EASE', 'Similar films (item kNN)']);
    await set('recommenders.content.tag_weight', 2);
    expect(await stale()).toEqual(['train-content']);
  });

  it('a run of one blend includes what it is made of, and a run of no models trains none and keeps what is there', async () => {
    const enabled = async () => (await bench.engine.call('pipeline.status', {})).stages.filter(({ name, enabled: included }) => included && name.startsWith('train-')).map(({ name }) => name);
    await set('train.models', ['hybrid']);
    expect(await enabled()).toEqual(['train-content', 'train-ease', 'train-als', 'train-hybrid']);
    await set('train.models', []);
    expect(await enabled()).toEqual([]);
    expect(new Set(Object.values(trainings(await bench.run())))).toEqual(new Set(['skipped']));
    expect(await bench.models()).toEqual(original);
  });

  it('side by side gives the same bytes as one after another, on one thread and on two', async () => {
    for (const threads of [1, 2]) {
      await bench.close({ keep: true });
      bench = await ImportedWorld.open({ overrides: [...quick, `engine.threads=${threads}`], folder: bench.folder });
      const { run } = await bench.run({ only: usual.map((name) => `train-${name}` as const), force: true, jobs: 3 });
      expect(await bench.models(), `${threads} threads`).toEqual(original);
      const spans = run.stages.filter(({ name }) => name.startsWith('train-')).map(({ began, seconds }) => [began, began + seconds] as const);
      expect(spans.some(([from, to], i) => spans.some(([start], j) => i !== j && from <= start && start < to)), 'some ran beside another').toBe(true);
    }
  });

  it('a model that cannot be trained leaves a mark, and the others are trained', async () => {
    const [ease] = await bench.all<{ path: string }>("SELECT path FROM main.models WHERE model = 'ease'");
    truncateSync(path.join(bench.folder, 'workspace', ease?.path ?? ''), 100);
    await set('engine.seed', 9);
    const { run } = await bench.run();
    expect(run).toMatchObject({ status: 'succeeded' });
    expect(run.stages.find(({ name }) => name === 'train-hybrid')).toMatchObject({ state: 'failed', error: { code: 'invalid-input', hint: 'Train ease again.' } });
    expect(run.stages.find(({ name }) => name === 'train-als')).toMatchObject({ state: 'ran' });
    const status = (await bench.engine.call('pipeline.status', {})).stages.find(({ name }) => name === 'train-hybrid');
    expect(status?.mark).toMatchObject({ run: run.id, message: expect.stringContaining('cut short') });
    expect((await bench.models())['hybrid']).toBe(original['hybrid']);
    expect(readdirSync(path.join(bench.folder, 'workspace', 'models')).some((file) => file.includes(`hybrid-${run.id}`)), 'no file of the failed one').toBe(false);
    await bench.run({ only: 'train-ease', force: true });
  });

  it('a title trains none of the models that learn from ratings alone', async () => {
    await bench.import((film) => `Another film ${film}`);
    expect(ran(await bench.run())).toEqual(['random', 'content', 'hybrid']);
    expect(await bench.models()).toEqual(original);
  });

  it('says what memory it will take, more for more', async () => {
    const context = { kernels: await bench.engine.context.kernels(), parameters: bench.engine.context.parameters().values };
    const small = { users: 1000, films: 5000, ratings: 1e6, terms: 1e4 };
    const large = { users: 2e5, films: 8e4, ratings: 32e6, terms: 2e6 };
    const growing = Object.values(recommenders).filter((recommender) => recommender.memory(large, context) > 1.2 * recommender.memory(small, context));
    expect(new Set(growing.map(({ name }) => name))).toEqual(new Set(modelNames));
    expect(recommenders.ease.memory(large, context), 'two matrices of 10,000 films').toBeGreaterThan(8e8);
    expect(recommenders.als.memory(large, context)).toBeLessThan(4e9);
    expect(trainStages.every((stage) => 'memory' in stage && stage.critical === false)).toBe(true);
  });
});
