import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cases } from '../../../electron/engine/evaluation/cases.ts';
import { meansWithIntervals } from '../../../electron/engine/evaluation/intervals.ts';
import { genresOf, measure, measureNames } from '../../../electron/engine/evaluation/measure.ts';
import { averagePrecision, calibration, type Definitions, diversity, genreShares, hitRate, type Judged, ndcg, novelty, popularityBias, precision, recall, reciprocalRank } from '../../../electron/engine/evaluation/metrics.ts';
import { topPositions } from '../../../electron/engine/kernels/scores.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';

const usual: Definitions = { ndcg_ideal: 'truncated', recall_of: 'relevant' };
const judged = (relevant: number, ...ranks: number[]): Judged => ({ ranks: Int32Array.from(ranks), relevant });

describe('by hand', () => {
  // Hits at 1, 3 and 12, of five relevant films.
  const list = judged(5, 1, 3, 12);
  const gain = (...ranks: number[]) => ranks.reduce((sum, rank) => sum + 1 / Math.log2(1 + rank), 0);
  test.each([
    ['precision', precision(list, 10), 2 / 10],
    ['precision, one film', precision(list, 1), 1],
    ['recall', recall(list, 10, usual), 2 / 5],
    ['recall of what a list of three can hold', recall(list, 3, { ...usual, recall_of: 'reachable' }), 2 / 3],
    ['NDCG, ideal truncated', ndcg(list, 3, usual), gain(1, 3) / gain(1, 2, 3)],
    ['NDCG, ideal full', ndcg(list, 3, { ...usual, ndcg_ideal: 'full' }), gain(1, 3) / gain(1, 2, 3, 4, 5)],
    ['average precision', averagePrecision(list, 10), (1 / 1 + 2 / 3) / 5],
    ['average precision of a short list', averagePrecision(list, 3), (1 / 1 + 2 / 3) / 3],
    ['average precision, all hits', averagePrecision(list, 12), (1 / 1 + 2 / 3 + 3 / 12) / 5],
    ['reciprocal rank', reciprocalRank(judged(2, 4, 6), 10), 1 / 4],
    ['reciprocal rank beyond the list', reciprocalRank(judged(2, 4, 6), 3), 0],
    ['hit rate', hitRate(judged(1, 10), 10), 1],
    ['hit rate beyond the list', hitRate(judged(1, 11), 10), 0],
    // Rated by half and by an eighth of the users: one bit and three.
    ['novelty', novelty([50, 100 / 8], 100), 2],
  ])('%s', (_name, value, expected) => {
    expect(value).toBeCloseTo(expected, 12);
  });

  test('no hit is nought, a perfect list is one, an empty list has no novelty', () => {
    for (const of of [averagePrecision, hitRate, precision, reciprocalRank]) expect(of(judged(3), 10)).toBe(0);
    for (const of of [ndcg, recall]) expect(of(judged(3), 10, usual)).toBe(0);
    for (const of of [ndcg, recall]) expect(of(judged(3, 1, 2, 3), 10, usual)).toBe(1);
    expect(averagePrecision(judged(3, 1, 2, 3), 10)).toBe(1);
    expect(novelty([], 10)).toBeNaN();
  });
});

describe('what is on a list, by hand', () => {
  const labels = ['A', 'B', 'C'];
  const genres = genresOf([['A'], ['A', 'B'], ['C'], []].map((own) => own.map((label) => ({ kind: 'genre' as const, label, times: 1 }))));
  if (!genres) throw new Error('There are genres.');
  test('genres are numbered in order', () => expect(genres.labels).toEqual(labels));

  test('diversity: one minus the mean cosine of pairs', () => {
    // Cosines: films 0 and 1 share one genre of one and of two, 1/√2; film 2 shares none; film 3 has none and does not count.
    expect(diversity(Int32Array.of(0, 1, 2, 3), genres)).toBeCloseTo(1 - 1 / Math.SQRT2 / 3, 12);
    expect(diversity(Int32Array.of(0, 0), genres)).toBeCloseTo(0, 12);
    expect(diversity(Int32Array.of(0, 2), genres)).toBe(1);
    expect(diversity(Int32Array.of(0, 3), genres)).toBeNaN();
  });

  test('calibration: divergence of genre shares, the list mixed with one hundredth of the history', () => {
    const history = genreShares(Int32Array.of(0, 1), genres);
    expect([...(history ?? [])]).toEqual([0.75, 0.25, 0]);
    expect(calibration(history, history)).toBeCloseTo(0, 12);
    const list = genreShares(Int32Array.of(2), genres);
    expect(calibration(history, list)).toBeCloseTo(0.75 * Math.log(0.75 / 0.0075) + 0.25 * Math.log(0.25 / 0.0025), 12);
    expect(genreShares(Int32Array.of(3), genres)).toBeUndefined();
    expect(calibration(history, undefined)).toBeNaN();
  });

  test('popularity bias: raters of the list over raters of the history', () => {
    expect(popularityBias([10, 20], [5])).toBe(3);
    expect(popularityBias([10], [])).toBeNaN();
    expect(popularityBias([10], [0])).toBeNaN();
  });
});

