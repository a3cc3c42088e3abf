import { ActionIcon, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { OwnRuleEntry } from '../../../../shared/contract/rules.ts';
import { formatCount } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { useEngine } from '../../../host/engine.ts';
import { SeverityMark, StatusMark } from '../marks.tsx';
import { moveBetweenRules } from '../move-between-rules.ts';
import classes from '../quality.module.css';
import { unitWord } from '../rules.ts';
import { ruleWords } from './draft.ts';

interface OwnRulesTableProps {
  readonly entries: readonly OwnRuleEntry[];
  readonly selected: string | null;
  readonly onEdit: (entry: OwnRuleEntry) => void;
  readonly onRemove: (entry: OwnRuleEntry) => void;
}

/** Every rule of the file: what it asks, what the last check found, or what is wrong with it. Arrow keys move, Enter opens. */
export function OwnRulesTable({ entries, selected, onEdit, onRemove }: OwnRulesTableProps) {
  const report = useEngine('quality.report', {}).data ?? null;
  return (
    <Table highlightOnHover layout="fixed" horizontalSpacing={8} verticalSpacing={4} aria-label="Own rules">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Rule</Table.Th>
          <Table.Th w={92} className={classes['detail'] ?? ''}>
            Severity
          </Table.Th>
          <Table.Th w={190}>Last check</Table.Th>
          <Table.Th w={44}>
            <VisuallyHidden>Remove</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody onKeyDown={moveBetweenRules}>
        {entries.map((entry) => {
          const { id, rule, line, problems } = entry;
          const result = report?.rules.find((each) => each.id === id);
          return (
            <Table.Tr key={`${id} ${line}`} data-selected={selected !== null && id === selected} className={classes['row'] ?? ''} onClick={() => onEdit(entry)}>
              <Table.Td>
                <UnstyledButton data-rule aria-pressed={selected !== null && id === selected} className={classes['open'] ?? ''}>
                  <Text size="sm" truncate>
                    {rule === null ? `The rule on line ${line}` : `${rule.table}: ${rule.title ?? ruleWords(rule)}`}
                  </Text>
                  <Text size="xs" c="dimmed" ff="monospace" truncate>
                    {id ?? 'without a name'}
                    {rule?.enabled === false ? ' · off' : ''}
                  </Text>
                </UnstyledButton>
              </Table.Td>
              <Table.Td className={classes['detail'] ?? ''}>{rule !== null && <SeverityMark severity={rule.severity ?? 'warning'} />}</Table.Td>
              <Table.Td>
                {problems[0] !== undefined ? (
                  <Text size="xs" lineClamp={2} title={problems[0].message} component="div">
                    <Status tone="bad">Cannot run</Status>
                    {problems[0].message}
                  </Text>
                ) : result === undefined ? (
                  <Text size="sm" c="dimmed">
                    not checked yet
                  </Text>
                ) : (
                  <>
                    <StatusMark status={result.status} />
                    <Text size="xs" c="dimmed" truncate>
                      {result.checked === 0 ? result.note : result.unit === 'table' ? 'one figure' : `${formatCount(result.failed)} of ${formatCount(result.checked)} ${unitWord(result.unit, result.checked)}`}
                    </Text>
                  </>
                )}
              </Table.Td>
              <Table.Td onClick={(event) => event.stopPropagation()}>
                <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${id ?? `the rule on line ${line}`}`} disabled={id === null} onClick={() => onRemove(entry)}>
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
