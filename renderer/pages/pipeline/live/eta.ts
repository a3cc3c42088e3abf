import type { Job, PipelineStatus, Plan, StageName } from '../../../../shared/contract/index.ts';
import { phaseOfStage, shareOf } from '../stages.ts';

/** Too little of a stage is done to judge by. */
const FIRST_SHARE = 0.05;

export interface Rest {
  /** Seconds to go, by the last times of the stages and how far those that run are. */
  readonly seconds: number;
  /** A stage takes longer than it did the last time. */
  readonly late: boolean;
}

/**
 * How long a run will still take; null when any stage to come has no earlier time to go by. At least the longest way
 * through the stages that need each other, and at least all work shared by `jobs` stages side by side.
 */
export function restOf(job: Job, status: Pick<PipelineStatus, 'stages' | 'edges'>, plan: Plan, jobs: number): Rest | null {
  const rests = new Map<StageName, number>();
  let late = false;
  for (const stage of status.stages) {
    const phase = phaseOfStage(job, stage);
    const planned = plan.stages.find(({ name }) => name === stage.name);
    const before = planned?.seconds ?? stage.built?.seconds ?? null;
    if (phase === undefined) {
      if (planned?.action === 'run' && before === null) return null;
      rests.set(stage.name, planned?.action === 'run' ? (before ?? 0) : 0);
    } else if (phase.state === 'running' || phase.state === 'waiting') {
      const elapsed = Math.max(phase.seconds, job.seconds - phase.began);
      const share = shareOf(phase);
      if (share !== null && share >= FIRST_SHARE) rests.set(stage.name, (elapsed * (1 - share)) / share);
      else if (before === null) return null;
      else rests.set(stage.name, Math.max(0, before - elapsed));
      late ||= before !== null && elapsed > before * 1.2 + 1;
    } else {
      rests.set(stage.name, 0);
    }
  }
  const ends = new Map<StageName, number>();
  for (const { name } of status.stages) {
    const begins = Math.max(0, ...status.edges.filter(({ to }) => to === name).map(({ from }) => ends.get(from) ?? 0));
    ends.set(name, begins + (rests.get(name) ?? 0));
  }
  const work = [...rests.values()].reduce((sum, seconds) => sum + seconds, 0);
  return { seconds: Math.max(work / Math.max(1, jobs), ...ends.values()), late };
}

/** Units a second over the last seconds of a job; null before there is anything to tell from. */
export function rateOf(samples: Job['samples'], over = 4): number | null {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const first = samples.findLast(({ at }) => at <= last.at - over) ?? samples[0];
  if (first === undefined || last.at - first.at < 0.4) return null;
  return Math.max(0, (last.done - first.done) / (last.at - first.at));
}
