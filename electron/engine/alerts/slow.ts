import type { Job, Run } from '../../../shared/contract/index.ts';
import { ranIn } from './message.ts';

/** So many of the last runs are looked at, and no fewer than this many make a usual time. */
const LOOKED_AT = 50;
const COMPARED = 10;
const FEWEST = 3;
export const runsLookedAt = { limit: LOOKED_AT, offset: 0 };

/**
 * How long a run like this one usually takes, in seconds: the median of the last ten successful runs that ran at least the
 * stages which this one has come to. A run that finds everything done is thus not held against one that made everything.
 * Undefined while there are fewer than three.
 */
export function usualSeconds(job: Job, runs: readonly Run[]): number | undefined {
  const reached = job.phases.filter(({ state }) => state === 'running' || state === 'done' || state === 'failed').map(({ name }) => name);
  if (reached.length === 0) return undefined;
  const alike = runs.filter(({ status, stages }) => status === 'succeeded' && reached.every((stage) => ranIn(stages).includes(stage)));
  const seconds = alike.slice(0, COMPARED).map((run) => run.seconds).toSorted((a, b) => a - b);
  if (seconds.length < FEWEST) return undefined;
  const middle = seconds.length / 2;
  return ((seconds[Math.ceil(middle) - 1] ?? 0) + (seconds[Math.floor(middle)] ?? 0)) / 2;
}
