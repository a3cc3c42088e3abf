import { ActionIcon, Menu, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { Plan, PlannedStage, Reason, StageName } from '../../../../shared/contract/pipeline.ts';
import { formatCount, formatSeconds } from '../../../components/format.ts';
import classes from '../pipeline.module.css';
import { StageStatus } from '../StageStatus.tsx';
import { reasonText, type StageView } from '../stages.ts';
import { actionWords, type Asked } from './plan.ts';

const REASONS = 2;

interface PlanTableProps {
  readonly views: readonly StageView[];
  readonly plan: Plan | undefined;
  readonly selected: StageName | null;
  readonly onSelect: (name: StageName) => void;
  readonly running: boolean;
  readonly onRun: (asked: Partial<Asked>) => void;
}

/** Each stage with its state, what the run asked for would do with it, why, and how long it took the last time. */
export function PlanTable({ views, plan, selected, onSelect, running, onRun }: PlanTableProps) {
  const planned = new Map(plan?.stages.map((stage) => [stage.name, stage]));
  return (
    <Table aria-label="Stages" verticalSpacing={4} layout="fixed" className={classes['plan'] ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={132}>Stage</Table.Th>
          <Table.Th w={112}>State</Table.Th>
          <Table.Th w={118}>{running ? '' : 'A run'}</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th w={92} ta="right" className={classes['extra'] ?? ''}>
            Rows
          </Table.Th>
          <Table.Th w={84} ta="right">
            {running ? 'Time' : 'Last time'}
          </Table.Th>
          <Table.Th w={40}>
            <VisuallyHidden>Run parts</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {views.map((view) => (
          <PlanRow key={view.stage.name} view={view} planned={planned.get(view.stage.name)} selected={view.stage.name === selected} onSelect={onSelect} running={running} onRun={onRun} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface PlanRowProps extends Pick<PlanTableProps, 'onSelect' | 'running' | 'onRun'> {
  readonly view: StageView;
  readonly planned: PlannedStage | undefined;
  readonly selected: boolean;
}

function PlanRow({ view: { stage, look, rows, seconds, error }, planned, selected, onSelect, running, onRun }: PlanRowProps) {
  const { name } = stage;
  const acts = planned?.action === 'run' || planned?.action === 'restore';
  return (
    <Table.Tr className={classes['row']} data-selected={selected} onClick={() => onSelect(name)}>
      <Table.Td>
        <UnstyledButton fz="sm" fw={500} aria-expanded={selected} title={stage.title}>
          {name}
        </UnstyledButton>
      </Table.Td>
      <Table.Td>
        <StageStatus look={look} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" c={acts && !running ? 'var(--mantine-color-text)' : 'dimmed'}>
          {planned === undefined || running ? '' : actionWords(planned)}
        </Text>
      </Table.Td>
      <Table.Td className={classes['reasons']}>
        {error !== null && (
          <Text size="sm" c={look === 'blocked' ? 'var(--rb-warn)' : 'var(--rb-bad)'} lineClamp={2} title={error.message}>
            {error.message}
          </Text>
        )}
        {!running && error === null && <Reasons reasons={planned?.reasons ?? stage.reasons} forced={planned?.action === 'run'} />}
      </Table.Td>
      <Table.Td className={`rb-number ${classes['extra'] ?? ''}`}>{rows === null ? '' : formatCount(rows)}</Table.Td>
      <Table.Td className="rb-number">{seconds === null ? '' : formatSeconds(seconds)}</Table.Td>
      <Table.Td onClick={(event) => event.stopPropagation()}>
        <Menu position="bottom-end" withInitialFocusPlaceholder={false} disabled={running}>
          <Menu.Target>
            <ActionIcon size="sm" aria-label={`Run parts: ${name}`} disabled={running} style={running ? { visibility: 'hidden' } : {}}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onRun({ scope: 'from', stage: name })}>Run from here on</Menu.Item>
            <Menu.Item onClick={() => onRun({ scope: 'downstream', stage: name })}>Run this stage and what needs it</Menu.Item>
            <Menu.Item onClick={() => onRun({ scope: 'only', stage: name })}>Run only this stage</Menu.Item>
            <Menu.Item onClick={() => onRun({ scope: 'only', stage: name, force: true })}>Run only this stage, even if nothing changed</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}

/** The reasons in one line: the first ones in full, and how many there are besides. */
function Reasons({ reasons, forced }: { readonly reasons: readonly Reason[]; readonly forced: boolean }) {
  const more = reasons.length - REASONS;
  const text = reasons.length === 0 ? (forced ? 'asked for, though nothing changed' : '') : `${reasons.slice(0, REASONS).map(reasonText).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return (
    <Text size="sm" c="dimmed" truncate title={reasons.map(reasonText).join('\n')}>
      {text}
    </Text>
  );
}
