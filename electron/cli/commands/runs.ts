import path from 'node:path';
import type { Command } from 'commander';
import { type CacheEntry, type Cell, ReelbenchError, type Run, type RunComparison, type RunResult } from '../../../shared/contract/index.ts';
import { type Bench, withBench } from '../bench.ts';
import { command, type CommonOptions, wholeNumber } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

/** `runs`, `rollback`, `gc`: what was done, back to it, and what is kept for that. */
export function addRunCommands(program: Command, terminal: Terminal): void {
  command(program, 'runs', 'the runs of the pipeline, the newest first; or two of them side by side')
    .option('--compare <run...>', 'two runs: parameters, files, rows, seconds, quality and metrics that differ')
    .option('--top <n>', 'how many runs', '20')
    .action((options: CommonOptions & { compare?: readonly string[]; top: string }) => (options.compare === undefined ? list(options, terminal) : compare(options, options.compare, terminal)));

  command(program, 'rollback <run>', 'makes the tables, models and parameters of an earlier run the ones in force')
    .option('--keep-parameters', 'leaves the parameters as they are', false)
    .action((run: string, options: CommonOptions & { keepParameters: boolean }) => rollback(run, options, terminal));

  command(program, 'gc', 'removes builds that are kept to go back to, the longest unused first')
    .option('--dry', 'says what would go, and removes nothing', false)
    .option('--keep <mb>', 'keeps so many MB of them; pipeline.cache_mb when left out, 0 for none')
    .action((options: CommonOptions & { dry: boolean; keep?: string }) => collect(options, terminal));
}

async function list(options: CommonOptions & { top: string }, terminal: Terminal): Promise<void> {
  const runs = await withBench(options, terminal, (bench) => bench.call('runs.list', { limit: wholeNumber('--top', options.top) }));
  const count = (run: Run, state: Run['stages'][number]['state']) => run.stages.filter((stage) => stage.state === state).length;
  terminal.result({ runs }, () => runs.length === 0 ? 'Nothing has been run yet.' : [
    table(['run', 'status', 'started', 'seconds', 'ran', 'cached', 'skipped', 'failed', 'about'], runs.map((run) => [
      run.id, run.status, run.startedAt.slice(0, 19).replace('T', ' '), Number(run.seconds.toFixed(1)),
      count(run, 'ran'), count(run, 'cached'), count(run, 'skipped'), count(run, 'failed'),
      [...(run.after === null ? [] : [run.after.how === 'rollback' ? `back to ${run.after.run}` : `goes on with ${run.after.run}`]), ...(run.error === null ? [] : [run.error.message])].join('; '),
    ])),
    'Times are UTC.',
  ]);
}

async function compare(options: CommonOptions, runs: readonly string[], terminal: Terminal): Promise<void> {
  const [first, second] = runs;
  if (first === undefined || second === undefined || runs.length !== 2) throw new ReelbenchError('invalid-arguments', `--compare takes two runs, not ${runs.length}.`, { hint: 'reelbench runs lists them; the beginning of an id is enough where it is one run’s alone.' });
  const compared = await withBench(options, terminal, async (bench) => bench.call('runs.compare', { a: await runId(bench, first), b: await runId(bench, second) }));
  terminal.result(compared, () => comparison(compared));
}

function comparison({ a, b, parameters, files, tables, stages, quality, figures }: RunComparison): string[] {
  const differ = <T extends { a: unknown; b: unknown }>(sides: readonly T[]) => sides.filter((side) => side.a !== side.b);
  const cell = (value: Cell) => (value === null ? '' : typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value));
  const part = (title: string, head: readonly string[], rows: readonly (readonly (string | number | null)[])[]) => (rows.length === 0 ? [] : ['', table([title, ...head], rows)]);
  const change = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from);
  const changed = tables.filter(({ same }) => !same);
  return [
    table(['', 'a', 'b'], [['run', a.id, b.id], ['status', a.status, b.status], ['started', a.startedAt.slice(0, 19).replace('T', ' '), b.startedAt.slice(0, 19).replace('T', ' ')], ['seconds', a.seconds.toFixed(1), b.seconds.toFixed(1)]]),
    ...part('parameter', ['a', 'b'], parameters.map((side) => [side.name, String(cell(side.a)), String(cell(side.b))])),
    ...part('file', ['a', 'b'], files.map((side) => [side.name, side.a?.slice(0, 12) ?? '–', side.b?.slice(0, 12) ?? '–'])),
    ...part('rows of', ['a', 'b', 'change'], changed.map((side) => [side.name, side.a, side.b, change(side.a, side.b)])),
    ...part('quality', ['a', 'b', 'change'], [...differ(quality.scores), ...quality.rules].map((side) => [side.name, side.a, side.b, change(side.a, side.b)])),
    ...part('figure', ['a', 'b', 'change'], differ(figures).map((side) => [side.name, side.a, side.b, change(side.a, side.b)])),
    ...part('seconds of', ['a', 'b', 'change'], differ(stages).map((side) => [side.name, side.a, side.b, change(side.a, side.b)])),
    '',
    changed.length === 0 ? 'All tables are the same in both.' : `${tables.length - changed.length} of ${tables.length} tables are the same in both.`,
  ];
}

