import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Protocol, ReelbenchError, type Trial, TuneRequest } from '../../../shared/contract/index.ts';
import type { Contests } from '../../../electron/engine/evaluation/contest.ts';
import { foldsOf } from '../../../electron/engine/evaluation/folds.ts';
import { interactionsOf } from '../../../electron/engine/evaluation/interactions.ts';
import { openKernels } from '../../../electron/engine/kernels/index.ts';
import type { Head, Record } from '../../../electron/engine/tuning/records.ts';
import { search, type Tools } from '../../../electron/engine/tuning/search.ts';
import { trainingPart } from '../../../electron/engine/tuning/training-part.ts';
import { defaultParameters } from '../../../electron/engine/workspace/parameters.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';

const kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
afterAll(() => kernels.close());

const FILMS = 40;
/** Users who rate twelve films each by chance. */
function partOf(users: number, seed: number) {
  const random = seededRandom(seed);
  const rows = Array.from({ length: users }, (_, user) => Array.from({ length: FILMS }, (__, film) => ({ film, key: random() })).toSorted((a, b) => a.key - b.key).slice(0, 12).map(({ film }, at) => ({ user: user + 1, film, at }))).flat();
  const interactions = interactionsOf({ users: Int32Array.from(rows, ({ user }) => user), films: Int32Array.from(rows, ({ film }) => film), ratings: new Float32Array(rows.length).fill(4), seconds: Int32Array.from(rows, ({ at }) => at) });
  const protocol = Protocol.parse({ name: 'random', share: 0.2, seed });
  return { protocol, part: trainingPart({ interactions, foldCount: 1, titles: new Map(), warnings: [], print: () => Promise.resolve(''), folds: () => foldsOf(interactions, protocol), terms: () => Array.from({ length: FILMS }, () => []) }, protocol) };
}

interface World {
  /** How much a model with this lambda favours what is asked for; none of them by default: all are equal. */
  readonly skill?: (lambda: number) => number;
  readonly fit?: (lambda: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** A model that scores by chance, and by its skill. */
function contestsOf({ skill = () => 0, fit = () => Promise.resolve() }: World, users: number, seed: number): Pick<Contests<'ease'>, 'on'> {
  const wanted = new Map<number, Set<number>>();
  for (const half of ['trials', 'check'] as const) {
    const { part } = partOf(users, seed);
    const { userIds, wanted: of } = part.cases(half, part.training(1).counts, 1);
    userIds.forEach((user, row) => wanted.set(user, new Set(of.indices.subarray(of.indptr[row], of.indptr[row + 1]))));
  }
  return {
    on: (training, environment) => ({
      movieIds: training.movieIds, counts: training.counts, ratings: training.ratings.indices.length, users: training.userIds.length, terms: training.terms,
      async fit(_model, params = {}) {
        const lambda = Number(params['lambda']);
        await fit(lambda, environment.signal);
        return {
          seconds: 0, params, bytes: 0, close: () => Promise.resolve(),
          score: (shown) => Promise.resolve(shown.map(({ user }) => {
            const random = seededRandom(user * 7919 + Math.round(lambda * 1000));
            return Float32Array.from({ length: FILMS }, (_, film) => random() + (wanted.get(user)?.has(film) ? skill(lambda) : 0));
          })),
        };
      },
    }),
  };
}

async function run({ users = 200, seed = 1, trials = 6, seconds = null, before = [], signal, ...world }: World & { users?: number; seed?: number; trials?: number; seconds?: number | null; before?: Trial[]; signal?: AbortSignal } = {}) {
  const { protocol, part } = partOf(users, seed);
  const request = TuneRequest.parse({ model: 'ease', protocol, trials, seconds, space: [{ path: 'lambda', low: 1, high: 1000, log: true }] });
  const record: Record = {
    id: 'x', createdAt: '', request, state: 'running', seconds: 0, trials: before, best: null, space: request.space, check: null, verdict: null, jobId: null, applied: false, error: null,
    current: { lambda: 100 }, rounds: 1, fingerprint: '', basis: '',
  };
  const kept: { head: Head; trial: Trial | undefined }[] = [];
  const said: string[] = [];
  const nothing = () => undefined;
  const tools: Tools = {
    contests: contestsOf(world, users, seed) as Contests<'ease'>, environment: { kernels, parameters: defaultParameters }, clock: () => new Date(), effort: undefined,
    job: { signal: signal ?? new AbortController().signal, phase: nothing, progress: nothing, phaseState: nothing, log: (level, message) => void said.push(`${level}: ${message}`) },
    keep: (head, trial) => {
      kept.push({ head, trial });
      return Promise.resolve();
    },
  };
  const work = search(record, part, tools);
  return { kept, said, result: await work.then((done) => ({ done, error: undefined }), (error: unknown) => ({ done: undefined, error })) };
}

/** Waits, unless it is told not to. */
const wait = (milliseconds: number, signal: AbortSignal | undefined) => new Promise<void>((resolve, reject) => {
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(new ReelbenchError('cancelled', 'Cancelled.'));
  }, { once: true });
});

