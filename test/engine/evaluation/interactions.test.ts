import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInteractions } from '../../../electron/engine/evaluation/interactions.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let bench: TestEngine;
beforeAll(async () => {
  bench = await openTestEngine();
  await bench.engine.context.workspace().write((session) => session.run(`
    CREATE TABLE raw.cleaned AS SELECT * FROM (VALUES (2, 10, 3.0, 100), (1, 30, 4.0, 100), (1, 20, 5.0, 100), (2, 40, 1.0, NULL)) t(user_id, movie_id, rating, s), LATERAL (SELECT make_timestamp(s * 1000000) AS rated_at);
    CREATE TABLE raw.whole AS SELECT user_id, movie_id FROM (VALUES (2, 40), (1, 30), (1, 20), (9, 9), (2, 10), (1, 30)) t(user_id, movie_id);
    CREATE TABLE raw.part AS SELECT user_id, movie_id FROM (VALUES (2, 40), (2, 10)) t(user_id, movie_id);
  `));
});
afterAll(() => bench.close());

test.each([
  // In the order of user, time, then line; a film that stands twice in the file has its later line.
  ['raw.whole', ['1/20 line 2', '1/30 line 5', '2/40 line 0', '2/10 line 4']],
  // Those that the file lacks stand behind the others, with their numbers by user and film among all.
  ['raw.part', ['1/20 line 0', '1/30 line 1', '2/40 line 0', '2/10 line 1']],
  [undefined, ['1/20 line 0', '1/30 line 1', '2/40 line 3', '2/10 line 2']],
])('ratings of the workspace in the order of the file (%s)', async (raw, expected) => {
  const { userIds, movieIds, indptr, films, places } = await bench.engine.context.workspace().read((session) => readInteractions(session, { ratings: 'raw.cleaned', raw }));
  expect(Array.from(userIds, (user, row) => Array.from(films.subarray(indptr[row], indptr[row + 1]), (film, i) => `${user}/${movieIds[film]} line ${places[(indptr[row] ?? 0) + i]}`)).flat()).toEqual(expected);
});
