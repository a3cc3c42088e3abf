import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Job } from '../../../../shared/contract/jobs.ts';
import type { PipelineStatus, Plan } from '../../../../shared/contract/pipeline.ts';
import { formatBytes, formatCompact, formatCount, formatSeconds } from '../../../components/format.ts';
import { JobLog, PhaseBar, phaseProgress } from '../../../components/JobPanel.tsx';
import { Status } from '../../../components/Status.tsx';
import { useEngine } from '../../../host/engine.ts';
import { useElapsed } from '../../../host/jobs.ts';
import { hashOf } from '../../../stores/route.ts';
import { barsOfJob } from '../gantt/bars.ts';
import { Gantt } from '../gantt/Gantt.tsx';
import { aboutSeconds } from '../plan/plan.ts';
import { rateOf, restOf } from './eta.ts';
import classes from './live.module.css';
import { TimeLine } from './TimeLine.tsx';

/** Lines of phases that keep their place, so that nothing moves as stages begin and end. */
const LINES = 2;
/** As many lines of the log as are in view. */
const LOG_LINES = 10;

interface LivePanelProps {
  readonly job: Job;
  readonly status: PipelineStatus;
  readonly plan: Plan | undefined;
}

/** The run under way: how far, how fast, what it takes, and how long it may still take. */
export function LivePanel({ job, status, plan }: LivePanelProps) {
  const elapsed = useElapsed(job);
  const jobs = useEngine('params.list', {}).data?.find(({ path }) => path === 'pipeline.jobs')?.value;
  const rest = plan === undefined ? null : restOf(job, status, plan, typeof jobs === 'number' ? jobs : 1);
  const rate = rateOf(job.samples);
  const rows = job.phases.reduce((sum, { done, unit }) => sum + (unit === 'rows' ? done : 0), 0);
  const phases = job.phases.filter(({ state }) => state === 'running');
  const highest = Math.max(job.memory, ...job.samples.map(({ memory }) => memory));
  return (
    <Paper p="sm" component="section" aria-label="The run under way">
      <Stack gap="sm">
        <div className={classes['figures']}>
          <Live label="Elapsed">{formatSeconds(Math.floor(elapsed))}</Live>
          <Live label="Left" note={rest?.late === true ? 'slower than the last time' : ''}>
            {rest === null ? 'not known' : aboutSeconds(rest.seconds)}
          </Live>
          <Live label="Rows">{formatCompact(rows)}</Live>
          <Live label="Rows/s">{rate === null ? '–' : formatCompact(Math.round(rate))}</Live>
          <Live label="Memory" note={`highest ${formatBytes(highest)}`}>
            {formatBytes(job.memory)}
          </Live>
          <Live label="Database">{formatBytes(job.database)}</Live>
          <Live label="Errors" tone={job.errors > 0 ? 'var(--rb-bad)' : undefined}>
            {formatCount(job.errors)}
          </Live>
          <Live label="Warnings" tone={job.warnings > 0 ? 'var(--rb-warn)' : undefined}>
            {formatCount(job.warnings)}
          </Live>
        </div>
        <div className={classes['split']}>
          <Stack gap={6} mih={LINES * 40}>
            {phases.map((phase) => (
              <div key={phase.name} className={classes['phase']}>
                <Group justify="space-between" wrap="nowrap" gap="sm" mb={3}>
                  <Status tone="running">{phase.name}</Status>
                  <Text size="sm" c="dimmed" truncate style={{ flex: 1 }}>
                    {phase.detail ?? ''}
                  </Text>
                  <Text size="sm" className="rb-number">
                    {phaseProgress(phase)}
                  </Text>
                  <Text size="sm" c="dimmed" className="rb-number" miw={56}>
                    {formatSeconds(Math.max(0, elapsed - phase.began))}
                  </Text>
                </Group>
                <PhaseBar phase={phase} />
              </div>
            ))}
          </Stack>
          <div className={classes['lines']}>
            <TimeLine label="Memory" points={job.samples.map(({ at, memory }) => [at, memory])} format={formatBytes} />
            <TimeLine label="Rows worked through" points={job.samples.map(({ at, done }) => [at, done])} format={formatCompact} />
          </div>
        </div>
        <div className={classes['split']}>
          <Gantt title="Stages over time" bars={barsOfJob(job, status.stages, elapsed)} seconds={elapsed} />
          <div>
            <Group justify="space-between" mb={4}>
              <Text size="sm" fw={500}>
                Log
              </Text>
              <Anchor size="sm" href={hashOf('log')} c="inherit" underline="always">
                Open the log
              </Anchor>
            </Group>
            <JobLog job={{ ...job, log: job.log.slice(-LOG_LINES) }} height={210} />
          </div>
        </div>
      </Stack>
    </Paper>
  );
}

function Live({ label, note = '', tone, children }: { readonly label: string; readonly note?: string; readonly tone?: string | undefined; readonly children: ReactNode }) {
  return (
    <div className={classes['figure']}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fz={15} fw={600} lh={1.3} {...(tone === undefined ? {} : { c: tone })}>
        {children}
      </Text>
      <Text size="xs" c="dimmed" h={15} truncate>
        {note}
      </Text>
    </div>
  );
}
