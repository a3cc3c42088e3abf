import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SearchDimension, type Trial, TuneRequest } from '../../../shared/contract/index.ts';
import { bestTrial, nextTrial, roundSizes, type Search } from '../../../electron/engine/tuning/plan.ts';
import { checkDimensions, drawParams } from '../../../electron/engine/tuning/space.ts';

const lambda: SearchDimension = { path: 'lambda', low: 1, high: 1000, log: true, integer: false };
const factors: SearchDimension = { path: 'factors', low: 8, high: 64, log: false, integer: true };
const choice: SearchDimension = { path: 'similarity', values: ['cosine', 'bm25'], log: false, integer: false };

function searchOf(change: Partial<Search['request']> = {}, space: readonly SearchDimension[] = [lambda, factors, choice], rounds = 3): Search {
  const request = TuneRequest.parse({ model: 'ease', protocol: { name: 'random', seed: 7 }, ...change });
  return { request, space, current: { lambda: 250, factors: 32, similarity: 'cosine' }, rounds };
}

/** Goes through a search whose trials are worth what `value` says; null fails. */
function played(search: Search, value: (params: Trial['params'], budget: number) => number | null, upTo = 1000): Trial[] {
  const trials: Trial[] = [];
  for (let planned = nextTrial(search, trials); planned && trials.length < upTo; planned = nextTrial(search, trials)) {
    const worth = value(planned.params, planned.budget);
    trials.push({ ...planned, value: worth, low: worth, high: worth, seconds: 1, state: worth === null ? 'failed' : 'done', error: worth === null ? 'No.' : null });
  }
  return trials;
}

const nearTen = ({ lambda: at }: Trial['params']) => -Math.abs(Math.log(Number(at) / 10));

describe('random search', () => {
  test('the parameters as they stand first, then draws within the ranges, none twice', () => {
    const trials = played(searchOf({ trials: 60 }), nearTen);
    expect(trials).toHaveLength(60);
    expect(trials[0]).toMatchObject({ number: 0, current: true, params: { lambda: 250, factors: 32, similarity: 'cosine' }, budget: 1, round: 0 });
    for (const { params, current } of trials.slice(1)) {
      expect(current).toBe(false);
      expect(Number(params['lambda'])).toBeGreaterThanOrEqual(1);
      expect(Number(params['lambda'])).toBeLessThanOrEqual(1000);
      expect(Number.isInteger(params['factors'])).toBe(true);
      expect(['cosine', 'bm25']).toContain(params['similarity']);
    }
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(60);
    // Orders of magnitude are as likely as one another.
    const below = trials.filter(({ params }) => Number(params['lambda']) < 31.6).length;
    expect(below).toBeGreaterThan(18);
    expect(below).toBeLessThan(42);
  });

  test('the same seed gives the same trials, wherever it was interrupted; another seed gives others', () => {
    const all = played(searchOf(), nearTen);
    for (const at of [1, 5, 19]) expect(nextTrial(searchOf(), all.slice(0, at))).toMatchObject({ number: at, params: all[at]?.params });
    const other = played(searchOf({ protocol: TuneRequest.parse({ model: 'ease', protocol: { name: 'random', seed: 8 } }).protocol }), nearTen);
    expect(other.slice(1).map(({ params }) => params)).not.toEqual(all.slice(1).map(({ params }) => params));
  });

  test('a space that was tried as a whole ends the search', () => {
    const trials = played({ ...searchOf({ trials: 50 }, [choice]), current: { similarity: 'cosine' } }, () => 1);
    expect(trials.map(({ params }) => params['similarity'])).toEqual(['cosine', 'bm25']);
  });
});

describe('successive halving', () => {
  test('a third of each round goes on with three times the budget, within the trials that it was given', () => {
    for (const trials of [13, 20, 40, 100]) {
      const made = played(searchOf({ method: 'halving', trials }), nearTen);
      expect(made.length).toBeLessThanOrEqual(trials);
      expect(made.length).toBeGreaterThan(0.8 * trials);
      const rounds = [0, 1, 2].map((round) => made.filter((trial) => trial.round === round));
      expect(rounds.map(([first]) => first?.budget)).toEqual([expect.closeTo(1 / 9), expect.closeTo(1 / 3), 1]);
      expect(rounds.map(({ length }) => length)).toEqual(roundSizes(trials, 3));
      for (const round of [1, 2]) {
        const before = rounds[round - 1]?.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0)).slice(0, rounds[round]?.length) ?? [];
        expect(rounds[round]?.map(({ params }) => params)).toEqual(before.map(({ params }) => params));
      }
    }
  });

  test('few trials or few users make fewer rounds', () => {
    expect(roundSizes(3, 3)).toEqual([3]);
    expect(roundSizes(8, 3)).toEqual([6, 2]);
    expect(roundSizes(20, 1)).toEqual([20]);
    expect(played(searchOf({ method: 'halving', trials: 3 }), nearTen).every(({ budget }) => budget === 1)).toBe(true);
  });

  test('for errors less is better; the best is of the last round', () => {
    const trials = played(searchOf({ method: 'halving', metric: 'rmse', trials: 13 }), (params, budget) => 1 - nearTen(params) + budget);
    const best = bestTrial(trials, 'rmse');
    expect(best?.round).toBe(2);
    expect(best?.params).toEqual(trials.filter(({ round }) => round === 0).toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0))[0]?.params);
  });

  test('failed trials go no further, and all failed end the search', () => {
    const odd = played(searchOf({ method: 'halving', trials: 20 }), (params) => (params['similarity'] === 'bm25' ? null : nearTen(params)));
    expect(odd.filter(({ round }) => round > 0).every(({ params }) => params['similarity'] === 'cosine')).toBe(true);
    expect(bestTrial(odd, 'ndcg@10')?.state).toBe('done');
    const none = played(searchOf({ method: 'halving', trials: 20 }), () => null);
    expect(none.every(({ round }) => round === 0)).toBe(true);
    expect(bestTrial(none, 'ndcg@10')).toBeUndefined();
  });
});

test('every search ends, and no trial depends on anything but those before it', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.constantFrom('random' as const, 'halving' as const), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 40 }), (trials, method, rounds, cut) => {
    const search = searchOf({ trials, method }, [lambda, choice], rounds);
    const value = (params: Trial['params'], budget: number) => (Number(params['lambda']) > 500 ? null : nearTen(params) + 0.1 * budget);
    const all = played(search, value, 1001);
    expect(all.length).toBeLessThanOrEqual(trials);
    expect(all.map(({ number }) => number)).toEqual([...all.keys()]);
    const some = all.slice(0, cut);
    expect(nextTrial(search, some)?.params).toEqual(all[some.length]?.params);
  }), { numRuns: 60 });
});

test('a space that cannot be searched is refused, with what to do', () => {
  const refuse = (dimension: Partial<SearchDimension>, more: SearchDimension[] = []) => () => checkDimensions([{ path: 'lambda', log: false, integer: false, ...dimension }, ...more]);
  expect(refuse({ low: 10, high: 1 })).toThrow(/lambda: a range goes from its lower end/);
  expect(refuse({ low: 1 })).toThrow(/lower end/);
  expect(refuse({ low: 0, high: 1, log: true })).toThrow(/begins above 0, not at 0/);
  expect(refuse({ values: [] })).toThrow(/no value to choose from/);
  expect(refuse({ low: 1, high: 2 }, [lambda])).toThrow(/named twice/);
  expect(drawParams([{ ...lambda, low: 5, high: 5 }], 1, 3, [])).toEqual({ lambda: 5 });
});
