import { CloseButton, Code, Group, Paper, Select, Skeleton, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import type { ColumnProfile as Profile } from '../../../shared/contract/profile.ts';
import { MiniHistogram } from '../../charts/histogram/MiniHistogram.tsx';
import { ColumnProfile } from '../../components/ColumnProfile.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatCell, formatCount, formatSeconds, formatUnits } from '../../components/format.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { useEngine } from '../../host/engine.ts';
import { arrangeProfiles, type ProfileOrder, profileOrders, profileWords, tableKey } from './profiles.ts';
import classes from './quality.module.css';
import { ShareBar } from './ShareBar.tsx';

/** Each column of a table at a glance; a column opened shows its distribution, quantiles and commonest values. */
export function ColumnProfiles() {
  const tables = useEngine('tables.list', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [order, setOrder] = useState<ProfileOrder>('table');
  const [open, setOpen] = useState<string | null>(null);
  const all = tables.data ?? [];
  const table = all.find((info) => tableKey(info) === chosen) ?? all.find(({ name }) => name === 'ratings') ?? all[0];
  const profile = useEngine('tables.profile', { schema: table?.schema ?? 'main', table: table?.name ?? '' }, { enabled: table !== undefined });

  if (tables.error) return <ErrorPanel error={tables.error.toData()} />;
  if (tables.data === undefined) return <Skeleton height={320} />;
  if (table === undefined) return (
      <Empty icon={<IconTable size={28} />} title="No table yet">
        Import files first: each column of each table is then described here.
      </Empty>
    );
  const opened = profile.data?.columns.find(({ name }) => name === open);
  const groups = Map.groupBy(all, ({ group }) => group);
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Select
          aria-label="Table"
          w={260}
          searchable
          value={tableKey(table)}
          data={[...groups].map(([group, items]) => ({ group, items: items.map((info) => ({ value: tableKey(info), label: info.schema === 'main' ? info.name : tableKey(info) })) }))}
          onChange={(value) => {
            setChosen(value);
            setOpen(null);
          }}
        />
        <Select aria-label="Order of columns" w={180} value={order} data={Object.entries(profileOrders).map(([value, label]) => ({ value, label }))} onChange={(value) => setOrder((value ?? 'table') as ProfileOrder)} />
        <Text size="sm" c="dimmed">
          {profile.data === undefined ? 'Looking at every value…' : `${formatUnits(profile.data.rows, 'row')}, ${formatUnits(profile.data.columns.length, 'column')}, read in ${formatSeconds(profile.data.seconds)}`}
        </Text>
      </Group>
      {profile.error ? (
        <ErrorPanel error={profile.error.toData()} />
      ) : profile.data === undefined ? (
        <Stack gap={6}>
          {table.columns.map(({ name }) => (
            <Skeleton key={name} height={34} />
          ))}
        </Stack>
      ) : (
        <div className={classes['split']} data-open={opened === undefined ? undefined : true}>
          <div className={classes['main']}>
            <ProfileTable columns={arrangeProfiles(profile.data.columns, order)} open={open} onOpen={setOpen} />
          </div>
          {opened !== undefined && (
            <div className={classes['panel']}>
              <ProfilePanel profile={opened} onClose={() => setOpen(null)} />
            </div>
          )}
        </div>
      )}
    </Stack>
  );
}

function ProfileTable({ columns, open, onOpen }: { columns: readonly Profile[]; open: string | null; onOpen: (name: string) => void }) {
  return (
    <Table highlightOnHover verticalSpacing={4} aria-label="Columns">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Column</Table.Th>
          <Table.Th>Type</Table.Th>
          <Table.Th ta="right">Empty</Table.Th>
          <Table.Th ta="right">Distinct</Table.Th>
          <Table.Th className={classes['detail']}>Lowest</Table.Th>
          <Table.Th className={classes['detail']}>Highest</Table.Th>
          <Table.Th>Distribution</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {columns.map((column) => (
          <Table.Tr key={column.name} className={classes['row']} data-selected={column.name === open} onClick={() => onOpen(column.name)}>
            <Table.Td>
              <UnstyledButton className={classes['open']} aria-pressed={column.name === open} aria-label={profileWords(column)}>
                <Text size="sm" fw={500}>
                  {column.name}
                </Text>
              </UnstyledButton>
            </Table.Td>
            <Table.Td>
              <Code fz="xs">{column.type}</Code>
            </Table.Td>
            <Table.Td className="rb-number">
              <ShareBar part={column.nulls} all={column.rows} color="var(--rb-warn)" />
            </Table.Td>
            <Table.Td className="rb-number">{formatCount(column.distinct)}</Table.Td>
            <Table.Td className={`${classes['detail']} ${classes['value']}`}>{formatCell(column.min, column.type)}</Table.Td>
            <Table.Td className={`${classes['detail']} ${classes['value']}`}>{formatCell(column.max, column.type)}</Table.Td>
            <Table.Td h={34} w={220}>
              {column.histogram.length > 0 ? (
                <MiniHistogram counts={column.histogram.map(({ count }) => count)} width={120} />
              ) : (
                <Text size="xs" c="dimmed" lineClamp={1}>
                  {column.top
                    .slice(0, 3)
                    .map(({ value }) => formatCell(value))
                    .join(' · ')}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ProfilePanel({ profile, onClose }: { readonly profile: Profile; readonly onClose: () => void }) {
  return (
    <Paper p="md" pos="relative">
      <CloseButton aria-label="Close the column" onClick={onClose} pos="absolute" top={10} right={10} />
      <ColumnProfile profile={profile} />
    </Paper>
  );
}
