import { Box, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type BuiltInEdge, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import type { PipelineStatus, StageName } from '../../../shared/contract/pipeline.ts';
import { formatCompact, formatSeconds } from '../../components/format.ts';
import classes from './pipeline.module.css';
import { StageStatus } from './StageStatus.tsx';
import { columnsOf, drawnEdges, type StageView } from './stages.ts';

const HEIGHT = 96;
const GAP_Y = 20;
const [NARROWEST, WIDEST] = [120, 190];
const [GAP, WIDEST_GAP] = [24, 64];

type StageNode = Node<{ view: StageView; selected: boolean; onSelect: (name: StageName) => void }, 'stage'>;

function StageBox({ data: { view, selected, onSelect } }: NodeProps<StageNode>) {
  const { stage, look, rows, seconds } = view;
  return (
    <UnstyledButton className={`${classes['stage']} nodrag nopan`} data-look={look} aria-pressed={selected} title={stage.title} onClick={() => onSelect(stage.name)}>
      <Handle type="target" position={Position.Left} isConnectable={false} className={classes['handle'] ?? ''} />
      <Text fw={600} tt="capitalize" truncate>
        {stage.name}
      </Text>
      <StageStatus look={look} />
      <Text size="xs" c="dimmed" truncate h={15}>
        {rows === null ? '' : `${formatCompact(rows)} rows`}
      </Text>
      <Text size="xs" c="dimmed" h={15}>
        {seconds === null ? '' : formatSeconds(seconds)}
      </Text>
      <Handle type="source" position={Position.Right} isConnectable={false} className={classes['handle'] ?? ''} />
    </UnstyledButton>
  );
}
const nodeTypes = { stage: StageBox };

interface StageGraphProps {
  readonly status: PipelineStatus;
  readonly views: readonly StageView[];
  readonly selected: StageName | null;
  readonly onSelect: (name: StageName) => void;
}

/** The stages from left to right, as wide as there is room, never zoomed. The table below says the same in words. */
export default function StageGraph({ status, views, selected, onSelect }: StageGraphProps) {
  const { ref, width } = useElementSize();
  const columns = columnsOf(status);
  const count = Math.max(1, ...[...columns.values()].map((column) => column + 1));
  const boxWidth = Math.min(WIDEST, Math.max(NARROWEST, Math.floor((width - 2) / count - GAP)));
  const gap = count === 1 ? 0 : Math.min(WIDEST_GAP, Math.max(GAP, Math.floor((width - 2 - count * boxWidth) / (count - 1))));
  const filled = new Map<number, number>();
  const nodes = views.map((view): StageNode => {
    const column = columns.get(view.stage.name) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return {
      id: view.stage.name,
      type: 'stage',
      position: { x: column * (boxWidth + gap) + 1, y: row * (HEIGHT + GAP_Y) + 1 },
      width: boxWidth,
      height: HEIGHT,
      data: { view, selected: selected === view.stage.name, onSelect },
    };
  });
  const edges = drawnEdges(status).map(({ from, to }): BuiltInEdge => {
    // Bends in the gap before its target, so that it passes under no other stage.
    const pathOptions = { offset: gap / 2 - 4, stepPosition: 1 };
    return { id: `${from}-${to}`, source: from, target: to, type: 'smoothstep', pathOptions, focusable: false, selectable: false, markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 } };
  });
  const height = Math.max(1, ...filled.values()) * (HEIGHT + GAP_Y) - GAP_Y + 2;
  return (
    <Box ref={ref} className={classes['graph']} h={height + 6}>
      <div style={{ width: Math.max(width, count * (boxWidth + gap) - gap + 2), height }}>
        {width > 0 && (
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            minZoom={1}
            maxZoom={1}
            defaultViewport={{ x: 0, y: 0, zoom: 1 }}
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
      <VisuallyHidden>The arrows show which stage reads the tables of which; the plan below lists the same stages with their reasons.</VisuallyHidden>
    </Box>
  );
}
