import type { Cell } from '../../shared/contract/common.ts';
import { hashOf } from '../stores/route.ts';

/** A row's key in the address: each column with its value; no value is the empty text. */
export const rowParams = (key: Readonly<Record<string, Cell>>): Record<string, string> =>
  Object.fromEntries(Object.entries(key).flatMap(([column, cell]) => (cell === null ? [] : [[column, typeof cell === 'object' ? JSON.stringify(cell) : String(cell)]])));

/** The key that an address names; `id` names an imported row by its place. What looks like a number is one. */
export function rowRequest(table: string, params: URLSearchParams): { table: string; key: Record<string, Cell>; id?: string } {
  const id = params.get('id');
  const key = Object.fromEntries([...params].filter(([column]) => column !== 'id').map(([column, text]) => [column, /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(text) ? Number(text) : text]));
  return { table, key, ...(id !== null && /^[rt]\d+$/.test(id) ? { id } : {}) };
}

/** Where the story of a row is told. */
export const rowHref = (table: string, key: Readonly<Record<string, Cell>>): string => hashOf('lineage', ['row', table], rowParams(key));
