import type { LineageEdge, LineageNode } from '../../../shared/contract/lineage.ts';

/** One box of the drawing: a thing, or several that are made from the same and used for the same. */
export interface Box {
  readonly id: string;
  readonly things: readonly LineageNode[];
  readonly column: number;
  /** Place in the column, from 0. */
  readonly row: number;
}
export interface Drawing {
  readonly boxes: readonly Box[];
  readonly edges: readonly LineageEdge[];
  readonly columns: number;
  /** The highest column's number of boxes. */
  readonly rows: number;
}

/**
 * Places things from left to right, whatever is made from something to the right of it: what the focus is made from before
 * it, what depends on it behind. Boxes of a column stand near those that they are tied to, so that few edges cross.
 */
export function drawing(nodes: readonly LineageNode[], edges: readonly LineageEdge[], focus: string | null): Drawing {
  const groups = grouped(nodes, edges, focus);
  const boxOf = new Map(groups.flatMap((things) => things.map((thing) => [thing.id, things[0]?.id ?? thing.id] as const)));
  const ties = unique(edges.flatMap(({ from, to }) => {
    const [a, b] = [boxOf.get(from), boxOf.get(to)];
    return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b }];
  }));
  const ids = groups.map(([first]) => first?.id ?? '');
  const column = columnsOf(ids, ties, focus);
  const count = Math.max(0, ...column.values()) + 1;
  const inColumns = Array.from({ length: count }, (_, at) => ids.filter((id) => column.get(id) === at));
  untangle(inColumns, ties);
  const boxes = inColumns.flatMap((members, at) => members.map((id, row): Box => ({ id, things: groups.find(([first]) => first?.id === id) ?? [], column: at, row })));
  return { boxes, edges: ties, columns: count, rows: Math.max(0, ...inColumns.map(({ length }) => length)) };
}

/** Things of a kind with the same sources and the same uses stand together. */
function grouped(nodes: readonly LineageNode[], edges: readonly LineageEdge[], focus: string | null): LineageNode[][] {
  const sides = (id: string) => [edges.filter(({ to }) => to === id).map(({ from }) => from), edges.filter(({ from }) => from === id).map(({ to }) => to)].map((side) => side.toSorted().join(' ')).join(' | ');
  return [...Map.groupBy(nodes, (node) => (node.id === focus ? focus : `${node.kind} ${sides(node.id)}`)).values()];
}

/** Steps to the right: the longest way to the focus before it, from the focus behind it; without a focus from the sources. */
function columnsOf(ids: readonly string[], edges: readonly LineageEdge[], focus: string | null): Map<string, number> {
  const before = focus === null ? new Map<string, number>() : longest(edges, focus, 'from');
  const behind = focus === null ? depths(ids, edges) : longest(edges, focus, 'to');
  const most = Math.max(0, ...before.values());
  const placed = new Map(ids.map((id) => [id, focus === null ? (behind.get(id) ?? 0) : before.has(id) && id !== focus ? most - (before.get(id) ?? 0) : most + (behind.get(id) ?? 0)]));
  if (focus !== null) return placed;
  // What nothing is made of yet further left stands beside what is made from it.
  for (const id of ids) {
    const next = edges.filter(({ from }) => from === id).map(({ to }) => placed.get(to) ?? 0);
    if (!edges.some(({ to }) => to === id) && next.length > 0) placed.set(id, Math.min(...next) - 1);
  }
  return placed;
}

/** The longest way from `start` to all that it reaches in a direction, in steps. */
function longest(edges: readonly LineageEdge[], start: string, direction: 'from' | 'to'): Map<string, number> {
  const back = direction === 'from' ? 'to' : 'from';
  const steps = new Map([[start, 0]]);
  const queue = [start];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const next = (steps.get(id) ?? 0) + 1;
    for (const edge of edges) {
      if (edge[back] !== id || (steps.get(edge[direction]) ?? -1) >= next) continue;
      steps.set(edge[direction], next);
      queue.push(edge[direction]);
    }
  }
  return steps;
}

function depths(ids: readonly string[], edges: readonly LineageEdge[]): Map<string, number> {
  const depth = new Map<string, number>();
  for (const id of ids) if (!edges.some(({ to }) => to === id)) for (const [reached, steps] of longest(edges, id, 'to')) depth.set(reached, Math.max(steps, depth.get(reached) ?? 0));
  return depth;
}

/** Orders each column by the mean place of what its boxes are tied to, a few times over. */
function untangle(columns: string[][], edges: readonly LineageEdge[]): void {
  const place = new Map<string, number>();
  const note = () => columns.forEach((ids) => ids.forEach((id, at) => place.set(id, (at + 0.5) / ids.length)));
  note();
  for (let turn = 0; turn < 6; turn++) {
    for (const ids of turn % 2 === 0 ? columns : columns.toReversed()) {
      const mean = new Map(ids.map((id) => {
        const tied = edges.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : []));
        return [id, tied.length === 0 ? (place.get(id) ?? 0) : tied.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / tied.length];
      }));
      ids.sort((a, b) => (mean.get(a) ?? 0) - (mean.get(b) ?? 0));
      note();
    }
  }
}

function unique(edges: readonly LineageEdge[]): LineageEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from}\n${edge.to}`, edge])).values()];
}

/** All that a thing is made from (`from`) or that depends on it (`to`) by the least number of steps to it: the nearest first. */
export function stepsFrom(nodes: readonly LineageNode[], edges: readonly LineageEdge[], focus: string, direction: 'from' | 'to'): LineageNode[][] {
  const back = direction === 'from' ? 'to' : 'from';
  const seen = new Set([focus]);
  const steps: LineageNode[][] = [];
  for (let front = [focus]; front.length > 0; ) {
    const next = nodes.filter(({ id }) => !seen.has(id) && edges.some((edge) => edge[direction] === id && front.includes(edge[back])));
    if (next.length > 0) steps.push(next);
    front = next.map(({ id }) => id);
    for (const id of front) seen.add(id);
  }
  return steps;
}
