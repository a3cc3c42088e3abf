import { BURST_RATINGS } from '../relations/ratings.ts';
import { MILLISECONDS_FROM } from '../relations/readable.ts';
import type { Rule } from './rule.ts';
import { asOf, type Scope } from '../relations/scope.ts';
import { presentRule, quarantine, typeRule } from './fields.ts';

const DAY = 86_400;
const CONSTANT_RATINGS = 20;
const DRIFT_LIMIT = 0.2;

const row = { table: 'ratings', over: 'rating_rows', unit: 'row', key: ['user_id', 'movie_id'] } as const;
const user = { ...row, column: 'user_id', name: 'user id' } as const;
const movie = { ...row, column: 'movie_id', name: 'film id' } as const;
const rating = { ...row, column: 'rating', name: 'rating' } as const;
const timestamp = { ...row, column: 'timestamp', name: 'timestamp' } as const;

const ratingNeeds = ['ratings', 'ratings.rating'] as const;
const timeNeeds = ['ratings', 'ratings.timestamp'] as const;
const pairNeeds = ['ratings', 'ratings.user_id', 'ratings.movie_id', 'ratings.rating'] as const;
/** A time in Unix seconds as a person reads it (UTC), in SQL. */
export const instant = (time: string): string => `strftime(make_timestamp(${time} * 1000000), '%Y-%m-%d %H:%M:%S')`;
const timed = 'SELECT count(*) FROM rating_rows WHERE timestamp IS NOT NULL';

/**
 * The rules on ratings. Fields are judged one by one: a rating outside the scale on a row without a user still counts.
 * Times are compared as instants, so a timestamp in milliseconds fails `timestamp.unit` and no other rule by its unit.
 */
