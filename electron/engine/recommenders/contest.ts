import type { ModelName } from '../../../shared/contract/index.ts';
import type { StageContext } from '../workspace/stage.ts';
import type { FitContext, Model, TrainingData } from './recommender.ts';
import { recommenders } from './registry.ts';
import { readTrainingData } from './training-data.ts';

/**
 * Models fitted on ratings of the caller's choice and asked for their scores, for whoever measures them: `ratings` and
 * `tags` are SQL names or subqueries, films and genres those of the run. A model that is part of another is fitted once.
 */
export async function openContest(context: StageContext, { ratings, tags }: { ratings: string; tags: string | undefined }) {
  const movieGenres = (await context.has('movie_genres')) ? context.read('movie_genres') : undefined;
  const train = await readTrainingData(context.session, { ratings, movies: context.read('movies'), movieGenres, tags });
  const fitted = new WeakMap<TrainingData, Map<ModelName, { model: Model; seconds: number }>>();
  /** Seconds of models that were there already and were used again. */
  let reused = 0;
  const fitContext: FitContext = {
    kernels: await context.kernels(),
    parameters: context.parameters,
    signal: context.signal,
    memory: () => process.availableMemory(),
    progress: (done, total) => context.progress(done, total),
    log: (message) => context.log('info', message),
    base: async (name, data) => (await fit(name, data)).model,
  };
  async function fit(name: ModelName, data: TrainingData): Promise<{ model: Model; seconds: number }> {
    const made = fitted.get(data) ?? new Map<ModelName, { model: Model; seconds: number }>();
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
        score: ({ user, positions, ratings: values }: { user: number; positions: Int32Array; ratings: Float32Array }) =>
          model.foldIn({ user, positions, ratings: values, weights: new Float32Array(positions.length).fill(1) }).scores,
      };
    },
  };
}
