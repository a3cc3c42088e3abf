import { Group, Text } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import type { ColumnDrift } from '../../../shared/contract/quality-history.ts';
import { formatShare } from '../../components/format.ts';
import { ChartFrame } from '../ChartFrame.tsx';
import { ChartTip } from '../ChartTip.tsx';
import { axisLine, axisStyle, gridLine, seriesColors } from '../palette.ts';
import { binsSummary, binWords, curveSummary, placeWords } from './data.ts';

const share = (value: number) => formatShare(value, 1);
const colors = { reference: seriesColors[1], current: seriesColors[0] } as const;

interface Pair {
  readonly label: string;
  readonly reference: number;
  readonly current: number;
}

function PairTip({ active = false, payload }: Partial<TooltipContentProps>) {
  const pair = payload?.[0]?.payload as Pair | undefined;
  return active && pair !== undefined ? <ChartTip title={pair.label} lines={[`reference ${share(pair.reference)}`, `now ${share(pair.current)}`]} /> : null;
}

function Legend() {
  return (
    <Group gap="md" justify="center" h={20}>
      {(['reference', 'current'] as const).map((name) => (
        <Group key={name} gap={6}>
          <svg width={12} height={12}>
            <rect width={12} height={12} rx={2} fill={colors[name]} />
          </svg>
          <Text size="xs">{name === 'current' ? 'now' : name}</Text>
        </Group>
      ))}
    </Group>
  );
}

/** Shares of both distributions side by side, bin for bin: what the stability index is made of. */
export function Bins({ drift: { name, kind, bins }, height = 220 }: { readonly drift: ColumnDrift; readonly height?: number }) {
  const still = useReducedMotion();
  const data: Pair[] = bins.map((bin) => ({ label: binWords(bin, kind), reference: bin.reference, current: bin.current }));
  return (
    <ChartFrame title={`Shares of ${name}`} summary={binsSummary(bins, kind, share)} height={height} columns={['Bin', 'Reference', 'Now']} rows={data.map(({ label, reference, current }) => [label, share(reference), share(current)])}>
      <ResponsiveContainer width="100%" height={height - 20} initialDimension={{ width: 420, height }}>
        <BarChart data={data} margin={{ top: 4, right: 4, bottom: 0, left: 0 }} barGap={0} barCategoryGap="15%" accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={gridLine} />
          <XAxis dataKey="label" tick={axisStyle} axisLine={axisLine} tickLine={false} minTickGap={8} height={20} />
          <YAxis width={52} tick={axisStyle} axisLine={false} tickLine={false} tickCount={4} tickFormatter={share} />
          <Tooltip cursor={{ fill: 'var(--rb-hover)' }} content={<PairTip />} />
          <Bar dataKey="reference" fill={colors.reference} isAnimationActive={!still} animationDuration={200} />
          <Bar dataKey="current" fill={colors.current} isAnimationActive={!still} animationDuration={200} />
        </BarChart>
      </ResponsiveContainer>
      <Legend />
    </ChartFrame>
  );
}

/** Both cumulative distributions: their largest distance is the Kolmogorov–Smirnov statistic. */
export function Cumulated({ drift: { name, kind, curve }, height = 220 }: { readonly drift: ColumnDrift; readonly height?: number }) {
  const still = useReducedMotion();
  const data = curve.map(({ at, reference, current }) => ({ at, label: `at or below ${placeWords(at, kind)}`, reference, current }));
  return (
    <ChartFrame title={`Cumulated share of ${name}`} summary={curveSummary(curve, kind, share)} height={height} columns={['At or below', 'Reference', 'Now']} rows={data.map(({ at, reference, current }) => [placeWords(at, kind), share(reference), share(current)])}>
      <ResponsiveContainer width="100%" height={height - 20} initialDimension={{ width: 420, height }}>
        <LineChart data={data} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={gridLine} />
          <XAxis dataKey="at" type="number" domain={['dataMin', 'dataMax']} tick={axisStyle} axisLine={axisLine} tickLine={false} minTickGap={24} height={20} tickFormatter={(at: number) => placeWords(at, kind)} />
          <YAxis width={52} tick={axisStyle} axisLine={false} tickLine={false} tickCount={5} tickFormatter={share} domain={[0, 1]} />
          <Tooltip content={<PairTip />} />
          <Line dataKey="reference" type="stepAfter" stroke={colors.reference} strokeWidth={1.8} dot={false} isAnimationActive={!still} animationDuration={200} />
          <Line dataKey="current" type="stepAfter" stroke={colors.current} strokeWidth={1.8} strokeDasharray="6 3" dot={false} isAnimationActive={!still} animationDuration={200} />
        </LineChart>
      </ResponsiveContainer>
      <Legend />
    </ChartFrame>
  );
}
