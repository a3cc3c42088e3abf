import { Box, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type BuiltInEdge, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useEffect, useMemo, useRef } from 'react';
import type { LineageEdge, LineageNode } from '../../../shared/contract/lineage.ts';
import { formatUnits } from '../../components/format.ts';
import { type Box as DrawnBox, drawing } from './layout.ts';
import classes from './lineage.module.css';
import { hrefOf, KindIcon, kindWord, shortName, sizeOf } from './things.tsx';

const HEIGHT = 46;
const GAP_Y = 14;
const [NARROWEST, WIDEST] = [116, 200];
const [GAP, WIDEST_GAP] = [26, 72];

type ThingNode = Node<{ box: DrawnBox; focus: boolean }, 'thing'>;

const stale = (things: readonly LineageNode[]): 'changed' | 'missing' | undefined => (things.some(({ state, marked }) => state === 'changed' || marked) ? 'changed' : things.every(({ state }) => state === 'missing') ? 'missing' : undefined);

function ThingBox({ data: { box, focus } }: NodeProps<ThingNode>) {
  const { things } = box;
  const [first] = things;
  if (first === undefined) return null;
  const state = stale(things);
  const content = (name: string, note: string) => (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className={classes['handle'] ?? ''} />
      <Group gap={6} wrap="nowrap">
        <KindIcon kind={first.kind} />
        <Text fw={600} size="sm" truncate>
          {name}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {note}
        {state === 'changed' ? ' · out of date' : state === 'missing' ? ' · not made yet' : ''}
      </Text>
      <Handle type="source" position={Position.Right} isConnectable={false} className={classes['handle'] ?? ''} />
    </>
  );
  if (things.length === 1)
    return (
      <UnstyledButton component="a" href={hrefOf(first)} className={`${classes['thing']} nodrag nopan`} data-state={state} aria-current={focus ? 'true' : undefined} title={`${kindWord(first.kind)} ${first.name}`}>
        {content(shortName(first), sizeOf(first))}
      </UnstyledButton>
    );
  const names = things.map(shortName);
  return (
    <Menu position="bottom" withinPortal>
      <Menu.Target>
        <UnstyledButton className={`${classes['thing']} nodrag nopan`} data-state={state} data-several title={names.join(', ')}>
          {content(names.join(', '), formatUnits(things.length, kindWord(first.kind).toLowerCase()))}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {things.map((thing) => (
          <Menu.Item key={thing.id} component="a" href={hrefOf(thing)} leftSection={<KindIcon kind={thing.kind} />} rightSection={<Text size="xs" c="dimmed">{sizeOf(thing)}</Text>}>
            {thing.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
const nodeTypes = { thing: ThingBox };

/** What the focus is made from, to its left, and what depends on it, to its right. The list says the same in words. */
export default function LineageGraph({ nodes: things, edges: ties, focus }: { readonly nodes: readonly LineageNode[]; readonly edges: readonly LineageEdge[]; readonly focus: string | null }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const both = useMergedRef(ref, scroller);
  const drawn = useMemo(() => drawing(things, ties, focus), [things, ties, focus]);
  const { columns, rows } = drawn;
  const boxWidth = Math.min(WIDEST, Math.max(NARROWEST, Math.floor((width - 2) / columns - GAP)));
  const gap = columns < 2 ? 0 : Math.min(WIDEST_GAP, Math.max(GAP, Math.floor((width - 2 - columns * boxWidth) / (columns - 1))));
  const height = Math.max(1, rows) * (HEIGHT + GAP_Y) - GAP_Y + 4;
  const full = columns * (boxWidth + gap) - gap + 2;
  const focused = drawn.boxes.find(({ id }) => id === focus);
  const leftOf = (column: number) => column * (boxWidth + gap) + 1;

  // What is asked about stands in the middle of what is to be seen.
  const left = focused === undefined || width === 0 ? undefined : leftOf(focused.column) + boxWidth / 2 - width / 2;
  useEffect(() => {
    if (left !== undefined) scroller.current?.scrollTo({ left });
  }, [left]);

  const nodes = drawn.boxes.map((box): ThingNode => {
    const inColumn = drawn.boxes.filter(({ column }) => column === box.column).length;
    const top = (height - (inColumn * (HEIGHT + GAP_Y) - GAP_Y)) / 2;
    return { id: box.id, type: 'thing', position: { x: leftOf(box.column), y: top + box.row * (HEIGHT + GAP_Y) }, width: boxWidth, height: HEIGHT, data: { box, focus: box.id === focus } };
  });
  const near = (edge: LineageEdge) => focus === null || edge.from === focus || edge.to === focus;
  const edges = drawn.edges.map((edge): BuiltInEdge => ({
    id: `${edge.from}\n${edge.to}`, source: edge.from, target: edge.to, type: 'default', focusable: false, selectable: false, ...(near(edge) ? {} : { className: classes['far'] ?? '' }),
    markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
  }));
  return (
    <Box component="section" ref={both} className={classes['graph']} aria-label="Graph of what is made from what">
      <div style={{ width: Math.max(width, full), height, margin: '0 auto' }}>
        {width > 0 && (
          <ReactFlow
            key={`${focus ?? ''} ${full} ${height}`}
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            minZoom={1}
            maxZoom={1}
            defaultViewport={{ x: Math.max(0, (width - full) / 2), y: 0, zoom: 1 }}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            panOnDrag={false}
            zoomOnScroll={false}
            zoomOnPinch={false}
            zoomOnDoubleClick={false}
            preventScrolling={false}
            disableKeyboardA11y
            proOptions={{ hideAttribution: true }}
          />
        )}
      </div>
    </Box>
  );
}
