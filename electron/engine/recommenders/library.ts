import { ReelbenchError } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Session } from '../workspace/session.ts';
import { positionOf } from './catalogue.ts';
import type { RatingScale } from './history.ts';
import type { Term } from './recommender.ts';
import { termVectors, type TermVectors } from './terms.ts';
import { readTerms } from './training-data.ts';

/** What the answers need of the workspace's films, in memory: one entry a film, by ascending movie id. */
export interface Library {
  readonly movieIds: Float64Array;
  readonly titles: readonly string[];
  readonly years: readonly (number | null)[];
  readonly genres: readonly (readonly string[])[];
  /** Ratings of each film and their mean (NaN without any). */
  readonly counts: Int32Array;
  readonly means: Float64Array;
  readonly terms: readonly (readonly Term[])[];
  readonly scale: RatingScale;
  readonly allGenres: readonly string[];
  position(movieId: number): number | undefined;
  /** Genre and tag vectors, made when first asked for. */
  vectors(): TermVectors;
}

export async function readLibrary(session: Session): Promise<Library> {
  if (!(await tableExists(session, 'main', 'movies')) || !(await tableExists(session, 'main', 'ratings'))) {
    throw new ReelbenchError('not-ready', 'There are no cleaned ratings and films yet.', { hint: 'Import files and run the pipeline.' });
  }
  const films = await session.all<{ id: number; title: string | null; year: number | null; ratings: number; mean: number | null }>(`
    SELECT m.movie_id AS id, m.title, m.year, coalesce(r.n, 0) AS ratings, r.mean
    FROM main.movies m LEFT JOIN (SELECT movie_id, count(*) AS n, avg(rating) AS mean FROM main.ratings GROUP BY movie_id) r USING (movie_id)
    ORDER BY m.movie_id
  `);
  const movieIds = Float64Array.from(films, ({ id }) => id);
  const terms = await readTerms(session, {
    movieGenres: (await tableExists(session, 'main', 'movie_genres')) ? 'main.movie_genres' : undefined,
    tags: (await tableExists(session, 'main', 'tags')) ? 'main.tags' : undefined,
  }, movieIds);
  const genres = terms.map((film) => film.filter(({ kind }) => kind === 'genre').map(({ label }) => label));
  let vectors: TermVectors | undefined;
  return {
    movieIds,
    titles: films.map(({ id, title }) => title ?? `Film ${id}`),
    years: films.map(({ year }) => year),
    genres,
    counts: Int32Array.from(films, ({ ratings }) => ratings),
    means: Float64Array.from(films, ({ mean }) => mean ?? Number.NaN),
    terms,
    scale: await readScale(session),
    allGenres: [...new Set(genres.flat())].toSorted(),
    position: (movieId) => positionOf(movieIds, movieId),
    vectors: () => (vectors ??= termVectors(terms, 1)),
  };
}

/** The scale as the files' format says, else as the ratings are. */
async function readScale(session: Session): Promise<RatingScale> {
  const { min, max, mean } = await session.one<{ min: number | null; max: number | null; mean: number | null }>('SELECT min(rating) AS min, max(rating) AS max, avg(rating) AS mean FROM main.ratings');
  const file = await session.first<{ min: number; max: number; step: number }>(
    'SELECT min(scale_min) AS min, max(scale_max) AS max, min(scale_step) AS step FROM raw.files WHERE scale_min IS NOT NULL HAVING count(*) > 0');
  return { min: file?.min ?? min ?? 0.5, max: file?.max ?? max ?? 5, step: file?.step ?? 0.5, mean: mean ?? ((file?.min ?? 0.5) + (file?.max ?? 5)) / 2 };
}
