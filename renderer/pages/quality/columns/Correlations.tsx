import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconChartDots } from '@tabler/icons-react';
import { useState } from 'react';
import type { Correlation, Relations } from '../../../../shared/contract/index.ts';
import { coefficientNames } from '../../../../shared/domain/profile-alerts.ts';
import { Empty } from '../../../components/Empty.tsx';
import { formatCount } from '../../../components/format.ts';
import { PairList, PairMatrix } from './PairMatrix.tsx';
import { coefficients } from './profiles.ts';

const methods: readonly Correlation['method'][] = ['pearson', 'spearman', 'cramer'];
const abouts: Record<Correlation['method'], string> = {
  pearson: 'How near two numbers come to a straight line, −1 to 1.',
  spearman: 'How far two numbers rise and fall together, by their ranks, −1 to 1.',
  cramer: 'How much of one category another tells, 0 to 1; for columns of 2 to 30 distinct values.',
};

/** What columns have to do with one another, as a heat map or as a list. */
export function Correlations({ relations }: { readonly relations: Relations }) {
  const [chosen, setChosen] = useState<Correlation['method']>('pearson');
  const [as, setAs] = useState<'map' | 'list'>('map');
  const there = methods.filter((method) => relations.correlations.some((entry) => entry.method === method));
  const method = there.includes(chosen) ? chosen : there[0];
  if (method === undefined) return <Empty icon={<IconChartDots size={28} />} title="Nothing to compare">It takes two columns of numbers that vary, or two of at most 30 distinct values.</Empty>;
  const pairs = coefficients(relations.correlations, method);
  const estimated = relations.correlations.some((entry) => entry.method === method && entry.estimate);
  const title = `${coefficientNames[method]} of each two columns`;
  const Pairs = as === 'map' ? PairMatrix : PairList;
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <SegmentedControl aria-label="Coefficient" value={method} data={there.map((value) => ({ value, label: coefficientNames[value] }))} onChange={setChosen} />
        <SegmentedControl aria-label="Show as" value={as} data={[{ value: 'map', label: 'Heat map' }, { value: 'list', label: 'List' }]} onChange={setAs} />
      </Group>
      <Text size="sm" c="dimmed">
        {abouts[method]} {estimated && relations.sample !== null ? `Estimated from ${formatCount(relations.sample)} rows drawn at random: off by less than 0.005.` : 'Of all rows in which both columns have a value.'}
        {relations.leftOut.length > 0 && ` Left out, for there are too many: ${relations.leftOut.join(', ')}.`}
      </Text>
      <Pairs title={title} pairs={pairs} />
    </Stack>
  );
}
