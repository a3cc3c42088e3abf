import { type HistoryItem, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Catalogue, History } from './recommender.ts';

export interface RatingScale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Mean of all ratings. */
  readonly mean: number;
}

/** What a known user really rated, to compare an edited history with. */
export interface KnownUser {
  readonly id: number;
  readonly ratings: ReadonlyMap<number, number>;
  readonly mean: number;
}

/**
 * How much each rating counts as one interaction, for the models that learn from who rated what.
 *
 * Those models are fitted with every rating as one positive, as their published figures are. So a history that is what
 * the user really rated weighs 1 everywhere and gives the published list. A rating that departs from what was expected,
 * the user's own rating of that film, else the user's mean, else the mean of all ratings, weighs
 * 1 + (rating - expected) / half the scale: raise a rating and the film counts more, lower it and it counts less, down
 * to below 0, where it counts against.
 */
export function weightsOf(items: readonly HistoryItem[], scale: RatingScale, user: KnownUser | null): number[] {
  const half = (scale.max - scale.min) / 2 || 1;
  return items.map(({ movieId, rating }) => 1 + (rating - (user?.ratings.get(movieId) ?? user?.mean ?? scale.mean)) / half);
}

/** A history in the positions of a catalogue, in their order, whatever order it was given in. */
export function historyOf(catalogue: Catalogue, items: readonly HistoryItem[], weights: readonly number[], user: number | null): History {
  const known = items
    .map(({ movieId, rating, ratedAt }, given) => ({ position: catalogue.position(movieId) ?? -1, rating, weight: weights[given] ?? 1, ratedAt, given }))
    .filter(({ position }) => position >= 0)
    .toSorted((a, b) => a.position - b.position);
  return {
    user,
    positions: Int32Array.from(known, ({ position }) => position),
    ratings: Float32Array.from(known, ({ rating }) => rating),
    weights: Float32Array.from(known, ({ weight }) => weight),
    order: Int32Array.from(known.map((item, index) => ({ ...item, index })).toSorted(byTime), ({ index }) => index),
  };
}

/** An invented film, without a time, is newer than all that was rated. */
function byTime(a: { ratedAt: number | null; given: number }, b: { ratedAt: number | null; given: number }): number {
  const [first, second] = [a.ratedAt ?? Number.POSITIVE_INFINITY, b.ratedAt ?? Number.POSITIVE_INFINITY];
  return first === second ? a.given - b.given : first - second;
}

/** Refuses a history that names a film twice or rates outside the scale. */
export function checkHistory(items: readonly HistoryItem[], { min, max }: RatingScale): void {
  const seen = new Set<number>();
  for (const { movieId, rating } of items) {
    if (seen.has(movieId)) throw new ReelbenchError('invalid-arguments', `The history has film ${movieId} twice.`, { hint: 'Give each film one rating.' });
    seen.add(movieId);
    if (!(rating >= min && rating <= max)) throw new ReelbenchError('invalid-arguments', `The rating ${rating} of film ${movieId} is outside the scale, ${min} to ${max}.`);
  }
}
