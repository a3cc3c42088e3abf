import { Group, Text } from '@mantine/core';
import { CartesianGrid, Line, LineChart, ReferenceDot, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import { formatDecimal, formatNumber } from '../../components/format.ts';
import { ChartFrame } from '../ChartFrame.tsx';
import { ChartTip } from '../ChartTip.tsx';
import { axisLine, axisStyle, gridLine } from '../palette.ts';
import { seriesColor } from '../PointMark.tsx';
import { roundTicks, tickDigits } from '../scale.ts';
import { curveRows, type CurveSeries, curvesSummary } from './data.ts';

const dashes = ['', '6 3', '2 3', '8 3 2 3', '12 4', '4 4'] as const;

interface CurvesProps {
  readonly title: string;
  readonly axis: string;
  readonly series: readonly CurveSeries[];
  readonly format: (value: number) => string;
  /** An x in words: `12 epochs`, `3.4 s`. */
  readonly unit: (x: number) => string;
  readonly height?: number;
}

function RowTip({ series, format, unit, active = false, payload }: Pick<CurvesProps, 'series' | 'format' | 'unit'> & Partial<TooltipContentProps>) {
  const row = payload?.[0]?.payload as Record<string, number> | undefined;
  if (!active || row === undefined) return null;
  const lines = series.flatMap(({ name }) => {
    const value = row[name];
    return value === undefined ? [] : [`${name} ${format(value)}`];
  });
  return <ChartTip title={unit(row['x'] ?? 0)} lines={lines} />;
}

/** How training went, a line a model; a ring marks the point whose weights were kept. */
export function Curves({ title, axis, series, format, unit, height = 260 }: CurvesProps) {
  const rows = curveRows(series);
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const ticks = roundTicks(Math.min(...values), Math.max(...values));
  const digits = tickDigits(ticks);
  const plot = height - 24;
  const xs = rows.map((row) => row['x'] ?? 0);
  const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 1];
  const columns = roundTicks(first, last, 9).filter((tick) => tick >= first && tick <= last && (axis !== 'Epoch' || Number.isInteger(tick)));
  return (
    <ChartFrame title={title} summary={curvesSummary(series, format, unit)} height={height} columns={[axis, ...series.map(({ name }) => name)]} rows={rows.map((row) => [unit(row['x'] ?? 0), ...series.map(({ name }) => { const value = row[name]; return value === undefined ? '–' : format(value); })])}>
      <ResponsiveContainer width="100%" height={plot} initialDimension={{ width: 600, height: plot }}>
        <LineChart data={rows} margin={{ top: 8, right: 16, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={gridLine} />
          <XAxis dataKey="x" type="number" domain={['dataMin', 'dataMax']} tick={axisStyle} axisLine={axisLine} tickLine={false} ticks={columns} interval={0} height={38} label={{ value: axis, position: 'insideBottom', offset: 2, ...axisStyle }} tickFormatter={(x: number) => formatNumber(x)} />
          <YAxis width={58} tick={axisStyle} axisLine={false} tickLine={false} ticks={ticks} domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]} tickFormatter={(value: number) => formatDecimal(value, digits)} />
          <Tooltip content={<RowTip series={series} format={format} unit={unit} />} />
          {series.map(({ name, points, series: number }) => (
            <Line key={name} dataKey={name} stroke={seriesColor(number)} strokeDasharray={dashes[number % dashes.length] ?? ''} strokeWidth={1.8} dot={points.length <= 30 ? { r: 2.5, strokeWidth: 0, fill: seriesColor(number) } : false} connectNulls isAnimationActive={false} />
          ))}
          {series.map(({ name, points, best, series: number }) => {
            const kept = points.find(({ x }) => x === best);
            return kept === undefined ? null : <ReferenceDot key={name} x={kept.x} y={kept.y} r={6} fill="none" stroke={seriesColor(number)} strokeWidth={2} />;
          })}
        </LineChart>
      </ResponsiveContainer>
      <Group gap="md" justify="center" h={24}>
        {series.map(({ name, running, series: number }) => (
          <Group key={name} gap={6}>
            <svg width={22} height={8}>
              <line x1={0} x2={22} y1={4} y2={4} stroke={seriesColor(number)} strokeWidth={2} strokeDasharray={dashes[number % dashes.length] ?? ''} />
            </svg>
            <Text size="xs">
              {name}
              {running ? ', training' : ''}
            </Text>
          </Group>
        ))}
      </Group>
    </ChartFrame>
  );
}
