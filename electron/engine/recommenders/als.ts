import { ratedPositions } from './catalogue.ts';
import { choleskySolver } from './cholesky.ts';
import { indexOf, interactions, spread } from './matrices.ts';
import type { Catalogue, History, Model, Recommender } from './recommender.ts';
import { savedArray, savedNumber } from './saved.ts';
import type { Kernels } from '../kernels/index.ts';

/**
 * Implicit matrix factorisation (Hu, Koren and Volinsky 2008), fitted by alternating least squares with conjugate
 * gradient (Takács et al. 2011) on the 0/1 matrix: every rating is a positive with confidence 1 + α.
 *
 * Fold-in solves for the user vector exactly: A x = Σ cᵢ yᵢ over the liked films of the history, where
 * A = YᵀY + λI + Σ (cᵢ - 1) yᵢ yᵢᵀ and cᵢ = 1 + α |weight|; a film with a negative weight is a confident 0. So the score of
 * film j, yⱼ · x, is the sum over the history of cᵢ · yⱼᵀ A⁻¹ yᵢ: the contributions of its films (Hu et al., section 5).
 */
export const als: Recommender = {
  name: 'als',
  title: 'Matrix factorisation (ALS)',
  about: 'Places users and films in one space by who rated what. Scales to millions of ratings. In a history, a rating above the usual counts with more confidence and one far below counts against.',
  version: 1,
  async fit(train, context) {
    const { factors, iterations, regularization, alpha, cg_steps: cgSteps } = context.parameters.recommenders.als;
    const positions = ratedPositions(train.catalogue.counts);
    const { items } = await context.kernels.als(
      interactions(train, positions), { factors, iterations, regularization, alpha, cgSteps, seed: context.parameters.engine.seed }, context);
    return alsModel(train.catalogue, { positions, items, factors, regularization, alpha, users: train.userIds.length }, context.kernels);
  },
  load(saved, catalogue, kernels) {
    return alsModel(catalogue, {
      positions: savedArray(saved, 'positions', Int32Array),
      items: savedArray(saved, 'items', Float32Array),
      factors: savedNumber(saved, 'factors'),
      regularization: savedNumber(saved, 'regularization'),
      alpha: savedNumber(saved, 'alpha'),
      users: savedNumber(saved, 'users'),
    }, kernels);
  },
};

interface Factors {
  readonly positions: Int32Array;
  /** Film vectors, row-major. */
  readonly items: Float32Array;
  readonly factors: number;
  readonly regularization: number;
  readonly alpha: number;
  readonly users: number;
}

function alsModel(catalogue: Catalogue, parts: Factors, kernels: Kernels): Model {
  const { positions, items, factors, users } = parts;
  const index = indexOf(positions, catalogue.movieIds.length);
  const gram = gramOf(items, factors);
  const vectorOf = (film: number) => items.subarray(film * factors, (film + 1) * factors);
  return {
    name: 'als',
    catalogue,
    size: { items: positions.length, users },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn(history) {
      const { solve, right } = equations(history, index, gram, parts);
      const user = Float32Array.from(solve(right));
      const scores = kernels.scoreAll(items, positions.length, factors, user);
      return {
        scores: spread(scores, positions, catalogue.movieIds.length),
        explain(position) {
          const target = index[position] ?? -1;
          if (target < 0) return [];
          const through = solve(Float64Array.from(vectorOf(target)));
          const evidence = Array.from(history.positions, (rated, i) => {
            const film = index[rated] ?? -1;
            const weight = history.weights[i] ?? 0;
            const contribution = film < 0 || weight <= 0 ? 0 : (1 + parts.alpha * weight) * dot(through, vectorOf(film));
            return { position: rated, contribution };
          });
          return [{ kind: 'because-you-rated', evidence }];
        },
      };
    },
    similar(position, count) {
      const film = index[position] ?? -1;
      if (film < 0) return [];
      const length = (vector: Float32Array) => Math.sqrt(dot(vector, vector)) || 1;
      const own = length(vectorOf(film));
      const cosines = kernels.scoreAll(items, positions.length, factors, vectorOf(film)).map((product, at) => product / (own * length(vectorOf(at))));
      cosines[film] = Number.NEGATIVE_INFINITY;
      return Array.from(kernels.top(cosines, count), (at) => ({ position: positions[at] ?? 0, score: cosines[at] ?? 0 }));
    },
    save: () => ({ arrays: { positions, items }, meta: { factors, regularization: parts.regularization, alpha: parts.alpha, users } }),
  };
}

/** The normal equations of one user: `solve` applies A⁻¹, `right` is Σ cᵢ yᵢ over the films with a positive weight. */
function equations(history: History, index: Int32Array, gram: Float64Array, { items, factors, regularization, alpha }: Factors) {
  const a = gram.slice();
  const right = new Float64Array(factors);
  for (let k = 0; k < factors; k++) a[k * factors + k] = (a[k * factors + k] ?? 0) + regularization;
  history.positions.forEach((position, i) => {
    const film = index[position] ?? -1;
    const weight = history.weights[i] ?? 0;
    if (film < 0 || weight === 0) return;
    const extra = alpha * Math.abs(weight);
    const y = items.subarray(film * factors, (film + 1) * factors);
    for (let r = 0; r < factors; r++) {
      const scaled = extra * (y[r] ?? 0);
      for (let c = 0; c <= r; c++) a[r * factors + c] = (a[r * factors + c] ?? 0) + scaled * (y[c] ?? 0);
      if (weight > 0) right[r] = (right[r] ?? 0) + (1 + extra) * (y[r] ?? 0);
    }
  });
  return { solve: choleskySolver(a, factors), right };
}

/** YᵀY; the lower triangle. */
function gramOf(items: Float32Array, factors: number): Float64Array {
  const gram = new Float64Array(factors * factors);
  for (let start = 0; start < items.length; start += factors) {
    for (let r = 0; r < factors; r++) {
      const value = items[start + r] ?? 0;
      for (let c = 0; c <= r; c++) gram[r * factors + c] = (gram[r * factors + c] ?? 0) + value * (items[start + c] ?? 0);
    }
  }
  return gram;
}

function dot(a: Float64Array | Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < b.length; k++) sum += (a[k] ?? 0) * (b[k] ?? 0);
  return sum;
}
