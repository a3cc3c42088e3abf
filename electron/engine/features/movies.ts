import type { StageContext } from '../workspace/stage.ts';

const RECENT = 'INTERVAL 365 DAYS';

/**
 * `movie_features`, one row a film: how often and how well rated, damped so that few ratings weigh little
 * (`(sum + damping · overall mean) / (ratings + damping)`), rank by number of ratings, how recent, and the trend in
 * rating points a year (least squares over the time of rating). `genre_codes` are the film's encoded genres.
 */
export async function buildMovieFeatures({ session, read, write, parameters, has }: StageContext): Promise<void> {
  const { damping } = parameters.features;
  const codes = (await has('movie_genres'))
    ? `SELECT movie_id, list_sort(list(code)) AS genre_codes FROM ${read('movie_genres')} JOIN ${write('genre_features')} USING (genre_id) GROUP BY movie_id`
    : 'SELECT NULL::BIGINT AS movie_id, NULL::INTEGER[] AS genre_codes WHERE false';
  await session.run(`
    CREATE TABLE ${write('movie_features')} AS
    WITH overall AS (SELECT avg(rating) AS mean, max(rated_at) AS newest FROM ${read('ratings')}),
    rated AS (
      SELECT
        movie_id, count(*) AS ratings, sum(rating) AS total, avg(rating) AS mean_rating, stddev_pop(rating) AS deviation,
        min(rated_at) AS first_rated_at, max(rated_at) AS last_rated_at,
        count(*) FILTER (rated_at > (SELECT newest FROM overall) - ${RECENT}) AS recent_ratings,
        CASE WHEN min(rated_at) < max(rated_at) THEN regr_slope(rating, epoch(rated_at) / 31556952) END AS trend_per_year
      FROM ${read('ratings')} GROUP BY movie_id
    )
    SELECT
      m.movie_id,
      coalesce(r.ratings, 0) AS ratings,
      r.mean_rating,
      CASE WHEN coalesce(r.ratings, 0) + ${damping} > 0
        THEN (coalesce(r.total, 0) + ${damping} * o.mean) / (coalesce(r.ratings, 0) + ${damping}) END AS damped_mean,
      r.deviation,
      CAST(row_number() OVER (ORDER BY coalesce(r.ratings, 0) DESC, r.total DESC NULLS LAST, m.movie_id) AS INTEGER) AS popularity_rank,
      r.first_rated_at,
      r.last_rated_at,
      date_diff('day', r.last_rated_at, o.newest) AS days_since_rated,
      coalesce(r.recent_ratings, 0) AS recent_ratings,
      r.trend_per_year,
      coalesce(c.genre_codes, []) AS genre_codes
    FROM ${read('movies')} m CROSS JOIN overall o LEFT JOIN rated r USING (movie_id) LEFT JOIN (${codes}) c USING (movie_id)
    ORDER BY m.movie_id
  `);
}

/**
 * `genre_features`: the genres that are encoded, that is on at least `features.min_frequency` films and among the
 * `features.max_genres` commonest; `code` counts from 0, the commonest first.
 */
export async function buildGenreFeatures({ session, read, write, parameters }: StageContext): Promise<void> {
  const { min_frequency, max_genres } = parameters.features;
  await session.run(`
    CREATE TABLE ${write('genre_features')} AS
    WITH rated AS (SELECT movie_id, count(*) AS ratings, sum(rating) AS total FROM ${read('ratings')} GROUP BY movie_id)
    SELECT
      CAST(row_number() OVER (ORDER BY count(*) DESC, genre) - 1 AS INTEGER) AS code,
      genre_id,
      genre,
      count(*) AS films,
      CAST(coalesce(sum(ratings), 0) AS BIGINT) AS ratings,
      sum(total) / sum(ratings) AS mean_rating
    FROM ${read('movie_genres')} LEFT JOIN rated USING (movie_id)
    GROUP BY genre_id, genre
    HAVING count(*) >= ${min_frequency}
    ORDER BY code
    LIMIT ${max_genres}
  `);
}
