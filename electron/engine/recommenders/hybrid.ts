import { type ModelName, ReelbenchError } from '../../../shared/contract/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { blendWeights, type Contest } from './blend-weights.ts';
import { breathe } from './breathe.ts';
import { INTERACTION_BYTES } from './matrices.ts';
import type { Catalogue, FitContext, FoldedIn, History, Model, Recommender, SavedModel, TrainingData } from './recommender.ts';
import { savedArray, savedNumber, savedTexts } from './saved.ts';
import { withoutNewest } from './split.ts';

/** Rivals of a held-out film: the best films of each base model. No other film comes high in a blend of them. */
const RIVALS = 200;
/** Histories that a model is asked for at a time. */
const BATCH = 64;

type Singles = Readonly<Partial<Record<ModelName, Recommender>>>;

/**
 * A blend: the weighted sum of the base models' scores, each put on one scale for this user.
 *
 * The weights are learnt, not given. Protocol: from up to `validation_users` users (a seeded draw) the newest rating is
 * held out, the base models are fitted without these ratings, and the weights are those that place the held-out films
 * highest among the films that their users had not rated (blend-weights.ts). The base models that serve are those trained
 * on all ratings. Which models it is made of is a parameter (`recommenders.hybrid.models`) out of `singles`.
 *
 * Fold-in is that of its bases: exact where theirs is.
 */
export function hybridOf(singles: Singles): Recommender {
  const all = Object.values(singles);
  const chosen = ({ recommenders: { hybrid } }: ParameterValues): Recommender[] => all.filter(({ name }) => hybrid.models.some((model) => model === name));
  return {
    name: 'hybrid',
    title: 'Hybrid',
    about: 'A blend of other models: content, EASE and ALS unless you choose others. How much each counts is learnt from ratings that were held out. Usually the best list, and the slowest to train.',
    version: 3,
    reads: [...new Set(all.flatMap(({ reads }) => reads))],
    ordered: (parameters) => chosen(parameters).some(({ ordered }) => (typeof ordered === 'function' ? ordered(parameters) : ordered)),
    bases: all.map(({ name }) => name),
    chosen: (parameters) => chosen(parameters).map(({ name }) => name),
    parameters: ['recommenders.hybrid', 'engine.seed'],
    memory(size, context) {
      // The data without the held-out ratings, and the bases fitted on it, one after another.
      return INTERACTION_BYTES * size.ratings + chosen(context.parameters).reduce((sum, base) => sum + base.memory(size, context), 0);
    },
    seconds(size, context) {
      const bases = chosen(context.parameters);
      const asked = Math.min(size.users, context.parameters.recommenders.hybrid.validation_users);
      // Its bases once more, their scores for the validation users, and the weights.
      return bases.reduce((sum, base) => sum + (base.seconds?.(size, context) ?? 0), 0) + asked * bases.length * (2e-8 * size.films + 1e-3) + 1e-6 * asked * RIVALS * bases.length ** 2;
    },
    async fit(train, context) {
      const names = chosen(context.parameters).map(({ name }) => name);
      const weights = await learnWeights(names, train, context);
      context.log(`hybrid weighs ${names.map((name, i) => `${name} ${(weights[i] ?? 0).toFixed(3)}`).join(', ')}.`);
      const parts: Model[] = [];
      for (const name of names) parts.push(await context.base(name, train));
      // Whoever gave the bases closes them: others may use them, too.
      return hybridModel(train.catalogue, parts, weights, train.userIds.length);
    },
    async load(saved, catalogue, kernels) {
      const parts: Model[] = [];
      for (const name of savedTexts(saved, 'models')) {
        const base = all.find((recommender) => recommender.name === name);
        if (!base) throw new ReelbenchError('invalid-input', `The saved blend has a part ${name}, which this program does not know.`, { hint: 'Train hybrid again.' });
        parts.push(await base.load(partOf(saved, base.name), catalogue, kernels));
      }
      return {
        ...hybridModel(catalogue, parts, Array.from(savedArray(saved, 'weights', Float64Array)), savedNumber(saved, 'users')),
        async close() {
          for (const part of parts) await part.close?.();
        },
      };
    },
  };
}

async function learnWeights(names: readonly ModelName[], train: TrainingData, context: FitContext): Promise<number[]> {
  if (names.length === 1) return [1];
  const { kept, heldOut } = withoutNewest(train, context.parameters.recommenders.hybrid.validation_users, context.parameters.engine.seed);
  const parts: Model[] = [];
  try {
    for (const name of names) parts.push(await context.base(name, kept));
    const contests: Contest[] = [];
    for (let first = 0; first < heldOut.length; first += BATCH) {
      await breathe(context.signal);
      const asked = heldOut.slice(first, first + BATCH);
      const histories = asked.map(({ row }) => historyAt(kept, row));
      const scores: Float32Array[][] = [];
      for (const part of parts) scores.push(await scoresOf(part, histories, context.signal));
      asked.forEach(({ film }, i) => contests.push(contestOf(film, histories[i]?.positions ?? new Int32Array(0), scores.map((each) => each[i] ?? new Float32Array(0)), context)));
    }
    return await blendWeights(contests, names.length, context.signal, context.progress);
  } finally {
    for (const part of parts) await part.close?.();
  }
}

function historyAt({ ratings, userIds, chronology }: TrainingData, row: number): History {
  const [from, to] = [ratings.indptr[row] ?? 0, ratings.indptr[row + 1] ?? 0];
  const order = Int32Array.from({ length: to - from }, (_, i) => i);
  if (chronology) order.sort((a, b) => (chronology.places[from + a] ?? 0) - (chronology.places[from + b] ?? 0));
  return { user: userIds[row] ?? null, positions: ratings.indices.subarray(from, to), ratings: ratings.values.subarray(from, to), weights: new Float32Array(to - from).fill(1), order };
}

