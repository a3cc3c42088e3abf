import type { Cell } from '../../../../shared/contract/index.ts';
import { tableExists } from '../../workspace/catalog.ts';
import { type CoreType, readableSql } from '../../workspace/core-values.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier, literal, qualified } from '../../workspace/sql.ts';
import { sourceOf } from '../../workspace/views.ts';
import { cellText } from './cell-text.ts';
import type { RawKind } from './kinds.ts';

/** So many imported rows of one kind are told of at most. */
const MOST_ROWS = 200;

export interface Fix {
  readonly rule: string;
  readonly column: string | null;
  readonly action: 'set' | 'drop';
  readonly before: string | null;
  readonly after: string | null;
}
export interface SetAside {
  readonly rule: string;
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
}

/** An imported row as it came, and what the quality stage wrote about it. */
export interface Candidate {
  readonly text: boolean;
  /** Its rowid in raw.<kind>, or, for a text row, in raw.<kind>_text. */
  readonly n: number;
  /** Place among all rows of the kind, as the transform counts. */
  readonly sourceRow: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly place: number;
  readonly cells: Readonly<Record<string, Cell>>;
  /** Cells of the columns that the transform takes, as their type, fixes applied. */
  readonly clean: Readonly<Record<string, Cell>>;
  readonly fixes: readonly Fix[];
  readonly setAside: readonly SetAside[];
}

/** What to look for: values that the cleaned cells have, each one of several; or rows by their place. */
export interface Wanted {
  readonly values?: ReadonlyMap<string, readonly Cell[]>;
  readonly places?: { readonly typed: readonly number[]; readonly text: readonly number[] };
  /** The asked row of raw.<kind>, as all its cells. */
  readonly cells?: Readonly<Record<string, Cell>>;
  /** The name of a person or keyword, for rows that lack the number. */
  readonly named?: string;
}

interface Found {
  readonly n: number;
  readonly file_id: number | null;
  readonly line: number | null;
  readonly cells: Record<string, Cell>;
  readonly clean: Record<string, Cell>;
}

/**
 * Rows of raw.<kind> and raw.<kind>_text that have the wanted values, as imported or once fixes are applied, in the order
 * of import; at most `most`, and how many there are. `applied` false leaves fixes and what was set aside out.
 */
export async function findRows(session: Session, kind: RawKind, wanted: Wanted, applied: boolean, most = MOST_ROWS): Promise<{ total: number; rows: Candidate[] }> {
  if (!(await tableExists(session, 'raw', kind.kind))) return { total: 0, rows: [] };
  const fixes = applied && (await tableExists(session, 'main', 'fixes')) ? (await sourceOf(session, 'main', 'fixes')).source : undefined;
  const fixed = new Set(fixes === undefined ? [] : (await session.all<{ name: string }>(
    `SELECT DISTINCT column_name AS name FROM ${fixes} WHERE action = 'set' AND table_name = ${literal(kind.kind)}`)).map(({ name }) => name));
  const parts: { text: boolean; total: number; rows: Found[] }[] = [];
  const { rows: offset } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${qualified('raw', kind.kind)}`);
  for (const text of [false, true]) {
    const name = text ? `${kind.kind}_text` : kind.kind;
    if (text && !(await tableExists(session, 'raw', name))) continue;
    const columns = (await session.table(`SELECT * FROM ${qualified('raw', name)} LIMIT 0`)).columns.map((column) => column.name).filter((column) => !text || (column !== 'file_id' && column !== 'line'));
    const where = conditionOf(kind, wanted, columns, text, fixes === undefined ? undefined : { source: fixes, columns: fixed });
    if (where === undefined) continue;
    const pack = (each: (column: string) => string, of: readonly string[]) => (of.length === 0 ? 'NULL' : `{${of.map((column) => `${literal(column)}: ${each(column)}`).join(', ')}}`);
    const typed = columns.filter((column) => kind.types[column] !== undefined);
    const from = `FROM ${qualified('raw', name)} WHERE ${where.sql}`;
    const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total ${from}`, where.values);
    if (total === 0) continue;
    const rows = await session.all<Found>(
      `SELECT rowid AS n, ${text ? 'file_id, line' : 'NULL AS file_id, NULL AS line'}, ${pack(identifier, columns)} AS cells,
        ${pack((column) => (text ? readableSql(typeOf(kind, column), identifier(column)) : identifier(column)), typed)} AS clean ${from} ORDER BY rowid LIMIT ${most}`, where.values);
    parts.push({ text, total, rows });
  }
  const rows: Candidate[] = [];
  for (const part of parts) {
    const ids = part.rows.map(({ n }) => n);
    const places = await placesOf(session, kind.kind, part.text, part.rows);
    const about = fixes === undefined || ids.length === 0 ? new Map<number, { fixes: Fix[]; setAside: SetAside[] }>() : await effectsOf(session, kind.kind, part.text, ids, fixes);
    for (const row of part.rows) {
      const effects = about.get(row.n) ?? { fixes: [], setAside: [] };
      const place = places.get(row.n) ?? { file: null, line: null, place: row.n + 1 };
      rows.push({ text: part.text, n: row.n, sourceRow: row.n + (part.text ? offset : 0), ...place, cells: row.cells, clean: withFixes(kind, row.clean ?? {}, effects.fixes), ...effects });
    }
  }
  return { total: parts.reduce((sum, part) => sum + part.total, 0), rows: rows.slice(0, most) };
}

const typeOf = (kind: RawKind, column: string): CoreType => kind.types[column] ?? 'VARCHAR';

