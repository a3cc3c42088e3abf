import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SourceKind } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import { KnownFile, lookAgain } from '../workspace/disk-files.ts';
import type { Session } from '../workspace/session.ts';
import { identifier } from '../workspace/sql.ts';
import { dropParts } from '../workspace/staging.ts';
import { type LoadContext, type Loaded, loadFile, type Planned } from './load-file.ts';
import { NotPlain } from './load-plain.ts';
import type { OriginNotes } from './origins.ts';
import { readingOf, type TargetColumn } from './plan.ts';
import { existingColumns, type Place, RawTables, type TableColumn, tableIn } from './raw-tables.ts';
import { unfoldedFields } from './unfold.ts';

/** Imports of fewer bytes are read again from their start: that takes a second. */
const FROM_BYTES = 32 * 1024 * 1024;
/** Small files are kept together, so that keeping them takes little beside reading them. */
const PART_BYTES = 8 * 1024 * 1024;

/** Files of an import, one after another, that are read and kept together. */
export interface Part {
  /** Places of its files among all. */
  readonly first: number;
  readonly files: readonly Planned[];
  readonly key: string;
  /** The columns that the import's tables have before it. */
  readonly columns: ReadonlyMap<string, readonly TableColumn[]>;
}

/** A part that was read: what each file of it gave, counted from the part's own beginning. */
export interface KeptPart {
  readonly id: number;
  readonly loaded: readonly Loaded[];
  /** Read by an import of before. */
  readonly before: boolean;
}

/**
 * Which files of an import are read ahead and kept: all but the largest, which is read last and straight into its table, for
 * there is nothing to come back to after it. So what is kept twice on the way is the smaller part. Films that are numbered on
 * depend on the films before them and are not read ahead.
 */
export async function partsOf(session: Session, files: readonly Planned[], append: boolean): Promise<Part[]> {
  const total = files.reduce((sum, { plan }) => sum + plan.file.bytes, 0);
  if (files.length < 2 || total < FROM_BYTES) return [];
  const largest = files.reduce((at, { plan }, i) => (plan.file.bytes > (files[at]?.plan.file.bytes ?? 0) ? i : at), 0);
  const columns = new Map<string, readonly TableColumn[]>();
  const parts: Part[] = [];
  let open: { first: number; files: Planned[]; bytes: number; columns: ReadonlyMap<string, readonly TableColumn[]> } | undefined;
  const close = () => {
    if (open) parts.push({ first: open.first, files: open.files, columns: open.columns, key: keyOf(open.files, open.columns) });
    open = undefined;
  };
  for (const [i, file] of files.entries()) {
    if (i === largest || file.plan.targets.some(({ from }) => from === 'row')) close();
    else {
      open ??= { first: i, files: [], bytes: 0, columns: new Map(columns) };
      open.files.push(file);
      open.bytes += file.plan.file.bytes;
    }
    for (const [table, targets] of touched(file)) {
      const known = columns.get(table) ?? (append ? await existingColumns(session, table, targets) : undefined) ?? [];
      columns.set(table, [...known, ...targets.filter(({ name }) => !known.some((column) => column.name === name)).map(({ name, cell }) => ({ name, cell }))]);
    }
    if (open && open.bytes >= PART_BYTES) close();
  }
  close();
  return parts;
}

/** The tables that a file gives rows to, and the columns that it needs of each. */
function touched({ plan }: Planned): [table: string, targets: readonly TargetColumn[]][] {
  return [[plan.table, plan.targets], ...plan.unfoldings.filter(({ table }) => table !== plan.table).map(({ table }): [string, readonly TargetColumn[]] => [table, unfoldedFields(table)])];
}

/** The same files read in the same way into the same columns have the same key; what they hold is looked at apart. */
function keyOf(files: readonly Planned[], columns: ReadonlyMap<string, readonly TableColumn[]>): string {
  const about = files.map((file) => [file.plan.file.disk, file.plan.file.path, file.plan.file.bytes, readingOf(file.plan), touched(file).map(([table]) => columns.get(table) ?? [])]);
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 32);
}

const Disks = z.record(z.string(), KnownFile);
const StoredLoaded = z.array(z.object({
  sha256: z.string(), bytes: z.number(), whole: z.boolean(),
  tables: z.array(z.object({ name: z.string(), kind: SourceKind, firstRow: z.number(), counts: z.object({ rows: z.number(), rejected: z.number(), unreadable: z.number() }) })),
}));
const placeOf = (id: number): Place => ({ schema: 'staging', prefix: `p${id}_` });

