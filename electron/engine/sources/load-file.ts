import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type ImportResult, ReelbenchError, SourceKind } from '../../../shared/contract/index.ts';
import type { JobContext } from '../workspace/jobs.ts';
import type { Session } from '../workspace/session.ts';
import { loadPlain, mayBePlain } from './load-plain.ts';
import { counted, loadText } from './load-text.ts';
import { loadParquet } from './parquet.ts';
import type { FilePlan } from './plan.ts';
import { type FileCounts, type RawTable, type RawTables, RowWriter } from './raw-tables.ts';
import { loadSheet } from './sheet.ts';
import { unfoldedFields } from './unfold.ts';

/** A file that is to be read. */
export interface Planned {
  readonly plan: FilePlan;
  /** Where it was unpacked to, if it had to be before it could be planned. */
  readonly unpacked: string | undefined;
}

/** What one file gave. */
export interface Loaded {
  readonly sha256: string;
  readonly bytes: number;
  /** Whether that was the file on disk itself, not a part of an archive. */
  readonly whole: boolean;
  /** Of each table that it gave rows to, its own first: where they begin, and how many they are. */
  readonly tables: readonly { readonly name: string; readonly kind: SourceKind; readonly firstRow: number; readonly counts: FileCounts }[];
}

export interface LoadContext {
  readonly session: Session;
  readonly job: JobContext;
  /** Files that looked plain and are not. */
  readonly readExactly: ReadonlySet<string>;
  /** A file in this folder may be written, to unpack into. */
  readonly scratch: string;
}

/** Reads a file to its end into the import's tables. @throws invalid-input when it has no rows, NotPlain when it must be read again cell by cell */
export async function loadFile({ plan, unpacked }: Planned, fileId: number, tables: RawTables, { session, job, readExactly, scratch }: LoadContext): Promise<Loaded> {
  const { file } = plan;
  job.phase(`Read ${file.path}`, { total: file.bytes, unit: 'bytes' });
  const onDisk = unpacked ?? (await file.onDisk(scratch, job.signal));
  const table = await tables.prepare(plan.table, plan.targets);
  if (plan.targets.some(({ from }) => from === 'row')) await tables.number(table);
  const unfolded = new Map<string, RawTable>();
  for (const { table: name } of plan.unfoldings) unfolded.set(name, name === plan.table ? table : await tables.prepare(name, unfoldedFields(name)));
  const firstRows = new Map([table, ...unfolded.values()].map((raw) => [raw.name, raw.rows]));
  const read = () => table.rows - (firstRows.get(table.name) ?? 0);
  const loading = { signal: job.signal, progress: (bytes: number) => job.progress(Math.min(bytes, file.bytes), undefined, read() > 0 ? counted(read(), 'row') : undefined) };
  const counts = new Map<string, FileCounts>();
  let content: { sha256: string; bytes: number };
  if (mayBePlain(plan) && !readExactly.has(file.path)) {
    const loaded = await loadPlain(plan, onDisk, table, fileId, session, loading);
    counts.set(plan.table, { rows: loaded.rows, rejected: 0, unreadable: 0 });
    content = loaded;
  } else {
    const opened = new Map<string, { table: RawTable; writer: RowWriter }>();
    for (const raw of [table, ...unfolded.values()]) if (!opened.has(raw.name)) opened.set(raw.name, { table: raw, writer: await RowWriter.open(session, raw, fileId) });
    const main = opened.get(plan.table)?.writer;
    if (!main) throw new ReelbenchError('internal', 'A file has no table.');
    try {
      content = plan.format === 'parquet'
        ? await loadParquet(plan, onDisk, table, fileId, main, session, loading)
        : await (plan.format === 'xlsx' ? loadSheet : loadText)(plan, onDisk, table, { main, unfolded: opened }, loading);
      for (const { writer } of opened.values()) writer.close();
    } catch (error) {
      for (const { writer } of opened.values()) writer.discard();
      throw error;
    }
    for (const [name, { writer }] of opened) counts.set(name, writer.counts);
  }
  await rm(scratch, { force: true });
  const all = [...counts.values()];
  if (all.every(({ rows, unreadable }) => rows + unreadable === 0)) throw await tables.nothingRead(plan, fileId, all.reduce((sum, { rejected }) => sum + rejected, 0));
  job.progress(file.bytes, file.bytes, counted(counts.get(plan.table)?.rows ?? 0, 'row'));
  return {
    sha256: content.sha256, bytes: content.bytes, whole: path.resolve(onDisk) === file.disk,
    tables: [...counts].flatMap(([name, found]) => (name !== plan.table && found.rows + found.unreadable + found.rejected === 0 ? []
      : [{ name, kind: name === plan.table ? plan.kind : SourceKind.parse(name), firstRow: firstRows.get(name) ?? 0, counts: found }])),
  };
}

/** What is said of the rows of a file. */
export function resultOf(plan: FilePlan, { tables }: Loaded, job: JobContext): ImportResult['files'] {
  return tables.map(({ name, kind, counts: { rows, rejected, unreadable } }) => {
    job.log(rejected + unreadable > 0 ? 'warn' : 'info', `${plan.file.path} → raw.${name}: ${counted(rows, 'row')}, ${unreadable} with unreadable cells, ${counted(rejected, 'rejected line')}.`);
    return { path: plan.file.path, kind, rows: rows + unreadable, rejected };
  });
}
