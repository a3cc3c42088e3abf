import type { Job, Run, RunStage, StageName, StageStatus } from '../../../../shared/contract/index.ts';
import { phaseOfStage } from '../stages.ts';

export type BarState = RunStage['state'] | 'running' | 'waiting';

/** A stage on the time line of a run, in seconds since its start. */
export interface Bar {
  readonly name: StageName;
  readonly state: BarState;
  readonly began: number;
  readonly seconds: number;
  readonly attempts: number;
  readonly restored: boolean;
  readonly note: string;
}

export const barsOfRun = ({ stages }: Pick<Run, 'stages'>): Bar[] =>
  stages.map(({ name, state, began, seconds, attempts, restored, error }) => ({ name, state, began, seconds, attempts, restored, note: error?.message ?? '' }));

/** The time line of the run under way, `elapsed` seconds after its start. */
export function barsOfJob(job: Pick<Job, 'phases'>, stages: readonly Pick<StageStatus, 'name' | 'title'>[], elapsed: number): Bar[] {
  return stages.map((stage): Bar => {
    const phase = phaseOfStage(job, stage);
    const rest = { name: stage.name, attempts: 1, restored: false, note: phase?.detail ?? '' };
    if (phase === undefined || phase.state === 'waiting') return { ...rest, state: 'waiting', began: 0, seconds: 0 };
    if (phase.state === 'running') return { ...rest, state: 'running', began: phase.began, seconds: Math.max(0, elapsed - phase.began) };
    return { ...rest, state: phase.state === 'done' ? 'ran' : phase.state, began: phase.began, seconds: phase.seconds };
  });
}

const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** Round times for the axis, from 0 to the first at or beyond the end, some six of them. */
export function ticksOf(seconds: number, most = 6): number[] {
  const end = Math.max(seconds, 0.01);
  const step = steps.find((each) => end / each <= most) ?? end / most;
  return Array.from({ length: Math.ceil(end / step - 1e-9) + 1 }, (_, i) => i * step);
}
