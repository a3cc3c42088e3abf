import { withProgress } from '../workspace/progress.ts';
import { idRanges, within } from '../workspace/ranges.ts';
import type { StageContext } from '../workspace/stage.ts';

/** Ratings at the user's own mean that are added to a genre before its affinity is taken. */
const PRIOR = 5;
const FAVOURITES = 3;

/**
 * `user_profiles`, one row a user who rated: how much and how, when (hours and weekdays in UTC: `hours[1]` counts the
 * ratings between 0:00 and 1:00, `weekdays[1]` those on Mondays), and what they like.
 *
 * `genre_affinities` maps a genre to the user's leaning in rating points: the mean of (rating − the user's mean) over
 * their films of the genre, damped by a few ratings at zero. `favourite_genres` are those with the highest.
 */
export async function buildUserProfiles(context: StageContext): Promise<void> {
  const { session, read, write } = context;
  const ranges = await idRanges(session, `SELECT user_id, count(*) FROM ${read('ratings')} GROUP BY user_id`);
  const total = ranges.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const [step, range] of ranges.entries()) {
    const profiles = await profilesSql(context, within('user_id', range));
    const into = step === 0 ? `CREATE TABLE ${write('user_profiles')} AS` : `INSERT INTO ${write('user_profiles')}`;
    await withProgress(session, context, { detail: 'users', rows: range.rows, done, total }, () => session.run(`${into} ${profiles}`));
    done += range.rows;
  }
}

/** Profiles of the users that `of`, a condition on user_id, is about. */
async function profilesSql({ read, has }: StageContext, of: string): Promise<string> {
  const counts = (part: string, from: number, to: number) =>
    `[${Array.from({ length: to - from + 1 }, (_, i) => `coalesce(sum(n) FILTER (${part} = ${from + i}), 0)`).join(', ')}]::INTEGER[]`;
  // Lists are sorted when they are whole: an ordered aggregate would keep a buffer for every user.
  const leanings = (await has('movie_genres'))
    ? `
      SELECT user_id,
        map_from_entries(list_transform(leanings, lambda l: {'k': l.genre, 'v': -l.affinity})) AS genre_affinities,
        list_transform(list_filter(leanings, lambda l: l.affinity < 0)[:${FAVOURITES}], lambda l: l.genre) AS favourite_genres
      FROM (
        SELECT user_id, list_sort(list({'affinity': -affinity, 'ratings': -ratings, 'genre': genre})) AS leanings
        FROM (
          SELECT user_id, genre, count(*) AS ratings, round(sum(rating_centred) / (count(*) + ${PRIOR}), 4) AS affinity
          FROM ${read('ratings')} JOIN ${read('movie_genres')} USING (movie_id) WHERE ${of} GROUP BY user_id, genre
        ) GROUP BY user_id
      )`
    : 'SELECT NULL::BIGINT AS user_id, NULL::MAP(VARCHAR, DOUBLE) AS genre_affinities, NULL::VARCHAR[] AS favourite_genres WHERE false';
  return `
    WITH rated AS (
      SELECT
        user_id, count(*) AS ratings, avg(rating) AS mean_rating, stddev_pop(rating) AS deviation,
        min(rated_at) AS first_rated_at, max(rated_at) AS last_rated_at,
        date_diff('day', min(rated_at), max(rated_at)) AS active_span_days
      FROM ${read('ratings')} WHERE ${of} GROUP BY user_id
    ),
    times AS (
      SELECT user_id, ${counts('hour', 0, 23)} AS hours, ${counts('weekday', 1, 7)} AS weekdays
      FROM (SELECT user_id, hour(rated_at) AS hour, isodow(rated_at) AS weekday, count(*) AS n FROM ${read('ratings')} WHERE ${of} GROUP BY ALL)
      GROUP BY user_id
    )
    SELECT
      rated.*,
      hours,
      weekdays,
      CASE WHEN list_sum(hours) > 0 THEN list_position(hours, list_max(hours)) - 1 END AS favourite_hour,
      CASE WHEN list_sum(weekdays) > 0 THEN (weekdays[6] + weekdays[7]) / list_sum(weekdays) END AS weekend_share,
      coalesce(genre_affinities, MAP {}) AS genre_affinities,
      coalesce(favourite_genres, []) AS favourite_genres
    FROM rated JOIN times USING (user_id) LEFT JOIN (${leanings}) USING (user_id)
    ORDER BY user_id
  `;
}
