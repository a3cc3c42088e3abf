import { withProgress } from '../workspace/progress.ts';
import type { Stage } from '../workspace/stage.ts';
import { buildGenreFeatures, buildMovieFeatures } from './movies.ts';
import { buildUserProfiles } from './users.ts';

const from: Readonly<Record<string, readonly string[]>> = {
  genre_features: ['movie_genres', 'ratings'], movie_features: ['movies', 'ratings', 'movie_genres', 'genre_features'], user_profiles: ['ratings', 'movie_genres'],
};

/** What models and pages read: genres encoded, films' popularity and users' behaviour. */
export const featuresStage: Stage = {
  name: 'features',
  title: 'Describe films, genres and users',
  reads: ['movies', 'movie_genres', 'ratings', 'reconciliation'],
  writes: ['genre_features', 'movie_features', 'user_profiles'],
  madeFrom: (table) => from[table] ?? featuresStage.reads,
  parameters: ['features.min_frequency', 'features.max_genres', 'features.damping'],
  version: 1,
  async run(context) {
    const { session, read, write, has } = context;
    if (!(await has('ratings'))) {
      context.log('warn', 'There are no ratings, so there is nothing to describe.');
      return { rowsIn: 0, rowsOut: 0 };
    }
    const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${read('ratings')}`);
    if (n === 0) {
      context.log('warn', 'No rating is left, so there is nothing to describe.');
      return { rowsIn: 0, rowsOut: 0 };
    }
    if (await has('movie_genres')) await buildGenreFeatures(context);
    await withProgress(session, context, { detail: 'films', rows: n }, () => buildMovieFeatures(context));
    await buildUserProfiles(context);
    const { rows } = await session.one<{ rows: number }>(`SELECT (SELECT count(*) FROM ${write('movie_features')}) + (SELECT count(*) FROM ${write('user_profiles')}) AS rows`);
    return { rowsIn: n, rowsOut: rows };
  },
};
