import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import { estimateModels } from './estimates.ts';
import { FilmFinder } from './film-finder.ts';
import { historyFilms, searchMovies, searchUsers } from './people.ts';
import { Recommendations } from './serving.ts';
import { nearestByTerms } from './terms.ts';

/** Recommendations, and finding users and films. */
export function recommendCalls(engine: EngineContext) {
  const recommendations = new Recommendations(engine);
  const finder = new FilmFinder(engine, recommendations);
  engine.listen(({ name, data }) => {
    if (name !== 'workspace.changed') return;
    if (data.what === 'models' || data.what === 'tables' || data.what === 'workspace') recommendations.forget(data.what);
  });

  return {
    'models.estimate': ({ models }, { signal }) => estimateModels(engine, models, signal),

    'recommend.list': (request) => recommendations.recommend(request),

    'recommend.group': (request) => recommendations.group(request),
    'recommend.whyNot': (request, { signal }) => recommendations.whyNot(request, signal),
    'precompute.start': (request) => recommendations.precompute(request),
    'precompute.status': () => recommendations.precomputed(),

    'recommend.similar': async ({ movieId, by, top }) => {
      const library = await recommendations.library();
      const position = library.position(movieId);
      if (position === undefined) throw new ReelbenchError('not-found', `There is no film ${movieId}.`, { hint: 'Search the films by title.' });
      const near = by === 'content'
        ? ((await finder.near(position, top)) ?? nearestByTerms(library.vectors(), position, top))
        : await recommendations.similar('item-knn', position, top);
      return { items: near.map((film) => ({ movieId: library.movieIds[film.position] ?? 0, title: library.titles[film.position] ?? '', score: film.score })) };
    },

    'users.search': (input, { signal }) => engine.workspace().read((session) => searchUsers(session, input), signal),
    'users.history': async ({ userId }, { signal }) => {
      const library = await recommendations.library();
      return engine.workspace().read((session) => historyFilms(session, userId, library), signal);
    },
    'movies.search': async (input) => searchMovies(await recommendations.library(), input),
    'films.search': (request) => finder.search(request),
    'movies.facets': async () => {
      const { allGenres, years, scale } = await recommendations.library();
      const known = years.filter((year) => year !== null);
      return {
        genres: [...allGenres],
        yearFrom: known.length > 0 ? known.reduce((a, b) => Math.min(a, b)) : null,
        yearTo: known.length > 0 ? known.reduce((a, b) => Math.max(a, b)) : null,
        scale: { min: scale.min, max: scale.max, step: scale.step },
      };
    },
  } satisfies Calls;
}
