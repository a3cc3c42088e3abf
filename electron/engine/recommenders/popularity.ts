import type { ParameterValues } from '../workspace/parameters.ts';
import type { Catalogue, Model, Recommender, TrainingData } from './recommender.ts';
import { savedArray, savedNumber, savedText } from './saved.ts';
import { magnitudes, oneOf } from './space.ts';

type Options = ParameterValues['recommenders']['popularity'];
const DAY = 86_400;

/**
 * What most people rated, the same for everyone (`recommenders.popularity.kind`):
 *
 * - `plain`: the number of training ratings of the film, n;
 * - `damped`: n × (Σ r + damping × mean of all ratings) / (n + damping), so that the liked come before the merely known;
 * - `recent`: Σ 2^(-age / half-life) over its ratings, the age against the newest rating of the data, never the clock; a rating
 *   without a time counts as the oldest.
 *
 * No part of it is a user's, so fold-in is exact.
 */
export const popularity: Recommender = {
  name: 'popularity',
  title: 'Popularity',
  about: 'The films that most people rated, the same for everyone; set to damped, those that they liked, too, set to recent, those of late. A baseline that is hard to beat on short histories.',
  version: 3,
  reads: [],
  ordered: ({ recommenders }) => recommenders.popularity.kind === 'recent',
  bases: [],
  parameters: ['recommenders.popularity'],
  space: () => [oneOf('kind', ['plain', 'damped', 'recent']), magnitudes('damping', 1, 1000), magnitudes('half_life_days', 7, 3650)],
  memory: ({ films }) => 32 * films,
  seconds: ({ ratings }, { parameters }) => ratings * (parameters.recommenders.popularity.kind === 'recent' ? 3e-7 : 5e-9),
  async fit(train, { parameters }) {
    const options = parameters.recommenders.popularity;
    const { catalogue, ratings, userIds } = train;
    const sums = new Float64Array(ratings.columns);
    let all = 0;
    ratings.indices.forEach((column, at) => {
      sums[column] = (sums[column] ?? 0) + (ratings.values[at] ?? 0);
      all += ratings.values[at] ?? 0;
    });
    const means = Float32Array.from(sums, (sum, position) => sum / Math.max(1, catalogue.counts[position] ?? 0));
    return popularityModel(catalogue, { kind: options.kind, means, counted: countedBy(options, train, sums, all / Math.max(1, ratings.indices.length)), users: userIds.length });
  },
  load(saved, catalogue) {
    const kind = savedText(saved, 'kind');
    return popularityModel(catalogue, {
      kind: kind === 'damped' || kind === 'recent' ? kind : 'plain',
      means: savedArray(saved, 'means', Float32Array), counted: savedArray(saved, 'counted', Float32Array), users: savedNumber(saved, 'users'),
    });
  },
};

function countedBy({ kind, damping, half_life_days }: Options, { catalogue, ratings, chronology }: TrainingData, sums: Float64Array, mean: number): Float32Array {
  if (kind === 'damped') return Float32Array.from(catalogue.counts, (n, position) => (n * ((sums[position] ?? 0) + damping * mean)) / (n + damping || 1));
  if (kind === 'plain' || !chronology) return Float32Array.from(catalogue.counts);
  const newest = chronology.seconds.reduce((latest, seconds) => Math.max(latest, seconds), 0);
  const recent = new Float64Array(ratings.columns);
  ratings.indices.forEach((column, at) => {
    recent[column] = (recent[column] ?? 0) + 2 ** ((-(newest - (chronology.seconds[at] ?? 0)) / DAY) / half_life_days);
  });
  return Float32Array.from(recent);
}

interface Parts {
  readonly kind: Options['kind'];
  readonly means: Float32Array;
  /** What each film's score is. */
  readonly counted: Float32Array;
  readonly users: number;
}

const labels = { plain: 'ratings', damped: 'ratings × damped mean', recent: 'ratings by age' } as const;

function popularityModel(catalogue: Catalogue, { kind, means, counted, users }: Parts): Model {
  const scores = counted.map((score, position) => ((catalogue.counts[position] ?? 0) > 0 ? score : Number.NEGATIVE_INFINITY));
  return {
    name: 'popularity',
    catalogue,
    size: { items: catalogue.counts.reduce((items, count) => items + Number(count > 0), 0), users },
    personal: false,
    knows: (position) => (catalogue.counts[position] ?? 0) > 0,
    foldIn: () => ({
      scores: scores.slice(),
      explain: (position) => [{
        kind: 'popular', people: catalogue.counts[position] ?? 0, mean: means[position] ?? 0,
        ...(kind === 'plain' ? {} : { counted: { label: labels[kind], value: counted[position] ?? 0 } }),
      }],
    }),
    save: () => ({ arrays: { means, counted }, meta: { kind, users } }),
  };
}
