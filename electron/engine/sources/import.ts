import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type ImportOverrides, type ImportRequest, type ImportResult, ReelbenchError, SourceKind } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { JobContext } from '../workspace/jobs.ts';
import type { Session } from '../workspace/session.ts';
import { loadPlain, mayBePlain, NotPlain } from './load-plain.ts';
import { counted, loadText } from './load-text.ts';
import { isParquet, loadParquet, planParquet } from './parquet.ts';
import { type FilePlan, planFile } from './plan.ts';
import { type FileCounts, type RawTable, RawTables, recordFile, RowWriter } from './raw-tables.ts';
import { loadSheet, planSheet } from './sheet.ts';
import { selectFiles, type Selection } from './selection.ts';
import type { SourceFile } from './source-file.ts';
import { unfoldedFields } from './unfold.ts';

/** The options that hold for one file: those of the whole import, then its own. */
export function optionsFor(request: Pick<ImportRequest, 'options' | 'perFile'>, file: SourceFile): ImportOverrides {
  const { skip: _, ...own } = request.perFile[file.path] ?? {};
  return { ...request.options, ...own };
}

/** Runs `work` with a folder of its own for unpacked files, which is gone afterwards, however it ends. */
export async function withScratch<T>(engine: EngineContext, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(engine.home, { recursive: true });
  await removeAbandoned(engine.home);
  const folder = await mkdtemp(path.join(engine.home, `unpacked-${process.pid}-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what killed processes had unpacked. */
async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = /^unpacked-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(path.join(home, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The files of a request, without those to be skipped. @throws invalid-input when none is left */
export async function chosenFiles(engine: EngineContext, request: ImportRequest, signal: AbortSignal): Promise<Selection> {
  const { files, ignored } = await selectFiles(request.files.map((reference) => engine.files.path(reference)), signal);
  const { sheets } = request.options;
  const kept = files.filter((file) => request.perFile[file.path]?.skip !== true && (!file.sheet || sheets === undefined || sheets.includes(file.sheet.name)));
  const absent = sheets?.find((name) => !files.some((file) => file.sheet?.name === name));
  if (absent !== undefined) {
    const names = files.flatMap((file) => file.sheet?.name ?? []).join(', ');
    throw new ReelbenchError('not-found', `There is no sheet ${absent} with rows.`, { hint: names === '' ? 'None of the files is a workbook.' : `The sheets are ${names}.` });
  }
  if (files.length === 0) {
    const names = request.files.map(({ name }) => name).join(', ');
    const found = ignored.length === 0 ? 'It holds nothing.' : `It holds ${ignored.slice(0, 5).map((file) => file.path).join(', ')}${ignored.length > 5 ? ' and others' : ''}.`;
    throw new ReelbenchError('invalid-input', `There is no data in ${names}. ${found}`, { file: names, hint: 'Choose .csv, .tsv, .dat, .parquet, .json, .ndjson or .xlsx files, a folder or a .zip with some, or MovieLens 100K’s u.data and its like.' });
  }
  return { files: kept, ignored };
}

/** Imports files into `raw.*` in one transaction: all of them or nothing. @throws invalid-input, disk-full, cancelled */
export async function runImport(engine: EngineContext, request: ImportRequest, job: JobContext): Promise<ImportResult> {
  const began = engine.clock().getTime();
  return withScratch(engine, async (scratch) => {
    job.phase('Look at the files', { unit: 'files' });
    const { files, ignored } = await chosenFiles(engine, request, job.signal);
    for (const { path: name, reason } of ignored) job.log('info', `${name} is left aside: ${reason}.`);
    const plans: { plan: FilePlan; path: string | undefined }[] = [];
    for (const [i, file] of files.entries()) {
      const unpacked = !file.sheet && (await isParquet(file)) ? await file.onDisk(path.join(scratch, `file-${i}`), job.signal) : undefined;
      const options = optionsFor(request, file);
      const plan = file.sheet ? await planSheet(file, files, options, job.signal) : unpacked === undefined ? await planFile(file, files, options) : await planParquet(file, unpacked, files, options, job.signal);
      const problem = plan.problems[0];
      if (problem) throw problem;
      plans.push({ plan, path: unpacked });
      job.progress(i + 1, files.length);
    }
    if (plans.length === 0) throw new ReelbenchError('invalid-arguments', 'Every file is left out: there is nothing to import.');
    // The largest first: should one have to be read again from its start, little else is.
    plans.sort((a, b) => b.plan.file.bytes - a.plan.file.bytes);
    const readExactly = new Set<string>();
    for (;;) {
      try {
        return await engine.workspace().write((session) => importAll(engine, request, plans, readExactly, scratch, session, job, began), job.signal);
      } catch (error) {
        if (!(error instanceof NotPlain) || error.file === undefined) throw error;
        readExactly.add(error.file);
        job.phaseState('skipped');
        job.log('info', `${error.file} holds more than plain numbers; it is read cell by cell.`);
      }
    }
  });
}

async function importAll(engine: EngineContext, request: ImportRequest, plans: readonly { plan: FilePlan; path: string | undefined }[], readExactly: ReadonlySet<string>, scratch: string, session: Session, job: JobContext, began: number): Promise<ImportResult> {
  const tables = new RawTables(session, request.options.append ?? false);
  const { next } = await session.one<{ next: number }>('SELECT coalesce(max(file_id), -1) + 1 AS next FROM raw.files');
  const files: ImportResult['files'] = [];
  for (const [i, { plan, path: unpacked }] of plans.entries()) {
    const fileId = next + i;
    const { file } = plan;
    job.phase(`Read ${file.path}`, { total: file.bytes, unit: 'bytes' });
    const target = path.join(scratch, `text-${i}`);
    const onDisk = unpacked ?? (await file.onDisk(target, job.signal));
    const table = await tables.prepare(plan.table, plan.targets);
    if (plan.targets.some(({ from }) => from === 'row')) await tables.number(table);
    const unfolded = new Map<string, RawTable>();
    for (const { table: name } of plan.unfoldings) unfolded.set(name, name === plan.table ? table : await tables.prepare(name, unfoldedFields(name)));
    const firstRows = new Map([table, ...unfolded.values()].map((raw) => [raw.name, raw.rows]));
    const loading = { signal: job.signal, progress: (bytes: number) => job.progress(Math.min(bytes, file.bytes), undefined, table.rows > (firstRows.get(table.name) ?? 0) ? counted(table.rows - (firstRows.get(table.name) ?? 0), 'row') : undefined) };
    const counts = new Map<string, FileCounts>();
    let read: { sha256: string; bytes: number };
    if (mayBePlain(plan) && !readExactly.has(file.path)) {
      const loaded = await loadPlain(plan, onDisk, table, fileId, session, loading);
      counts.set(plan.table, { rows: loaded.rows, rejected: 0, unreadable: 0 });
      read = loaded;
    } else {
      const opened = new Map<string, { table: RawTable; writer: RowWriter }>();
      for (const raw of [table, ...unfolded.values()]) if (!opened.has(raw.name)) opened.set(raw.name, { table: raw, writer: await RowWriter.open(session, raw, fileId) });
      const main = opened.get(plan.table)?.writer;
      if (!main) throw new ReelbenchError('internal', 'A file has no table.');
      try {
        read = plan.format === 'parquet'
          ? await loadParquet(plan, onDisk, table, fileId, main, session, loading)
          : await (plan.format === 'xlsx' ? loadSheet : loadText)(plan, onDisk, table, { main, unfolded: opened }, loading);
        for (const { writer } of opened.values()) writer.close();
      } catch (error) {
        for (const { writer } of opened.values()) writer.discard();
        throw error;
      }
      for (const [name, { writer }] of opened) counts.set(name, writer.counts);
    }
    await rm(target, { force: true });
    const all = [...counts.values()];
    if (all.every(({ rows, unreadable }) => rows + unreadable === 0)) throw await nothingRead(session, plan, fileId, { rows: 0, unreadable: 0, rejected: all.reduce((sum, { rejected }) => sum + rejected, 0) });
    for (const [name, found] of counts) {
      const kind = name === plan.table ? plan.kind : SourceKind.parse(name);
      if (name !== plan.table && found.rows + found.unreadable + found.rejected === 0) continue;
      await recordFile(session, { fileId, plan, kind, table: name, bytes: read.bytes, sha256: read.sha256, firstRow: firstRows.get(name) ?? 0, counts: found, importedAt: engine.clock() });
      files.push({ path: file.path, kind, rows: found.rows + found.unreadable, rejected: found.rejected });
      job.log(found.rejected + found.unreadable > 0 ? 'warn' : 'info', `${file.path} → raw.${name}: ${rowsOf(found)}.`);
    }
    job.progress(file.bytes, file.bytes, counted(counts.get(plan.table)?.rows ?? 0, 'row'));
  }
  job.phase('Store', { unit: 'tables' });
  const releases = [...new Set(plans.map(({ plan }) => plan.release?.name).filter((name) => name !== undefined))];
  return { release: releases[0] ?? null, tables: await describeTables(session, tables.names), files, seconds: (engine.clock().getTime() - began) / 1000 };
}

function rowsOf({ rows, unreadable, rejected }: FileCounts): string {
  return `${counted(rows, 'row')}, ${unreadable} with unreadable cells, ${counted(rejected, 'rejected line')}`;
}

async function nothingRead(session: Session, plan: FilePlan, fileId: number, counts: FileCounts): Promise<ReelbenchError> {
  const { path: file } = plan.file;
  const reject = await session.first<{ line: number; reason: string; column_name: string | null }>('SELECT line, reason, column_name FROM raw.rejects WHERE file_id = $1 ORDER BY line LIMIT 1', [fileId]);
  if (!reject) return new ReelbenchError('invalid-input', `${file} has no rows.`, { file, hint: 'Check that the file was written or downloaded in full.' });
  return new ReelbenchError('invalid-input', `None of the ${counted(counts.rejected, 'line')} of ${file} could be read. Line ${reject.line}: ${reject.reason}`, {
    file, line: reject.line, ...(reject.column_name === null ? {} : { column: reject.column_name }), hint: 'Check the delimiter, the quotes and the encoding in the preview.',
  });
}

/** Tables as imported: rows are those that were kept, readable or not. */
async function describeTables(session: Session, names: readonly string[]): Promise<ImportResult['tables']> {
  const tables: ImportResult['tables'] = [];
  for (const name of [...names].sort()) {
    const columns = await session.all<{ name: string; type: string }>(`SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE schema_name = 'raw' AND table_name = $1 ORDER BY column_index`, [name]);
    const { rows, rejected } = await session.one<{ rows: number; rejected: number }>('SELECT sum(rows + unreadable)::BIGINT AS rows, sum(rejected)::BIGINT AS rejected FROM raw.files WHERE table_name = $1', [name]);
    tables.push({ name, rows, rejected, columns });
  }
  return tables;
}
