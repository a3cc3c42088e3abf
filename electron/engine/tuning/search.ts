import { type Comparison, type ModelName, ReelbenchError, type Trial } from '../../../shared/contract/index.ts';
import { lowerIsBetter, metricWords, modelWords } from '../../../shared/domain/metric-words.ts';
import type { Contests, Environment, Training } from '../evaluation/contest.ts';
import { compare } from '../evaluation/inference/compare.ts';
import type { Clock } from '../workspace/clock.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { throwIfCancelled } from '../workspace/session.ts';
import { bestTrial, nextTrial, type Planned, roundSizes } from './plan.ts';
import type { Head, Record } from './records.ts';
import type { Params } from './space.ts';
import type { TrainingPart } from './training-part.ts';
import { measureParams, type Result } from './trial.ts';

export interface Tools {
  readonly contests: Contests<ModelName>;
  readonly environment: Pick<Environment, 'kernels' | 'parameters'>;
  readonly clock: Clock;
  readonly job: JobContext;
  /** Keeps what is known so far, and a trial that began or ended. */
  keep(head: Head, trial?: Trial): Promise<void>;
  /** The parameter by which the model trains less, where it has one: the budget of halving is a share of it, else of the users. */
  readonly effort: { readonly path: string; readonly value: number } | undefined;
}

/** What the check takes longer than the trials let expect. */
const MARGIN = 1.3;

/**
 * Goes through the trials that are left, then measures the best and the parameters as they stood on users that no trial saw.
 * Stops when the time is used up, a trial that runs is cancelled then; what is left can be gone on with. When the job is
 * cancelled it keeps what it has and rejects with `cancelled`.
 */
export async function search(record: Record, part: TrainingPart, tools: Tools): Promise<Record> {
  const { job, clock } = tools;
  const { request } = record;
  const began = clock().getTime();
  const elapsed = () => record.seconds + (clock().getTime() - began) / 1000;
  const ended = record.trials.filter(({ state }) => state === 'done' || state === 'failed');
  const total = (request.method === 'halving' ? roundSizes(request.trials, record.rounds) : [request.trials]).reduce((sum, size) => sum + size, 0);
  const head = (change: Partial<Head> = {}): Head => ({ ...headOf(record), state: 'running', seconds: elapsed(), best: bestOf(ended, request.metric), ...change });
  const measure = trainer(record, part, tools);
  const timeLeft = () => (request.seconds ?? Number.POSITIVE_INFINITY) - elapsed();

  job.phase('trials', { total, unit: 'trials' });
  let stopped: Trial | undefined;
  try {
    for (let planned = nextTrial(record, ended); planned; planned = nextTrial(record, ended)) {
      const left = timeLeft() - reserved(ended, request.metric);
      if (left <= 0) break;
      const what = `${planned.number + 1}: ${planned.current ? 'as it stands' : textOf(planned.params)}`;
      job.progress(ended.length, total, what);
      const trial = await runTrial(planned, left, what);
      await tools.keep(head(), trial);
      if (trial.state === 'stopped') {
        stopped = trial;
        break;
      }
      ended.push(trial);
      job.progress(ended.length, total);
    }
  } catch (thrown) {
    const error = toReelbenchError(thrown);
    const cancelled = job.signal.aborted || error.code === 'cancelled';
    await tools.keep(head({ state: cancelled ? 'stopped' : 'failed', jobId: null, error: cancelled ? null : error.message }));
    throw thrown;
  }

  const checked = await checkBest();
  const final = head({ state: 'done', jobId: null, ...checked });
  await tools.keep(final);
  return { ...final, trials: [...ended, ...(stopped ? [stopped] : [])] };

  async function runTrial(planned: Planned, left: number, what: string): Promise<Trial> {
    const of = { ...planned, value: null, low: null, high: null, seconds: 0, error: null };
    await tools.keep(head(), { ...of, state: 'running' });
    const started = clock().getTime();
    const took = () => (clock().getTime() - started) / 1000;
    const deadline = new AbortController();
    const timer = Number.isFinite(left) ? setTimeout(() => deadline.abort(), milliseconds(left)) : undefined;
    try {
      const { value, low, high } = await measure(planned.params, planned.budget, 'trials', AbortSignal.any([job.signal, deadline.signal]), (step) => job.progress(ended.length, total, `${what}, ${step}`));
      return { ...of, value, low, high, seconds: took(), state: 'done' };
    } catch (thrown) {
      throwIfCancelled(job.signal, thrown);
      const error = toReelbenchError(thrown);
      if (deadline.signal.aborted) return { ...of, seconds: took(), state: 'stopped', error: 'The time of the search was over.' };
      // What stands in the way of the parameters as they are stands in the way of all.
      if (error.code === 'internal' || error.code === 'cancelled' || (planned.current && error.code === 'invalid-arguments')) throw error;
      const reason = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
      job.log('warn', `Trial ${planned.number + 1} failed: ${reason}`);
      return { ...of, seconds: took(), state: 'failed', error: reason };
    } finally {
      clearTimeout(timer);
    }
  }

  async function checkBest(): Promise<Pick<Head, 'check' | 'verdict'>> {
    const best = bestTrial(ended, request.metric);
    if (!best) return { check: null, verdict: ended.length === 0 ? 'The time was over before a trial ended.' : 'No trial could be measured.' };
    if (best.current) return { check: null, verdict: `No other parameters came out better than those of ${modelWords(request.model)} as they stand.` };
    job.phase('check the best on other users', { unit: 'steps' });
    const left = timeLeft();
    const signal = Number.isFinite(left) ? AbortSignal.any([job.signal, AbortSignal.timeout(milliseconds(left))]) : job.signal;
    try {
      const [found, current] = [await measure(best.params, 1, 'check', signal), await measure(record.current, 1, 'check', signal)];
      const names = { best: `${request.model} ${textOf(best.params)}`, current: `${request.model} as it stood` };
      const [check] = await compare(new Map([[names.best, found.perUser], [names.current, current.perUser]]), { metric: request.metric, seed: request.protocol.seed, against: names.current, signal });
      return check ? { check, verdict: verdictOf(check, best, ended, request.metric) } : { check: null, verdict: null };
    } catch (thrown) {
      throwIfCancelled(job.signal, thrown);
      const error = toReelbenchError(thrown);
      if (error.code === 'internal') throw error;
      return { check: null, verdict: error.code === 'cancelled' ? 'The time was over before the best could be checked on other users: its figure is the best of many, and looks better than it is.' : `The best could not be checked on other users: ${error.message}` };
    }
  }
}

