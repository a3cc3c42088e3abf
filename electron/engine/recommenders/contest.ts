import type { ModelName } from '../../../shared/contract/index.ts';
import type { StageContext } from '../workspace/stage.ts';
import type { FitContext, Model, TrainingData } from './recommender.ts';
import { recommenders } from './registry.ts';
import { sizeOf } from './stage.ts';
import { BY_TIME, RATING_BYTES, withTrainingData } from './training-data.ts';

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
      const parts = recommenders[name].bases.reduce((sum, base) => sum + recommenders[base].memory(size, fitting), 0);
      return Math.max(RATING_BYTES.read * size.ratings, RATING_BYTES.kept * size.ratings + parts + recommenders[name].memory(size, fitting));
    }));
    return Math.max(0, ...needed);
  },

  /** Reads the ratings and tags, which are SQL names or subqueries, and does `work` with what fits models on them. A model that is part of another is fitted once. */
  async hold<R>(context: StageContext, { ratings, tags }: { ratings: string; tags: string | undefined }, work: (contest: ReturnType<typeof contestOn>) => Promise<R>): Promise<R> {
    const movieGenres = (await context.has('movie_genres')) ? context.read('movie_genres') : undefined;
    const kernels = await context.kernels();
    return withTrainingData(context.session, { ratings, movies: context.read('movies'), movieGenres, tags, order: BY_TIME }, `${context.workspace.directory} evaluation ${context.runId}`,
      (train) => work(contestOn(train, { kernels, parameters: context.parameters, signal: context.signal, progress: (done, total) => context.progress(done, total), log: (message) => context.log('info', message) })));
  },
};

interface Fitted {
  readonly model: Model;
  readonly seconds: number;
}

function contestOn(train: TrainingData, context: Omit<FitContext, 'base' | 'memory'>) {
  const fitted = new WeakMap<TrainingData, Map<ModelName, Fitted>>();
  /** Seconds of models that were there already and were used again. */
  let reused = 0;
  const fitContext: FitContext = { ...context, memory: () => process.availableMemory(), base: async (name, data) => (await fit(name, data)).model };
  async function fit(name: ModelName, data: TrainingData): Promise<Fitted> {
    const made = fitted.get(data) ?? new Map<ModelName, Fitted>();
    fitted.set(data, made);
    const known = made.get(name);
    if (known) {
      reused += known.seconds;
      return known;
    }
    const [began, reusedBefore] = [performance.now(), reused];
    const model = await recommenders[name].fit(data, fitContext);
    const entry = { model, seconds: (performance.now() - began) / 1000 + reused - reusedBefore };
    made.set(name, entry);
    return entry;
  }
  return {
    movieIds: train.catalogue.movieIds,
    counts: train.catalogue.counts,
    ratings: train.ratings.indices.length,
    users: train.userIds.length,
    async fit(name: ModelName) {
      const { model, seconds } = await fit(name, train);
      return {
        seconds,
        score: async ({ user, positions, ratings: values, order }: { user: number; positions: Int32Array; ratings: Float32Array; order: Int32Array }) =>
          (await model.foldIn({ user, positions, ratings: values, weights: new Float32Array(positions.length).fill(1), order })).scores,
      };
    },
  };
}
