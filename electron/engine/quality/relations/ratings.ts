import type { Session } from '../../workspace/session.ts';
import { textField, typedField } from './fields.ts';
import { idFromText, MILLISECONDS_FROM, numberFromText, TIMESTAMP_LIMIT, timestampFromText } from './readable.ts';
import { hasColumn, hasTable, perFile, type RatingShare, type Scope } from './scope.ts';

/**
 * Every rating: `timestamp` is the number as it came, `seconds` its instant in Unix seconds, `time` in milliseconds.
 * Columns whose every value is readable are taken as they are, so that conditions on them reach the zone maps.
 */
function ratingRows(scope: Scope): string {
  const has = (column: string) => hasColumn(scope, 'ratings', column);
  const files = scope.ratingFiles;
  const facts = (by: 'rowid' | 'file_id') =>
    [
      `${perFile(files, (f) => f.scale.min, by)}::DOUBLE AS scale_min`, `${perFile(files, (f) => f.scale.max, by)}::DOUBLE AS scale_max`, `${perFile(files, (f) => f.scale.step, by)}::DOUBLE AS scale_step`,
      `${perFile(files, (f) => Math.floor(f.importedAt / 1000), by)}::BIGINT AS imported_at`, `${perFile(files, (f) => f.inSeconds, by)}::BOOLEAN AS file_in_seconds`,
    ].join(', ');
  const typed = (name: string, type: string, unreadable: string) => typedField(name, type, has(name), scope.plain.has(name) ? undefined : unreadable);
  const typedRows = `SELECT rowid AS row_id, NULL::BIGINT AS text_row_id, ${facts('rowid')},
    ${typed('user_id', 'BIGINT', 'user_id < 1')}, ${typed('movie_id', 'BIGINT', 'movie_id < 1')}, ${typed('rating', 'DOUBLE', 'NOT isfinite(rating)')}, ${typed('timestamp', 'BIGINT', `timestamp >= ${TIMESTAMP_LIMIT}`)}
    FROM raw.ratings`;
  const textRows = `SELECT NULL::BIGINT AS row_id, rowid AS text_row_id, ${facts('file_id')},
    ${textField('user_id', 'BIGINT', has('user_id'), idFromText)}, ${textField('movie_id', 'BIGINT', has('movie_id'), idFromText)},
    ${textField('rating', 'DOUBLE', has('rating'), numberFromText)}, ${textField('timestamp', 'BIGINT', has('timestamp'), timestampFromText)}
    FROM raw.ratings_text`;
  const instants = (mixed: boolean) =>
    mixed
      ? `CASE WHEN timestamp >= ${MILLISECONDS_FROM} THEN timestamp // 1000 ELSE timestamp END AS seconds, CASE WHEN timestamp >= ${MILLISECONDS_FROM} THEN timestamp ELSE ${fromSeconds} END AS time`
      : `timestamp AS seconds, ${fromSeconds} AS time`;
  const texts = hasTable(scope, 'ratings_text') ? ` UNION ALL SELECT *, ${instants(true)} FROM (${textRows})` : '';
  return `SELECT *, ${instants(scope.milliseconds)} FROM (${typedRows})${texts}`;
}

// Times before the year −1200 are as early as that, lest the product overflow.
const fromSeconds = `greatest(timestamp, -${MILLISECONDS_FROM}) * 1000`;

