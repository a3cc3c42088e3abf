import { type Kernels, RatingFoldIn, type SvdFactors } from '../kernels/index.ts';
import { positionOf } from './catalogue.ts';
import { indexOf, spread } from './matrices.ts';
import type { Catalogue, Model } from './recommender.ts';
import { filmsAt } from './saved.ts';
import { historyMatrix, topOf } from './top-many.ts';

interface Parts extends Omit<SvdFactors, 'epochs'> {
  /** The modelled films, ascending: rows of the films' side. */
  readonly positions: Int32Array;
  /** Ascending: rows of the users' side. */
  readonly userIds: Int32Array;
  readonly ridge: { readonly base: number; readonly each: number };
}

/** A model that predicts ratings by biases and factors. Histories are folded in; `rate` goes by what training gave a user. */
export function ratingModel(name: 'svd' | 'svdpp', catalogue: Catalogue, parts: Parts, kernels: Kernels): Model {
  const { positions, userIds, factors, mean, items, itemBiases, users, userBiases, implicit, ridge } = parts;
  const films = positions.length;
  const index = indexOf(positions, catalogue.movieIds.length);
  const foldIn = new RatingFoldIn(parts);
  /** The films' factors, their biases and a 1: the product with a user's factors, 1 and mean + bias is the predicted rating. */
  const width = factors + 2;
  const whole = new Float32Array(films * width);
  for (let film = 0; film < films; film++) {
    whole.set(items.subarray(film * factors, (film + 1) * factors), film * width);
    whole[film * width + factors] = itemBiases[film] ?? 0;
    whole[film * width + factors + 1] = 1;
  }
  const lengths = Float64Array.from(positions, (_, film) => Math.hypot(...items.subarray(film * factors, (film + 1) * factors)) || 1);
  return {
    name,
    catalogue,
    size: { items: films, users: userIds.length },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn(history) {
      const known = Array.from(history.positions.keys()).filter((i) => (index[history.positions[i] ?? 0] ?? -1) >= 0);
      const rated = Int32Array.from(known, (i) => history.positions[i] ?? 0);
      const user = foldIn.fold(rated.map((position) => index[position] ?? 0), Float32Array.from(known, (i) => history.ratings[i] ?? 0));
      const scores = kernels.scoreAll(whole, films, width, Float32Array.of(...user.vector, 1, user.constant));
      return {
        scores: spread(scores, positions, catalogue.movieIds.length),
        explain(position) {
          const target = index[position] ?? -1;
          if (target < 0) return [];
          return [{ kind: 'because-you-rated', evidence: Array.from(user.contributions(target), (contribution, i) => ({ position: rated[i] ?? 0, contribution })) }];
        },
      };
    },
    async topMany(histories, count, signal) {
      const matrix = historyMatrix(histories, index, films, ({ ratings }, i) => ratings[i] ?? 0);
      const { values, lambdas, rated } = foldIn.systems(matrix);
      // What foldIn solves: the films' factors, and a 1 for the user's bias.
      const sides = new Float32Array(films * (factors + 1)).fill(1);
      for (let film = 0; film < films; film++) sides.set(items.subarray(film * factors, (film + 1) * factors), film * (factors + 1));
      const solved = await kernels.solve({ ...matrix, values }, sides, lambdas, { factors: factors + 1, target: { implicit: false } }, signal ? { signal } : {});
      const users = new Float32Array(histories.length * width);
      for (let row = 0; row < histories.length; row++) {
        for (let f = 0; f < factors; f++) users[row * width + f] = (solved[row * (factors + 1) + f] ?? 0) + (rated[row * factors + f] ?? 0);
        users[row * width + factors] = 1;
        users[row * width + factors + 1] = mean + (solved[row * (factors + 1) + factors] ?? 0);
      }
      return topOf(kernels, users, whole, width, matrix, positions, count, signal);
    },
    rate(user, wanted) {
      const row = positionOf(userIds, user);
      const own = row === undefined ? undefined : users.subarray(row * factors, (row + 1) * factors);
      const usual = mean + (row === undefined ? 0 : (userBiases[row] ?? 0));
      return Float32Array.from(wanted, (position) => {
        const film = index[position] ?? -1;
        if (film < 0) return usual;
        let sum = usual + (itemBiases[film] ?? 0);
        if (own) for (let f = 0; f < factors; f++) sum += (own[f] ?? 0) * (items[film * factors + f] ?? 0);
        return sum;
      });
    },
    similar(position, count) {
      const film = index[position] ?? -1;
      if (film < 0) return [];
      const direction = new Float32Array(width);
      direction.set(items.subarray(film * factors, (film + 1) * factors));
      const cosines = kernels.scoreAll(whole, films, width, direction).map((product, at) => product / ((lengths[film] ?? 1) * (lengths[at] ?? 1)));
      cosines[film] = Number.NEGATIVE_INFINITY;
      return Array.from(kernels.top(cosines, count), (at) => ({ position: positions[at] ?? 0, score: cosines[at] ?? 0 }));
    },
    save: () => ({
      arrays: { films: filmsAt(positions, catalogue), userIds, users, items, userBiases, itemBiases, ...(implicit.length > 0 && { implicit }) },
      meta: { factors, mean, ridgeBase: ridge.base, ridgeEach: ridge.each, users: userIds.length },
    }),
  };
}
