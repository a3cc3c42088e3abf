import type { RuleResult } from '../../../shared/contract/index.ts';
import { Code, Group, Stack, Switch, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { formatCount } from '../../components/format.ts';
import classes from './quality.module.css';
import { SeverityMark, StatusMark } from './marks.tsx';
import { type RuleColumn, type RuleOrder } from './rules.ts';
import { ShareBar } from './ShareBar.tsx';

interface RulesTableProps {
  rules: readonly RuleResult[];
  selected: string | null;
  onSelect: (rule: string) => void;
  order: RuleOrder;
  onOrder: (order: RuleOrder) => void;
  onFix: (rule: string, on: boolean) => void;
}

const columns: readonly { column: RuleColumn; title: string; right?: boolean; detail?: boolean }[] = [
  { column: 'status', title: 'Status' },
  { column: 'id', title: 'Rule' },
  { column: 'column', title: 'Column', detail: true },
  { column: 'dimension', title: 'Dimension', detail: true },
  { column: 'severity', title: 'Severity', detail: true },
  { column: 'unit', title: 'Unit', detail: true },
  { column: 'checked', title: 'Checked', right: true, detail: true },
  { column: 'failed', title: 'Failed', right: true },
  { column: 'share', title: 'Share', right: true },
];

const barColor = { fail: 'var(--rb-bad)', warn: 'var(--rb-warn)', info: 'var(--rb-series-1)', pass: 'var(--rb-good)' } as const;

/** All rules with what they found. Arrow keys move between rules, Enter opens one. */
export function RulesTable({ rules, selected, onSelect, order, onOrder, onFix }: RulesTableProps) {
  const moveFocus = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button[data-rule]')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus();
  };
  return (
    <Table className={classes['rules']} highlightOnHover verticalSpacing={5} horizontalSpacing="sm" aria-label="Rules">
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ column, title, right, detail }) => (
            <Table.Th
              key={column}
              className={detail ? classes['detail'] : undefined}
              aria-sort={order.column === column ? (order.descending ? 'descending' : 'ascending') : 'none'}
            >
              <UnstyledButton
                className={classes['sort']}
                data-right={right}
                onClick={() => onOrder({ column, descending: order.column === column ? !order.descending : right === true })}
              >
                {title}
                {order.column !== column ? (
                  <IconArrowsSort size={12} aria-hidden opacity={0.35} />
                ) : order.descending ? (
                  <IconArrowDown size={12} aria-hidden />
                ) : (
                  <IconArrowUp size={12} aria-hidden />
                )}
              </UnstyledButton>
            </Table.Th>
          ))}
          <Table.Th className={classes['detail']}>Fix</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody onKeyDown={moveFocus}>
        {rules.map((rule) => (
          <Table.Tr key={rule.id} data-selected={rule.id === selected} className={classes['row']} onClick={() => onSelect(rule.id)}>
            <Table.Td>
              <StatusMark status={rule.status} />
            </Table.Td>
            <Table.Td className={classes['name']}>
              <UnstyledButton data-rule={rule.id} aria-pressed={rule.id === selected} className={classes['open']}>
                <Stack gap={0}>
                  <Text size="sm" truncate>
                    {rule.title}
                  </Text>
                  <Text size="xs" c="dimmed" ff="monospace" truncate>
                    {rule.id}
                  </Text>
                </Stack>
              </UnstyledButton>
            </Table.Td>
            <Table.Td className={classes['detail']}>
              <Code>{rule.column === null ? rule.table : `${rule.table}.${rule.column}`}</Code>
            </Table.Td>
            <Table.Td className={classes['detail']}>{rule.dimension}</Table.Td>
            <Table.Td className={classes['detail']}>
              <SeverityMark severity={rule.severity} />
            </Table.Td>
            <Table.Td className={classes['detail']}>{rule.unit}</Table.Td>
            <Table.Td className={`${classes['number']} ${classes['detail']}`}>{formatCount(rule.checked)}</Table.Td>
            <Table.Td className={classes['number']}>{formatCount(rule.failed)}</Table.Td>
            <Table.Td className={classes['number']}>
              <ShareBar part={rule.failed} all={rule.checked} color={barColor[rule.status]} />
            </Table.Td>
            <Table.Td className={classes['detail']} onClick={(event) => event.stopPropagation()}>
              {rule.fix === undefined ? (
                <Text size="sm" c="dimmed">
                  none
                </Text>
              ) : (
                <Group gap={6} wrap="nowrap">
                  <Switch size="xs" checked={rule.fixEnabled} aria-label={`Fix of ${rule.id}: ${rule.fix}`} onChange={(event) => onFix(rule.id, event.currentTarget.checked)} />
                  <Text size="sm" truncate maw={160} title={rule.fix}>
                    {rule.fix}
                  </Text>
                </Group>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
