import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { ReelbenchError, type Evaluation, type Input, Protocol, type Tuning } from '../../../shared/contract/index.ts';
import { foldsOf, role } from '../../../electron/engine/evaluation/folds.ts';
import { interactionsOf } from '../../../electron/engine/evaluation/interactions.ts';
import type { Problem } from '../../../electron/engine/evaluation/problem.ts';
import { trainingPart } from '../../../electron/engine/tuning/training-part.ts';
import { openWorld, world, worldRatings } from '../../support/small-world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
type Request = Input<'tune.start'>;

let engine: World;
afterEach(() => engine.close());

const lastOut = { name: 'leave-last-out' as const, cutoffs: [10] };
const request = (change: Partial<Request> = {}): Request => ({ model: 'ease', protocol: lastOut, trials: 4, ...change });
async function tune(change: Partial<Request> = {}): Promise<Tuning> {
  const { jobId } = await engine.call('tune.start', request(change));
  return resultOf(jobId);
}
async function resultOf(jobId: string): Promise<Tuning> {
  const job = await engine.context.jobs.ended(jobId);
  if (job.error) throw ReelbenchError.from(job.error);
  const [newest] = await engine.call('tune.list', {});
  if (!newest) throw new Error('No search was kept.');
  expect(job.result).toEqual(newest);
  return newest;
}
const shape = ({ trials }: Tuning) => trials.map(({ number, params, value, low, high, budget, state }) => ({ number, params, value, low, high, budget, state }));

