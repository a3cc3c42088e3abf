import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { flattenParameters, parameterPath } from '../../../electron/engine/workspace/parameter-schema.ts';
import { defaultParameters, openParameters, unsavedParameters } from '../../../electron/engine/workspace/parameters.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'reelbench-params-'));
});
afterEach(() => rm(directory, { recursive: true }));

const yaml = () => path.join(directory, 'reelbench.yaml');
const write = (text: string) => writeFile(yaml(), text);
async function failure(work: Promise<unknown>): Promise<ReelbenchError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ReelbenchError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

describe('order', () => {
  test('defaults, then the file, then --set', async () => {
    await write('transform:\n  min_ratings_per_user: 3\nfeatures:\n  damping: 7\n');
    const { values } = await openParameters(directory, { overrides: ['features.damping=9.5', 'train.models=ease,als', 'evaluate.cutoffs=5,10', 'quality.fixes=false', 'quality.ratings.rating.range.threshold=5'] });
    expect(values.transform).toEqual({ min_ratings_per_user: 3, min_ratings_per_movie: 1 });
    expect(values.features.damping).toBe(9.5);
    expect(values.train.models).toEqual(['ease', 'als']);
    expect(values.evaluate.cutoffs).toEqual([5, 10]);
    expect(values.quality.fixes).toBe(false);
    expect(values.quality.rules).toEqual({ 'ratings.rating.range': { threshold: 5 } });
  });

  test('settings of a rule may stand below quality or below quality.rules', async () => {
    await write('quality:\n  ratings.volume:\n    threshold: 1\n  rules:\n    movies.title.present: { severity: warning }\n');
    expect((await openParameters(directory)).values.quality.rules).toEqual({ 'ratings.volume': { threshold: 1 }, 'movies.title.present': { severity: 'warning' } });
  });

  test('another file by --config; texts name environment variables', async () => {
    const other = path.join(directory, 'other.yaml');
    await writeFile(other, 'quality:\n  earliest: "${SINCE}"\n');
    expect((await openParameters(directory, { configFile: other, environment: { SINCE: '2001-02-03' } })).values.quality.earliest).toBe('2001-02-03');
  });
});

describe('changes', () => {
  test('are saved with the comments kept, and nothing else is left in the folder', async () => {
    await write('# my workspace\ntransform:\n  min_ratings_per_user: 3 # sparse users out\n  # films too\n  min_ratings_per_movie: 2\n');
    const store = await openParameters(directory, { overrides: ['transform.min_ratings_per_user=9'] });
    await store.set('transform.min_ratings_per_user', 5);
    await store.set('quality.ratings.volume.threshold', 2);
    expect(store.values.transform.min_ratings_per_user).toBe(5);
    expect(await readFile(yaml(), 'utf8')).toBe(
      '# my workspace\ntransform:\n  min_ratings_per_user: 5 # sparse users out\n  # films too\n  min_ratings_per_movie: 2\nquality:\n  rules:\n    ratings.volume:\n      threshold: 2\n');
    expect((await openParameters(directory)).values.quality.rules['ratings.volume']).toEqual({ threshold: 2 });
    await store.reset('quality.ratings.volume.threshold');
    await store.reset('transform.min_ratings_per_user');
    expect(store.values.transform.min_ratings_per_user).toBe(1);
    expect(store.values.quality.rules).toEqual({});
    expect(await readFile(yaml(), 'utf8')).not.toContain('quality');
    expect(await readdir(directory)).toEqual(['reelbench.yaml']);
  });

  test('that are not allowed change nothing', async () => {
    const store = await openParameters(directory);
    expect((await failure(store.set('engine.threads', 'lots'))).message).toMatch(/engine.threads is "lots"/);
    expect((await failure(store.set('engine.thread', 1))).hint).toBe('Did you mean engine.threads?');
    expect((await failure(store.set('quality.tags.tag.lenght.severity', 'info'))).hint).toBe('Did you mean tags.tag.length?');
    expect((await failure(store.set('quality.nothing.like.it.severity', 'info'))).hint).toMatch(/^Rules begin with ratings, movies, tags/);
    expect(store.values.engine.threads).toBe(0);
    expect(await readdir(directory)).toEqual([]);
  });

  test('settings of a person’s own rule are settings while the rule is there, and can be taken back when it is gone', async () => {
    const rules = path.join(directory, 'rules.yaml');
    await writeFile(rules, 'rules:\n  - id: ratings.mine\n    kind: volume\n    table: ratings\n    min: 5\n');
    await openParameters(directory).then((store) => store.set('quality.ratings.mine.severity', 'info'));
    const store = await openParameters(directory);
    expect(store.values.quality.rules).toEqual({ 'ratings.mine': { severity: 'info' } });
    await writeFile(rules, 'rules: []\n');
    expect((await failure(store.set('quality.ratings.mine.severity', 'error'))).message).toMatch(/there is no rule ratings.mine/);
    expect(await failure(openParameters(directory))).toMatchObject({ file: yaml(), line: 3 });
    await store.reset('quality.ratings.mine.severity');
    expect(store.values.quality.rules).toEqual({});
  });

  test('made at the same time are all saved', async () => {
    const store = await openParameters(directory);
    await Promise.all([store.set('engine.seed', 1), store.set('features.damping', 2), store.set('train.models', ['ease'])]);
    const { values } = await openParameters(directory);
    expect([values.engine.seed, values.features.damping, values.train.models]).toEqual([1, 2, ['ease']]);
  });

  test('the last key taken away leaves the comments', async () => {
    await write('# keep me\nengine:\n  seed: 4\n');
    const store = await openParameters(directory);
    await store.reset('engine.seed');
    expect(await readFile(yaml(), 'utf8')).toContain('# keep me');
    expect((await openParameters(directory)).values.engine.seed).toBe(42);
  });
});

test('every parameter is listed with title, help, bounds and default', () => {
  const list = unsavedParameters().list();
  expect(list.find(({ path: name }) => name === 'recommenders.ease.lambda')).toEqual({
    path: 'recommenders.ease.lambda', title: 'Regularisation', help: expect.any(String), unit: null, type: 'number', minimum: 0.001, maximum: 1_000_000, default: 250, value: 250,
    group: { title: 'EASE', about: expect.any(String) }, allowed: 'a number from 0.001 to 1000000', source: 'default' });
  expect(list.find(({ path: name }) => name === 'train.models')).toMatchObject({ type: 'list', choices: expect.arrayContaining(['ease']) });
  expect(list.every(({ title, help }) => title !== '' && help !== '')).toBe(true);
  expect(list.length).toBeGreaterThan(30);
});

test('parameters are flattened to one value a name, whether they come nested or flat', () => {
  const nested = { ...defaultParameters, quality: { ...defaultParameters.quality, rules: { 'ratings.volume': { threshold: '0.5%', enabled: false } } } };
  const flat = flattenParameters(nested);
  expect(flat).toMatchObject({ 'engine.seed': 42, 'recommenders.item-knn.neighbours': 100, 'quality.ratings.volume.threshold': '0.5%', 'quality.ratings.volume.enabled': false, 'train.models': expect.arrayContaining(['ease']) });
  expect(flat).not.toHaveProperty('quality.scale_min');
  expect(flattenParameters(JSON.parse(JSON.stringify(flat)))).toEqual(flat);
  expect(Object.keys(flat).every((name) => typeof parameterPath(name) === 'object')).toBe(true);
});
