import { timestampSql } from '../workspace/core-values.ts';
import { idRanges, within } from '../workspace/ranges.ts';
import { withProgress } from '../workspace/progress.ts';
import { literal } from '../workspace/sql.ts';
import type { StageContext } from '../workspace/stage.ts';
import { cleanRows } from './clean.ts';
import { countCopies } from './copies.ts';
import { hasMerges, underMerged } from './merges.ts';
import { type Classified, countOutcomes, kept } from './outcomes.ts';

const columns = [{ name: 'user_id', type: 'BIGINT' }, { name: 'movie_id', type: 'BIGINT' }, { name: 'rating', type: 'DOUBLE' }, { name: 'timestamp', type: 'BIGINT' }] as const;

/**
 * `ratings`: one row a user and film (the newest, should the rules or the merging of films have left several), sorted by (user_id, rated_at) so
 * that zone maps serve the common filters. With k-core limits above 1, users and films with fewer ratings are left out
 * until none is left that has fewer.
 *
 * Normalised: `rating_scaled` is 0 at the lowest and 1 at the highest rating of the source's scale, `rating_centred` is
 * the rating less the user's mean. Both are computed when they are read, from columns that take next to no room.
 */
export async function buildRatings(context: StageContext, movies: string | undefined): Promise<number> {
  const { session, write, parameters } = context;
  const merging = await hasMerges(context);
  const rows = await underMerged(context, await cleanRows(context, 'ratings', columns));
  const usable: Classified = {
    rows,
    removals: [
      ['unusable', 'user_id IS NULL OR movie_id IS NULL OR rating IS NULL'],
      ...(movies === undefined ? [] : [['orphan', `movie_id NOT IN (SELECT movie_id FROM ${movies})`] as const]),
    ],
  };
  let chosen = await withCore(context, usable);
  await writeRatings(context, chosen);
  if ((await countCopies(session, write('ratings'))) > 0) {
    await findCopies(context, usable, merging);
    const copies: Classified['removals'] = [
      ['duplicate', 'source_row IN (SELECT source_row FROM rating_copies WHERE NOT merged)'],
      ...(merging ? [['merged', 'source_row IN (SELECT source_row FROM rating_copies WHERE merged)'] as const] : []),
    ];
    chosen = await withCore(context, { ...usable, removals: [...usable.removals, ...copies] });
    await session.run(`DROP TABLE ${write('ratings')}`);
    await writeRatings(context, chosen);
  }
  const loaded = await countOutcomes(context, 'ratings', chosen);
  await session.run('DROP TABLE IF EXISTS rating_copies; DROP TABLE IF EXISTS core_users; DROP TABLE IF EXISTS core_movies');
  return loaded;

  async function withCore(stage: StageContext, ratings: Classified): Promise<Classified> {
    const { min_ratings_per_user: perUser, min_ratings_per_movie: perMovie } = parameters.transform;
    if (perUser <= 1 && perMovie <= 1) return ratings;
    await kCore(stage, ratings, perUser, perMovie);
    return { ...ratings, removals: [...ratings.removals, ['k-core', 'user_id NOT IN (SELECT user_id FROM core_users) OR movie_id NOT IN (SELECT movie_id FROM core_movies)']] };
  }
}

/** Sorts range by range of users, which comes to the same as sorting all and stays in memory. */
async function writeRatings(context: StageContext, chosen: Classified): Promise<void> {
  const { session, write } = context;
  await session.run(`
    CREATE OR REPLACE TEMP TABLE user_means AS SELECT user_id, avg(rating) AS user_mean, count(*) AS rows FROM (${kept(chosen)}) GROUP BY user_id;
    CREATE TABLE ${write('ratings')} (
      user_id BIGINT, movie_id BIGINT, rating DOUBLE, rated_at TIMESTAMP, user_mean DOUBLE, scale_min DOUBLE, scale_max DOUBLE,
      rating_scaled DOUBLE GENERATED ALWAYS AS (CASE WHEN scale_max > scale_min THEN round((rating - scale_min) / (scale_max - scale_min), 6) END) VIRTUAL,
      rating_centred DOUBLE GENERATED ALWAYS AS (round(rating - user_mean, 6)) VIRTUAL
    );
  `);
  const ranges = await idRanges(session, 'SELECT user_id, rows FROM user_means');
  const total = ranges.reduce((sum, { rows }) => sum + rows, 0);
  const scale = await scaleSql(context);
  let done = 0;
  for (const range of ranges) {
    await withProgress(session, context, { detail: 'ratings', rows: range.rows, done, total }, () => session.run(`
      INSERT INTO ${write('ratings')} (user_id, movie_id, rating, rated_at, user_mean, scale_min, scale_max)
      SELECT user_id, movie_id, rating, ${timestampSql('timestamp')} AS rated, round(user_mean, 6), ${scale}
      FROM (${kept(chosen)}) JOIN user_means USING (user_id)
      WHERE ${within('user_id', range)}
      ORDER BY user_id, rated, movie_id
    `));
    done += range.rows;
  }
  await session.run('DROP TABLE user_means');
}

/**
 * Fills `rating_copies` with the rows of a (user, film) pair that another row of the pair replaces, the newest staying.
 * `merged`: but for the merging of films, the row would have stayed.
 */
async function findCopies({ session }: StageContext, usable: Classified, merging: boolean): Promise<void> {
  const newest = `ORDER BY ${timestampSql('timestamp')} DESC NULLS LAST, source_row DESC`;
  await session.run(`
    CREATE OR REPLACE TEMP TABLE rating_copies AS
    WITH pairs AS (SELECT user_id, movie_id FROM (${kept(usable)}) GROUP BY user_id, movie_id HAVING count(*) > 1)
    SELECT source_row, place_of_own = 1 AND ${merging} AS merged FROM (
      SELECT source_row, row_number() OVER (PARTITION BY user_id, movie_id ${newest}) AS place,
        row_number() OVER (PARTITION BY user_id, ${merging ? 'source_film' : 'movie_id'} ${newest}) AS place_of_own
      FROM (${kept(usable)}) SEMI JOIN pairs USING (user_id, movie_id)
    ) WHERE place > 1
  `);
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

/** The lowest and the highest rating possible: of the parameters, else of the file that the row came from, else as found. */
async function scaleSql({ session, parameters, read }: StageContext): Promise<string> {
  const { scale_min, scale_max } = parameters.quality;
  const raw = read('raw.ratings');
  const files = await session.all<{ end: number; low: number | null; high: number | null }>(`
    SELECT first_row + rows AS "end",
      coalesce(CAST(? AS DOUBLE), scale_min, (SELECT min(rating) FROM ${raw})) AS low,
      coalesce(CAST(? AS DOUBLE), scale_max, (SELECT max(rating) FROM ${raw})) AS high
    FROM raw.files WHERE table_name = 'ratings' ORDER BY first_row`, [scale_min ?? null, scale_max ?? null]);
  const last = files.at(-1) ?? { end: 0, low: null, high: null };
  const bound = (side: 'low' | 'high') =>
    files.every((file) => file[side] === last[side])
      ? `CAST(${literal(last[side])} AS DOUBLE)`
      : `CASE ${files.map((file) => `WHEN source_row < ${file.end} THEN CAST(${literal(file[side])} AS DOUBLE)`).join(' ')} ELSE CAST(${literal(last[side])} AS DOUBLE) END`;
  return `${bound('low')}, ${bound('high')}`;
}
