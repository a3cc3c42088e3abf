import { formatDecimal } from '../components/format.ts';
import { axisStyle, gridLine } from './palette.ts';
import { tickDigits } from './scale.ts';

/** The part of a drawing that the points stand in, in pixels. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Values at the left with a line across the plot for each. */
export function ValueAxis({ ticks, y, plot }: { readonly ticks: readonly number[]; readonly y: (value: number) => number; readonly plot: Plot }) {
  const digits = tickDigits(ticks);
  return ticks.map((tick) => (
    <g key={tick}>
      <line x1={plot.left} x2={plot.right} y1={y(tick)} y2={y(tick)} stroke={gridLine} />
      <text x={plot.left - 8} y={y(tick)} dy={4} textAnchor="end" {...axisStyle}>
        {formatDecimal(tick, digits)}
      </text>
    </g>
  ));
}

interface FootAxisProps {
  readonly ticks: readonly number[];
  readonly x: (value: number) => number;
  readonly format: (tick: number) => string;
  /** What is counted along it. */
  readonly title: string;
  readonly plot: Plot;
  /** A line up the plot for each tick. */
  readonly lines?: boolean;
}

/** What stands under a plot: ticks, and what they count. */
export function FootAxis({ ticks, x, format, title, plot, lines = false }: FootAxisProps) {
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          {lines && <line x1={x(tick)} x2={x(tick)} y1={plot.top} y2={plot.bottom} stroke={gridLine} />}
          <text x={x(tick)} y={plot.bottom + 15} textAnchor="middle" {...axisStyle}>
            {format(tick)}
          </text>
        </g>
      ))}
      <text x={(plot.left + plot.right) / 2} y={plot.bottom + 33} textAnchor="middle" {...axisStyle}>
        {title}
      </text>
    </>
  );
}
