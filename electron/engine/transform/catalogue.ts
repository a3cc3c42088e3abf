import type { StageContext } from '../workspace/stage.ts';
import { type CleanColumn, cleanRows } from './clean.ts';
import { hasMerges, underMerged } from './merges.ts';
import { type Classified, countOutcomes, kept } from './outcomes.ts';

const text = (name: string): CleanColumn => ({ name, type: 'VARCHAR' });
const movieColumns: readonly CleanColumn[] = [
  { name: 'movie_id', type: 'BIGINT' }, text('title'), text('genres'), { name: 'year', type: 'BIGINT', flag: true },
  ...['original_title', 'overview', 'release_date', 'language', 'runtime', 'popularity', 'imdb_id', 'tmdb_id', 'certificate', 'average_rating', 'votes', 'meta_score', 'gross', 'budget'].map(text),
];

/** What a film is known by besides its title, from files of films that have it; money in US dollars. */
const facts: readonly (readonly [string, string])[] = [['certificate', 'VARCHAR'], ['average_rating', 'DOUBLE'], ['votes', 'BIGINT'], ['meta_score', 'DOUBLE'], ['gross', 'DOUBLE'], ['budget', 'DOUBLE']];

/** A year in brackets at the end of a title. */
const YEAR = String.raw`\s*\(([0-9]{4})\)\s*$`;

/**
 * `movies` (one row a film; title and year apart, the title as it came in `original_title` unless the source has one,
 * identifiers of links merged in), `genres` and `movie_genres`. What no source says is NULL. Without a file of films,
 * the films are those that are rated or tagged, known by their id alone. Films that become one have one row, and the genres
 * of all of them.
 */
export async function buildCatalogue(context: StageContext): Promise<number> {
  const { session, write } = context;
  const links = (await context.has('raw.links')) ? await linkRows(context) : undefined;
  const identifiers = links === undefined ? 'SELECT NULL::BIGINT AS movie_id, NULL::VARCHAR AS imdb_id, NULL::BIGINT AS tmdb_id WHERE false' : kept({ rows: links, removals: linkRemovals });
  const movies: Classified = {
    rows: `SELECT *, row_number() OVER (PARTITION BY movie_id ORDER BY source_row) AS copy FROM (${await cleanRows(context, 'movies', movieColumns)})`,
    removals: [['unusable', 'movie_id IS NULL'], ['duplicate', 'copy > 1']],
  };
  const merging = await hasMerges(context);
  const own = `
    WITH films AS (
      SELECT *, regexp_extract(title, '${YEAR}', 1) AS title_year, regexp_replace(title, '${YEAR}', '') AS bare_title,
        coalesce(TRY_CAST(release_date AS DATE), try_strptime(release_date, '%d-%b-%Y')::DATE) AS released
      FROM (${kept(movies)})
    )
    SELECT
      movie_id,
      trim(CASE WHEN trim(bare_title) = '' THEN title ELSE bare_title END) AS title,
      CAST(CASE WHEN year_set OR year IS NOT NULL THEN year WHEN title_year <> '' THEN TRY_CAST(title_year AS INTEGER) ELSE year(released) END AS INTEGER) AS year,
      coalesce(original_title, title) AS original_title,
      overview,
      released AS release_date,
      coalesce(l.imdb_id, films.imdb_id) AS imdb_id,
      coalesce(l.tmdb_id, TRY_CAST(films.tmdb_id AS BIGINT)) AS tmdb_id,
      language,
      TRY_CAST(runtime AS INTEGER) AS runtime,
      TRY_CAST(popularity AS DOUBLE) AS popularity,
      ${facts.map(([name, type]) => (type === 'VARCHAR' ? `trim(${name}) AS ${name}` : `TRY_CAST(${name} AS ${type}) AS ${name}`)).join(', ')}
    FROM films LEFT JOIN (${identifiers}) l USING (movie_id)`;
  await session.run(`CREATE TABLE ${write('movies')} AS SELECT * FROM (${merging ? unitedFilms(context, own) : own}) ORDER BY movie_id`);
  await session.run(`
    CREATE TABLE ${write('movie_genres')} AS
    WITH parts AS (
      SELECT DISTINCT movie_id, trim(genre) AS genre
      FROM (SELECT movie_id, unnest(string_split(genres, '|')) AS genre FROM (${await underMerged(context, kept(movies))}))
      WHERE trim(genre) NOT IN ('', '(no genres listed)')
    )
    SELECT movie_id, CAST(dense_rank() OVER (ORDER BY genre) AS INTEGER) AS genre_id, genre FROM parts ORDER BY movie_id, genre_id
  `);
  await session.run(`CREATE TABLE ${write('genres')} AS SELECT DISTINCT genre_id, genre FROM ${write('movie_genres')} ORDER BY genre_id`);
  const merged: Classified['removals'] = merging ? [['merged', `movie_id IN (SELECT from_id FROM ${context.read('merges')})`]] : [];
  const loaded = await countOutcomes(context, 'movies', { ...movies, removals: [...movies.removals, ...merged] });
  if (links !== undefined) await countOutcomes(context, 'links', { rows: links, removals: [...linkRemovals, ...merged, ['orphan', `movie_id NOT IN (SELECT movie_id FROM ${write('movies')})`]] });
  return loaded;
}

const filmColumns = ['title', 'year', 'original_title', 'overview', 'release_date', 'imdb_id', 'tmdb_id', 'language', 'runtime', 'popularity', ...facts.map(([name]) => name)];

/** Of films that become one, the row of that which stays; what it lacks is that of the others, the lowest id first. */
function unitedFilms({ read }: StageContext, films: string): string {
  const united = filmColumns.map((column) => `first(${column} ORDER BY becomes IS NOT NULL, movie_id) FILTER (${column} IS NOT NULL) AS ${column}`);
  return `SELECT coalesce(becomes, movie_id) AS movie_id, ${united.join(', ')}
    FROM (SELECT f.*, m.into_id AS becomes FROM (${films}) f LEFT JOIN ${read('merges')} m ON m.from_id = f.movie_id) GROUP BY ALL`;
}

/** Films that are rated or tagged, where no file of films was imported. */
export async function buildCatalogueFromIds({ session, write }: StageContext, tables: readonly string[]): Promise<void> {
  await session.run(`
    CREATE TABLE ${write('movies')} AS
    SELECT DISTINCT movie_id, NULL::VARCHAR AS title, NULL::INTEGER AS year, NULL::VARCHAR AS original_title, NULL::VARCHAR AS overview, NULL::DATE AS release_date,
      NULL::VARCHAR AS imdb_id, NULL::BIGINT AS tmdb_id, NULL::VARCHAR AS language, NULL::INTEGER AS runtime, NULL::DOUBLE AS popularity,
      ${facts.map(([name, type]) => `NULL::${type} AS ${name}`).join(', ')}
    FROM (${tables.map((table) => `SELECT movie_id FROM ${table}`).join(' UNION ALL ')}) ORDER BY movie_id
  `);
}

const linkRemovals: Classified['removals'] = [['unusable', 'movie_id IS NULL'], ['duplicate', 'copy > 1']];

async function linkRows(context: StageContext): Promise<string> {
  const rows = await cleanRows(context, 'links', [{ name: 'movie_id', type: 'BIGINT' }, text('imdb_id'), { name: 'tmdb_id', type: 'BIGINT' }]);
  return `SELECT *, row_number() OVER (PARTITION BY movie_id ORDER BY source_row) AS copy FROM (${rows})`;
}
