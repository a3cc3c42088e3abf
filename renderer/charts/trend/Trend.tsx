import { useReducedMotion } from '@mantine/hooks';
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import { Group, Text } from '@mantine/core';
import { formatDateTime } from '../../components/format.ts';
import { ChartFrame } from '../ChartFrame.tsx';
import { ChartTip } from '../ChartTip.tsx';
import { axisLine, axisStyle, gridLine, seriesColors } from '../palette.ts';
import { lowestTick, trendRows, trendSummary, type TrendSeries } from './data.ts';

const dashes = ['', '6 3', '2 3', '8 3 2 3', '12 4', '4 4'];

interface TrendProps {
  readonly title: string;
  /** When each point was, as ISO texts, the oldest first. */
  readonly times: readonly string[];
  /** Shares from 0 to 1; null where there is none. */
  readonly series: readonly TrendSeries[];
  readonly format: (value: number) => string;
  /** The scale begins at 0, or at a round value below the lowest, and then ends at 1. */
  readonly fromZero: boolean;
  readonly height?: number;
}

interface Datum {
  readonly at: string;
  readonly [series: string]: string | number | null;
}

function PointTip({ series, format, active = false, payload }: Pick<TrendProps, 'series' | 'format'> & Partial<TooltipContentProps>) {
  const datum = payload?.[0]?.payload as Datum | undefined;
  if (!active || datum === undefined) return null;
  const lines = series.map(({ name }) => {
    const value = datum[name];
    return `${name} ${typeof value === 'number' ? format(value) : '–'}`;
  });
  return <ChartTip title={formatDateTime(datum.at)} lines={lines} />;
}

/** Shares from check to check, a line a series, told apart by colour and dash. */
export function Trend({ title, times, series, format, fromZero, height = 220 }: TrendProps) {
  const still = useReducedMotion();
  const data: Datum[] = times.map((at, i) => ({ at, key: i, ...Object.fromEntries(series.map(({ name, values }) => [name, values[i] ?? null])) }));
  const low = lowestTick(series);
  const scale = fromZero ? { domain: [0, 'auto'] as const, tickCount: 5 } : { domain: [low, 1] as const, ticks: [0, 1, 2, 3, 4].map((i) => low + ((1 - low) * i) / 4) };
  return (
    <ChartFrame title={title} summary={trendSummary(series, format)} height={height} columns={['Check', ...series.map(({ name }) => name)]} rows={trendRows(times.map(formatDateTime), series, format)}>
      <ResponsiveContainer width="100%" height={series.length > 1 ? height - 24 : height} initialDimension={{ width: 600, height }}>
        <LineChart data={data} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={gridLine} />
          <XAxis dataKey="key" tickFormatter={(i: number) => formatDateTime(times[i] ?? '')} tick={axisStyle} axisLine={axisLine} tickLine={false} minTickGap={40} height={22} padding={{ left: 12, right: 12 }} />
          <YAxis width={60} tick={axisStyle} axisLine={false} tickLine={false} tickFormatter={format} {...scale} />
          <Tooltip content={<PointTip series={series} format={format} />} />
          {series.map(({ name }, i) => (
            <Line key={name} dataKey={name} stroke={seriesColors[i % seriesColors.length] ?? seriesColors[0]} strokeDasharray={dashes[i] ?? ''} strokeWidth={1.8} dot={{ r: 3, strokeWidth: 0, fill: seriesColors[i % seriesColors.length] ?? seriesColors[0] }} connectNulls isAnimationActive={!still} animationDuration={200} />
          ))}
        </LineChart>
      </ResponsiveContainer>
      {series.length > 1 && (
        <Group gap="md" justify="center" h={24}>
          {series.map(({ name }, i) => (
            <Group key={name} gap={6}>
              <svg width={22} height={8}>
                <line x1={0} x2={22} y1={4} y2={4} stroke={seriesColors[i % seriesColors.length] ?? seriesColors[0]} strokeWidth={2} strokeDasharray={dashes[i] ?? ''} />
              </svg>
              <Text size="xs">{name}</Text>
            </Group>
          ))}
        </Group>
      )}
    </ChartFrame>
  );
}