describe('a search', () => {
  test('measures trials, names the best, checks it on other users, and is kept', async () => {
    engine = await openWorld();
    const tuning = await tune();
    expect(tuning).toMatchObject({ state: 'done', jobId: null, error: null, applied: false, space: [{ path: 'lambda', log: true }] });
    expect(tuning.trials).toHaveLength(4);
    expect(tuning.trials[0]).toMatchObject({ number: 0, current: true, params: { lambda: 250 }, state: 'done' });
    const values = tuning.trials.map(({ value }) => value ?? 0);
    expect(tuning.best?.value).toBe(Math.max(...values));
    expect(values.every((value, at) => value >= (tuning.trials[at]?.low ?? 1) && value <= (tuning.trials[at]?.high ?? 0))).toBe(true);
    expect(tuning.basis).toMatch(/^Measured by NDCG@10 on the training part, out of which each user’s newest rating in it \(\d+\) are held out for validation: .* The test part \(90 ratings\) was left out before the search began\.$/);
    expect(tuning.verdict).toMatch(/on users that no trial was measured on|No other parameters came out better/);
    expect(await engine.call('tune.get', { id: tuning.id })).toEqual(tuning);
    await engine.call('tune.remove', { id: tuning.id });
    await expect(engine.call('tune.get', { id: tuning.id })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the same seed gives the same trials and figures', async () => {
    engine = await openWorld();
    const first = shape(await tune());
    expect(shape(await tune())).toEqual(first);
    expect(shape(await tune({ protocol: { ...lastOut, seed: 5 } }))).not.toEqual(first);
  });

  test('halving gives sweeps of ALS by thirds', async () => {
    engine = await openWorld({ overrides: ['recommenders.als.factors=8'] });
    const tuning = await tune({ model: 'als', method: 'halving', trials: 13, space: [{ path: 'factors', values: [4, 6, 8, 10, 12, 14, 16, 20, 24] }, { path: 'regularization', low: 0.1, high: 10, log: true }] });
    expect(new Set(tuning.trials.map(({ budget }) => Number(budget.toFixed(2))))).toEqual(new Set([0.11, 0.33, 1]));
    expect(tuning.trials.find(({ number }) => number === tuning.best?.number)?.budget).toBe(1);
  });

  test('predicted ratings: least error is best; what predicts none cannot be searched by it', async () => {
    engine = await openWorld({ overrides: ['recommenders.item-knn.feedback=ratings'] });
    const tuning = await tune({ model: 'item-knn', metric: 'rmse', protocol: { name: 'random' }, trials: 4 });
    expect(tuning.best?.value).toBe(Math.min(...tuning.trials.map(({ value }) => value ?? 9)));
    expect(tuning.space.map(({ path: name }) => name)).toContain('rating_neighbours');
    await expect(tune({ metric: 'rmse' })).rejects.toMatchObject({ code: 'invalid-arguments', message: 'ease does not predict ratings, so there is no rmse of it.' });
    expect((await engine.call('tune.list', {}))[0]).toMatchObject({ state: 'failed', error: 'ease does not predict ratings, so there is no rmse of it.' });
  });

  test('popularity and semantic declare what is to be searched, a sentence model takes it away', async () => {
    engine = await openWorld();
    for (const [model, paths] of [['popularity', ['kind', 'damping', 'half_life_days']], ['semantic', ['dimensions', 'weights.title', 'weights.genre', 'weights.tag', 'weights.keyword', 'weights.genome', 'weights.overview']]] as const) {
      const tuning = await tune({ model, trials: 3 });
      expect(tuning.space.map(({ path: name }) => name)).toEqual(paths);
      expect(tuning.trials.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
      expect(Object.keys(tuning.trials[2]?.params ?? {})).toEqual(paths);
    }
    await engine.call('params.set', { path: 'recommenders.semantic.sentence_model', value: '/somewhere' });
    expect(await engine.call('tune.space', { model: 'semantic' })).toEqual([]);
  });

  test('what cannot be searched is refused before it starts, with what is allowed', async () => {
    engine = await openWorld();
    const refused = (change: Partial<Request>) => engine.call('tune.start', request(change));
    await expect(refused({ model: 'random' })).rejects.toMatchObject({ code: 'invalid-arguments', message: 'random has no parameters to search. Random lists have nothing to search.' });
    await expect(refused({ model: 'hybrid' })).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('learns its weights itself') });
    await expect(refused({ protocol: { name: 'files' } })).rejects.toMatchObject({ code: 'invalid-arguments', hint: expect.stringContaining('import the training file') });
    await expect(refused({ metric: 'coverage@10' })).rejects.toMatchObject({ code: 'invalid-arguments', hint: expect.stringContaining('ndcg@10') });
    await expect(refused({ space: [{ path: 'lamda', low: 1, high: 2 }] })).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('lamda') });
    await expect(refused({ space: [{ path: 'lambda', low: -5, high: 2 }] })).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('-5') });
    await expect(refused({ space: [{ path: 'lambda', low: 5, high: 2 }] })).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(tune({ protocol: { name: 'files' } })).rejects.toMatchObject({ code: 'invalid-arguments' });
  });

  test('the parameters found can be taken over', async () => {
    engine = await openWorld();
    const tuning = await tune({ space: [{ path: 'lambda', values: [3, 30] }], trials: 3 });
    const params = await engine.call('tune.apply', { id: tuning.id });
    expect(params.find(({ path: name }) => name === 'recommenders.ease.lambda')?.value).toBe(tuning.best?.params['lambda']);
    expect(await engine.call('tune.get', { id: tuning.id })).toMatchObject({ applied: true });
  });
});