describe('trials', () => {
  test('what does not fit into memory is a failed trial with its reason, and the others go on', async () => {
    const { result, said } = await run({
      trials: 12,
      fit: (lambda) => (lambda < 30 ? Promise.reject(new ReelbenchError('out-of-memory', `EASE with ${lambda} needs 9,000 MB.`, { hint: 'Take a larger one.' })) : Promise.resolve()),
    });
    const failed = result.done?.trials.filter(({ state }) => state === 'failed') ?? [];
    expect(failed.length).toBeGreaterThan(1);
    expect(failed.every(({ error, params, value }) => value === null && error === `EASE with ${Number(params['lambda'])} needs 9,000 MB. Take a larger one.`)).toBe(true);
    expect(result.done?.trials).toHaveLength(12);
    expect(result.done?.state).toBe('done');
    expect(said.some((line) => line.startsWith('warn: Trial'))).toBe(true);
  });

  test('the time is kept: the trial that runs is cancelled when it is over, and is not counted', async () => {
    const began = performance.now();
    const { result } = await run({ trials: 1000, seconds: 2, fit: (_, signal) => wait(200, signal) });
    expect(result.error).toBeUndefined();
    expect((performance.now() - began) / 1000).toBeLessThan(3);
    const ended = result.done?.trials.filter(({ state }) => state === 'done') ?? [];
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.length).toBeLessThan(10);
    expect(result.done?.trials.every(({ state }) => state === 'done' || state === 'stopped')).toBe(true);
  });

  test('time too short for one trial: said, and nothing found', async () => {
    const { result } = await run({ seconds: 0.05, fit: (_, signal) => wait(5000, signal) });
    expect(result.done).toMatchObject({ best: null, check: null, verdict: 'The time was over before a trial ended.', trials: [{ state: 'stopped', error: 'The time of the search was over.' }] });
  });

  test('cancelled: at once, what ended is kept, and going on gives the same trials', async () => {
    const whole = (await run({ skill: (lambda) => 1 / lambda })).result.done;
    const abort = new AbortController();
    const asked = setTimeout(() => abort.abort(), 250);
    const { kept, result } = await run({ skill: (lambda) => 1 / lambda, fit: (_, signal) => wait(80, signal), signal: abort.signal });
    clearTimeout(asked);
    expect(result.error).toMatchObject({ code: 'cancelled' });
    expect(kept.at(-1)?.head).toMatchObject({ state: 'stopped', jobId: null });
    const ended = kept.flatMap(({ trial }) => (trial?.state === 'done' ? [trial] : []));
    expect(ended.length).toBeGreaterThan(0);
    const resumed = (await run({ skill: (lambda) => 1 / lambda, before: ended })).result.done;
    const figures = (trials: readonly Trial[] | undefined) => trials?.map(({ number, params, value, low, high }) => ({ number, params, value, low, high }));
    expect(figures(resumed?.trials)).toEqual(figures(whole?.trials));
    expect(resumed?.check).toEqual(whole?.check);
  });
});

describe('is the best really better?', () => {
  test('where one is: said, and by how much on users that no trial saw', async () => {
    const { result } = await run({ users: 400, trials: 15, skill: (lambda) => (lambda < 20 ? 0.5 : 0) });
    expect(Number(result.done?.best?.params['lambda'])).toBeLessThan(20);
    expect(result.done?.check).toMatchObject({ distinct: true, metric: 'ndcg@10' });
    expect(result.done?.check?.difference).toBeGreaterThan(0);
    expect(result.done?.verdict).toMatch(/^The parameters found are better than those as they stood, on users that no trial was measured on\. EASE lambda=[\d.]+ is better than EASE as it stood by \.\d+ NDCG@10/);
  });

  test('where all are equal: the best of thirty looks better in the search, and the check says that it is not shown', async () => {
    const [runs, seeds] = [12, 100];
    let [gain, checked, claimed] = [0, 0, 0];
    for (let seed = seeds; seed < seeds + runs; seed++) {
      const { done } = (await run({ users: 120, trials: 30, seed })).result;
      if (!done?.check || !done.best) continue;
      gain += done.best.value - (done.trials[0]?.value ?? 0);
      checked += done.check.difference;
      claimed += Number(done.check.distinct);
      expect(done.verdict).toContain('looks better than it is');
    }
    console.log(`Thirty equal sets of parameters, ${runs} searches: the best is ahead by ${(gain / runs).toFixed(3)} in the search, by ${(checked / runs).toFixed(3)} on other users; called better ${claimed} times.`);
    expect(gain / runs).toBeGreaterThan(0.03);
    expect(Math.abs(checked / runs)).toBeLessThan(gain / runs / 2);
    expect(claimed).toBeLessThanOrEqual(2);
  });
});
