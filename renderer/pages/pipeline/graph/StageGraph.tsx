import { Box as Area, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { BaseEdge, type Edge, type EdgeProps, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { type KeyboardEvent, useMemo } from 'react';
import type { PipelineStatus, StageName } from '../../../../shared/contract/index.ts';
import { formatSeconds } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import type { StageView } from '../stages.ts';
import { looks, StageStatus } from '../StageStatus.tsx';
import classes from './graph.module.css';
import { type Layout, layoutOf, moveFrom, pathOf, type Point } from './layout.ts';

interface Drawn {
  readonly views: readonly StageView[];
  readonly selected: StageName | null;
  /** The stage that the Tab key comes to. */
  readonly entry: StageName | undefined;
  readonly onSelect: (name: StageName) => void;
  readonly onKey: (name: StageName, event: KeyboardEvent) => void;
}
type StageNode = Node<Drawn & Record<string, unknown>, 'stages'>;
type Wired = Edge<{ points: readonly Point[]; lit: boolean }, 'wire'>;

function Progress({ share }: { readonly share: number | null }) {
  return <span className={classes['progress']} data-known={share !== null || undefined} style={share === null ? {} : { width: `${share * 100}%` }} />;
}

function StageButton({ view, drawn, className, children }: { readonly view: StageView; readonly drawn: Drawn; readonly className: string | undefined; readonly children: React.ReactNode }) {
  const { name, title } = view.stage;
  return (
    <UnstyledButton
      className={`${className ?? ''} nodrag nopan`}
      data-stage={name}
      data-look={view.look}
      aria-pressed={drawn.selected === name}
      tabIndex={drawn.entry === name ? 0 : -1}
      title={`${title}: ${looks[view.look][2]}`}
      onClick={() => drawn.onSelect(name)}
      onKeyDown={(event) => drawn.onKey(name, event)}
    >
      {children}
      {view.look === 'running' && <Progress share={view.share} />}
    </UnstyledButton>
  );
}

function Stages({ data }: NodeProps<StageNode>) {
  const [first] = data.views;
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className={classes['handle'] ?? ''} />
      {data.views.length === 1 && first !== undefined ? (
        <StageButton view={first} drawn={data} className={classes['stage']}>
          <Text size="sm" fw={600} truncate component="span">
            {first.stage.name}
          </Text>
          <StageStatus look={first.look} size="xs" />
          <Text size="xs" c="dimmed" truncate component="span" h={15}>
            {first.seconds === null ? '' : formatSeconds(first.seconds)}
          </Text>
        </StageButton>
      ) : (
        <div className={classes['group']}>
          <Text size="sm" fw={600} className={classes['head']} component="div">
            train
          </Text>
          {data.views.map((view) => (
            <StageButton key={view.stage.name} view={view} drawn={data} className={classes['member']}>
              <Status tone={looks[view.look][0]} />
              <VisuallyHidden>
                {view.stage.name}, {looks[view.look][1]}
              </VisuallyHidden>
              <Text size="xs" truncate component="span" style={{ flex: 1 }} aria-hidden>
                {view.stage.name.replace('train-', '')}
              </Text>
              <Text size="xs" c="dimmed" component="span" style={{ whiteSpace: 'nowrap' }}>
                {view.seconds === null ? '' : formatSeconds(view.seconds)}
              </Text>
            </StageButton>
          ))}
        </div>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} className={classes['handle'] ?? ''} />
    </>
  );
}

const Wire = ({ id, data, markerEnd }: EdgeProps<Wired>) => (
  <BaseEdge id={id} path={pathOf(data?.points ?? [])} {...(markerEnd === undefined ? {} : { markerEnd })} className={classes[data?.lit === true ? 'lit' : 'wire'] ?? ''} />
);

const nodeTypes = { stages: Stages };
const edgeTypes = { wire: Wire };

interface StageGraphProps {
  readonly status: PipelineStatus;
  readonly views: readonly StageView[];
  readonly selected: StageName | null;
  readonly onSelect: (name: StageName) => void;
}

/** The stages from left to right, as wide as there is room, never zoomed. Arrow keys go along the arrows, Enter selects. */
export default function StageGraph({ status, views, selected, onSelect }: StageGraphProps) {
  const { ref, width } = useElementSize();
  const layout = useMemo(() => layoutOf(status, Math.max(0, width - 4)), [status, width]);
  const byName = new Map(views.map((view) => [view.stage.name, view]));
  const entry = selected ?? views[0]?.stage.name;
  const onKey = (name: StageName, event: KeyboardEvent) => {
    const to = moveFrom(layout, name, event.key);
    if (to === undefined) return;
    event.preventDefault();
    event.currentTarget.closest('section')?.querySelector<HTMLElement>(`[data-stage="${to}"]`)?.focus();
  };
  return (
    <Area ref={ref} className={classes['graph']} h={layout.height + 8}>
      <section aria-label="Stages as a graph; arrow keys go along it" style={{ width: Math.max(width, layout.width + 4), height: layout.height + 4 }}>
        {width > 0 && (
          <ReactFlow
            nodes={nodesOf(layout, byName, { selected, entry, onSelect, onKey })}
            edges={edgesOf(layout, selected)}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            minZoom={1}
            maxZoom={1}
            defaultViewport={{ x: 2, y: 2, zoom: 1 }}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            panOnDrag={false}
            panOnScroll={false}
            zoomOnScroll={false}
            zoomOnPinch={false}
            zoomOnDoubleClick={false}
            preventScrolling={false}
            autoPanOnNodeFocus={false}
            disableKeyboardA11y
            proOptions={{ hideAttribution: true }}
          />
        )}
      </section>
    </Area>
  );
}

function nodesOf(layout: Layout, byName: ReadonlyMap<StageName, StageView>, drawn: Omit<Drawn, 'views'>): StageNode[] {
  return layout.boxes.map(({ id, stages, x, y, width, height }) => ({
    id, type: 'stages', position: { x, y }, width, height,
    data: { ...drawn, views: stages.flatMap((name) => byName.get(name) ?? []) },
  }));
}

function edgesOf(layout: Layout, selected: StageName | null): Wired[] {
  const own = layout.boxes.find(({ stages }) => selected !== null && stages.includes(selected))?.id;
  return layout.wires.map(({ id, from, to, points }) => {
    const lit = own !== undefined && (from === own || to === own);
    const color = lit ? 'var(--mantine-color-anchor)' : 'var(--rb-wire)';
    return { id, source: from, target: to, type: 'wire', data: { points, lit }, focusable: false, selectable: false, zIndex: lit ? 1 : 0, markerEnd: { type: MarkerType.ArrowClosed, width: 12, height: 12, color } };
  });
}
