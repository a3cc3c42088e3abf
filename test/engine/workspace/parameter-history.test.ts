import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parameterDifferences } from '../../../electron/engine/workspace/parameter-calls.ts';
import { defaultParameters, openParameters } from '../../../electron/engine/workspace/parameters.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'reelbench-history-'));
});
afterEach(() => rm(directory, { recursive: true }));

const yaml = () => path.join(directory, 'reelbench.yaml');
const text = () => readFile(yaml(), 'utf8');

describe('undo and redo', () => {
  test('go back and forth through sets and resets, of rules too, down to the same file', async () => {
    await writeFile(yaml(), '# mine\nengine:\n  seed: 7 # lucky\n');
    const store = await openParameters(directory);
    expect(store.history()).toEqual({ undo: null, redo: null });
    const steps = [() => store.set('engine.seed', 8), () => store.set('quality.ratings.volume.fix', true), () => store.set('recommenders.als.factors', 16), () => store.reset('engine.seed')];
    for (const step of steps) await step();
    expect(store.history()).toEqual({ undo: { path: 'engine.seed', title: 'Seed', from: null, to: 8 }, redo: null });
    const seeds = [7, 8, 8, 8];
    for (const seed of seeds.toReversed()) {
      await store.undo();
      expect((await openParameters(directory)).values).toEqual(store.values);
      expect(store.values.engine.seed).toBe(seed);
    }
    expect(store.values).toEqual({ ...defaultParameters, engine: { ...defaultParameters.engine, seed: 7 } });
    await expect(store.undo()).rejects.toMatchObject({ code: 'not-ready', message: 'No change of a parameter is left to be undone.' });
    expect(await store.redo()).toEqual({ path: 'engine.seed', title: 'Seed', from: 7, to: 8 });
    expect(await store.redo()).toEqual({ path: 'quality.ratings.volume.fix', title: 'Fix of ratings.volume', from: null, to: true });
    await store.redo();
    await store.redo();
    expect(store.values.recommenders.als.factors).toBe(16);
    expect(await text()).toContain('# mine');
    await expect(store.redo()).rejects.toMatchObject({ code: 'not-ready' });
  });

  test('a new change ends what could be redone; a change that changes nothing is no step', async () => {
    const store = await openParameters(directory);
    await store.set('engine.seed', 1);
    await store.undo();
    expect(store.history().redo).toMatchObject({ path: 'engine.seed', to: 1 });
    await store.reset('engine.threads');
    expect(store.history().redo).not.toBeNull();
    await store.set('engine.threads', 2);
    expect(store.history()).toMatchObject({ undo: { path: 'engine.threads' }, redo: null });
  });

  test('bring an override of --set back that a change did away with', async () => {
    const store = await openParameters(directory, { overrides: ['engine.seed=5'] });
    await store.set('engine.seed', 6);
    expect(store.values.engine.seed).toBe(6);
    await store.undo();
    expect(store.list().find(({ path: name }) => name === 'engine.seed')).toMatchObject({ value: 5, source: 'override' });
  });
});

describe('what was changed in the file by hand', () => {
  test('is never overwritten by an undo, which leaves that step out', async () => {
    const store = await openParameters(directory);
    await store.set('engine.seed', 1);
    await store.set('features.damping', 2);
    await writeFile(yaml(), 'engine:\n  seed: 1\nfeatures:\n  damping: 33 # by hand\n');
    await expect(store.undo()).rejects.toMatchObject({ code: 'not-ready', message: 'features.damping was changed in reelbench.yaml by hand: it is 33 there and stays so.' });
    expect(store.values.features.damping).toBe(33);
    await store.undo();
    expect(store.values.engine.seed).toBe(42);
    expect(await text()).toContain('damping: 33 # by hand');
  });

  test('is never overwritten by a set of the same parameter: it is shown first', async () => {
    const store = await openParameters(directory);
    await store.set('engine.seed', 1);
    await writeFile(yaml(), 'engine:\n  seed: 9\n  threads: 1\n');
    await expect(store.set('engine.seed', 2)).rejects.toMatchObject({ code: 'not-ready', message: 'engine.seed was changed in reelbench.yaml meanwhile: it is now 9.' });
    expect(store.values.engine).toMatchObject({ seed: 9, threads: 1 });
    await store.set('engine.seed', 2);
    expect(await text()).toBe('engine:\n  seed: 2\n  threads: 1\n');
  });

  test('counts after a look at the file; a file that is wrong says so and changes nothing', async () => {
    const store = await openParameters(directory);
    expect(await store.refresh()).toBe(false);
    await writeFile(yaml(), 'engine:\n  seed: 9\n');
    expect(await store.refresh()).toBe(true);
    expect(store.values.engine.seed).toBe(9);
    await writeFile(yaml(), 'engine:\n  seed: nine\n');
    await expect(store.refresh()).rejects.toMatchObject({ code: 'invalid-arguments', line: 2, file: yaml() });
    await expect(store.set('features.damping', 3)).rejects.toMatchObject({ code: 'invalid-arguments', line: 2 });
    expect(await text()).toBe('engine:\n  seed: nine\n');
    expect(store.values.engine.seed).toBe(9);
  });
});

test('differences are told by name, whether the parameters come nested or flat', () => {
  const now = { ...defaultParameters, engine: { ...defaultParameters.engine, seed: 1 }, quality: { ...defaultParameters.quality, rules: { 'ratings.volume': { threshold: 5 } } } };
  expect(parameterDifferences({ ...defaultParameters, retired: { knob: 3 } }, now)).toEqual([
    { path: 'engine.seed', a: 42, b: 1 }, { path: 'quality.ratings.volume.threshold', a: null, b: 5 }, { path: 'retired.knob', a: 3, b: null },
  ]);
  expect(parameterDifferences(now, now)).toEqual([]);
});
