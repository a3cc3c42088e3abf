import type { PipelineStatus, Plan, PlannedStage, RunRequest, StageName } from '../../../../shared/contract/index.ts';
import { formatCount, formatSeconds } from '../../../components/format.ts';

/** Which stages a person asks for. */
export type Scope = 'all' | 'from' | 'downstream' | 'only' | 'stages';
export interface Asked {
  readonly scope: Scope;
  /** The stage that `from`, `downstream` and `only` speak of. */
  readonly stage: StageName | null;
  readonly stages: readonly StageName[];
  readonly force: boolean;
}
export const everything: Asked = { scope: 'all', stage: null, stages: [], force: false };

/** The request that says what was asked; without the stage that it would need, everything. */
export function requestOf({ scope, stage, stages, force }: Asked): RunRequest {
  const request: RunRequest = { stages: [], force, dry: false, resume: false };
  if (scope === 'stages') return { ...request, stages: [...stages] };
  return scope === 'all' || stage === null ? request : { ...request, [scope]: stage };
}

/** What the button says that starts it. */
export function requestWords({ scope, stage, stages, force }: Asked): string {
  const words =
    scope === 'stages' && stages.length > 0 ? (stages.length === 1 ? `Run up to ${stages[0] ?? ''}` : `Run ${stages.length} chosen`)
    : stage === null || scope === 'all' || scope === 'stages' ? 'Run'
    : scope === 'from' ? `Run from ${stage}` : scope === 'only' ? `Run only ${stage}` : `Run downstream of ${stage}`;
  return force ? `${words}, forced` : words;
}

/** What a run would do with a stage, in two or three words. */
export const actionWords = ({ action, certain }: Pick<PlannedStage, 'action' | 'certain'>): string => (action === 'run' && !certain ? 'May run' : actions[action]);
const actions: Record<PlannedStage['action'], string> = { run: 'Will run', restore: 'From the cache', nothing: 'Nothing to do', 'left out': 'Left out' };

export interface PlanSum {
  readonly will: number;
  readonly may: number;
  readonly restored: number;
  readonly rest: number;
  readonly leftOut: number;
  /** What those that will or may run took when they were last built. */
  readonly seconds: number;
  /** How many of them have no earlier time. */
  readonly untimed: number;
}

export function sumOf({ stages }: Plan): PlanSum {
  const runs = stages.filter(({ action }) => action === 'run');
  const count = (action: PlannedStage['action']) => stages.filter((stage) => stage.action === action).length;
  return {
    will: runs.filter(({ certain }) => certain).length,
    may: runs.filter(({ certain }) => !certain).length,
    restored: count('restore'), rest: count('nothing'), leftOut: count('left out'),
    seconds: runs.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
    untimed: runs.filter(({ seconds }) => seconds === null).length,
  };
}

/** About how long, without a claim to more than is known: `about 40 s`, `about 3 min`. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 10) return `about ${formatCount(seconds)} s`;
  if (seconds < 90) return `about ${formatCount(Math.round(seconds / 5) * 5)} s`;
  if (seconds < 5400) return `about ${formatCount(seconds / 60)} min`;
  return `about ${formatSeconds(Math.round(seconds / 300) * 300)}`;
}

/** The plan in one line: `3 stages will run, 2 may, 4 come from the cache; about 40 s by their last times`. */
export function sumText({ will, may, restored, leftOut, seconds, untimed }: PlanSum): string {
  const stages = (n: number) => `${formatCount(n)} ${n === 1 ? 'stage' : 'stages'}`;
  const parts = [
    ...(will > 0 ? [`${stages(will)} will run`] : []),
    ...(may > 0 ? [`${will > 0 ? formatCount(may) : stages(may)} may run`] : []),
    ...(restored > 0 ? [`${formatCount(restored)} from the cache`] : []),
    ...(leftOut > 0 ? [`${formatCount(leftOut)} left out`] : []),
  ];
  const runs = will + may;
  if (runs + restored === 0) return leftOut > 0 ? `Nothing to do, ${formatCount(leftOut)} left out` : 'Nothing to do: everything is current';
  const time = runs === 0 ? 'in a moment' : untimed === runs ? 'how long is not known yet' : untimed > 0 ? `${aboutSeconds(seconds)} and ${stages(untimed)} never timed` : `${aboutSeconds(seconds)} by their last times`;
  return `${parts.join(', ')} · ${time}`;
}

/** What of a run that did not end is kept: `What extract … load made is kept.` */
export function keptWords({ done }: Pick<NonNullable<PipelineStatus['resumable']>, 'done'>): string {
  const [first, last] = [done[0], done.at(-1)];
  if (first === undefined || last === undefined) return 'It had made nothing yet.';
  return `What ${done.length === 1 ? first : done.length === 2 ? `${first} and ${last}` : `${first} … ${last}`} made is kept.`;
}
