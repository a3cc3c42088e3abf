import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ModelName } from '../../../shared/contract/index.ts';
import type { Contests, Shown } from '../../../electron/engine/evaluation/contest.ts';
import { evaluateStage } from '../../../electron/engine/evaluation/stage.ts';
import { splitStage } from '../../../electron/engine/features/split.ts';
import { StageBench } from '../../support/stage-bench.ts';

let bench: StageBench;
beforeAll(async () => {
  bench = await StageBench.open();
});
afterAll(() => bench.close());

/** 40 users who each rate 10 of 30 films, an hour apart, in years of their own. */
beforeEach(async () => {
  await bench.table('ratings', `
    SELECT u AS user_id, (u * 7 + i * 3) % 30 + 1 AS movie_id, 1 + (u + i) % 5 + 0.0::DOUBLE AS rating, make_timestamp((1000000000 + u * 31556952 + i * 3600) * 1000000) AS rated_at
    FROM range(1, 41) a(u), range(10) b(i)`);
  await bench.table('movies', 'SELECT * FROM range(1, 31) t(movie_id)');
  bench.log.length = 0;
});

/** What a contestant was fitted on and shown; it scores films by their id, the larger the better, and can fail or be slow. */
class Witness implements Pick<Contests<ModelName>, 'parameters' | 'version' | 'memory' | 'hold'> {
  readonly parameters = [];
  readonly version = 1;
  readonly fitted: string[] = [];
  readonly shown: Shown[] = [];
  training: { user: number; movie: number }[] = [];
  fails: ModelName | undefined;
  slowMs = 0;

  memory = () => Promise.resolve(0);

  hold: Contests<ModelName>['hold'] = async ({ session }, { ratings }, work) => {
    this.training = await session.all<{ user: number; movie: number }>(`SELECT user_id AS "user", movie_id AS movie FROM ${ratings}`);
    const counts = new Int32Array(30);
    for (const { movie } of this.training) counts[movie - 1] = (counts[movie - 1] ?? 0) + 1;
    return work({
      movieIds: Int32Array.from({ length: 30 }, (_, at) => at + 1), counts, ratings: this.training.length, users: new Set(this.training.map(({ user }) => user)).size, terms: Array.from(counts, () => []),
      fit: (model) => {
        this.fitted.push(model);
        if (model === this.fails) return Promise.reject(new Error(`${model} failed.`));
        return Promise.resolve({
          seconds: 1.5, params: {}, bytes: 0, close: () => Promise.resolve(),
          score: (shown) => {
            this.shown.push(...shown.map((one) => ({ ...one, positions: one.positions.slice() })));
            for (const until = performance.now() + this.slowMs; performance.now() < until;);
            return Promise.resolve(shown.map(() => Float32Array.from(counts.keys())));
          },
        });
      },
    });
  };
}

const rows = () => bench.all<{ model: string; metric: string; value: number; users: number; of_users: number; protocol: string; definition: string; fit_seconds: number }>('SELECT * FROM store.evaluations ORDER BY ALL');
const one = { 'train.models': ['popularity'], 'evaluate.cutoffs': [3] };

test('no model sees what it is asked for: fitted on train alone, shown what is given', async () => {
  for (const method of ['leave-last-out', 'random', 'by-time', 'by-user']) {
    const witness = new Witness();
    await bench.run(splitStage, { 'split.method': method, 'split.validation_share': 0.1 });
    await bench.run(evaluateStage(witness), { ...one, 'split.method': method });
    const parts = await bench.all<{ user: number; movie: number; part: string; given: boolean }>('SELECT user_id AS "user", movie_id AS movie, part::VARCHAR AS part, given FROM store.splits');
    const pairs = (list: readonly { user: number; movie: number }[]) => list.map(({ user, movie }) => `${user}/${movie}`).toSorted();
    expect(pairs(witness.training)).toEqual(pairs(parts.filter(({ part }) => part === 'train')));

    const asked = new Set(parts.filter(({ part, given }) => part === 'test' && !given).map(({ user }) => user));
    const known = parts.filter(({ part, given, user }) => asked.has(user) && !(part === 'test' && !given));
    expect(pairs(witness.shown.flatMap(({ user, positions }) => [...positions].map((position) => ({ user, movie: position + 1 }))))).toEqual(pairs(known));
  }
});

