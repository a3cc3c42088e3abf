import type { ReactNode } from 'react';
import { FootAxis, ValueAxis } from '../Axes.tsx';
import { ChartFrame } from '../ChartFrame.tsx';
import { seriesColors } from '../palette.ts';
import { Points } from '../Points.tsx';
import { logTicks, placeLabels, roundTicks } from '../scale.ts';
import { Sized } from '../Sized.tsx';
import { type CostPoint, frontierOf, tradeOffSummary } from './data.ts';

interface TradeOffProps {
  readonly title: string;
  readonly points: readonly CostPoint[];
  /** What the upright axis counts, and the other one. */
  readonly metric: string;
  readonly costs: string;
  readonly lowerIsBetter: boolean;
  readonly format: (value: number) => string;
  readonly formatCost: (cost: number) => string;
  readonly controls?: ReactNode;
  readonly height?: number;
}

const LEFT = 62;
const RIGHT = 24;
const TOP = 14;
const BOTTOM = 40;
const CHARACTER = 6.4;

/** How good the models are against what they cost, on a logarithmic scale; a line joins those that no other one beats in both. */
export function TradeOff({ title, points, metric, costs, lowerIsBetter, format, formatCost, controls, height = 340 }: TradeOffProps) {
  const frontier = frontierOf(points, lowerIsBetter);
  const ends = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const rows = roundTicks(Math.min(...ends), Math.max(...ends), 6);
  // Some air on both sides, for dots and labels.
  const [cheapest, dearest] = [Math.min(...points.map(({ cost }) => cost)) / 1.6, Math.max(...points.map(({ cost }) => cost)) * 2];
  const columns = logTicks(cheapest, dearest).filter((tick) => tick >= cheapest && tick <= dearest);
  const [left, right] = [Math.log10(cheapest), Math.log10(dearest)];
  const [low, high] = [rows[0] ?? 0, rows.at(-1) ?? 1];
  const across = (width: number) => (cost: number) => LEFT + ((Math.log10(cost) - left) / (right - left || 1)) * Math.max(1, width - LEFT - RIGHT);
  const y = (value: number) => TOP + ((high - value) / (high - low || 1)) * (height - TOP - BOTTOM);
  const among = new Set(frontier.map(({ label }) => label));
  return (
    <ChartFrame
      title={title}
      summary={points.length === 0 ? 'No model has both figures.' : tradeOffSummary(points, lowerIsBetter, format, formatCost)}
      height={height}
      columns={['Model', metric, '95 % interval', costs, 'Beaten in both by none']}
      rows={points.map(({ label, value, low: from, high: to, cost }) => [label, format(value), from === null || to === null ? '–' : `${format(from)} – ${format(to)}`, formatCost(cost), among.has(label) ? 'yes' : 'no'])}
      told
      controls={controls}
    >
      {points.length > 0 && (
        <Sized>
          {(width) => {
            const x = across(width);
            const plot = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
            const labels = placeLabels(points.map((point) => ({ x: x(point.cost), y: y(point.value), width: point.label.length * CHARACTER })), width);
            return (
          <Points
            label={title}
            width={width}
            height={height}
            points={points.map(({ label, value, low: from, high: to, cost }) => ({
              x: x(cost), y: y(value), title: label,
              lines: [`${metric} ${format(value)}`, ...(from === null || to === null ? [] : [`95 % interval ${format(from)} to ${format(to)}`]), `${costs} ${formatCost(cost)}`],
            }))}
          >
            {(open) => (
              <>
                <ValueAxis ticks={rows} y={y} plot={plot} />
                <FootAxis ticks={columns} x={x} format={(tick) => formatCost(tick).replace(/[.,]0(?=\s)/, '')} title={`${costs}, logarithmic`} plot={plot} lines />
                <polyline points={frontier.map(({ cost, value }) => `${x(cost)},${y(value)}`).join(' ')} fill="none" stroke={seriesColors[1]} strokeWidth={1.5} strokeDasharray="5 4" />
                {points.map(({ label, value, low: from, high: to, cost }, index) => (
                  <g key={label}>
                    {from !== null && to !== null && <line x1={x(cost)} x2={x(cost)} y1={y(from)} y2={y(to)} stroke={seriesColors[0]} strokeWidth={1.5} opacity={0.75} />}
                    <circle cx={x(cost)} cy={y(value)} r={open === index ? 6.5 : 4.5} fill={among.has(label) ? seriesColors[0] : 'var(--mantine-color-body)'} stroke={seriesColors[0]} strokeWidth={1.8} />
                    <text x={x(cost) + (labels[index]?.dx ?? 0)} y={y(value) + (labels[index]?.dy ?? 0)} dy={4} textAnchor={labels[index]?.anchor ?? 'start'} fontSize={12} fill="var(--mantine-color-text)" fontWeight={open === index ? 600 : 400} stroke="var(--mantine-color-body)" strokeWidth={4} strokeLinejoin="round" paintOrder="stroke">
                      {label}
                    </text>
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
