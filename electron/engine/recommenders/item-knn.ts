import type { Neighbours } from '../kernels/index.ts';
import { ratedPositions } from './catalogue.ts';
import { indexOf, INTERACTION_BYTES, ratingsOver, spread } from './matrices.ts';
import { fitRatingKnn, loadRatingKnn, ratingKnnMemory, savedFeedback } from './rating-knn.ts';
import type { Catalogue, History, Model, Recommender } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions } from './saved.ts';
import { compareFilms } from './similarities.ts';
import { knnSpace } from './space.ts';

/**
 * Item-based nearest neighbours (Sarwar et al. 2001; Deshpande and Karypis 2004).
 *
 * From who rated what (`feedback: implicit`): each film keeps its most similar films by Σᵤ vᵤᵢ vᵤⱼ / (|vᵢ| |vⱼ| + shrinkage)
 * over the weighted matrix of similarities.ts, as far as that is above 0. The score of a film is the sum, over those of its
 * neighbours that are in the history, of similarity × weight of the rating × importance of the film.
 * The model has no part of its own for any user, so that a user of the training data is folded in exactly; somebody else
 * changes a count of common users by 1 at the most where a refit would have them.
 *
 * From ratings (`feedback: ratings`): kNN-Baseline over films (rating-knn.ts).
 */
export const itemKnn: Recommender = {
  name: 'item-knn',
  title: 'Similar films (item kNN)',
  about: 'Films that were rated by the same people as the films of the history. Learns from who rated what: every rating counts as one. Change a rating and it counts more or less; far below the usual, it counts against. Set to ratings, it predicts ratings.',
  version: 3,
  reads: [],
  bases: [],
  parameters: ['recommenders.item-knn'],
  space: ({ recommenders }) => knnSpace(recommenders['item-knn'].feedback),
  memoryParameter: 'recommenders.item-knn.neighbours',
  memory({ users, films, ratings }, { kernels, parameters }) {
    const { feedback, neighbours, shrinkage } = parameters.recommenders['item-knn'];
    if (feedback === 'ratings') return ratingKnnMemory({ users, films, ratings });
    return 2 * INTERACTION_BYTES * ratings + kernels.memory({ kernel: 'itemNeighbours', options: { neighbours, shrinkage } }, { rows: users, columns: films, nonzeros: ratings });
  },
  seconds({ users, films, ratings }, { kernels, parameters }) {
    if (parameters.recommenders['item-knn'].feedback === 'ratings') return ratings * 2.5e-7;
    // Pairs of films of one user; the more films, the less of their sums the caches hold.
    return 0.15 + (2 / kernels.threads) * ratings * (ratings / Math.max(1, users)) * 1e-9 * (1 + films / 45_000);
  },
  async fit(train, context) {
    const options = context.parameters.recommenders['item-knn'];
    if (options.feedback === 'ratings') return fitRatingKnn('item-knn', train, options, context.signal);
    const { neighbours, shrinkage, similarity } = options;
    const positions = ratedPositions(train.catalogue.counts);
    const { matrix, importance } = compareFilms(ratingsOver(train, positions), similarity);
    const nearest = await context.kernels.itemNeighbours(matrix, { neighbours, shrinkage }, context);
    if (!nearest.indices.some((film) => film >= 0)) context.log('item-knn: no two films are similar, so every list follows the film ids.');
    return itemKnnModel(train.catalogue, { positions, nearest, importance, users: train.userIds.length });
  },
  load(saved, catalogue) {
    if (savedFeedback(saved) === 'ratings') return loadRatingKnn('item-knn', saved, catalogue);
    const nearest = { width: savedNumber(saved, 'width'), indices: savedArray(saved, 'indices', Int32Array), values: savedArray(saved, 'values', Float32Array) };
    return itemKnnModel(catalogue, { positions: savedPositions(saved, catalogue), nearest, importance: savedArray(saved, 'importance', Float32Array), users: savedNumber(saved, 'users') });
  },
};

interface Parts {
  readonly positions: Int32Array;
  readonly nearest: Neighbours;
  /** What each film counts where it is in a history. */
  readonly importance: Float32Array;
  readonly users: number;
}

function itemKnnModel(catalogue: Catalogue, { positions, nearest, importance, users }: Parts): Model {
  const { width, indices, values } = nearest;
  const index = indexOf(positions, catalogue.movieIds.length);
  const pointing = targetsOf(nearest, positions.length);
  /** What the film of the history at `i` counts. */
  const counts = (history: History, i: number) => (history.weights[i] ?? 0) * (importance[index[history.positions[i] ?? 0] ?? -1] ?? 0);
  return {
    name: 'item-knn',
    catalogue,
    size: { items: positions.length, users },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn(history) {
      const sums = new Float64Array(positions.length);
      history.positions.forEach((position, i) => {
        const film = index[position] ?? -1;
        if (film < 0) return;
        const weight = counts(history, i);
        for (let at = pointing.indptr[film] ?? 0; at < (pointing.indptr[film + 1] ?? 0); at++) {
          const target = pointing.targets[at] ?? 0;
          sums[target] = (sums[target] ?? 0) + (pointing.values[at] ?? 0) * weight;
        }
      });
      return {
        scores: spread(sums, positions, catalogue.movieIds.length),
        explain(position) {
          const target = index[position] ?? -1;
          if (target < 0) return [];
          const similarity = new Map<number, number>();
          for (let at = target * width; at < (target + 1) * width && (indices[at] ?? -1) >= 0; at++) similarity.set(positions[indices[at] ?? 0] ?? 0, values[at] ?? 0);
          const evidence = Array.from(history.positions, (rated, i) => ({ position: rated, contribution: (similarity.get(rated) ?? 0) * counts(history, i) }));
          return [{ kind: 'because-you-rated', evidence }];
        },
      };
    },
    similar(position, count) {
      const film = index[position] ?? -1;
      if (film < 0) return [];
      return Array.from({ length: Math.min(count, width) }, (_, rank) => film * width + rank)
        .filter((at) => (indices[at] ?? -1) >= 0)
        .map((at) => ({ position: positions[indices[at] ?? 0] ?? 0, score: values[at] ?? 0 }));
    },
    save: () => ({ arrays: { films: filmsAt(positions, catalogue), indices, values, importance }, meta: { feedback: 'implicit', width, users } }),
  };
}

/** For each film the films that have it among their neighbours, so that a history is scored in one pass over its films. */
function targetsOf({ width, indices, values }: Neighbours, films: number) {
  const indptr = new Int32Array(films + 1);
  for (const film of indices) if (film >= 0) indptr[film + 1] = (indptr[film + 1] ?? 0) + 1;
  for (let film = 0; film < films; film++) indptr[film + 1] = (indptr[film + 1] ?? 0) + (indptr[film] ?? 0);
  const next = indptr.slice(0, films);
  const targets = new Int32Array(indptr[films] ?? 0);
  const weights = new Float32Array(targets.length);
  indices.forEach((film, at) => {
    if (film < 0) return;
    const to = next[film] ?? 0;
    next[film] = to + 1;
    targets[to] = Math.floor(at / width);
    weights[to] = values[at] ?? 0;
  });
  return { indptr, targets, values: weights };
}
