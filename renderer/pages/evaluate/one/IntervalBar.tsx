import classes from '../evaluate.module.css';

const HEIGHT = 16;

interface IntervalBarProps {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Values and ends of all rows: they share a scale. */
  readonly ends: readonly number[];
  readonly best: boolean;
}

/** A value and its interval on the scale of the whole column, as wide as that is; the figures stand beside it, so it is for the eye only. */
export function IntervalBar({ value, low, high, ends, best }: IntervalBarProps) {
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const x = (at: number) => `${((at - from) / (to - from || 1)) * 100}%`;
  const color = best ? 'var(--rb-series-1)' : 'var(--mantine-color-dimmed)';
  return (
    <svg height={HEIGHT} aria-hidden className={classes['bar']}>
      <line x1="0%" x2="100%" y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--rb-border)" />
      {low !== null && high !== null && <line x1={x(low)} x2={x(high)} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke={color} strokeWidth={3} opacity={0.55} />}
      <circle cx={x(value)} cy={HEIGHT / 2} r={3.5} fill={color} />
    </svg>
  );
}
