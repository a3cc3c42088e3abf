import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../../shared/contract/index.ts';
import { openKernels } from '../../../electron/engine/kernels/index.ts';
import { CONTENT_FEATURES, contentFeatures } from '../../../electron/engine/recommenders/content-features.ts';
import { ratedPositions } from '../../../electron/engine/recommenders/catalogue.ts';
import type { FitContext, History, Model, TrainingData } from '../../../electron/engine/recommenders/recommender.ts';
import { checkedUsers, sequencesOf } from '../../../electron/engine/recommenders/sequences.ts';
import { twoTower } from '../../../electron/engine/recommenders/two-tower.ts';
import { fitContext } from '../../support/fitting.ts';
import { trainingFrom } from '../../support/movielens.ts';
import { genreAt, world, worldRatings } from '../../support/small-world.ts';

const directory = path.resolve(import.meta.dirname, '../../../resources/kernels');
const kernels = openKernels({ directory, threads: 1 });
afterAll(() => kernels.close());

const terms = new Map(Array.from({ length: world.unrated }, (_, i) => [i + 1, [{ kind: 'genre' as const, label: genreAt(i + 1), times: 1 }]]));
const data = trainingFrom(worldRatings(1).map(({ at, ...rating }) => ({ ...rating, time: at })), terms);
const settings = { 'recommenders.two-tower.epochs': 25, 'recommenders.two-tower.patience': 25, 'recommenders.two-tower.rate': 0.01, 'recommenders.two-tower.averaged': 0 };
const contextOf = (more: Partial<FitContext> = {}, set: Record<string, unknown> = {}): FitContext => ({ ...fitContext(more.kernels ?? kernels, { ...settings, ...set }), ...more });

/** What the user in `row` rated, in order, but for the newest ones. */
function historyOf({ ratings, userIds, chronology }: TrainingData, row: number, without: number): History {
  const [from, to] = [ratings.indptr[row] ?? 0, ratings.indptr[row + 1] ?? 0];
  const kept = Array.from({ length: to - from }, (_, at) => from + at).filter((at) => (chronology?.places[at] ?? 0) < to - from - without);
  const order = Int32Array.from(kept.keys()).sort((a, b) => (chronology?.places[kept[a] ?? 0] ?? 0) - (chronology?.places[kept[b] ?? 0] ?? 0));
  return { user: userIds[row] ?? null, positions: Int32Array.from(kept, (at) => ratings.indices[at] ?? 0), ratings: new Float32Array(kept.length).fill(4), weights: new Float32Array(kept.length).fill(1), order };
}
const scoresOf = async (model: Model, history: History) => (await model.foldIn(history)).scores;

