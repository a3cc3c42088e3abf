import { Group, Text, VisuallyHidden } from '@mantine/core';
import classes from './live.module.css';

const [WIDTH, HEIGHT] = [240, 36];

/** A small line of one figure over a run's time, from 0 to its highest. */
export function TimeLine({ label, points, format }: { readonly label: string; readonly points: readonly (readonly [at: number, value: number])[]; readonly format: (value: number) => string }) {
  const highest = Math.max(0, ...points.map(([, value]) => value));
  const end = Math.max(1e-9, points.at(-1)?.[0] ?? 0);
  const line = points.map(([at, value]) => `${((at / end) * WIDTH).toFixed(1)},${(HEIGHT - 1 - (highest === 0 ? 0 : value / highest) * (HEIGHT - 2)).toFixed(1)}`);
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {label}
        </Text>
        <Text size="xs" c="dimmed">
          {points.length === 0 ? '' : <><VisuallyHidden>now {format(points.at(-1)?.[1] ?? 0)}, </VisuallyHidden>up to {format(highest)}</>}
        </Text>
      </Group>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className={classes['spark']} aria-hidden>
        {line.length > 1 && (
          <>
            <polygon points={`0,${HEIGHT} ${line.join(' ')} ${WIDTH},${HEIGHT}`} />
            <polyline points={line.join(' ')} />
          </>
        )}
      </svg>
    </div>
  );
}
