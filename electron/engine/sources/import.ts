import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type ImportResult, ReelbenchError } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { RememberedPaths } from '../workspace/remembered-paths.ts';
import type { Session } from '../workspace/session.ts';
import { type Choice, chosenFiles, optionsFor } from './choice.ts';
import { type Loaded, loadFile, type LoadContext, type Planned, resultOf } from './load-file.ts';
import { NotPlain } from './load-plain.ts';
import { OriginNotes } from './origins.ts';
import { isParquet, planParquet } from './parquet.ts';
import { forgetParts, keepPart, type KeptPart, movePart, type Part, partsOf } from './parts.ts';
import { planFile } from './plan.ts';
import { RawTables, recordFile } from './raw-tables.ts';
import { planSheet } from './sheet.ts';

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

/** A planned file and the choice that it is of. */
type ChosenPlan = Planned & { readonly choice: Choice };

/** Imports files into `raw.*` in one transaction: all of them or nothing. @throws invalid-input, disk-full, cancelled */
export async function runImport(engine: EngineContext, choices: readonly Choice[], append: boolean, job: JobContext): Promise<ImportResult> {
  const began = engine.clock().getTime();
  return withScratch(engine, async (scratch) => {
    const paths = new RememberedPaths(engine);
    await paths.add(choices.flatMap(({ roots }) => roots));
    job.phase('Look at the files', { unit: 'files' });
    const plans: ChosenPlan[] = [];
    for (const [i, choice] of choices.entries()) plans.push(...(await planChoice(choice, path.join(scratch, `choice-${i}`), job)));
    if (plans.length === 0) throw new ReelbenchError('invalid-arguments', 'Every file is left out: there is nothing to import.');
    const origins = new OriginNotes(engine.clock, (file) => paths.lasts(file));
    const context = { job, readExactly: new Set<string>(), scratch: path.join(scratch, 'text') };
    const kept: { part: Part; kept: KeptPart }[] = [];
    for (const part of await engine.workspace().read((session) => partsOf(session, plans, append), job.signal)) kept.push({ part, kept: await keepPart(engine, part, context, origins) });
    const resumed = kept.reduce((sum, { part, kept: { before } }) => sum + (before ? part.files.length : 0), 0);
    if (resumed > 0) job.log('info', `${resumed} of ${plans.length} files were read before and are taken from there.`);
    for (;;) {
      try {
        const result = await engine.workspace().write((session) => importAll(engine, plans, kept, append, { ...context, session }, origins), job.signal);
        return { ...result, resumed, seconds: (engine.clock().getTime() - began) / 1000 };
      } catch (error) {
        if (!(error instanceof NotPlain) || error.file === undefined) throw error;
        context.readExactly.add(error.file);
        job.phaseState('skipped');
        job.log('info', `${error.file} holds more than plain numbers; it is read cell by cell.`);
      }
    }
  });
}

/** How each file of a choice will be read; the largest first: should one have to be read again from its start, little else is. */
async function planChoice(choice: Choice, scratch: string, job: JobContext): Promise<ChosenPlan[]> {
  const { files, ignored } = await chosenFiles(choice, job.signal);
  if (!choice.again) for (const { path: name, reason } of ignored) job.log('info', `${name} is left aside: ${reason}.`);
  const plans: ChosenPlan[] = [];
  for (const [i, file] of files.entries()) {
    if (choice.again?.names.has(file.path) === false) continue;
    const unpacked = !file.sheet && (await isParquet(file)) ? await file.onDisk(`${scratch}-${i}`, job.signal) : undefined;
    const options = optionsFor(choice, file);
    const plan = file.sheet ? await planSheet(file, files, options, job.signal) : unpacked === undefined ? await planFile(file, files, options) : await planParquet(file, unpacked, files, options, job.signal);
    const problem = plan.problems[0];
    if (problem) throw problem;
    plans.push({ plan, unpacked, choice });
    job.progress(i + 1, files.length);
  }
  const gone = [...(choice.again?.names ?? [])].find((name) => !plans.some(({ plan }) => plan.file.path === name));
  if (gone !== undefined) throw new ReelbenchError('not-found', `${gone} is no longer where it was imported from.`, { file: gone, hint: 'Choose the files again.' });
  return plans.sort((a, b) => b.plan.file.bytes - a.plan.file.bytes);
}

/** Fills the tables: files that are kept are moved there, the others are read. */
async function importAll(engine: EngineContext, plans: readonly ChosenPlan[], parts: readonly { part: Part; kept: KeptPart }[], append: boolean, context: LoadContext, origins: OriginNotes): Promise<Omit<ImportResult, 'resumed' | 'seconds'>> {
  const { session, job } = context;
  const tables = new RawTables(session, append);
  const { next } = await session.one<{ next: number }>('SELECT coalesce(max(file_id), -1) + 1 AS next FROM raw.files');
  const files: ImportResult['files'] = [];
  origins.restart();
  const record = async (i: number, loaded: Loaded) => {
    const { plan, choice } = plans[i] ?? unknownFile();
    origins.read(next + i, choice, plan.file);
    for (const { name, kind, firstRow, counts } of loaded.tables) await recordFile(session, { fileId: next + i, plan, kind, table: name, bytes: loaded.bytes, sha256: loaded.sha256, firstRow, counts, importedAt: engine.clock() });
    files.push(...resultOf(plan, loaded, job));
  };
  for (let i = 0; i < plans.length;) {
    const aside = parts.find(({ part }) => part.first === i);
    if (aside) {
      const moved = await movePart(session, aside.part, aside.kept, next + i, tables);
      for (const loaded of moved) await record(i++, loaded);
      continue;
    }
    const planned = plans[i] ?? unknownFile();
    await origins.begin(planned.plan.file);
    const loaded = await loadFile(planned, next + i, tables, context);
    if (loaded.whole) origins.hashed(planned.plan.file.disk, loaded.sha256);
    await record(i++, loaded);
  }
  job.phase('Store', { unit: 'tables' });
  await origins.keep(session, job.signal);
  await forgetParts(session, new Set(plans.map(({ plan }) => plan.file.disk)));
  const releases = [...new Set(plans.map(({ plan }) => plan.release?.name).filter((name) => name !== undefined))];
  return { release: releases[0] ?? null, tables: await describeTables(session, tables.names), files };
}

function unknownFile(): never {
  throw new ReelbenchError('internal', 'A file of the import was lost.');
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
