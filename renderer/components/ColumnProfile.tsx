import { Badge, Box, Group, Progress, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Cell } from '../../shared/contract/common.ts';
import type { ColumnProfile as Profile, ProfileAlert } from '../../shared/contract/profile.ts';
import { profileAlerts } from '../../shared/domain/profile-alerts.ts';
import { MiniHistogram } from '../charts/histogram/MiniHistogram.tsx';
import classes from './ColumnProfile.module.css';
import { formatCell, formatCount, formatNumber, formatShare } from './format.ts';
import { unitsOf } from './time-line.ts';

const Histogram = lazy(async () => ({ default: (await import('../charts/histogram/Histogram.tsx')).Histogram }));

/** An end of a bin or a figure of a profile: figures short, times without their hours when they say nothing. */
const short = (value: Cell, type: string): string => {
  if (typeof value === 'number') return formatNumber(Number(value.toPrecision(6)));
  return formatCell(value, type).replace(/ 00:00:00$/, '');
};

/** A figure of the column: Unix times as the numbers that they are, with the day behind. */
const figure = (value: Cell, { type, times }: Profile): string => {
  if (times?.unix == null || typeof value !== 'number') return short(value, type);
  const date = new Date(times.unix === 'seconds' ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? String(value) : `${value} · ${date.toISOString().slice(0, 10)}`;
};

/** The mark of a figure that is estimated from a sample. */
export const about = ({ exact }: Pick<Profile, 'exact'>): string => (exact ? '' : '≈ ');

/** The heights of a column's small picture: its time line, its histogram or its commonest values. */
export function shapeOf({ times, histogram, top }: Profile): number[] {
  if (times) return unitsOf(times).map(({ count }) => count);
  return histogram.length > 0 ? histogram.map(({ count }) => count) : top.map(({ count }) => count);
}

/** A column's own line: name, type, missing values, distinct values, shape. A press opens it. */
export function ColumnProfileRow({ profile, opened, onToggle }: { readonly profile: Profile; readonly opened: boolean; readonly onToggle: () => void }) {
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
          {profile.nulls === 0 ? 'none missing' : `${about(profile)}${formatShare(profile.nulls, profile.rows)} missing`}
        </Text>
        <Text size="xs" c="dimmed">
          {about(profile)}
          {formatCount(profile.distinct)} distinct
        </Text>
      </Box>
      <MiniHistogram counts={shapeOf(profile)} />
    </UnstyledButton>
  );
}

