import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PipelineBench } from '../../support/pipeline-bench.ts';

let bench: PipelineBench;
beforeEach(async () => {
  bench = await PipelineBench.open();
});
afterEach(() => bench.close());

const movies = (rows: string) => bench.import('movies', `SELECT * FROM (VALUES ${rows}) t(movie_id, title, genres)`);
const ratings = (rows: string, text?: string) => bench.import('ratings', `SELECT user_id::BIGINT AS user_id, movie_id::BIGINT AS movie_id, rating::DOUBLE AS rating, timestamp::BIGINT AS timestamp FROM (VALUES ${rows}) t(user_id, movie_id, rating, timestamp)`, text === undefined ? {} : { text });
async function run(...set: [string, number][]) {
  for (const [name, value] of set) await bench.engine.parameters().set(name, value);
  const { job } = await bench.run();
  if (job.error) throw new Error(job.error.message);
}
const reconciled = async (table: string) => {
  const [row] = await bench.all(`SELECT * EXCLUDE (table_name) FROM reconciliation WHERE table_name = '${table}'`);
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== 0));
};

test('titles and years come apart, genres become rows, identifiers of links join the films', async () => {
  await movies(`(1, 'Heat (1995)', 'Crime|Drama'), (2, '(500) Days of Summer (2009) ', ' Drama||Comedy|Drama '), (3, 'Babylon 5', '(no genres listed)'), (4, '(1999)', NULL), (5, 'Show (1975-1979)', '')`);
  await bench.import('links', `SELECT * FROM (VALUES (1, '0113277', 949), (2, NULL, NULL), (9, '0000009', 9)) t(movie_id, imdb_id, tmdb_id)`);
  await ratings('(1, 1, 4, 1000000000)');
  await run();
  expect(await bench.all('SELECT movie_id, title, year, original_title, imdb_id, tmdb_id FROM movies')).toEqual([
    { movie_id: 1, title: 'Heat', year: 1995, original_title: 'Heat (1995)', imdb_id: '0113277', tmdb_id: 949 },
    { movie_id: 2, title: '(500) Days of Summer', year: 2009, original_title: '(500) Days of Summer (2009) ', imdb_id: null, tmdb_id: null },
    { movie_id: 3, title: 'Babylon 5', year: null, original_title: 'Babylon 5', imdb_id: null, tmdb_id: null },
    { movie_id: 4, title: '(1999)', year: 1999, original_title: '(1999)', imdb_id: null, tmdb_id: null },
    { movie_id: 5, title: 'Show (1975-1979)', year: null, original_title: 'Show (1975-1979)', imdb_id: null, tmdb_id: null },
  ]);
  expect(await bench.all(`SELECT movie_id, string_agg(genre, '|' ORDER BY genre_id) AS g FROM movie_genres GROUP BY 1 ORDER BY 1`)).toEqual([{ movie_id: 1, g: 'Crime|Drama' }, { movie_id: 2, g: 'Comedy|Drama' }]);
  expect(await bench.all('SELECT * FROM genres')).toEqual([{ genre_id: 1, genre: 'Comedy' }, { genre_id: 2, genre: 'Crime' }, { genre_id: 3, genre: 'Drama' }]);
  expect(await reconciled('links')).toEqual({ imported: 3, loaded: 2, orphans: 1 });
});

