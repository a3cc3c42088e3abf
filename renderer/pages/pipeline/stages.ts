import type { Job, JobPhase, PipelineStatus, Reason, Run, RunRequest, StageName, StageStatus } from '../../../shared/contract/index.ts';

/** How a stage is drawn: what it is now, or what the running job does with it. */
export type StageLook = 'current' | 'changed' | 'never run' | 'cached' | 'waiting' | 'running' | 'done' | 'from cache' | 'skipped' | 'failed';

export interface StageView {
  readonly stage: StageStatus;
  readonly look: StageLook;
  readonly rows: number | null;
  readonly seconds: number | null;
}

/** Phases of a run carry the name of the stage, alone or before a colon ('transform: ratings'). */
export function phaseOfStage(job: Pick<Job, 'phases'>, stage: StageStatus): JobPhase | undefined {
  return job.phases.findLast(({ name }) => {
    const head = name.split(/[:·]/)[0]?.trim().toLowerCase();
    return head === stage.name || head === stage.title.toLowerCase();
  });
}

/** Joins what the engine says of the stages with the run under way, or else with the last one. */
export function stageViews(status: PipelineStatus, job: Job | undefined, last: Run | undefined): StageView[] {
  const running = job?.status === 'running';
  return status.stages.map((stage) => {
    const phase = job === undefined ? undefined : phaseOfStage(job, stage);
    if (running) {
      const look = phase?.state === 'cached' ? 'from cache' : (phase?.state ?? 'waiting');
      const counts = look === 'running' || look === 'done';
      return { stage, look, rows: counts && phase?.unit === 'rows' ? phase.done : null, seconds: counts ? (phase?.seconds ?? null) : null };
    }
    const before = last?.stages.find(({ name }) => name === stage.name);
    const failed = last?.status !== 'cancelled' && before?.state === 'failed' && stage.state !== 'current';
    return { stage, look: failed ? 'failed' : stage.state, rows: before?.rowsOut ?? null, seconds: before?.seconds ?? null };
  });
}

/** What a run with this request would do with a stage, in two or three words. */
export type Plan = 'runs' | 'from cache' | 'nothing to do' | 'left out';

/** Stages downstream of one, with itself. */
export function downstreamOf(status: PipelineStatus, from: StageName): Set<StageName> {
  const reached = new Set<StageName>([from]);
  const queue: StageName[] = [from];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const edge of status.edges)
      if (edge.from === next && !reached.has(edge.to)) {
        reached.add(edge.to);
        queue.push(edge.to);
      }
  return reached;
}

export function planOf(status: PipelineStatus, request: RunRequest): Map<StageName, Plan> {
  const wanted = (stage: StageName) =>
    request.only !== undefined ? request.only === stage : request.from === undefined || request.from === 'train' || downstreamOf(status, request.from).has(stage);
  return new Map<StageName, Plan>(
    status.stages.map(({ name, state }) => {
      if (!wanted(name)) return [name, 'left out'];
      if (request.force) return [name, 'runs'];
      return [name, state === 'current' ? 'nothing to do' : state === 'cached' ? 'from cache' : 'runs'];
    }),
  );
}

/** A reason as a sentence: 'parameter recommenders.ease.lambda: 250 → 300'. */
export function reasonText({ what, change, from, to }: Reason): string {
  if (from !== undefined && to !== undefined) return `${what}: ${from} → ${to}`;
  return `${what} is ${change}`;
}

/** The edges worth drawing: those that no longer way says already. */
export function drawnEdges(status: PipelineStatus): PipelineStatus['edges'] {
  return status.edges.filter(({ from, to }) => !status.edges.some((edge) => edge.from === from && edge.to !== to && downstreamOf(status, edge.to).has(to)));
}

/** Columns of the drawing: a stage stands one to the right of the rightmost stage it reads from. */
export function columnsOf(status: PipelineStatus): Map<StageName, number> {
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
