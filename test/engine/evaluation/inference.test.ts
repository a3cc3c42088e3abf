import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrap } from '../../../electron/engine/evaluation/inference/bootstrap.ts';
import { compare } from '../../../electron/engine/evaluation/inference/compare.ts';
import { holm } from '../../../electron/engine/evaluation/inference/holm.ts';
import { normalQuantile, normalShare, studentQuantile } from '../../../electron/engine/evaluation/inference/normal.ts';
import { GROUPS, pair, type UserValues } from '../../../electron/engine/evaluation/inference/paired.ts';
import { signFlip } from '../../../electron/engine/evaluation/inference/sign-flip.ts';
import { gaussian, type Random, seededRandom } from '../../../electron/engine/workspace/random.ts';

const users = (count: number) => Int32Array.from({ length: count }, (_, at) => at * 3 + 1);
const of = (values: readonly number[] | Float64Array): UserValues => ({ users: users(values.length), values: Float64Array.from(values) });
const models = (entries: Record<string, readonly number[] | Float64Array>) => new Map(Object.entries(entries).map(([label, values]) => [label, of(values)]));
const drawn = (count: number, draw: () => number) => Float64Array.from({ length: count }, draw);

describe('by hand', () => {
  test('quantiles are those of the tables', () => {
    for (const [p, z] of [[0.975, 1.959964], [0.8, 0.841621], [0.001, -3.090232], [0.5, 0]] as const) {
      expect(normalQuantile(p)).toBeCloseTo(z, 5);
      expect(normalShare(z)).toBeCloseTo(p, 6);
    }
    for (const [freedom, t] of [[4, 2.776], [9, 2.262], [30, 2.042], [600, 1.964]] as const) expect(Math.abs(studentQuantile(0.975, freedom) - t)).toBeLessThan(0.01);
  });

  test('Holm’s correction, the example of his paper’s kind', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  test('few differences: all ways to turn their signs, by count', async () => {
    // All five of one sign: two of 32 ways are as extreme. Five folds can never do better.
    expect(await signFlip(Float64Array.of(1, 2, 3, 4, 5), 1)).toBe(2 / 32);
    expect(await signFlip(Float64Array.of(1, -1), 1)).toBe(1);
    expect(await signFlip(Float64Array.of(0, 0, 0), 1)).toBe(1);
    expect(await signFlip(new Float64Array(0), 1)).toBe(1);
    // Differences of 0 say nothing either way.
    expect(await signFlip(Float64Array.of(1, 0, 2, 0, 3), 1)).toBe(2 / 8);
    // 0.1 + 0.2 is not 0.3: sums that are equal but for their last bits count as equal.
    expect(await signFlip(Float64Array.of(0.1, 0.2, -0.3), 1)).toBe(1);
  });

  test('many differences: drawn ways give what all ways give', async () => {
    const random = seededRandom(3);
    const differences = drawn(20, () => gaussian(random) + 0.55);
    let extreme = 0;
    const total = differences.reduce((sum, value) => sum + value, 0);
    for (let way = 0; way < 2 ** 20; way++) {
      let sum = 0;
      for (let at = 0; at < 20; at++) sum += (way >> at) & 1 ? (differences[at] ?? 0) : -(differences[at] ?? 0);
      if (Math.abs(sum) >= Math.abs(total) - 1e-12) extreme++;
    }
    const exact = extreme / 2 ** 20;
    expect(exact).toBeLessThan(0.05);
    expect(Math.abs((await signFlip(differences, 9)) / exact - 1)).toBeLessThan(0.15);
  });

  test('figures of one comparison', async () => {
    const [only] = await compare(models({ b: [0, 0.5, 0.25, 0], a: [0.5, 0.5, 0.75, 0.25] }), { metric: 'ndcg@10', seed: 1 });
    expect(only).toMatchObject({ a: 'a', b: 'b', users: 4, difference: 0.3125, family: 1, pairs: 'users', p: 2 / 8, adjustedP: 2 / 8, distinct: false });
    // Deviation .2394, so d_z is .3125 / .2394, and 2.8016 deviations ÷ √4 can be seen.
    expect(only?.effect).toBeCloseTo(1.3055, 3);
    expect(only?.detectable).toBeCloseTo(0.3353, 3);
    expect(only?.needed).toBe(5);
  });
});

describe('sentences', () => {
  const random = seededRandom(11);
  const base = drawn(400, () => Math.max(0, gaussian(random) * 0.2 + 0.1));
  const better = base.map((value) => value + 0.02 + 0.03 * gaussian(random));

  test('a difference is told from the better one’s side, whichever way the metric counts', async () => {
    const [gain] = await compare(models({ als: base, ease: better }), { metric: 'ndcg@10', seed: 2 });
    expect(gain?.sentence).toMatch(/^EASE is better than ALS by \.021 NDCG@10, 95 % interval \.018 to \.024; this is unlikely to be chance \(p below \.001, 400 users\)\.$/);
    const [error] = await compare(models({ svd: base, svdpp: better }), { metric: 'rmse', seed: 2 });
    expect(error).toMatchObject({ a: 'svd', b: 'svdpp' });
    expect(error?.difference).toBeLessThan(0);
    expect(error?.sentence).toMatch(/^SVD is better than SVD\+\+ by \.0\d\d RMSE of a user, 95 % interval \.0/);
  });

  test('what cannot be told says what could be, and what it would take', async () => {
    const near = base.map((value) => value + 0.001 + 0.1 * gaussian(random));
    const [only] = await compare(models({ 'item-knn': base, 'ease lambda=250': near }), { metric: 'hit-rate@10', seed: 2 });
    expect(only?.sentence).toMatch(/is ahead of .* hit rate@10, 95 % interval −\.\d+ to \.\d+; this cannot be told from chance \(p = \.\d+, 400 users\)\. With 400 users a difference of \.\d+ is found four times out of five\. To find this one, about [\d,]+ users would be needed\.$/);
    expect(only?.sentence).toContain('EASE lambda=250');
    expect(only?.sentence).toContain('item kNN');
  });

  test('models that are alike, that share no user, and folds', async () => {
    expect((await compare(models({ a: base, b: base }), { metric: 'ndcg@10', seed: 1 }))[0]).toMatchObject({ difference: 0, p: 1, effect: 0, distinct: false, needed: null, sentence: 'a and b are alike in NDCG@10 for each of 400 users.' });
    const apart = new Map([['a', of([1, 2])], ['b', { users: Int32Array.of(900, 901), values: Float64Array.of(1, 2) }]]);
    expect((await compare(apart, { metric: 'ndcg@10', seed: 1 }))[0]).toMatchObject({ users: 0, difference: 0, low: 0, high: 0, p: 1, sentence: 'a and b have no user in common for NDCG@10, so they cannot be compared.' });
    expect((await compare(models({ a: [0.91, 0.92, 0.93, 0.9, 0.91], b: [0.93, 0.93, 0.95, 0.91, 0.92] }), { metric: 'rmse', seed: 1, pairs: 'folds' }))[0]?.sentence).toMatch(/5 folds/);
    expect((await compare(models({ a: [1], b: [0] }), { metric: 'ndcg@10', seed: 1 }))[0]).toMatchObject({ users: 1, effect: null, detectable: null, low: 1, high: 1 });
  });
});

describe('whatever the figures', () => {
  const values = fc.array(fc.constantFrom(0, 0, 0.25, 0.5, 1), { minLength: 1, maxLength: 40 });

  test('users may stand anywhere: only those that both have count', async () => {
    const a = { users: Int32Array.of(1, 2, 5, 9), values: Float64Array.of(0.1, 0.9, 0.3, Number.NaN) };
    const b = { users: Int32Array.of(2, 3, 5, 9), values: Float64Array.of(0.5, 0.5, 0.1, 0.2) };
    expect(pair(a, b, 1)).toMatchObject({ pairs: 2, mean: expect.closeTo(0.3), sums: Float64Array.of(0.4, 0.19999999999999998) });
  });

  test('the other way round is the same comparison; and the interval holds the difference', async () => {
    await fc.assert(fc.asyncProperty(values, fc.integer({ min: 1, max: 99 }), async (list, seed) => {
      const random = seededRandom(seed);
      const other = list.map((value) => value + (random() < 0.5 ? 0 : random() - 0.5));
      const [one, turned] = [await compare(models({ x: list, y: other }), { metric: 'mrr@10', seed }), await compare(models({ y: other, x: list }), { metric: 'mrr@10', seed })];
      const [c] = one;
      if (!c) throw new Error('No comparison.');
      // Of models that are equal on average either may stand first.
      expect(c.difference === 0 ? [c] : turned).toEqual([c]);
      expect(c.difference).toBeGreaterThanOrEqual(0);
      expect(c.low).toBeLessThanOrEqual(c.difference + 1e-12);
      expect(c.high).toBeGreaterThanOrEqual(c.difference - 1e-12);
      expect(c.p).toBeGreaterThan(0);
      expect(c.adjustedP).toBeLessThanOrEqual(1);
    }), { numRuns: 25 });
  });

  test('adjusted p is never below p, keeps its order, and a reference changes no figure', async () => {
    const random = seededRandom(21);
    const field = models(Object.fromEntries(['popularity', 'item-knn', 'als', 'ease'].map((label, at) => [label, drawn(300, () => Math.max(0, gaussian(random) + at * 0.12))])));
    const all = await compare(field, { metric: 'ndcg@10', seed: 5 });
    expect(all).toHaveLength(6);
    const byP = all.toSorted((a, b) => a.p - b.p);
    byP.forEach(({ p, adjustedP }, at) => {
      expect(adjustedP).toBeGreaterThanOrEqual(p);
      expect(adjustedP).toBeGreaterThanOrEqual(byP[at - 1]?.adjustedP ?? 0);
    });
    const against = await compare(field, { metric: 'ndcg@10', seed: 5, against: 'als' });
    expect(against.map(({ b }) => b)).toEqual(['als', 'als', 'als']);
    for (const one of against) {
      const same = all.find(({ a, b }) => (a === one.a && b === one.b) || (a === one.b && b === one.a));
      expect([same?.adjustedP, Math.abs(same?.difference ?? 0)]).toEqual([one.adjustedP, Math.abs(one.difference)]);
    }
    await expect(compare(field, { metric: 'ndcg@10', seed: 5, against: 'svd' })).rejects.toMatchObject({ code: 'not-found', hint: 'There are popularity, item-knn, als, ease.' });
  });

  test('a cancel is noticed, and p below .001 is told after fourteen models’ correction', async () => {
    const abort = new AbortController();
    const random = seededRandom(4);
    const many = models(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`m${at}`, drawn(20_000, () => random())])));
    const running = compare(many, { metric: 'ndcg@10', seed: 1, signal: abort.signal });
    setTimeout(() => abort.abort(), 30);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    const p = await signFlip(drawn(300, () => gaussian(random) + 1), 1);
    expect(p * 91).toBeLessThan(0.001);
  });
});

