import { withProgress } from '../workspace/progress.ts';
import type { StageContext } from '../workspace/stage.ts';
import { cleanRows } from './clean.ts';
import { type Classified, countOutcomes, kept } from './outcomes.ts';

/** A TIMESTAMP in UTC from seconds or milliseconds since 1970: from 10^11 on they are milliseconds. NULL from 10^14 on. */
export function timestampSql(column: string): string {
  return `CASE WHEN ${column} BETWEEN -99999999999 AND 99999999999 THEN make_timestamp(${column} * 1000000) WHEN ${column} BETWEEN 0 AND 99999999999999 THEN make_timestamp(${column} * 1000) END`;
}

const ids = [{ name: 'user_id', type: 'BIGINT' }, { name: 'movie_id', type: 'BIGINT' }] as const;
const columns = [...ids, { name: 'rating', type: 'DOUBLE' }, { name: 'timestamp', type: 'BIGINT' }] as const;

/**
 * `ratings`: one row a user and film (the newest, should the rules have left several), sorted by (user_id, rated_at) so
 * that zone maps serve the common filters. `rating_scaled` is 0 at the lowest and 1 at the highest rating of the
 * source's scale; `rating_centred` is the rating less the user's mean, to four decimals. With k-core limits above 1,
 * users and films with fewer ratings are left out until none is left that has fewer.
 */
