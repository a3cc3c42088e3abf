import { Group, Progress, Text } from '@mantine/core';
import { formatShare } from '../../components/format.ts';

/** A share as a bar and a number; a share above nothing shows at least a sliver. */
export function ShareBar({ part, all, color }: { part: number; all: number; color: string }) {
  const percent = part === 0 || all === 0 ? 0 : Math.max(2, (part / all) * 100);
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Progress value={percent} color={color} size={5} w={44} aria-hidden />
      <Text span size="sm" ta="right" w={56} style={{ whiteSpace: 'nowrap' }}>
        {formatShare(part, all)}
      </Text>
    </Group>
  );
}