describe('two towers', () => {
  it('what is served is what was measured while it trained', async () => {
    const points: CurvePoint[] = [];
    const model = await twoTower.fit(data, contextOf({ curve: (point) => void points.push(point) }));
    const positions = ratedPositions(data.catalogue.counts);
    const { starts, history } = sequencesOf(data, positions);
    const users = checkedUsers(starts, 2000, 42);
    expect(users.length).toBeGreaterThan(10);
    let found = 0;
    for (const user of users) {
      const shown = historyOf(data, user, 1);
      const scores = await scoresOf(model, shown);
      const target = scores[positions[(history[(starts[user + 1] ?? 0) - 1] ?? 0) - 1] ?? -1] ?? 0;
      for (const seen of shown.positions) scores[seen] = Number.NEGATIVE_INFINITY;
      // The film that nobody rated is measured by the model without content of its own.
      found += Number(positions.filter((position) => (scores[position] ?? 0) > target).length < 10);
    }
    const metrics = points.map(({ metric }) => metric ?? 0);
    expect(Math.min(...metrics.map((metric) => Math.abs(metric - found / users.length)))).toBeLessThan(0.1);
    expect(Math.max(...metrics)).toBeGreaterThan(0.35);
    expect(points.at(-1)?.loss).toBeLessThan(points[0]?.loss ?? 0);
  });

  it('learns tastes, for anyone’s history, and places a film that nobody rated by its genre', async () => {
    const model = await twoTower.fit(data, contextOf());
    const genreOf = (position: number) => genreAt(data.catalogue.movieIds[position] ?? 0);
    let right = 0;
    for (let row = 0; row < 60; row++) {
      const shown = { ...historyOf(data, row, 0), user: null };
      const scores = await scoresOf(model, shown);
      for (const seen of shown.positions) scores[seen] = Number.NEGATIVE_INFINITY;
      const best = Array.from(kernels.top(scores, 3));
      right += best.filter((position) => genreOf(position) === genreAt(data.userIds[row] ?? 0)).length / 3;
    }
    expect(right / 60).toBeGreaterThan(0.7);

    const cold = data.catalogue.position(world.unrated) ?? -1;
    expect(data.catalogue.counts[cold]).toBe(0);
    expect(model.knows(cold)).toBe(true);
    const near = model.similar?.(cold, 5) ?? [];
    expect(near.filter(({ position }) => genreOf(position) === genreAt(world.unrated)).length).toBeGreaterThanOrEqual(4);
    // Those who are fond of its genre are told of it before others.
    const rank = async (row: number) => Array.from(await scoresOf(model, { ...historyOf(data, row, 0), user: null })).toSorted((a, b) => b - a).indexOf((await scoresOf(model, { ...historyOf(data, row, 0), user: null }))[cold] ?? 0);
    const fond = data.userIds.findIndex((id) => genreAt(id) === genreAt(world.unrated));
    const other = data.userIds.findIndex((id) => genreAt(id) !== genreAt(world.unrated));
    expect(await rank(fond)).toBeLessThan(await rank(other));
  });

  it('reasons are films of the history, those near it first in weight; what counts against is not read', async () => {
    const model = await twoTower.fit(data, contextOf());
    const shown = historyOf(data, 4, 0);
    const folded = await model.foldIn(shown);
    const [reason] = folded.explain(20);
    expect(reason?.kind).toBe('because-you-rated');
    const evidence = reason?.kind === 'because-you-rated' ? reason.evidence : [];
    expect(evidence.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual(Array.from(shown.positions).toSorted((a, b) => a - b));
    expect(evidence.every(({ contribution }) => Math.abs(contribution) <= 1.0001)).toBe(true);
    const against = shown.weights.map((weight, at) => (at === 0 ? -1 : weight));
    const without = { ...shown, positions: shown.positions.slice(1), ratings: shown.ratings.slice(1), weights: shown.weights.slice(1), order: Int32Array.from(shown.order).filter((at) => at > 0).map((at) => at - 1) };
    expect(await scoresOf(model, { ...shown, weights: against })).toEqual(await scoresOf(model, without));
  });

  it('the same bytes on one thread and two, and after an interruption', async () => {
    const few = { 'recommenders.two-tower.epochs': 4 };
    const whole = (await twoTower.fit(data, contextOf({}, few))).save().arrays;
    const two = openKernels({ directory, threads: 2 });
    expect((await twoTower.fit(data, contextOf({ kernels: two }, few))).save().arrays).toEqual(whole);
    await two.close();

    let state: Uint8Array | undefined;
    const abort = new AbortController();
    const kept: FitContext['keep'] = () => Promise.resolve({
      state, due: () => state === undefined,
      keep: (bytes) => {
        state = bytes.slice();
        abort.abort();
        return Promise.resolve();
      },
    });
    await expect(twoTower.fit(data, contextOf({ keep: kept, signal: abort.signal }, few))).rejects.toMatchObject({ code: 'cancelled' });
    expect(state).toBeDefined();
    expect((await twoTower.fit(data, contextOf({ keep: kept }, few))).save().arrays).toEqual(whole);
  });

  it('a cancel takes effect within .3 s', async () => {
    const abort = new AbortController();
    const began = Promise.withResolvers<void>();
    const fitting = twoTower.fit(data, contextOf({ signal: abort.signal, progress: () => began.resolve() }, { 'recommenders.two-tower.epochs': 1000, 'recommenders.two-tower.patience': 1000 }));
    await began.promise;
    const asked = performance.now();
    abort.abort();
    await expect(fitting).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(300);
  });

  it('refuses what does not fit into memory, and ratings that follow nothing, with advice', async () => {
    await expect(twoTower.fit(data, contextOf({ memory: () => 1e6 }))).rejects.toMatchObject({ code: 'out-of-memory', message: expect.stringContaining('two-tower needs about'), hint: expect.stringContaining('width') });
    const single = trainingFrom([{ user: 1, film: 1, rating: 4, time: 1 }, { user: 2, film: 2, rating: 4, time: 1 }]);
    await expect(twoTower.fit(single, contextOf())).rejects.toMatchObject({ code: 'not-ready', message: expect.stringContaining('no user has two ratings') });
    const size = { users: 200_000, films: 87_000, ratings: 32e6, terms: 0 };
    expect(twoTower.memory(size, contextOf())).toBeGreaterThan(5e8);
    expect(twoTower.memory(size, contextOf())).toBeLessThan(4e9);
    expect(twoTower.seconds?.(size, contextOf())).toBeGreaterThan(600);
  });
});

it('content: genres as they are, tags by a hash, nothing where nothing is said', () => {
  const features = contentFeatures([[{ kind: 'genre', label: 'Drama', times: 1 }, { kind: 'genre', label: 'War', times: 1 }], [], [{ kind: 'genre', label: 'Drama', times: 1 }, { kind: 'tag', label: 'heist', times: 3 }], [{ kind: 'tag', label: 'heist', times: 1 }]]);
  const row = (film: number) => features.subarray(film * CONTENT_FEATURES, (film + 1) * CONTENT_FEATURES);
  expect(Array.from(row(0)).filter((value) => value !== 0)).toEqual([expect.closeTo(Math.SQRT1_2), expect.closeTo(Math.SQRT1_2)]);
  expect(row(0)[0]).toBeGreaterThan(0);
  expect(row(1).every((value) => value === 0)).toBe(true);
  expect(Math.hypot(...row(2).subarray(24))).toBeCloseTo(1);
  expect(row(3).subarray(24)).toEqual(row(2).subarray(24));
});
