import { Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleMinus, IconCircleX, IconInfoCircle, IconLoader2 } from '@tabler/icons-react';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'running' | 'waiting' | 'skipped';

const marks = {
  good: [IconCircleCheck, 'var(--rb-good)'],
  warn: [IconAlertTriangle, 'var(--rb-warn)'],
  bad: [IconCircleX, 'var(--rb-bad)'],
  info: [IconInfoCircle, 'var(--mantine-color-dimmed)'],
  running: [IconLoader2, 'var(--mantine-color-anchor)'],
  waiting: [IconCircleDashed, 'var(--mantine-color-dimmed)'],
  skipped: [IconCircleMinus, 'var(--mantine-color-dimmed)'],
} as const;

/** A state as shape, colour and word; never as colour alone. */
export function Status({ tone, children, size = 'sm' }: { readonly tone: Tone; readonly children?: string; readonly size?: 'xs' | 'sm' | 'md' }) {
  const [Icon, color] = marks[tone];
  return (
    <Group gap={6} wrap="nowrap" component="span" style={{ color }}>
      <Icon size={16} aria-hidden className={tone === 'running' ? 'rb-spin' : ''} style={{ flex: 'none' }} />
      {children !== undefined && (
        <Text span size={size} inherit={false} style={{ whiteSpace: 'nowrap' }}>
          {children}
        </Text>
      )}
    </Group>
  );
}
