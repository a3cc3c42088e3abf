import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PipelineBench } from '../../support/pipeline-bench.ts';

let bench: PipelineBench;
beforeAll(async () => {
  bench = await PipelineBench.open();
  await bench.import('movies', `SELECT i AS movie_id, 'Film ' || i || ' (2000)' AS title, 'Drama' AS genres FROM range(1, 11) t(i)`);
});
afterAll(() => bench.close());

type Pair = readonly [user: number, movie: number];
const pairs = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 })), { selector: (pair) => pair.join('/'), minLength: 1, maxLength: 45 });

/** Leaves out one user or film that has too few, until none has. */
function core(all: readonly Pair[], perUser: number, perMovie: number): Pair[] {
  const few = all.find(([user, movie]) => all.filter(([other]) => other === user).length < perUser || all.filter(([, other]) => other === movie).length < perMovie);
  if (few === undefined) return [...all];
  const [user, movie] = few;
  const userIsFew = all.filter(([other]) => other === user).length < perUser;
  return core(all.filter((pair) => (userIsFew ? pair[0] !== user : pair[1] !== movie)), perUser, perMovie);
}

test('the k-core goes on to a fixed point: none that stays has too few, and no larger set would do', async () => {
  let imports = 0;
  let longest = 0;
  await fc.assert(fc.asyncProperty(pairs, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), async (all, perUser, perMovie) => {
    const values = all.map(([user, movie]) => `(${user}, ${movie}, 3.5, 1000000000)`).join(', ');
    await bench.import('ratings', `SELECT user_id::BIGINT AS user_id, movie_id::BIGINT AS movie_id, rating::DOUBLE AS rating, timestamp::BIGINT AS timestamp FROM (VALUES ${values}) t(user_id, movie_id, rating, timestamp)`, { content: `k${++imports}` });
    await bench.engine.parameters().set('transform.min_ratings_per_user', perUser);
    await bench.engine.parameters().set('transform.min_ratings_per_movie', perMovie);
    const { job } = await bench.run({ stages: ['transform'] });
    expect(job.error).toBeUndefined();
    const kept = await bench.all<{ user: number; movie: number }>('SELECT user_id AS "user", movie_id AS movie FROM ratings ORDER BY ALL');
    const expected = core(all, perUser, perMovie);
    longest = Math.max(longest, all.length - expected.length);
    expect(kept.map(({ user, movie }) => [user, movie])).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
  }), { numRuns: 25 });
  expect(longest).toBeGreaterThan(5);
}, 60_000);