test('the figures are those of the lists: films with larger ids first, the shown ones left out', async () => {
  await bench.table('splits', `SELECT user_id, movie_id, (CASE WHEN movie_id IN (29, 30) AND user_id <= 4 THEN 'test' ELSE 'train' END)::ENUM('train', 'validation', 'test') AS part, part = 'train' AS given FROM store.ratings`);
  const asked = await bench.all<{ user: number; movies: number[]; seen: number[] }>(`
    SELECT user_id AS "user", list(movie_id) FILTER (part = 'test') AS movies, list(movie_id) FILTER (part = 'train') AS seen FROM store.splits GROUP BY user_id HAVING count(*) FILTER (part = 'test') > 0`);
  const { figures } = await bench.run(evaluateStage(new Witness()), one);
  const recall = asked.reduce((sum, { movies, seen }) => {
    const list = Array.from({ length: 30 }, (_, at) => 30 - at).filter((movie) => !seen.includes(movie)).slice(0, 3);
    return sum + movies.filter((movie) => list.includes(movie)).length / movies.length;
  }, 0) / asked.length;
  expect(asked.length).toBeGreaterThan(1);
  expect(figures).toMatchObject({ 'popularity recall@3': recall });
  expect((await rows()).map(({ metric }) => metric)).toEqual(['coverage', 'hit_rate', 'map', 'mrr', 'ndcg', 'novelty', 'popularity_bias', 'precision', 'recall', 'serendipity']);
});

test('with a threshold only well rated test films are relevant, and users without one are not measured', async () => {
  await bench.run(splitStage);
  await bench.run(evaluateStage(new Witness()), { ...one, 'evaluate.threshold': 4 });
  const { n } = (await bench.all<{ n: number }>(`SELECT count(*) AS n FROM store.ratings JOIN store.splits USING (user_id, movie_id) WHERE part = 'test' AND rating >= 4`))[0] ?? { n: 0 };
  expect(n).toBeGreaterThan(5);
  expect((await rows())[0]).toMatchObject({ users: n, of_users: n });
  expect((await rows())[0]?.protocol).toContain('test ratings from 4 are relevant');
});

test('users of whom nothing is known are not measured, and the table says how many', async () => {
  // After the cut, whole users begin: of them nothing is known before it.
  const method = { 'split.method': 'by-time', 'split.test_share': 0.22 };
  await bench.run(splitStage, method);
  await bench.run(evaluateStage(new Witness()), { ...one, ...method });
  expect((await rows())[0]).toMatchObject({ users: 1, of_users: 1 });
  expect((await rows())[0]?.protocol).toContain('all 1 users with a relevant test film, without 8 of whom nothing else is known');
});

test('more users than allowed are drawn by the seed, and the table says so', async () => {
  const measured = async (seed: number) => {
    const witness = new Witness();
    await bench.run(evaluateStage(witness), { ...one, 'evaluate.max_users': 7, 'engine.seed': seed });
    return witness.shown.map(({ user }) => user);
  };
  await bench.run(splitStage);
  const first = await measured(1);
  expect(first).toHaveLength(7);
  expect((await rows())[0]).toMatchObject({ users: 7, of_users: 40 });
  expect((await rows())[0]?.protocol).toContain('7 users drawn from 40 (seed 1)');
  expect(await measured(2)).not.toEqual(first);
  expect(await measured(1)).toEqual(first);
});

test('definitions can be chosen and stand beside each figure', async () => {
  await bench.run(splitStage);
  await bench.run(evaluateStage(new Witness()), { ...one, 'evaluate.ndcg_ideal': 'full', 'evaluate.recall_of': 'reachable' });
  const definition = (metric: string, table: Awaited<ReturnType<typeof rows>>) => table.find((row) => row.metric === metric)?.definition;
  const table = await rows();
  expect(definition('ndcg', table)).toContain('a list of all relevant films');
  expect(definition('recall', table)).toContain('min(3, relevant films of the user)');
});

test('after a failure, the models that were measured are not measured again', async () => {
  await bench.run(splitStage);
  const witness = new Witness();
  witness.fails = 'ease';
  const settings = { 'train.models': ['popularity', 'ease', 'als'], 'evaluate.cutoffs': [3] };
  await expect(bench.run(evaluateStage(witness), settings)).rejects.toThrow('ease failed.');
  expect(bench.checkpoint.details.at(-1)).toBe('1 of 3 models');
  witness.fails = undefined;
  await bench.run(evaluateStage(witness), settings);
  expect(witness.fitted).toEqual(['popularity', 'ease', 'ease', 'als']);
  expect(new Set((await rows()).map(({ model, fit_seconds }) => `${model} ${fit_seconds}`))).toEqual(new Set(['popularity 1.5', 'ease 1.5', 'als 1.5']));
});

test('a cancel takes effect within a second', async () => {
  await bench.run(splitStage);
  const witness = new Witness();
  witness.slowMs = 100;
  const abort = new AbortController();
  const running = bench.run(evaluateStage(witness), one, { signal: abort.signal });
  while (witness.shown.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const began = performance.now();
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(performance.now() - began).toBeLessThan(1000);
});

test('nothing to measure is said, and the table is empty', async () => {
  await bench.run(splitStage, { 'split.min_ratings': 11 });
  expect(await bench.run(evaluateStage(new Witness()), one)).toMatchObject({ rowsOut: 0, figures: {} });
  expect(bench.log.at(-1)).toBe('warn: No user has a relevant film in the test part, so there is nothing to measure.');
  expect(await rows()).toEqual([]);
});
