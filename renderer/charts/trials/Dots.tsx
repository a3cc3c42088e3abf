import type { ReactNode } from 'react';
import { FootAxis, ValueAxis } from '../Axes.tsx';
import { ChartFrame } from '../ChartFrame.tsx';
import { seriesColors } from '../palette.ts';
import { Points } from '../Points.tsx';
import { logTicks, roundTicks } from '../scale.ts';
import { Sized } from '../Sized.tsx';

export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly title: string;
  readonly lines: readonly string[];
  /** Measured with less than the whole budget: drawn hollow. */
  readonly partial: boolean;
  readonly best: boolean;
}

interface DotsProps {
  readonly title: string;
  readonly summary: string;
  readonly dots: readonly Dot[];
  readonly axis: string;
  /** Where the axis has names instead of numbers; a dot's x is its place among them. */
  readonly names: readonly string[] | null;
  readonly log: boolean;
  /** Places that hold from their x on until the next. */
  readonly steps: readonly { readonly x: number; readonly y: number }[];
  readonly formatX: (x: number) => string;
  readonly columns: readonly string[];
  readonly table: readonly (readonly string[])[];
  readonly controls?: ReactNode;
  readonly height?: number;
}

const LEFT = 58;
const RIGHT = 18;
const TOP = 10;
const BOTTOM = 38;

/** Values over a number or over names, with their intervals, and a stepped line where there is one. */
export function Dots({ title, summary, dots, axis, names, log, steps, formatX, columns, table, controls, height = 260 }: DotsProps) {
  const ends = dots.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const rows = roundTicks(Math.min(...ends), Math.max(...ends));
  const [bottom, top] = [rows[0] ?? 0, rows.at(-1) ?? 1];
  const values = dots.map(({ x }) => x);
  const logarithmic = log && names === null && values.every((value) => value > 0);
  const ticks = names !== null ? names.map((_, index) => index) : logarithmic ? logTicks(Math.min(...values), Math.max(...values)) : roundTicks(Math.min(...values), Math.max(...values), 7);
  const scale = (value: number) => (logarithmic ? Math.log10(value) : value);
  const [first, last] = names !== null ? [-0.5, names.length - 0.5] : [scale(Math.min(ticks[0] ?? 0, ...values)), scale(Math.max(ticks.at(-1) ?? 1, ...values))];
  const y = (value: number) => TOP + ((top - value) / (top - bottom || 1)) * (height - TOP - BOTTOM);
  return (
    <ChartFrame title={title} summary={summary} height={height} columns={columns} rows={table} told controls={controls}>
      {dots.length > 0 && (
        <Sized>
          {(width) => {
            const x = (value: number) => LEFT + ((scale(value) - first) / (last - first || 1)) * Math.max(1, width - LEFT - RIGHT);
            const plot = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
            const line = steps.flatMap((step, index) => {
              const next = steps[index + 1];
              return [`${x(step.x)},${y(step.y)}`, ...(next === undefined ? [] : [`${x(next.x)},${y(step.y)}`])];
            });
            return (
              <Points label={title} width={width} height={height} points={dots.map((dot) => ({ x: x(dot.x), y: y(dot.y), title: dot.title, lines: dot.lines }))}>
                {(open) => (
                  <>
                    <ValueAxis ticks={rows} y={y} plot={plot} />
                    <FootAxis ticks={ticks} x={x} format={(tick) => (names === null ? formatX(tick) : (names[tick] ?? ''))} title={logarithmic ? `${axis}, logarithmic` : axis} plot={plot} />
                    {line.length > 1 && <polyline points={line.join(' ')} fill="none" stroke={seriesColors[1]} strokeWidth={1.8} />}
                    {dots.map((dot, index) => (
                      <g key={index}>
                        {dot.low !== null && dot.high !== null && <line x1={x(dot.x)} x2={x(dot.x)} y1={y(dot.low)} y2={y(dot.high)} stroke={seriesColors[0]} strokeWidth={1.2} opacity={0.45} />}
                        <circle cx={x(dot.x)} cy={y(dot.y)} r={open === index || dot.best ? 6 : 4} fill={dot.partial ? 'var(--mantine-color-body)' : dot.best ? seriesColors[1] : seriesColors[0]} stroke={dot.best ? seriesColors[1] : seriesColors[0]} strokeWidth={1.6} />
                      </g>
                    ))}
                  </>
                )}
              </Points>
            );
          }}
        </Sized>
      )}
    </ChartFrame>
  );
}