/** A column in full: figures, what to look out for, its shape over values or time, how texts are written, its commonest values. */
export function ColumnProfile({ profile, alerts = [] }: { readonly profile: Profile; readonly alerts?: readonly ProfileAlert[] }) {
  const { name, type, rows, nulls, distinct, histogram, quantiles, top, numbers, texts, times, exact } = profile;
  const mark = about(profile);
  const part = (label: string, count: number, all = rows - nulls): readonly (readonly [string, string])[] => (count === 0 ? [] : [[label, `${mark}${formatCount(count)} (${formatShare(count, all)})`]]);
  const rounded = (label: string, value: number | null): readonly (readonly [string, string])[] => (value === null ? [] : [[label, formatNumber(Number(value.toPrecision(6)))]]);
  const figures: readonly (readonly [string, string])[] = [
    ['Rows', formatCount(rows)],
    ['Missing', nulls === 0 ? '0' : `${mark}${formatCount(nulls)} (${formatShare(nulls, rows)})`],
    ['Distinct', `${mark}${formatCount(distinct)} (${formatShare(distinct, rows - nulls)})`],
    ...(texts === null ? [] : [...part('Blank', texts.blank), ...part('Padded', texts.padded), ...part('Read as numbers', texts.asNumber), ...part('Read as dates', texts.asDate)]),
    ...(profile.min === null ? [] : [['Smallest', figure(profile.min, profile)] as const, ['Largest', figure(profile.max, profile)] as const]),
    ...(texts?.lengths == null ? [] : [['Lengths', `${formatCount(texts.lengths.min)} to ${formatCount(texts.lengths.max)}, mean ${formatNumber(Number(texts.lengths.mean.toPrecision(3)))}`] as const]),
    ...rounded('Mean', profile.mean),
    ...rounded('Deviation', profile.deviation),
    ...rounded('Skewness', profile.skewness),
    ...(numbers === null ? [] : [...part('Zeros', numbers.zeros), ...part('Negative', numbers.negative), ...part('Infinite', numbers.infinite), ...part('Not a number', numbers.nan), ...part('Far out', numbers.farOut)]),
  ];
  return (
    <Stack gap="md" aria-label={`Profile of ${name}`} component="section">
      <Group gap="xs" pr={28}>
        <Text fw={600}>{name}</Text>
        <Badge color="gray">{type}</Badge>
        {times?.unix != null && <Badge color="gray">Unix {times.unix}</Badge>}
        {!exact && <Badge color="yellow" c="var(--rb-warn)">Estimate</Badge>}
      </Group>
      {alerts.length > 0 && (
        <ul className={classes['alerts']} aria-label={`Alerts of ${name}`}>
          {alerts.map(({ kind, columns, text }) => (
            <li key={`${kind} ${columns.join(' ')}`}>
              <IconAlertTriangle size={14} aria-hidden color="var(--rb-warn)" />
              <Text size="sm">
                <b>{profileAlerts[kind].label}.</b> {text} <span className={classes['meaning']}>{profileAlerts[kind].meaning}</span>
              </Text>
            </li>
          ))}
        </ul>
      )}
      <dl className={classes['figures']}>
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd title={value}>{value}</dd>
          </div>
        ))}
      </dl>
      {times !== null ? (
        <Suspense fallback={<Box h={180} />}>
          <Histogram title={`Time line of ${name}, by ${times.unit}`} bins={unitsOf(times).map(({ label, count }) => ({ low: label, high: label, count }))} />
        </Suspense>
      ) : (
        histogram.length > 0 && (
          <Suspense fallback={<Box h={180} />}>
            <Histogram title={`Distribution of ${name}`} bins={histogram.map(({ low, high, count }) => ({ low: short(low, type), high: short(high, type), count }))} />
          </Suspense>
        )
      )}
      {quantiles.length > 0 && (
        <Counted title="Quantiles" label={`Quantiles of ${name}`}>
          <Table.Tbody>
            {quantiles.map(({ at, value }) => (
              <Table.Tr key={at}>
                <Table.Td>{at === 0.5 ? 'Median' : `${formatNumber(at * 100)} % at or below`}</Table.Td>
                <Table.Td className="rb-number">{figure(value, profile)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Counted>
      )}
      {texts !== null && texts.patterns.length > 0 && (
        <Shares
          title={texts.patternCount > texts.patterns.length ? `Commonest of ${formatCount(texts.patternCount)} patterns` : 'Patterns'}
          label={`Patterns of ${name}`}
          rows={rows}
          mark={mark}
          entries={texts.patterns.map(({ pattern, count, example }) => ({ text: pattern, about: example, count, mono: true }))}
        />
      )}
      {top.length > 0 && (
        <Shares
          title="Commonest values"
          label={`Commonest values of ${name}`}
          rows={rows}
          mark={mark}
          entries={top.map(({ value, count }) => ({ text: typeof value === 'number' && times?.unix != null ? figure(value, profile) : formatCell(value, type), count, mono: false }))}
        />
      )}
    </Stack>
  );
}

function Counted({ title, label, children }: { readonly title: string; readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={2} aria-hidden>
        {title}
      </Text>
      <Table fz="xs" verticalSpacing={2} horizontalSpacing={4} layout="fixed" aria-label={label}>
        {children}
      </Table>
    </div>
  );
}

interface Entry {
  readonly text: string;
  readonly about?: string;
  readonly count: number;
  readonly mono: boolean;
}

/** Values or patterns with the rows that have them, and their share of all. */
function Shares({ title, label, rows, mark, entries }: { readonly title: string; readonly label: string; readonly rows: number; readonly mark: string; readonly entries: readonly Entry[] }) {
  return (
    <Table fz="xs" verticalSpacing={2} horizontalSpacing={4} layout="fixed" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{title}</Table.Th>
          <Table.Th ta="right" w={90}>
            Rows
          </Table.Th>
          <Table.Th w={96}>Share</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map(({ text, about: example, count, mono }, index) => (
          <Table.Tr key={index}>
            <Table.Td>
              <Text size="xs" truncate title={text} className={mono ? 'rb-mono' : ''}>
                {text === '' ? '(empty text)' : text}
              </Text>
              {example !== undefined && (
                <Text size="xs" c="dimmed" truncate title={example}>
                  {example}
                </Text>
              )}
            </Table.Td>
            <Table.Td className="rb-number">
              {mark}
              {formatCount(count)}
            </Table.Td>
            <Table.Td>
              <Group gap={4} wrap="nowrap">
                <Progress value={(count / Math.max(1, rows)) * 100} size={5} flex={1} aria-hidden color="var(--rb-series-1)" />
                <Text size="xs" w={46} ta="right">
                  {formatShare(count, rows)}
                </Text>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
