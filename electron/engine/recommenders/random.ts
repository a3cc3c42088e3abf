import { seededRandom } from '../workspace/random.ts';
import type { Catalogue, History, Model, Recommender } from './recommender.ts';
import { savedNumber } from './saved.ts';

/** A seeded shuffle for each user: what any other model must beat. */
export const random: Recommender = {
  name: 'random',
  title: 'Random',
  about: 'Shuffles all films, for each user in another order, always the same for the same seed. The floor that any model must beat.',
  version: 1,
  reads: ['movies'],
  bases: [],
  parameters: ['recommenders.random'],
  memory: ({ films }) => 32 * films,
  async fit({ catalogue, userIds }, { parameters }) {
    return randomModel(catalogue, parameters.recommenders.random.seed, userIds.length);
  },
  load: (saved, catalogue) => randomModel(catalogue, savedNumber(saved, 'seed'), savedNumber(saved, 'users')),
};

function randomModel(catalogue: Catalogue, seed: number, users: number): Model {
  return {
    name: 'random',
    catalogue,
    size: { items: catalogue.movieIds.length, users },
    personal: false,
    knows: () => true,
    foldIn(history) {
      const next = seededRandom(seedOf(seed, history));
      const scores = Float32Array.from(catalogue.movieIds, () => next());
      return { scores, explain: (position) => [{ kind: 'random', seed, draw: scores[position] ?? 0 }] };
    },
    save: () => ({ arrays: {}, meta: { seed, users } }),
  };
}

/** A known user keeps one order however the history is edited; an invented one gets it from the films, in any order. */
function seedOf(seed: number, { user, positions }: History): number {
  const numbers = user === null ? [...positions] : [user];
  // FNV-1a over 32-bit words.
  return numbers.reduce((hash, value) => Math.imul(hash ^ (value | 0), 0x0100_0193), 0x811c_9dc5 ^ seed);
}
