import type { DuckDBValue } from '@duckdb/node-api';
import { coreFields } from './fields.ts';
import { type Literal, parseLiteral } from './literal.ts';
import { type CellType, readText, splitNames } from './values.ts';

/** A column whose cells hold several persons or keywords: each becomes a row of a table of its own, beside the film's. */
export interface UnfoldedColumn {
  readonly from: number;
  readonly name: string;
  /** `names` one name a cell or several between commas or bars; the others lists of things with a name (TMDB's form). */
  readonly holds: 'cast' | 'crew' | 'keywords' | 'names' | 'name';
  /** What such a person did, where the cell does not say. */
  readonly role: string;
  /** Place of the first person of the cell. */
  readonly place: number;
}

/** The columns of one file that are unfolded into one table. */
export interface Unfolding {
  readonly table: 'persons' | 'keywords';
  readonly columns: readonly UnfoldedColumn[];
}

/** A row to be, in the order of the table's core fields, or why there is none. */
export type Unfolded = { readonly values: readonly DuckDBValue[] } | { readonly problem: string };

const roles: Readonly<Record<string, { role: string; holds: 'names' | 'name' }>> = {
  director: { role: 'Director', holds: 'names' }, directors: { role: 'Director', holds: 'names' }, directedby: { role: 'Director', holds: 'names' },
  writer: { role: 'Writer', holds: 'names' }, writers: { role: 'Writer', holds: 'names' },
  star: { role: 'Actor', holds: 'name' }, stars: { role: 'Actor', holds: 'names' }, actors: { role: 'Actor', holds: 'names' }, cast: { role: 'Actor', holds: 'names' },
};

/** Columns to unfold of a file of films or of credits, by their names and by what their cells begin with. */
export function unfoldings(kind: string, columns: readonly string[], cells: readonly (readonly string[])[], taken: ReadonlySet<number>): Unfolding[] {
  if (kind !== 'movies' && kind !== 'persons' && kind !== 'keywords') return [];
  const persons: UnfoldedColumn[] = [];
  const keywords: UnfoldedColumn[] = [];
  columns.forEach((name, from) => {
    if (taken.has(from)) return;
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
    const numbered = /^(star|actor)(\d)$/.exec(plain);
    const literal = (cells[from] ?? []).some((cell) => cell.startsWith('['));
    if (plain === 'keywords' && kind !== 'persons') keywords.push({ from, name, holds: literal ? 'keywords' : 'names', role: '', place: 1 });
    else if (kind === 'keywords') return;
    else if ((plain === 'cast' || plain === 'crew') && literal) persons.push({ from, name, holds: plain, role: 'Actor', place: 1 });
    else if (numbered) persons.push({ from, name, holds: 'name', role: 'Actor', place: Number(numbered[2]) });
    else if (roles[plain]) persons.push({ from, name, ...roles[plain], place: 1 });
  });
  return [...(persons.length > 0 ? [{ table: 'persons', columns: persons } as const] : []), ...(keywords.length > 0 ? [{ table: 'keywords', columns: keywords } as const] : [])];
}

/** The columns of the raw table that unfolded rows fill, with the type that their cells have. */
export function unfoldedFields(table: Unfolding['table']): { name: string; cell: CellType; required: boolean; from: null }[] {
  return coreFields[table].map(({ name, cell, required }) => ({ name, cell, required, from: null }));
}

/** Rows of one cell of a film (its id as the table takes it). A cell that cannot be read gives one problem, with the position. */
export function unfold(column: UnfoldedColumn, text: string, movieId: DuckDBValue): Unfolded[] {
  if (column.holds === 'name') return [person(column, { movieId, name: text.trim(), place: column.place })];
  if (column.holds === 'names') {
    const names = splitNames(text);
    if (names === undefined) return [{ problem: 'The list of names cannot be read.' }];
    if (column.role === '') return names.map((name) => ({ values: [movieId, null, name] }));
    return names.map((name, i) => person(column, { movieId, name, place: column.place + i }));
  }
  const parsed = parseLiteral(text);
  if ('problem' in parsed) return [{ problem: `The list cannot be read at character ${parsed.position}: ${parsed.problem}.` }];
  if (!Array.isArray(parsed.value)) return [{ problem: 'The cell holds no list.' }];
  return (parsed.value as readonly Literal[]).map((item, i) => listed(column, item, i, movieId));
}

function listed(column: UnfoldedColumn, item: Literal, index: number, movieId: DuckDBValue): Unfolded {
  if (typeof item === 'string') return column.holds === 'keywords' ? { values: [movieId, null, item] } : person(column, { movieId, name: item, place: index + 1 });
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return { problem: `Item ${index + 1} of the list has no name.` };
  const about = new Map(Object.entries(item));
  const text = (name: string) => present(about.get(name));
  const whole = (type: CellType, name: string) => {
    const cell = text(name);
    return cell === null ? null : (readText(type, cell) ?? null);
  };
  if (column.holds === 'keywords') return { values: [movieId, whole('id', 'id'), text('name')] };
  const order = whole('whole', 'order');
  return person(column, {
    movieId, id: whole('id', 'id'), name: text('name'), character: text('character'), department: text('department'),
    ...(column.holds === 'crew' ? { role: text('job') } : {}), place: typeof order === 'bigint' ? Number(order) + 1 : index + 1,
  });
}

interface Person {
  readonly movieId: DuckDBValue;
  readonly id?: DuckDBValue;
  readonly name: string | null;
  readonly role?: string | null;
  readonly department?: string | null;
  readonly character?: string | null;
  readonly place: number;
}

function person(column: UnfoldedColumn, { movieId, id = null, name, role = column.role, department = null, character = null, place }: Person): Unfolded {
  return { values: [movieId, id, name, role, department, character, BigInt(place)] };
}

function present(value: Literal | undefined): string | null {
  const text = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.trim() === '' ? null : text;
}