/** The part as an import of before kept it, if its files are still what they were; else it is read and kept now. */
export async function keepPart(engine: EngineContext, part: Part, context: Omit<LoadContext, 'session' | 'readExactly'> & { readonly readExactly: Set<string> }, origins: OriginNotes): Promise<KeptPart> {
  const { signal } = context.job;
  const workspace = engine.workspace();
  const found = await workspace.read((session) => session.first<{ id: number; disks: string; loaded: string }>('SELECT part_id AS id, disks, loaded FROM staging.parts WHERE key = ? ORDER BY part_id DESC LIMIT 1', [part.key]), signal);
  if (found && (await areSame(engine, Disks.parse(JSON.parse(found.disks)), signal, origins))) return { id: found.id, loaded: StoredLoaded.parse(JSON.parse(found.loaded)), before: true };
  for (;;) {
    try {
      return await workspace.write((session) => readPart(engine, part, { ...context, session }, origins), signal);
    } catch (error) {
      if (!(error instanceof NotPlain) || error.file === undefined) throw error;
      context.readExactly.add(error.file);
      context.job.phaseState('skipped');
    }
  }
}

async function areSame(engine: EngineContext, disks: z.infer<typeof Disks>, signal: AbortSignal, origins: OriginNotes): Promise<boolean> {
  for (const [disk, known] of Object.entries(disks)) {
    const { change, learnt } = await lookAgain(disk, known, { signal, now: engine.clock });
    if (change !== 'unchanged') return false;
    origins.adopt(disk, learnt ?? known);
  }
  return true;
}

async function readPart(engine: EngineContext, part: Part, context: LoadContext, origins: OriginNotes): Promise<KeptPart> {
  const { session, job } = context;
  const { id } = await session.one<{ id: number }>('SELECT coalesce(max(part_id), 0) + 1 AS id FROM staging.parts');
  const place = placeOf(id);
  await session.run(`CREATE TABLE ${tableIn(place, 'lines')} AS FROM raw.lines LIMIT 0; CREATE TABLE ${tableIn(place, 'rejects')} AS FROM raw.rejects LIMIT 0`);
  const tables = new RawTables(session, false, { place, columns: part.columns });
  const loaded: Loaded[] = [];
  for (const [i, file] of part.files.entries()) {
    await origins.begin(file.plan.file);
    const read = await loadFile(file, i, tables, context);
    if (read.whole) origins.hashed(file.plan.file.disk, read.sha256);
    loaded.push(read);
  }
  const disks: z.infer<typeof Disks> = {};
  for (const { plan: { file } } of part.files) {
    const known = await origins.known(file.disk, job.signal);
    if (known) disks[file.disk] = known;
  }
  await session.run('INSERT INTO staging.parts VALUES (?, ?, ?, ?, CAST(? AS TIMESTAMP))', [id, part.key, JSON.stringify(disks), JSON.stringify(loaded), engine.clock().toISOString().replace('Z', '')]);
  return { id, loaded, before: false };
}

/**
 * Moves a kept part into the tables of the import, its files numbered from `fileId` on. Answers what each file gave, as if it
 * had been read there.
 */
export async function movePart(session: Session, { files }: Part, { id, loaded }: KeptPart, fileId: number, tables: RawTables): Promise<Loaded[]> {
  const place = placeOf(id);
  const raws = new Map<string, Awaited<ReturnType<RawTables['prepare']>>>();
  for (const file of files) for (const [name, targets] of touched(file)) raws.set(name, await tables.prepare(name, targets));
  const offsets = new Map([...raws].map(([name, { rows }]) => [name, rows]));
  for (const [name, raw] of raws) {
    const columns = await existingColumns(session, name, [], place);
    const list = (columns ?? []).map((column) => identifier(column.name)).join(', ');
    raw.rows += await session.run(`INSERT INTO ${tableIn(raw.place, name)} (${list}) SELECT ${list} FROM ${tableIn(place, name)}`);
    await session.run(`INSERT INTO ${tableIn(raw.place, `${name}_text`)} (file_id, line, ${list}) SELECT file_id + ${fileId}, line, ${list} FROM ${tableIn(place, `${name}_text`)}`);
    await session.run(`INSERT INTO ${tableIn(raw.place, 'lines')} SELECT file_id + ${fileId}, table_name, first_row + ${offsets.get(name) ?? 0}, first_line FROM ${tableIn(place, 'lines')} WHERE table_name = ?`, [name]);
  }
  await session.run(`INSERT INTO raw.rejects SELECT file_id + ${fileId}, table_name, line, column_name, reason, text FROM ${tableIn(place, 'rejects')}`);
  return loaded.map((file) => ({ ...file, tables: file.tables.map((table) => ({ ...table, firstRow: table.firstRow + (offsets.get(table.name) ?? 0) })) }));
}

/** Drops the parts that an import used, and others of the same files: they are of another time. */
export async function forgetParts(session: Session, disks: ReadonlySet<string>): Promise<void> {
  const parts = await session.all<{ id: number; disks: string }>('SELECT part_id AS id, disks FROM staging.parts');
  await dropParts(session, parts.filter((part) => Object.keys(Disks.parse(JSON.parse(part.disks))).every((disk) => disks.has(disk))).map(({ id }) => id));
}
