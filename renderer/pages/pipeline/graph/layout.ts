import type { PipelineStatus, StageName } from '../../../../shared/contract/index.ts';
import { columnsOf } from '../stages.ts';

/** A box of the drawing: one stage, or the stages of a column that train, one below the other. */
export interface Box {
  readonly id: string;
  readonly stages: readonly StageName[];
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export type Point = readonly [x: number, y: number];
export interface Wire {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly tables: readonly string[];
  readonly points: readonly Point[];
}
export interface Layout {
  readonly boxes: readonly Box[];
  readonly wires: readonly Wire[];
  readonly width: number;
  readonly height: number;
}

export const SINGLE = 62;
export const GROUP_HEAD = 26;
export const GROUP_ROW = 26;
const GROUP_FOOT = 6;
const EXTRA = 30; // how much wider a group is than a single box
const [NARROWEST, WIDEST] = [84, 180];
const [GAP, WIDEST_GAP] = [16, 64];
const BETWEEN = 12;
const LANE = 12;
const PREFIX = 'train-';

interface Grouped {
  readonly id: string;
  readonly column: number;
  readonly stages: StageName[];
}

/**
 * Places the stages from left to right within `width` pixels. A stage stands to the right of all that it reads; stages
 * that train and stand in one column share a box. Arrows that a longer way says already are left out; an arrow past a
 * column goes below that column's boxes.
 */
export function layoutOf(status: Pick<PipelineStatus, 'stages' | 'edges'>, width: number): Layout {
  const groups = groupsOf(status);
  const groupOf = new Map(groups.flatMap((group) => group.stages.map((name) => [name, group] as const)));
  const links = reduced(linksOf(status.edges, groupOf));
  const count = Math.max(0, ...groups.map(({ column }) => column)) + 1;
  const wide = new Set(groups.filter(({ stages }) => stages.length > 1).map(({ column }) => column));
  const single = clamp((width - (count - 1) * GAP - wide.size * EXTRA) / count, NARROWEST, WIDEST);
  const gap = count === 1 ? 0 : clamp((width - count * single - wide.size * EXTRA) / (count - 1), GAP, WIDEST_GAP);

  const columns = Array.from({ length: count }, (_, column) => groups.filter((group) => group.column === column));
  const heights = columns.map((column) => column.reduce((sum, group) => sum + heightOf(group), 0) + Math.max(0, column.length - 1) * BETWEEN);
  const tallest = Math.max(0, ...heights);
  let left = 0;
  const boxes = columns.flatMap((column, at) => {
    const boxWidth = single + (wide.has(at) ? EXTRA : 0);
    let top = Math.round((tallest - (heights[at] ?? 0)) / 2);
    const placed = column.map(({ id, stages, column: own }): Box => {
      const box = { id, stages, column: own, x: left, y: top, width: boxWidth, height: heightOf({ stages }) };
      top += box.height + BETWEEN;
      return box;
    });
    left += boxWidth + gap;
    return placed;
  });
  const byId = new Map(boxes.map((box) => [box.id, box]));
  let lanes = 0;
  let lowest = tallest;
  const wires = links.flatMap(({ from, to, tables }): Wire[] => {
    const [a, b] = [byId.get(from), byId.get(to)];
    if (a === undefined || b === undefined) return [];
    const [start, end]: [Point, Point] = [[a.x + a.width, a.y + a.height / 2], [b.x, b.y + b.height / 2]];
    const bend = end[0] - gap / 2;
    const points: Point[] = [start];
    if (b.column === a.column + 1) {
      points.push([bend, start[1]], [bend, end[1]]);
    } else {
      const passed = boxes.filter(({ column }) => column > a.column && column < b.column);
      const lane = Math.max(...passed.map(({ y, height }) => y + height)) + LANE * ++lanes;
      lowest = Math.max(lowest, lane + 2);
      const leave = start[0] + gap / 2;
      points.push([leave, start[1]], [leave, lane], [bend, lane], [bend, end[1]]);
    }
    return [{ id: `${from}>${to}`, from, to, tables, points: [...points, end] }];
  });
  return { boxes, wires, width: Math.max(0, left - gap), height: lowest };
}

function groupsOf(status: Pick<PipelineStatus, 'stages' | 'edges'>): Grouped[] {
  const columns = columnsOf(status);
  const groups = new Map<string, Grouped>();
  for (const { name } of status.stages) {
    const column = columns.get(name) ?? 0;
    const id = name.startsWith(PREFIX) ? `${PREFIX}${column}` : name;
    const group = groups.get(id) ?? { id, column, stages: [] };
    group.stages.push(name);
    groups.set(id, group);
  }
  return [...groups.values()];
}

interface Link {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly string[];
}

function linksOf(edges: PipelineStatus['edges'], groupOf: ReadonlyMap<StageName, Grouped>): Link[] {
  const links = new Map<string, Link>();
  for (const edge of edges) {
    const [from, to] = [groupOf.get(edge.from)?.id, groupOf.get(edge.to)?.id];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from}>${to}`;
    links.set(key, { from, to, tables: [...new Set([...(links.get(key)?.tables ?? []), ...edge.tables])] });
  }
  return [...links.values()];
}

function reduced(links: readonly Link[]): Link[] {
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set([from]);
    for (const at of seen) for (const link of links) if (link.from === at) seen.add(link.to);
    return seen.has(to);
  };
  return links.filter(({ from, to }) => !links.some((link) => link.from === from && link.to !== to && reaches(link.to, to)));
}

const heightOf = ({ stages }: Pick<Grouped, 'stages'>): number => (stages.length === 1 ? SINGLE : GROUP_HEAD + stages.length * GROUP_ROW + GROUP_FOOT);
const clamp = (value: number, low: number, high: number) => Math.floor(Math.min(high, Math.max(low, value)));

/** A line through the points with round corners, as an SVG path. */
export function pathOf(points: readonly Point[], radius = 6): string {
  return points
    .map(([x, y], i) => {
      const [before, after] = [points[i - 1], points[i + 1]];
      if (before === undefined) return `M${x},${y}`;
      if (after === undefined) return `L${x},${y}`;
      const towards = ([toX, toY]: Point) => {
        const length = Math.hypot(toX - x, toY - y);
        const part = length === 0 ? 0 : Math.min(radius, length / 2) / length;
        return `${x + (toX - x) * part},${y + (toY - y) * part}`;
      };
      return `L${towards(before)} Q${x},${y} ${towards(after)}`;
    })
    .join(' ');
}

const middleOf = (layout: Layout, name: StageName): { box: Box; y: number } | undefined => {
  const box = layout.boxes.find(({ stages }) => stages.includes(name));
  if (box === undefined) return undefined;
  return { box, y: box.stages.length === 1 ? box.y + box.height / 2 : box.y + GROUP_HEAD + (box.stages.indexOf(name) + 0.5) * GROUP_ROW };
};

/** Where an arrow key leads from a stage: along the arrows to the left and right, else to the next column; up and down within the column. */
export function moveFrom(layout: Layout, name: StageName, key: string): StageName | undefined {
  const here = middleOf(layout, name);
  if (here === undefined) return undefined;
  const all = layout.boxes.flatMap(({ stages }) => stages);
  if (key === 'Home') return all[0];
  if (key === 'End') return all.at(-1);
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const column = layout.boxes.filter(({ column: at }) => at === here.box.column).flatMap(({ stages }) => stages);
    return column[column.indexOf(name) + (key === 'ArrowUp' ? -1 : 1)];
  }
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
  const right = key === 'ArrowRight';
  const linked = layout.wires.filter((wire) => (right ? wire.from : wire.to) === here.box.id).map((wire) => (right ? wire.to : wire.from));
  const near = layout.boxes.filter(({ id, column }) => (linked.length > 0 ? linked.includes(id) : column === here.box.column + (right ? 1 : -1)));
  return near
    .flatMap(({ stages }) => stages)
    .toSorted((a, b) => Math.abs((middleOf(layout, a)?.y ?? 0) - here.y) - Math.abs((middleOf(layout, b)?.y ?? 0) - here.y))[0];
}
