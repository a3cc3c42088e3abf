import type { Catalogue, Explanation, History, Model, Recommender } from './recommender.ts';
import { savedArray, savedNumber, savedTexts } from './saved.ts';
import { nearestByTerms, termProducts, termVectors, type TermVectors } from './terms.ts';
import { magnitudes } from './space.ts';

/** Ratings of the overall mean that are added to a user's own before the mean is taken: with few ratings, 5 is still liked. */
const MEAN_PRIOR = 5;

/** A term of a film while vectors are made: an object, its weight, and its place. */
const TERM_BYTES = 300;

/**
 * Content-based filtering (Pazzani and Billsus 2007): a film is a TF-IDF vector of its genres and tags; a user is the
 * sum of the vectors of rated films, each times how far its rating is above or below the user's mean, so that disliked
 * films push away. The score is the cosine between the two.
 */
export const content: Recommender = {
  name: 'content',
  title: 'Content',
  about: 'Films with the genres and tags of what the user rated above their own mean, away from what they rated below it. Knows films that nobody rated yet.',
  version: 1,
  reads: ['movies', 'movie_genres', 'tags'],
  bases: [],
  parameters: ['recommenders.content'],
  space: () => [magnitudes('tag_weight', 0.05, 20)],
  memory: ({ terms }) => TERM_BYTES * terms,
  seconds: ({ terms }) => 2e-6 * terms,
  async fit({ catalogue, ratings, terms, userIds }, { parameters }) {
    const mean = ratings.values.reduce((sum, value) => sum + value, 0) / Math.max(1, ratings.values.length);
    return contentModel(catalogue, termVectors(terms, parameters.recommenders.content.tag_weight), mean, userIds.length);
  },
  load(saved, catalogue) {
    const vectors: TermVectors = {
      kinds: savedTexts(saved, 'kinds').map((kind) => (kind === 'tag' ? 'tag' : 'genre')),
      labels: savedTexts(saved, 'labels'),
      indptr: savedArray(saved, 'indptr', Int32Array),
      indices: savedArray(saved, 'indices', Int32Array),
      values: savedArray(saved, 'values', Float32Array),
    };
    return contentModel(catalogue, vectors, savedNumber(saved, 'mean'), savedNumber(saved, 'users'));
  },
};

function contentModel(catalogue: Catalogue, vectors: TermVectors, mean: number, users: number): Model {
  const { indptr, indices, values, kinds, labels } = vectors;
  const described = (position: number) => (indptr[position + 1] ?? 0) > (indptr[position] ?? 0);
  return {
    name: 'content',
    catalogue,
    size: { items: catalogue.movieIds.reduce((items, _, position) => items + Number(described(position)), 0), users },
    personal: true,
    knows: described,
    foldIn(history) {
      const profile = profileOf(history, vectors, mean);
      const scores = termProducts(vectors, profile);
      for (let position = 0; position < scores.length; position++) if (!described(position)) scores[position] = Number.NEGATIVE_INFINITY;
      return {
        scores,
        explain(position) {
          const shared = Array.from({ length: (indptr[position + 1] ?? 0) - (indptr[position] ?? 0) }, (_, i) => (indptr[position] ?? 0) + i)
            .map((at) => ({ term: indices[at] ?? 0, contribution: (values[at] ?? 0) * (profile[indices[at] ?? 0] ?? 0) }))
            .filter(({ contribution }) => contribution !== 0)
            .toSorted((a, b) => b.contribution - a.contribution)
            .map(({ term, contribution }) => ({ kind: kinds[term], label: labels[term] ?? '', contribution }));
          const reasons: Explanation[] = (['tag', 'genre'] as const).map((kind) => ({
            kind: kind === 'tag' ? 'shares-tags' : 'shares-genres',
            evidence: shared.filter((entry) => entry.kind === kind).map(({ label, contribution }) => ({ label, contribution })),
          }));
          return reasons.filter((reason) => 'evidence' in reason && reason.evidence.length > 0);
        },
      };
    },
    similar: (position, count) => nearestByTerms(vectors, position, count),
    save: () => ({ arrays: { indptr, indices, values }, meta: { kinds, labels, mean, users } }),
  };
}

/** The user over the terms, of length 1. */
function profileOf({ positions, ratings }: History, { indptr, indices, values, labels }: TermVectors, mean: number): Float64Array {
  const profile = new Float64Array(labels.length);
  const own = (ratings.reduce((sum, rating) => sum + rating, 0) + MEAN_PRIOR * mean) / (ratings.length + MEAN_PRIOR);
  positions.forEach((position, i) => {
    const liking = (ratings[i] ?? own) - own;
    for (let at = indptr[position] ?? 0; at < (indptr[position + 1] ?? 0); at++) {
      const term = indices[at] ?? 0;
      profile[term] = (profile[term] ?? 0) + liking * (values[at] ?? 0);
    }
  });
  const length = Math.sqrt(profile.reduce((sum, value) => sum + value * value, 0)) || 1;
  return profile.map((value) => value / length);
}
