import type { PipelineStatus, Plan, Reason, StageName, StageStatus } from '../../../shared/contract/index.ts';
import { type Build, type Inputs, readBuilds } from '../workspace/builds.ts';
import type { Session } from '../workspace/session.ts';
import { readsWith, type Stage } from '../workspace/stage.ts';
import { type LiveTable, liveTables } from '../workspace/versions.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Graph } from './graph.ts';
import { type InputValues, inputsOf, keyOf, type RawFiles, rawFiles, reasonsFor } from './inputs.ts';

/** The workspace as a plan sees it. */
export interface State {
  readonly files: RawFiles;
  /** Builds of the cache that are whole, the newest first. */
  readonly builds: readonly Build[];
  /** The run that made the visible build of each stage, also where that build is no longer whole. */
  readonly visible: ReadonlyMap<StageName, string>;
  readonly live: ReadonlyMap<string, LiveTable>;
  readonly marks: ReadonlyMap<StageName, NonNullable<StageStatus['mark']>>;
}

export async function readState(session: Session, workspace: Workspace): Promise<State> {
  const visible = await session.all<{ stage: StageName; runId: string }>('SELECT stage, run_id AS "runId" FROM store.stages');
  const marks = await session.all<{ stage: StageName; run: string; message: string }>('SELECT stage, run_id AS run, message FROM store.marks');
  return {
    files: await rawFiles(session),
    builds: await readBuilds(session, workspace),
    visible: new Map(visible.map(({ stage, runId }) => [stage, runId])),
    live: await liveTables(session),
    marks: new Map(marks.map(({ stage, ...mark }) => [stage, mark])),
  };
}

/** The visible build of a stage, if it is whole. */
export function visibleBuild(state: State, stage: StageName): Build | undefined {
  const runId = state.visible.get(stage);
  return state.builds.find((build) => build.stage === stage && build.runId === runId);
}

/** Fingerprint of a built table; `unknown` where it will be made and cannot be told before; undefined where there is none. */
export type Print = string | undefined | typeof UNKNOWN;
export const UNKNOWN = Symbol('a table that is not made yet');

/** What is to be done with one stage. */
export interface Step {
  readonly stage: Stage;
  readonly inputs: Inputs;
  readonly action: 'run' | 'restore' | 'nothing';
  /** The build that stands (`nothing`) or is brought back (`restore`). */
  readonly build: Build | undefined;
  readonly reasons: Reason[];
  /** False where it depends on tables that are not made yet whether anything is to be done. */
  readonly certain: boolean;
}

/** How a run may use the cache. */
export interface Reuse {
  /** Builds by other runs than these do not count. */
  readonly onlyFrom?: ReadonlySet<string>;
}

/** What is to be done with `stage`, given the tables that it will find. */
export function stepOf(stage: Stage, values: InputValues, state: State, print: (table: string) => Print, { onlyFrom }: Reuse = {}): Step {
  const unknown = readsWith(stage, values).filter((table) => print(table) === UNKNOWN);
  const inputs = inputsOf(stage, values, state.files, (table) => {
    const found = print(table);
    return found === UNKNOWN ? undefined : found;
  });
  const runId = state.visible.get(stage.name);
  const standing = visibleBuild(state, stage.name);
  const counts = (build: Build) => onlyFrom === undefined || onlyFrom.has(build.runId);
  const gone: Reason[] = runId !== undefined && !standing ? [{ what: stage.writes.join(', ') || stage.name, change: 'not in cache' }] : [];
  if (unknown.length > 0) {
    const known = standing ? reasonsFor(withoutTables(standing.inputs, unknown), inputs) : runId === undefined ? reasonsFor(undefined, inputs) : [];
    const above = unknown.map((what): Reason => ({ what, change: standing && Object.hasOwn(standing.inputs.tables, what) ? 'modified' : 'new' }));
    const forced = onlyFrom !== undefined && !(standing && onlyFrom.has(standing.runId));
    return { stage, inputs, action: 'run', build: undefined, reasons: [...gone, ...known, ...above], certain: forced || standing === undefined || known.length > 0 };
  }
  const key = keyOf(inputs);
  if (standing?.key === key && counts(standing)) return { stage, inputs, action: 'nothing', build: standing, reasons: [], certain: true };
  const reasons = [...gone, ...(standing || runId === undefined ? reasonsFor(standing?.inputs, inputs) : [])];
  const cached = state.builds.find((build) => build.stage === stage.name && build.key === key && counts(build));
  return { stage, inputs, action: cached ? 'restore' : 'run', build: cached, reasons, certain: true };
}

/** The steps of a run over the stages selected; what is not selected stands as it is. */
export function planSteps(graph: Graph, values: InputValues, state: State, selected: ReadonlySet<StageName>, reuse: Reuse = {}): Step[] {
  const prints = new Map<string, Print>();
  return graph.stages.map((stage) => {
    const step = stepOf(stage, values, state, (table) => prints.get(table), reuse);
    const made = selected.has(stage.name) && step.action === 'run';
    const stands = selected.has(stage.name) ? step.build : visibleBuild(state, stage.name);
    for (const table of stage.writes) prints.set(table, made ? UNKNOWN : stands?.outputs[table]);
    return step;
  });
}

/** What a run over the stages selected would do and why. */
export function plan(graph: Graph, values: InputValues, state: State, selected: ReadonlySet<StageName>, reuse: Reuse): Plan {
  return {
    stages: planSteps(graph, values, state, selected, reuse).map(({ stage, action, certain, reasons }) => ({
      name: stage.name, reasons, certain,
      action: selected.has(stage.name) ? action : 'left out',
      seconds: visibleBuild(state, stage.name)?.seconds ?? null,
    })),
  };
}

/** Each stage as it stands, and why a run of everything would touch it. */
export function status(graph: Graph, values: InputValues, state: State): Pick<PipelineStatus, 'stages' | 'edges'> {
  const enabled = graph.enabled(values);
  const stages = planSteps(graph, values, state, enabled).map(({ stage, action, reasons, certain }): StageStatus => {
    const { name, title, writes, parameters } = stage;
    const reads = readsWith(stage, values);
    const build = visibleBuild(state, name);
    return {
      name, title, reads: [...reads], writes: [...writes], parameters: [...parameters], reasons, certain,
      state: action === 'nothing' ? 'current' : action === 'restore' ? 'cached' : state.visible.has(name) ? 'changed' : 'never run',
      critical: stage.critical ?? true, enabled: enabled.has(name), mark: state.marks.get(name) ?? null,
      built: build ? { run: build.runId, at: build.builtAt, seconds: build.seconds, rowsIn: build.rowsIn, rowsOut: build.rowsOut } : null,
    };
  });
  return { stages, edges: graph.edgesWith(values) };
}

function withoutTables(inputs: Inputs, tables: readonly string[]): Inputs {
  return { ...inputs, tables: Object.fromEntries(Object.entries(inputs.tables).filter(([table]) => !tables.includes(table))) };
}