async function scoresOf(model: Model, histories: readonly History[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
  if (model.scoreMany) return model.scoreMany(histories);
  const scores: Float32Array[] = [];
  for (const history of histories) {
    if (scores.length % 8 === 7) await breathe(signal);
    scores.push((await model.foldIn(history)).scores);
  }
  return scores;
}

/** The held-out film and the films that it must beat: those that stand highest by any one model. The history is struck out of the scores. */
function contestOf(film: number, history: Int32Array, scores: readonly Float32Array[], { kernels }: FitContext): Contest {
  const scales = scores.map((each) => scaleOf(each, history));
  const rivals = new Set<number>();
  for (const each of scores) {
    for (const position of history) each[position] = Number.NEGATIVE_INFINITY;
    for (const position of kernels.top(each, RIVALS)) rivals.add(position);
  }
  rivals.delete(film);
  const width = scores.length;
  const rows = new Float32Array(rivals.size * width);
  [...rivals].forEach((position, rival) => scores.forEach((each, model) => (rows[rival * width + model] = scaled(each[position], scales[model]))));
  return { heldOut: Float32Array.from(scores, (each, model) => scaled(each[film], scales[model])), rivals: rows };
}

function hybridModel(catalogue: Catalogue, parts: readonly Model[], weights: readonly number[], users: number): Model {
  const films = catalogue.movieIds.length;
  const known = Uint8Array.from({ length: films }, (_, position) => Number(parts.some((part) => part.knows(position))));
  const blended = (each: readonly Float32Array[], scales: readonly (Scale | undefined)[]) => {
    const scores = new Float32Array(films);
    each.forEach((of, part) => {
      const [weight, scale] = [weights[part] ?? 0, scales[part]];
      if (weight !== 0) for (let position = 0; position < films; position++) scores[position] = (scores[position] ?? 0) + weight * scaled(of[position], scale);
    });
    for (let position = 0; position < films; position++) if (known[position] === 0) scores[position] = Number.NEGATIVE_INFINITY;
    return scores;
  };
  return {
    name: 'hybrid',
    catalogue,
    size: { items: known.reduce((items, one) => items + one, 0), users },
    personal: parts.some(({ personal }) => personal),
    knows: (position) => known[position] === 1,
    async foldIn(history) {
      const folded: FoldedIn[] = [];
      for (const part of parts) folded.push(await part.foldIn(history));
      const scales = folded.map(({ scores }) => scaleOf(scores, history.positions));
      return {
        scores: blended(folded.map(({ scores }) => scores), scales),
        explain: (position) => [{
          kind: 'blend',
          parts: parts.map(({ name }, part) => ({
            model: name,
            contribution: (weights[part] ?? 0) * scaled(folded[part]?.scores[position], scales[part]),
            because: folded[part]?.explain(position) ?? [],
          })).toSorted((a, b) => b.contribution - a.contribution),
        }],
      };
    },
    async scoreMany(histories) {
      const each: Float32Array[][] = [];
      for (const part of parts) each.push(await scoresOf(part, histories, undefined));
      return histories.map((history, i) => {
        const scores = each.map((of) => of[i] ?? new Float32Array(films));
        return blended(scores, scores.map((of) => scaleOf(of, history.positions)));
      });
    },
    save: () => savedTogether(parts, weights, users),
  };
}

/** Mean and deviation of a model's scores of the films outside the history, which is what the list is made of, and the lowest of them. */
interface Scale {
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
}

function scaleOf(scores: Float32Array, history: Int32Array): Scale | undefined {
  let [count, sum, squares, least] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for (let position = 0, next = 0; position < scores.length; position++) {
    if (position === history[next]) {
      next++;
      continue;
    }
    const score = scores[position] ?? 0;
    if (score === Number.NEGATIVE_INFINITY) continue;
    count++;
    sum += score;
    squares += score * score;
    if (score < least) least = score;
  }
  if (count === 0) return undefined;
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) || 1, least };
}

/** In deviations z from the mean, as sign(z) · ln(1 + |z|), because models differ in how far ahead their favourites run. A film without a score gets the lowest. */
function scaled(score: number | undefined, scale: Scale | undefined): number {
  if (score === undefined || scale === undefined) return 0;
  const z = ((score === Number.NEGATIVE_INFINITY ? scale.least : score) - scale.mean) / scale.deviation;
  return z < 0 ? -Math.log1p(-z) : Math.log1p(z);
}

function savedTogether(parts: readonly Model[], weights: readonly number[], users: number): SavedModel {
  const saved = parts.map((part) => [part.name, part.save()] as const);
  return {
    arrays: {
      weights: Float64Array.from(weights),
      ...Object.fromEntries(saved.flatMap(([name, { arrays }]) => Object.entries(arrays).map(([key, array]) => [`${name}.${key}`, array]))),
    },
    meta: { users, models: parts.map(({ name }) => name), ...Object.fromEntries(saved.map(([name, { meta }]) => [name, meta])) },
  };
}

function partOf({ arrays, meta }: SavedModel, name: ModelName): SavedModel {
  const part = meta[name];
  return {
    arrays: Object.fromEntries(Object.entries(arrays).filter(([key]) => key.startsWith(`${name}.`)).map(([key, array]) => [key.slice(name.length + 1), array])),
    meta: typeof part === 'object' && part !== null ? { ...part } : {},
  };
}
