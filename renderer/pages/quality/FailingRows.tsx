import { Button, Group, Menu, Pagination, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp, IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { EvidenceFilter } from '../../../shared/contract/decisions.ts';
import type { Sort } from '../../../shared/contract/common.ts';
import type { FailingRow, RuleResult } from '../../../shared/contract/quality.ts';
import { formatCell, formatCount, formatUnits } from '../../components/format.ts';
import { asReelbenchError, useEngine } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { useDecide } from './decide.tsx';
import { toTabs } from './delimited.ts';
import { EvidenceFilters } from './evidence/EvidenceFilters.tsx';
import { ReasonButton } from './evidence/ReasonButton.tsx';
import { RowTable } from './evidence/RowTable.tsx';
import { useSelection } from './evidence/selection.ts';
import { copyRows, saveFailingRows } from './export-rows.ts';
import { None, StateMark } from './marks.tsx';
import { failingRowTable, unitWord } from './rules.ts';

const PAGE = 25;
const COPY_LIMIT = 10_000;

/** The rows or groups that a rule found, a page at a time: sorted, filtered, exported, set aside and put back. */
export function FailingRows({ rule }: { rule: RuleResult }) {
  const [page, setPage] = useState(1);
  const [sort, setSort] = useState<Sort | null>(null);
  const [filters, setFilters] = useState<readonly EvidenceFilter[]>([]);
  const view = { rule: rule.id, sort: sort === null ? [] : [sort], filters: [...filters] };
  const { data, error, isPlaceholderData } = useEngine('quality.rows', { ...view, limit: PAGE, offset: (page - 1) * PAGE }, { keep: true });
  const [busy, setBusy] = useState<'copy' | 'export' | null>(null);
  const rows = data?.rows ?? [];
  const selection = useSelection(rows.flatMap(({ id }) => (id === undefined ? [] : [id])));
  const { busy: deciding, decide } = useDecide();
  const isRows = rule.unit === 'row';

  const act = async (what: 'copy' | 'export', work: () => Promise<string | null>) => {
    setBusy(what);
    try {
      const message = await work();
      if (message !== null) notifications.show({ message });
    } catch (thrown) {
      notifications.show({ color: 'red', title: 'That did not work', message: asReelbenchError(thrown).message });
    } finally {
      setBusy(null);
    }
  };
  const copy = () =>
    act('copy', async () => {
      const copied = await copyRows(view, COPY_LIMIT);
      const { header, cells } = failingRowTable(copied);
      await navigator.clipboard.writeText(toTabs(header, copied.map(cells)));
      return `${formatUnits(copied.length, unitWord(rule.unit, 1))} copied with a header${copied.length < (data?.total ?? 0) ? `: the first of ${formatCount(data?.total ?? 0)}; export all of them as a file` : ''}.`;
    });
  const save = (format: 'csv' | 'parquet') =>
    act('export', async () => {
      const written = await saveFailingRows(view, format);
      return written === null ? null : `${formatUnits(written, unitWord(rule.unit, 1))} written to ${rule.id}.${format}.`;
    });
  const decideRows = async (kind: 'aside' | 'back', reason?: string) => {
    const choice = { table: rule.table, rows: [...selection.chosen] };
    const done = await decide(
      ({ rows: count }) => `${formatUnits(count, 'row')} ${kind === 'aside' ? 'set aside' : 'put back'}`,
      () => (kind === 'aside' ? host.call('quality.quarantine', { ...choice, reason: reason ?? '' }) : host.call('quality.restore', choice)),
    );
    if (done) selection.clear();
  };
  const narrow = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    setPage(1);
  };

  if (error) return <Text c="red">{error.message}</Text>;
  if (data === undefined) return <Skeleton height={240} />;
  const { header, cells } = failingRowTable(rows);
  const columns = [...header.filter((name) => name !== 'column'), ...(isRows ? ['state'] : [])];
  const chosen = selection.chosen.size;
  const back = rows.some((row) => row.id !== undefined && selection.chosen.has(row.id) && (row.state === 'set aside' || row.state === 'set aside by hand'));
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          Failing {unitWord(rule.unit, 2)}{' '}
          <Text span c="dimmed" fw={400}>
            {filters.length > 0 ? `${formatCount(data.total)} of ${formatCount(rule.failed)}` : formatCount(data.total)}
          </Text>
        </Text>
        <Group gap={4} wrap="nowrap">
          <EvidenceFilters columns={columns} filters={filters} onChange={narrow(setFilters)} />
          <Button size="compact-xs" variant="default" leftSection={<IconCopy size={14} aria-hidden />} loading={busy === 'copy'} onClick={() => void copy()}>
            Copy
          </Button>
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <Button size="compact-xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} loading={busy === 'export'}>
                Export
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void save('csv')}>CSV, all {formatCount(data.total)}</Menu.Item>
              <Menu.Item onClick={() => void save('parquet')}>Parquet, all {formatCount(data.total)}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      {isRows ? (
        <Group gap={6} mih={24}>
          <ReasonButton label="Set aside…" about={`Leaves ${formatUnits(chosen, 'row')} out of the tables from the next run on. The files stay as they are.`} disabled={chosen === 0 || deciding} onReason={(reason) => void decideRows('aside', reason)} />
          <Button size="compact-xs" variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />} disabled={chosen === 0 || deciding || !back} onClick={() => void decideRows('back')}>
            Put back
          </Button>
          <Text size="xs" c="dimmed" component="output">
            {chosen === 0 ? 'Choose rows with the boxes; Shift chooses all between two.' : `${formatUnits(chosen, 'row')} chosen`}
          </Text>
        </Group>
      ) : (
        <Text size="xs" c="dimmed">
          This rule finds groups, not rows: there is nothing to set aside one by one.
        </Text>
      )}
      <RowTable
        label={`Failing ${unitWord(rule.unit, 2)} of ${rule.id}`}
        columns={columns.map((name) => ({ name, prose: proseColumns.has(name), right: rows[0] !== undefined && typeof cells(rows[0])[header.indexOf(name)] === 'number' }))}
        rows={rows.map((row, index) => ({
          key: row.id ?? `${(page - 1) * PAGE + index}`,
          id: row.id,
          label: `${row.file ?? rule.table} line ${row.line ?? 'unknown'}`,
          cells: columns.map((name) => (name === 'state' ? <StateMark key={name} state={row.state ?? 'stays'} /> : shown(row, name))),
        }))}
        sort={sort}
        onSort={narrow(setSort)}
        selection={isRows ? selection : undefined}
        faded={isPlaceholderData}
      />
      {data.total === 0 && (
        <Text size="sm" c="dimmed" ta="center">
          {filters.length > 0 ? 'No failing row passes these filters.' : 'There are none.'}
        </Text>
      )}
      {data.total > PAGE && (
        <Pagination size="xs" total={Math.ceil(data.total / PAGE)} value={page} onChange={setPage} getItemProps={(item) => ({ 'aria-label': `Page ${item}` })} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />
      )}
    </Stack>
  );
}

/** Shown wrapped; all others in one line. */
const proseColumns = new Set(['value', 'reason', 'title']);

function shown(row: FailingRow, name: string) {
  const value = name === 'value' || name === 'reason' || name === 'file' || name === 'line' ? row[name] : (row.key[name] ?? null);
  return value === null ? <None /> : formatCell(value);
}
