import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Csr } from '../kernels/index.ts';
import { ratedPositions } from './catalogue.ts';
import { addRows, indexOf, INTERACTION_BYTES, interactions, spread, transpose } from './matrices.ts';
import type { Catalogue, FitContext, History, Model, Recommender, SavedModel } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions } from './saved.ts';
import { magnitudes } from './space.ts';

/** Up to this many films the dense matrix is small (36 MB) and answers fastest. */
const DENSE_FILMS = 3000;
/** Films with more ratings than this … */
const OFTEN_RATED = 8;
/** … have their product with G kept after its first use: at most so many films, the most rated, in memory that is taken as they come. */
const MOST_KEPT = 4096;

/**
 * EASE (Steck 2019) on the 0/1 matrix X: B[i, j] = -P[i, j] / P[j, j] with P = (XᵀX + λI)⁻¹ and a zero diagonal;
 * the score of film j is Σ over the history of weight × B[i, j].
 *
 * With fewer users than films the same P is had from the smaller side: P = (I - Xᵀ G X) / λ with G = (XXᵀ + λI)⁻¹
 * (Woodbury), so that B[i, j] = xᵢᵀ G xⱼ / (λ P[j, j]) for i ≠ j, and only G (users × users) and X are kept: exact,
 * and on 610 users and 9,724 films 2 MB instead of 378.
 */
export const ease: Recommender = {
  name: 'ease',
  title: 'EASE',
  about: 'A linear model that weighs each film of the history for each other film, solved exactly. Strong on small and middling catalogues. Learns from who rated what: every rating counts as one. Change a rating and it counts more or less; far below the usual, it counts against.',
  version: 2,
  reads: [],
  bases: [],
  parameters: ['recommenders.ease'],
  space: () => [magnitudes('lambda', 5, 5000)],
  memoryParameter: 'recommenders.ease.max_items',
  memory({ users, films, ratings }, { kernels, parameters }) {
    const { lambda, max_items: most } = parameters.recommenders.ease;
    const options = { lambda };
    if (isByUsers(users, films, most)) return 3 * INTERACTION_BYTES * ratings + 4 * users * users + kernels.memory({ kernel: 'ease', options }, { rows: films, columns: users, nonzeros: ratings });
    return INTERACTION_BYTES * ratings + kernels.memory({ kernel: 'ease', options }, { rows: users, columns: Math.min(films, most), nonzeros: ratings });
  },
  seconds({ users, films, ratings }, { kernels, parameters }) {
    const { max_items: most } = parameters.recommenders.ease;
    const [side, rows] = isByUsers(users, films, most) ? [users, films] : [Math.min(films, most), users];
    return 0.15 + (2 / kernels.threads) * (1.4e-11 * side ** 3 + 5e-10 * ratings * (ratings / Math.max(1, rows)));
  },
  async fit(train, context) {
    const { lambda, max_items: most } = context.parameters.recommenders.ease;
    const all = ratedPositions(train.catalogue.counts);
    const users = train.userIds.length;
    if (isByUsers(users, all.length, most)) return fitByUsers(train.catalogue, all, interactions(train, all), lambda, context);
    const positions = ratedPositions(train.catalogue.counts, most);
    if (positions.length < all.length) {
      context.log(`ease models the ${positions.length} most rated of ${all.length} films (recommenders.ease.max_items); the others get no score.`);
    }
    refuseIfTooLarge(positions.length, context);
    return denseModel(train.catalogue, positions, await context.kernels.ease(interactions(train, positions), { lambda }, context), users);
  },
  load(saved, catalogue) {
    const positions = savedPositions(saved, catalogue);
    if ('b' in saved.arrays) return denseModel(catalogue, positions, savedArray(saved, 'b', Float32Array), savedNumber(saved, 'users'));
    return userSideModel(catalogue, positions, {
      g: savedArray(saved, 'g', Float32Array),
      indptr: savedArray(saved, 'indptr', Int32Array),
      raters: savedArray(saved, 'raters', Int32Array),
      scale: savedArray(saved, 'scale', Float64Array),
      users: savedNumber(saved, 'users'),
    });
  },
};

function isByUsers(users: number, films: number, most: number): boolean {
  return films > DENSE_FILMS && users < films && users <= most;
}