export async function buildRatings(context: StageContext, movies: string | undefined): Promise<number> {
  const { session, write, parameters } = context;
  const rows = await cleanRows(context, 'ratings', columns);
  const usable: Classified = {
    rows,
    removals: [
      ['unusable', 'user_id IS NULL OR movie_id IS NULL OR rating IS NULL'],
      ...(movies === undefined ? [] : [['orphan', `movie_id NOT IN (SELECT movie_id FROM ${movies})`] as const]),
    ],
  };
  const { n: total } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${context.read('raw.ratings')}`);
  const losers = await withProgress(session, context, { detail: 'pairs', rows: total, total: 2 * total }, () => copiesOf(context, usable));
  const single: Classified = losers === 0 ? usable : { ...usable, removals: [...usable.removals, ['duplicate', 'source_row IN (SELECT source_row FROM rating_copies)']] };
  const { min_ratings_per_user: perUser, min_ratings_per_movie: perMovie } = parameters.transform;
  const core = perUser > 1 || perMovie > 1;
  if (core) await kCore(context, single, perUser, perMovie);
  const chosen: Classified = core ? { ...single, removals: [...single.removals, ['k-core', 'user_id NOT IN (SELECT user_id FROM core_users) OR movie_id NOT IN (SELECT movie_id FROM core_movies)']] } : single;

  const scaled = await scaledSql(context);
  await withProgress(session, context, { detail: 'ratings', rows: total, done: total, total: 2 * total }, () => session.run(`
    CREATE TABLE ${write('ratings')} AS
    WITH chosen AS (${kept(chosen)}),
    means AS (SELECT user_id, avg(rating) AS mean FROM chosen GROUP BY user_id)
    SELECT
      user_id,
      movie_id,
      rating,
      ${timestampSql('timestamp')} AS rated_at,
      ${scaled} AS rating_scaled,
      round(rating - mean, 4) AS rating_centred
    FROM chosen JOIN means USING (user_id)
    ORDER BY user_id, rated_at, movie_id
  `));
  const loaded = await countOutcomes(context, 'ratings', chosen);
  await session.run('DROP TABLE IF EXISTS rating_copies; DROP TABLE IF EXISTS core_users; DROP TABLE IF EXISTS core_movies');
  return loaded;
}

/** Fills `rating_copies` with the rows of a (user, film) pair that another row of the pair replaces; answers how many. */
async function copiesOf({ session }: StageContext, usable: Classified): Promise<number> {
  await session.run(`
    CREATE OR REPLACE TEMP TABLE rating_pairs AS
    SELECT user_id, movie_id FROM (${kept(usable)}) GROUP BY user_id, movie_id HAVING count(*) > 1
  `);
  const { n: pairs } = await session.one<{ n: number }>('SELECT count(*) AS n FROM rating_pairs');
  if (pairs > 0) {
    await session.run(`
      CREATE OR REPLACE TEMP TABLE rating_copies AS
      SELECT source_row FROM (
        SELECT source_row, row_number() OVER (PARTITION BY user_id, movie_id ORDER BY ${timestampSql('timestamp')} DESC NULLS LAST, source_row DESC) AS place
        FROM (${kept(usable)}) SEMI JOIN rating_pairs USING (user_id, movie_id)
      ) WHERE place > 1
    `);
  }
  await session.run('DROP TABLE rating_pairs');
  return pairs === 0 ? 0 : (await session.one<{ n: number }>('SELECT count(*) AS n FROM rating_copies')).n;
}

/**
 * Fills `core_users` and `core_movies` with the k-core: the largest set of users with `perUser` and films with
 * `perMovie` ratings among one another (Seidman 1983), by leaving out in turns until nothing changes.
 */
async function kCore({ session }: StageContext, ratings: Classified, perUser: number, perMovie: number): Promise<void> {
  await session.run(`
    CREATE OR REPLACE TEMP TABLE core_users AS SELECT DISTINCT user_id FROM (${kept(ratings)});
    CREATE OR REPLACE TEMP TABLE core_movies AS SELECT DISTINCT movie_id FROM (${kept(ratings)});
  `);
  const within = `(${kept(ratings)}) SEMI JOIN core_users USING (user_id) SEMI JOIN core_movies USING (movie_id)`;
  const size = async () => (await session.one<{ n: number }>('SELECT (SELECT count(*) FROM core_users) + (SELECT count(*) FROM core_movies) AS n')).n;
  for (let before = -1, now = await size(); now !== before; before = now, now = await size()) {
    await session.run(`
      CREATE OR REPLACE TEMP TABLE core_users AS SELECT user_id FROM ${within} GROUP BY user_id HAVING count(*) >= ${perUser};
      CREATE OR REPLACE TEMP TABLE core_movies AS SELECT movie_id FROM ${within} GROUP BY movie_id HAVING count(*) >= ${perMovie};
    `);
  }
}

/**
 * The rating from 0 to 1 on its scale: that of the parameters, else of the file that the row came from, else what the
 * ratings span.
 */
async function scaledSql({ session, parameters, read }: StageContext): Promise<string> {
  const { scale_min, scale_max } = parameters.quality;
  const raw = read('raw.ratings');
  const files = await session.all<{ end: number; low: number | null; high: number | null }>(`
    SELECT first_row + rows AS "end",
      coalesce(CAST(? AS DOUBLE), scale_min, (SELECT min(rating) FROM ${raw})) AS low,
      coalesce(CAST(? AS DOUBLE), scale_max, (SELECT max(rating) FROM ${raw})) AS high
    FROM raw.files WHERE table_name = 'ratings' ORDER BY first_row`, [scale_min ?? null, scale_max ?? null]);
  const scaled = ({ low, high }: { low: number | null; high: number | null }) => (low === null || high === null || high <= low ? 'NULL' : `round((rating - ${low}) / ${high - low}, 6)`);
  const last = files.at(-1);
  if (!last) return 'NULL::DOUBLE';
  const same = files.every(({ low, high }) => low === last.low && high === last.high);
  if (same) return `CAST(${scaled(last)} AS DOUBLE)`;
  return `CAST(CASE ${files.map((file) => `WHEN source_row < ${file.end} THEN ${scaled(file)}`).join(' ')} ELSE ${scaled(last)} END AS DOUBLE)`;
}

/** `users`: who rated or tagged, and what a file of users says of them. */
export async function buildUsers(context: StageContext, behaviour: readonly string[]): Promise<void> {
  const { session, write } = context;
  const text = (name: string) => ({ name, type: 'VARCHAR' }) as const;
  const known = (await context.has('raw.users'))
    ? await cleanRows(context, 'users', [ids[0], text('gender'), text('age'), text('occupation'), text('zip_code')])
    : undefined;
  const source: Classified | undefined = known === undefined ? undefined : {
    rows: `SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY source_row) AS copy FROM (${known})`,
    removals: [['unusable', 'user_id IS NULL'], ['duplicate', 'copy > 1']],
  };
  const about = source ? kept(source) : 'SELECT NULL::BIGINT AS user_id, NULL::VARCHAR AS gender, NULL::VARCHAR AS age, NULL::VARCHAR AS occupation, NULL::VARCHAR AS zip_code WHERE false';
  const everyone = [...behaviour.map((table) => `SELECT user_id FROM ${table}`), ...(source ? [`SELECT user_id FROM (${kept(source)})`] : [])];
  if (everyone.length === 0) return;
  await session.run(`
    CREATE TABLE ${write('users')} AS
    SELECT user_id, gender, TRY_CAST(age AS INTEGER) AS age, occupation, zip_code
    FROM (SELECT DISTINCT user_id FROM (${everyone.join(' UNION ALL ')})) LEFT JOIN (${about}) about USING (user_id)
    ORDER BY user_id
  `);
  if (source) await countOutcomes(context, 'users', source);
}