/** A world of a few films and users: scores with ties and gaps, some films shown, some wanted, some beyond the catalogue. */
const world = fc.integer({ min: 1, max: 12 }).chain((films) => fc.record({
  counts: fc.array(fc.nat(5), { minLength: films, maxLength: films }),
  genres: fc.array(fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D'), { maxLength: 3 }), { minLength: films, maxLength: films }),
  cutoffs: fc.uniqueArray(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 3 }),
  users: fc.array(fc.record({
    scores: fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(Number.NEGATIVE_INFINITY)), { minLength: films, maxLength: films }),
    roles: fc.array(fc.constantFrom('shown', 'wanted', 'other'), { minLength: films, maxLength: films }),
    beyond: fc.nat(2),
  }), { minLength: 1, maxLength: 6 }),
  definitions: fc.record({ ndcg_ideal: fc.constantFrom('truncated', 'full'), recall_of: fc.constantFrom('relevant', 'reachable') }),
}));
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function casesOf({ users, counts }: World): Cases {
  const rows = (role: string) => {
    const films = users.map(({ roles }) => [...roles.keys()].filter((film) => roles[film] === role));
    const indptr = Int32Array.from([0, ...films.map((_, row) => films.slice(0, row + 1).flat().length)]);
    return { rows: users.length, columns: counts.length, indptr, indices: Int32Array.from(films.flat()), values: new Float32Array(films.flat().length).fill(1) };
  };
  const [wanted, shown] = [rows('wanted'), rows('shown')];
  return {
    userIds: Int32Array.from(users.keys()), shown, order: new Int32Array(shown.indices.length), wanted, eligible: users.length, unknown: 0,
    relevant: Int32Array.from(users, ({ beyond }, row) => Math.max(1, (wanted.indptr[row + 1] ?? 0) - (wanted.indptr[row] ?? 0) + beyond)),
  };
}

const genresIn = ({ genres }: World) => genresOf(genres.map((own) => own.toSorted().map((label) => ({ kind: 'genre' as const, label, times: 1 }))));
const measured = (of: World) => measure(
  { score: (shown) => Promise.resolve(shown.map(({ user }) => Float32Array.from(of.users[user]?.scores ?? []))) }, { counts: Int32Array.from(of.counts), users: 5 }, casesOf(of),
  { cutoffs: of.cutoffs, definitions: of.definitions, top: topPositions, genres: genresIn(of) });

