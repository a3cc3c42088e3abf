import { type Cell, type Decision, type LineageBuild, ReelbenchError, type RowLineage, type RowRequest, type SourceRow, type SummedRows } from '../../../../shared/contract/index.ts';
import { rowKey } from '../../../../shared/domain/lineage.ts';
import { tableExists } from '../../workspace/catalog.ts';
import { decidedRows } from '../../workspace/journal.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier, literal, qualified } from '../../workspace/sql.ts';
import { columnsOf, sourceOf } from '../../workspace/views.ts';
import { type Candidate, cellIs, findRows, type Wanted } from './candidates.ts';
import { cellText } from './cell-text.ts';
import { type RawKind, rawKind, sourcesOf } from './kinds.ts';
import { type Fate, fates } from './outcome.ts';
import { aboutRow, whyOf } from './words.ts';
import { mergesOf, worldOf } from './world.ts';

/** What the rest of the engine knows of the tables that a row stands in. */
export interface Made {
  /** The visible build of the stage that makes a table. */
  readonly buildOf: (table: string) => LineageBuild | null;
  /** Whether files of this raw table came in after what is visible was built. */
  readonly importedSince: (kind: string) => boolean;
  /** A parameter as the visible build of the transform had it. */
  readonly parameter: (path: string) => string | null;
}

type Merges = ReadonlyMap<string, { readonly into: string; readonly decision: number }>;

/**
 * Where a row comes from: the imported rows by file and line, what fixes and decisions did to them, and why those that
 * are not in the table are not. @throws not-found for a table or column that there is not
 */
export async function rowLineage(session: Session, request: RowRequest, made: Made): Promise<RowLineage> {
  const merges = await mergesOf(session);
  if (request.table.startsWith('raw.')) return ofRaw(session, request, made, merges);
  const columns = await columnsOf(session, 'main', request.table);
  for (const column of Object.keys(request.key)) {
    if (!columns.some(({ name }) => name === column)) throw new ReelbenchError('not-found', `${request.table} has no column ${column}.`, { column, hint: `Its rows are named by ${rowKey(request.table, columns.map(({ name }) => name)).join(', ') || 'nothing'}.` });
  }
  if (request.table === 'quarantine' || request.table === 'fixes') return ofEffect(session, request, made, merges);
  const key = request.key;
  if (Object.keys(key).length === 0) throw new ReelbenchError('invalid-arguments', `Name the row of ${request.table}.`, { hint: `Its rows are named by ${rowKey(request.table, columns.map(({ name }) => name)).join(', ') || 'nothing'}.` });
  const row = await rowOf(session, request.table, key);
  const { kinds, sums } = sourcesOf(request.table, Object.keys(key));
  const sources: SourceRow[] = [];
  let total = 0;
  for (const { kind: name, by } of kinds) {
    const kind = rawKind(name);
    const wanted = kind && (await wantedOf(session, kind, by, key, merges));
    if (!kind || !wanted) continue;
    const found = await findRows(session, kind, wanted, !made.importedSince(name));
    total += found.total;
    sources.push(...(await told(session, kind, found.rows, found.rows, made, merges)));
  }
  const computed: SummedRows[] = [];
  for (const { table, by } of sums) {
    const summed = await summedRows(session, table, by, key);
    if (summed) computed.push(summed);
  }
  const raws = kinds.map(({ kind }) => kind);
  return finished(session, { table: request.table, key, row, build: made.buildOf(request.table), importedSince: raws.some(made.importedSince), sources, total, computed }, raws);
}

type Unfinished = Omit<RowLineage, 'about' | 'rejected'>;

async function finished(session: Session, row: Unfinished, raws: readonly string[]): Promise<RowLineage> {
  const { rejected } = await session.one<{ rejected: number }>(`SELECT CAST(coalesce(sum(rejected), 0) AS BIGINT) AS rejected FROM raw.files WHERE table_name IN (${['', ...raws].map(literal).join(', ')})`);
  return { ...row, about: aboutRow(row, rejected), rejected };
}

/** An imported row, by its place or by all its cells. */
async function ofRaw(session: Session, { table, key, id }: RowRequest, made: Made, merges: Merges): Promise<RowLineage> {
  const text = table.endsWith('_text');
  const name = table.slice('raw.'.length).replace(/_text$/, '');
  await columnsOf(session, 'raw', name);
  const kind = rawKind(name) ?? { ...freeKind, kind: name };
  const asked: Wanted = id !== undefined ? { places: placesOf(id) } : text ? { places: { typed: [], text: await textRows(session, name, key) } } : { cells: key };
  if (id === undefined && Object.keys(key).length === 0) throw new ReelbenchError('invalid-arguments', `Name the row of ${table}, for instance by its place.`);
  const applied = !made.importedSince(name);
  const found = await findRows(session, kind, asked, applied);
  const sources: SourceRow[] = [];
  for (const rows of Map.groupBy(found.rows, (row) => JSON.stringify(kind.key.map((column) => row.clean[column] ?? null))).values()) {
    const [first] = rows;
    const wanted = first && sharedBy(kind, first, merges);
    const sharing = wanted === undefined ? rows : (await findRows(session, kind, wanted, applied)).rows;
    const same = (row: Candidate) => rows.some((other) => other.n === row.n && other.text === row.text);
    const all = sharing.some(same) ? sharing : rows;
    sources.push(...(await told(session, kind, all, all.filter(same), made, merges)));
  }
  const cells = sources[0]?.cells ?? null;
  return finished(session, { table, key: cells ?? key, row: cells, build: kind.into[0] === undefined ? null : made.buildOf(kind.into[0]), importedSince: !applied, sources, total: found.total, computed: [] }, [name]);
}

