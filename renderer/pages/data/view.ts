import type { Filter, Sort, TableInfo } from '../../../shared/contract/common.ts';
import { formatCell } from '../../components/format.ts';
import type { Route } from '../../stores/route.ts';

export const operators: readonly Filter['op'][] = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'starts with', 'is empty', 'is not empty'];

export const needsValue = (op: Filter['op']): boolean => op !== 'is empty' && op !== 'is not empty';

/** A filter as the reader says it: `rating >= 4.5`. */
export const filterText = ({ column, op, value }: Filter): string => (needsValue(op) ? `${column} ${op} ${value === undefined || value === '' ? '(nothing)' : value}` : `${column} ${op}`);

const isFilter = (value: unknown): value is Filter =>
  typeof value === 'object' && value !== null && 'column' in value && typeof value.column === 'string' && 'op' in value && operators.some((op) => op === value.op) && (!('value' in value) || typeof value.value === 'string');

/** The filters that the address carries; what is not a filter is left out. */
export function filtersOf({ params }: Route): Filter[] {
  const text = params.get('filters');
  if (text === null) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isFilter) : [];
  } catch {
    return [];
  }
}

export const filtersParam = (filters: readonly Filter[]): Record<string, string> => (filters.length === 0 ? {} : { filters: JSON.stringify(filters) });

/** The table that the address names; without one, the ratings or else the first. */
export function tableOf({ rest }: Route, tables: readonly TableInfo[]): TableInfo | undefined {
  const [schema, name] = rest;
  if (name !== undefined) return tables.find((table) => table.schema === schema && table.name === name);
  return tables.find((table) => table.name === 'ratings' && table.schema === 'main') ?? tables.find((table) => table.name === 'ratings') ?? tables[0];
}

/** Rows as lines of cells between tabs, for a spreadsheet; tabs and line ends inside a cell become spaces. */
export function toTabs(rows: readonly (readonly unknown[])[], headers?: readonly string[]): string {
  const line = (cells: readonly unknown[]) => cells.map((cell) => (typeof cell === 'number' ? String(cell) : formatCell(cell)).replaceAll(/[\t\r\n]+/g, ' ')).join('\t');
  return [...(headers === undefined ? [] : [line(headers)]), ...rows.map(line)].join('\n');
}

export interface View {
  readonly schema: string;
  readonly table: string;
  readonly filters: Filter[];
  readonly sort: Sort[];
}
