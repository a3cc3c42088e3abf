import type { Cell } from '../../../../shared/contract/index.ts';
import { tableExists } from '../../workspace/catalog.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier, literal, qualified } from '../../workspace/sql.ts';
import { sourceOf } from '../../workspace/views.ts';
import type { Candidate } from './candidates.ts';
import { cellText } from './cell-text.ts';
import type { RawKind } from './kinds.ts';
import { filmOf, keyCells, keyText, type World } from './outcome.ts';

/** Films that became others in the visible tables: film → what it became, and the decision. */
export async function mergesOf(session: Session): Promise<Map<string, { into: string; decision: number }>> {
  if (!(await tableExists(session, 'main', 'merges'))) return new Map();
  const rows = await session.all<{ from: Cell; into: Cell; decision: number }>('SELECT from_id AS "from", into_id AS "into", decision FROM main.merges');
  return new Map(rows.map(({ from, into, decision }) => [cellText(from), { into: cellText(into), decision }]));
}

/** Looks up in the core tables, in a few queries, all that the fates of these rows depend on. */
export async function worldOf(session: Session, kind: RawKind, rows: readonly Candidate[], merges: ReadonlyMap<string, { into: string }>): Promise<World> {
  const films = new Map([...merges].map(([from, { into }]) => [from, into]));
  const numbers = new Map<string, Cell>();
  if (kind.named && (await tableExists(session, 'main', kind.named.list))) {
    const { id, name, list, label } = kind.named;
    const names = rows.filter((row) => (row.clean[id] ?? null) === null).map((row) => cellText(row.clean[name]).trim()).filter((label) => label !== '');
    for (const row of names.length === 0 ? [] : await session.all<{ id: Cell; label: string }>(
      `SELECT ${identifier(id)} AS id, ${identifier(label)} AS label FROM ${qualified('main', list)} WHERE ${identifier(label)} IN (${[...new Set(names)].map(literal).join(', ')})`)) numbers.set(row.label, row.id);
  }
  const numberOf = (name: string): Cell => numbers.get(name) ?? null;

  const known = new Map<string, ReadonlySet<string> | undefined>();
  for (const { table, column } of kind.references) {
    if (!(await tableExists(session, 'main', table))) {
      known.set(`${table}.${column}`, undefined);
      continue;
    }
    const values = distinct(rows.flatMap((row) => (column === 'movie_id' ? [filmOf(kind, row, films), row.clean[column] ?? null] : [row.clean[column] ?? null])));
    const found = values.length === 0 ? [] : await session.all<{ value: Cell }>(`SELECT ${identifier(column)} AS value FROM ${(await sourceOf(session, 'main', table)).source} WHERE ${identifier(column)} IN (${values.join(', ')})`);
    known.set(`${table}.${column}`, new Set(found.map(({ value }) => cellText(value))));
  }

  const built = new Set<string>();
  for (const table of kind.into) {
    if (!(await tableExists(session, 'main', table))) continue;
    const keys = rows.map((row) => keyCells(kind, row, { merges: films, numberOf })).filter((key) => !key.includes(null));
    if (keys.length === 0) continue;
    // Column by column, so that zone maps are of use; pairs that nobody asked for do no harm.
    const where = kind.key.map((column, at) => `${identifier(column)} IN (${distinct(keys.map((key) => (kind.types[column] === 'VARCHAR' ? (key[at] ?? null) : Number(key[at])))).join(', ')})`);
    for (const found of await session.all<Record<string, Cell>>(`SELECT DISTINCT ${kind.key.map(identifier).join(', ')} FROM ${(await sourceOf(session, 'main', table)).source} WHERE ${where.join(' AND ')}`)) {
      built.add(keyText(kind.key.map((column) => found[column] ?? null)));
    }
  }
  return {
    merges: films, numberOf,
    has: (table, column, value) => known.get(`${table}.${column}`)?.has(cellText(value)) ?? true,
    built: (key) => built.has(key),
  };
}

function distinct(cells: readonly Cell[]): string[] {
  return [...new Set(cells.flatMap((cell) => (typeof cell === 'string' || typeof cell === 'number' ? [literal(cell)] : [])))];
}
