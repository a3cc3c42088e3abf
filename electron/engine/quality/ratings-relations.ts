import type { Session } from '../workspace/session.ts';
import { idFromText, MILLISECONDS_FROM, numberFromText, presentText, TIMESTAMP_LIMIT, timestampFromText } from './readable.ts';
import { hasColumn, hasTable, perFile, type RatingShare, type Scope } from './scope.ts';

/** One field of a relation over a raw table: its value when readable, and whether it is missing or unreadable. */
function field(name: string, columns: { value: string; missing: string; unreadable: string; text: string }): string {
  return `${columns.missing} AS ${name}_missing, ${columns.unreadable} AS ${name}_unreadable, ${columns.value} AS ${name}, ${columns.text} AS ${name}_text`;
}

/** A field of a typed raw column: `readable` says which of its values are values at all. */
export function typedField(name: string, type: string, present: boolean, readable: string): string {
  if (!present) return field(name, { value: `NULL::${type}`, missing: 'false', unreadable: 'false', text: 'NULL::VARCHAR' });
  return field(name, { value: `CASE WHEN ${readable} THEN ${name} END`, missing: `${name} IS NULL`, unreadable: `NOT (${readable})`, text: `CAST(${name} AS VARCHAR)` });
}

/** The same field from the text of a row that had an unreadable cell. */
export function textField(name: string, type: string, present: boolean, parse: (text: string) => string): string {
  if (!present) return field(name, { value: `NULL::${type}`, missing: 'false', unreadable: 'false', text: 'NULL::VARCHAR' });
  const text = presentText(name);
  return field(name, { value: parse(`(${text})`), missing: `${text} IS NULL`, unreadable: `${text} IS NOT NULL AND ${parse(`(${text})`)} IS NULL`, text: name });
}

const inMilliseconds = `CASE WHEN timestamp >= ${MILLISECONDS_FROM} THEN timestamp ELSE timestamp * 1000 END`;

/** Every rating: `time` is its instant in Unix milliseconds, `timestamp` the number as it came. */
function ratingFields(scope: Scope): string {
  const has = (column: string) => hasColumn(scope, 'ratings', column);
  const files = scope.ratingFiles;
  const facts = (by: 'rowid' | 'file_id') =>
    [
      `${perFile(files, (f) => f.scale.min, by)}::DOUBLE AS scale_min`, `${perFile(files, (f) => f.scale.max, by)}::DOUBLE AS scale_max`, `${perFile(files, (f) => f.scale.step, by)}::DOUBLE AS scale_step`,
      `${perFile(files, (f) => f.importedAt, by)}::BIGINT AS imported_at`, `${perFile(files, (f) => f.inSeconds, by)}::BOOLEAN AS file_in_seconds`,
    ].join(', ');
  const typed = `SELECT rowid AS row_id, NULL::BIGINT AS text_row_id, ${facts('rowid')},
    ${typedField('user_id', 'BIGINT', has('user_id'), 'user_id >= 1')}, ${typedField('movie_id', 'BIGINT', has('movie_id'), 'movie_id >= 1')},
    ${typedField('rating', 'DOUBLE', has('rating'), 'isfinite(rating)')}, ${typedField('timestamp', 'BIGINT', has('timestamp'), `timestamp > -${TIMESTAMP_LIMIT} AND timestamp < ${TIMESTAMP_LIMIT}`)}
    FROM raw.ratings`;
  const text = `SELECT NULL::BIGINT AS row_id, rowid AS text_row_id, ${facts('file_id')},
    ${textField('user_id', 'BIGINT', has('user_id'), idFromText)}, ${textField('movie_id', 'BIGINT', has('movie_id'), idFromText)},
    ${textField('rating', 'DOUBLE', has('rating'), numberFromText)}, ${textField('timestamp', 'BIGINT', has('timestamp'), timestampFromText)}
    FROM raw.ratings_text`;
  return `SELECT *, ${inMilliseconds} AS time FROM (${typed}${hasTable(scope, 'ratings_text') ? ` UNION ALL ${text}` : ''})`;
}

/** `rating_fields`: every rating; `rating_rows`: the same with what is known of its film. */
export async function buildRatingRows(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP VIEW rating_fields AS ${ratingFields(scope)}`);
  await session.run(`CREATE OR REPLACE TEMP VIEW rating_rows AS SELECT r.*, f.known_id IS NOT NULL AS film_known, f.earliest FROM rating_fields r LEFT JOIN films f ON f.known_id = r.movie_id`);
}

export async function buildRatingFilms(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_films AS SELECT movie_id, count(*) AS ratings, max(time) FILTER (time <= imported_at) AS newest FROM rating_fields GROUP BY movie_id`);
}

/** More than this many ratings within BURST_SECONDS are a burst. */
export const BURST_RATINGS = 200;
const BURST_SECONDS = 60;
const RESIDUES = 32;

/**
 * One row a user, with `burst`: whether more than BURST_RATINGS of its ratings lie within BURST_SECONDS, both ends included.
 * Only users that can have one are sorted by time: such a span touches at most two clock minutes, so that one minute, and
 * with it all minutes of the same remainder, holds more than half as many.
 */
