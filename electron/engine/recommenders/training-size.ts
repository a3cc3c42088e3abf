import { ReelbenchError } from '../../../shared/contract/index.ts';
import { Parameters } from '../../../shared/domain/parameters.ts';
import type { Kernels } from '../kernels/index.ts';
import { isRecord, valueAt } from '../workspace/parameter-schema.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { StageContext } from '../workspace/stage.ts';
import type { DataSize, Recommender } from './recommender.ts';
import { chosenBases, isOrdered, readsOf, recommenders } from './registry.ts';
import { RATING_BYTES } from './training-data.ts';

/** All beside the data that decides what a training takes. */
export interface Fitting {
  readonly kernels: Kernels;
  readonly parameters: ParameterValues;
}

type Tables = Pick<StageContext, 'session' | 'read' | 'has' | 'parameters'>;
type Ratings = Pick<DataSize, 'ratings' | 'users' | 'films'>;

/** Ratings, and the users and films that have any. */
export async function ratingsSize({ session, read }: Tables): Promise<Ratings> {
  return session.one<Ratings>(`SELECT count(*) AS ratings, count(DISTINCT user_id) AS users, count(DISTINCT movie_id) AS films FROM ${read('ratings')}`);
}

/** How much there is for a model to learn from; `rated` where the ratings are counted already. */
export async function sizeOf(recommender: Recommender, context: Tables, rated?: Ratings): Promise<DataSize> {
  const reads = readsOf(recommender, context.parameters);
  const counts = async (table: string) => ((await context.has(table)) ? (await context.session.one<{ n: number }>(`SELECT count(*) AS n FROM ${context.read(table)}`)).n : 0);
  const terms = await Promise.all(reads.filter((table) => table === 'movie_genres' || table === 'tags').map(counts));
  const size = rated ?? (await ratingsSize(context));
  const catalogue = reads.includes('movies') ? Math.max(size.films, await counts('movies')) : size.films;
  return { ...size, catalogue, terms: terms.reduce((sum, n) => sum + n, 0) };
}

/** Bytes that reading the ratings and fitting a model on them takes, as far as can be told. */
export function trainingMemory(recommender: Recommender, size: DataSize, fitting: Fitting): number {
  const kept = RATING_BYTES.kept + (isOrdered(recommender, fitting.parameters) ? RATING_BYTES.chronology : 0);
  return Math.max(RATING_BYTES.read * size.ratings, kept * size.ratings + recommender.memory(size, fitting));
}

/** Refuses a training that would not fit into memory, before anything starts, with what to do instead. */
export function requireFits(recommender: Recommender, size: DataSize, fitting: Fitting, available: number): void {
  const needed = trainingMemory(recommender, size, fitting);
  if (needed <= available) return;
  throw new ReelbenchError('out-of-memory', `Training ${recommender.name} on ${size.ratings.toLocaleString('en')} ratings needs about ${inBytes(needed)} of memory, and ${inBytes(available)} are free.`, {
    hint: adviceFor(recommender, size, fitting, available),
  });
}

/** What to lower, and which model would fit instead, in words. */
export function adviceFor(recommender: Recommender, size: DataSize, fitting: Fitting, available: number): string {
  const fits = (other: Recommender, parameters = fitting.parameters) => trainingMemory(other, size, { ...fitting, parameters }) <= available;
  const instead = (['als', 'item-knn', 'user-knn', 'popularity'] as const).map((name) => recommenders[name]).find((other) => other !== recommender && fits(other));
  return [
    lowered(recommender, fitting.parameters, (parameters) => fits(recommender, parameters)) ?? withoutLargest(recommender, size, fitting) ??
      'Raise transform.min_ratings_per_movie or transform.min_ratings_per_user, so that fewer ratings remain, or close other programs.',
    ...(instead ? [`${instead.name} would fit as it is.`] : []),
  ].join(' ');
}

/** The highest value of the parameter that memory grows with by which it would fit. */
function lowered({ memoryParameter: name }: Recommender, parameters: ParameterValues, fits: (parameters: ParameterValues) => boolean): string | undefined {
  if (name === undefined) return undefined;
  const path = name.split('.');
  const now = valueAt(parameters, path);
  const fitsWith = (value: number) => {
    const changed = Parameters.safeParse(replaced(parameters, path, value));
    return changed.success && fits({ ...parameters, ...changed.data });
  };
  if (typeof now !== 'number') return undefined;
  let [low, high] = [0, now];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fitsWith(middle)) low = middle;
    else high = middle;
  }
  return low === 0 ? undefined : `Set ${name} to ${low} or less (it is ${now}).`;
}

function withoutLargest(recommender: Recommender, size: DataSize, fitting: Fitting): string | undefined {
  const largest = chosenBases(recommender, fitting.parameters).map((name) => recommenders[name]).toSorted((a, b) => b.memory(size, fitting) - a.memory(size, fitting))[0];
  return largest && `Leave ${largest.name} out of recommenders.${recommender.name}.models: it takes the most.`;
}

function replaced(values: Readonly<Record<string, unknown>>, [key = '', ...below]: readonly string[], value: unknown): Record<string, unknown> {
  const inner = values[key];
  return { ...values, [key]: below.length === 0 ? value : replaced(isRecord(inner) ? inner : {}, below, value) };
}

function inBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
