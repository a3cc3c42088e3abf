import { useReducedMotion } from '@mantine/hooks';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import { formatCompact, formatCount } from '../../components/format.ts';
import { ChartFrame } from '../ChartFrame.tsx';
import { ChartTip } from '../ChartTip.tsx';
import { axisLine, axisStyle, gridLine, seriesColors } from '../palette.ts';

export interface Bin {
  /** Both ends as the reader sees them. */
  readonly low: string;
  readonly high: string;
  readonly count: number;
}

export interface HistogramProps {
  readonly title: string;
  readonly bins: readonly Bin[];
  readonly height?: number;
  /** What is counted, in the plural. */
  readonly unit?: string;
}

function BinTip({ unit, active = false, payload }: { readonly unit: string } & Partial<TooltipContentProps>) {
  const bin = payload?.[0]?.payload as Bin | undefined;
  return active && bin !== undefined ? <ChartTip title={bin.low === bin.high ? bin.low : `${bin.low} to ${bin.high}`} lines={[`${formatCount(bin.count)} ${unit}`]} /> : null;
}

/** How many values lie in each of a column's bins of equal width. */
export function Histogram({ title, bins, height = 140, unit = 'rows' }: HistogramProps) {
  const still = useReducedMotion();
  const top = bins.reduce<Bin | undefined>((best, bin) => (best === undefined || bin.count > best.count ? bin : best), undefined);
  const summary = top === undefined ? 'No values.' : top.low === top.high ? `Most values, ${formatCount(top.count)}, are of ${top.low}.` : `Most values, ${formatCount(top.count)}, lie between ${top.low} and ${top.high}.`;
  return (
    <ChartFrame title={title} summary={summary} height={height} columns={['From', 'To', unit]} rows={bins.map(({ low, high, count }) => [low, high, formatCount(count)])}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 300, height }}>
        <BarChart data={[...bins]} margin={{ top: 4, right: 4, bottom: 0, left: 0 }} barCategoryGap={1} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={gridLine} />
          <XAxis dataKey="low" tick={axisStyle} axisLine={axisLine} tickLine={false} minTickGap={24} height={20} />
          <YAxis width={40} tick={axisStyle} axisLine={false} tickLine={false} tickCount={4} tickFormatter={formatCompact} />
          <Tooltip
            cursor={{ fill: 'var(--rb-hover)' }}
            content={<BinTip unit={unit} />}
          />
          <Bar dataKey="count" fill={seriesColors[0]} isAnimationActive={!still} animationDuration={200} />
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
