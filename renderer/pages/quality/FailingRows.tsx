import type { RuleResult } from '../../../shared/contract/index.ts';
import { Button, Group, Pagination, Skeleton, Stack, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { formatCell, formatCount, formatUnits } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';
import { toTabs } from './delimited.ts';
import { failingRows, saveFailingRows } from './export-rows.ts';
import classes from './quality.module.css';
import { failingRowTable, unitWord } from './rules.ts';

const PAGE = 25;
const COPY_LIMIT = 10_000;
/** Shown wrapped; all others in one line. */
const proseColumns = new Set(['value', 'reason', 'title']);

/** The rows or groups that a rule found, a page at a time. */
export function FailingRows({ rule }: { rule: RuleResult }) {
  const [page, setPage] = useState(1);
  const { data, error, isPlaceholderData } = useEngine('quality.rows', { rule: rule.id, limit: PAGE, offset: (page - 1) * PAGE }, { keep: true });
  const [busy, setBusy] = useState<'copy' | 'export' | null>(null);

  const act = async (what: 'copy' | 'export') => {
    setBusy(what);
    try {
      if (what === 'copy') {
        const rows = await failingRows(rule.id, COPY_LIMIT);
        const { header, cells } = failingRowTable(rows);
        await navigator.clipboard.writeText(toTabs(header, rows.map(cells)));
        notifications.show({ message: `${formatUnits(rows.length, unitWord(rule.unit, 1))} copied with a header.` });
      } else {
        const rows = await saveFailingRows(rule.id);
        notifications.show({ message: `${formatUnits(rows, unitWord(rule.unit, 1))} written to ${rule.id}.csv.` });
      }
    } catch (thrown) {
      notifications.show({ color: 'red', title: 'That did not work', message: thrown instanceof Error ? thrown.message : String(thrown) });
    } finally {
      setBusy(null);
    }
  };

  if (error) return <Text c="red">{error.message}</Text>;
  if (data === undefined) return <Skeleton height={240} />;
  const { header, cells } = failingRowTable(data.rows);
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          Failing {unitWord(rule.unit, 2)}{' '}
          <Text span c="dimmed" fw={400}>
            {formatCount(data.total)}
          </Text>
        </Text>
        <Group gap={4} wrap="nowrap">
          <Button size="compact-xs" variant="default" leftSection={<IconCopy size={14} aria-hidden />} loading={busy === 'copy'} onClick={() => void act('copy')}>
            Copy
          </Button>
          <Button size="compact-xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} loading={busy === 'export'} onClick={() => void act('export')}>
            Export CSV
          </Button>
        </Group>
      </Group>
      <Table.ScrollContainer minWidth={420} maxHeight={420} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': `Failing ${unitWord(rule.unit, 2)} of ${rule.id}` } }}>
        <Table stickyHeader fz="xs" verticalSpacing={3} opacity={isPlaceholderData ? 0.5 : 1}>
          <Table.Thead>
            <Table.Tr>
              {header.map((name, at) => (
                <Table.Th key={name} ta={data.rows[0] !== undefined && typeof cells(data.rows[0])[at] === 'number' ? 'right' : 'left'}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.rows.map((row, index) => (
              <Table.Tr key={(page - 1) * PAGE + index}>
                {cells(row).map((value, column) => (
                  <Table.Td key={header[column]} className={classes[proseColumns.has(header[column] ?? '') ? 'text' : 'mono'] ?? ''} ta={typeof value === 'number' ? 'right' : 'left'}>
                    {value === null ? (
                      <Text span size="xs" c="dimmed" fs="italic">
                        none
                      </Text>
                    ) : (
                      formatCell(value)
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {data.total > PAGE && (
        <Pagination size="xs" total={Math.ceil(data.total / PAGE)} value={page} onChange={setPage} getItemProps={(item) => ({ 'aria-label': `Page ${item}` })} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />
      )}
    </Stack>
  );
}
