import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readColumns, readRatings } from '../../../electron/engine/workspace/columns.ts';
import { Session } from '../../../electron/engine/workspace/session.ts';

let instance: DuckDBInstance;
let session: Session;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  session = new Session(await instance.connect());
  await session.run(`CREATE TABLE scattered AS SELECT (i * 7919 % 701)::BIGINT AS user_id, (i * 104729 % 1013 + 5)::BIGINT AS movie_id, (i % 10 + 1) / 2 AS rating FROM range(20000) t(i)`);
  await session.run(`CREATE TABLE ratings AS SELECT user_id, movie_id, max(rating) AS rating FROM scattered GROUP BY user_id, movie_id ORDER BY user_id * 31 % 101, rating, movie_id DESC`);
});
afterAll(() => {
  session.connection.closeSync();
  instance.closeSync();
});

/** The matrix as rows of the table, in its own order. */
function entries({ userIds, movieIds, ratings }: Awaited<ReturnType<typeof readRatings>>): number[][] {
  const out: number[][] = [];
  for (let row = 0; row < ratings.rows; row++) {
    for (let at = ratings.indptr[row] ?? 0; at < (ratings.indptr[row + 1] ?? 0); at++) out.push([userIds[row] ?? NaN, movieIds[ratings.indices[at] ?? -1] ?? NaN, ratings.values[at] ?? NaN]);
  }
  return out;
}

describe('ratings as a matrix', () => {
  test('hold every rating once, by user and then by film', async () => {
    const { rows } = await session.table('SELECT user_id, movie_id, rating FROM ratings ORDER BY ALL');
    expect(entries(await readRatings(session, 'FROM ratings'))).toEqual(rows.map((row) => row.map(Number)));
  });

  test('keep to the films that are given, in their order, with empty columns and rows for what has no ratings', async () => {
    const movieIds = Int32Array.of(1, 5, 6, 700, 5000);
    const matrix = await readRatings(session, 'FROM ratings', movieIds);
    const { rows } = await session.table('SELECT user_id, movie_id, rating FROM ratings WHERE movie_id IN (1, 5, 6, 700, 5000) ORDER BY ALL');
    expect(matrix.movieIds).toEqual(movieIds);
    expect(matrix.userIds).toHaveLength(701);
    expect(entries(matrix)).toEqual(rows.map((row) => row.map(Number)));
  });

  test('are the same for ids that lie far apart', async () => {
    const near = await readRatings(session, 'FROM ratings');
    const far = await readRatings(session, 'SELECT user_id * 3000000 AS user_id, movie_id * 2000000 AS movie_id, rating FROM ratings');
    expect(far.ratings).toEqual(near.ratings);
    expect(far.userIds).toEqual(near.userIds.map((id) => id * 3_000_000));
  });

  test('may be none', async () => {
    const { userIds, movieIds, ratings } = await readRatings(session, 'FROM ratings WHERE false');
    expect([userIds.length, movieIds.length, ratings.indices.length, ratings.indptr.length]).toEqual([0, 0, 0, 1]);
  });

  test('say so when an id does not fit', async () => {
    await expect(readRatings(session, 'SELECT user_id + 3000000000 AS user_id, movie_id, rating FROM ratings')).rejects.toMatchObject({ code: 'invalid-input', hint: expect.stringContaining('2,147,483,648') });
  });

  test('stop when the caller cancels', async () => {
    const stop = new AbortController();
    const stopping = new Session(session.connection, stop.signal);
    const reading = readRatings(stopping, 'SELECT a.user_id + 701 * b.i AS user_id, movie_id, rating FROM ratings a, range(200) b(i)');
    setTimeout(() => stop.abort(), 100);
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('a column of another type is refused by name', async () => {
  await expect(readColumns(session, 'SELECT user_id FROM ratings LIMIT 3', 3, [Int32Array])).rejects.toThrow('Column user_id is BIGINT');
});
