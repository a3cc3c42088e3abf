import { z } from 'zod';
import type { Reason, StageName, StageStatus } from '../../../shared/contract/index.ts';
import type { Session } from '../workspace/session.ts';
import type { Stage } from '../workspace/stage.ts';
import { type LiveTable, liveTables } from '../workspace/versions.ts';
import type { Graph } from './graph.ts';
import { Inputs, inputsOf, type InputValues, type RawFiles, rawFiles, reasonsFor } from './inputs.ts';

/** What a stage was last built from, and the tables that it made, each with its fingerprint. */
export interface Built {
  readonly runId: string;
  readonly inputs: Inputs;
  readonly outputs: Readonly<Record<string, string>>;
  readonly rowsIn: number;
  readonly rowsOut: number;
}

/** The workspace as a plan sees it. */
export interface State {
  readonly files: RawFiles;
  readonly built: ReadonlyMap<StageName, Built>;
  readonly live: ReadonlyMap<string, LiveTable>;
}

const Outputs = z.record(z.string(), z.string());

export async function readState(session: Session): Promise<State> {
  const rows = await session.all<{ stage: StageName; runId: string; inputs: string; outputs: string; rowsIn: number; rowsOut: number }>(
    `SELECT stage, run_id AS "runId", inputs, outputs, rows_in AS "rowsIn", rows_out AS "rowsOut" FROM store.stages`);
  const built = rows.map(({ stage, inputs, outputs, ...row }): [StageName, Built] => [stage, { ...row, inputs: Inputs.parse(JSON.parse(inputs)), outputs: Outputs.parse(JSON.parse(outputs)) }]);
  return { files: await rawFiles(session), built: new Map(built), live: await liveTables(session) };
}

/**
 * Why `stage` must run: its own inputs against those that it was built from, and its outputs if any is gone.
 * Empty for a stage that is current.
 */
export function reasonsToRun(stage: Stage, state: State, inputs: Inputs): Reason[] {
  const built = state.built.get(stage.name);
  if (!built) return reasonsFor(undefined, inputs);
  const gone = Object.keys(built.outputs).filter((table) => !state.live.has(table));
  return [...reasonsFor(built.inputs, inputs), ...gone.map((what): Reason => ({ what, change: 'not in cache' }))];
}

/**
 * What a run would do and why. A stage below one that must run counts as changed, since its tables will be made anew;
 * should they come out the same, the run leaves it as it is.
 */
export function status(graph: Graph, values: InputValues, state: State): StageStatus[] {
  const renewed = new Set<string>();
  return graph.stages.map((stage) => {
    const built = state.built.get(stage.name);
    const inputs = inputsOf(stage, values, state.files, (table) => fingerprintIn(graph, state, table));
    const own = built ? reasonsToRun(stage, state, inputs) : reasonsFor(undefined, inputs);
    const named = new Set(own.map(({ what }) => what));
    const above = stage.reads.filter((table) => renewed.has(table) && !named.has(table)).map((what): Reason => ({ what, change: state.live.has(what) ? 'modified' : 'new' }));
    const reasons = [...own, ...above];
    const state_ = !built ? 'never run' : reasons.length > 0 ? 'changed' : 'current';
    if (state_ !== 'current') for (const table of stage.writes) renewed.add(table);
    const { name, title, reads, writes } = stage;
    return { name, title, reads: [...reads], writes: [...writes], state: state_, reasons };
  });
}

/** The fingerprint of a built table as it stands; when another run than its stage's made it, that run's id stands for it. */
export function fingerprintIn(graph: Graph, state: State, table: string): string | undefined {
  const live = state.live.get(table);
  if (!live) return undefined;
  const producer = graph.producer(table);
  const built = producer && state.built.get(producer.name);
  return built && built.runId === live.runId ? built.outputs[table] : `run ${live.runId}`;
}
