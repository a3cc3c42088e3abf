import { Group, Text } from '@mantine/core';
import type { Job } from '../../shared/contract/jobs.ts';
import { useElapsed } from '../host/jobs.ts';
import { formatBytes, formatSeconds } from './format.ts';
import { phaseProgress } from './JobPanel.tsx';
import { Status } from './Status.tsx';

/** A running job in one line: phase, how far, time, memory. Takes the height of a line of text, so that nothing moves. */
export function JobLine({ job }: { readonly job: Job }) {
  const elapsed = useElapsed(job);
  const phase = job.phases.findLast(({ state }) => state === 'running');
  const facts = [phase === undefined ? '' : phaseProgress(phase), phase?.detail ?? '', formatSeconds(elapsed), job.memory > 0 ? formatBytes(job.memory) : ''].filter((fact) => fact !== '');
  return (
    <Group gap="xs" wrap="nowrap" h={18}>
      <Status tone="running">{phase?.name ?? job.title}</Status>
      <Text size="sm" truncate>
        {facts.join(' · ')}
      </Text>
    </Group>
  );
}
