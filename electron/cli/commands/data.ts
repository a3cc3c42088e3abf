import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { type Command, Option } from 'commander';
import { type Cell, Encoding, type ExportResult, FileFormat, type ImportPreview, type ImportResult, type ProfileDone, ReelbenchError, SourceKind, type TableProfile } from '../../../shared/contract/index.ts';
import { coefficientNames, profileAlerts } from '../../../shared/domain/profile-alerts.ts';
import { type Bench, withBench } from '../bench.ts';
import { command, type CommonOptions, repeat } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface ImportCommandOptions extends CommonOptions {
  readonly as?: SourceKind;
  readonly map: readonly string[];
  readonly format?: FileFormat;
  readonly encoding?: Encoding;
  readonly null: readonly string[];
  readonly sheet: readonly string[];
  readonly append: boolean;
  readonly changed: boolean;
  readonly dry: boolean;
}

/** `import`, `profile`, `export`: rows in, what they look like, rows out. */
export function addDataCommands(program: Command, terminal: Terminal): void {
  command(program, 'import [path...]', 'reads files, folders or a .zip into the workspace')
    .addOption(new Option('--as <kind>', 'what the files hold').choices(SourceKind.options))
    .option('--map <field=column>', 'fills a core field from a column; may be repeated', repeat, [])
    .addOption(new Option('--format <format>', 'format of the files').choices(FileFormat.options))
    .addOption(new Option('--encoding <encoding>', 'encoding of the files').choices(Encoding.options))
    .option('--null <token>', 'a text that means "no value"; may be repeated', repeat, [])
    .option('--sheet <name>', 'a sheet to read of a workbook; may be repeated', repeat, [])
    .option('--changed', 'reads again what changed on disk since it was imported, with the options of then', false)
    .option('--append', 'adds to the tables instead of replacing them', false)
    .option('--dry', 'previews and stores nothing', false)
    .action((paths: string[], options: ImportCommandOptions) => importFiles(paths, options, terminal));

  command(program, 'profile <table>', 'profiles each column of a table, exactly: figures, patterns, alerts, correlations').action(async (name: string, options: CommonOptions) => {
    const profile = await withBench(options, terminal, async (bench) => {
      const known = await bench.call('tables.profile', tableName(name));
      // An exact profile takes its time from whoever has the workspace open: theirs is shown as it stands.
      if (known.exact || bench.visit) return known;
      await bench.result<ProfileDone>('tables.profileExact', tableName(name));
      return bench.call('tables.profile', tableName(name));
    });
    terminal.result(profile, () => profileWords(profile));
  });

  command(program, 'export [table]', 'writes a table, or the answer to a query, to a file')
    .option('--sql <query>', 'one SELECT over the workspace instead of a table')
    .requiredOption('--to <file>', 'a .csv, .parquet or .json file')
    .option('--keep-formulas', 'writes CSV cells that begin with = + - @ as they are', false)
    .action(async (name: string | undefined, options: CommonOptions & { sql?: string; to: string; keepFormulas: boolean }) => {
      const to = path.resolve(options.to);
      const format = formatOf(to);
      if ((name === undefined) === (options.sql === undefined)) throw new ReelbenchError('invalid-arguments', 'Name a table or give --sql, one of the two.');
      const rows = options.sql === undefined ? await withBench(options, terminal, (bench) => exportTable(bench, name ?? '', format, to, !options.keepFormulas)) : await exportSql(options, terminal, options.sql, format, to);
      terminal.result({ rows, path: to }, () => `${rows.toLocaleString('en')} rows written to ${to}`);
    });
}

async function importFiles(paths: readonly string[], options: ImportCommandOptions, terminal: Terminal): Promise<void> {
  if (options.changed !== (paths.length === 0)) throw new ReelbenchError('invalid-arguments', options.changed ? '--changed reads again what was imported: name no paths.' : 'Name the files, folders or archives to import, or give --changed.');
  const settings = {
    ...(options.as === undefined ? {} : { as: options.as }),
    ...(options.map.length > 0 ? { map: Object.fromEntries(options.map.map(fieldAndColumn)) } : {}),
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    ...(options.null.length > 0 ? { nullTokens: [...options.null] } : {}),
    ...(options.sheet.length > 0 ? { sheets: [...options.sheet] } : {}),
    append: options.append,
  };
  if (options.dry) {
    const preview = await dryRun(paths, options, settings, terminal);
    terminal.result({ dry: true, ...preview }, () => preview.files.map((file) => `${file.path}: ${file.kind} → ${file.table}${file.release === null ? '' : ` (${file.release})`}\n${table(['column', 'type', 'fills'], file.columns.map((c) => [c.name, c.type, c.field]))}${file.problems.map((problem) => `\n! ${problem}`).join('')}`));
    return;
  }
  const result = await withBench(options, terminal, async (bench) => {
    if (options.changed) return bench.result<ImportResult>('sources.importChanged', {});
    const files = await Promise.all(paths.map((file) => bench.engine.context.files.grant(path.resolve(file))));
    return bench.result<ImportResult>('import.start', { files, options: settings });
  }, options.changed ? 'is an error' : 'is made');
  if (options.changed && result.files.length === 0) return terminal.result(result, () => 'No imported file changed on disk.');
  terminal.result(result, () => [
    table(['file', 'kind', 'rows', 'rejected'], result.files.map((file) => [file.path, file.kind, file.rows, file.rejected])),
    ...(result.resumed === 0 ? [] : [`${result.resumed} of ${new Set(result.files.map((file) => file.path)).size} files were read before and are taken from there.`]),
    `${result.release === null ? 'Imported' : `Imported ${result.release}`} in ${result.seconds.toFixed(1)} s. Next: reelbench quality, then reelbench run.`,
  ]);
}

