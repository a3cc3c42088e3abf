import { Box, CloseButton, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { TableInfo } from '../../../shared/contract/common.ts';
import type { ColumnProfile as Profile } from '../../../shared/contract/profile.ts';
import { ColumnProfile, ColumnProfileRow } from '../../components/ColumnProfile.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { Loading } from '../../components/Loading.tsx';
import { ProfileState } from '../../components/ProfileState.tsx';
import { useProfile } from '../../host/profile.ts';
import classes from './Data.module.css';

const orders = {
  'as in the table': () => 0,
  'most missing first': (a: Profile, b: Profile) => b.nulls - a.nulls,
  'fewest distinct first': (a: Profile, b: Profile) => a.distinct - b.distinct,
} as const;
type Order = keyof typeof orders;
const orderNames: readonly Order[] = ['as in the table', 'most missing first', 'fewest distinct first'];

/** Each column at a glance; a press opens its figures, histogram and commonest values. */
export function ProfilePane({ table, filtered, onClose }: { readonly table: TableInfo; readonly filtered: boolean; readonly onClose: () => void }) {
  const profiling = useProfile(table);
  const { profile, error } = profiling;
  const [opened, setOpened] = useState<string | null>(null);
  const [order, setOrder] = useState<Order>('as in the table');
  return (
    <aside className={classes['pane']} aria-label={`Profile of ${table.name}`}>
      <Group justify="space-between" wrap="nowrap" p="xs" pl="sm">
        <div>
          <Text fw={600}>Profile</Text>
          <Text size="xs" c="dimmed">
            {filtered ? 'Of the whole table, without the filters' : 'Of the whole table'}
          </Text>
        </div>
        <CloseButton aria-label="Close the profile" onClick={onClose} />
      </Group>
      <Box px="sm">
        <ProfileState profiling={profiling} narrow />
      </Box>
      <Box px="sm" pb="xs">
        <Select aria-label="Order of the columns" data={[...orderNames]} value={order} onChange={(next) => setOrder(orderNames.find((name) => name === next) ?? order)} />
      </Box>
      <Box px={4} pb="sm">
        {error !== null ? (
          <ErrorPanel error={error.toData()} onRetry={profiling.retry} />
        ) : profile === undefined ? (
          <Box p="sm">
            <Loading lines={table.columns.length * 2} label="Profiling the columns" />
          </Box>
        ) : (
          profile.columns.toSorted(orders[order]).map((column) => (
            <Box key={column.name}>
              <ColumnProfileRow profile={column} opened={opened === column.name} onToggle={() => setOpened(opened === column.name ? null : column.name)} />
              {opened === column.name && (
                <Box p="sm">
                  <ColumnProfile profile={column} alerts={profile.alerts.filter(({ columns }) => columns.includes(column.name))} />
                </Box>
              )}
            </Box>
          ))
        )}
      </Box>
    </aside>
  );
}
