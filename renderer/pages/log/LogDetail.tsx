import { Anchor, Button, CloseButton, Group, Stack, Text, Title } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import type { LogEntry } from '../../../shared/contract/log.ts';
import { CopyText } from '../../components/CopyText.tsx';
import { hashOf } from '../../stores/route.ts';
import { levelColors, levelWords, momentText } from './levels.ts';
import classes from './log.module.css';

const filterable = ['run', 'stage', 'job'] as const;

/** One line with all its fields. */
export function LogDetail({ entry, onOnly, onClose }: { readonly entry: LogEntry; readonly onOnly: (part: Partial<Record<(typeof filterable)[number], string>>) => void; readonly onClose: () => void }) {
  const { time, level, message, fields } = entry;
  const only = filterable.flatMap((key) => {
    const value = fields[key];
    return typeof value === 'string' ? [{ key, value }] : [];
  });
  return (
    <aside className={classes['detail']} aria-label="The line">
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Title order={2}>
          <span style={{ color: levelColors[level] }}>{levelWords[level]}</span>
        </Title>
        <CloseButton aria-label="Close the line" onClick={onClose} />
      </Group>
      <Stack gap="sm">
        <Text size="sm" c="dimmed" className="rb-mono">
          {momentText(time)}
        </Text>
        <Text className={classes['whole'] ?? ''}>{message}</Text>
        {Object.keys(fields).length > 0 && (
          <dl className={classes['fields']}>
            {Object.entries(fields).map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd className="rb-mono">{typeof value === 'string' ? value : JSON.stringify(value, null, 1)}</dd>
              </div>
            ))}
          </dl>
        )}
        <Group gap="xs">
          {only.map(({ key, value }) => (
            <Button key={key} variant="default" leftSection={<IconFilter size={14} aria-hidden />} onClick={() => onOnly({ [key]: value })}>
              Only this {key}
            </Button>
          ))}
          <CopyText text={JSON.stringify({ time, level, message, ...fields }, null, 2)}>Copy as JSON</CopyText>
          {typeof fields['run'] === 'string' && (
            <Anchor size="sm" href={hashOf('pipeline')}>
              Pipeline
            </Anchor>
          )}
        </Group>
      </Stack>
    </aside>
  );
}
