import { createHash } from 'node:crypto';
import { type ModelName, ReelbenchError } from '../../../shared/contract/index.ts';
import { Parameters } from '../../../shared/domain/parameters.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { allowed, parameterPath, valueAt } from '../workspace/parameter-schema.ts';
import type { Kernels, Csr } from '../kernels/index.ts';
import type { Session } from '../workspace/session.ts';
import type { Clock } from '../workspace/clock.ts';
import type { Checkpoint, StageContext } from '../workspace/stage.ts';
import { fitBaseline } from './baseline.ts';
import { catalogueOf, positionOf } from './catalogue.ts';
import { keepFits } from './checkpoint.ts';
import { readVisibleTexts } from './meaning/texts.ts';
import type { FitContext, History, Model, Term, TrainingData } from './recommender.ts';
import { chosenBases, recommenders } from './registry.ts';
import { sizeOf } from './training-size.ts';
import { BY_TIME, RATING_BYTES, readTerms, withTrainingData } from './training-data.ts';

type Given = Readonly<Record<string, unknown>>;
type Environment = Omit<FitContext, 'base' | 'memory' | 'keep'> & { readonly kernels: Kernels; readonly keeping?: { readonly clock: Clock; checkpoint(about: string): Checkpoint } };
interface Training extends Omit<TrainingData, 'catalogue' | 'chronology'> {
  readonly movieIds: Int32Array;
  readonly counts: Int32Array;
  readonly ratings: Csr;
  readonly chronology: NonNullable<TrainingData['chronology']>;
}

/** Models fitted on ratings of the caller's choice and asked for their scores, for whoever measures them. */
export const contests = {
  /** Parameters that any model follows from. */
  parameters: [...new Set(Object.values(recommenders).flatMap(({ parameters }) => parameters))],
  /** Rises with that of any model. */
  version: Object.values(recommenders).reduce((sum, { version }) => sum + version, 0),

  /** Bytes that fitting these models one after another takes, as far as can be told. */
  async memory(context: StageContext, models: readonly ModelName[]): Promise<number> {
    const fitting = { kernels: await context.kernels(), parameters: context.parameters };
    const needed = await Promise.all(models.map(async (name) => {
      const size = await sizeOf(recommenders[name], context);
      const parts = chosenBases(recommenders[name], context.parameters).reduce((sum, base) => sum + recommenders[base].memory(size, fitting), 0);
      return Math.max(RATING_BYTES.read * size.ratings, RATING_BYTES.kept * size.ratings + parts + recommenders[name].memory(size, fitting));
    }));
    return Math.max(0, ...needed);
  },

  /** Reads the ratings and tags, which are SQL names or subqueries, and does `work` with what fits models on them. */
  async hold<R>(context: StageContext, { ratings, tags }: { ratings: string; tags: string | undefined }, work: (contest: ReturnType<typeof contestOn>) => Promise<R>): Promise<R> {
    const optional = async (table: string) => ((await context.has(table)) ? context.read(table) : undefined);
    const movieGenres = await optional('movie_genres');
    const texts = {
      movies: context.read('movies'), keywords: await optional('keywords'), movieKeywords: await optional('movie_keywords'),
      genomeTags: await optional('genome_tags'), genomeScores: await optional('genome_scores'),
    };
    const environment = {
      kernels: await context.kernels(), parameters: context.parameters, signal: context.signal,
      progress: (done: number, total: number) => context.progress(done, total), log: (message: string) => context.log('info', message),
    };
    return withTrainingData(context.session, { ratings, movies: context.read('movies'), movieGenres, tags, texts, order: BY_TIME }, `${context.workspace.directory} evaluation ${context.runId}`,
      (train) => work(contestOn(train, environment, context.parameters.train.models)));
  },

  /** A contest on ratings in memory; a model that is part of another of `models` is fitted once. */
  on({ movieIds, counts, ...train }: Training, environment: Environment, models: readonly ModelName[]) {
    return contestOn({ ...train, catalogue: catalogueOf(movieIds, counts) }, environment, models);
  },

  /** Fails with `invalid-arguments` where a model has no such parameter, or does not take the value. */
  check(model: ModelName, params: Given, parameters: ParameterValues): void {
    withParameters(model, params, parameters);
  },

  /** A name of letters and digits for all that decides a model beside the data. */
  print: (model: ModelName, params: Given, parameters: ParameterValues): string => printOf(model, withParameters(model, params, parameters)),

  terms: (session: Session, tables: { movieGenres: string | undefined; tags: string | undefined }, movieIds: Int32Array): Promise<Term[][]> => readTerms(session, tables, movieIds),

  texts: readVisibleTexts,

  /** The mean of the training ratings, and the baseline of users and films: what any prediction of ratings must beat. */
  references({ userIds, ratings }: Training) {
    const { mean, users, films } = fitBaseline(ratings);
    return [
      { name: 'global-mean' as const, rate: (_user: number, positions: Int32Array) => new Float32Array(positions.length).fill(mean) },
      {
        name: 'baseline' as const,
        rate(user: number, positions: Int32Array) {
          const bias = users[positionOf(userIds, user) ?? -1] ?? 0;
          return Float32Array.from(positions, (film) => mean + bias + (films[film] ?? 0));
        },
      },
    ];
  },
};