const freeKind: RawKind = { kind: '', into: [], key: [], types: {}, required: [], references: [], copies: [], stays: 'first', merging: 'none', unitedBy: [], core: false };

function placesOf(id: string): { typed: number[]; text: number[] } {
  const n = [Number(id.slice(1))];
  return id.startsWith('t') ? { typed: [], text: n } : { typed: n, text: [] };
}

async function textRows(session: Session, kind: string, key: Readonly<Record<string, Cell>>): Promise<number[]> {
  const { sql, values } = matching(key);
  return (await session.all<{ n: number }>(`SELECT rowid AS n FROM ${qualified('raw', `${kind}_text`)} WHERE ${sql === '' ? 'false' : sql} LIMIT 200`, values)).map(({ n }) => n);
}

/** A row of `quarantine` or `fixes`: the imported row that it is about. */
async function ofEffect(session: Session, { key }: RowRequest, made: Made, merges: Merges): Promise<RowLineage> {
  const { table_name: kind, row_id: row, text_row_id: text } = key;
  if (typeof kind !== 'string' || (typeof row !== 'number' && typeof text !== 'number')) throw new ReelbenchError('invalid-arguments', 'Name the row by table_name and row_id or text_row_id.');
  return ofRaw(session, { table: `raw.${kind}`, key: {}, id: typeof row === 'number' ? `r${row}` : `t${cellText(text)}` }, made, merges);
}

/** All rows that share with this one what decides between them; undefined for one that shares nothing. */
function sharedBy(kind: RawKind, row: Candidate, merges: Merges): Wanted | undefined {
  if (kind.key.length === 0) return undefined;
  const values = new Map<string, Cell[]>();
  let named: string | undefined;
  for (const column of kind.key) {
    const cell = row.clean[column] ?? null;
    const name = kind.named?.id === column ? row.clean[kind.named.name] : undefined;
    if (cell === null && typeof name === 'string') {
      named = name.trim();
      values.set(column, []);
    } else if (cell === null) return undefined;
    else values.set(column, column === 'movie_id' && kind.merging !== 'ends' && kind.merging !== 'none' ? filmsOf(merges.get(cellText(cell))?.into ?? cell, merges) : [cell]);
  }
  return { values, ...(named === undefined ? {} : { named }) };
}

/** A film and those that became it. */
function filmsOf(film: Cell, merges: Merges): Cell[] {
  return [film, ...[...merges].filter(([, { into }]) => into === cellText(film)).map(([from]) => from)];
}

async function wantedOf(session: Session, kind: RawKind, by: readonly string[], key: Readonly<Record<string, Cell>>, merges: Merges): Promise<Wanted | undefined> {
  const values = new Map<string, Cell[]>();
  let named: string | undefined;
  for (const column of by) {
    const value = key[column];
    if (value === undefined || value === null) continue;
    values.set(column, column === 'movie_id' && kind.merging !== 'none' ? filmsOf(value, merges) : [value]);
    if (kind.named?.id === column && (await tableExists(session, 'main', kind.named.list))) {
      named = (await session.first<{ label: string }>(`SELECT ${identifier(kind.named.label)} AS label FROM ${qualified('main', kind.named.list)} WHERE CAST(${identifier(column)} AS VARCHAR) = ?`, [cellText(value)]))?.label;
    }
  }
  return values.size === 0 ? undefined : { values, ...(named === undefined ? {} : { named }) };
}

/** The rows `shown` of `all` that share a key, each with its fate and why. */
async function told(session: Session, kind: RawKind, all: readonly Candidate[], shown: readonly Candidate[], made: Made, merges: Merges): Promise<SourceRow[]> {
  if (shown.length === 0) return [];
  const built = kind.into[0] !== undefined && made.buildOf(kind.into[0]) !== null && !made.importedSince(kind.kind);
  const fate = built ? fates(kind, all, await worldOf(session, kind, all, merges)) : new Map<Candidate, Fate>();
  const decisions = await decisionsOn(session, kind.kind, shown, merges);
  return shown.map((row): SourceRow => {
    const mine = fate.get(row) ?? { outcome: 'not built', instead: null, columns: [], rule: null };
    const film = merges.get(cellText(row.clean['movie_id'] ?? ''))?.into;
    return {
      table: `raw.${kind.kind}`, id: idOf(row), file: row.file, line: row.line, place: row.place, cells: row.cells,
      outcome: mine.outcome,
      why: whyOf(kind, row, mine, { film: kind.merging === 'none' ? undefined : film, importedSince: made.importedSince(kind.kind), built, parameter: made.parameter }),
      instead: mine.instead === null ? null : { id: idOf(mine.instead), file: mine.instead.file, line: mine.instead.line },
      fixes: [...row.fixes], setAside: [...row.setAside],
      decisions: decisions.get(row) ?? [],
    };
  });
}

