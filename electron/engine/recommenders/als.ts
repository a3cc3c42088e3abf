import { crc32 } from 'node:zlib';
import { AlsFoldIn, type AlsOptions, type Kernels } from '../kernels/index.ts';
import { positionOf, ratedPositions } from './catalogue.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { indexOf, INTERACTION_BYTES, interactions, spread } from './matrices.ts';
import type { Catalogue, FitContext, Model, Recommender } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions } from './saved.ts';
import { counts, magnitudes } from './space.ts';
import { historyMatrix, topOf } from './top-many.ts';

/** With fewer users, settings that suit one data set are weak on another (docs/factors.md). */
const FEW_USERS = 5000;

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
  about: 'Places users and films in one space by who rated what. Scales to millions of ratings. Learns from who rated what: every rating counts as one. Change a rating and it counts with more or less confidence; far below the usual, as a dislike.',
  version: 3,
  reads: [],
  bases: [],
  parameters: ['recommenders.als', 'engine.seed'],
  space: () => [counts('factors', 16, 256), magnitudes('regularization', 0.1, 300), magnitudes('alpha', 0.1, 100)],
  effort: 'iterations',
  memoryParameter: 'recommenders.als.factors',
  memory({ users, films, ratings }, { kernels, parameters }) {
    return INTERACTION_BYTES * ratings + kernels.memory({ kernel: 'als', options: { ...optionsOf(parameters), warm: false } }, { rows: users, columns: films, nonzeros: ratings });
  },
  seconds({ users, films, ratings }, { kernels, parameters }) {
    const { factors, iterations, cgSteps } = optionsOf(parameters);
    return 0.15 + (2 / kernels.threads) * iterations * factors * (2.4e-10 * ratings * (1 + cgSteps) + 2e-10 * (users + films) * factors);
  },
  async fit(train, context) {
    const positions = ratedPositions(train.catalogue.counts);
    const matrix = interactions(train, positions);
    const options = { ...optionsOf(context.parameters), ...(await update(train.catalogue, positions, context)) };
    const checkpoint = await context.keep?.(['als', als.version, context.kernels.variant, { ...options, start: options.start && crc32(new Uint8Array(options.start.buffer)) }], matrix);
    const users = train.userIds.length;
    if (users < FEW_USERS) context.log(`als: with ${users} users, which factors and regularisation are best depends on the data: a search (tune als) often finds better ones than the usual.`);
    const { items } = await context.kernels.als(matrix, options, { ...context, ...(checkpoint && { checkpoint }) });
    const { factors, regularization, exponent = 0, alpha } = options;
    return alsModel(train.catalogue, { positions, items, factors, regularization, exponent, alpha, users }, context.kernels);
  },
  load(saved, catalogue, kernels) {
    return alsModel(catalogue, {
      positions: savedPositions(saved, catalogue),
      items: savedArray(saved, 'items', Float32Array),
      factors: savedNumber(saved, 'factors'),
      regularization: savedNumber(saved, 'regularization'),
      exponent: savedNumber(saved, 'exponent'),
      alpha: savedNumber(saved, 'alpha'),
      users: savedNumber(saved, 'users'),
    }, kernels);
  },
};

/**
 * Where training starts from the last model instead of from the seed: its film vectors, and few sweeps. Films that it lacks
 * start at 0. Nothing where that is not wanted, or where there is no such model with the same parameters.
 */
async function update(catalogue: Catalogue, positions: Int32Array, context: FitContext): Promise<{ start: Float32Array; iterations: number } | undefined> {
  const { update: wanted, update_sweeps: iterations } = context.parameters.recommenders.als;
  if (!wanted) return undefined;
  const before = await context.earlier?.('als');
  const now = optionsOf(context.parameters);
  if (!before || (['factors', 'regularization', 'exponent', 'alpha'] as const).some((name) => savedNumber(before.saved, name) !== now[name])) {
    context.log('There is no earlier model with these parameters to update: it is fitted from the start.');
    return undefined;
  }
  const { factors } = now;
  const films = savedArray(before.saved, 'films', Int32Array);
  const items = savedArray(before.saved, 'items', Float32Array);
  const start = new Float32Array(positions.length * factors);
  let known = 0;
  for (const [film, position] of positions.entries()) {
    const row = positionOf(films, catalogue.movieIds[position] ?? 0);
    if (row === undefined) continue;
    start.set(items.subarray(row * factors, (row + 1) * factors), film * factors);
    known++;
  }
  context.log(`Updates the model of run ${before.run}: ${known} of ${positions.length} films start from it, ${iterations} sweeps.`);
  return { start, iterations };
}

function optionsOf({ recommenders, engine }: ParameterValues): AlsOptions {
  const { factors, iterations, regularization, exponent, alpha, solver, cg_steps: cgSteps } = recommenders.als;
  return { factors, iterations, regularization, exponent, alpha, solver, cgSteps, seed: engine.seed };
}

interface Factors {
  readonly positions: Int32Array;
  /** Film vectors, row-major. */
  readonly items: Float32Array;
  readonly factors: number;
  readonly regularization: number;
  readonly exponent: number;
  readonly alpha: number;
  readonly users: number;
}

function alsModel(catalogue: Catalogue, parts: Factors, kernels: Kernels): Model {
  const { positions, items, factors, users } = parts;
  const index = indexOf(positions, catalogue.movieIds.length);
  const foldIn = new AlsFoldIn(parts);
  const lengths = Float64Array.from(positions, (_, film) => {
    let square = 0;
    for (let at = film * factors; at < (film + 1) * factors; at++) square += (items[at] ?? 0) ** 2;
    return Math.sqrt(square) || 1;
  });
  return {
    name: 'als',
    catalogue,
    size: { items: positions.length, users },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn(history) {
      const known = Array.from(history.positions.keys()).filter((i) => (index[history.positions[i] ?? 0] ?? -1) >= 0);
      const rated = Int32Array.from(known, (i) => history.positions[i] ?? 0);
      const user = foldIn.fold(rated.map((position) => index[position] ?? 0), Float32Array.from(known, (i) => history.weights[i] ?? 0));
      const scores = kernels.scoreAll(items, positions.length, factors, Float32Array.from(user.vector));
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
      const matrix = historyMatrix(histories, index, positions.length, ({ weights }, i) => weights[i] ?? 0);
      const lambdas = foldIn.lambdas(matrix);
      const vectors = await kernels.solve(matrix, items, lambdas, { factors, target: { implicit: true, alpha: parts.alpha } }, signal ? { signal } : {});
      return topOf(kernels, vectors, items, factors, matrix, positions, count, signal);
    },
    similar(position, count) {
      const film = index[position] ?? -1;
      if (film < 0) return [];
      const cosines = kernels.scoreAll(items, positions.length, factors, items.subarray(film * factors, (film + 1) * factors))
        .map((product, at) => product / ((lengths[film] ?? 1) * (lengths[at] ?? 1)));
      cosines[film] = Number.NEGATIVE_INFINITY;
      return Array.from(kernels.top(cosines, count), (at) => ({ position: positions[at] ?? 0, score: cosines[at] ?? 0 }));
    },
    save: () => ({ arrays: { films: filmsAt(positions, catalogue), items }, meta: { factors, regularization: parts.regularization, exponent: parts.exponent, alpha: parts.alpha, users } }),
  };
}
