import type { LineageBuild, ParameterInfo, StageName, StageStatus } from '../../../shared/contract/index.ts';
import type { Graph } from '../pipeline/graph.ts';
import type { InputValues } from '../pipeline/inputs.ts';
import { readState, type State, status } from '../pipeline/plan.ts';
import type { Build } from '../workspace/builds.ts';
import type { Session } from '../workspace/session.ts';
import { readsWith, type Stage } from '../workspace/stage.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** An imported file as one raw table has it. */
export interface ImportedRows {
  readonly path: string;
  readonly table: string;
  readonly rows: number;
  readonly unreadable: number;
  readonly rejected: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly format: string;
  readonly release: string | null;
  readonly importedAt: string;
}

/** All that was recorded about how the workspace came to be what it is, read at one moment. */
export interface Facts {
  readonly stages: readonly Stage[];
  readonly state: State;
  readonly status: ReadonlyMap<StageName, StageStatus>;
  readonly imported: readonly ImportedRows[];
  /** The last successful run after which a build was visible, by stage and building run, where it is not the building run itself. */
  readonly keptBy: ReadonlyMap<string, string>;
  readonly parameters: readonly ParameterInfo[];
  /** The person's own rules in force, as the cache knows them. */
  readonly ownRules: Readonly<Record<string, string>>;
}

export async function readFacts(session: Session, workspace: Workspace, graph: Graph, values: InputValues, parameters: readonly ParameterInfo[]): Promise<Facts> {
  const state = await readState(session, workspace);
  const kept = await session.all<{ stage: string; builtBy: string; run: string }>(`
    SELECT stage, built_by AS "builtBy", arg_max(b.run_id, r.started_at) AS run FROM store.run_builds b JOIN main.etl_runs r ON r.run_id = b.run_id GROUP BY stage, built_by`);
  return {
    stages: graph.stages.map((stage) => ({ ...stage, reads: readsWith(stage, values) })), state,
    status: new Map(status(graph, values, state).stages.map((stage) => [stage.name, stage])),
    imported: await session.all<ImportedRows>(`
      SELECT path, 'raw.' || table_name AS "table", rows, unreadable, rejected, bytes, sha256, format, release, imported_at AS "importedAt" FROM raw.files ORDER BY file_id`),
    keptBy: new Map(kept.flatMap(({ stage, builtBy, run }) => (run === builtBy ? [] : [[`${stage} ${builtBy}`, run]]))),
    parameters, ownRules: values.rules,
  };
}

export function visibleBuildOf(facts: Facts, stage: StageName): Build | undefined {
  const runId = facts.state.visible.get(stage);
  return facts.state.builds.find((build) => build.stage === stage && build.runId === runId);
}

/** The stage that makes a built table. */
export function stageOf({ stages }: Facts, table: string): Stage | undefined {
  return stages.find(({ writes }) => writes.includes(table));
}

/** Whether there is such a table to read: an imported one, or one that is visible. */
export function tableIsThere({ imported, state }: Facts, table: string): boolean {
  return table.startsWith('raw.') ? imported.some((file) => file.table === table) : state.live.has(table);
}

/** The tables that are there which a built table is made from, by the declaration of its stage. */
export function madeFrom(facts: Facts, stage: Stage, table: string): string[] {
  const has = (name: string) => tableIsThere(facts, name);
  const declared = stage.madeFrom?.(table, has) ?? stage.reads;
  const raw = [...new Set(facts.imported.map((file) => file.table))];
  return [...new Set(declared.flatMap((name) => (name === 'raw.*' || name === 'raw.files' ? raw : [name])))].filter((name) => name !== table && has(name));
}

export function describeBuild(facts: Facts, build: Build): LineageBuild {
  return {
    stage: build.stage, title: facts.stages.find(({ name }) => name === build.stage)?.title ?? build.stage,
    run: build.runId, at: build.builtAt, seconds: build.seconds, rowsIn: build.rowsIn, rowsOut: build.rowsOut, version: build.inputs.code,
    keptBy: facts.keptBy.get(`${build.stage} ${build.runId}`) ?? null,
  };
}

/**
 * The builds that something was really made from, its own first: for each table that it read, the build in the cache that
 * made that very content, the visible one where it is the same. What the cache no longer holds is not among them.
 */
export function chainOf(facts: Facts, build: Build): Build[] {
  const chain = [build];
  for (const { inputs } of chain) {
    for (const [table, print] of Object.entries(inputs.tables)) {
      const maker = makerOf(facts, table, print);
      if (maker && !chain.some(({ stage }) => stage === maker.stage)) chain.push(maker);
    }
  }
  return chain;
}

/** The build that made a table's content; the visible one if it is the same there. */
export function makerOf(facts: Facts, table: string, print: string): Build | undefined {
  const stage = stageOf(facts, table);
  if (!stage) return undefined;
  const visible = visibleBuildOf(facts, stage.name);
  return visible?.outputs[table] === print ? visible : facts.state.builds.find((build) => build.stage === stage.name && build.outputs[table] === print);
}

/** The build of a stage that was visible after a run. */
export async function buildAfter(session: Session, facts: Facts, stage: StageName, run: string): Promise<Build | undefined> {
  const kept = await session.first<{ builtBy: string }>('SELECT built_by AS "builtBy" FROM store.run_builds WHERE run_id = ? AND stage = ?', [run, stage]);
  return facts.state.builds.find((build) => build.stage === stage && build.runId === kept?.builtBy);
}
