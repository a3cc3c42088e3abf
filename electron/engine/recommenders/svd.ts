import type { KernelCall, SvdFactors, SvdOptions } from '../kernels/index.ts';
import { ratedPositions } from './catalogue.ts';
import { INTERACTION_BYTES, ratingsOver } from './matrices.ts';
import { ratingModel } from './rating-model.ts';
import type { FitContext, Recommender, TrainingData } from './recommender.ts';
import { savedArray, savedNumber, savedPositions } from './saved.ts';
import { counts, magnitudes } from './space.ts';

type Name = 'svd' | 'svdpp';
const VERSION = 1;

/**
 * Biased matrix factorisation of explicit ratings (Funk 2006; Koren, Bell and Volinsky 2009): r̂ = μ + b_u + b_i + q_i · p_u,
 * learnt by stochastic gradient descent as Surprise's SVD is, with the same defaults. A user is folded in by ridge
 * regression on the films' side; films are ranked by their predicted rating.
 */
export const svd = factorisation('svd', {
  title: 'Ratings by factors (SVD)',
  about: 'Predicts the rating that a user would give a film, from biases and factors of both, and ranks films by it. Learns from how high films were rated.',
});

/** SVD++ (Koren 2008): users are known by which films they rated, too: r̂ = μ + b_u + b_i + q_i · (p_u + |N(u)|^-½ Σ y_j). */
export const svdpp = factorisation('svdpp', {
  title: 'Ratings by factors (SVD++)',
  about: 'Predicts ratings as SVD does, and also learns from which films a user chose to rate, however high. Closer on the mean than SVD; takes longer to train.',
});

function factorisation(name: Name, { title, about }: Pick<Recommender, 'title' | 'about'>): Recommender {
  const order = (context: Pick<FitContext, 'parameters'>) => ({ kernel: 'svd', options: optionsOf(name, context) }) as const;
  return {
    name, title, about,
    version: VERSION,
    reads: [],
    bases: [],
    parameters: [`recommenders.${name}`, 'engine.seed'],
    curve: { loss: 'RMSE on what it learns from', metric: 'RMSE on held-out ratings' },
    space: () => [counts('factors', 8, 200), magnitudes('rate', 0.001, 0.03), magnitudes('regularization', 0.005, 0.3)],
    effort: 'epochs',
    memoryParameter: `recommenders.${name}.factors`,
    memory: ({ users, films, ratings }, context) => INTERACTION_BYTES * ratings + context.kernels.memory(order(context), { rows: users, columns: films, nonzeros: ratings }),
    seconds({ ratings }, context) {
      const { factors, epochs } = optionsOf(name, context);
      // Nanoseconds of one step on a rating, as measured on two cores of 2023.
      return 0.3 + (ratings * epochs * (name === 'svd' ? 8 + 0.35 * factors : 20 + 1.6 * factors)) / 1e9;
    },
    async fit(train, context) {
      const options = optionsOf(name, context);
      const positions = ratedPositions(train.catalogue.counts);
      const matrix = ratingsOver(train, positions);
      const checkpoint = await context.keep?.([name, VERSION, context.kernels.variant, options], matrix);
      const learnt = await context.kernels.svd(matrix, options, { ...context, ...curve(context), ...(checkpoint && { checkpoint }) });
      if (options.patience > 0) context.log(`The error on held-out ratings was least after epoch ${learnt.epochs}: these factors are kept.`);
      return modelOf(name, train, positions, learnt, options, context);
    },
    load: (saved, catalogue, kernels) => ratingModel(name, catalogue, {
      positions: savedPositions(saved, catalogue),
      userIds: savedArray(saved, 'userIds', Int32Array),
      factors: savedNumber(saved, 'factors'),
      mean: savedNumber(saved, 'mean'),
      ridge: { base: savedNumber(saved, 'ridgeBase'), each: savedNumber(saved, 'ridgeEach') },
      users: savedArray(saved, 'users', Float32Array),
      items: savedArray(saved, 'items', Float32Array),
      userBiases: savedArray(saved, 'userBiases', Float32Array),
      itemBiases: savedArray(saved, 'itemBiases', Float32Array),
      implicit: name === 'svdpp' ? savedArray(saved, 'implicit', Float32Array) : new Float32Array(0),
    }, kernels),
  };
}

/**
 * Gradient descent that ends after E epochs at rate γ holds a user's part back about as ridge regression with 1 / (γ E)
 * does, besides λ for each rating; .8 of it comes closest to the trained users (docs/recommenders.md has the figures).
 */
function modelOf(name: Name, train: TrainingData, positions: Int32Array, learnt: SvdFactors, { rate, regularization }: SvdOptions, { kernels }: FitContext) {
  const ridge = { base: 0.8 / (rate * learnt.epochs), each: regularization };
  return ratingModel(name, train.catalogue, { ...learnt, positions, userIds: train.userIds, ridge }, kernels);
}

/** Points of the training curve, as the context takes them. */
function curve(context: FitContext): Pick<KernelCall, 'point'> {
  const began = performance.now();
  let best: { epoch: number; metric: number } | undefined;
  return {
    point(point) {
      const { epoch, metric } = point;
      if (metric !== null && metric < (best?.metric ?? Number.POSITIVE_INFINITY)) best = { epoch, metric };
      context.curve?.({ ...point, seconds: (performance.now() - began) / 1000 }, best?.epoch);
    },
  };
}

function optionsOf(name: Name, { parameters: { recommenders, engine } }: Pick<FitContext, 'parameters'>): SvdOptions {
  const { factors, epochs, rate, regularization, deviation, patience, held_out: heldOut } = recommenders[name];
  return { implicit: name === 'svdpp', factors, epochs, rate, regularization, deviation, patience, heldOut, seed: engine.seed };
}