function conditionOf(kind: RawKind, { values, places, cells, named }: Wanted, columns: readonly string[], text: boolean, fixes: { source: string; columns: ReadonlySet<string> } | undefined): { sql: string; values: string[] } | undefined {
  if (places !== undefined) {
    const asked = text ? places.text : places.typed;
    return asked.length === 0 ? undefined : { sql: `rowid IN (${asked.join(', ')})`, values: [] };
  }
  const bound: string[] = [];
  const bind = (value: string) => `$${bound.push(value)}`;
  if (cells !== undefined) {
    const asked = Object.entries(cells).filter(([column]) => columns.includes(column));
    if (text || asked.length === 0) return undefined;
    return { sql: asked.map(([column, value]) => cellIs(identifier(column), value, bind)).join(' AND '), values: bound };
  }
  const conditions: string[] = [];
  for (const [column, either] of values ?? []) {
    if (!columns.includes(column)) return undefined;
    const type = typeOf(kind, column);
    const cell = text ? readableSql(type, identifier(column)) : identifier(column);
    const list = either.map((value) => `TRY_CAST(${bind(cellText(value))} AS ${type})`).join(', ');
    const ways = [`${cell} IN (${list})`];
    if (named !== undefined && kind.named?.id === column) ways.push(`(${cell} IS NULL AND trim(${identifier(kind.named.name)}) = ${bind(named)})`);
    if (fixes?.columns.has(column)) {
      ways.push(`rowid IN (SELECT ${text ? 'text_row_id' : 'row_id'} FROM ${fixes.source} WHERE table_name = ${literal(kind.kind)} AND action = 'set' AND column_name = ${literal(column)} AND "after" IN (${either.map((value) => bind(cellText(value))).join(', ')}))`);
    }
    conditions.push(`(${ways.join(' OR ')})`);
  }
  return conditions.length === 0 ? undefined : { sql: conditions.join(' AND '), values: bound };
}

/** In SQL, that a column has the value: numbers are compared as numbers, so that zone maps are of use, all else as text. */
export function cellIs(column: string, value: Cell, bind: (value: string) => string): string {
  if (value === null) return `${column} IS NULL`;
  return typeof value === 'number' ? `${column} = ${literal(value)}` : `CAST(${column} AS VARCHAR) = ${bind(cellText(value))}`;
}

/** File, line and place in the file of rows of one raw table. */
async function placesOf(session: Session, kind: string, text: boolean, rows: readonly Found[]): Promise<Map<number, { file: string | null; line: number | null; place: number }>> {
  if (rows.length === 0) return new Map();
  if (text) {
    const files = new Map((await session.all<{ id: number; path: string }>('SELECT file_id AS id, any_value(path) AS path FROM raw.files WHERE table_name = ? GROUP BY file_id', [kind])).map(({ id, path }) => [id, path]));
    return new Map(rows.map(({ n, file_id, line }) => [n, { file: files.get(file_id ?? -1) ?? null, line, place: n + 1 }]));
  }
  const found = await session.all<{ n: number; file: string | null; line: number | null; place: number | null }>(`
    SELECT s.n, f.path AS file, CASE WHEN l.file_id = f.file_id THEN l.first_line + s.n - l.first_row END AS line, s.n - f.first_row + 1 AS place
    FROM (SELECT unnest([${rows.map(({ n }) => n).join(', ')}])::BIGINT AS n) s
    ASOF LEFT JOIN (SELECT file_id, path, first_row FROM raw.files WHERE table_name = ${literal(kind)} AND rows > 0) f ON s.n >= f.first_row
    ASOF LEFT JOIN (SELECT file_id, first_row, first_line FROM raw.lines WHERE table_name = ${literal(kind)}) l ON s.n >= l.first_row`);
  return new Map(found.map(({ n, file, line, place }) => [n, { file, line, place: place ?? n + 1 }]));
}

/** What the visible quality stage wrote about rows of one raw table. */
async function effectsOf(session: Session, kind: string, text: boolean, ids: readonly number[], fixes: string): Promise<Map<number, { fixes: Fix[]; setAside: SetAside[] }>> {
  const id = text ? 'text_row_id' : 'row_id';
  const of = `WHERE table_name = ${literal(kind)} AND ${id} IN (${ids.join(', ')})`;
  const about = new Map<number, { fixes: Fix[]; setAside: SetAside[] }>();
  const entry = (n: number) => {
    const known = about.get(n) ?? { fixes: [], setAside: [] };
    about.set(n, known);
    return known;
  };
  for (const { n, ...fix } of await session.all<Fix & { n: number }>(`SELECT ${id} AS n, rule, column_name AS "column", action, before, "after" FROM ${fixes} ${of} ORDER BY rowid`)) entry(n).fixes.push(fix);
  const quarantine = (await sourceOf(session, 'main', 'quarantine')).source;
  for (const { n, ...row } of await session.all<SetAside & { n: number }>(`SELECT ${id} AS n, rule, column_name AS "column", value, reason FROM ${quarantine} ${of} ORDER BY rowid`)) entry(n).setAside.push(row);
  return about;
}

/** Cells with what the fixes set, the later over the earlier. */
function withFixes(kind: RawKind, clean: Readonly<Record<string, Cell>>, fixes: readonly Fix[]): Record<string, Cell> {
  const cells = { ...clean };
  for (const { action, column, after } of fixes) {
    if (action !== 'set' || column === null || kind.types[column] === undefined) continue;
    cells[column] = after === null || typeOf(kind, column) === 'VARCHAR' ? after : Number(after);
  }
  return cells;
}
