import { Anchor, Button, Group, Paper, Progress, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import type { Job, JobPhase } from '../../shared/contract/jobs.ts';
import { useCall } from '../host/engine.ts';
import { useElapsed } from '../host/jobs.ts';
import { hashOf } from '../stores/route.ts';
import { ErrorPanel } from './ErrorPanel.tsx';
import { formatBytes, formatCount, formatSeconds } from './format.ts';
import { Status, type Tone } from './Status.tsx';

const phaseTones: Record<JobPhase['state'], Tone> = { waiting: 'waiting', running: 'running', done: 'good', cached: 'good', skipped: 'skipped', failed: 'bad' };
export const jobTones: Record<Job['status'], Tone> = { running: 'running', succeeded: 'good', failed: 'bad', cancelled: 'skipped', blocked: 'warn' };
export const jobWords: Record<Job['status'], string> = { running: 'Running', succeeded: 'Done', failed: 'Failed', cancelled: 'Cancelled', blocked: 'Blocked' };

/** How far a phase is: `1,200 of 3,000 rows`; without a known total no share is made up. */
export const phaseProgress = ({ done, total, unit }: JobPhase): string =>
  total === undefined ? (done === 0 ? '' : `${formatCount(done)} ${unit}`) : `${formatCount(done)} of ${formatCount(total)} ${unit}`;

export function CancelJob({ job }: { readonly job: Job }) {
  const cancel = useCall('jobs.cancel');
  return (
    <Button variant="default" leftSection={<IconPlayerStop size={14} />} onClick={() => cancel.mutate({ id: job.id })} loading={cancel.isPending} disabled={cancel.isSuccess}>
      {cancel.isSuccess ? 'Cancelling' : 'Cancel'}
    </Button>
  );
}

/** Moves when the total is known, and stripes without a claim when it is not. */
export function PhaseBar({ phase, size = 4 }: { readonly phase: JobPhase | undefined; readonly size?: number }) {
  const known = phase?.total !== undefined && phase.total > 0;
  return (
    <Progress.Root size={size} transitionDuration={200}>
      <Progress.Section
        value={known ? Math.min(100, (phase.done / (phase.total ?? 1)) * 100) : 100}
        {...(known ? {} : { striped: true, animated: true, color: 'gray', withAria: false, role: 'progressbar' })}
        aria-label={phase?.name ?? 'Progress'}
      />
    </Progress.Root>
  );
}

/** One job in full: its phases, rows, time and memory, a Cancel while it runs, its error when it failed. */
export function JobPanel({ job, log = false }: { readonly job: Job; readonly log?: boolean }) {
  const elapsed = useElapsed(job);
  const running = job.status === 'running';
  const phase = job.phases.findLast(({ state }) => state === 'running');
  return (
    <Stack gap="sm">
      <Paper p="md">
        <Stack gap="sm">
          <Group justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Status tone={jobTones[job.status]}>{jobWords[job.status]}</Status>
              <Text fw={600}>{job.title}</Text>
            </Group>
            <Group gap="md" wrap="nowrap">
              <Text size="sm" c="dimmed">
                {formatSeconds(elapsed)}
              </Text>
              {job.memory > 0 && (
                <Text size="sm" c="dimmed">
                  {formatBytes(job.memory)}
                </Text>
              )}
              <Anchor size="sm" href={hashOf('log', [], { job: job.id })} aria-label={`Log of ${job.title}`}>
                Log
              </Anchor>
              {running && <CancelJob job={job} />}
            </Group>
          </Group>
          {running && <PhaseBar phase={phase} />}
          {job.phases.length > 0 && (
            <Table aria-label="Phases" verticalSpacing={3}>
              <Table.Tbody>
                {job.phases.map((entry, index) => (
                  <Table.Tr key={index}>
                    <Table.Td w="30%">
                      <Status tone={phaseTones[entry.state]}>{entry.name}</Status>
                    </Table.Td>
                    <Table.Td className="rb-number" w="24%">
                      {phaseProgress(entry)}
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm" c="dimmed" truncate>
                        {entry.detail ?? (entry.state === 'cached' || entry.state === 'skipped' ? entry.state : '')}
                      </Text>
                    </Table.Td>
                    <Table.Td className="rb-number" w={90}>
                      {entry.state === 'waiting' ? '' : formatSeconds(entry.seconds)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Stack>
      </Paper>
      {job.error !== undefined && <ErrorPanel error={job.error} />}
      {log && job.log.length > 0 && <JobLog job={job} />}
    </Stack>
  );
}

/** The last lines of a job's log. */
export function JobLog({ job, height = 220 }: { readonly job: Job; readonly height?: number }) {
  return (
    <Paper bg="var(--rb-surface)">
      <ScrollArea h={height} p="sm" viewportProps={{ tabIndex: 0, 'aria-label': 'Log', role: 'log' }}>
        {job.log.map((line, index) => (
          <div key={index} className="rb-mono" style={{ color: line.level === 'error' ? 'var(--rb-bad)' : line.level === 'warn' ? 'var(--rb-warn)' : undefined, whiteSpace: 'pre-wrap' }}>
            {line.at.slice(11, 19)} {line.level.padEnd(5)} {line.message}
          </div>
        ))}
      </ScrollArea>
    </Paper>
  );
}
