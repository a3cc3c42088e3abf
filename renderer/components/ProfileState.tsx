import { Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useElapsed } from '../host/jobs.ts';
import type { Profiling } from '../host/profile.ts';
import { formatCompact, formatCount, formatSeconds, formatUnits } from './format.ts';
import { CancelJob, PhaseBar, phaseProgress } from './JobPanel.tsx';
import type { Job } from '../../shared/contract/jobs.ts';
import { Status } from './Status.tsx';

/** Whether the figures are exact or estimated, from how many rows, and how far the exact ones are. Always as high as its Cancel. */
export function ProfileState({ profiling: { profile, job, makeExact }, narrow = false }: { readonly profiling: Profiling; readonly narrow?: boolean }) {
  if (profile === undefined) return <Group h={30}><Text size="sm" c="dimmed">Looking at the first rows…</Text></Group>;
  const running = job?.status === 'running';
  if (profile.exact) {
    return (
      <Group gap="xs" h={30} wrap="nowrap" component="output" aria-label="How exact the profile is">
        <Status tone="good">Exact</Status>
        <Text size="sm" c="dimmed" truncate>{`all ${formatUnits(profile.rows, 'row')}, ${formatUnits(profile.columns.length, 'column')}, read in ${formatSeconds(profile.seconds)}`}</Text>
      </Group>
    );
  }
  const exact = profile.columns.filter((column) => column.exact).length;
  const sampled = profile.sample === null ? '' : narrow ? `From ${formatCompact(profile.sample)} of ${formatCompact(profile.rows)} rows` : `Estimate from ${formatCount(profile.sample)} of ${formatUnits(profile.rows, 'row')}`;
  return (
    <Group gap="sm" h={30} wrap="nowrap">
      <Group gap="xs" wrap="nowrap" miw={0} component="output" aria-label="How exact the profile is">
        <Status tone={running ? 'running' : 'info'}>{sampled === '' ? 'Columns exact' : sampled}</Status>
        {!narrow && exact > 0 && (
          <Text size="sm" c="dimmed" truncate>
            {`${exact} of ${formatUnits(profile.columns.length, 'column')} exact by now`}
          </Text>
        )}
      </Group>
      {running ? (
        narrow ? <CancelJob job={job} /> : <Progress job={job} />
      ) : (
        <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={makeExact}>
          Make exact
        </Button>
      )}
    </Group>
  );
}

function Progress({ job }: { readonly job: Job }) {
  const elapsed = useElapsed(job);
  const phase = job.phases.findLast(({ state }) => state === 'running');
  return (
    <Group gap="sm" wrap="nowrap">
      <div style={{ width: 90 }}>
        <PhaseBar phase={phase} />
      </div>
      <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }} aria-hidden>
        {[phase === undefined ? '' : phaseProgress(phase) || phase.name, formatSeconds(elapsed)].filter((part) => part !== '').join(' · ')}
      </Text>
      <CancelJob job={job} />
    </Group>
  );
}
