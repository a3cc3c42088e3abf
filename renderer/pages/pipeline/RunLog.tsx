import { Button, CopyButton, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job, LogLine } from '../../../shared/contract/jobs.ts';
import { formatUnits } from '../../components/format.ts';
import { JobLog } from '../../components/JobPanel.tsx';

const ranks: Record<LogLine['level'], number> = { debug: 0, info: 1, warn: 2, error: 3 };
const choices = [
  { value: 'debug', label: 'Everything' },
  { value: 'info', label: 'Info' },
  { value: 'warn', label: 'Warnings' },
  { value: 'error', label: 'Errors' },
] as const;

/** What the run says of itself; a level shows its own lines and the graver ones. */
export function RunLog({ job }: { readonly job: Job | undefined }) {
  const [level, setLevel] = useState<LogLine['level']>('info');
  if (job === undefined)
    return (
      <Text size="sm" c="dimmed" py="xl" ta="center">
        The log of a run appears here while the app is open. Earlier runs are in the history.
      </Text>
    );
  const lines = job.log.filter((line) => ranks[line.level] >= ranks[level]);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Group gap="sm">
          <SegmentedControl aria-label="Level" data={[...choices]} value={level} onChange={setLevel} />
          <Text size="sm" c="dimmed">
            {formatUnits(lines.length, 'line')}
          </Text>
        </Group>
        <CopyButton value={lines.map(({ at, level, message }) => `${at} ${level.padEnd(5)} ${message}`).join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} disabled={lines.length === 0} leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
      <JobLog job={{ ...job, log: lines }} height={340} />
    </Stack>
  );
}
