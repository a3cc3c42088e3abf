import type { ModelName } from '../../../shared/contract/index.ts';
import { seededRandom } from '../workspace/random.ts';
import { type Choice, choiceWeights } from './choice-weights.ts';
import { als } from './als.ts';
import { content } from './content.ts';
import { ease } from './ease.ts';
import { breathe } from './breathe.ts';
import type { Catalogue, FitContext, Model, Recommender, SavedModel, TrainingData } from './recommender.ts';
import { savedArray, savedNumber } from './saved.ts';
import { withoutNewest } from './split.ts';

const bases = { content, ease, als } as const;
const names = ['content', 'ease', 'als'] as const;
/** Scores kept at once while the weights are learnt: 32 MB a base model. */
const SCORES_KEPT = 8_000_000;

/**
 * A blend: the weighted sum of the base models' scores, each standardised over the films for this user.
 *
 * The weights are learnt, not given. Protocol: from up to `validation_users` users (a seeded draw) the newest rating is
 * held out, the base models are fitted without these ratings, and every held-out film is one choice among the films that
 * its user had not rated (all of them, or an equal draw where they are too many). The weights maximise the likelihood of
 * the choices under a conditional logit (McFadden 1974), none below 0. The base models that serve are then fitted on
 * all ratings.
 */
export const hybrid: Recommender = {
  name: 'hybrid',
  title: 'Hybrid',
  about: 'A blend of content, EASE and ALS. How much each counts is learnt from ratings that were held out. Usually the best list, and the slowest to train.',
  version: 1,
  async fit(train, context) {
    const weights = await learnWeights(train, context);
    context.log(`hybrid weighs ${names.map((name, i) => `${name} ${(weights[i] ?? 0).toFixed(3)}`).join(', ')}.`);
    const parts: Model[] = [];
    for (const name of names) parts.push(await context.base(name, train));
    return hybridModel(train.catalogue, parts, weights, train.userIds.length);
  },
  load(saved, catalogue, kernels) {
    const parts = names.map((name) => bases[name].load(partOf(saved, name), catalogue, kernels));
    return hybridModel(catalogue, parts, Array.from(savedArray(saved, 'weights', Float64Array)), savedNumber(saved, 'users'));
  },
};

async function learnWeights(train: TrainingData, context: FitContext): Promise<number[]> {
  const { kept, heldOut } = withoutNewest(train, context.parameters.recommenders.hybrid.validation_users, context.parameters.engine.seed);
  if (heldOut.length === 0) return names.map(() => 1);
  const parts: Model[] = [];
  for (const name of names) parts.push(await context.base(name, kept));
  const perChoice = Math.floor(SCORES_KEPT / heldOut.length);
  const random = seededRandom(context.parameters.engine.seed);
  const choices: Choice[] = [];
  for (const [at, { row, film }] of heldOut.entries()) {
    await breathe(context.signal);
    context.progress?.(at, heldOut.length);
    const positions = kept.ratings.indices.subarray(kept.ratings.indptr[row], kept.ratings.indptr[row + 1]);
    const ratings = kept.ratings.values.subarray(kept.ratings.indptr[row], kept.ratings.indptr[row + 1]);
    const history = { user: null, positions, ratings, weights: new Float32Array(positions.length).fill(1) };
    const scores = parts.map((part) => standardised(part.foldIn(history).scores));
    const seen = new Set(positions);
    const others = drawn(kept.catalogue.movieIds.length, perChoice, random, (position) => position !== film && !seen.has(position));
    const features = new Float32Array((others.length + 1) * names.length);
    [film, ...others].forEach((position, candidate) => {
      scores.forEach((score, part) => {
        features[candidate * names.length + part] = score[position] ?? 0;
      });
    });
    choices.push({ features, candidates: others.length + 1 });
  }
  return choiceWeights(choices, names.length, context.signal);
}

/** All positions below `films` that are wanted, or an even draw of about `most` of them. */
function drawn(films: number, most: number, random: () => number, wanted: (position: number) => boolean): number[] {
  const share = most / films;
  const all: number[] = [];
  for (let position = 0; position < films; position++) if ((share >= 1 || random() < share) && wanted(position)) all.push(position);
  return all;
}

function hybridModel(catalogue: Catalogue, parts: readonly Model[], weights: readonly number[], users: number): Model {
  const knows = (position: number) => parts.some((part) => part.knows(position));
  return {
    name: 'hybrid',
    catalogue,
    size: { items: catalogue.movieIds.reduce((items, _, position) => items + Number(knows(position)), 0), users },
    personal: true,
    knows,
    foldIn(history) {
      const folded = parts.map((part) => part.foldIn(history));
      const standard = folded.map(({ scores }) => standardised(scores));
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

/** Mean 0 and standard deviation 1 over the films that have a score; a film without one gets the lowest. */
function standardised(scores: Float32Array): Float32Array {
  let [count, sum, squares, least] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for (const score of scores) {
    if (score === Number.NEGATIVE_INFINITY) continue;
    count++;
    sum += score;
    squares += score * score;
    if (score < least) least = score;
  }
  const mean = sum / Math.max(1, count);
  const deviation = Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean)) || 1;
  const lowest = count === 0 ? 0 : (least - mean) / deviation;
  return scores.map((score) => (score === Number.NEGATIVE_INFINITY ? lowest : (score - mean) / deviation));
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
