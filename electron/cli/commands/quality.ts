import path from 'node:path';
import { Argument, type Command } from 'commander';
import { BY_HAND, type ExportResult, type QualityReport, ReelbenchError, type SuggestedRule } from '../../../shared/contract/index.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions, repeat } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface QualityOptions extends CommonOptions {
  readonly rule: readonly string[];
  readonly rows?: string;
  readonly html?: string;
  readonly csv?: string;
  readonly suggest: boolean;
}

/** `quality`: whether the data can be trusted. */
export function addQualityCommands(program: Command, terminal: Terminal): void {
  command(program, 'quality', 'checks the rows as imported, before fixes')
    .option('--html <file>', 'also writes the report as one HTML page that needs nothing else')
    .option('--csv <file>', 'also writes the report as CSV, one row a rule')
    .option('--rule <id>', 'this rule alone; may be repeated', repeat, [])
    .option('--rows <n>', 'shows up to this many failing rows of each rule')
    .option('--suggest', 'prints rules that the data suggest, as YAML for rules.yaml; checks nothing', false)
    .action((options: QualityOptions) => (options.suggest ? suggest(options, terminal) : quality(options, terminal)));

  command(program, 'quarantine', 'rows set aside: lists them, or puts them back')
    .addArgument(new Argument('<action>', 'list, or restore').choices(['list', 'restore']))
    .option('--table <table>', 'of this table alone')
    .option('--rule <id>', 'set aside by this rule, or "by hand"')
    .option('--row <id>', 'restore: this row, as list names it (r12, t3); may be repeated', repeat, [])
    .option('--reason <text>', 'restore: why')
    .option('--rows <n>', 'list: at most this many', '100')
    .action((action: 'list' | 'restore', options: QuarantineOptions) => (action === 'list' ? listQuarantine(options, terminal) : restoreRows(options, terminal)));
}

interface QuarantineOptions extends CommonOptions {
  readonly table?: string;
  readonly rule?: string;
  readonly row: readonly string[];
  readonly reason?: string;
  readonly rows: string;
}

/** The rows that are set aside as things stand, whether a run has written them yet or not. */
async function listQuarantine(options: QuarantineOptions, terminal: Terminal): Promise<void> {
  const limit = Number(options.rows);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw new ReelbenchError('invalid-arguments', `--rows ${options.rows}: expected a whole number from 1 to 10000.`);
  const found = await withBench(options, terminal, (bench) =>
    bench.call('quality.quarantined', { ...(options.table === undefined ? {} : { table: options.table }), ...(options.rule === undefined ? {} : { rule: options.rule }), limit }));
  terminal.result(found, () => [
    table(['table', 'row', 'rule', 'key', 'value', 'file', 'line', 'reason'], found.rows.map((row) => [row.table, row.id, row.rule, JSON.stringify(row.key), row.value === null ? '' : typeof row.value === 'string' ? row.value : JSON.stringify(row.value), row.file, row.line, row.reason])),
    ...(found.rows.length < found.total ? [`The first ${found.rows.length} of ${found.total}; --rows shows more.`] : []),
    ...found.rules.map((rule) => `${rule.table}: ${rule.rows} by ${rule.rule === BY_HAND ? 'hand' : rule.rule}`),
  ]);
}

/** Puts rows back: those named, or all that a rule set aside. It is a decision that the app can undo. */
async function restoreRows(options: QuarantineOptions, terminal: Terminal): Promise<void> {
  if ((options.row.length > 0) === (options.rule !== undefined)) throw new ReelbenchError('invalid-arguments', 'Name rows with --table and --row, or a rule with --rule, one of the two.');
  const decided = await withBench(options, terminal, (bench) =>
    bench.call('quality.restore', {
      ...(options.table === undefined ? {} : { table: options.table }),
      ...(options.row.length > 0 ? { rows: [...options.row] } : { rule: options.rule ?? '' }),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    }));
  terminal.result({ restored: decided.rows, decision: decided.decision }, () =>
    decided.decision === null ? 'These rows are put back already.' : `${decided.rows} ${decided.rows === 1 ? 'row' : 'rows'} put back (decision ${decided.decision}). Next: reelbench run.`);
}

