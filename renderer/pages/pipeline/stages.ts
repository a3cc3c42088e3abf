import type { Job, JobPhase, PipelineStatus, Reason, Run, StageName, StageStatus } from '../../../shared/contract/index.ts';

/** How a stage is drawn: what it is now, or what the running job does with it. */
export type StageLook =
  | 'current' | 'changed' | 'may change' | 'never run' | 'cached' | 'left out' | 'marked' // what it is
  | 'waiting' | 'running' | 'done' | 'from cache' | 'skipped' // what a run does with it
  | 'failed' | 'blocked'; // how the last run ended there

export interface StageView {
  readonly stage: StageStatus;
  readonly look: StageLook;
  /** Rows that it wrote, or has worked through by now. */
  readonly rows: number | null;
  readonly seconds: number | null;
  /** From 0 to 1 while it runs and its end is known. */
  readonly share: number | null;
  /** Where the last run ended at this stage: what the run said. */
  readonly error: Run['error'];
}

/** Phases of a run carry the name of the stage, alone or before a colon ('transform: ratings'). */
export function phaseOfStage(job: Pick<Job, 'phases'>, stage: Pick<StageStatus, 'name' | 'title'>): JobPhase | undefined {
  return job.phases.findLast(({ name }) => {
    const head = name.split(/[:·]/)[0]?.trim().toLowerCase();
    return head === stage.name || head === stage.title.toLowerCase();
  });
}

export const shareOf = ({ done, total }: Pick<JobPhase, 'done' | 'total'>): number | null => (total === undefined || total <= 0 ? null : Math.min(1, done / total));

/** Joins what the engine says of the stages with the run under way, or else with how the last one ended. */
export function stageViews(status: PipelineStatus, job: Job | undefined, last: Run | undefined): StageView[] {
  return status.stages.map((stage) => (job?.status === 'running' ? running(stage, job) : resting(stage, last)));
}

function running(stage: StageStatus, job: Job): StageView {
  const phase = phaseOfStage(job, stage);
  const look = phase === undefined ? 'waiting' : phase.state === 'cached' ? 'from cache' : phase.state;
  const counts = look === 'running' || look === 'done';
  return {
    stage, look, error: null,
    rows: counts && phase?.unit === 'rows' ? phase.done : null,
    seconds: counts || look === 'failed' ? (phase?.seconds ?? null) : null,
    share: look === 'running' && phase !== undefined ? shareOf(phase) : null,
  };
}

function resting(stage: StageStatus, last: Run | undefined): StageView {
  const before = last?.stages.find(({ name }) => name === stage.name);
  const ended = before?.state === 'failed' && (last?.status === 'failed' || last?.status === 'blocked') ? last : undefined;
  const look: StageLook = ended !== undefined ? (ended.status === 'blocked' ? 'blocked' : 'failed') : stage.mark !== null ? 'marked' : !stage.enabled ? 'left out' : stage.state === 'changed' && !stage.certain ? 'may change' : stage.state;
  return { stage, look, rows: stage.built?.rowsOut ?? null, seconds: stage.built?.seconds ?? null, share: null, error: ended === undefined ? null : (before?.error ?? ended.error) };
}

/** Stages downstream of one, with itself. */
export function downstreamOf(edges: PipelineStatus['edges'], from: StageName): Set<StageName> {
  const reached = new Set<StageName>([from]);
  for (const name of reached) for (const edge of edges) if (edge.from === name) reached.add(edge.to);
  return reached;
}

/** A reason as a sentence: 'recommenders.ease.lambda: 250 → 300'. */
export function reasonText({ what, change, from, to }: Reason): string {
  if (from !== undefined && to !== undefined) return `${what}: ${from} → ${to}`;
  return `${what} is ${change}`;
}

export type ReasonKind = 'parameter' | 'file' | 'table' | 'decision' | 'code' | 'cache';

/** What kind of thing a reason speaks of. */
export function reasonKind({ what, change }: Reason, { reads, writes, parameters }: Pick<StageStatus, 'reads' | 'writes' | 'parameters'>): ReasonKind {
  if (change === 'not in cache') return 'cache';
  if (what === 'code') return 'code';
  if (what === 'decisions') return 'decision';
  if (reads.includes(what) || writes.includes(what)) return 'table';
  return parameters.some((path) => what === path || what.startsWith(`${path}.`)) ? 'parameter' : 'file';
}

/** Columns of the drawing: a stage stands one to the right of the rightmost stage it reads from. */
export function columnsOf(status: Pick<PipelineStatus, 'stages' | 'edges'>): Map<StageName, number> {
  const columns = new Map<StageName, number>();
  const column = (name: StageName): number => {
    const known = columns.get(name);
    if (known !== undefined) return known;
    columns.set(name, 0);
    const before = status.edges.filter(({ to }) => to === name).map(({ from }) => column(from));
    const own = before.length === 0 ? 0 : Math.max(...before) + 1;
    columns.set(name, own);
    return own;
  };
  for (const { name } of status.stages) column(name);
  return columns;
}