/** `rating_rows`: every rating. */
export async function buildRatingRows(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP VIEW rating_rows AS ${ratingRows(scope)}`);
}

/** `rating_values`: how often each rating was given. */
export async function buildRatingValues(session: Session): Promise<void> {
  await session.run('CREATE OR REPLACE TEMP TABLE rating_values AS SELECT rating, count(*) AS count FROM rating_rows WHERE rating IS NOT NULL GROUP BY rating');
}

/** `rating_uneven`: ratings of a value that is on no step of some file's scale; of a clean set, none. */
export async function buildUnevenRatings(session: Session, { ratingFiles }: Scope): Promise<void> {
  const uneven = new Set(ratingFiles.map(({ scale: { min, step } }) => `abs((rating - ${min}) / ${step} - round((rating - ${min}) / ${step})) > 1e-6`));
  await session.run(`CREATE OR REPLACE TEMP VIEW rating_uneven AS SELECT * FROM rating_rows WHERE rating IN (SELECT rating FROM rating_values WHERE ${[...uneven].join(' OR ')})`);
}

/** `rating_films`: one row a rated film, with how many ratings have a time, the first of them, and what is known of the film. */
export async function buildRatingFilms(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_films AS
    SELECT r.*, f.known_id IS NOT NULL AS film_known, f.earliest
    FROM (SELECT movie_id, count(*) AS ratings, count(seconds) AS timed, min(seconds) AS first FROM rating_rows WHERE movie_id IS NOT NULL GROUP BY movie_id) r
    LEFT JOIN films f ON f.known_id = r.movie_id`);
}