function profileWords({ rows, columns, alerts, relations, seconds, exact }: TableProfile): string[] {
  const shares = (entries: readonly { readonly count: number }[]) => (at: number) => `${(((entries[at]?.count ?? 0) / Math.max(1, rows)) * 100).toFixed(1)} %`;
  const patterns = columns.flatMap(({ name, texts }) => (texts?.patterns ?? []).slice(0, 3).map(({ pattern, example }, at) => [name, pattern, shares(texts?.patterns ?? [])(at), short(example)]));
  const strongest = (relations?.correlations ?? []).toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 10);
  return [
    table(
      ['column', 'type', 'nulls', 'distinct', 'min', 'median', 'max', 'mean', 'commonest'],
      columns.map((c) => [c.name, c.type, c.nulls, c.distinct, short(c.min), short(c.quantiles.find(({ at }) => at === 0.5)?.value ?? null), short(c.max), c.mean, c.top.slice(0, 3).map(({ value, count }) => `${short(value)} (${count})`).join(', ')])),
    ...(patterns.length > 0 ? [table(['column', 'pattern', 'share', 'example'], patterns)] : []),
    ...(strongest.length > 0 ? [table(['columns', 'coefficient', 'value', 'of'], strongest.map(({ a, b, method, value, rows: of, estimate }) => [`${a}, ${b}`, coefficientNames[method], value.toFixed(3), `${of.toLocaleString('en')} rows${estimate ? ', a sample' : ''}`]))] : []),
    ...(alerts.length > 0 ? [table(['alert', 'what'], alerts.map(({ kind, text }) => [profileAlerts[kind].label, text]))] : ['No alerts.']),
    `${rows.toLocaleString('en')} rows, ${exact ? `all of them read, in ${seconds.toFixed(1)} s` : 'estimated from a sample of them'}.`,
  ];
}

/** A preview leaves no trace, not even a workspace: it is asked of an engine on a folder that is thrown away. */
async function dryRun(paths: readonly string[], options: CommonOptions, settings: object, terminal: Terminal): Promise<ImportPreview> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'reelbench-dry-'));
  try {
    return await withBench({ ...options, workspace: scratch }, terminal, async (bench) => {
      const files = await Promise.all(paths.map((file) => bench.engine.context.files.grant(path.resolve(file))));
      return bench.call('import.preview', { files, options: settings });
    }, 'is made');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function fieldAndColumn(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new ReelbenchError('invalid-arguments', `--map ${text}: expected FIELD=COLUMN, for instance user_id=member.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `raw.ratings` or `ratings`: the schema is `main` unless named. */
function tableName(name: string): { schema: string; table: string } {
  const at = name.indexOf('.');
  return at < 0 ? { schema: 'main', table: name } : { schema: name.slice(0, at), table: name.slice(at + 1) };
}

type ExportFormat = 'csv' | 'parquet' | 'json';
/** A query that takes longer is stopped. */
const QUERY_SECONDS = 600;
const formats = { '.csv': 'csv', '.parquet': 'parquet', '.json': 'json' } as const;

function formatOf(file: string): ExportFormat {
  const extension = path.extname(file).toLowerCase();
  if (extension === '.csv' || extension === '.parquet' || extension === '.json') return formats[extension];
  throw new ReelbenchError('invalid-arguments', `--to ${file}: the name must end in .csv, .parquet or .json.`);
}

async function exportTable(bench: Bench, name: string, format: ExportFormat, to: string, neutralise: boolean): Promise<number> {
  const { rows, file } = await bench.result<ExportResult>('tables.export', { ...tableName(name), format, neutralise });
  await bench.fetch(file, to);
  return rows;
}

async function exportSql(options: CommonOptions, terminal: Terminal, sql: string, format: ExportFormat, to: string): Promise<number> {
  // Whether the folder holds a workspace, and what its parameters say, before a sealed instance of its own opens it.
  const { memory_limit_mb, threads } = await withBench(options, terminal, async (bench) => bench.engine.context.parameters().values.engine);
  const { exportQuery } = await import('../../engine/engine.ts');
  const { rows } = await exportQuery(path.resolve(options.workspace), { sql, to, format, memoryLimitMB: memory_limit_mb, threads: threads || availableParallelism(), seconds: QUERY_SECONDS });
  return rows;
}

function short(value: Cell): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 28 ? `${text.slice(0, 27)}…` : text;
}
