import { seededRandom, shuffled } from '../workspace/random.ts';
import { catalogueOf } from './catalogue.ts';
import type { TrainingData } from './recommender.ts';

/** Row of a user and the position of the film that was held out. */
export interface HeldOut {
  readonly row: number;
  readonly film: number;
}

/** Holds out the newest rating of up to `users` users with two ratings or more, drawn by `seed`. Ratings of the others are all kept. */
export function withoutNewest(train: TrainingData, users: number, seed: number): { kept: TrainingData; heldOut: HeldOut[] } {
  const { ratings, newest, catalogue } = train;
  const eligible = Array.from(newest.keys()).filter((row) => (ratings.indptr[row + 1] ?? 0) - (ratings.indptr[row] ?? 0) >= 2);
  const heldOut = sample(eligible, users, seed).map((row) => ({ row, film: newest[row] ?? 0 }));

  const out = new Map(heldOut.map(({ row, film }) => [row, film]));
  const counts = catalogue.counts.slice();
  const indptr = new Int32Array(ratings.rows + 1);
  const indices = new Int32Array(ratings.indices.length - heldOut.length);
  const values = new Float32Array(indices.length);
  const places = new Int32Array(train.chronology ? indices.length : 0);
  const seconds = new Int32Array(places.length);
  let length = 0;
  for (let row = 0; row < ratings.rows; row++) {
    const hidden = out.get(row) ?? -1;
    if (hidden >= 0) counts[hidden] = (counts[hidden] ?? 0) - 1;
    for (let at = ratings.indptr[row] ?? 0; at < (ratings.indptr[row + 1] ?? 0); at++) {
      if (ratings.indices[at] === hidden) continue;
      indices[length] = ratings.indices[at] ?? 0;
      if (train.chronology) {
        // The newest is the last: the others keep their places.
        places[length] = train.chronology.places[at] ?? 0;
        seconds[length] = train.chronology.seconds[at] ?? 0;
      }
      values[length++] = ratings.values[at] ?? 0;
    }
    indptr[row + 1] = length;
  }
  return {
    kept: { userIds: train.userIds, terms: train.terms, ...(train.texts ? { texts: train.texts } : {}), catalogue: catalogueOf(catalogue.movieIds, counts), ratings: { ...ratings, indptr, indices, values }, newest: new Int32Array(newest.length).fill(-1), ...(train.chronology ? { chronology: { places, seconds } } : {}) },
    heldOut,
  };
}

/** `count` of the entries in their order, each as likely as another. */
function sample(entries: readonly number[], count: number, seed: number): number[] {
  if (entries.length <= count) return [...entries];
  return shuffled(entries, seededRandom(seed)).slice(0, count).toSorted((a, b) => a - b);
}
