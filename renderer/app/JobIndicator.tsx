import { Button, CloseButton, Group, Loader, Popover, Text, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { JobPanel, phaseProgress } from '../components/JobPanel.tsx';
import { formatSeconds } from '../components/format.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { useElapsed, useRunningJobs } from '../host/jobs.ts';
import { runCommand } from '../stores/commands.ts';
import classes from './Frame.module.css';

function Running({ job, others }: { readonly job: Job; readonly others: number }) {
  const [opened, { toggle, close }] = useDisclosure();
  const elapsed = useElapsed(job);
  const phase = job.phases.findLast(({ state }) => state === 'running');
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-end" width={560} shadow="md" trapFocus>
      <div className={classes['job']}>
        <Loader size={14} aria-hidden />
        <Popover.Target>
          <Button variant="transparent" color="gray" size="compact-sm" px={0} onClick={toggle} fw={500}>
            {job.title}
          </Button>
        </Popover.Target>
        <Text span size="sm" c="dimmed" className={classes['phase'] ?? ''}>
          {phase?.name}
        </Text>
        <Text span size="sm" c="dimmed" className="rb-number">
          {phase === undefined ? '' : phaseProgress(phase)}
        </Text>
        <Text span size="sm" className="rb-number" miw={52}>
          {formatSeconds(elapsed)}
        </Text>
        {others > 0 && (
          <Text span size="sm" c="dimmed">
            +{others}
          </Text>
        )}
        <CloseButton size="sm" aria-label={`Cancel: ${job.title}`} onClick={() => runCommand('job.cancel')} />
      </div>
      <Popover.Dropdown p="xs">
        <JobPanel job={job} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** What runs now: phase, rows, time and a Cancel, in the header of every page. */
export function JobIndicator() {
  const running = useRunningJobs();
  const job = running.at(-1);
  const phase = job?.phases.findLast(({ state }) => state === 'running');
  return (
    <Group>
      {job !== undefined && <Running key={job.id} job={job} others={running.length - 1} />}
      <VisuallyHidden component="output">{job === undefined ? '' : `${job.title}: ${phase?.name ?? 'started'}`}</VisuallyHidden>
    </Group>
  );
}
