import { Argument, type Command, Option } from 'commander';
import { type RunRequest, type RunResult, ReelbenchError, type SourceChange, StageSelector } from '../../../shared/contract/index.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions, wholeNumber } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';
import path from 'node:path';

interface RunOptions extends CommonOptions {
  readonly from?: StageSelector;
  readonly downstream?: StageSelector;
  readonly only?: StageSelector;
  readonly force: boolean;
  readonly dry: boolean;
  readonly resume: boolean;
  readonly jobs?: string;
}

/** `run`, `status`: what would happen, and what happened. */
export function addPipelineCommands(program: Command, terminal: Terminal): void {
  command(program, 'run', 'runs the pipeline')
    .addArgument(new Argument('[stage...]', 'these stages and what they need').choices(StageSelector.options))
    .addOption(new Option('--from <stage>', 'this stage and all after it').choices(StageSelector.options))
    .addOption(new Option('--downstream <stage>', 'this stage and what depends on it').choices(StageSelector.options))
    .addOption(new Option('--only <stage>', 'this stage alone').choices(StageSelector.options))
    .option('--force', 'runs stages that are current, too', false)
    .option('--dry', 'says what would run and why, and runs nothing', false)
    .option('--resume', 'goes on with the last run, which did not succeed', false)
    .option('-j, --jobs <n>', 'stages side by side')
    .action((stages: StageSelector[], options: RunOptions) => run(stages, options, terminal));

  command(program, 'status', 'what a run would do, and why').action(async (options: CommonOptions) => {
    const { stages, resumable, sources } = await withBench(options, terminal, async (bench) => ({ ...(await bench.call('pipeline.status', {})), sources: await bench.call('sources.changes', {}) }));
    terminal.result({ stages: stages.map(({ name, state, reasons, certain, enabled, mark }) => ({ name, state, reasons, certain, enabled, mark })), resumable, sources }, () => [
      table(['stage', 'state', 'why'], stages.map(({ name, state, reasons, enabled }) => [name, enabled ? state : `${state}, switched off`, reasons.map(reason).join('; ')])),
      ...stages.flatMap(({ name, mark }) => (mark === null ? [] : [`${name} failed in run ${mark.run}, and what it made before stands: ${mark.message}`])),
      ...(resumable === null ? [] : [`Run ${resumable.run} ${resumable.status}${resumable.stage === null ? '' : ` at ${resumable.stage}`}: reelbench run --resume goes on with it.`]),
      ...sourceLines(sources),
    ]);
  });
}

async function run(stages: StageSelector[], options: RunOptions, terminal: Terminal): Promise<void> {
  const request: RunRequest = {
    stages,
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.downstream === undefined ? {} : { downstream: options.downstream }),
    ...(options.only === undefined ? {} : { only: options.only }),
    force: options.force,
    dry: options.dry,
    resume: options.resume,
    ...(options.jobs === undefined ? {} : { jobs: wholeNumber('--jobs', options.jobs) }),
  };
  const { result, error } = await withBench(options, terminal, async (bench) => {
    const job = await bench.job('pipeline.run', request);
    const recorded = async () => {
      const [last] = await bench.call('runs.list', { limit: 1 });
      return last === undefined ? undefined : bench.call('runs.get', { id: last.id });
    };
    return { result: job.error ? await recorded() : (job.result as RunResult), error: job.error };
  });
  if (error && (result === undefined || (error.code !== 'blocked' && !terminal.json))) throw ReelbenchError.from(error);
  if (error) terminal.status = error.code === 'blocked' ? 3 : error.code === 'cancelled' ? 130 : error.code === 'invalid-arguments' ? 2 : 1;
  const report = result?.report == null ? null : path.resolve(options.workspace, result.report);
  terminal.result({ ...result, report, ...(error ? { error } : {}) }, () => [
    table(['stage', 'state', 'seconds', 'rows in', 'rows out', 'why'], (result?.run.stages ?? []).map((s) => [s.name, s.state, Number(s.seconds.toFixed(2)), s.rowsIn, s.rowsOut, s.reasons.map(reason).join('; ')])),
    ...(result?.blockers ?? []).map(({ message }) => `Blocked: ${message}`),
    ...(error?.hint ? [error.hint] : []),
    ...(result ? [`${options.dry ? 'Would run' : `Run ${result.run.id} ${result.run.status}`} in ${result.run.seconds.toFixed(1)} s.`] : []),
  ]);
}

/** What became of the files on disk, where they are no longer what was imported. */
function sourceLines(sources: readonly SourceChange[]): string[] {
  const state = (file: SourceChange['from']) => (file === null ? '' : `${file.bytes.toLocaleString('en')} bytes${file.sha256 === null ? '' : `, ${file.sha256.slice(0, 12)}`}`);
  const lines = sources.filter(({ change }) => change === 'modified' || change === 'deleted').map(({ path: name, change, from, to }) => `${name} was ${change} on disk since it was imported${to === null ? '' : ` (${state(from)} → ${state(to)})`}.`);
  return lines.length === 0 ? [] : [...lines, ...(sources.some(({ change }) => change === 'modified') ? ['Read them again with: reelbench import --changed'] : [])];
}

function reason({ what, change, from, to }: { what: string; change: string; from?: string | undefined; to?: string | undefined }): string {
  return `${what} ${change}${from === undefined || to === undefined ? '' : ` (${from} → ${to})`}`;
}
