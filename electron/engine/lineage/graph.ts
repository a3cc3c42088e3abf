import type { LineageEdge, LineageNode, ThingKind } from '../../../shared/contract/index.ts';
import type { Stage } from '../workspace/stage.ts';
import { type Facts, madeFrom, stageOf, tableIsThere, visibleBuildOf } from './facts.ts';

/** All things that are there, and what is made from what. Nodes come in the order in which rows flow. */
export interface Things {
  readonly nodes: ReadonlyMap<string, LineageNode>;
  readonly edges: readonly LineageEdge[];
  /** Ids of tables of checks and counts. */
  readonly ends: ReadonlySet<string>;
}

const TRAINS = 'train-';

/** The id of a table in the graph: a model is known by its name. */
export function tableId(facts: Facts, table: string): string {
  const stage = stageOf(facts, table);
  return stage?.name.startsWith(TRAINS) ? `model:${stage.name.slice(TRAINS.length)}` : `table:${table}`;
}

export function node(kind: ThingKind, name: string, rest: Partial<Omit<LineageNode, 'id' | 'kind' | 'name'>> = {}): LineageNode {
  return { id: `${kind}:${name}`, kind, name, title: name, stage: null, run: null, rows: null, state: 'given', marked: false, ...rest };
}

/** Files, imported tables, built tables, models and saved files, from the declarations and from what was recorded. */
export function thingsOf(facts: Facts): Things {
  const nodes = new Map<string, LineageNode>();
  const edges: LineageEdge[] = [];
  const add = (made: LineageNode) => nodes.set(made.id, made);

  for (const [path, parts] of Map.groupBy(facts.imported, (file) => file.path)) {
    add(node('file', path, { rows: parts.reduce((sum, { rows, unreadable }) => sum + rows + unreadable, 0) }));
  }
  for (const [table, files] of Map.groupBy(facts.imported, (file) => file.table)) {
    add(node('table', table, { title: 'Rows as imported', rows: files.reduce((sum, { rows, unreadable }) => sum + rows + unreadable, 0) }));
    for (const path of new Set(files.map((file) => file.path))) edges.push({ from: `file:${path}`, to: `table:${table}` });
  }
  for (const stage of facts.stages) {
    for (const table of stage.writes) if (tableIsThere(facts, table)) add(builtNode(facts, stage, table));
  }
  // The record of the tables' origins is no thing that rows flow into.
  for (const stage of facts.stages.filter(({ name }) => name !== 'finalize')) {
    for (const table of stage.writes) {
      if (!tableIsThere(facts, table)) continue;
      for (const source of madeFrom(facts, stage, table)) edges.push({ from: tableId(facts, source), to: tableId(facts, table) });
    }
    const build = visibleBuildOf(facts, stage.name);
    if (!build || stage.name.startsWith(TRAINS)) continue;
    for (const path of build.files) {
      const file = node('output', path, { title: stage.title, stage: stage.name, run: build.runId, state: stateOf(facts, stage) });
      add(file);
      const tables = stage.reads.filter((table) => tableIsThere(facts, table));
      for (const source of tables) edges.push({ from: tableId(facts, source), to: file.id });
    }
  }
  return { nodes, edges, ends: new Set([...facts.stages.filter(({ name }) => ['extract', 'validate', 'load', 'finalize'].includes(name)).flatMap(({ writes }) => writes), 'row_outcomes'].map((table) => `table:${table}`)) };
}

/** The node of a table that a stage makes, whether it is there or not. */
export function builtNode(facts: Facts, stage: Stage, table: string): LineageNode {
  const live = facts.state.live.get(table);
  const model = stage.name.startsWith(TRAINS);
  return node(model ? 'model' : 'table', model ? stage.name.slice(TRAINS.length) : table, {
    title: model ? stage.title.replace(/^Train /, '') : stage.title, stage: stage.name, run: live?.runId ?? null, rows: model ? null : (live?.rows ?? null),
    state: live === undefined ? 'missing' : stateOf(facts, stage), marked: facts.status.get(stage.name)?.mark != null,
  });
}

function stateOf(facts: Facts, stage: Stage): LineageNode['state'] {
  return facts.status.get(stage.name)?.state === 'current' ? 'current' : 'changed';
}

/**
 * Everything that leads to `start` (`from`) or that depends on it (`to`), without itself. The ways end at tables of checks
 * and counts over all that was imported: rows pass by these, not through them.
 */
function reach({ edges, ends }: Things, start: string, direction: 'from' | 'to'): Set<string> {
  const back = direction === 'from' ? 'to' : 'from';
  const reached = new Set([start]);
  for (const id of reached) if (id === start || !ends.has(id)) for (const edge of edges) if (edge[back] === id) reached.add(edge[direction]);
  reached.delete(start);
  return reached;
}

/** Ids of all that a thing is made from. */
export const sourcesOf = (things: Things, id: string): Set<string> => reach(things, id, 'from');

/** The same things with one that the graph lacks, tied in by `ties`. */
export function withThing({ nodes, edges, ends }: Things, thing: LineageNode, ties: readonly LineageEdge[]): Things {
  return { nodes: new Map([[thing.id, thing], ...nodes]), edges: [...edges, ...ties], ends };
}

/** All things, without the ties to tables of checks and counts, by which everything would hang on everything. */
export function allThings({ nodes, edges, ends }: Things): { nodes: LineageNode[]; edges: LineageEdge[] } {
  return { nodes: [...nodes.values()].filter(({ id }) => !ends.has(id)), edges: edges.filter(({ from, to }) => !ends.has(from) && !ends.has(to)) };
}

/** The part of the graph that a thing is made from and that depends on it. */
export function around(things: Things, thing: LineageNode): { nodes: LineageNode[]; edges: LineageEdge[] } {
  const { nodes, edges } = things;
  const ids = new Set([thing.id, ...sourcesOf(things, thing.id), ...reach(things, thing.id, 'to')]);
  const seen = new Set<string>();
  return {
    nodes: [...nodes.values()].filter(({ id }) => ids.has(id)),
    edges: edges.filter(({ from, to }) => {
      if (!ids.has(from) || !ids.has(to) || seen.has(`${from}\n${to}`)) return false;
      seen.add(`${from}\n${to}`);
      return true;
    }),
  };
}