/** Two copies of the matrix live at once: the kernel's and the one that is handed over. */
function refuseIfTooLarge(side: number, { memory }: FitContext): void {
  const needed = 2 * 4 * side * side;
  const free = memory();
  if (needed <= free) return;
  const fits = Math.floor(Math.sqrt(free / 8) / 100) * 100;
  throw new ReelbenchError('out-of-memory', `EASE on ${side} films needs ${Math.ceil(needed / 2 ** 20)} MB and ${Math.floor(free / 2 ** 20)} MB are free.`, {
    hint: `Set recommenders.ease.max_items to ${fits} or less, or close other programs.`,
  });
}

function denseModel(catalogue: Catalogue, positions: Int32Array, b: Float32Array, users: number): Model {
  const films = positions.length;
  const index = indexOf(positions, catalogue.movieIds.length);
  return easeModel(catalogue, positions, users, index, {
    scores(history) {
      const sums = new Float64Array(films);
      const known = Array.from(history.positions.keys()).filter((i) => (index[history.positions[i] ?? 0] ?? -1) >= 0);
      addRows(sums, b, known.map((i) => index[history.positions[i] ?? 0] ?? 0), known.map((i) => history.weights[i] ?? 0));
      return sums;
    },
    column: (target) => (film) => b[film * films + target] ?? 0,
  }, () => ({ arrays: { films: filmsAt(positions, catalogue), b }, meta: { users } }));
}

interface UserSide {
  /** (XXᵀ + λI)⁻¹, users × users. */
  readonly g: Float32Array;
  /** The users who rated film `j`: `raters[indptr[j] … indptr[j + 1])`. */
  readonly indptr: Int32Array;
  readonly raters: Int32Array;
  /** 1 / (λ P[j, j]) of each film. */
  readonly scale: Float64Array;
  readonly users: number;
}

async function fitByUsers(catalogue: Catalogue, positions: Int32Array, matrix: Csr, lambda: number, context: FitContext): Promise<Model> {
  refuseIfTooLarge(matrix.rows, context);
  const users = matrix.rows;
  const byFilm = transpose(matrix, matrix.values);
  const g = inverseFromEase(await context.kernels.ease(byFilm, { lambda }, context), matrix, byFilm, lambda);
  const scale = Float64Array.from(positions, (_, j) => {
    const raters = byFilm.indices.subarray(byFilm.indptr[j], byFilm.indptr[j + 1]);
    let leverage = 0;
    for (const a of raters) for (const c of raters) leverage += g[a * users + c] ?? 0;
    return 1 / (1 - leverage);
  });
  return userSideModel(catalogue, positions, { g, indptr: byFilm.indptr, raters: byFilm.indices, scale, users });
}

/**
 * G = M⁻¹ for M = XXᵀ + λI from E = -G / diag(G) with a zero diagonal, which is what the kernel answers on Xᵀ:
 * column c of G is G[c, c] · (e_c - E[:, c]), and row c of M times it is 1, which gives G[c, c].
 */
function inverseFromEase(e: Float32Array, matrix: Csr, byFilm: Csr, lambda: number): Float32Array {
  const users = matrix.rows;
  const g = new Float32Array(users * users);
  const common = new Float64Array(users);
  for (let c = 0; c < users; c++) {
    common.fill(0);
    common[c] = lambda;
    for (let at = matrix.indptr[c] ?? 0; at < (matrix.indptr[c + 1] ?? 0); at++) {
      const film = matrix.indices[at] ?? 0;
      for (let to = byFilm.indptr[film] ?? 0; to < (byFilm.indptr[film + 1] ?? 0); to++) {
        const other = byFilm.indices[to] ?? 0;
        common[other] = (common[other] ?? 0) + 1;
      }
    }
    let product = common[c] ?? 0;
    for (let r = 0; r < users; r++) if (r !== c) product -= (common[r] ?? 0) * (e[r * users + c] ?? 0);
    for (let r = 0; r < users; r++) g[r * users + c] = (r === c ? 1 : -(e[r * users + c] ?? 0)) / product;
  }
  return g;
}

