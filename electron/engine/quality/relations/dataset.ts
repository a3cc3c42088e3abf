import type { Session } from '../../workspace/session.ts';
import { identifier, qualified } from '../../workspace/sql.ts';
import { presentText } from './readable.ts';
import { hasColumn, hasTable, type Scope } from './scope.ts';

/** The columns without which a row of a table is of no use: identifiers, and what the row is about. */
export const requiredColumns: Readonly<Record<string, readonly string[]>> = {
  ratings: ['user_id', 'movie_id', 'rating'], movies: ['movie_id', 'title'], tags: ['user_id', 'movie_id', 'tag'], links: ['movie_id'],
  genome_scores: ['movie_id', 'tag_id', 'relevance'], genome_tags: ['tag_id', 'tag'], users: ['user_id'], genres: ['genre'], persons: ['movie_id', 'name'], keywords: ['movie_id', 'keyword'],
};

/** `dataset_cells`: one row: how many `cells` the required columns of all imported tables have, and how many are `filled`, readable or not. */
export async function buildDatasetCells(session: Session, scope: Scope): Promise<void> {
  const columns = Object.entries(requiredColumns).flatMap(([table, names]) => names.filter((name) => hasColumn(scope, table, name)).map((name) => ({ table, name })));
  const counts = columns.flatMap(({ table, name }) => {
    // An import leaves no blank texts; zone maps answer IS NULL without reading.
    const count = (from: string, missing: string) => `SELECT (SELECT count(*) FROM ${from}) AS cells, (SELECT count(*) FROM ${from} WHERE ${missing}) AS missing`;
    const typed = count(qualified('raw', table), `${identifier(name)} IS NULL`);
    return hasTable(scope, `${table}_text`) ? [typed, count(qualified('raw', `${table}_text`), `${presentText(identifier(name))} IS NULL`)] : [typed];
  });
  await session.run(`CREATE OR REPLACE TEMP TABLE dataset_cells AS
    SELECT coalesce(sum(cells), 0)::BIGINT AS cells, coalesce(sum(cells - missing), 0)::BIGINT AS filled FROM (${['SELECT 0 AS cells, 0 AS missing', ...counts].join(' UNION ALL ')})`);
}

/** `dataset_films`: one row: how many `films` there are in movies, and how many of them are `unrated`. */
export async function buildDatasetFilms(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE dataset_films AS
    SELECT count(*) AS films, count(*) FILTER (known_id NOT IN (SELECT movie_id FROM rating_films)) AS unrated FROM films`);
}