describe('the test part', () => {
  test('has no influence: other test ratings, the same trials to the last digit', async () => {
    engine = await openWorld();
    const before = await tune();
    const measured = async () => {
      const { jobId } = await engine.call('evaluation.start', { entrants: [{ model: 'ease', params: { lambda: 250 } }, { model: 'ease', params: { lambda: 5 } }], protocol: lastOut });
      const { result } = await engine.context.jobs.ended(jobId);
      return (result as Evaluation).models.map(({ metrics }) => metrics['ndcg@10']?.value ?? 0);
    };
    const looked = await measured();
    // Each user's newest rating becomes one of another film, which the user has not seen.
    await engine.context.workspace().write(async (session) => {
      const { physical } = await session.one<{ physical: string }>(`SELECT physical FROM store.live WHERE table_name = 'ratings'`);
      await session.run(`
        UPDATE store.${physical} AS r SET movie_id = other.movie_id, rating = 0.5 FROM (
          SELECT last.user_id, last.movie_id AS was, min(f.movie_id) AS movie_id
          FROM (SELECT user_id, max_by(movie_id, rated_at) AS movie_id FROM store.${physical} GROUP BY user_id) AS last
          JOIN (SELECT DISTINCT movie_id FROM store.${physical}) AS f ON f.movie_id <> last.movie_id
          WHERE NOT EXISTS (FROM store.${physical} AS seen WHERE seen.user_id = last.user_id AND seen.movie_id = f.movie_id) GROUP BY ALL) AS other
        WHERE r.user_id = other.user_id AND r.movie_id = other.was`);
    });
    // Whoever looked would see something else.
    expect(await measured()).not.toEqual(looked);
    const after = await tune();
    expect(shape(after)).toEqual(shape(before));
    expect([after.best, after.check, after.verdict]).toEqual([before.best, before.check, before.verdict]);
  });

  test.each(['random', 'kfold', 'leave-last-out', 'time', 'strong'] as const)('%s: nothing of it is in what a search works on, nor are validation ratings learnt', async (name) => {
    engine = await openWorld({ empty: true });
    const rows = worldRatings(3);
    const interactions = interactionsOf({
      users: Int32Array.from(rows, ({ user }) => user), films: Int32Array.from(rows, ({ film }) => film), ratings: Float32Array.from(rows, ({ rating }) => rating), seconds: Int32Array.from(rows, ({ at }) => at),
    });
    const protocol = Protocol.parse({ name, share: 0.2 });
    const folds: Uint8Array[] = [];
    const problem: Problem = {
      interactions, foldCount: 1, titles: new Map(), warnings: [], print: () => Promise.resolve(''), folds: () => foldsOf(interactions, protocol),
      terms: (fold) => {
        folds.push(fold.roles);
        return interactions.movieIds.length === world.films ? Array.from(interactions.movieIds, () => []) : [];
      },
    };
    const [outer] = problem.folds();
    const pairs = (roles: Uint8Array | undefined, of: typeof interactions, wanted: number) => {
      const found = new Set<string>();
      of.userIds.forEach((user, row) => {
        for (let entry = of.indptr[row] ?? 0; entry < (of.indptr[row + 1] ?? 0); entry++) if (roles?.[entry] === wanted) found.add(`${user} ${of.movieIds[of.films[entry] ?? 0]}`);
      });
      return found;
    };
    const allowed = pairs(outer?.roles, interactions, role.train);
    const part = trainingPart(problem, protocol);
    expect(part.ratings).toBe(allowed.size);

    const learnt = part.training(1);
    const learntPairs = new Set(Array.from(learnt.userIds, (user, row) => Array.from(learnt.ratings.indices.subarray(learnt.ratings.indptr[row], learnt.ratings.indptr[row + 1]), (film) => `${user} ${learnt.movieIds[film]}`)).flat());
    const [trials, check] = (['trials', 'check'] as const).map((half) => part.fold(half, 1));
    const asked = [trials, check].map((fold) => pairs(fold?.roles, fold?.interactions ?? interactions, role.test));
    for (const each of [learntPairs, ...asked]) for (const pair of each) expect(allowed.has(pair)).toBe(true);
    for (const each of asked) for (const pair of each) expect(learntPairs.has(pair)).toBe(false);
    // No user of the check was measured by a trial.
    const usersOf = (set: Set<string> | undefined) => new Set([...(set ?? [])].map((pair) => pair.split(' ')[0]));
    expect([...usersOf(asked[0])].filter((user) => usersOf(asked[1]).has(user))).toEqual([]);
    for (const each of asked) expect(each.size).toBeGreaterThan(0);
    // Of tags, too, what a user of either part says of a film that is asked for is left out.
    expect(folds[0]?.length).toBe(interactions.films.length);
    expect(folds[0]?.reduce((sum, of) => sum + Number(of === role.test), 0)).toBeGreaterThanOrEqual(interactions.films.length - allowed.size + (asked[0]?.size ?? 0) + (asked[1]?.size ?? 0));
  });
});

