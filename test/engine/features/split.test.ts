import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitStage } from '../../../electron/engine/features/split.ts';
import { splitMethods } from '../../../shared/domain/split.ts';
import { drawOf } from '../../support/draw.ts';
import { type Settings, StageBench } from '../../support/stage-bench.ts';

interface Rated {
  readonly user: number;
  readonly movie: number;
  readonly at: number | null;
}
interface Part {
  readonly user: number;
  readonly movie: number;
  readonly part: 'train' | 'validation' | 'test';
  readonly given: boolean;
}

let bench: StageBench;
let single: StageBench;
beforeAll(async () => {
  [bench, single] = await Promise.all([StageBench.open(2), StageBench.open(1)]);
});
afterAll(() => Promise.all([bench.close(), single.close()]));

async function fill(on: StageBench, rows: readonly Rated[]): Promise<void> {
  const values = rows.map(({ user, movie, at }) => `(${user}, ${movie}, ${at === null ? 'NULL' : `make_timestamp(${at * 1e6})`})`).join(', ');
  await on.table('ratings', `SELECT user_id::BIGINT AS user_id, movie_id::BIGINT AS movie_id, 3.5::DOUBLE AS rating, rated_at::TIMESTAMP AS rated_at FROM (VALUES ${values}) t(user_id, movie_id, rated_at)`);
}

/** The parts in the order of user and film. */
async function split(rows: readonly Rated[], settings: Settings, on = bench): Promise<Part[]> {
  await fill(on, rows);
  await on.run(splitStage, settings);
  return on.all<Part>('SELECT user_id AS "user", movie_id AS movie, part::VARCHAR AS part, given FROM store.splits ORDER BY user_id, movie_id');
}

/** Up to eight users with up to fifteen films, in few moments, so that ties are common; a pair at most once. */
const ratings = fc.uniqueArray(
  fc.record({ user: fc.integer({ min: 1, max: 8 }), movie: fc.integer({ min: 1, max: 15 }), at: fc.option(fc.integer({ min: 0, max: 30 }).map((step) => step * 40_000), { freq: 12 }) }),
  { selector: ({ user, movie }) => `${user}/${movie}`, minLength: 1, maxLength: 100 });
const settings = fc.record({
  'split.method': fc.constantFrom(...splitMethods),
  'split.test_share': fc.constantFrom(0, 0.1, 0.25, 0.5),
  'split.validation_share': fc.constantFrom(0, 0.1, 0.3),
  'split.min_ratings': fc.integer({ min: 1, max: 6 }),
  'engine.seed': fc.nat(),
});
const moment = (rating: Rated) => rating.at ?? Number.NEGATIVE_INFINITY;

test('every rating is in one part, whatever the method; the same on one thread and in any order of rows', async () => {
  await fc.assert(fc.asyncProperty(ratings, settings, async (rows, chosen) => {
    const parts = await split(rows, chosen);
    expect(parts.map(({ user, movie }) => [user, movie])).toEqual(rows.map(({ user, movie }) => [user, movie]).toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0)));
    const allowed = new Set(['train true', 'validation false', 'test false', ...(chosen['split.method'] === 'by-user' ? ['validation true', 'test true'] : [])]);
    expect(parts.filter(({ part, given }) => !allowed.has(`${part} ${given}`))).toEqual([]);
    expect(await split(rows.toReversed(), chosen, single)).toEqual(parts);
  }), { numRuns: 40 });
}, 60_000);

test('random: each pair by its own draw, which is the same everywhere; users with few ratings stay whole', async () => {
  await fc.assert(fc.asyncProperty(ratings, fc.nat(), fc.integer({ min: 1, max: 6 }), async (rows, seed, least) => {
    const found = await split(rows, { 'split.method': 'random', 'split.test_share': 0.3, 'split.validation_share': 0.2, 'split.min_ratings': least, 'engine.seed': seed });
    const counts = Map.groupBy(rows, ({ user }) => user);
    for (const { user, movie, part } of found) {
      const drawn = drawOf(seed, user, movie) / 2 ** 32;
      expect(part).toBe((counts.get(user) ?? []).length < least ? 'train' : drawn < 0.3 ? 'test' : drawn < 0.5 ? 'validation' : 'train');
    }
  }), { numRuns: 25 });
}, 60_000);

test('by-time: nothing learnt is newer than what is tested, and the parts are as large as that allows', async () => {
  await fc.assert(fc.asyncProperty(ratings, fc.constantFrom(0.1, 0.25, 0.5), fc.constantFrom(0, 0.2), async (rows, test_share, validation_share) => {
    const found = await split(rows, { 'split.method': 'by-time', 'split.test_share': test_share, 'split.validation_share': validation_share });
    const at = new Map(rows.map((rating) => [`${rating.user}/${rating.movie}`, moment(rating)]));
    const times = (part: string) => found.filter((row) => row.part === part).map(({ user, movie }) => at.get(`${user}/${movie}`) ?? 0);
    const oldest = (part: string) => Math.min(Number.POSITIVE_INFINITY, ...times(part));
    const newest = (part: string) => Math.max(Number.NEGATIVE_INFINITY, ...times(part));
    expect(newest('train')).toBeLessThan(oldest('validation'));
    expect(Math.max(newest('train'), newest('validation'))).toBeLessThan(oldest('test'));

    const larger = (share: number, held: number) => {
      expect(held).toBeLessThanOrEqual(share * rows.length + 1e-9);
      const all = rows.map(moment).toSorted((a, b) => b - a);
      const next = all[held];
      // One moment more would have been too many.
      const oneMore = next === undefined || next === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : all.filter((time) => time >= next).length;
      expect(oneMore).toBeGreaterThan(share * rows.length + 1e-9);
    };
    larger(test_share, times('test').length);
    larger(test_share + validation_share, times('test').length + times('validation').length);
  }), { numRuns: 40 });
}, 60_000);