const idOf = ({ text, n }: Candidate): string => `${text ? 't' : 'r'}${n}`;

const decision = (d: string, names: string) => `${d}.id, ${d}.made_at AS "madeAt", ${d}.kind, ${d}.title, ${d}.reason, ${d}.rule, ${names} AS names, ${d}.undone_at AS "undoneAt"`;

/** Decisions that stand about these rows and about the films that they name. */
async function decisionsOn(session: Session, kind: string, rows: readonly Candidate[], merges: Merges): Promise<Map<Candidate, Decision[]>> {
  const found = new Map<Candidate, Decision[]>();
  const add = (row: Candidate, made: Decision) => found.set(row, [...(found.get(row) ?? []), made]);
  const hasText = await tableExists(session, 'raw', `${kind}_text`);
  const ids = (text: boolean) => [-1, ...rows.filter((row) => row.text === text).map(({ n }) => n)].join(', ');
  for (const { n, t, ...made } of await session.all<Decision & { n: number | null; t: number | null }>(`
    SELECT r.row_id AS n, r.text_row_id AS t, ${decision('d', '(SELECT count(*) FROM journal.decision_rows x WHERE x.decision = d.id)')}
    FROM (${decidedRows(kind, hasText)}) r JOIN journal.decisions d ON d.id = r.decision WHERE r.row_id IN (${ids(false)}) OR r.text_row_id IN (${ids(true)})`)) {
    const row = rows.find((candidate) => (candidate.text ? candidate.n === t : candidate.n === n));
    if (row) add(row, made);
  }
  const films = new Set([...merges.values()].map((merge) => merge.decision));
  if (films.size === 0) return found;
  const made = new Map((await session.all<Decision>(`SELECT ${decision('d', '(SELECT count(*) FROM journal.decision_films x WHERE x.decision = d.id)')} FROM journal.decisions d WHERE d.id IN (${[...films].join(', ')})`)).map((each) => [each.id, each]));
  for (const row of rows) {
    const merge = made.get(merges.get(cellText(row.clean['movie_id'] ?? ''))?.decision ?? -1);
    if (merge) add(row, merge);
  }
  return found;
}

async function rowOf(session: Session, table: string, key: Readonly<Record<string, Cell>>): Promise<Record<string, Cell> | null> {
  const { source } = await sourceOf(session, 'main', table);
  const { sql, values } = matching(key);
  return (await session.first<Record<string, Cell>>(`SELECT * FROM ${source} WHERE ${sql} LIMIT 1`, values)) ?? null;
}

function matching(key: Readonly<Record<string, Cell>>): { sql: string; values: string[] } {
  const values: string[] = [];
  const sql = Object.entries(key).map(([column, value]) => cellIs(identifier(column), value, (text) => `$${values.push(text)}`));
  return { sql: sql.join(' AND '), values };
}

/** How many rows of a core table share the key, and where the imported rows stand that name it. */
async function summedRows(session: Session, table: string, by: readonly string[], key: Readonly<Record<string, Cell>>): Promise<SummedRows | undefined> {
  const shared = Object.fromEntries(by.flatMap((column) => (key[column] === undefined ? [] : [[column, key[column]]])));
  if (Object.keys(shared).length === 0 || !(await tableExists(session, 'main', table))) return undefined;
  const { source } = await sourceOf(session, 'main', table);
  const { sql, values } = matching(shared);
  const { rows } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${source} WHERE ${sql}`, values);
  const raw = rawKind(table);
  const columns = raw && (await tableExists(session, 'raw', table)) ? (await columnsOf(session, 'raw', table)).map(({ name }) => name) : [];
  const files = !by.every((column) => columns.includes(column)) ? [] : await session.all<SummedRows['files'][number]>(`
    WITH mine AS (SELECT rowid AS n FROM ${qualified('raw', table)} WHERE ${sql})
    SELECT f.path AS file, count(*) AS rows, min(l.first_line + s.n - l.first_row) FILTER (l.file_id = f.file_id) AS "firstLine", max(l.first_line + s.n - l.first_row) FILTER (l.file_id = f.file_id) AS "lastLine"
    FROM mine s
    ASOF JOIN (SELECT file_id, path, first_row FROM raw.files WHERE table_name = ${literal(table)} AND rows > 0) f ON s.n >= f.first_row
    ASOF LEFT JOIN (SELECT file_id, first_row, first_line FROM raw.lines WHERE table_name = ${literal(table)}) l ON s.n >= l.first_row
    GROUP BY f.file_id, f.path ORDER BY f.file_id`, values);
  return { table, filters: Object.entries(shared).map(([column, value]) => ({ column, op: '=' as const, value: cellText(value) })), rows, files };
}
