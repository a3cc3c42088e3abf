import type { Command } from 'commander';
import { type Holder, type Job, type JobPhase, ReelbenchError } from '../../../shared/contract/index.ts';
import { type Bench, withBench } from '../bench.ts';
import { command, type CommonOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** `jobs`: what the process that has the workspace open is doing. */
export function addJobCommands(program: Command, terminal: Terminal): void {
  command(program, 'jobs', 'what the process that has the workspace open is doing')
    .option('--watch', 'goes on until nothing runs there any more; with --json a document a line', false)
    .action((options: CommonOptions & { watch: boolean }) =>
      withBench(options, terminal, async (bench) => {
        const { jobs, ...rest } = await read(bench);
        if (!options.watch || !jobs.some(({ status }) => status === 'running')) return terminal.result({ ...rest, jobs }, () => words(rest.holder, jobs));
        await watch(bench, rest.holder, jobs, terminal);
      }));
}

async function read(bench: Bench): Promise<{ holder: Holder | null; jobs: Job[] }> {
  return bench.visit ? { holder: bench.visit.holder, jobs: await bench.call('jobs.list', {}) } : { holder: null, jobs: [] };
}

/** Shows each change until no job runs, or the other process closes the workspace. */
async function watch(bench: Bench, holder: Holder | null, first: readonly Job[], terminal: Terminal): Promise<void> {
  const jobs = new Map(first.map((job) => [job.id, job]));
  const running = () => [...jobs.values()].filter(({ status }) => status === 'running');
  const finished = Promise.withResolvers<void>();
  const changed = (job: Job) => {
    const before = jobs.get(job.id);
    jobs.set(job.id, job);
    if (terminal.live) terminal.redraw(words(holder, [...jobs.values()].filter((other) => other.status === 'running' || other.id === job.id)));
    else if (terminal.json) terminal.result({ job }, () => []);
    else for (const line of newsOf(job, before)) terminal.result({}, () => line);
    if (running().length === 0) finished.resolve();
  };
  if (terminal.live) terminal.redraw(words(holder, running()));
  else terminal.result({ holder, jobs: first }, () => words(holder, running()));
  try {
    await bench.visit?.watch(changed);
    // What ended between the first look and the watch.
    for (const { id } of running()) {
      const job = await bench.call('jobs.get', { id });
      if (job.status !== 'running' && jobs.get(id)?.status === 'running') changed(job);
    }
  } catch (error) {
    // It may end at any moment, which is an end of watching as any other.
    if (!(error instanceof ReelbenchError && error.code === 'engine-lost')) throw error;
  }
  const ended = bench.visit?.ended().then(() => terminal.note('It has ended or closed the workspace.'));
  await Promise.race([finished.promise, ended]);
}

/** What is worth a line where lines cannot be written over: phases that began, and the end. */
function newsOf(job: Job, before: Job | undefined): string[] {
  return [
    ...job.phases.slice(before?.phases.length ?? 0).map(({ name }) => `${job.title}: ${name}`),
    ...(job.status === 'running' ? [] : [`${job.title}: ${job.status}, ${job.seconds.toFixed(1)} s`]),
  ];
}

function words(holder: Holder | null, jobs: readonly Job[]): string[] {
  if (holder === null) return ['No other process has the workspace open.'];
  return [
    `${holder.name}, process ${holder.pid}, has had the workspace open since ${new Date(holder.since).toLocaleString('sv')}.`,
    ...(jobs.length === 0 ? ['It is doing nothing.'] : jobs.flatMap(jobWords)),
  ];
}

function jobWords({ title, status, seconds, memory, database, errors, warnings, phases, error }: Job): string[] {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
  const figures = [
    `${seconds.toFixed(1)} s`,
    ...(memory > 0 ? [`memory ${megabytes(memory)}`] : []),
    ...(database > 0 ? [`database ${megabytes(database)}`] : []),
    ...(errors > 0 ? [`${errors} ${errors === 1 ? 'error' : 'errors'}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
  ];
  return [
    '',
    `${title}: ${status}, ${figures.join(', ')}${error === undefined ? '' : `: ${error.message}`}`,
    ...phases.map((phase) => `  ${marks[phase.state]} ${phaseWords(phase)}`),
  ];
}

const marks: Record<JobPhase['state'], string> = { waiting: '·', running: '▸', done: '✓', cached: '=', skipped: '–', failed: '✗' };

/** `transform  12,000 of 100,000 rows (12 %), 1,000 rows/s, 12.0 s, ratings.csv`. */
function phaseWords({ name, state, done, total, unit, seconds, detail }: JobPhase): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const parts = [
    ...(done > 0 || (total ?? 0) > 0 ? [`${number(done)}${total === undefined || total === done ? '' : ` of ${number(total)}`} ${unit}${total === undefined || total === 0 || total === done ? '' : ` (${Math.floor((100 * done) / total)} %)`}`] : []),
    ...(done > 0 && seconds >= 0.5 ? [`${number(done / seconds)} ${unit}/s`] : []),
    ...(seconds > 0 ? [`${seconds.toFixed(1)} s`] : []),
    ...(detail !== undefined && state === 'running' ? [detail] : []),
  ];
  return `${name.padEnd(20)} ${parts.length > 0 ? parts.join(', ') : state}`;
}