export async function buildRatingUsers(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_users AS
    SELECT user_id, count(*) AS ratings, count(rating) AS rated, min(rating) AS lowest, max(rating) AS highest, false AS burst FROM rating_fields WHERE user_id IS NOT NULL GROUP BY user_id`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_suspects AS SELECT DISTINCT user_id FROM (
    SELECT user_id, ((time // 60000) % ${RESIDUES})::TINYINT AS residue FROM rating_fields
    WHERE time IS NOT NULL AND user_id IN (SELECT user_id FROM rating_users WHERE ratings > ${BURST_RATINGS})
    GROUP BY ALL HAVING count(*) > ${BURST_RATINGS / 2})`);
  await session.run(`UPDATE rating_users SET burst = true WHERE user_id IN (SELECT user_id FROM (
    SELECT user_id, time - lag(time, ${BURST_RATINGS}) OVER (PARTITION BY user_id ORDER BY time) AS span FROM rating_fields
    WHERE time IS NOT NULL AND user_id IN (SELECT user_id FROM rating_suspects)) WHERE span <= ${BURST_SECONDS * 1000})`);
}

/**
 * `rating_copies`: the rows of each (user, film) pair that comes more than once, `copy` counting identical ones from 1;
 * `rating_pairs`: those pairs; `rating_complete`: how many rows and pairs there are. Only rows with all their fields count.
 * Where the rows come ordered by user and film, as in MovieLens files, one look at each row and the one before is enough.
 */
export async function buildRatingCopies(session: Session, scope: Scope): Promise<void> {
  const complete = ['user_id', 'movie_id', 'rating', ...(hasColumn(scope, 'ratings', 'timestamp') ? ['timestamp'] : [])].map((c) => `${c} IS NOT NULL`).join(' AND ');
  const streamed = `SELECT user_id, movie_id, lag(user_id) OVER () AS user_before, lag(movie_id) OVER () AS movie_before FROM rating_fields WHERE ${complete}`;
  const same = 'user_id = user_before AND movie_id = movie_before';
  const order = await session.one<{ rows: number; same: number; ordered: boolean }>(`
    SELECT count(*) AS rows, count(*) FILTER (${same}) AS same,
      count(*) FILTER (user_id < user_before OR (user_id = user_before AND movie_id < movie_before)) = 0 AS ordered FROM (${streamed})`);
  const repeated = order.ordered
    ? order.same === 0 ? 'SELECT 0::BIGINT AS user_id, 0::BIGINT AS movie_id WHERE false' : `SELECT DISTINCT user_id, movie_id FROM (${streamed}) WHERE ${same}`
    : `SELECT DISTINCT user_id, movie_id FROM (SELECT user_id, movie_id, lag(movie_id) OVER (PARTITION BY user_id ORDER BY movie_id) AS movie_before FROM rating_fields WHERE ${complete}) WHERE movie_id = movie_before`;
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_repeated AS ${repeated}`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_copies AS
    SELECT *, row_number() OVER (PARTITION BY user_id, movie_id, rating, time ORDER BY row_id NULLS LAST, text_row_id) AS copy
    FROM (SELECT row_id, text_row_id, user_id, movie_id, rating, time, rating_text FROM rating_fields SEMI JOIN rating_repeated USING (user_id, movie_id) WHERE ${complete})`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_pairs AS
    SELECT user_id, movie_id, count(*) AS copies, count(*) FILTER (copy = 1) AS versions, min(row_id) AS row_id, NULL::BIGINT AS text_row_id,
      string_agg(rating || coalesce(' at ' || strftime(make_timestamp_ms(time), '%Y-%m-%d %H:%M:%S'), ''), ', ' ORDER BY time, rating) FILTER (copy = 1) AS versions_text
    FROM rating_copies GROUP BY user_id, movie_id`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_complete AS SELECT ${order.rows}::BIGINT AS rows,
    ${order.rows} - (SELECT count(*) FROM rating_copies) + (SELECT count(*) FROM rating_pairs) AS pairs`);
}

/** One row: how many ratings, the newest (Unix milliseconds; later than the import does not count), and drift as PSI. */
export async function buildRatingTotals(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_shares AS ${hasColumn(scope, 'ratings', 'rating') ? ratingShares : 'SELECT NULL::DOUBLE AS rating, 0::DOUBLE AS share WHERE false'}`);
  await session.run(`CREATE OR REPLACE TEMP TABLE rating_totals AS
    SELECT coalesce(sum(ratings), 0)::BIGINT AS ratings, max(newest) AS newest, ${stabilityIndex(scope.earlier)} AS psi FROM rating_films`);
}

/** Share of each step of the scale; values outside it do not count, those between steps count for the nearest. */
const ratingShares = `
  SELECT scale_min + round((rating - scale_min) / scale_step) * scale_step AS rating, count(*) / sum(count(*)) OVER () AS share
  FROM rating_fields WHERE rating BETWEEN scale_min AND scale_max GROUP BY ALL`;

export async function readRatingShares(session: Session): Promise<RatingShare[]> {
  return session.all<RatingShare>('SELECT rating, share FROM rating_shares ORDER BY rating');
}

// A step that one of the two never used counts as this share, so that the index stays finite.
const SHARE_FLOOR = 0.0001;

/** Population stability index: the sum over steps of (now − then) · ln(now / then). NULL without an earlier distribution. */
function stabilityIndex(earlier: readonly RatingShare[] | null): string {
  if (earlier === null || earlier.length === 0) return 'NULL::DOUBLE';
  const then = earlier.map(({ rating, share }) => `(${rating}::DOUBLE, ${share}::DOUBLE)`).join(', ');
  return `(SELECT sum((now_share - then_share) * ln(now_share / then_share)) FROM (
    SELECT greatest(coalesce(n.share, 0), ${SHARE_FLOOR}) AS now_share, greatest(coalesce(t.share, 0), ${SHARE_FLOOR}) AS then_share
    FROM rating_shares n FULL JOIN (VALUES ${then}) t(rating, share) ON abs(t.rating - n.rating) < 1e-6))`;
}
