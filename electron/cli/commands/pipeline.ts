import { Argument, type Command, Option } from 'commander';
import { type QualityReport, type RunRequest, type RunResult, ReelbenchError, StageName } from '../../../shared/contract/index.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions, repeat } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';
import path from 'node:path';

interface RunOptions extends CommonOptions {
  readonly from?: StageName;
  readonly downstream?: StageName;
  readonly only?: StageName;
  readonly force: boolean;
  readonly dry: boolean;
}

/** `run`, `status`, `quality`: what would happen, what happened, and whether the data can be trusted. */
export function addPipelineCommands(program: Command, terminal: Terminal): void {
  command(program, 'run', 'runs the pipeline')
    .addArgument(new Argument('[stage...]', 'these stages and what they need').choices(StageName.options))
    .addOption(new Option('--from <stage>', 'this stage and all after it').choices(StageName.options))
    .addOption(new Option('--downstream <stage>', 'this stage and what depends on it').choices(StageName.options))
    .addOption(new Option('--only <stage>', 'this stage alone').choices(StageName.options))
    .option('--force', 'runs stages that are current, too', false)
    .option('--dry', 'says what would run and why, and runs nothing', false)
    .action((stages: StageName[], options: RunOptions) => run(stages, options, terminal));

  command(program, 'status', 'what a run would do, and why').action(async (options: CommonOptions) => {
    const { stages } = await withBench(options, terminal, (bench) => bench.call('pipeline.status', {}));
    terminal.result({ stages: stages.map(({ name, state, reasons }) => ({ name, state, reasons })) }, () =>
      table(['stage', 'state', 'why'], stages.map(({ name, state, reasons }) => [name, state, reasons.map(reason).join('; ')])));
  });

  command(program, 'quality', 'checks the rows as imported, before fixes')
    .option('--rule <id>', 'this rule alone; may be repeated', repeat, [])
    .option('--rows <n>', 'shows up to this many failing rows of each rule')
    .action((options: CommonOptions & { rule: string[]; rows?: string }) => quality(options, terminal));
}

async function run(stages: StageName[], options: RunOptions, terminal: Terminal): Promise<void> {
  const request: RunRequest = {
    stages,
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.downstream === undefined ? {} : { downstream: options.downstream }),
    ...(options.only === undefined ? {} : { only: options.only }),
    force: options.force,
    dry: options.dry,
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

function reason({ what, change, from, to }: { what: string; change: string; from?: string | undefined; to?: string | undefined }): string {
  return `${what} ${change}${from === undefined || to === undefined ? '' : ` (${from} → ${to})`}`;
}

async function quality(options: CommonOptions & { rule: string[]; rows?: string }, terminal: Terminal): Promise<void> {
  const limit = options.rows === undefined ? 0 : Number(options.rows);
  if (!Number.isInteger(limit) || limit < 0 || limit > 10_000) throw new ReelbenchError('invalid-arguments', `--rows ${options.rows}: expected a whole number from 0 to 10000.`);
  const report = await withBench(options, terminal, async (bench) => {
    const full = await bench.result<QualityReport>('quality.run', {});
    const unknown = options.rule.filter((id) => !full.rules.some((rule) => rule.id === id));
    if (unknown.length > 0) throw new ReelbenchError('invalid-arguments', `There is no rule ${unknown.join(', ')}.`, { hint: `Rules: ${full.rules.map(({ id }) => id).join(', ')}.` });
    const rules = options.rule.length === 0 ? full.rules : full.rules.filter(({ id }) => options.rule.includes(id));
    for (const rule of rules) {
      if (limit > 0 && rule.failed > 0 && rule.unit !== 'table') rule.rows = (await bench.call('quality.rows', { rule: rule.id, limit })).rows;
    }
    return { ...full, rules };
  });
  terminal.result(report, () => [
    table(['rule', 'severity', 'status', 'checked', 'failed', 'fix'], report.rules.map((r) => [r.id, r.severity, r.status, r.checked, r.failed, r.fixEnabled ? (r.fix ?? '') : ''])),
    ...report.rules.flatMap((r) => (r.rows ?? []).map((row) => `${r.id}: ${row.file ?? ''}${row.line === null ? '' : `:${row.line}`} ${JSON.stringify(row.key)} ${row.reason}`)),
    Object.entries(report.scores).map(([name, score]) => `${name} ${score === null ? '–' : score.toFixed(4)}`).join(' · '),
    report.blocked ? 'The pipeline would stop: a blocking rule has no fix that is on.' : 'The pipeline would not stop.',
  ]);
}