test('fixes are applied exactly: set, set to nothing, drop, quarantine, and the last of two on one cell', async () => {
  await movies(`(1, ' Heat  (1995)', 'Crime'), (2, 'Future (9999)', 'Drama')`);
  await ratings(`(1, 1, 3.7, 1000000000), (1, 2, 4, 1000000000000), (2, 1, 5, NULL), (2, 2, 9, 1000000000), (3, 1, 2, 1000000001), (3, 1, 2, 1000000001)`,
    `SELECT * FROM (VALUES ('3', '2', '4.5', 'soon', 0, 9), ('x', '2', '4', '5', 0, 10)) t(user_id, movie_id, rating, timestamp, file_id, line)`);
  await bench.sql(`
    INSERT INTO raw.test_fixes VALUES
      ('movies', 0, NULL, 'title', 'set', ' Heat  (1995)', 'Heat  (1995)', 'trim'), ('movies', 0, NULL, 'title', 'set', ' Heat  (1995)', 'Heat (1995)', 'fold'),
      ('movies', 1, NULL, 'year', 'set', '9999', NULL, 'movies.year.range'),
      ('ratings', 0, NULL, 'rating', 'set', '3.7', '3.5', 'ratings.rating.step'), ('ratings', 1, NULL, 'timestamp', 'set', '1000000000000', '1000000000', 'ratings.timestamp.unit'),
      ('ratings', 5, NULL, NULL, 'drop', NULL, NULL, 'ratings.duplicate.exact'), ('ratings', NULL, 0, 'rating', 'set', '4.5', '4', 'x');
    INSERT INTO raw.test_quarantine (table_name, row_id, text_row_id, rule) VALUES ('ratings', 3, NULL, 'ratings.rating.range'), ('ratings', NULL, 1, 'ratings.user_id.type'), ('ratings', 3, NULL, 'another');
  `);
  await run();
  expect(await bench.all('SELECT title, year FROM movies')).toEqual([{ title: 'Heat', year: 1995 }, { title: 'Future', year: null }]);
  expect(await bench.all('SELECT user_id, movie_id, rating, rated_at FROM ratings')).toEqual([
    { user_id: 1, movie_id: 1, rating: 3.5, rated_at: '2001-09-09T01:46:40Z' },
    { user_id: 1, movie_id: 2, rating: 4, rated_at: '2001-09-09T01:46:40Z' },
    { user_id: 2, movie_id: 1, rating: 5, rated_at: null },
    { user_id: 3, movie_id: 1, rating: 2, rated_at: '2001-09-09T01:46:41Z' },
    { user_id: 3, movie_id: 2, rating: 4, rated_at: null },
  ]);
  expect(await reconciled('ratings')).toEqual({ imported: 8, loaded: 5, fixed: 3, quarantined: 2, dropped: 1 });
  expect(await reconciled('movies')).toEqual({ imported: 2, loaded: 2, fixed: 2 });
});

test('an original kept in quarantine beside a cut value does not take the row away', async () => {
  await movies(`(1, 'Heat (1995)', 'Crime')`);
  await ratings('(1, 1, 4, 1000000000)');
  await bench.import('tags', `SELECT 1 AS user_id, 1 AS movie_id, 'LONG tag ' AS tag, 1000000000 AS timestamp`);
  await bench.sql(`
    INSERT INTO raw.test_fixes VALUES ('tags', 0, NULL, 'tag', 'set', 'LONG tag ', 'LONG ', 'tags.tag.length');
    INSERT INTO raw.test_quarantine (table_name, row_id, rule) VALUES ('tags', 0, 'tags.tag.length');
  `);
  await run();
  expect(await bench.all('SELECT tag, tag_normalised FROM tags')).toEqual([{ tag: 'LONG ', tag_normalised: 'long' }]);
  expect(await reconciled('tags')).toEqual({ imported: 1, loaded: 1, fixed: 1 });
});

describe('keys hold also where rules were switched off', () => {
  test('rows without a key, of unknown films, and further copies are left out and counted', async () => {
    await movies(`(1, 'A (2000)', 'Drama'), (1, 'Again (2000)', 'Drama'), (NULL, 'None', 'Drama'), (2, 'B (2001)', 'Drama')`);
    await ratings(`(1, 1, 4, 1000000000), (1, 1, 5, 1000000009), (1, 1, 3, NULL), (NULL, 1, 4, 5), (1, NULL, 4, 5), (2, 1, NULL, 5), (2, 9, 4, 5), (2, 2, 1, 6), (2, 2, 2, 6)`);
    await run();
    expect(await bench.all('SELECT user_id, movie_id, rating FROM ratings')).toEqual([{ user_id: 1, movie_id: 1, rating: 5 }, { user_id: 2, movie_id: 2, rating: 2 }]);
    expect(await reconciled('ratings')).toEqual({ imported: 9, loaded: 2, unusable: 3, orphans: 1, duplicates: 3 });
    expect(await reconciled('movies')).toEqual({ imported: 4, loaded: 2, unusable: 1, duplicates: 1 });
    expect(await bench.all('SELECT title FROM movies')).toEqual([{ title: 'A' }, { title: 'B' }]);
  });

  test('ids beyond an array are compared too', async () => {
    await movies(`(9007199254740993, 'A (2000)', 'Drama'), (9007199254740992, 'B (2000)', 'Drama')`);
    await ratings('(1, 9007199254740993, 4, 1), (1, 9007199254740992, 5, 1), (2, 9007199254740992, 5, 2), (2, 9007199254740992, 4, 1)');
    await run();
    expect(await reconciled('ratings')).toEqual({ imported: 4, loaded: 3, duplicates: 1 });
  });
});

