import path from 'node:path';
import type { Command } from 'commander';
import { type ExportResult, type QualityReport, ReelbenchError } from '../../../shared/contract/index.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions, repeat } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface QualityOptions extends CommonOptions {
  readonly rule: readonly string[];
  readonly rows?: string;
  readonly html?: string;
  readonly csv?: string;
}

/** `quality`: whether the data can be trusted. */
export function addQualityCommands(program: Command, terminal: Terminal): void {
  command(program, 'quality', 'checks the rows as imported, before fixes')
    .option('--html <file>', 'also writes the report as one HTML page that needs nothing else')
    .option('--csv <file>', 'also writes the report as CSV, one row a rule')
    .option('--rule <id>', 'this rule alone; may be repeated', repeat, [])
    .option('--rows <n>', 'shows up to this many failing rows of each rule')
    .action((options: QualityOptions) => quality(options, terminal));
}

async function quality(options: QualityOptions, terminal: Terminal): Promise<void> {
  const limit = options.rows === undefined ? undefined : Number(options.rows);
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 0 || limit > 10_000)) throw new ReelbenchError('invalid-arguments', `--rows ${options.rows}: expected a whole number from 0 to 10000.`);
  const files = (['html', 'csv'] as const).flatMap((format) => (options[format] === undefined ? [] : [{ format, path: path.resolve(options[format]) }]));
  const report = await withBench(options, terminal, async (bench) => {
    const full = await bench.result<QualityReport>('quality.run', {});
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
