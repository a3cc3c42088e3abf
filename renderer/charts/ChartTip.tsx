import { Paper, Text } from '@mantine/core';

/** What a chart says under the pointer. */
export function ChartTip({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <Paper px="xs" py={4} shadow="sm" bg="var(--rb-raised)">
      <Text size="xs" fw={500}>
        {title}
      </Text>
      {lines.map((line) => (
        <Text key={line} size="xs" c="dimmed">
          {line}
        </Text>
      ))}
    </Paper>
  );
}