/** `rating_suspect_films`: the ratings of films that are not in movies or have a rating before their earliest plausible time. */
export async function buildSuspectFilms(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP VIEW rating_suspect_films AS
    SELECT r.*, f.film_known, f.earliest FROM rating_rows r JOIN rating_films f ON f.movie_id = r.movie_id WHERE f.movie_id IN (SELECT movie_id FROM rating_films WHERE NOT film_known OR first < earliest)`);
}

/** More than this many ratings within BURST_SECONDS are a burst. */
export const BURST_RATINGS = 200;
const BURST_SECONDS = 60;

/**
 * `rating_users`: one row a user, with `burst`: whether more than BURST_RATINGS of its ratings lie within BURST_SECONDS, both
 * ends included. Only users that can have one are sorted by time: such a span touches at most two of the stretches of 64
 * seconds that time is cut into, so one of them holds more than half as many ratings, and with it all stretches of the
 * same number modulo 64.
 */
export async function buildRatingUsers(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_users AS
    SELECT user_id, count(*) AS ratings, count(rating) AS rated, min(rating) AS lowest, max(rating) AS highest, false AS burst FROM rating_rows WHERE user_id IS NOT NULL GROUP BY user_id`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_suspects AS SELECT DISTINCT user_id FROM (
    SELECT user_id, CAST((seconds >> 6) & 63 AS TINYINT) AS stretch FROM rating_rows
    WHERE seconds >= 0 AND user_id IN (SELECT user_id FROM rating_users WHERE ratings > ${BURST_RATINGS})
    GROUP BY ALL HAVING count(*) > ${BURST_RATINGS / 2})`);
  await session.run(`UPDATE rating_users SET burst = true WHERE user_id IN (SELECT user_id FROM (
    SELECT user_id, seconds - lag(seconds, ${BURST_RATINGS}) OVER (PARTITION BY user_id ORDER BY seconds) AS span FROM rating_rows
    WHERE seconds >= 0 AND user_id IN (SELECT user_id FROM rating_suspects)) WHERE span <= ${BURST_SECONDS})`);
}

/**
 * `rating_copies`: the rows of each (user, film) pair that comes more than once, `copy` counting identical ones from 1;
 * `rating_pairs`: those pairs; `rating_complete`: how many rows and pairs there are. Only rows with all their fields count.
 * Where the rows come ordered by user and film, as in MovieLens files, one look at each row and the one before is enough.
 */
export async function buildRatingCopies(session: Session, scope: Scope): Promise<void> {
  const complete = ['user_id', 'movie_id', 'rating', ...(hasColumn(scope, 'ratings', 'timestamp') ? ['timestamp'] : [])].map((c) => `${c} IS NOT NULL`).join(' AND ');
  const streamed = `SELECT user_id, movie_id, lag(user_id) OVER () AS user_before, lag(movie_id) OVER () AS movie_before FROM rating_rows WHERE ${complete}`;
  const same = 'user_id = user_before AND movie_id = movie_before';
  const order = await session.one<{ rows: number; same: number; ordered: boolean }>(`
    SELECT count(*) AS rows, count(*) FILTER (${same}) AS same,
      count(*) FILTER (user_id < user_before OR (user_id = user_before AND movie_id < movie_before)) = 0 AS ordered FROM (${streamed})`);
  const repeated = order.ordered
    ? order.same === 0 ? 'SELECT 0::BIGINT AS user_id, 0::BIGINT AS movie_id WHERE false' : `SELECT DISTINCT user_id, movie_id FROM (${streamed}) WHERE ${same}`
    : `SELECT DISTINCT user_id, movie_id FROM (SELECT user_id, movie_id, lag(movie_id) OVER (PARTITION BY user_id ORDER BY movie_id) AS movie_before FROM rating_rows WHERE ${complete}) WHERE movie_id = movie_before`;
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_repeated AS ${repeated}`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_copies AS
    SELECT *, row_number() OVER (PARTITION BY user_id, movie_id, rating, time ORDER BY row_id NULLS LAST, text_row_id) AS copy
    FROM (SELECT row_id, text_row_id, user_id, movie_id, rating, time, rating_text FROM rating_rows SEMI JOIN rating_repeated USING (user_id, movie_id) WHERE ${complete})`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_pairs AS
    SELECT user_id, movie_id, count(*) AS copies, count(*) FILTER (copy = 1) AS versions, min(row_id) AS row_id, NULL::BIGINT AS text_row_id,
      string_agg(rating || coalesce(' at ' || strftime(make_timestamp_ms(time), '%Y-%m-%d %H:%M:%S'), ''), ', ' ORDER BY time, rating) FILTER (copy = 1) AS versions_text
    FROM rating_copies GROUP BY user_id, movie_id`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_complete AS SELECT ${order.rows}::BIGINT AS rows,
    ${order.rows} - (SELECT count(*) FROM rating_copies) + (SELECT count(*) FROM rating_pairs) AS pairs`);
}

/** One row: how many ratings, the newest (Unix seconds; later than the import does not count), and drift as PSI. */
export async function buildRatingTotals(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_shares AS ${ratingShares(scope)}`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_totals AS
    SELECT (SELECT count(*) FROM rating_rows) AS ratings, (SELECT max(seconds) FROM rating_rows WHERE seconds <= imported_at) AS newest, ${stabilityIndex(scope.earlier)} AS psi`);
}

/** Share of each step of the (first file's) scale; values outside it do not count, those between steps count for the nearest. */
function ratingShares({ ratingFiles }: Scope): string {
  const { min, max, step } = ratingFiles[0]?.scale ?? { min: 0.5, max: 5, step: 0.5 };
  return `SELECT ${min} + round((rating - ${min}) / ${step}) * ${step} AS rating, sum(count) / sum(sum(count)) OVER () AS share FROM rating_values WHERE rating BETWEEN ${min} AND ${max} GROUP BY ALL`;
}

export async function readRatingShares(session: Session): Promise<RatingShare[]> {
  return session.all<RatingShare>('SELECT rating, share FROM rating_shares ORDER BY rating');
}

// A step that one of the two never used counts as this share, so that the index stays finite.
const SHARE_FLOOR = 0.0001;

/** Population stability index: the sum over steps of (now − then) · ln(now / then). NULL without an earlier distribution. */
function stabilityIndex(earlier: readonly RatingShare[] | null): string {
  if (earlier === null || earlier.length === 0) return 'NULL::DOUBLE';
  const then = earlier.map(({ rating, share }) => `(${rating}::DOUBLE, ${share}::DOUBLE)`).join(', ');
  return `(SELECT round(sum((now_share - then_share) * ln(now_share / then_share)), 6) FROM (
    SELECT greatest(coalesce(n.share, 0), ${SHARE_FLOOR}) AS now_share, greatest(coalesce(t.share, 0), ${SHARE_FLOOR}) AS then_share
    FROM rating_shares n FULL JOIN (VALUES ${then}) t(rating, share) ON abs(t.rating - n.rating) < 1e-6))`;
}
