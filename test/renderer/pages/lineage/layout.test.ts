import { array, assert, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { drawing, stepsFrom } from '../../../../renderer/pages/lineage/layout.ts';
import type { LineageNode } from '../../../../shared/contract/lineage.ts';

const node = (name: string): LineageNode => ({ id: `table:${name}`, kind: 'table', name, title: name, stage: null, run: null, rows: 1, state: 'current', marked: false });
const edge = (from: string, to: string) => ({ from: `table:${from}`, to: `table:${to}` });

test('the focus stands between what it is made from and what depends on it; things that are used alike stand in one box', () => {
  const nodes = ['file', 'raw', 'fixes', 'quarantine', 'ratings', 'a', 'b', 'features'].map(node);
  const edges = [edge('file', 'raw'), edge('raw', 'fixes'), edge('raw', 'quarantine'), edge('raw', 'ratings'), edge('fixes', 'ratings'), edge('quarantine', 'ratings'), edge('ratings', 'a'), edge('ratings', 'b'), edge('ratings', 'features'), edge('features', 'a'), edge('features', 'b')];
  const { boxes, columns, edges: ties } = drawing(nodes, edges, 'table:ratings');
  expect(boxes.map(({ things, column }) => [things.map(({ name }) => name).join(' '), column])).toEqual([['file', 0], ['raw', 1], ['fixes quarantine', 2], ['ratings', 3], ['features', 4], ['a b', 5]]);
  expect(columns).toBe(6);
  expect(ties).toHaveLength(7);
  expect(stepsFrom(nodes, edges, 'table:ratings', 'from').map((step) => step.map(({ name }) => name))).toEqual([['raw', 'fixes', 'quarantine'], ['file']]);
});

test('whatever the graph, every thing is drawn once and every arrow points to the right', () => {
  assert(property(array(tuple(integer({ min: 0, max: 14 }), integer({ min: 0, max: 14 })), { maxLength: 40 }), integer({ min: 0, max: 14 }), (pairs, at) => {
    const all = Array.from({ length: 15 }, (_, i) => node(String(i)));
    const edges = pairs.filter(([a, b]) => a !== b).map(([a, b]) => edge(String(Math.min(a, b)), String(Math.max(a, b))));
    const focus = `table:${at}`;
    const reached = new Set([focus, ...(['from', 'to'] as const).flatMap((side) => stepsFrom(all, edges, focus, side).flat().map(({ id }) => id))]);
    for (const [nodes, centre] of [[all.filter(({ id }) => reached.has(id)), focus], [all, null]] as const) {
      const drawn = drawing(nodes, edges, centre);
      expect(drawn.boxes.flatMap(({ things }) => things.map(({ id }) => id)).toSorted()).toEqual(nodes.map(({ id }) => id).toSorted());
      const column = new Map(drawn.boxes.map((box) => [box.id, box.column]));
      for (const { from, to } of drawn.edges) expect((column.get(from) ?? 0) < (column.get(to) ?? 0)).toBe(true);
      expect(new Set(drawn.boxes.map((box) => `${box.column} ${box.row}`)).size).toBe(drawn.boxes.length);
    }
  }), { numRuns: 200 });
});
