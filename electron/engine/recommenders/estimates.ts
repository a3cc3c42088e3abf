import { type Estimate, type ModelName, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import type { DataSize, Recommender } from './recommender.ts';
import { recommenders } from './registry.ts';
import { paramsOf, readModels } from './saved-models.ts';
import { adviceFor, type Fitting, ratingsSize, sizeOf, trainingMemory } from './training-size.ts';

/** An earlier training of a model: how long it took on how much. */
interface Earlier {
  readonly seconds: number;
  readonly ratings: number;
  readonly run: string;
  /** Whether it was made with the parameters that there are now. */
  readonly same: boolean;
}

/**
 * What training each model would take, before it starts. Memory is counted from the sizes of what it holds. Time is that of
 * the last training with the same parameters, in proportion to the model's formula where the data grew; else the formula,
 * in proportion to how fast this machine scores films for about 20 ms.
 */
export async function estimateModels(engine: EngineContext, models: readonly ModelName[], signal: AbortSignal): Promise<Estimate[]> {
  const fitting = { kernels: await engine.kernels(), parameters: engine.parameters().values };
  const found = await engine.workspace().read(async (session) => {
    if (!(await tableExists(session, 'main', 'ratings'))) throw new ReelbenchError('not-ready', 'There are no cleaned ratings to learn from.', { hint: 'Import ratings and run the pipeline first.' });
    const tables = { session, parameters: fitting.parameters, read: (table: string) => `main.${table}`, has: (table: string) => tableExists(session, 'main', table) };
    const sizes = new Map<ModelName, DataSize>();
    const ratings = await ratingsSize(tables);
    for (const model of models) sizes.set(model, await sizeOf(recommenders[model], tables, ratings));
    return { sizes, earlier: await earlierTrainings(session, fitting.parameters) };
  }, signal);
  const available = process.availableMemory();
  let speed: number | undefined;
  return models.map((model) => {
    const recommender = recommenders[model];
    const size = found.sizes.get(model) ?? { users: 0, films: 0, catalogue: 0, ratings: 0, terms: 0 };
    const bytes = trainingMemory(recommender, size, fitting);
    const fits = bytes <= available;
    const before = found.earlier.get(model);
    const grown = before?.same ? seconds(recommender, size, fitting) / seconds(recommender, scaledTo(size, before.ratings), fitting) : 1;
    const took = before?.same ? before.seconds * grown : seconds(recommender, size, fitting) * (speed ??= slowness(fitting.kernels));
    return {
      model, bytes, available, fits, seconds: took,
      advice: fits ? null : adviceFor(recommender, size, fitting, available),
      basis: before?.same
        ? `${before.seconds.toFixed(1)} s when it was trained on ${before.ratings.toLocaleString('en')} ratings with these parameters (run ${before.run})${Math.abs(grown - 1) < 0.05 ? '' : `, and there are now ${size.ratings.toLocaleString('en')}`}.`
        : `The work on ${size.ratings.toLocaleString('en')} ratings of ${size.users.toLocaleString('en')} users and ${size.films.toLocaleString('en')} films, at the speed that this machine has now.`,
    };
  });
}

function seconds(recommender: Recommender, size: DataSize, fitting: Fitting): number {
  const reading = 0.05 + size.ratings * 1.2e-7;
  return reading + (recommender.seconds?.(size, fitting) ?? size.ratings * 2e-8);
}

function scaledTo(size: DataSize, ratings: number): DataSize {
  const share = ratings / Math.max(1, size.ratings);
  return { ...size, ratings, users: Math.max(1, Math.round(size.users * share)) };
}

/** Scores of so many films with so many factors take this long where the formulas of the models were measured. */
const PROBE = { films: 16_384, factors: 64, milliseconds: 0.16, turns: 60 } as const;

/** How many times longer than there a short computation takes here; the quickest of many turns, so that what else runs hardly counts. */
function slowness(kernels: Kernels): number {
  const factors = new Float32Array(PROBE.films * PROBE.factors).fill(0.5);
  const vector = new Float32Array(PROBE.factors).fill(0.5);
  let quickest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < PROBE.turns; turn++) {
    const began = performance.now();
    kernels.scoreAll(factors, PROBE.films, PROBE.factors, vector);
    quickest = Math.min(quickest, performance.now() - began);
  }
  return Math.min(20, Math.max(0.2, quickest / PROBE.milliseconds));
}

async function earlierTrainings(session: Session, parameters: ParameterValues): Promise<Map<ModelName, Earlier>> {
  const builds = new Map((await session.all<{ stage: string; run: string; ratings: number }>('SELECT stage, run_id AS run, rows_in::DOUBLE AS ratings FROM store.builds')).map(({ stage, run, ratings }) => [`${stage} ${run}`, ratings]));
  return new Map((await readModels(session)).flatMap(({ model, run, seconds: took, params }) => {
    const ratings = builds.get(`train-${model} ${run}`);
    return ratings === undefined ? [] : [[model, { seconds: took, ratings, run, same: JSON.stringify(params) === JSON.stringify(paramsOf(model, parameters)) }] as const];
  }));
}
