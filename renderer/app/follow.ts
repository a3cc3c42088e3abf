import { notifications } from '@mantine/notifications';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Alert } from '../../shared/contract/log.ts';
import { formatSeconds } from '../components/format.ts';
import { queryClient, refresh, refreshEvaluations } from '../host/engine.ts';
import { host } from '../host/host.ts';
import { forgetJobs, noteJob } from '../host/jobs.ts';
import { showOnDesktop } from '../host/notifications.ts';
import { runCommand } from '../stores/commands.ts';

const ends: Record<Exclude<Job['status'], 'running'>, { readonly word: string; readonly color: string }> = {
  succeeded: { word: 'done', color: 'teal' },
  failed: { word: 'failed', color: 'red' },
  cancelled: { word: 'cancelled', color: 'gray' },
  blocked: { word: 'blocked by a quality rule', color: 'yellow' },
};

function tellEnd(job: Job): void {
  if (job.status === 'running' || job.kind === 'profile') return;
  const { word, color } = ends[job.status];
  notifications.show({
    id: job.id,
    title: `${job.title}: ${word}`,
    message: job.error === undefined || job.status === 'cancelled' ? `After ${formatSeconds(job.seconds)}.` : [job.error.message, job.error.hint].filter((part) => part !== undefined).join(' '),
    color,
    autoClose: job.status === 'failed' || job.status === 'blocked' ? 12_000 : 5_000,
  });
}

const alertColors: Record<Alert['kind'], string> = { failed: 'red', blocked: 'yellow', slow: 'yellow', succeeded: 'teal', test: 'blue' };

/** An alert is shown once: by the desktop where it can be, else here. */
function tellAlert(alert: Alert): void {
  if (alert.shown || showOnDesktop(alert)) return;
  const { id, kind, title, message } = alert;
  notifications.show({ id, title, message, color: alertColors[kind], autoClose: kind === 'succeeded' || kind === 'test' ? 8_000 : 12_000 });
}

/** Listens to the engine for as long as the page lives: jobs, changes, restarts, and commands of the native menu. */
export function followEngine(): void {
  const ended = new Set<string>();
  /** Jobs whose end an alert has told of already; it comes before their last news. */
  const told = new Set<string>();
  host.on('alert.raised', (alert) => {
    if (alert.job !== null && alert.kind !== 'slow') told.add(alert.job);
    tellAlert(alert);
  });
  host.on('job.changed', (job) => {
    noteJob(job);
    if (job.status === 'running' || ended.has(job.id)) return;
    ended.add(job.id);
    if (job.kind === 'evaluate' || job.kind === 'tune') refreshEvaluations();
    if (!told.has(job.id)) tellEnd(job);
  });
  host.on('workspace.changed', ({ what }) => refresh(what));
  host.on('command', ({ id }) => {
    runCommand(id);
  });
  host.on('engine.restarted', ({ reason }) => {
    forgetJobs();
    void queryClient.resetQueries();
    notifications.show({ id: 'engine', title: 'The engine was started again', message: `${reason} Work that ran is lost; the workspace is as it was before.`, color: 'red', autoClose: false });
  });
}
