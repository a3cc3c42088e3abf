import { afterAll, beforeAll, expect, test } from 'vitest';
import { PipelineBench } from '../../support/pipeline-bench.ts';

let bench: PipelineBench;
beforeAll(async () => {
  bench = await PipelineBench.open();
  await bench.import('movies', `SELECT * FROM (VALUES (1, 'A (2000)', 'Drama|Comedy'), (2, 'B (2001)', 'Drama'), (3, 'C (2002)', 'Horror'), (4, 'D (2003)', 'Comedy|Drama')) t(movie_id, title, genres)`);
  const day = 86_400;
  const start = 1_262_304_000; // Friday 2010-01-01 00:00 UTC
  const rows = [[1, 1, 5, start + 3600], [1, 2, 3, start + day + 3600], [1, 3, 1, start + 800 * day], [2, 1, 4, start + 3 * day], [2, 2, 4, start + 3 * day]];
  await bench.import('ratings', `SELECT user_id::BIGINT AS user_id, movie_id::BIGINT AS movie_id, rating::DOUBLE AS rating, timestamp::BIGINT AS timestamp FROM (VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) t(user_id, movie_id, rating, timestamp)`);
  await bench.engine.parameters().set('features.damping', 5);
  const { job } = await bench.run();
  if (job.error) throw new Error(job.error.message);
});
afterAll(() => bench.close());

test('genres are encoded from the commonest down, within the limits', async () => {
  expect(await bench.all('SELECT code, genre, films, ratings, mean_rating FROM genre_features')).toEqual([
    { code: 0, genre: 'Drama', films: 3, ratings: 4, mean_rating: 4 },
    { code: 1, genre: 'Comedy', films: 2, ratings: 2, mean_rating: 4.5 },
    { code: 2, genre: 'Horror', films: 1, ratings: 1, mean_rating: 1 },
  ]);
  await bench.engine.parameters().set('features.min_frequency', 2);
  await bench.run();
  expect(await bench.all('SELECT genre FROM genre_features')).toEqual([{ genre: 'Drama' }, { genre: 'Comedy' }]);
  expect(await bench.all('SELECT genre_codes FROM movie_features WHERE movie_id IN (1, 3) ORDER BY movie_id')).toEqual([{ genre_codes: [0, 1] }, { genre_codes: [] }]);
  await bench.engine.parameters().set('features.max_genres', 1);
  await bench.run();
  expect(await bench.all('SELECT genre FROM genre_features')).toEqual([{ genre: 'Drama' }]);
});

test('films: counts, means, damped means, rank, recency and trend; unrated films too', async () => {
  const films = await bench.all('SELECT movie_id, ratings, mean_rating, round(damped_mean, 4) AS damped, popularity_rank, days_since_rated, recent_ratings, trend_per_year FROM movie_features');
  expect(films).toMatchObject([
    // The overall mean is 17 / 5 = 3.4: (9 + 5 · 3.4) / 7.
    { movie_id: 1, ratings: 2, mean_rating: 4.5, damped: 3.7143, popularity_rank: 1, days_since_rated: 797, recent_ratings: 0 },
    { movie_id: 2, ratings: 2, mean_rating: 3.5, damped: 3.4286, popularity_rank: 2, recent_ratings: 0 },
    { movie_id: 3, ratings: 1, mean_rating: 1, damped: 3, popularity_rank: 3, days_since_rated: 0, recent_ratings: 1, trend_per_year: null },
    { movie_id: 4, ratings: 0, mean_rating: null, damped: 3.4, popularity_rank: 4, days_since_rated: null, recent_ratings: 0, trend_per_year: null },
  ]);
  // From 5 to 4 within 71 hours.
  expect(films[0]?.['trend_per_year']).toBeCloseTo(-31_556_952 / (71 * 3600), 6);
});

test('users: counts, spread, span, times in UTC and leanings', async () => {
  const [first, second] = await bench.all('SELECT * FROM user_profiles');
  expect(first).toMatchObject({ user_id: 1, ratings: 3, mean_rating: 3, first_rated_at: '2010-01-01T01:00:00Z', last_rated_at: '2012-03-11T00:00:00Z', active_span_days: 800, favourite_hour: 1, favourite_genres: ['Comedy', 'Drama'] });
  expect(first?.['deviation']).toBeCloseTo(Math.sqrt(8 / 3), 12);
  expect(first?.['weekdays']).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(first?.['weekend_share']).toBeCloseTo(2 / 3, 12);
  // Comedy (5 − 3) / (1 + 5), Drama ((5 − 3) + (3 − 3)) / (2 + 5), Horror (1 − 3) / (1 + 5).
  expect(first?.['genre_affinities']).toEqual([{ key: 'Comedy', value: 0.3333 }, { key: 'Drama', value: 0.2857 }, { key: 'Horror', value: -0.3333 }]);
  expect(second).toMatchObject({ user_id: 2, mean_rating: 4, deviation: 0, active_span_days: 0, favourite_genres: [] });
});