async function rollback(run: string, options: CommonOptions & { keepParameters: boolean }, terminal: Terminal): Promise<void> {
  const result = await withBench(options, terminal, async (bench) => bench.result<RunResult>('runs.rollback', { id: await runId(bench, run), parameters: !options.keepParameters }));
  const report = result.report === null ? null : path.resolve(options.workspace, result.report);
  const restored = result.run.stages.filter((stage) => stage.restored).map(({ name }) => name);
  terminal.result({ ok: true, ...result, report }, () => [
    `Back at run ${result.run.after?.run ?? run}, in ${result.run.seconds.toFixed(1)} s${restored.length === 0 ? ': everything was as it was then' : `; brought back: ${restored.join(', ')}`}.`,
    options.keepParameters ? 'The parameters were left as they are: reelbench status says what a run would do.' : 'Its parameters are in force again.',
  ]);
}

async function collect(options: CommonOptions & { dry: boolean; keep?: string }, terminal: Terminal): Promise<void> {
  const keep = options.keep === undefined ? undefined : Number(options.keep);
  if (keep !== undefined && (options.keep?.trim() === '' || !Number.isFinite(keep) || keep < 0)) throw new ReelbenchError('invalid-arguments', `--keep ${options.keep}: expected a number of MB from 0.`);
  const { removed, kept, bytes } = await withBench(options, terminal, (bench) => bench.call('cache.collect', { dry: options.dry, ...(keep === undefined ? {} : { keepMB: keep }) }));
  terminal.result({ ok: true, dry: options.dry, items: removed, kept, bytes }, () => [
    ...(removed.length === 0 ? [] : [table(['stage', 'run', 'kind', 'MB', 'rows', 'last used', 'what it is'], removed.map(entryRow))]),
    removed.length === 0
      ? `There is nothing to remove: ${kept.length} builds are kept, ${kept.filter(({ kind }) => kind === 'live').length} of them visible.`
      : `${removed.length} ${removed.length === 1 ? 'build' : 'builds'} of ${megabytes(bytes)} MB ${options.dry ? 'would go' : 'removed'}; ${kept.length} kept.`,
  ]);
}

const megabytes = (bytes: number): number => Number((bytes / 2 ** 20).toFixed(1));

function entryRow({ stage, run, kind, bytes, tables, usedAt, about }: CacheEntry): (string | number)[] {
  return [stage, run, kind, megabytes(bytes), tables.reduce((sum, { rows }) => sum + rows, 0), usedAt.slice(0, 19).replace('T', ' '), about];
}

/** The run that a person means by the beginning of its id. */
async function runId(bench: Bench, text: string): Promise<string> {
  const runs = await bench.call('runs.list', { limit: 10_000 });
  const exact = runs.find(({ id }) => id === text);
  const meant = exact ? [exact] : runs.filter(({ id }) => text !== '' && id.startsWith(text));
  const [one] = meant;
  if (one === undefined) throw new ReelbenchError('not-found', `There is no run ${text}.`, { hint: 'reelbench runs lists them.' });
  if (meant.length > 1) throw new ReelbenchError('invalid-arguments', `${text} is the beginning of ${meant.length} runs: ${meant.slice(0, 5).map(({ id }) => id).join(', ')}.`);
  return one.id;
}
