import type { Catalogue } from './recommender.ts';

/** The films `movieIds` (ascending) with their numbers of ratings, found by binary search. */
export function catalogueOf(movieIds: Int32Array, counts: Int32Array): Catalogue {
  return { movieIds, counts, position: (movieId) => positionOf(movieIds, movieId) };
}

/** Where `id` stands in ascending `ids`. */
export function positionOf(ids: Int32Array | Float64Array, id: number): number | undefined {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ids[middle] ?? Number.NaN;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** Positions of the films with at least one rating; at most `most` of them, the most rated, ties to the smaller id. Ascending. */
export function ratedPositions(counts: Int32Array, most = Number.POSITIVE_INFINITY): Int32Array {
  const rated = Int32Array.from(counts.keys()).filter((position) => (counts[position] ?? 0) > 0);
  if (rated.length <= most) return rated;
  return rated.toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b).subarray(0, most).toSorted();
}
