import { Group, Stack, Switch, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { RuleResult } from '../../../shared/contract/quality.ts';
import { formatCount } from '../../components/format.ts';
import { SeverityMark, StatusMark } from './marks.tsx';
import { moveBetweenRules } from './move-between-rules.ts';
import classes from './quality.module.css';
import type { RuleColumn, RuleOrder } from './rules.ts';
import { ShareBar } from './ShareBar.tsx';

interface RulesTableProps {
  readonly rules: readonly RuleResult[];
  readonly selected: string | null;
  readonly onSelect: (rule: string) => void;
  readonly order: RuleOrder;
  readonly onOrder: (order: RuleOrder) => void;
  readonly onFix: (rule: string, on: boolean) => void;
}

interface Heading {
  readonly sorts: readonly { readonly column: RuleColumn; readonly title: string }[];
  readonly width?: number;
  readonly right?: boolean;
  /** Given up where the table is narrow, because the panel beside it says it. */
  readonly detail?: boolean;
}

const headings: readonly Heading[] = [
  { sorts: [{ column: 'status', title: 'Status' }], width: 76 },
  { sorts: [{ column: 'id', title: 'Rule' }] },
  { sorts: [{ column: 'column', title: 'Column' }, { column: 'unit', title: 'Unit' }], width: 136, detail: true },
  { sorts: [{ column: 'dimension', title: 'Dimension' }], width: 104, detail: true },
  { sorts: [{ column: 'severity', title: 'Severity' }], width: 92, detail: true },
  { sorts: [{ column: 'checked', title: 'Checked' }], width: 84, right: true, detail: true },
  { sorts: [{ column: 'failed', title: 'Failed' }], width: 76, right: true },
  { sorts: [{ column: 'share', title: 'Share' }], width: 126, right: true },
];

const barColor = { fail: 'var(--rb-bad)', warn: 'var(--rb-warn)', info: 'var(--rb-series-1)', pass: 'var(--rb-good)' } as const;

/** All rules with what they found. Arrow keys move between rules, Enter opens one. */
export function RulesTable({ rules, selected, onSelect, order, onOrder, onFix }: RulesTableProps) {
  return (
    <Table className={classes['rules'] ?? ''} highlightOnHover layout="fixed" horizontalSpacing={8} aria-label="Rules">
      <Table.Thead>
        <Table.Tr>
          {headings.map(({ sorts, width, right, detail }) => {
            const sorted = sorts.some(({ column }) => column === order.column);
            return (
              <Table.Th
                key={sorts[0]?.column}
                {...(width === undefined ? {} : { w: width })}
                className={(detail === true ? classes['detail'] : undefined) ?? ''}
                aria-sort={sorted ? (order.descending ? 'descending' : 'ascending') : 'none'}
              >
                <Group gap={8} wrap="nowrap" justify={right === true ? 'flex-end' : 'flex-start'}>
                  {sorts.map(({ column, title }) => (
                    <SortButton key={column} title={title} state={order.column === column ? order.descending : null} onClick={() => onOrder({ column, descending: order.column === column ? !order.descending : right === true })} />
                  ))}
                </Group>
              </Table.Th>
            );
          })}
          <Table.Th w={132} className={classes['detail'] ?? ''}>
            <span className={classes['sort']}>Fix</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody onKeyDown={moveBetweenRules}>
        {rules.map((rule) => (
          <RuleRow key={rule.id} rule={rule} selected={rule.id === selected} onSelect={onSelect} onFix={onFix} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const withoutStop = (sentence: string) => sentence.replace(/\.$/, '');

function SortButton({ title, state, onClick }: { readonly title: string; readonly state: boolean | null; readonly onClick: () => void }) {
  const Icon = state === null ? IconArrowsSort : state ? IconArrowDown : IconArrowUp;
  return (
    <UnstyledButton className={classes['sort'] ?? ''} onClick={onClick}>
      {title}
      <Icon size={12} aria-hidden opacity={state === null ? 0.35 : 1} />
    </UnstyledButton>
  );
}

interface RuleRowProps {
  readonly rule: RuleResult;
  readonly selected: boolean;
  readonly onSelect: (rule: string) => void;
  readonly onFix: (rule: string, on: boolean) => void;
}

function RuleRow({ rule, selected, onSelect, onFix }: RuleRowProps) {
  const place = rule.column === null ? rule.table : `${rule.table}.${rule.column}`;
  return (
    <Table.Tr data-selected={selected} className={classes['row'] ?? ''} onClick={() => onSelect(rule.id)}>
      <Table.Td>
        <StatusMark status={rule.status} />
      </Table.Td>
      <Table.Td>
        <UnstyledButton data-rule={rule.id} aria-pressed={selected} className={classes['open'] ?? ''}>
          <Stack gap={0}>
            <Text size="sm" truncate title={rule.title}>
              {rule.title}
            </Text>
            <Text size="xs" c="dimmed" ff="monospace" truncate title={rule.id}>
              {rule.id}
            </Text>
          </Stack>
        </UnstyledButton>
      </Table.Td>
      <Table.Td className={classes['detail'] ?? ''}>
        <Text size="xs" ff="monospace" truncate title={place}>
          {place}
        </Text>
        <Text size="xs" c="dimmed">
          by {rule.unit}
        </Text>
      </Table.Td>
      <Table.Td className={classes['detail'] ?? ''}>{rule.dimension}</Table.Td>
      <Table.Td className={classes['detail'] ?? ''}>
        <SeverityMark severity={rule.severity} />
      </Table.Td>
      <Table.Td className={`rb-number ${classes['detail']}`}>{formatCount(rule.checked)}</Table.Td>
      <Table.Td className="rb-number">{formatCount(rule.failed)}</Table.Td>
      <Table.Td className="rb-number">
        <ShareBar part={rule.failed} all={rule.checked} color={barColor[rule.status]} />
      </Table.Td>
      <Table.Td className={classes['detail'] ?? ''} onClick={(event) => event.stopPropagation()}>
        {rule.fix === undefined ? (
          <Text size="sm" c="dimmed">
            none
          </Text>
        ) : (
          <Group gap={6} wrap="nowrap">
            <Switch checked={rule.fixEnabled} aria-label={`Fix of ${rule.id}: ${rule.fix}`} onChange={(event) => onFix(rule.id, event.currentTarget.checked)} />
            <Text size="xs" lineClamp={2} title={rule.fix}>
              {withoutStop(rule.fix)}
            </Text>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
