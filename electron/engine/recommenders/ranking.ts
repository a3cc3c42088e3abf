import { type RecommendRequest, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Library } from './library.ts';
import { termCosine, type TermVectors } from './terms.ts';

export type ListFilters = Pick<RecommendRequest, 'genres' | 'yearFrom' | 'yearTo' | 'diversity' | 'top'>;

/** For a list of `top` films that is to be diverse, the choice is among this many times as many of the best. */
const POOL = 5;
const LEAST_POOL = 100;

/**
 * Positions in the library of the best films, best first, ties to the smaller movie id. `scores` has one entry a film of
 * the library, -Infinity for those that may not be listed. A film passes `genres` when it has one of them; a film without
 * a year passes no year filter. With `diversity` above 0 the order is by maximal marginal relevance.
 */
export function bestFilms(scores: Float32Array, filters: ListFilters, library: Library, kernels: Kernels): Int32Array {
  const allowed = allowedBy(filters, library);
  if (allowed) for (let position = 0; position < scores.length; position++) if (!allowed(position)) scores[position] = Number.NEGATIVE_INFINITY;
  if (filters.diversity === 0) return kernels.top(scores, filters.top);
  const pool = kernels.top(scores, Math.max(LEAST_POOL, POOL * filters.top));
  return marginallyRelevant(pool, scores, filters, library);
}

/** Whether the film at a position passes genres and years; undefined where every film does. @throws invalid-arguments for a genre that there is not */
export function allowedBy({ genres, yearFrom, yearTo }: Pick<ListFilters, 'genres' | 'yearFrom' | 'yearTo'>, library: Library): ((position: number) => boolean) | undefined {
  if (genres.length === 0 && yearFrom === undefined && yearTo === undefined) return undefined;
  const wanted = new Set(genres.map((genre) => genreNamed(genre, library)));
  return (position) => {
    if (wanted.size > 0 && !library.genres[position]?.some((genre) => wanted.has(genre))) return false;
    if (yearFrom === undefined && yearTo === undefined) return true;
    const year = library.years[position] ?? Number.NaN;
    return year >= (yearFrom ?? Number.NEGATIVE_INFINITY) && year <= (yearTo ?? Number.POSITIVE_INFINITY);
  };
}

/** The genre of that name, however it is written. @throws invalid-arguments */
function genreNamed(genre: string, { allGenres }: Library): string {
  const found = allGenres.find((known) => known.toLowerCase() === genre.trim().toLowerCase());
  if (found === undefined) throw new ReelbenchError('invalid-arguments', `There is no genre ${genre}.`, { hint: `Genres: ${allGenres.join(', ')}.` });
  return found;
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): the next film has the largest
 * (1 - diversity) · relevance - diversity · similarity to the nearest film already listed; relevance is the score
 * scaled to 0…1 over the pool, similarity the cosine of genres and tags.
 */
function marginallyRelevant(pool: Int32Array, scores: Float32Array, { diversity, top }: ListFilters, library: Library): Int32Array {
  const vectors = library.vectors();
  const best = scores[pool[0] ?? 0] ?? 0;
  const range = best - (scores[pool.at(-1) ?? 0] ?? 0) || 1;
  const left = Array.from(pool, (position) => ({ position, relevance: 1 - (best - (scores[position] ?? 0)) / range, nearest: 0 }));
  const chosen: number[] = [];
  while (chosen.length < top && left.length > 0) {
    let pick = 0;
    left.forEach((film, at) => {
      const gain = (f: typeof film) => (1 - diversity) * f.relevance - diversity * f.nearest;
      const leader = left[pick];
      if (leader && gain(film) > gain(leader)) pick = at;
    });
    const [film] = left.splice(pick, 1);
    if (!film) break;
    chosen.push(film.position);
    for (const other of left) other.nearest = Math.max(other.nearest, termCosine(vectors, film.position, other.position));
  }
  return Int32Array.from(chosen);
}

/** How many films score more than the film at `position`, or as much and stand before it. */
export function filmsBefore(scores: Float32Array, position: number): number {
  const own = scores[position] ?? Number.NEGATIVE_INFINITY;
  let before = 0;
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other] ?? Number.NEGATIVE_INFINITY;
    if (score > own || (score === own && other < position)) before++;
  }
  return before;
}

/**
 * Intra-list diversity (Smyth and McClave 2001): 1 - the mean cosine of genres and tags over all pairs of films; NaN for
 * fewer than two. Vectors have length 1, so the sum over all pairs follows from the length of their sum.
 */
export function diversityOf(positions: Int32Array, { indptr, indices, values }: TermVectors): number {
  if (positions.length < 2) return Number.NaN;
  const sum = new Map<number, number>();
  let own = 0;
  for (const film of positions) {
    for (let at = indptr[film] ?? 0; at < (indptr[film + 1] ?? 0); at++) {
      const value = values[at] ?? 0;
      own += value * value;
      const term = indices[at] ?? 0;
      sum.set(term, (sum.get(term) ?? 0) + value);
    }
  }
  let square = 0;
  for (const value of sum.values()) square += value * value;
  return 1 - (square - own) / (positions.length * (positions.length - 1));
}
