import { ReelbenchError } from '../../../shared/contract/index.ts';
import { drawsBelow, withDraw } from '../workspace/draw.ts';
import { withProgress } from '../workspace/progress.ts';
import type { StageContext } from '../workspace/stage.ts';

const PART = `ENUM('train', 'validation', 'test')`;
/** Of a held-out user's ratings one in so many is asked for, the others are shown as history (Liang et al. 2018). */
const ASKED_OF = 5;

/**
 * `splits`, one row a rating and in the order of `ratings`: `part` is what it is for, and `given` whether a model may
 * see it. Models learn from the rows of train. What a user's list is judged by are the rows of test that are not given;
 * what it is made from are the user's given rows, of which a held-out user (by-user) has some in test. Every rating is
 * in exactly one part. Choices follow from `engine.seed`, user and film alone. Answers the number of rows.
 */
export async function buildSplits(context: StageContext, rows: number): Promise<number> {
  const { session, read, write, parameters } = context;
  const { method, test_share, validation_share, min_ratings } = parameters.split;
  if (test_share + validation_share >= 1 && method !== 'leave-last-out') {
    throw new ReelbenchError('invalid-arguments', `split.test_share ${test_share} and split.validation_share ${validation_share} leave nothing to learn from.`, { hint: 'Together they must be below 1.' });
  }
  const query = await { random: byRating, 'by-user': byUser, 'by-time': byTime, 'leave-last-out': leaveLastOut }[method]();
  await withProgress(session, context, { detail: 'splits', rows }, () =>
    session.run(`CREATE TABLE ${write('splits')} AS SELECT user_id, movie_id, CAST(part AS ${PART}) AS part, given FROM (${query})`));
  const { made, train, tested } = await session.one<{ made: number; train: number; tested: number }>(
    `SELECT count(*) AS made, count(*) FILTER (part = 'train') AS train, count(*) FILTER (part = 'test' AND NOT given) AS tested FROM ${write('splits')}`);
  if (train === 0) context.log('warn', 'The split leaves no rating to learn from.');
  if (tested === 0) context.log('warn', `The split ${method} leaves nothing to test: there are too few ratings, or split.min_ratings (${min_ratings}) is too high.`);
  return made;

  /** Each rating by itself, but for the users with few. */
  async function byRating(): Promise<string> {
    const test = drawsBelow(test_share);
    return `
      SELECT *, part = 'train' AS given FROM (
        SELECT user_id, movie_id, CASE WHEN ratings < ${min_ratings} OR draw >= ${drawsBelow(test_share + validation_share)} THEN 'train' WHEN draw < ${test} THEN 'test' ELSE 'validation' END AS part
        FROM (${withDraw(`SELECT user_id, movie_id FROM ${read('ratings')}`, ['user_id', 'movie_id'], parameters.engine.seed)})
        JOIN (SELECT user_id, count(*) AS ratings FROM ${read('ratings')} GROUP BY user_id) USING (user_id)
      )`;
  }

  /** Users as a whole; of those held out, a fifth of the ratings (at least one) is asked for. */
  async function byUser(): Promise<string> {
    const test = drawsBelow(test_share);
    await session.run(`
      CREATE OR REPLACE TEMP TABLE split_users AS
      SELECT user_id, ratings, CASE WHEN draw < ${test} THEN 'test' ELSE 'validation' END AS part
      FROM (${withDraw(`SELECT user_id, count(*) AS ratings FROM ${read('ratings')} GROUP BY user_id HAVING count(*) >= ${Math.max(2, min_ratings)}`, ['user_id'], parameters.engine.seed)})
      WHERE draw < ${drawsBelow(test_share + validation_share)};
      CREATE OR REPLACE TEMP TABLE split_asked AS
      SELECT user_id, movie_id, true AS asked FROM (
        SELECT user_id, movie_id, row_number() OVER (PARTITION BY user_id ORDER BY draw, movie_id) AS place
        FROM (${withDraw(`SELECT user_id, movie_id FROM ${read('ratings')} SEMI JOIN split_users USING (user_id)`, ['user_id', 'movie_id'], parameters.engine.seed)})
      ) JOIN split_users USING (user_id) WHERE place <= greatest(1, ratings // ${ASKED_OF})
    `);
    return `
      SELECT user_id, movie_id, coalesce(part, 'train') AS part, NOT coalesce(asked, false) AS given
      FROM ${read('ratings')} LEFT JOIN split_users USING (user_id) LEFT JOIN split_asked USING (user_id, movie_id)`;
  }

  /** One moment for all: what was rated after it is for testing. Ratings of the same moment stay together, in the earlier part. */
  async function byTime(): Promise<string> {
    const { unknown } = await session.one<{ unknown: number }>(`SELECT count(*) AS unknown FROM ${read('ratings')} WHERE rated_at IS NULL`);
    if (unknown > 0) context.log('warn', `${unknown} ratings without a time are taken as older than all others.`);
    const test = await cut(context, rows, test_share);
    const validation = await cut(context, rows, test_share + validation_share);
    return `
      SELECT *, part = 'train' AS given FROM (
        SELECT user_id, movie_id, CASE WHEN rated_at > make_timestamp(${test}) THEN 'test' WHEN rated_at > make_timestamp(${validation}) THEN 'validation' ELSE 'train' END AS part
        FROM ${read('ratings')}
      )`;
  }

  /** Each user's newest rating; of ratings of the same moment, that of the film with the larger id. */
  async function leaveLastOut(): Promise<string> {
    const newest = (from: string, least: number) => `SELECT user_id, max_by(movie_id, row(${TIME}, movie_id)) AS movie_id FROM ${from} GROUP BY user_id HAVING count(*) >= ${least}`;
    const least = Math.max(2, min_ratings);
    await session.run(`CREATE OR REPLACE TEMP TABLE split_last AS SELECT *, 'test' AS part FROM (${newest(read('ratings'), least)})`);
    if (validation_share > 0) {
      await session.run(`INSERT INTO split_last SELECT *, 'validation' FROM (${newest(`${read('ratings')} ANTI JOIN split_last USING (user_id, movie_id)`, Math.max(2, least - 1))}) WHERE user_id IN (SELECT user_id FROM split_last)`);
    }
    return `SELECT user_id, movie_id, coalesce(part, 'train') AS part, part IS NULL AS given FROM ${read('ratings')} LEFT JOIN split_last USING (user_id, movie_id)`;
  }
}

