import { CloseButton, Group, Paper, SegmentedControl, Select, Skeleton, Stack } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import type { TableInfo, TableProfile } from '../../../../shared/contract/index.ts';
import { ColumnProfile } from '../../../components/ColumnProfile.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { ProfileState } from '../../../components/ProfileState.tsx';
import { useEngine } from '../../../host/engine.ts';
import { useProfile } from '../../../host/profile.ts';
import classes from '../quality.module.css';
import { Alerts } from './Alerts.tsx';
import { Correlations } from './Correlations.tsx';
import { MissingTogether } from './MissingTogether.tsx';
import { alertsOf, arrangeProfiles, type ProfileOrder, profileOrders, tableKey } from './profiles.ts';
import { ProfileTable } from './ProfileTable.tsx';

const views = { columns: 'Columns', correlations: 'Correlations', missing: 'Missing together' } as const;
type View = keyof typeof views;
const viewNames: readonly View[] = ['columns', 'correlations', 'missing'];

/** Each column of a table at a glance and in full, what stands out, and what columns have to do with one another. */
export function ColumnsTab() {
  const tables = useEngine('tables.list', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const all = tables.data ?? [];
  const table = all.find((info) => tableKey(info) === chosen) ?? all.find(({ name }) => name === 'ratings') ?? all[0];

  if (tables.error) return <ErrorPanel error={tables.error.toData()} />;
  if (tables.data === undefined) return <Skeleton height={320} />;
  if (table === undefined)
    return (
      <Empty icon={<IconTable size={28} />} title="No table yet">
        Import files first: each column of each table is then described here.
      </Empty>
    );
  return <TableColumns key={tableKey(table)} table={table} tables={all} onTable={setChosen} />;
}

function TableColumns({ table, tables, onTable }: { readonly table: TableInfo; readonly tables: readonly TableInfo[]; readonly onTable: (key: string | null) => void }) {
  const profiling = useProfile(table);
  const { profile, job } = profiling;
  const [view, setView] = useState<View>('columns');
  const error = profiling.error?.toData() ?? (job?.status === 'failed' ? job.error : undefined);
  const groups = Map.groupBy(tables, ({ group }) => group);
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Select
          aria-label="Table"
          w={240}
          searchable
          value={tableKey(table)}
          data={[...groups].map(([group, items]) => ({ group, items: items.map((info) => ({ value: tableKey(info), label: info.schema === 'main' ? info.name : tableKey(info) })) }))}
          onChange={onTable}
        />
        <SegmentedControl aria-label="What to show" value={view} data={viewNames.map((value) => ({ value, label: views[value] }))} onChange={setView} />
      </Group>
      {(profile !== undefined || error === undefined) && <ProfileState profiling={profiling} />}
      {error !== undefined && <ErrorPanel error={error} onRetry={profile === undefined ? profiling.retry : profiling.makeExact} />}
      {profile === undefined ? (
        error === undefined && <Loading lines={table.columns.length + 3} height={28} label="Profiling the columns" />
      ) : view === 'columns' ? (
        <Columns profile={profile} />
      ) : profile.relations === null ? (
        <Loading lines={8} label="This follows once every column is exact" />
      ) : view === 'correlations' ? (
        <Correlations relations={profile.relations} />
      ) : (
        <MissingTogether missing={profile.relations.missing} rows={profile.rows} />
      )}
    </Stack>
  );
}

function Columns({ profile }: { readonly profile: TableProfile }) {
  const [order, setOrder] = useState<ProfileOrder>('table');
  const [open, setOpen] = useState<string | null>(null);
  const opened = profile.columns.find(({ name }) => name === open);
  return (
    <>
      <Alerts profile={profile} onOpen={setOpen} />
      <div className={classes['split']} data-open={opened === undefined ? undefined : true}>
        <div className={classes['main']}>
          <Select aria-label="Order of columns" w={180} mb="xs" value={order} data={Object.entries(profileOrders).map(([value, label]) => ({ value, label }))} onChange={(value) => setOrder((value ?? 'table') as ProfileOrder)} />
          <ProfileTable columns={arrangeProfiles(profile.columns, profile.alerts, order)} alerts={profile.alerts} open={open} onOpen={setOpen} />
        </div>
        {opened !== undefined && (
          <div className={classes['panel']}>
            <Paper p="md" pos="relative">
              <CloseButton aria-label="Close the column" onClick={() => setOpen(null)} pos="absolute" top={10} right={10} />
              <ColumnProfile profile={opened} alerts={alertsOf(profile.alerts, opened.name)} />
            </Paper>
          </div>
        )}
      </div>
    </>
  );
}