function userSideModel(catalogue: Catalogue, positions: Int32Array, side: UserSide): Model {
  const { g, indptr, raters, scale, users } = side;
  const films = positions.length;
  const index = indexOf(positions, catalogue.movieIds.length);
  const ratersOf = (film: number) => raters.subarray(indptr[film], indptr[film + 1]);
  const often = ratedPositions(Int32Array.from({ length: films }, (_, film) => (ratersOf(film).length > OFTEN_RATED ? ratersOf(film).length : 0)), MOST_KEPT);
  /** Where each film's product with G is kept, -1 for none; rows of `products` that are worked out have `made` set. */
  const row = indexOf(often, films);
  const made = new Uint8Array(often.length);
  let products: Float32Array | undefined;
  const addThroughG = (out: Float64Array, sum: Float64Array) => {
    const asked = Array.from(sum.keys()).filter((user) => sum[user] !== 0);
    addRows(out, g, asked, asked.map((user) => sum[user] ?? 0));
  };
  const keepProduct = (film: number, kept: Float32Array, at: number) => {
    const [sum, product] = [new Float64Array(users), new Float64Array(users)];
    for (const user of ratersOf(film)) sum[user] = 1;
    addThroughG(product, sum);
    kept.set(product, at * users);
    made[at] = 1;
  };
  /** G times the sum of the given rows of X, weighted: by way of the films' own products where they are kept, so that a film that thousands rated costs one row. */
  const throughG = (rows: Iterable<readonly [film: number, weight: number]>): Float64Array => {
    products ??= new Float32Array(often.length * users);
    const [sum, product] = [new Float64Array(users), new Float64Array(users)];
    const [kept, weights]: [number[], number[]] = [[], []];
    for (const [film, weight] of rows) {
      const at = row[film] ?? -1;
      if (at < 0) {
        for (const user of ratersOf(film)) sum[user] = (sum[user] ?? 0) + weight;
        continue;
      }
      if (made[at] === 0) keepProduct(film, products, at);
      kept.push(at);
      weights.push(weight);
    }
    addRows(product, products, kept, weights);
    addThroughG(product, sum);
    return product;
  };
  const total = (vector: Float64Array, film: number) => {
    let sum = 0;
    const end = indptr[film + 1] ?? 0;
    for (let at = indptr[film] ?? 0; at < end; at++) sum += vector[raters[at] ?? 0] ?? 0;
    return sum;
  };
  const column = (target: number) => {
    const vector = throughG([[target, 1]]);
    return (film: number) => (film === target ? 0 : total(vector, film) * (scale[target] ?? 0));
  };
  return easeModel(catalogue, positions, users, index, {
    scores(history) {
      const rated = Array.from(history.positions, (position, i) => [index[position] ?? -1, history.weights[i] ?? 0] as const).filter(([film]) => film >= 0);
      const vector = throughG(rated);
      const scores = new Float64Array(films);
      for (let film = 0; film < films; film++) scores[film] = total(vector, film) * (scale[film] ?? 0);
      // The diagonal of B is zero: a film says nothing about itself.
      for (const [film, weight] of rated) scores[film] = (scores[film] ?? 0) - weight * (1 - 1 / (scale[film] ?? 1)) * (scale[film] ?? 0);
      return scores;
    },
    column,
  }, () => ({ arrays: { films: filmsAt(positions, catalogue), g, indptr, raters, scale }, meta: { users } }));
}

interface Weights {
  scores(history: History): Float64Array;
  /** B[·, target] as a function of the film. */
  column(target: number): (film: number) => number;
}

function easeModel(catalogue: Catalogue, positions: Int32Array, users: number, index: Int32Array, weights: Weights, save: () => SavedModel): Model {
  return {
    name: 'ease',
    catalogue,
    size: { items: positions.length, users },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn: (history) => ({
      scores: spread(weights.scores(history), positions, catalogue.movieIds.length),
      explain(position) {
        const target = index[position] ?? -1;
        if (target < 0) return [];
        const weight = weights.column(target);
        const evidence = Array.from(history.positions, (rated, i) => {
          const film = index[rated] ?? -1;
          return { position: rated, contribution: film < 0 ? 0 : weight(film) * (history.weights[i] ?? 0) };
        });
        return [{ kind: 'because-you-rated', evidence }];
      },
    }),
    similar(position, count) {
      const film = index[position] ?? -1;
      if (film < 0) return [];
      const one = { user: null, positions: Int32Array.of(position), ratings: Float32Array.of(0), weights: Float32Array.of(1), order: Int32Array.of(0) };
      return Array.from(weights.scores(one), (score, at) => ({ position: positions[at] ?? 0, score }))
        .filter((near) => near.position !== position && near.score > 0)
        .toSorted((a, b) => b.score - a.score || a.position - b.position)
        .slice(0, count);
    },
    save,
  };
}