/** The time of a rating in microseconds; one without a time is older than all. */
const TIME = 'coalesce(epoch_us(rated_at), -9223372036854775807)';

/**
 * The moment, in microseconds since 1970, after which no more than `share` of the ratings lie, and as many as can. Found
 * by day first, so that memory does not grow with the ratings.
 */
async function cut({ session, read }: StageContext, rows: number, share: number): Promise<number> {
  const upTo = rows - Math.floor(share * rows + 1e-9);
  const reached = (unit: string, where: string) => `
    SELECT min(unit) AS unit, min(up_to - n) AS before FROM (
      SELECT unit, n, sum(n) OVER (ORDER BY unit) AS up_to FROM (SELECT ${unit} AS unit, count(*) AS n FROM ${read('ratings')} ${where} GROUP BY unit)
    ) WHERE up_to >= ?`;
  const day = `CASE WHEN rated_at IS NULL THEN -1e15::BIGINT ELSE epoch_us(rated_at) // 86400000000 END`;
  const { unit: cutDay, before } = await session.one<{ unit: number | null; before: number | null }>(`SELECT unit, before::BIGINT AS before FROM (${reached(day, '')})`, [BigInt(upTo)]);
  if (cutDay === null || cutDay <= -1e15) return -9_000_000_000_000_000;
  const { unit } = await session.one<{ unit: number | null }>(`SELECT unit FROM (${reached('epoch_us(rated_at)', `WHERE epoch_us(rated_at) // 86400000000 = ${cutDay}`)})`, [BigInt(upTo - (before ?? 0))]);
  return unit ?? -9_000_000_000_000_000;
}
