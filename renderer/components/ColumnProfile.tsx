import { Badge, Box, Group, Progress, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { Cell } from '../../shared/contract/common.ts';
import type { ColumnProfile as Profile } from '../../shared/contract/profile.ts';
import { MiniHistogram } from '../charts/histogram/MiniHistogram.tsx';
import classes from './ColumnProfile.module.css';
import { formatCell, formatCount, formatNumber, formatShare } from './format.ts';

const Histogram = lazy(async () => ({ default: (await import('../charts/histogram/Histogram.tsx')).Histogram }));

/** An end of a bin or a figure of a profile: figures short, times without their hours when they say nothing. */
const short = (value: Cell, type: string): string => {
  if (typeof value === 'number') return formatNumber(Number(value.toPrecision(6)));
  return formatCell(value, type).replace(/ 00:00:00$/, '');
};

const shares = ({ top, rows }: Profile) => top.map(({ count }) => count / Math.max(1, rows));

/** A column's own line: name, type, missing values, distinct values, shape. A press opens it. */
export function ColumnProfileRow({ profile, opened, onToggle }: { readonly profile: Profile; readonly opened: boolean; readonly onToggle: () => void }) {
  const counts = profile.histogram.length > 0 ? profile.histogram.map(({ count }) => count) : shares(profile);
  return (
    <UnstyledButton className={classes['row'] ?? ''} onClick={onToggle} aria-expanded={opened}>
      <IconChevronRight size={14} aria-hidden className={classes['chevron']} data-opened={opened || undefined} />
      <Box className={classes['name'] ?? ''}>
        <Text size="sm" fw={500} truncate title={profile.name}>
          {profile.name}
        </Text>
        <Text size="xs" c="dimmed">
          {profile.type}
        </Text>
      </Box>
      <Box ta="right">
        <Text size="xs" c={profile.nulls > 0 ? 'var(--rb-warn)' : 'dimmed'}>
          {profile.nulls === 0 ? 'none missing' : `${formatShare(profile.nulls, profile.rows)} missing`}
        </Text>
        <Text size="xs" c="dimmed">
          {formatCount(profile.distinct)} distinct
        </Text>
      </Box>
      <MiniHistogram counts={counts} />
    </UnstyledButton>
  );
}

/** A column in full: figures, histogram and its commonest values. */
export function ColumnProfile({ profile }: { readonly profile: Profile }) {
  const { name, type, rows, nulls, distinct, histogram, quantiles, top } = profile;
  const figures: readonly (readonly [string, string])[] = [
    ['Rows', formatCount(rows)],
    ['Missing', nulls === 0 ? '0' : `${formatCount(nulls)} (${formatShare(nulls, rows)})`],
    ['Distinct', `${formatCount(distinct)} (${formatShare(distinct, rows - nulls)})`],
    ...(profile.min === null ? [] : [['Smallest', short(profile.min, type)] as const, ['Largest', short(profile.max, type)] as const]),
    ...(profile.mean === null ? [] : [['Mean', formatNumber(Number(profile.mean.toPrecision(6)))] as const]),
    ...(profile.deviation === null ? [] : [['Deviation', formatNumber(Number(profile.deviation.toPrecision(6)))] as const]),
    ...quantiles.map(({ at, value }) => [at === 0.5 ? 'Median' : `${formatNumber(at * 100)} % below`, short(value, type)] as const),
  ];
  return (
    <Stack gap="md" aria-label={`Profile of ${name}`} component="section">
      <Group gap="xs">
        <Text fw={600}>{name}</Text>
        <Badge color="gray">{type}</Badge>
      </Group>
      <dl className={classes['figures']}>
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd title={value}>{value}</dd>
          </div>
        ))}
      </dl>
      {histogram.length > 0 && (
        <Suspense fallback={<Box h={180} />}>
          <Histogram title={`Distribution of ${name}`} bins={histogram.map(({ low, high, count }) => ({ low: short(low, type), high: short(high, type), count }))} />
        </Suspense>
      )}
      {top.length > 0 && (
        <Table fz="xs" verticalSpacing={2} horizontalSpacing={4} layout="fixed" aria-label={`Commonest values of ${name}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Commonest values</Table.Th>
              <Table.Th ta="right" w={76}>
                Rows
              </Table.Th>
              <Table.Th w={84}>Share</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {top.map(({ value, count }, index) => (
              <Table.Tr key={index}>
                <Table.Td>
                  <Text size="xs" truncate title={formatCell(value, type)} c={value === null ? 'dimmed' : ''}>
                    {value === null ? 'no value' : formatCell(value, type)}
                  </Text>
                </Table.Td>
                <Table.Td className="rb-number">{formatCount(count)}</Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    <Progress value={(count / Math.max(1, rows)) * 100} size={5} flex={1} aria-hidden color="var(--rb-series-1)" />
                    <Text size="xs" w={40} ta="right">
                      {formatShare(count, rows)}
                    </Text>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
