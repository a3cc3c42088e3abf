import type { Kernels } from '../../electron/engine/kernels/index.ts';
import { recommenders } from '../../electron/engine/recommenders/registry.ts';
import type { FitContext, History, TrainingData } from '../../electron/engine/recommenders/recommender.ts';
import { Parameters } from '../../shared/domain/parameters.ts';

/** A context to fit models in, outside a job: `settings` are parameters by their paths. */
export function fitContext(kernels: Kernels, settings: Readonly<Record<string, unknown>> = {}, memory = 8e9): FitContext {
  const values: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [dotted, value] of Object.entries(settings)) {
    const [section = '', model = '', name = ''] = dotted.split('.');
    ((values[section] ??= {})[model] ??= {})[name] = value;
  }
  const context: FitContext = {
    kernels,
    parameters: Parameters.parse(values),
    memory: () => memory,
    log: () => undefined,
    base: (name, train) => recommenders[name].fit(train, context),
  };
  return context;
}

/** Parameters with which every model is fitted quickly on a small world. */
export const quickFits: Readonly<Record<string, unknown>> = { 'recommenders.als.factors': 8, 'recommenders.als.iterations': 3, 'recommenders.svd.factors': 8, 'recommenders.svdpp.factors': 8, 'recommenders.sasrec.epochs': 3, 'recommenders.bert4rec.epochs': 3 };

/** What the user in `row` rated, as a history that is not edited. */
export function knownHistory({ ratings, userIds }: TrainingData, row: number): History {
  const [from, to] = [ratings.indptr[row], ratings.indptr[row + 1]];
  const positions = ratings.indices.slice(from, to);
  return { user: userIds[row] ?? null, positions, ratings: ratings.values.slice(from, to), weights: new Float32Array(positions.length).fill(1), order: Int32Array.from(positions.keys()) };
}