async function suggest(options: QualityOptions, terminal: Terminal): Promise<void> {
  const suggested = await withBench(options, terminal, async (bench) => {
    const { tables } = await bench.call('rules.list', {});
    const found: SuggestedRule[] = [];
    for (const { name } of tables) found.push(...(await bench.call('rules.suggest', { table: name })));
    return found;
  });
  terminal.result({ rules: suggested }, () => suggested.length === 0 ? '# The data suggest no rule that is not there already.' : ['rules:', ...suggested.flatMap(({ yaml, why, checked, failed }) => [
    `  # ${why} ${failed.toLocaleString('en')} of ${checked.toLocaleString('en')} fail now.`,
    ...yaml.trimEnd().split('\n').map((line, at) => `${at === 0 ? '  - ' : '    '}${line}`),
  ])]);
}

async function quality(options: QualityOptions, terminal: Terminal): Promise<void> {
  const limit = options.rows === undefined ? undefined : Number(options.rows);
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 0 || limit > 10_000)) throw new ReelbenchError('invalid-arguments', `--rows ${options.rows}: expected a whole number from 0 to 10000.`);
  const files = (['html', 'csv'] as const).flatMap((format) => (options[format] === undefined ? [] : [{ format, path: path.resolve(options[format]) }]));
  const report = await withBench(options, terminal, async (bench) => {
    // A check is recorded: of a workspace that another process has open the last report of the data as they stand is shown.
    const full = bench.visit ? await bench.call('quality.report', {}) : await bench.result<QualityReport>('quality.run', {});
    if (full === null) throw new ReelbenchError('workspace-in-use', `The data as they stand have not been checked, and a check is recorded. ${bench.inUse?.message ?? ''}`.trim(), { hint: bench.inUse?.hint });
    const unknown = options.rule.filter((id) => !full.rules.some((rule) => rule.id === id));
    if (unknown.length > 0) throw new ReelbenchError('invalid-arguments', `There is no rule ${unknown.join(', ')}.`, { hint: `Rules: ${full.rules.map(({ id }) => id).join(', ')}.` });
    const rules = options.rule.length === 0 ? full.rules : full.rules.filter(({ id }) => options.rule.includes(id));
    for (const rule of rules) {
      if (limit !== undefined && limit > 0 && rule.failed > 0 && rule.unit !== 'table') rule.rows = (await bench.call('quality.rows', { rule: rule.id, limit })).rows;
    }
    for (const file of files) {
      const { file: written } = await bench.result<ExportResult>('quality.export', { format: file.format, rules: [...options.rule], ...(limit === undefined ? {} : { rows: limit }) });
      await bench.fetch(written, file.path);
    }
    return { ...full, rules };
  });
  terminal.result({ ...report, ...(files.length > 0 ? { files } : {}) }, () => [
    table(['rule', 'severity', 'status', 'checked', 'failed', 'fix'], report.rules.map((r) => [r.id, r.severity, r.status, r.checked, r.failed, r.fixEnabled ? (r.fix ?? '') : ''])),
    ...report.rules.flatMap((r) => (r.rows ?? []).map((row) => `${r.id}: ${row.file ?? ''}${row.line === null ? '' : `:${row.line}`} ${JSON.stringify(row.key)} ${row.reason}`)),
    Object.entries(report.scores).map(([name, score]) => `${name} ${score === null ? '–' : score.toFixed(4)}`).join(' · '),
    report.blocked ? 'The pipeline would stop: a blocking rule has no fix that is on.' : 'The pipeline would not stop.',
    ...files.map((file) => `Report written to ${file.path}`),
  ]);
}
