import type { Neighbours } from '../kernels/index.ts';
import { ratedPositions } from './catalogue.ts';
import { indexOf, INTERACTION_BYTES, interactions, spread } from './matrices.ts';
import type { Catalogue, Model, Recommender } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions } from './saved.ts';

/**
 * Item-based nearest neighbours (Sarwar et al. 2001) on implicit feedback: cosine between the columns of the 0/1 matrix;
 * each film keeps its most similar films. The score of a film is the sum, over those of its neighbours that are in the
 * history, of similarity × weight of the rating.
 */
export const itemKnn: Recommender = {
  name: 'item-knn',
  title: 'Similar films (item kNN)',
  about: 'Films that were rated by the same people as the films of the history. Learns from who rated what: every rating counts as one. Change a rating and it counts more or less; far below the usual, it counts against.',
  version: 2,
  reads: [],
  bases: [],
  parameters: ['recommenders.item-knn'],
  memory({ users, films, ratings }, { kernels, parameters }) {
    return INTERACTION_BYTES * ratings + kernels.memory({ kernel: 'itemNeighbours', options: parameters.recommenders['item-knn'] }, { rows: users, columns: films, nonzeros: ratings });
  },
  async fit(train, context) {
    const { neighbours, shrinkage } = context.parameters.recommenders['item-knn'];
    const positions = ratedPositions(train.catalogue.counts);
    const matrix = interactions(train, positions);
    return itemKnnModel(train.catalogue, positions, await context.kernels.itemNeighbours(matrix, { neighbours, shrinkage }, context), train.userIds.length);
  },
  load(saved, catalogue) {
    const nearest = { width: savedNumber(saved, 'width'), indices: savedArray(saved, 'indices', Int32Array), values: savedArray(saved, 'values', Float32Array) };
    return itemKnnModel(catalogue, savedPositions(saved, catalogue), nearest, savedNumber(saved, 'users'));
  },
};

function itemKnnModel(catalogue: Catalogue, positions: Int32Array, nearest: Neighbours, users: number): Model {
  const { width, indices, values } = nearest;
  const index = indexOf(positions, catalogue.movieIds.length);
  const pointing = targetsOf(nearest, positions.length);
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
        for (let at = pointing.indptr[film] ?? 0; at < (pointing.indptr[film + 1] ?? 0); at++) {
          const target = pointing.targets[at] ?? 0;
          sums[target] = (sums[target] ?? 0) + (pointing.values[at] ?? 0) * (history.weights[i] ?? 0);
        }
      });
      return {
        scores: spread(sums, positions, catalogue.movieIds.length),
        explain(position) {
          const target = index[position] ?? -1;
          if (target < 0) return [];
          const similarity = new Map<number, number>();
          for (let at = target * width; at < (target + 1) * width && (indices[at] ?? -1) >= 0; at++) similarity.set(positions[indices[at] ?? 0] ?? 0, values[at] ?? 0);
          const evidence = Array.from(history.positions, (rated, i) => ({ position: rated, contribution: (similarity.get(rated) ?? 0) * (history.weights[i] ?? 0) }));
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
    save: () => ({ arrays: { films: filmsAt(positions, catalogue), indices, values }, meta: { width, users } }),
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
