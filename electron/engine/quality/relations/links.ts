import type { Session } from '../../workspace/session.ts';
import { rawRows } from './fields.ts';
import type { Scope } from './scope.ts';

/** `link_rows`: every row of links, the IMDb id as it came. */
export async function buildLinkRows(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE link_rows AS ${rawRows(scope, 'links', { movie_id: 'id', imdb_id: 'text', tmdb_id: 'id' })}`);
}

/** `link_films`: one row a film of movies (the first row of its id), and whether it is `linked`. */
export async function buildLinkFilms(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE link_films AS
    SELECT movie_id, title, movie_id IN (SELECT movie_id FROM link_rows WHERE movie_id IS NOT NULL) AS linked FROM movie_rows WHERE movie_id IS NOT NULL AND occurrence = 1`);
}

/** `link_tmdb_ids`: one row a TMDB id, with the films that have it. */
export async function buildLinkTmdbIds(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE link_tmdb_ids AS
    SELECT tmdb_id, count(DISTINCT movie_id) AS films, list_sort(list(DISTINCT movie_id)) AS ids FROM link_rows WHERE tmdb_id IS NOT NULL AND movie_id IS NOT NULL GROUP BY tmdb_id`);
}