test('ratings alone: films and users are those that are named', async () => {
  await ratings('(7, 3, 4, 1000000000), (8, 3, 2, 1000000000)');
  await bench.sql(`DROP TABLE IF EXISTS raw.movies`);
  await run();
  expect(await bench.all('SELECT movie_id, title FROM movies')).toEqual([{ movie_id: 3, title: null }]);
  expect(await bench.all('SELECT user_id FROM users')).toEqual([{ user_id: 7 }, { user_id: 8 }]);
});

test('ratings are normalised on the scale of their file, and against the user’s mean', async () => {
  await movies(`(1, 'A (2000)', 'Drama'), (2, 'B (2000)', 'Drama')`);
  await ratings('(1, 1, 0.5, 1000000000), (1, 2, 5, 1000000000), (2, 1, 1, 1000000000), (2, 2, 3, 1000000000)');
  await bench.sql(`
    DELETE FROM raw.files WHERE table_name = 'ratings';
    INSERT INTO raw.files (file_id, path, kind, table_name, release, format, encoding, bytes, sha256, modified_at, first_row, rows, rejected, unreadable, scale_min, scale_max, scale_step, imported_at, first_imported_at) SELECT f, 'f' || f, 'ratings', 'ratings', NULL, 'csv', 'utf-8', 1, 'x', NULL, (f - 8) * 2, 2, 0, 0, lo, 5, 1, TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-01' FROM (VALUES (8, 0.5), (9, 1)) t(f, lo)`);
  await run();
  expect(await bench.all('SELECT rating_scaled AS s, rating_centred AS c FROM ratings')).toEqual([{ s: 0, c: -2.25 }, { s: 1, c: 2.25 }, { s: 0, c: -1 }, { s: 0.5, c: 1 }]);
  await run(['quality.scale_min', 0], ['quality.scale_max', 10]);
  expect(await bench.all('SELECT rating_scaled AS s FROM ratings')).toEqual([{ s: 0.05 }, { s: 0.5 }, { s: 0.1 }, { s: 0.3 }]);
});

test('users of a file join those who rated', async () => {
  await movies(`(1, 'A (2000)', 'Drama')`);
  await ratings('(1, 1, 4, 1000000000)');
  await bench.import('users', `SELECT * FROM (VALUES (1, 'F', 24, 'writer', '85711'), (5, 'M', 53, 'other', '94043'), (5, 'M', 1, 'x', 'y')) t(user_id, gender, age, occupation, zip_code)`);
  await run();
  expect(await bench.all('SELECT * FROM users')).toEqual([{ user_id: 1, gender: 'F', age: 24, occupation: 'writer', zip_code: '85711' }, { user_id: 5, gender: 'M', age: 53, occupation: 'other', zip_code: '94043' }]);
  expect(await reconciled('users')).toEqual({ imported: 3, loaded: 2, duplicates: 1 });
});

test('the k-core is the same as by leaving out one at a time', async () => {
  await bench.importSmall();
  await bench.import('ratings', 'SELECT * FROM raw.ratings WHERE hash(user_id, movie_id) % 4 = 0', { content: 'k' });
  let pairs = (await bench.all<{ u: number; m: number }>('SELECT user_id AS u, movie_id AS m FROM raw.ratings')).map(({ u, m }) => [u, m] as const);
  const imported = pairs.length;
  for (let before = -1; before !== pairs.length; ) {
    before = pairs.length;
    pairs = pairs.filter(([user]) => pairs.filter(([u]) => u === user).length >= 9);
    pairs = pairs.filter(([, movie]) => pairs.filter(([, m]) => m === movie).length >= 6);
  }
  await run(['transform.min_ratings_per_user', 9], ['transform.min_ratings_per_movie', 6]);
  expect(pairs.length).toBeGreaterThan(0);
  expect(pairs.length).toBeLessThan(imported);
  expect(new Set((await bench.all<{ u: number; m: number }>('SELECT user_id AS u, movie_id AS m FROM ratings')).map(({ u, m }) => `${u} ${m}`))).toEqual(new Set(pairs.map(([u, m]) => `${u} ${m}`)));
  expect(await reconciled('ratings')).toEqual({ imported, loaded: pairs.length, k_core: imported - pairs.length });
});

test('a row that is lost without a reason fails the run', async () => {
  await bench.importSmall();
  await bench.sql(`UPDATE raw.files SET rows = rows + 1 WHERE table_name = 'ratings'`);
  const { job } = await bench.run();
  expect(job.error?.message).toBe('The output checks failed: 1 rows of ratings are not accounted for.');
});
