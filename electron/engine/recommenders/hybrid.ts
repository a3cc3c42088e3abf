import type { ModelName } from '../../../shared/contract/index.ts';
import { blendWeights, type Contest } from './blend-weights.ts';
import { als } from './als.ts';
import { content } from './content.ts';
import { ease } from './ease.ts';
import { breathe } from './breathe.ts';
import { INTERACTION_BYTES } from './matrices.ts';
import type { Catalogue, FitContext, FoldedIn, History, Model, Recommender, SavedModel, TrainingData } from './recommender.ts';
import { savedArray, savedNumber } from './saved.ts';
import { withoutNewest } from './split.ts';

const bases = { content, ease, als } as const;
const names = ['content', 'ease', 'als'] as const;
/** Rivals of a held-out film: the best films of each base model. No other film comes high in a blend of them. */
const RIVALS = 200;

/**
 * A blend: the weighted sum of the base models' scores, each put on one scale for this user.
 *
 * The weights are learnt, not given. Protocol: from up to `validation_users` users (a seeded draw) the newest rating is
 * held out, the base models are fitted without these ratings, and the weights are those that place the held-out films
 * highest among the films that their users had not rated (blend-weights.ts). The base models that serve are those trained
 * on all ratings.
 */
export const hybrid: Recommender = {
  name: 'hybrid',
  title: 'Hybrid',
  about: 'A blend of content, EASE and ALS. How much each counts is learnt from ratings that were held out. Usually the best list, and the slowest to train.',
  version: 2,
  reads: ['movies', 'movie_genres', 'tags'],
  bases: names,
  parameters: ['recommenders.hybrid', 'engine.seed'],
  memory(size, context) {
    // The data without the held-out ratings, and the bases fitted on it, one after another.
    return INTERACTION_BYTES * size.ratings + names.reduce((sum, name) => sum + bases[name].memory(size, context), 0);
  },
  async fit(train, context) {
    const weights = await learnWeights(train, context);
    context.log(`hybrid weighs ${names.map((name, i) => `${name} ${(weights[i] ?? 0).toFixed(3)}`).join(', ')}.`);
    const parts: Model[] = [];
    for (const name of names) parts.push(await context.base(name, train));
    return hybridModel(train.catalogue, parts, weights, train.userIds.length);
  },
  async load(saved, catalogue, kernels) {
    const parts: Model[] = [];
    for (const name of names) parts.push(await bases[name].load(partOf(saved, name), catalogue, kernels));
    return hybridModel(catalogue, parts, Array.from(savedArray(saved, 'weights', Float64Array)), savedNumber(saved, 'users'));
  },
};

async function learnWeights(train: TrainingData, context: FitContext): Promise<number[]> {
  const { kept, heldOut } = withoutNewest(train, context.parameters.recommenders.hybrid.validation_users, context.parameters.engine.seed);
  const parts: Model[] = [];
  for (const name of names) parts.push(await context.base(name, kept));
  const contests: Contest[] = [];
  for (const { row, film } of heldOut) {
    await breathe(context.signal);
    const [from, to] = [kept.ratings.indptr[row], kept.ratings.indptr[row + 1]];
    const positions = kept.ratings.indices.subarray(from, to);
    const history = { user: null, positions, ratings: kept.ratings.values.subarray(from, to), weights: new Float32Array(positions.length).fill(1), order: Int32Array.from(positions.keys()) };
    const scores = (await foldAll(parts, history)).map((folded) => scaled(folded.scores, positions));
    const rivals = new Set<number>();
    for (const score of scores) {
      for (const position of positions) score[position] = Number.NEGATIVE_INFINITY;
      for (const position of context.kernels.top(score, RIVALS)) rivals.add(position);
    }
    rivals.delete(film);
    contests.push({
      heldOut: Float32Array.from(scores, (score) => score[film] ?? 0),
      rivals: Float32Array.from([...rivals].flatMap((position) => scores.map((score) => score[position] ?? 0))),
    });
  }
  return blendWeights(contests, names.length, context.signal, context.progress);
}

async function foldAll(parts: readonly Model[], history: History): Promise<FoldedIn[]> {
  const folded: FoldedIn[] = [];
  for (const part of parts) folded.push(await part.foldIn(history));
  return folded;
}

function hybridModel(catalogue: Catalogue, parts: readonly Model[], weights: readonly number[], users: number): Model {
  const knows = (position: number) => parts.some((part) => part.knows(position));
  return {
    name: 'hybrid',
    catalogue,
    size: { items: catalogue.movieIds.reduce((items, _, position) => items + Number(knows(position)), 0), users },
    personal: true,
    knows,
    async foldIn(history) {
      const folded = await foldAll(parts, history);
      const standard = folded.map(({ scores }) => scaled(scores, history.positions));
      const scores = new Float32Array(catalogue.movieIds.length);
      for (let position = 0; position < scores.length; position++) {
        let sum = 0;
        for (let part = 0; part < parts.length; part++) sum += (weights[part] ?? 0) * (standard[part]?.[position] ?? 0);
        scores[position] = knows(position) ? sum : Number.NEGATIVE_INFINITY;
      }
      return {
        scores,
        explain: (position) => [{
          kind: 'blend',
          parts: parts.map(({ name }, part) => ({
            model: name,
            contribution: (weights[part] ?? 0) * (standard[part]?.[position] ?? 0),
            because: folded[part]?.explain(position) ?? [],
          })).toSorted((a, b) => b.contribution - a.contribution),
        }],
      };
    },
    save: () => savedTogether(parts, weights, users),
  };
}

/**
 * Scores on one scale: in standard deviations from their mean z, as sign(z) · ln(1 + |z|), because models differ in how
 * far ahead their favourites run. Mean and deviation are those of the films outside the history, which is what the list
 * is made of. A film without a score gets the lowest.
 */
function scaled(scores: Float32Array, history: Int32Array): Float32Array {
  const outside = scores.slice();
  for (const position of history) outside[position] = Number.NEGATIVE_INFINITY;
  let [count, sum, squares, least] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for (const score of outside) {
    if (score === Number.NEGATIVE_INFINITY) continue;
    count++;
    sum += score;
    squares += score * score;
    if (score < least) least = score;
  }
  if (count === 0) return new Float32Array(scores.length);
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean)) || 1;
  return scores.map((score) => {
    const z = ((score === Number.NEGATIVE_INFINITY ? least : score) - mean) / deviation;
    return Math.sign(z) * Math.log1p(Math.abs(z));
  });
}

function savedTogether(parts: readonly Model[], weights: readonly number[], users: number): SavedModel {
  const saved = parts.map((part) => [part.name, part.save()] as const);
  return {
    arrays: {
      weights: Float64Array.from(weights),
      ...Object.fromEntries(saved.flatMap(([name, { arrays }]) => Object.entries(arrays).map(([key, array]) => [`${name}.${key}`, array]))),
    },
    meta: { users, ...Object.fromEntries(saved.map(([name, { meta }]) => [name, meta])) },
  };
}

function partOf({ arrays, meta }: SavedModel, name: ModelName): SavedModel {
  const part = meta[name];
  return {
    arrays: Object.fromEntries(Object.entries(arrays).filter(([key]) => key.startsWith(`${name}.`)).map(([key, array]) => [key.slice(name.length + 1), array])),
    meta: typeof part === 'object' && part !== null ? { ...part } : {},
  };
}