/** The same, written down naively: sort all films, cut, count. */
function plainly({ users, counts, cutoffs, definitions, genres }: World) {
  const some = genres.some((own) => own.length > 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const shares = (films: readonly number[]) => {
    const of = films.filter((film) => (genres[film]?.length ?? 0) > 0);
    return (['A', 'B', 'C', 'D'] as const).map((genre) => mean(of.map((film) => (genres[film]?.includes(genre) ? 1 / (genres[film]?.length ?? 1) : 0))));
  };
  const listed = new Map(cutoffs.map((cutoff) => [cutoff, new Set<number>()]));
  const values = users.flatMap(({ scores, roles, beyond }) => {
    const all = [...scores.keys()].filter((film) => roles[film] !== 'shown' && (counts[film] ?? 0) > 0 && scores[film] !== Number.NEGATIVE_INFINITY).toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    const shown = [...roles.keys()].filter((film) => roles[film] === 'shown');
    const byCount = [...scores.keys()].filter((film) => roles[film] !== 'shown' && (counts[film] ?? 0) > 0).toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
    const relevant = Math.max(1, roles.filter((role) => role === 'wanted').length + beyond);
    return cutoffs.flatMap((cutoff) => {
      const list = all.slice(0, cutoff);
      for (const film of list) listed.get(cutoff)?.add(film);
      const flags: number[] = list.map((film) => (roles[film] === 'wanted' ? 1 : 0));
      const found = flags.reduce((sum, flag) => sum + flag, 0);
      const gain = (wanted: readonly number[]) => wanted.reduce((sum, flag, at) => sum + flag / Math.log2(at + 2), 0);
      const best = Array.from({ length: definitions.ndcg_ideal === 'full' ? relevant : Math.min(relevant, cutoff) }, () => 1);
      const first = flags.indexOf(1);
      return [
        found / cutoff,
        found / (definitions.recall_of === 'relevant' ? relevant : Math.min(relevant, cutoff)),
        gain(flags) / gain(best),
        flags.reduce((sum, flag, at) => sum + (flag * flags.slice(0, at + 1).filter((other) => other === 1).length) / (at + 1), 0) / Math.min(relevant, cutoff),
        first < 0 ? 0 : 1 / (first + 1),
        Number(found > 0),
        list.reduce((sum, film) => sum - Math.log2((counts[film] ?? 0) / 5), 0) / list.length,
        orNone(mean(list.map((film) => counts[film] ?? 0)) / mean(shown.map((film) => counts[film] ?? 0))),
        list.filter((film) => roles[film] === 'wanted' && !byCount.slice(0, cutoff).includes(film)).length / cutoff,
        some ? pairwise(list.filter((film) => (genres[film]?.length ?? 0) > 0).map((film) => genres[film] ?? [])) : Number.NaN,
        some ? divergence(shares(shown), shares(list)) : Number.NaN,
      ];
    });
  });
  const candidates = counts.filter((count) => count > 0).length;
  return { values, coverage: cutoffs.map((cutoff) => (listed.get(cutoff)?.size ?? 0) / candidates) };
}

/** To ten digits, without the sign of nought. */
const text = (value: number) => (Math.abs(value) < 1e-10 ? 0 : value).toFixed(10);
const orNone = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

/** One minus the mean cosine over all pairs. */
function pairwise(lists: readonly (readonly string[])[]): number {
  const cosines = lists.flatMap((a, at) => lists.slice(at + 1).map((b) => a.filter((genre) => b.includes(genre)).length / Math.sqrt(a.length * b.length)));
  return 1 - cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
}

function divergence(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, at) => sum + (share === 0 ? 0 : share * Math.log(share / (0.99 * (q[at] ?? 0) + 0.01 * share))), 0);
}

test('lists with ties, gaps, few candidates and cut-offs beyond the catalogue are judged as by sorting everything', async () => {
  await fc.assert(fc.asyncProperty(world, async (of) => {
    const { perUser, coverage } = await measured(of);
    const expected = plainly(of);
    expect(perUser.measures).toBe(of.cutoffs.length * measureNames.length);
    expect([...perUser.values].map((value) => text(value))).toEqual(expected.values.map((value) => text(value)));
    expect(coverage).toEqual(expected.coverage);
  }), { numRuns: 200 });
});

test('the order of users changes no mean', async () => {
  await fc.assert(fc.asyncProperty(world, async (of) => {
    const [there, back] = await Promise.all([of, { ...of, users: of.users.toReversed() }].map(async (each) => {
      const { perUser, coverage } = await measured(each);
      return { means: (await meansWithIntervals(perUser, 1)).map(({ value }) => text(value)), coverage };
    }));
    expect(back).toEqual(there);
  }), { numRuns: 15 });
});

describe('intervals', () => {
  const column = (values: readonly number[]) => ({ users: values.length, measures: 1, values: Float64Array.from(values) });

  test('the same seed gives the same interval, and values that are all the same one without width', async () => {
    const values = Array.from({ length: 50 }, (_, at) => at % 7);
    expect(await meansWithIntervals(column(values), 3)).toEqual(await meansWithIntervals(column(values), 3));
    expect(await meansWithIntervals(column([0.25, 0.25, 0.25]), 3)).toEqual([{ value: 0.25, low: 0.25, high: 0.25 }]);
  });

  test('users without a value are left out of a mean, and a measure that none has has no mean', async () => {
    const [some, none] = await meansWithIntervals({ users: 2, measures: 2, values: Float64Array.from([1, Number.NaN, Number.NaN, Number.NaN]) }, 1);
    expect(some).toEqual({ value: 1, low: 1, high: 1 });
    expect(none?.value).toBeNaN();
  });

  test('about 95 in 100 hold the true mean', async () => {
    const random = seededRandom(7);
    let held = 0;
    for (let world_ = 0; world_ < 200; world_++) {
      const [interval] = await meansWithIntervals(column(Array.from({ length: 150 }, () => (random() < 0.3 ? random() : 0))), world_);
      held += Number((interval?.low ?? 1) <= 0.15 && (interval?.high ?? 0) >= 0.15);
    }
    // Three standard deviations of 200 trials at 95 %.
    expect(held / 200).toBeGreaterThan(0.95 - 0.047);
    expect(held / 200).toBeLessThanOrEqual(1);
  });

  test('a cancel ends them', async () => {
    await expect(meansWithIntervals(column([1, 2]), 1, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