/** Trials that last long enough to be killed in. */
const slow = { model: 'als' as const, space: [{ path: 'factors', low: 64, high: 96, integer: true }], trials: 5 };
const heavy = ['recommenders.als.iterations=40', 'recommenders.als.factors=96'];

describe('interrupted', () => {
  test('killed, it is known afterwards, and goes on where it was', async () => {
    engine = await openWorld({ overrides: heavy });
    const whole = await tune(slow);
    await engine.call('tune.remove', { id: whole.id });
    const { directory } = engine;
    // Another workspace is open meanwhile: a process holds its workspace alone.
    await engine.context.openWorkspace(path.join(directory, '..', 'other'));
    const program = fileURLToPath(new URL('../../support/tuning-child.ts', import.meta.url));
    const child = spawn(process.execPath, [program, directory, JSON.stringify(request(slow)), ...heavy], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    let said = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      expect(line).toBe('trial');
      if (++said === 2) child.kill('SIGKILL');
    }
    await gone;

    await engine.context.openWorkspace(directory);
    const [killed] = await engine.call('tune.list', {});
    expect(killed).toMatchObject({ state: 'stopped', jobId: null });
    expect(killed?.trials.filter(({ state }) => state === 'done').length).toBeGreaterThanOrEqual(2);
    const resumed = await resultOf((await engine.call('tune.resume', { id: killed?.id ?? '' })).jobId);
    expect(shape(resumed)).toEqual(shape(whole));
  });

  test('other ratings or other parameters: going on would mix two searches, and is refused', async () => {
    engine = await openWorld();
    const tuning = await tune({ trials: 3 });
    await expect(engine.call('tune.resume', { id: tuning.id })).rejects.toMatchObject({ code: 'not-ready', message: 'This search has gone through all of its trials.' });
    await engine.call('params.set', { path: 'recommenders.ease.max_items', value: 40 });
    const { jobId } = await engine.call('tune.resume', { id: tuning.id, trials: 5 });
    expect((await engine.context.jobs.ended(jobId)).error).toMatchObject({ code: 'not-ready', message: expect.stringContaining('no longer those of this search') });
    await engine.call('params.reset', { path: 'recommenders.ease.max_items' });
    const more = await resultOf((await engine.call('tune.resume', { id: tuning.id, trials: 5 })).jobId);
    expect(more.trials).toHaveLength(5);
    expect(shape(more).slice(0, 3)).toEqual(shape(tuning));
  });
});

test('models of a kept evaluation are compared by any metric of users, and what has none says so', async () => {
  engine = await openWorld();
  const { jobId } = await engine.call('evaluation.start', { entrants: [{ model: 'popularity' }, { model: 'ease' }, { model: 'random' }], protocol: { name: 'random' } });
  const { result } = await engine.context.jobs.ended(jobId);
  const { id } = result as Evaluation;
  const all = await engine.call('evaluation.compare', { id, metric: 'ndcg@10' });
  expect(all).toHaveLength(3);
  expect(all.find(({ a, b }) => a === 'ease' && b === 'random')).toMatchObject({ distinct: true, family: 3, sentence: expect.stringMatching(/^EASE is better than random by \.\d+ NDCG@10, 95 % interval/) });
  expect((await engine.call('evaluation.compare', { id, metric: 'recall@10', against: 'ease' })).map(({ b }) => b)).toEqual(['ease', 'ease']);
  await expect(engine.call('evaluation.compare', { id, metric: 'coverage@10' })).rejects.toMatchObject({ code: 'not-found' });
  await expect(engine.call('evaluation.compare', { id, metric: 'ndcg@7' })).rejects.toMatchObject({ code: 'not-found' });
});