/** Runs of a simulation: more with REELBENCH_SIMULATIONS=5000, say. */
const runs = (usual: number) => Number(process.env['REELBENCH_SIMULATIONS'] ?? usual);

/** Two models’ metric of one user, in the shapes that evaluations have. `apart` moves the first one. */
const shapes: Record<string, (random: Random) => number> = {
  // One film is asked for: 0 for nine users of ten, else by its rank.
  'leave-last-out, one hit in ten': (random) => {
    const [shared, own] = [random(), random() < 0.7];
    const gain = (chance: number) => ((own ? shared : random()) < chance ? 1 / Math.log2(2 + Math.floor(10 * random())) : 0);
    return gain(0.12) - gain(0.1);
  },
  'leave-last-out, one hit in three': (random) => {
    const [shared, own] = [random(), random() < 0.8];
    const gain = (chance: number) => ((own ? shared : random()) < chance ? 1 / Math.log2(2 + Math.floor(10 * random())) : 0);
    return gain(0.3) - gain(0.28);
  },
  'random split': (random) => {
    const user = gaussian(random);
    const value = (level: number) => ndcgLike(level + 0.9 * user + 0.8 * gaussian(random));
    return value(-1.6) - value(-1.7);
  },
  'random split, mostly 0': (random) => {
    const user = gaussian(random);
    const value = (level: number) => ndcgLike(level + 0.9 * user + 0.8 * gaussian(random));
    return value(-2.6) - value(-2.8);
  },
  'skewed to one side': (random) => Math.exp(0.8 * gaussian(random)) - Math.exp(0.8 * gaussian(random)) * 0.3,
  'errors of ratings': (random) => (0.6 + 0.3 * Math.abs(gaussian(random))) * (0.02 + 0.12 * gaussian(random)),
};