export const ratingRules: readonly Rule[] = [
  presentRule(user, { severity: 'error', fix: quarantine }),
  typeRule(user, 'a whole number ≥ 1'),
  presentRule(movie, { severity: 'error', fix: quarantine }),
  typeRule(movie, 'a whole number ≥ 1'),
  presentRule(rating, { severity: 'error', fix: quarantine }),
  typeRule(rating, 'a number'),
  {
    ...rating, id: 'ratings.rating.range', dimension: 'accuracy', severity: 'error', title: 'The rating is outside the scale', fix: quarantine,
    requires: ratingNeeds, fails: () => 'rating < scale_min OR rating > scale_max', checked: 'SELECT count(*) FROM rating_rows WHERE rating IS NOT NULL', value: 'rating_text', reason: () => '“{value}” lies outside the scale of its file.',
  },
  {
    // Inside the scale only: 5.3 is out of range and nothing else.
    ...rating, id: 'ratings.rating.step', dimension: 'accuracy', severity: 'warning', title: 'The rating is between two steps of the scale',
    requires: ratingNeeds, checked: 'SELECT count(*) FROM rating_rows WHERE rating IS NOT NULL', value: 'rating_text', reason: () => '“{value}” lies between two steps of the scale of its file.',
    over: 'rating_uneven', fails: () => 'rating >= scale_min AND rating <= scale_max AND abs((rating - scale_min) / scale_step - round((rating - scale_min) / scale_step)) > 1e-6',
    fix: { text: 'Round to the nearest step.', action: { kind: 'set', column: 'rating', to: () => 'scale_min + round((rating - scale_min) / scale_step) * scale_step' } },
  },
  presentRule(timestamp, { severity: 'warning', fix: { text: 'Keep the rating without a time.', action: { kind: 'keep' } } }),
  typeRule(timestamp, 'a whole number of seconds or milliseconds, nor an ISO 8601 date'),
  {
    // A file in milliseconds throughout is fine: it fails only where more than half of the file is in seconds.
    ...timestamp, id: 'ratings.timestamp.unit', dimension: 'consistency', severity: 'warning', title: 'Milliseconds where the file is in seconds',
    requires: timeNeeds, fails: () => `file_in_seconds AND timestamp >= ${MILLISECONDS_FROM}`, checked: timed, value: 'timestamp_text',
    reason: () => '{value} is in milliseconds; most of the file is in seconds.',
    fix: { text: 'Divide by 1000.', action: { kind: 'set', column: 'timestamp', to: () => 'timestamp // 1000' } },
  },
  {
    ...timestamp, id: 'ratings.timestamp.future', dimension: 'timeliness', severity: 'error', title: 'The time is after the import', fix: quarantine,
    requires: timeNeeds, fails: () => 'seconds > imported_at', checked: timed, value: instant('seconds'), reason: () => 'Rated at {value} (UTC), after the import.',
  },
  {
    ...timestamp, id: 'ratings.timestamp.before_epoch', dimension: 'accuracy', severity: 'error', title: 'The time is impossibly early', fix: quarantine,
    requires: timeNeeds, fails: (scope) => `seconds < ${earliest(scope)}`, checked: timed, value: instant('seconds'),
    reason: (scope) => `Rated at {value} (UTC), before ${scope.quality.earliest}.`,
  },
  {
    // A film of year Y may be rated from 1 January of Y − 1 on. A film's year that is itself out of range says nothing.
    ...timestamp, id: 'ratings.timestamp.before_release', dimension: 'consistency', severity: 'info', title: 'Rated more than a year before the film’s year',
    requires: [...timeNeeds, 'ratings.movie_id', 'movies', 'movies.movie_id', 'movies.title'], over: 'rating_suspect_films', fails: () => 'seconds < earliest', checked: 'SELECT coalesce(sum(timed), 0)::BIGINT FROM rating_films WHERE earliest IS NOT NULL', value: instant('seconds'),
    reason: () => 'Rated at {value} (UTC), more than one year before the film’s year.',
  },
  {
    // Rows that lack a field, or have an unreadable one, are copies of nothing. 4 and 4.0 are the same rating.
    ...row, id: 'ratings.duplicate.exact', column: null, dimension: 'uniqueness', severity: 'warning', title: 'An extra copy of an identical rating', over: 'rating_copies',
    requires: pairNeeds, fails: () => 'copy > 1', checked: 'SELECT rows FROM rating_complete', value: 'rating_text', reason: () => 'The same user, film, rating and time were read before.',
    fix: { text: 'Keep one of the copies.', action: { kind: 'drop', from: 'rating_copies', by: ['user_id', 'movie_id', 'rating', 'time'], order: 'row_id NULLS LAST, text_row_id' } },
  },
  {
    ...row, id: 'ratings.duplicate.conflict', column: null, unit: 'group', dimension: 'consistency', severity: 'warning', title: 'A user rated a film more than once', over: 'rating_pairs',
    requires: pairNeeds, fails: () => 'versions > 1', checked: 'SELECT pairs FROM rating_complete', value: 'versions_text', reason: () => 'The same user and film with different ratings or times: {value}.',
    fix: { text: 'Keep the newest rating.', action: { kind: 'drop', from: 'rating_copies', by: ['user_id', 'movie_id'], order: 'time DESC NULLS LAST, text_row_id DESC NULLS LAST, row_id DESC' } },
  },
  {
    ...movie, id: 'ratings.movie_id.orphan', dimension: 'consistency', severity: 'error', title: 'The film is not in movies', fix: quarantine,
    requires: ['ratings', 'ratings.movie_id', 'movies', 'movies.movie_id'], fails: () => 'NOT film_known', checked: 'SELECT coalesce(sum(ratings), 0)::BIGINT FROM rating_films', over: 'rating_suspect_films', value: 'movie_id_text', reason: () => 'There is no film {value} in movies.',
  },
  {
    // Every row with a readable user id counts, whatever else is wrong with it.
    ...user, id: 'ratings.user.sparse', unit: 'group', key: ['user_id'], dimension: 'completeness', severity: 'info', title: 'A user with few ratings', over: 'rating_users',
    requires: ['ratings', 'ratings.user_id'], fails: ({ quality }) => `ratings < ${quality.min_ratings_per_user}`, checked: 'SELECT count(*) FROM rating_users', value: 'ratings',
    reason: ({ quality }) => `{value} ratings, fewer than ${quality.min_ratings_per_user}.`,
  },
  {
    // Films that have ratings; those with none are counted by dataset.referential.
    ...movie, id: 'ratings.movie.sparse', unit: 'group', key: ['movie_id'], dimension: 'completeness', severity: 'info', title: 'A film with few ratings', over: 'rating_films',
    requires: ['ratings', 'ratings.movie_id'], fails: ({ quality }) => `ratings < ${quality.min_ratings_per_movie}`, checked: 'SELECT count(*) FROM rating_films', value: 'ratings',
    reason: ({ quality }) => `{value} ratings, fewer than ${quality.min_ratings_per_movie}.`,
  },
  {
    ...user, id: 'ratings.user.constant', unit: 'group', key: ['user_id'], dimension: 'accuracy', severity: 'warning', title: 'A user who always gives the same rating', over: 'rating_users',
    requires: ['ratings', 'ratings.user_id', 'ratings.rating'], fails: () => `rated >= ${CONSTANT_RATINGS} AND lowest = highest`, checked: 'SELECT count(*) FROM rating_users', value: 'lowest',
    reason: () => `All of the user’s ratings (${CONSTANT_RATINGS} or more) are {value}.`,
  },
  {
    ...user, id: 'ratings.user.burst', unit: 'group', key: ['user_id'], dimension: 'accuracy', severity: 'warning', title: 'A user with a burst of ratings', over: 'rating_users',
    requires: ['ratings', 'ratings.user_id', 'ratings.timestamp'], fails: () => 'burst', checked: 'SELECT count(*) FROM rating_users', value: 'ratings',
    reason: () => `More than ${BURST_RATINGS} of the user’s {value} ratings within one minute.`,
  },
  {
    ...row, id: 'ratings.volume', column: null, unit: 'table', dimension: 'completeness', severity: 'error', title: 'Few ratings', over: 'rating_totals', key: [],
    requires: ['ratings'], fails: ({ quality }) => `ratings < ${quality.min_volume}`, checked: 'SELECT count(*) FROM rating_totals', value: 'ratings', figure: () => 'ratings',
    reason: ({ quality }) => `{value} ratings, fewer than ${quality.min_volume}.`, note: () => 'A figure about the whole table: it has no failing rows.',
  },
  {
    ...row, id: 'ratings.freshness', column: 'timestamp', unit: 'table', dimension: 'timeliness', severity: 'info', title: 'The newest rating is old', over: 'rating_totals', key: [],
    requires: timeNeeds, fails: (scope) => `${imported(scope)} - newest > ${Math.round(scope.quality.max_age_days * DAY)}`, checked: 'SELECT count(newest) FROM rating_totals', value: instant('newest'),
    figure: (scope) => `round((${imported(scope)} - newest) / ${DAY}, 1)`,
    reason: ({ quality }) => `The newest rating is of {value}, more than ${quality.max_age_days} days before these data were first imported.`, note: () => 'Age of the newest rating in days when these data were first imported; it has no failing rows.',
  },
  {
    ...row, id: 'ratings.distribution.drift', column: 'rating', unit: 'table', dimension: 'consistency', severity: 'warning', title: 'Ratings are distributed otherwise than at the last good run', over: 'rating_totals', key: [],
    requires: ratingNeeds, fails: () => `psi > ${DRIFT_LIMIT}`, checked: 'SELECT count(psi) FROM rating_totals', value: 'psi', figure: () => 'psi',
    reason: () => `The population stability index is {value}, above ${DRIFT_LIMIT}.`,
    note: (scope) => (scope.earlier === null ? 'There is no earlier run to compare with.' : 'Population stability index against the last good run; it has no failing rows.'),
  },
];

function earliest(scope: Scope): number {
  return Date.parse(`${scope.quality.earliest}T00:00:00Z`) / 1000;
}

function imported(scope: Scope): number {
  return Math.floor(asOf(scope, 'ratings') / 1000);
}
