import type { Stage } from '../workspace/stage.ts';
import { buildCatalogue, buildCatalogueFromIds } from './catalogue.ts';
import { buildKeywords, buildPersons } from './persons.ts';
import { buildRatings } from './ratings.ts';
import { buildGenome, buildTags } from './tags.ts';
import { buildUsers } from './users.ts';

const quality = ['quarantine', 'fixes', 'merges'];
const from: Readonly<Record<string, readonly string[]>> = {
  movies: ['raw.movies', 'raw.links', ...quality], movie_genres: ['raw.movies', ...quality], genres: ['movie_genres'],
  ratings: ['raw.ratings', 'movies', ...quality], tags: ['raw.tags', 'movies', ...quality], users: ['ratings', 'tags', 'raw.users', 'quarantine', 'fixes'],
  genome_tags: ['raw.genome_tags', 'quarantine', 'fixes'], genome_scores: ['raw.genome_scores', 'movies', 'genome_tags', ...quality],
  people: ['raw.persons', 'movies', ...quality], movie_cast: ['raw.persons', 'movies', ...quality], movie_crew: ['raw.persons', 'movies', ...quality],
  keywords: ['raw.keywords', 'movies', ...quality], movie_keywords: ['raw.keywords', 'movies', ...quality],
};
/** Without a file of films, the films are those that are rated or tagged. */
const fromWithoutFilms: Readonly<Record<string, readonly string[]>> = { movies: ['ratings', 'tags'], ratings: ['raw.ratings', ...quality], tags: ['raw.tags', ...quality] };

/** Makes the core tables of what was imported: cleaned by the rules' fixes, in UTC, with keys that hold. */
export const transformStage: Stage = {
  name: 'transform',
  title: 'Clean into the core tables',
  reads: ['raw.ratings', 'raw.movies', 'raw.tags', 'raw.links', 'raw.users', 'raw.genome_tags', 'raw.genome_scores', 'raw.persons', 'raw.keywords', 'quarantine', 'fixes', 'merges'],
  writes: ['movies', 'genres', 'movie_genres', 'users', 'ratings', 'tags', 'genome_tags', 'genome_scores', 'people', 'movie_cast', 'movie_crew', 'keywords', 'movie_keywords', 'row_outcomes'],
  madeFrom: (table, has) => (has('raw.movies') ? undefined : fromWithoutFilms[table]) ?? from[table] ?? transformStage.reads,
  parameters: ['transform', 'quality.scale_min', 'quality.scale_max'],
  version: 3,
  async run(context) {
    const { session, write, has } = context;
    await session.run(`CREATE TABLE ${write('row_outcomes')} (table_name VARCHAR, outcome VARCHAR, rows BIGINT)`);
    const movies = (await has('raw.movies')) ? write('movies') : undefined;
    if (movies !== undefined) {
      context.progress(0, undefined, 'films');
      await buildCatalogue(context);
    }
    const behaviour: string[] = [];
    if (await has('raw.ratings')) {
      await buildRatings(context, movies);
      behaviour.push(write('ratings'));
    }
    if (await has('raw.tags')) {
      context.log('debug', 'Tags.');
      await buildTags(context, movies);
      behaviour.push(write('tags'));
    }
    if (movies === undefined && behaviour.length > 0) await buildCatalogueFromIds(context, behaviour);
    await buildUsers(context, behaviour);
    await buildGenome(context, movies);
    if (await has('raw.persons')) await buildPersons(context, movies);
    if (await has('raw.keywords')) await buildKeywords(context, movies);
    const { rowsIn, rowsOut } = await session.one<{ rowsIn: number; rowsOut: number }>(`
      SELECT
        (SELECT CAST(coalesce(sum(rows + unreadable), 0) AS BIGINT) FROM raw.files WHERE table_name IN (SELECT table_name FROM ${write('row_outcomes')})) AS "rowsIn",
        (SELECT CAST(coalesce(sum(rows), 0) AS BIGINT) FROM ${write('row_outcomes')} WHERE outcome = 'loaded') AS "rowsOut"
    `);
    return { rowsIn, rowsOut };
  },
};
