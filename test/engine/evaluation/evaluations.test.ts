import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import { KeptEvaluations } from '../../../electron/engine/evaluation/kept.ts';
import { type Evaluation, type Input, type Job, ReelbenchError } from '../../../shared/contract/index.ts';
import { openWorld, world, worldRatings } from '../../support/small-world.ts';

type Request = Input<'evaluation.start'>;
async function jobOf(engine: Engine, request: Request): Promise<Job> {
  const { jobId } = await engine.call('evaluation.start', request);
  return engine.context.jobs.ended(jobId);
}
async function evaluated(engine: Engine, request: Request): Promise<Evaluation> {
  const job = await jobOf(engine, request);
  if (job.error) throw ReelbenchError.from(job.error);
  return job.result as Evaluation;
}
const entrants = (...models: Request['entrants'][number]['model'][]) => models.map((model) => ({ model }));

let engine: Engine & { directory: string };
const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-evaluations-'));
beforeAll(async () => {
  engine = await openWorld();
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an evaluation', () => {
  let evaluation: Evaluation;
  beforeAll(async () => {
    evaluation = await evaluated(engine, { entrants: [...entrants('popularity', 'random'), { model: 'ease' }, { model: 'ease', params: { lambda: 5 } }], protocol: { name: 'random', cutoffs: [5, 10], seed: 3 }, title: 'First' });
  });

  test('says what it measured on what, and keeps it', async () => {
    expect(evaluation).toMatchObject({ title: 'First', preset: null, protocol: { name: 'random', seed: 3, share: 0.2 }, data: { users: world.users, measuredUsers: expect.any(Number) } });
    expect(evaluation.models.map(({ label }) => label)).toEqual(['popularity', 'random', 'ease', 'ease lambda=5']);
    expect(evaluation.models[3]?.params).toMatchObject({ lambda: 5 });
    const names = ['precision', 'recall', 'ndcg', 'map', 'mrr', 'hit-rate', 'novelty', 'popularity-bias', 'serendipity', 'diversity', 'calibration', 'coverage'];
    expect(Object.keys(evaluation.models[0]?.metrics ?? {}).toSorted()).toEqual([5, 10].flatMap((cutoff) => names.map((name) => `${name}@${cutoff}`)).toSorted());
    for (const { metrics } of evaluation.models) for (const figure of Object.values(metrics)) expect(figure.definition.length).toBeGreaterThan(20);
    expect(evaluation.models.every(({ peakMemoryMB }) => (peakMemoryMB ?? 0) > 10)).toBe(true);
    expect(await engine.call('evaluation.get', { id: evaluation.id })).toEqual(evaluation);
    expect(await engine.call('evaluation.list', {})).toMatchObject([{ id: evaluation.id, title: 'First', protocol: 'random', best: { metric: 'ndcg@5' } }]);
  });

  test('the table’s figures are the means of what is kept by user', async () => {
    const kept = new KeptEvaluations(engine.context.workspace());
    for (const metric of ['ndcg@10', 'recall@5', 'calibration@10']) {
      const { users, values } = await kept.perUser(evaluation.id, 'ease', metric);
      expect(users.length).toBe(evaluation.data.measuredUsers);
      const own = values.filter((value) => !Number.isNaN(value));
      expect(own.reduce((sum, value) => sum + value, 0) / own.length).toBeCloseTo(evaluation.models[2]?.metrics[metric]?.value ?? Number.NaN, 12);
    }
    await expect(kept.perUser(evaluation.id, 'ease', 'coverage@10')).rejects.toMatchObject({ code: 'not-found' });
    await expect(kept.perUser(evaluation.id, 'als', 'ndcg@10')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('users by difference, and two lists of a user', async () => {
    const { total, rows } = await engine.call('evaluation.users', { id: evaluation.id, a: 'ease', b: 'popularity', metric: 'ndcg@10', limit: 5 });
    expect(total).toBe(evaluation.data.measuredUsers);
    expect(rows).toHaveLength(5);
    expect(rows.map(({ difference }) => difference)).toEqual(rows.map(({ difference }) => difference).toSorted((x, y) => y - x));
    expect(rows[0]?.difference).toBeCloseTo((rows[0]?.a ?? 0) - (rows[0]?.b ?? 0), 12);
    const last = await engine.call('evaluation.users', { id: evaluation.id, a: 'ease', b: 'popularity', metric: 'ndcg@10', limit: 1, first: 'b' });
    expect(last.rows[0]?.difference).toBeLessThanOrEqual(rows.at(-1)?.difference ?? 0);

    const userId = rows[0]?.userId ?? 0;
    const lists = await engine.call('evaluation.lists', { id: evaluation.id, a: 'ease', b: 'popularity', userId });
    expect(lists.a.films).toHaveLength(10);
    const shown = new Set(worldRatings(1).filter(({ user }) => user === userId).map(({ film }) => film));
    const wanted = new Set(lists.wanted.map(({ movieId }) => movieId));
    for (const { movieId, relevant, other, rank, title } of lists.a.films) {
      expect(relevant).toBe(wanted.has(movieId));
      expect(shown.has(movieId)).toBe(relevant);
      expect(title).toBe(`Film ${movieId}`);
      expect(lists.b.films.find((film) => film.movieId === movieId)?.rank ?? null).toBe(other);
      expect(lists.b.films.find((film) => film.movieId === movieId)?.other ?? rank).toBe(rank);
    }
    expect(lists.shared).toBe(lists.a.films.filter(({ other }) => other !== null).length);
    await expect(engine.call('evaluation.lists', { id: evaluation.id, a: 'ease', b: 'popularity', userId: 99_999 })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('segments: of users they add up to the whole, of films each is judged by its own', async () => {
    const metric = 'recall@10';
    for (const by of ['activity', 'cold-start'] as const) {
      const { segments } = await engine.call('evaluation.segments', { id: evaluation.id, metric, by });
      expect(segments.reduce((sum, { users }) => sum + users, 0)).toBe(evaluation.data.measuredUsers);
      const mean = segments.reduce((sum, { users, figures }) => sum + users * (figures.find(({ label }) => label === 'ease')?.value ?? 0), 0) / evaluation.data.measuredUsers;
      expect(mean).toBeCloseTo(evaluation.models[2]?.metrics[metric]?.value ?? Number.NaN, 12);
    }
    const { segments, definition } = await engine.call('evaluation.segments', { id: evaluation.id, metric, by: 'genre' });
    expect(segments.map(({ name }) => name)).toEqual(['Horror', 'Romance', 'Sci-Fi']);
    expect(definition).toContain('as if only the films of the genre were relevant');
    const { segments: parts } = await engine.call('evaluation.segments', { id: evaluation.id, metric: 'hit-rate@10', by: 'popularity' });
    expect(parts.map(({ name }) => name.split(':')[0])).toEqual(['head', 'middle', 'tail']);
    // Popularity lists what most people rated: nothing of the tail.
    const [head, , tail] = parts.map(({ figures }) => figures.find(({ label }) => label === 'popularity')?.value ?? 0);
    expect(head).toBeGreaterThan(tail ?? 1);
    await expect(engine.call('evaluation.segments', { id: evaluation.id, metric: 'diversity@10', by: 'genre' })).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(engine.call('evaluation.segments', { id: evaluation.id, metric: 'ndcg@7', by: 'activity' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the same seed gives the same figures', async () => {
    const figures = (of: Evaluation) => of.models.map(({ label, metrics }) => [label, metrics]);
    const again = await evaluated(engine, { entrants: evaluation.models.flatMap(({ model, params }) => (model === 'ease' ? [{ model, params }] : [])), protocol: evaluation.protocol });
    expect(figures(again).map(([, metrics]) => metrics)).toEqual(figures(evaluation).slice(2).map(([, metrics]) => metrics));
    await engine.call('evaluation.remove', { id: again.id });
    await expect(engine.call('evaluation.get', { id: again.id })).rejects.toMatchObject({ code: 'not-found' });
    expect(await engine.call('evaluation.list', {})).toHaveLength(1);
  });
});

test.each([
  [{ name: 'kfold', folds: 3 }], [{ name: 'leave-last-out' }], [{ name: 'time', share: 0.3 }], [{ name: 'strong', share: 0.3 }], [{ name: 'random', threshold: 4, minUser: 5, minItem: 3, maxUsers: 20 }],
] as const)('protocol %o', async (protocol) => {
  const { models, data, description, warnings } = await evaluated(engine, { entrants: entrants('popularity', 'ease', 'user-knn'), protocol });
  const value = (label: string) => models.find((model) => model.label === label)?.metrics['ndcg@10']?.value ?? 0;
  // Users are fond of a genre, which who rated what tells; popularity does not.
  const ahead = value('ease') > value('popularity') || protocol.name === 'time';
  expect(ahead).toBe(true);
  expect(models.every(({ error }) => error === null)).toBe(true);
  expect(description[0]?.length).toBeGreaterThan(40);
  expect(data.train).toBeGreaterThan(data.test / 2);
  const future = warnings.find(({ kind }) => kind === 'future-in-training');
  expect(future === undefined).toBe(protocol.name === 'time');
  expect('maxUsers' in protocol ? data.measuredUsers : 20).toBe(20);
});

test('ratings are predicted by models that can, beside the mean and the baseline', async () => {
  const { models } = await evaluated(engine, { entrants: [{ model: 'svd' }, { model: 'ease' }], protocol: { name: 'kfold', folds: 4, measures: ['rating'] } });
  expect(models.map(({ label, error }) => [label, error === null])).toEqual([['svd', true], ['ease', false], ['global-mean', true], ['baseline', true]]);
  const value = (label: string) => models.find((model) => model.label === label)?.metrics['rmse']?.value ?? Number.NaN;
  for (const { metrics } of models.filter(({ error }) => error === null)) expect(metrics['rmse']?.low).toBeLessThan(metrics['rmse']?.value ?? 0);
  // The mean's error is the deviation of the ratings, but for what folds differ.
  const ratings = worldRatings(1).map(({ rating }) => rating);
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  expect(value('global-mean')).toBeCloseTo(Math.sqrt(ratings.reduce((sum, rating) => sum + (rating - mean) ** 2, 0) / ratings.length), 1);
});

describe('given files', () => {
  const write = (name: string, lines: readonly string[]) => {
    const at = path.join(folder, name);
    writeFileSync(at, lines.join('\n'));
    return engine.context.files.grant(at);
  };
  // Ratings a film: 1: 3, 2: 2, 3: 1, 4: 1. User 1 rated 1; 2 rated 1 and 2; 3 rated 1, 2, 3; 4 rated 4.
  const train = ['1,1', '2,1', '2,2', '3,1', '3,2', '3,3', '4,4'];

  test('figures by hand: the most rated first, ties to the smaller id, seen films left out', async () => {
    const test_ = ['1,2', '1,3', '2,4', '3,9', '77,1', '4,4'];
    const { models, warnings, data } = await evaluated(engine, {
      entrants: entrants('popularity'), protocol: { name: 'files', train: await write('train.csv', train), test: await write('test.csv', test_), cutoffs: [2], ndcgIdeal: 'full' },
    });
    // User 1 gets 2, 3: both wanted. User 2 gets 3, 4: the second. User 3 gets 4: film 9 is not known, a miss.
    const gain = 1 / Math.log2(3);
    const metrics = models[0]?.metrics;
    expect(metrics?.['ndcg@2']?.value).toBeCloseTo((1 + gain + 0) / 3, 12);
    expect(metrics?.['hit-rate@2']?.value).toBeCloseTo(2 / 3, 12);
    expect(metrics?.['precision@2']?.value).toBeCloseTo((1 + 0.5 + 0) / 3, 12);
    expect(metrics?.['coverage@2']?.value).toBeCloseTo(3 / 4, 12);
    expect(data).toMatchObject({ users: 5, items: 5, train: 7, test: 5, measuredUsers: 3, candidates: 4 });
    expect(Object.fromEntries(warnings.map(({ kind, count }) => [kind, count]))).toMatchObject({ 'test-in-history': 1, 'unknown-users': 1, 'unknown-films': 1, 'few-users': 3 });
  });

  test('films without a training rating may be left out', async () => {
    const { models, data } = await evaluated(engine, {
      entrants: entrants('popularity'), protocol: { name: 'files', train: await write('train.csv', train), test: await write('test.csv', ['1,2', '1,3', '3,9']), cutoffs: [2], unknownFilms: 'left out' },
    });
    expect(data.measuredUsers).toBe(1);
    expect(models[0]?.metrics['ndcg@2']?.value).toBe(1);
  });

  test('sampled: only listed films are ranked, those that are the test film dropped, and it is marked', async () => {
    const request: Request = { entrants: entrants('popularity'), protocol: {
      name: 'files', train: await write('train.csv', train), test: await write('test.csv', ['2,4', '1,3']), negatives: await write('negatives.tsv', ['(2,4)\t3\t4', '(1,3)\t4\t4']), cutoffs: [1],
    } };
    const { models, warnings, description } = await evaluated(engine, request);
    // User 2: 3 before 4 by id. User 1: 3 before 4.
    expect(models[0]?.metrics['hit-rate@1']?.value).toBe(0.5);
    expect(warnings.filter(({ kind }) => kind === 'sampled').map(({ count }) => count)).toEqual([1, null]);
    expect(description.join(' ')).toContain('Sampled');
    await expect(evaluated(engine, { ...request, protocol: { ...request.protocol, negatives: await write('short.tsv', ['(2,4)\t3']) } })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no line for user 1') });
  });

  test('what cannot be measured is said', async () => {
    const files = async (lines: readonly string[]): Promise<Request['protocol']> => ({ name: 'files', train: await write('train.csv', train), test: await write('test.csv', lines) });
    await expect(evaluated(engine, { entrants: entrants('popularity'), protocol: await files(['77,1']) })).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('nothing to measure') });
    await expect(evaluated(engine, { entrants: entrants('popularity'), protocol: await files([]) })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(evaluated(engine, { entrants: entrants('popularity'), protocol: { ...(await files(['1,2,2'])), threshold: 4 } })).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(evaluated(engine, { entrants: entrants('popularity'), protocol: { name: 'files' } })).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('needs a training file') });
    await expect(evaluated(engine, { entrants: entrants('popularity'), protocol: { ...(await files(['1,2'])), name: 'random' } })).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(evaluated(engine, { entrants: entrants('popularity'), protocol: { ...(await files(['1,2'])), minItem: 3 } })).rejects.toMatchObject({ code: 'invalid-arguments' });
    // One user alone, which is enough to say so.
    const one = await evaluated(engine, { entrants: entrants('popularity', 'ease'), protocol: await files(['1,2']) });
    expect(one.warnings).toContainEqual(expect.objectContaining({ kind: 'few-users', count: 1 }));
    for (const { id } of (await engine.call('evaluation.list', {})).slice(0, -1)) await engine.call('evaluation.remove', { id });
  });
});

test('wrong parameters are refused before anything starts', async () => {
  const start = (entrants_: Request['entrants']) => engine.call('evaluation.start', { entrants: entrants_, protocol: { name: 'random' } });
  await expect(start([{ model: 'ease', params: { lamda: 3 } }])).rejects.toMatchObject({ code: 'invalid-arguments', hint: expect.stringContaining('recommenders.ease.lambda') });
  await expect(start([{ model: 'ease', params: { lambda: -1 } }])).rejects.toMatchObject({ code: 'invalid-arguments', hint: expect.stringContaining('from 0.001') });
  await expect(start([{ model: 'ease' }, { model: 'ease' }])).rejects.toMatchObject({ code: 'invalid-arguments', message: 'ease is named twice.' });
  await expect(engine.call('evaluation.preset', { preset: 'none', data: await engine.context.files.grant(folder) })).rejects.toMatchObject({ code: 'invalid-arguments' });
});

test('cancelled at any moment, nothing is listed, and what is left can be taken up or removed', async () => {
  const before = await engine.call('evaluation.list', {});
  for (const until of ['read ratings', 'fit ease', 'lists of ease', 'intervals']) {
    const { jobId } = await engine.call('evaluation.start', { entrants: entrants('ease', 'hybrid'), protocol: { name: 'random' } });
    while (!engine.context.jobs.get(jobId).phases.some(({ name }) => name === until)) await new Promise((resolve) => setTimeout(resolve, 1));
    const began = performance.now();
    engine.context.jobs.cancel(jobId);
    const ended = await engine.context.jobs.ended(jobId);
    expect(ended.status).toBe('cancelled');
    expect(performance.now() - began).toBeLessThan(1000);
    expect(await engine.call('evaluation.list', {})).toEqual(before);
    const unfinished = await engine.call('evaluation.unfinished', {});
    // On a busy machine the lists may be done before the cancel comes.
    const possible: Record<string, number[][]> = { 'read ratings': [[]], 'fit ease': [[]], 'lists of ease': [[], [1]], intervals: [[2]] };
    const done = unfinished.map((one) => one.done);
    expect(possible[until]).toContainEqual(done);
    expect(ended.error?.message).toBe(done[0] === undefined ? 'Cancelled; nothing was changed.' : `Cancelled; ${done[0]} of 2 parts are finished and kept.`);
    for (const { id } of unfinished) await engine.call('evaluation.remove', { id });
    const folders = path.join(engine.directory, 'evaluations');
    expect(existsSync(folders) ? readdirSync(folders).toSorted() : []).toEqual(before.map(({ id }) => id).toSorted());
  }
});

test('a killed evaluation goes on with what it had finished, and comes out as if nothing had happened', async () => {
  const other = await openWorld({ seed: 2 });
  const kept = await evaluated(other, { entrants: entrants('popularity'), protocol: { name: 'random' } });
  await other.context.close();
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../support/evaluating.process.ts'), other.directory, path.resolve('resources')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => resolve());
    child.on('exit', () => reject(new Error('The process ended before it could be killed.')));
  });
  child.removeAllListeners('exit');
  const gone = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  const evaluations = path.join(other.directory, 'evaluations');
  expect(readdirSync(evaluations)).toHaveLength(2);
  // What no order belongs to goes when the workspace is opened, as does a file that was cut short.
  mkdirSync(path.join(evaluations, 'stray'));
  writeFileSync(path.join(evaluations, 'stray', 'model-0.arrays'), 'half');
  const again = createEngine({ resources: path.resolve('resources'), home: path.join(folder, 'home'), version: 'test' });
  await again.context.openWorkspace(other.directory);
  expect(await again.call('evaluation.list', {})).toMatchObject([{ id: kept.id }]);
  const [left] = await again.call('evaluation.unfinished', {});
  expect(left).toMatchObject({ models: ['popularity', 'svd'], total: 12, hindrance: null, protocol: 'kfold' });
  expect(left?.done).toBeGreaterThanOrEqual(2);
  expect(left?.done).toBeLessThan(12);
  expect(readdirSync(evaluations).toSorted()).toEqual([kept.id, left?.id ?? ''].toSorted());

  const { jobId } = await again.call('evaluation.resume', { id: left?.id ?? '' });
  const job = await again.context.jobs.ended(jobId);
  const resumed = job.result as Evaluation;
  expect(resumed.id).toBe(left?.id);
  expect(job.phases.filter(({ name }) => name.endsWith('is there')).map(({ name }) => name)).toHaveLength(left?.done ?? -1);
  expect(await again.call('evaluation.unfinished', {})).toEqual([]);
  const whole = await evaluated(again, { entrants: entrants('popularity', 'svd'), protocol: { name: 'kfold', folds: 6 } });
  const figures = (of: Evaluation) => ({ ...of, id: '', createdAt: '', seconds: 0, models: of.models.map((model) => ({ ...model, fitSeconds: 0, scoreSeconds: 0, peakMemoryMB: 0 })) });
  expect(figures(resumed)).toEqual(figures(whole));
  const names = ['cases.arrays', 'evaluation.json', 'model-0.arrays', 'model-1.arrays', 'model-2.arrays', 'model-3.arrays'];
  for (const { id } of [resumed, whole]) expect(readdirSync(path.join(evaluations, id)).toSorted()).toEqual(names);
  for (const name of names.filter((one) => one !== 'evaluation.json')) expect(readFileSync(path.join(evaluations, resumed.id, name))).toEqual(readFileSync(path.join(evaluations, whole.id, name)));
  await again.close();
  await other.close();
}, 60_000);

test('other ratings, another protocol or other parameters take up nothing that is not theirs', async () => {
  const stopped = async (request: Request) => {
    const { jobId } = await engine.call('evaluation.start', request);
    while (!engine.context.jobs.get(jobId).phases.some(({ name }) => name.includes('fit hybrid'))) await new Promise((resolve) => setTimeout(resolve, 1));
    engine.context.jobs.cancel(jobId);
    await engine.context.jobs.ended(jobId);
  };
  const request: Request = { entrants: [{ model: 'ease', params: { lambda: 7 } }, { model: 'hybrid' }], protocol: { name: 'random', seed: 9 } };
  await stopped(request);
  const taken = async (other: Request) => (await jobOf(engine, other)).phases.filter(({ name }) => name.endsWith('is there')).length;
  const one = (lambda: number): Request => ({ ...request, entrants: [{ model: 'ease', params: { lambda } }] });
  expect(await taken({ ...one(7), protocol: { name: 'random', seed: 10 } })).toBe(0);
  expect(await engine.call('evaluation.unfinished', {})).toMatchObject([{ done: 1, total: 2 }]);
  // The same model of another set of models is the same.
  expect(await taken(one(7))).toBe(1);
  expect(await engine.call('evaluation.unfinished', {})).toEqual([]);
  await stopped(request);
  expect(await taken(one(8))).toBe(0);

  const ratings = ['1,1', '1,2', '2,1', '2,2', '2,3', '3,3', '3,1'];
  const given = async (lines: readonly string[]): Promise<Request> => {
    for (const [name, content] of [['train.csv', lines], ['test.csv', ['1,3', '3,2']]] as const) writeFileSync(path.join(folder, name), content.join('\n'));
    const grant = (name: string) => engine.context.files.grant(path.join(folder, name));
    return { entrants: request.entrants, protocol: { name: 'files', train: await grant('train.csv'), test: await grant('test.csv') } };
  };
  await stopped(await given(ratings));
  const [left] = await engine.call('evaluation.unfinished', {});
  expect(left).toMatchObject({ protocol: 'files', hindrance: null });
  expect(await taken(await given([...ratings, '4,1']))).toBe(0);
  expect(await taken(await given(ratings))).toBe(1);
  expect(await engine.call('evaluation.unfinished', {})).toEqual([]);
}, 60_000);
