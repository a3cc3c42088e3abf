import { Badge, Code, Table, Text, UnstyledButton } from '@mantine/core';
import type { ColumnProfile, ProfileAlert } from '../../../../shared/contract/index.ts';
import { profileAlerts } from '../../../../shared/domain/profile-alerts.ts';
import { MiniHistogram } from '../../../charts/histogram/MiniHistogram.tsx';
import { about, shapeOf } from '../../../components/ColumnProfile.tsx';
import { formatCell, formatCount } from '../../../components/format.ts';
import classes from '../quality.module.css';
import { ShareBar } from '../ShareBar.tsx';
import { alertsOf, profileWords } from './profiles.ts';

export interface ProfileTableProps {
  readonly columns: readonly ColumnProfile[];
  readonly alerts: readonly ProfileAlert[];
  readonly open: string | null;
  readonly onOpen: (name: string) => void;
}

/** A line a column: what it is, what it lacks, its extent and its shape. */
export function ProfileTable({ columns, alerts, open, onOpen }: ProfileTableProps) {
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
          <Table.Th className={classes['detail']}>Alerts</Table.Th>
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
            <Table.Td className="rb-number" c={column.exact ? '' : 'dimmed'}>
              {about(column)}
              {formatCount(column.distinct)}
            </Table.Td>
            <Table.Td className={`${classes['detail']} ${classes['value']}`}>{formatCell(column.min, column.type)}</Table.Td>
            <Table.Td className={`${classes['detail']} ${classes['value']}`}>{formatCell(column.max, column.type)}</Table.Td>
            <Table.Td h={34} w={180}>
              <Shape column={column} />
            </Table.Td>
            <Table.Td className={classes['detail']}>
              <AlertBadges alerts={alertsOf(alerts, column.name)} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Shape({ column }: { readonly column: ColumnProfile }) {
  if (column.histogram.length > 0) return <MiniHistogram counts={shapeOf(column)} width={120} />;
  return (
    <Text size="xs" c="dimmed" lineClamp={1}>
      {column.top
        .slice(0, 3)
        .map(({ value }) => formatCell(value))
        .join(' · ')}
    </Text>
  );
}

const SHOWN = 2;

function AlertBadges({ alerts }: { readonly alerts: readonly ProfileAlert[] }) {
  const kinds = [...new Set(alerts.map(({ kind }) => kind))];
  return (
    <Text span size="xs" style={{ whiteSpace: 'nowrap' }}>
      {kinds.slice(0, SHOWN).map((kind) => (
        <Badge key={kind} size="xs" color="yellow" c="var(--rb-warn)" mr={4}>
          {profileAlerts[kind].label}
        </Badge>
      ))}
      {kinds.length > SHOWN && `+${kinds.length - SHOWN}`}
    </Text>
  );
}
