import type { SearchDimension, Trial, TuneRequest } from '../../../shared/contract/index.ts';
import { lowerIsBetter } from '../../../shared/domain/metric-words.ts';
import { drawParams, type Params } from './space.ts';

/** Of a round of halving, one in so many goes on, with so many times the budget. */
const HALVING = 3;
const ROUNDS = 3;

/** What decides the sequence of trials. */
export interface Search {
  readonly request: TuneRequest;
  readonly space: readonly SearchDimension[];
  /** The parameters as they stood when the search began: the first trial. */
  readonly current: Params;
  /** Rounds of halving that the data is large enough for; 1 for none. */
  readonly rounds: number;
}

export type Planned = Pick<Trial, 'number' | 'params' | 'budget' | 'round' | 'current'>;

/**
 * The next trial after those that ended; undefined when there is no more to try. Follows from the search and these trials
 * alone. Random search (Bergstra and Bengio 2012) draws each from the space. Successive halving (Jamieson and Talwalkar 2016)
 * tries many at a small share of users or epochs, and the best third of a round at three times as much.
 */
export function nextTrial({ request, space, current, rounds }: Search, ended: readonly Trial[]): Planned | undefined {
  const number = ended.length;
  const sizes = request.method === 'halving' ? roundSizes(request.trials, rounds) : [request.trials];
  const inRound = (round: number): Planned | undefined => {
    const before = ended.filter((trial) => trial.round === round - 1);
    const own = ended.filter((trial) => trial.round === round).length;
    if (own >= Math.min(sizes[round] ?? 0, round === 0 ? Number.POSITIVE_INFINITY : Math.ceil(before.length / HALVING))) return undefined;
    const budget = HALVING ** (round - sizes.length + 1);
    if (round > 0) {
      const promoted = ranked(before, request.metric)[own];
      return promoted && { number, params: promoted.params, budget, round, current: promoted.current };
    }
    const params = number === 0 ? current : drawParams(space, request.protocol.seed, number, ended.map((trial) => trial.params));
    return params && { number, params, budget, round, current: number === 0 };
  };
  const last = ended.at(-1)?.round ?? 0;
  return inRound(last) ?? inRound(last + 1);
}

/** The best trial: of the last round that any ended in, the one with the best value; the earlier one of equals. */
export function bestTrial(trials: readonly Trial[], metric: string): Trial | undefined {
  const measured = trials.filter(({ state, value }) => state === 'done' && value !== null);
  const last = measured.reduce((most, { round }) => Math.max(most, round), 0);
  return ranked(measured.filter(({ round }) => round === last), metric)[0];
}

/** Rounds that so many trials are enough for. */
const roundsOf = (trials: number): number => (trials < 4 ? 1 : trials < 13 ? 2 : ROUNDS);

/** How many trials each round has, together no more than `trials`. */
export function roundSizes(trials: number, rounds: number): number[] {
  const count = Math.min(rounds, roundsOf(trials));
  for (let first = trials; first > 1; first--) {
    const sizes = Array.from({ length: count }, (_, round) => Math.ceil(first / HALVING ** round));
    if (sizes.reduce((sum, size) => sum + size, 0) <= trials) return sizes;
  }
  return [trials];
}

function ranked(trials: readonly Trial[], metric: string): Trial[] {
  const sign = lowerIsBetter(metric) ? 1 : -1;
  return trials.filter(({ value, state }) => state === 'done' && value !== null).toSorted((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)) || a.number - b.number);
}
