import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A figure with its name. */
export function Figure({ label, children, note, beside }: { readonly label: string; readonly children: ReactNode; readonly note?: ReactNode; /** Stands beside its name. */ readonly beside?: ReactNode }) {
  return (
    <div>
      <Group gap={4} wrap="nowrap" h={20}>
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        {beside}
      </Group>
      <Text fz={20} fw={600} lh={1.3} component="div">
        {children}
      </Text>
      {note !== undefined && (
        <Text size="sm" c="dimmed" component="div">
          {note}
        </Text>
      )}
    </div>
  );
}
