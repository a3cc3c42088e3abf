import type { Catalogue, Model, Recommender } from './recommender.ts';
import { savedArray, savedNumber } from './saved.ts';

/** The number of training ratings of each film. */
export const popularity: Recommender = {
  name: 'popularity',
  title: 'Popularity',
  about: 'The films that most people rated, the same for everyone. Ignores the ratings themselves. A baseline that is hard to beat on short histories.',
  version: 2,
  reads: [],
  bases: [],
  parameters: ['recommenders.popularity'],
  memory: ({ films }) => 32 * films,
  async fit({ catalogue, ratings, userIds }) {
    const sums = new Float64Array(ratings.columns);
    ratings.indices.forEach((column, at) => {
      sums[column] = (sums[column] ?? 0) + (ratings.values[at] ?? 0);
    });
    const means = Float32Array.from(sums, (sum, position) => sum / Math.max(1, catalogue.counts[position] ?? 0));
    return popularityModel(catalogue, means, userIds.length);
  },
  load: (saved, catalogue) => popularityModel(catalogue, savedArray(saved, 'means', Float32Array), savedNumber(saved, 'users')),
};

function popularityModel(catalogue: Catalogue, means: Float32Array, users: number): Model {
  const scores = Float32Array.from(catalogue.counts, (count) => (count > 0 ? count : Number.NEGATIVE_INFINITY));
  return {
    name: 'popularity',
    catalogue,
    size: { items: catalogue.counts.reduce((items, count) => items + Number(count > 0), 0), users },
    personal: false,
    knows: (position) => (catalogue.counts[position] ?? 0) > 0,
    foldIn: () => ({
      scores: scores.slice(),
      explain: (position) => [{ kind: 'popular', people: catalogue.counts[position] ?? 0, mean: means[position] ?? 0 }],
    }),
    save: () => ({ arrays: { means }, meta: { users } }),
  };
}