test('leave-last-out: exactly the newest rating of a user, of equally new ones that of the larger film id', async () => {
  await fc.assert(fc.asyncProperty(ratings, fc.boolean(), fc.integer({ min: 1, max: 6 }), async (rows, validation, least) => {
    const found = await split(rows, { 'split.method': 'leave-last-out', 'split.validation_share': validation ? 0.1 : 0, 'split.min_ratings': least });
    for (const [user, own] of Map.groupBy(rows, (rating) => rating.user)) {
      const inTime = own.toSorted((a, b) => moment(b) - moment(a) || b.movie - a.movie);
      const held = own.length >= Math.max(2, least) ? [inTime[0]?.movie] : [];
      const tuned = validation && held.length > 0 && own.length >= 3 ? [inTime[1]?.movie] : [];
      const of = (part: string) => found.filter((row) => row.user === user && row.part === part).map(({ movie }) => movie);
      expect(of('test')).toEqual(held);
      expect(of('validation')).toEqual(tuned);
    }
  }), { numRuns: 40 });
}, 60_000);

test('by-user: a held-out user is not learnt from at all; a fifth of the ratings is asked for, at least one', async () => {
  await fc.assert(fc.asyncProperty(ratings, fc.nat(), fc.integer({ min: 1, max: 6 }), async (rows, seed, least) => {
    const found = await split(rows, { 'split.method': 'by-user', 'split.test_share': 0.4, 'split.validation_share': 0.3, 'split.min_ratings': least, 'engine.seed': seed });
    for (const [user, own] of Map.groupBy(found, (row) => row.user)) {
      const drawn = drawOf(seed, user) / 2 ** 32;
      const expected = own.length < Math.max(2, least) || drawn >= 0.7 ? 'train' : drawn < 0.4 ? 'test' : 'validation';
      expect(new Set(own.map(({ part }) => part))).toEqual(new Set([expected]));
      expect(own.filter(({ given }) => !given)).toHaveLength(expected === 'train' ? 0 : Math.max(1, Math.floor(own.length / 5)));
    }
  }), { numRuns: 40 });
}, 60_000);

describe('on 100,000 ratings', () => {
  beforeAll(() => bench.table('ratings', `SELECT u AS user_id, m AS movie_id, 3.5::DOUBLE AS rating, make_timestamp((1000000000 + (hash(u, m) % 1000000)::BIGINT) * 1000000) AS rated_at FROM range(1000) a(u), range(100) b(m) ORDER BY u, rated_at`));

  const shares = () => bench.all<{ part: string; share: number }>(`SELECT part::VARCHAR AS part, count(*) / 100000 AS share FROM store.splits GROUP BY part`).then((rows) => new Map(rows.map(({ part, share }) => [part, share])));
  test.each(['random', 'by-time'] as const)('%s: the shares are those asked for', async (method) => {
    await bench.run(splitStage, { 'split.method': method, 'split.test_share': 0.2, 'split.validation_share': 0.1 });
    const found = await shares();
    // Three standard deviations of a share of 100,000 draws.
    expect(Math.abs((found.get('test') ?? 0) - 0.2)).toBeLessThan(0.004);
    expect(Math.abs((found.get('validation') ?? 0) - 0.1)).toBeLessThan(0.003);
  });

  test('another seed splits otherwise, the same seed the same', async () => {
    const print = async (seed: number) => {
      await bench.run(splitStage, { 'split.method': 'random', 'engine.seed': seed });
      return (await bench.all<{ sum: number }>('SELECT sum(hash(user_id, movie_id, part))::VARCHAR AS sum FROM store.splits'))[0]?.sum;
    };
    const first = await print(1);
    expect(await print(2)).not.toBe(first);
    expect(await print(1)).toBe(first);
  });
});

test('sequences: films in the order of rating, the newest kept, ties by film id, no time first', async () => {
  await fill(bench, [{ user: 1, movie: 5, at: 100 }, { user: 1, movie: 3, at: 100 }, { user: 1, movie: 9, at: 50 }, { user: 1, movie: 7, at: null }, { user: 2, movie: 1, at: 1 }]);
  await bench.run(splitStage);
  expect(await bench.all('SELECT * FROM store.sequences')).toEqual([{ user_id: 1, ratings: 4, movies: [7, 9, 3, 5] }, { user_id: 2, ratings: 1, movies: [1] }]);
  await bench.run(splitStage, { 'features.max_sequence_length': 2 });
  expect(await bench.all('SELECT * FROM store.sequences')).toEqual([{ user_id: 1, ratings: 4, movies: [3, 5] }, { user_id: 2, ratings: 1, movies: [1] }]);
});

test('a split that leaves nothing to learn from or nothing to test is said', async () => {
  await fill(bench, [{ user: 1, movie: 1, at: 1 }, { user: 1, movie: 2, at: 2 }]);
  await bench.run(splitStage);
  expect(bench.log.at(-1)).toMatch(/^warn: The split leave-last-out leaves nothing to test/);
  await expect(bench.run(splitStage, { 'split.method': 'random', 'split.test_share': 0.6, 'split.validation_share': 0.4 })).rejects.toThrow('split.test_share 0.6 and split.validation_share 0.4 leave nothing to learn from.');
});
