import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { ChartTip } from './ChartTip.tsx';
import classes from './points.module.css';

export interface ChartPoint {
  /** In pixels within the chart. */
  readonly x: number;
  readonly y: number;
  readonly title: string;
  readonly lines: readonly string[];
}

interface PointsProps {
  readonly label: string;
  readonly points: readonly ChartPoint[];
  readonly width: number;
  readonly height: number;
  /** The drawing; the open point is its number, or nothing. */
  readonly children: (open: number | null) => ReactNode;
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** A drawing whose points are opened by pointer or, once it has the focus, by the arrow keys; the open one is told in words. */
export function Points({ label, points, width, height, children }: PointsProps) {
  const [at, setAt] = useState<number | null>(null);
  const open = at === null ? undefined : points[at];
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    const last = points.length - 1;
    const next = step !== undefined ? (at === null ? (step > 0 ? 0 : last) : (at + step + points.length) % points.length) : event.key === 'Home' ? 0 : event.key === 'End' ? last : event.key === 'Escape' ? null : undefined;
    if (next === undefined || points.length === 0) return;
    event.preventDefault();
    setAt(next);
  };
  return (
    <div
      className={classes['points']}
      role="slider"
      aria-label={`Points of: ${label}`}
      aria-valuemin={0}
      aria-valuemax={points.length}
      aria-valuenow={at === null ? 0 : at + 1}
      aria-valuetext={open === undefined ? `${points.length} points; the arrow keys tell them one by one` : `${open.title}: ${open.lines.join(', ')}`}
      tabIndex={0}
      onKeyDown={move}
      onBlur={() => setAt(null)}
      onPointerLeave={() => setAt(null)}
      style={{ width: '100%', height }}
    >
      <svg width={width} height={height} aria-hidden style={{ display: 'block', overflow: 'visible' }}>
        {children(open === undefined ? null : at)}
        {points.map(({ x, y }, index) => (
          <circle key={index} cx={x} cy={y} r={9} fill="transparent" onPointerEnter={() => setAt(index)} />
        ))}
      </svg>
      {open !== undefined && (
        <div className={classes['tip']} aria-hidden style={{ left: open.x, top: open.y }} data-side={open.x > width * 0.6 ? 'left' : 'right'} data-upper={open.y < height / 2 || undefined}>
          <ChartTip title={open.title} lines={open.lines} />
        </div>
      )}
    </div>
  );
}
