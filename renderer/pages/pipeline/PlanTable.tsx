import { ActionIcon, Menu, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { RunRequest, StageName } from '../../../shared/contract/pipeline.ts';
import { formatCount, formatSeconds } from '../../components/format.ts';
import classes from './pipeline.module.css';
import { StageStatus } from './StageStatus.tsx';
import { type Plan, reasonText, type StageView } from './stages.ts';

const planWords: Record<Plan, string> = { runs: 'Will run', 'from cache': 'From the cache', 'nothing to do': 'Nothing to do', 'left out': 'Left out' };
const REASONS = 2;

interface PlanTableProps {
  readonly views: readonly StageView[];
  readonly plan: ReadonlyMap<StageName, Plan>;
  readonly selected: StageName | null;
  readonly onSelect: (name: StageName) => void;
  readonly running: boolean;
  readonly onRun: (request: Partial<RunRequest>) => void;
}

/** Each stage with its state, what a run would do with it and why; while a run is under way, how far it is. */
export function PlanTable({ views, plan, selected, onSelect, running, onRun }: PlanTableProps) {
  return (
    <Table aria-label="Stages" verticalSpacing={6} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={176}>Stage</Table.Th>
          <Table.Th w={110}>State</Table.Th>
          <Table.Th w={120}>Next run</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th>Writes</Table.Th>
          <Table.Th w={100} ta="right">
            Rows
          </Table.Th>
          <Table.Th w={80} ta="right">
            Time
          </Table.Th>
          <Table.Th w={44}>
            <VisuallyHidden>Run parts</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {views.map(({ stage, look, rows, seconds }) => (
          <Table.Tr key={stage.name} className={classes['row']} data-selected={stage.name === selected} onClick={() => onSelect(stage.name)}>
            <Table.Td>
              <Text size="sm" fw={500} tt="capitalize">
                {stage.name}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {stage.title}
              </Text>
            </Table.Td>
            <Table.Td>
              <StageStatus look={look} />
            </Table.Td>
            <Table.Td>
              <Text size="sm" c={plan.get(stage.name) === 'runs' ? 'var(--mantine-color-text)' : 'dimmed'}>
                {running ? '' : planWords[plan.get(stage.name) ?? 'left out']}
              </Text>
            </Table.Td>
            <Table.Td className={classes['reasons']}>
              {stage.reasons.slice(0, stage.name === selected ? undefined : REASONS).map((reason) => (
                <Text key={`${reason.what} ${reason.change}`} size="sm" c="dimmed">
                  {reasonText(reason)}
                </Text>
              ))}
              {stage.name !== selected && stage.reasons.length > REASONS && (
                <Text size="sm" c="dimmed">
                  and {stage.reasons.length - REASONS} more
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <Text size="xs" c="dimmed" ff="monospace" lineClamp={stage.name === selected ? 20 : 2}>
                {stage.writes.join(', ')}
              </Text>
            </Table.Td>
            <Table.Td className="rb-number">{rows === null ? '' : formatCount(rows)}</Table.Td>
            <Table.Td className="rb-number">{seconds === null ? '' : formatSeconds(seconds)}</Table.Td>
            <Table.Td onClick={(event) => event.stopPropagation()}>
              <Menu position="bottom-end" withInitialFocusPlaceholder={false} disabled={running}>
                <Menu.Target>
                  <ActionIcon aria-label={`Run parts: ${stage.name}`} disabled={running} style={running ? { visibility: 'hidden' } : {}}>
                    <IconDots size={16} aria-hidden />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => onRun({ from: stage.name })}>Run from here on</Menu.Item>
                  <Menu.Item onClick={() => onRun({ only: stage.name })}>Run only this stage</Menu.Item>
                  <Menu.Item onClick={() => onRun({ only: stage.name, force: true })}>Run only this stage, even if nothing changed</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