/** The parameters with those of one model replaced: names are as after `recommenders.<model>.`, or whole paths of models that it is made of. */
function withParameters(model: ModelName, params: Given, parameters: ParameterValues): ParameterValues {
  let changed: Record<string, unknown> = parameters;
  for (const [name, value] of Object.entries(params)) {
    const path = parameterPath(name.startsWith('recommenders.') ? name : `recommenders.${model}.${name}`);
    changed = replaced(changed, path, value);
    if (!Parameters.safeParse(changed).success) throw new ReelbenchError('invalid-arguments', `${path.join('.')} cannot be ${JSON.stringify(value)}.`, { hint: `It must be ${allowed(path)}.` });
  }
  return params === parameters || Object.keys(params).length === 0 ? parameters : Parameters.parse(changed);
}

function replaced(values: Record<string, unknown>, [key = '', ...below]: readonly string[], value: unknown): Record<string, unknown> {
  const inner = values[key];
  return { ...values, [key]: below.length === 0 ? value : replaced(typeof inner === 'object' && inner !== null ? { ...inner } : {}, below, value) };
}

interface Fitted {
  readonly model: Model;
  readonly seconds: number;
}

function contestOn(train: TrainingData, environment: Environment, models: readonly ModelName[]) {
  const fitted = new WeakMap<TrainingData, Map<string, Fitted>>();
  const parts = new Set(models.flatMap((name) => chosenBases(recommenders[name], environment.parameters)));
  /** Seconds of models that were there already and were used again. */
  let reused = 0;

  async function fit(name: ModelName, data: TrainingData, parameters: ParameterValues): Promise<Fitted> {
    const made = fitted.get(data) ?? new Map<string, Fitted>();
    fitted.set(data, made);
    const key = keyOf(name, parameters);
    const known = made.get(key);
    if (known) {
      reused += known.seconds;
      return known;
    }
    const { keeping, ...given } = environment;
    const keep = keeping && keepFits(keeping.checkpoint(printOf(name, parameters) + (data === train ? '' : 'part')), keeping.clock, (_, message) => given.log(message));
    const context: FitContext = {
      ...given, ...(keep && { keep }), parameters, memory: () => process.availableMemory(), base: async (base, on) => (await fit(base, on, parameters)).model,
    };
    const [began, reusedBefore] = [performance.now(), reused];
    const model = await recommenders[name].fit(data, context);
    const entry = { model, seconds: (performance.now() - began) / 1000 + reused - reusedBefore };
    made.set(key, entry);
    return entry;
  }

  return {
    movieIds: train.catalogue.movieIds,
    counts: train.catalogue.counts,
    ratings: train.ratings.indices.length,
    users: train.userIds.length,
    terms: train.terms,
    async fit(name: ModelName, params: Given = {}) {
      const parameters = withParameters(name, params, environment.parameters);
      const { model, seconds } = await fit(name, train, parameters);
      return {
        seconds,
        params: shownOf(name, params, parameters),
        bytes: Object.values(model.save().arrays).reduce((sum, array) => sum + array.byteLength, 0),
        async score(shown: readonly Omit<History, 'weights'>[]) {
          const histories = shown.map((each): History => ({ ...each, weights: new Float32Array(each.positions.length).fill(1) }));
          if (model.scoreMany) return model.scoreMany(histories);
          const scores: Float32Array[] = [];
          for (const history of histories) scores.push((await model.foldIn(history)).scores);
          return scores;
        },
        ...(model.rate && { rate: (user: number, positions: Int32Array) => model.rate?.(user, positions) ?? new Float32Array(positions.length) }),
        async close() {
          // One that a later model is made of stays.
          if (parts.has(name)) return;
          fitted.get(train)?.delete(keyOf(name, parameters));
          await model.close?.();
        },
      };
    },
  };
}

/** All that decides a model beside the data. */
function keyOf(name: ModelName, parameters: ParameterValues): string {
  return JSON.stringify([name, ...[name, ...chosenBases(recommenders[name], parameters)].flatMap((model) => recommenders[model].parameters.map((path) => valueAt(parameters, path.split('.'))))]);
}

function printOf(name: ModelName, parameters: ParameterValues): string {
  const versions = [name, ...chosenBases(recommenders[name], parameters)].map((model) => recommenders[model].version);
  return createHash('sha256').update(JSON.stringify([keyOf(name, parameters), versions])).digest('hex').slice(0, 24);
}

/** A model's own parameters, and of those it is made of the ones that were given. */
function shownOf(name: ModelName, params: Given, parameters: ParameterValues): Record<string, unknown> {
  const own = valueAt(parameters, ['recommenders', name]);
  return { ...(typeof own === 'object' && own !== null ? own : {}), ...Object.fromEntries(Object.entries(params).filter(([key]) => key.startsWith('recommenders.'))) };
}
