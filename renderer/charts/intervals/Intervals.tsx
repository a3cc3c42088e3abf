import { Group, Text } from '@mantine/core';
import { ChartFrame } from '../ChartFrame.tsx';
import { axisStyle, gridLine } from '../palette.ts';
import { PointMark, seriesColor } from '../PointMark.tsx';
import { Points } from '../Points.tsx';
import { roundTicks } from '../scale.ts';
import { Sized } from '../Sized.tsx';
import { type IntervalRow, LINE, rowTops, spanOf } from './data.ts';

interface IntervalsProps {
  readonly title: string;
  readonly summary: string;
  readonly rows: readonly IntervalRow[];
  readonly format: (value: number) => string;
  readonly formatTick: (value: number, ticks: readonly number[]) => string;
  /** What the value is, at the axis. */
  readonly axis: string;
  /** A line that everything is seen against, such as no difference at 0. */
  readonly reference?: number;
  readonly columns: readonly string[];
  readonly table: readonly (readonly string[])[];
}

const LEFT = 226;
const RIGHT = 16;
const TOP = 10;
const AXIS = 34;

const shorten = (text: string, characters: number) => (text.length > characters ? `${text.slice(0, characters - 1)}…` : text);

/** Values with their intervals, line by line, one or several series: comparisons with a reference, and segments. */
export function Intervals({ title, summary, rows, format, formatTick, axis, reference, columns, table }: IntervalsProps) {
  const { tops, height: inner } = rowTops(rows);
  const series = [...new Map(rows.flatMap(({ items }) => items.map(({ label, series: number }) => [label, number] as const)))];
  const legend = series.length > 1 && rows.some(({ items }) => items.length > 1);
  const height = TOP + inner + AXIS;
  const ticks = roundTicks(...spanOf(rows, reference === undefined ? [] : [reference]), 6);
  const [first, last] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const placeIn = (width: number) => (value: number) => LEFT + ((value - first) / (last - first || 1)) * Math.max(1, width - LEFT - RIGHT);
  const dotsIn = (place: (value: number) => number) =>
    rows.flatMap((row, index) =>
      row.items.flatMap((item, at) => {
        if (item.value === null) return [];
        const y = TOP + (tops[index] ?? 0) + (row.items.length === 1 ? LINE : at * LINE + LINE / 2 + 2);
        return [{ ...item, value: item.value, row, x: place(item.value), y }];
      }),
    );
  return (
    <ChartFrame title={title} summary={summary} height={height + (legend ? 24 : 0)} columns={columns} rows={table} told>
        {legend && (
          <Group gap="md" h={24} style={{ overflow: 'hidden' }}>
            {series.map(([label, number]) => (
              <Group key={label} gap={6} wrap="nowrap">
                <svg width={12} height={12}>
                  <PointMark x={6} y={6} series={number} />
                </svg>
                <Text size="xs">{label}</Text>
              </Group>
            ))}
          </Group>
        )}
        <Sized>
          {(width) => {
            const place = placeIn(width);
            const dots = dotsIn(place);
            return (
          <Points
            label={title}
            width={width}
            height={height}
            points={dots.map(({ x, y, row, label, value, low, high }) => ({
              x, y,
              title: row.name === label ? label : `${row.name}: ${label}`,
              lines: [`${axis} ${format(value)}`, ...(low === null || high === null ? [] : [`95 % interval ${format(low)} to ${format(high)}`]), ...(row.note === '' ? [] : [row.note])],
            }))}
          >
            {(open) => (
              <>
                {ticks.map((tick) => (
                  <g key={tick}>
                    <line x1={place(tick)} x2={place(tick)} y1={TOP} y2={TOP + inner - 6} stroke={gridLine} />
                    <text x={place(tick)} y={TOP + inner + 8} textAnchor="middle" {...axisStyle}>
                      {formatTick(tick, ticks)}
                    </text>
                  </g>
                ))}
                <text x={LEFT + (width - LEFT - RIGHT) / 2} y={TOP + inner + 24} textAnchor="middle" {...axisStyle}>
                  {axis}
                </text>
                {reference !== undefined && <line x1={place(reference)} x2={place(reference)} y1={TOP} y2={TOP + inner - 6} stroke="var(--mantine-color-dimmed)" strokeDasharray="3 3" />}
                {rows.map(({ name, note }, index) => {
                  const y = TOP + (tops[index] ?? 0);
                  return (
                    <g key={name}>
                      {index > 0 && <line x1={0} x2={width - RIGHT} y1={y - 5} y2={y - 5} stroke={gridLine} />}
                      <text x={LEFT - 12} y={y + 10} textAnchor="end" fontSize={12} fill="var(--mantine-color-text)">
                        {shorten(name, 34)}
                      </text>
                      <text x={LEFT - 12} y={y + 24} textAnchor="end" {...axisStyle}>
                        {shorten(note, 32)}
                      </text>
                    </g>
                  );
                })}
                {dots.map(({ x, y, series: number, low, high }, index) => (
                  <g key={index}>
                    {low !== null && high !== null && <line x1={place(low)} x2={place(high)} y1={y} y2={y} stroke={seriesColor(number)} strokeWidth={open === index ? 3 : 1.8} />}
                    <PointMark x={x} y={y} series={number} size={open === index ? 1.35 : 1} />
                  </g>
                ))}
              </>
            )}
          </Points>
            );
          }}
        </Sized>
    </ChartFrame>
  );
}