function ndcgLike(x: number): number {
  const value = 1 / (1 + Math.exp(-x));
  return value < 0.12 ? 0 : Math.round(value * 20) / 20;
}

describe('simulations', () => {
  test('intervals hold the true difference 93 to 97 times of 100', async () => {
    const count = runs(240);
    const random = seededRandom(2024);
    const lines: string[] = [];
    let [held, all] = [0, 0];
    for (const [name, draw] of Object.entries(shapes)) {
      const truth = drawn(200_000, () => draw(random)).reduce((sum, value) => sum + value, 0) / 200_000;
      const found: number[] = [];
      for (const people of [200, 400]) {
        let hits = 0;
        for (let from = 0; from < count; from += 300) {
          const samples = Array.from({ length: Math.min(300, count - from) }, () => pair(of(drawn(people, () => draw(random))), of(new Float64Array(people)), 1));
          for (const { low, high } of await bootstrap(samples, from + people)) hits += Number(low <= truth && truth <= high);
        }
        held += hits;
        all += count;
        found.push(hits / count);
      }
      lines.push(`${name.padEnd(34)} ${found.map((share) => `${(100 * share).toFixed(1)} %`).join('   ')}`);
    }
    console.log(`Intervals that hold the truth, of ${count} with 200 and of ${count} with 400 users:\n${lines.join('\n')}\nall ${(100 * held / all).toFixed(1)} %`);
    expect(held / all).toBeGreaterThan(0.93);
    expect(held / all).toBeLessThan(0.97);
  });

  test('of six equal models, a difference is found in less than 5 of 100 evaluations', async () => {
    const count = runs(300);
    const random = seededRandom(77);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    let [corrected, plain] = [0, 0];
    for (let run = 0; run < count; run++) {
      const level = drawn(300, () => gaussian(random));
      const field = names.map(() => of(level.map((user) => ndcgLike(-1.8 + 0.9 * user + 0.8 * gaussian(random)))));
      const values: number[] = [];
      for (const [at, a] of field.entries()) for (const b of field.slice(at + 1)) values.push(await signFlip(pair(a, b, run).sums, run));
      corrected += Number(holm(values).some((p) => p < 0.05));
      plain += Number(values.some((p) => p < 0.05));
    }
    console.log(`Six equal models, 15 comparisons, ${count} evaluations: a difference is found in ${(100 * corrected / count).toFixed(1)} % with Holm’s correction, in ${(100 * plain / count).toFixed(1)} % without.`);
    expect(corrected / count).toBeLessThan(0.05);
    expect(plain / count).toBeGreaterThan(0.2);
  });

  test('a difference of the size that is called detectable is found four times out of five', async () => {
    const count = runs(150);
    const random = seededRandom(5);
    const size = (1.959964 + 0.841621) / Math.sqrt(100);
    let [found, half] = [0, 0];
    for (let run = 0; run < count; run++) {
      const noise = drawn(100, () => gaussian(random));
      found += Number((await signFlip(noise.map((value) => value + size), run)) < 0.05);
      half += Number((await signFlip(noise.map((value) => value + size / 2), run)) < 0.05);
    }
    console.log(`Power over ${count} runs of 100 users: ${(100 * found / count).toFixed(1)} % at the detectable difference, ${(100 * half / count).toFixed(1)} % at half of it.`);
    expect(Math.abs(found / count - 0.8)).toBeLessThan(0.08);
    expect(half / count).toBeLessThan(0.4);
  });

  test('grouped users give the interval and p of single ones', async () => {
    const random = seededRandom(8);
    const differences = drawn(3 * GROUPS, () => (random() < 0.8 ? 0 : gaussian(random) + 0.07));
    const grouped = pair(of(differences), of(new Float64Array(differences.length)), 3);
    expect(grouped.sums).toHaveLength(GROUPS);
    const [ends] = await bootstrap([grouped], 4);
    const half = (1.96 * grouped.deviation) / Math.sqrt(differences.length);
    expect(Math.abs(((ends?.low ?? 0) - (grouped.mean - half)) / half)).toBeLessThan(0.08);
    expect(Math.abs(((ends?.high ?? 0) - (grouped.mean + half)) / half)).toBeLessThan(0.08);
    const single = await signFlip(differences, 6);
    expect(Math.abs((await signFlip(grouped.sums, 6)) - single)).toBeLessThan(0.25 * single + 0.0005);
  });

  test('200,000 users and ten models', async () => {
    const random = seededRandom(1);
    const level = drawn(200_000, () => gaussian(random));
    const field = models(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`m${at}`, level.map((user) => ndcgLike(-2 + at * 0.002 + 0.9 * user + 0.8 * gaussian(random)))])));
    const began = performance.now();
    const all = await compare(field, { metric: 'ndcg@10', seed: 1 });
    const seconds = (performance.now() - began) / 1000;
    console.log(`45 comparisons over 200,000 users: ${seconds.toFixed(1)} s; ${all.filter(({ distinct }) => distinct).length} told from chance.`);
    expect(all).toHaveLength(45);
  });
});
