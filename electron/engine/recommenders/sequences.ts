import { ReelbenchError } from '../../../shared/contract/index.ts';
import { seededRandom } from '../workspace/random.ts';
import { indexOf } from './matrices.ts';
import type { TrainingData } from './recommender.ts';

/** Histories over the films at `positions`: that of user u lies from `starts[u]` to `starts[u + 1]`, oldest first, in entries 1 + index of the film. */
export interface Sequences {
  readonly starts: Int32Array;
  readonly history: Int32Array;
}

/** The ratings of each user in the order in which they were given. */
export function sequencesOf({ ratings, catalogue, chronology }: TrainingData, positions: Int32Array): Sequences {
  if (!chronology) throw new ReelbenchError('internal', 'A model of sequences is trained on ratings without their order.');
  const index = indexOf(positions, catalogue.movieIds.length);
  const history = new Int32Array(ratings.indices.length);
  for (let row = 0; row < ratings.rows; row++) {
    const [from, to] = [ratings.indptr[row] ?? 0, ratings.indptr[row + 1] ?? 0];
    const order = Int32Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => (chronology.places[a] ?? 0) - (chronology.places[b] ?? 0));
    order.forEach((at, place) => {
      history[from + place] = 1 + (index[ratings.indices[at] ?? 0] ?? -1);
    });
  }
  return { starts: ratings.indptr, history };
}

/** Users whose newest film is measured instead of learnt: at most a quarter of those with three or more. */
export function checkedUsers(starts: Int32Array, most: number, seed: number): Int32Array {
  const able = Array.from({ length: starts.length - 1 }, (_, user) => user).filter((user) => (starts[user + 1] ?? 0) - (starts[user] ?? 0) >= 3);
  const random = seededRandom(seed);
  const count = Math.min(most, Math.floor(able.length / 4));
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (able.length - i));
    [able[i], able[j]] = [able[j] ?? 0, able[i] ?? 0];
  }
  return Int32Array.from(able.slice(0, count)).sort();
}