/** Fits and measures parameters with a share of the budget; what models learn from is made once as long as it is the same. */
function trainer({ request, current }: Record, part: TrainingPart, { contests, environment, effort, job }: Tools) {
  let made: { share: number; training: Training } | undefined;
  return async (params: Params, budget: number, half: 'trials' | 'check', signal: AbortSignal, say: (step: string) => void = () => undefined): Promise<Result> => {
    const share = effort ? 1 : budget;
    if (made?.share !== share) made = { share, training: part.training(share) };
    const full = effort && Number(params[effort.path] ?? current[effort.path] ?? effort.value);
    const given = effort && full !== undefined && budget < 1 ? { ...params, [effort.path]: Math.max(1, Math.round(full * budget)) } : params;
    return measureParams(contests, request, given, { ...environment, signal, progress: (done, total) => say(`step ${done} of ${total}`), log: (message) => job.log('debug', message) }, { part, training: made.training, share, half });
  };
}

/** Whole, and no more than a timer takes. */
const milliseconds = (seconds: number): number => Math.min(2 ** 31 - 1, Math.max(1, Math.ceil(seconds * 1000)));

function headOf(record: Record): Head {
  const { trials: _trials, ...head } = record;
  return head;
}

export function bestOf(trials: readonly Trial[], metric: string): Head['best'] {
  const best = bestTrial(trials, metric);
  return best ? { number: best.number, params: best.params, value: best.value ?? 0 } : null;
}

/** Seconds that the check will take: fitting and measuring the best and the parameters as they stood with the whole budget. */
function reserved(ended: readonly Trial[], metric: string): number {
  const best = bestTrial(ended, metric);
  const first = ended[0];
  return best && first && !best.current ? MARGIN * (best.seconds / best.budget + first.seconds / first.budget) : 0;
}

/** `factors=64 regularization=3.2`. */
export function textOf(params: Params): string {
  return Object.entries(params).map(([name, value]) => `${name}=${String(value)}`).join(' ');
}

function verdictOf(check: Comparison, best: Trial, ended: readonly Trial[], metric: string): string {
  const first = ended.find(({ current, round }) => current && round === best.round);
  const sign = lowerIsBetter(metric) ? -1 : 1;
  const gain = sign * check.difference;
  const seen = first?.value === null || first?.value === undefined || best.value === null ? undefined : sign * (best.value - first.value);
  const looked = seen === undefined ? '' : ` In the search it was ahead by ${decimal(seen)} ${metricWords(metric)}: the best of ${ended.length} trials looks better than it is, so the figure on the other users counts.`;
  const words = check.distinct
    ? gain > 0 ? 'The parameters found are better than those as they stood, on users that no trial was measured on.' : 'The parameters found are worse than those as they stood, on users that no trial was measured on: keep the latter.'
    : 'The parameters found are not shown to be better than those as they stood, on users that no trial was measured on.';
  return `${words} ${check.sentence}${looked}`;
}

const decimal = (value: number): string => value.toFixed(Math.abs(value) < 0.001 ? 5 : 3).replace(/^(-?)0\./, '$1.').replace(/^-/, '−');

/** Fails where there is nothing left to do. */
export function checkUnfinished(record: Record): void {
  const ended = record.trials.filter(({ state }) => state === 'done' || state === 'failed');
  const timeLeft = record.request.seconds === null || record.seconds < record.request.seconds;
  if (nextTrial(record, ended) === undefined && record.verdict !== null) throw new ReelbenchError('not-ready', 'This search has gone through all of its trials.', { hint: 'Give it more trials, or start another one.' });
  if (!timeLeft) throw new ReelbenchError('not-ready', `This search has used the ${record.request.seconds} s that it was given.`, { hint: 'Give it more time to go on.' });
}
