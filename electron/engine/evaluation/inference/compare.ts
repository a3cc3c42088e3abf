import { type Comparison, ReelbenchError } from '../../../../shared/contract/index.ts';
import { lowerIsBetter } from '../../../../shared/domain/metric-words.ts';
import { bootstrap, type Ends } from './bootstrap.ts';
import { holm } from './holm.ts';
import { normalQuantile } from './normal.ts';
import { pair, type Paired, type UserValues } from './paired.ts';
import { sentenceOf } from './sentence.ts';
import { signFlip } from './sign-flip.ts';

/** The chance of a difference among equal models that is put up with, over all comparisons of a metric. */
const LEVEL = 0.05;
const POWER = 0.8;

export interface CompareOptions {
  /** As evaluations name it: `ndcg@10`. */
  readonly metric: string;
  readonly seed: number;
  /** What the pairs are; users unless told. */
  readonly pairs?: Comparison['pairs'];
  /** Only comparisons with the model of that label; they are corrected for all the others as well. */
  readonly against?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every two models of an evaluation on the users that both have a value for: the mean difference with its 95 % interval
 * (bootstrap.ts), how likely as large a one is among equal models (sign-flip.ts) and after the correction for all
 * comparisons of the metric (holm.ts), its size in standard deviations, and what could be told at all. The better model is
 * `a`, or the one that is not `against`. The same values and seed give the same answer. The event loop stays free; rejects
 * with `cancelled` soon after the signal aborts, with `not-found` where there is no model `against`.
 */
export async function compare(perUser: ReadonlyMap<string, UserValues>, { metric, seed, pairs = 'users', against, signal }: CompareOptions): Promise<Comparison[]> {
  if (against !== undefined && !perUser.has(against)) throw new ReelbenchError('not-found', `${against} has no ${metric} in this evaluation.`, { hint: `There are ${[...perUser.keys()].join(', ') || 'none'}.` });
  const labels = [...perUser.keys()];
  const duels = labels.flatMap((a, at) => labels.slice(at + 1).map((b) => duelOf(perUser, a, b, { metric, seed, against })));
  const ends = await bootstrap(duels.map(({ paired }) => paired), seed, signal);
  const values: number[] = [];
  for (const { paired } of duels) values.push(await signFlip(paired.sums, seed, signal));
  const adjusted = holm(values);
  return duels
    .map(({ a, b, paired }, at) => comparisonOf({ a, b, metric, pairs, family: duels.length }, paired, ends[at] ?? { low: Number.NaN, high: Number.NaN }, values[at] ?? 1, adjusted[at] ?? 1))
    .filter(({ a, b }) => against === undefined || a === against || b === against);
}

interface Duel {
  readonly a: string;
  readonly b: string;
  readonly paired: Paired;
}

function duelOf(perUser: ReadonlyMap<string, UserValues>, first: string, second: string, { metric, seed, against }: Pick<CompareOptions, 'metric' | 'seed' | 'against'>): Duel {
  const none = { users: new Int32Array(0), values: new Float64Array(0) };
  const paired = pair(perUser.get(first) ?? none, perUser.get(second) ?? none, seed);
  const ahead = lowerIsBetter(metric) ? paired.mean <= 0 : paired.mean >= 0;
  const turn = against === first || (against !== second && !ahead && paired.pairs > 0);
  return turn ? { a: second, b: first, paired: { ...paired, mean: -paired.mean, sums: paired.sums.map((sum) => -sum) } } : { a: first, b: second, paired };
}

function comparisonOf(of: Pick<Comparison, 'a' | 'b' | 'metric' | 'pairs' | 'family'>, { pairs: users, mean, deviation }: Paired, { low, high }: Ends, p: number, adjustedP: number): Comparison {
  const difference = users === 0 ? 0 : mean;
  // Of a two-sided test at the level, and as often as the power says.
  const reach = (normalQuantile(1 - LEVEL / 2) + normalQuantile(POWER)) * deviation;
  const figures = {
    ...of, users, difference, p, adjustedP,
    low: users === 0 ? 0 : low,
    high: users === 0 ? 0 : high,
    effect: deviation > 0 ? difference / deviation : difference === 0 ? 0 : null,
    distinct: adjustedP < LEVEL,
    detectable: deviation > 0 ? reach / Math.sqrt(users) : null,
    needed: deviation > 0 && difference !== 0 ? Math.ceil((reach / difference) ** 2) : null,
  };
  return { ...figures, sentence: sentenceOf(figures) };
}
