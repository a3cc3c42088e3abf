import { type ModelName, ReelbenchError, type TuneRequest } from '../../../shared/contract/index.ts';
import type { Contest, Contests, Environment, Training } from '../evaluation/contest.ts';
import { bootstrap } from '../evaluation/inference/bootstrap.ts';
import { pair, type UserValues } from '../evaluation/inference/paired.ts';
import { genresOf, measure, measureNames } from '../evaluation/measure.ts';
import { errorsOf, RatingErrors } from '../evaluation/rating-errors.ts';
import type { Params } from './space.ts';
import type { Half, TrainingPart } from './training-part.ts';

/** What one set of parameters came to. */
export interface Result {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly perUser: UserValues;
}

export interface Measuring {
  readonly part: TrainingPart;
  /** What models learn from, made from the part. */
  readonly training: Training;
  readonly share: number;
  readonly half: Half;
}

/** A metric taken apart: `ndcg@10` is `ndcg` at 10. @throws invalid-arguments for one that is not measured by user */
export function metricOf(metric: string): { readonly name: string; readonly cutoff: number } {
  const [given = '', cutoff] = metric.split('@');
  const name = given.replaceAll('_', '-');
  if (name === 'rmse' || name === 'mae') return { name, cutoff: 0 };
  const at = Number(cutoff);
  if (!measureNames.some((known) => known === name) || !Number.isInteger(at) || at < 1 || at > 1000) {
    throw new ReelbenchError('invalid-arguments', `A search cannot aim at ${metric}.`, { hint: `It can at ${measureNames.map((known) => `${known}@10`).join(', ')} (or another cutoff), rmse and mae.` });
  }
  return { name, cutoff: at };
}

/** Fits the model on the training part and measures it on one half's validation ratings. */
export async function measureParams(contests: Contests<ModelName>, { model, metric, protocol }: Pick<TuneRequest, 'model' | 'metric' | 'protocol'>, params: Params, environment: Environment, { part, training, share, half }: Measuring): Promise<Result> {
  const { name, cutoff } = metricOf(metric);
  const contest: Contest<ModelName> = contests.on(training, environment, [model]);
  const contestant = await contest.fit(model, params);
  try {
    if (cutoff === 0) {
      if (!contestant.rate) throw new ReelbenchError('invalid-arguments', `${model} does not predict ratings, so there is no ${metric} of it.`, { hint: 'Aim at a ranking metric, such as ndcg@10.' });
      const fold = part.fold(half, share);
      const errors = new RatingErrors(fold.interactions.userIds.length);
      const rate = contestant.rate.bind(contestant);
      errors.add(await errorsOf(fold, { rate }, part.scale, environment.signal));
      if (errors.rows().length === 0) throw nothingAsked();
      const kind = name === 'rmse' ? 'rmse' : 'mae';
      const figures = await errors.figures(protocol.seed, environment.signal);
      return { ...figures[kind], perUser: { users: errors.rows().map((row) => fold.interactions.userIds[row] ?? 0), values: errors.perUser()[kind] } };
    }
    const cases = part.cases(half, training.counts, share);
    if (cases.userIds.length === 0) throw nothingAsked();
    const { perUser } = await measure(contestant, contest, cases, {
      cutoffs: [cutoff], definitions: { ndcg_ideal: protocol.ndcgIdeal, recall_of: protocol.recallOf }, genres: genresOf(training.terms), signal: environment.signal,
      top: (scores, count) => environment.kernels.top(scores, count),
    });
    const column = measureNames.findIndex((known) => known === name);
    const values = Float64Array.from(cases.userIds, (_, row) => perUser.values[row * perUser.measures + column] ?? Number.NaN);
    const own = { users: cases.userIds, values };
    const alone = pair(own, { users: cases.userIds, values: new Float64Array(values.length) }, protocol.seed);
    if (alone.pairs === 0) throw nothingAsked();
    const [ends] = await bootstrap([alone], protocol.seed, environment.signal);
    return { value: alone.mean, low: ends?.low ?? alone.mean, high: ends?.high ?? alone.mean, perUser: own };
  } finally {
    await contestant.close();
  }
}

function nothingAsked(): ReelbenchError {
  return new ReelbenchError('invalid-arguments', 'There is no user to measure a trial on.', { hint: 'Hold out more, lower the threshold, or choose another protocol.' });
}
