import type { Filter, Sort, TableInfo } from '../../../shared/contract/common.ts';
import { formatCell, isNumeric } from '../../components/format.ts';
import type { Route } from '../../stores/route.ts';

const compare = ['=', '!=', '<', '<=', '>', '>=', 'between', 'within'] as const;
const empties = ['is empty', 'is not empty'] as const;
const lists = ['one of', 'not one of'] as const;
const operators: readonly Filter['op'][] = [...compare, 'contains', 'starts with', ...empties, ...lists];

/** The conditions that make sense for a column of this type, the commonest first. */
export const operatorsOf = (type: string): readonly Filter['op'][] =>
  isNumeric(type) || /^(DATE|TIME)/.test(type) ? ['=', '!=', '<', '<=', '>', '>=', 'between', ...lists, ...empties] : type === 'BOOLEAN' ? ['=', '!=', ...empties] : ['contains', 'starts with', '=', '!=', ...lists, ...empties];

/** How many values a condition takes. */
export const valuesOf = (op: Filter['op']): 'none' | 'one' | 'two' | 'many' =>
  empties.some((other) => other === op) ? 'none' : lists.some((other) => other === op) ? 'many' : op === 'between' || op === 'within' ? 'two' : 'one';

const quoted = (value: string | null): string => (value === null ? 'null' : value === '' ? '(nothing)' : value.length > 40 ? `${value.slice(0, 39)}…` : value);

/** A filter as the reader says it: `rating >= 4.5`, `genre one of Drama, Comedy and 3 more`. */
export function filterText({ column, op, value, values = [], of }: Filter): string {
  const subject = of === undefined ? column : `${of} of ${column}`;
  switch (valuesOf(op)) {
    case 'none': return `${subject} ${op}`;
    case 'one': return `${subject} ${op} ${quoted(value ?? '')}`;
    case 'two': return op === 'between' ? `${subject} from ${quoted(values[0] ?? '')} to ${quoted(values[1] ?? '')}` : `${subject} from ${quoted(values[0] ?? '')} to below ${quoted(values[1] ?? '')}`;
    default: return `${subject} ${op === 'one of' ? 'is' : 'is not'} ${values.slice(0, 3).map(quoted).join(' or ')}${values.length > 3 ? ` or ${values.length - 3} more` : ''}`;
  }
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
const isFilter = (value: unknown): value is Filter =>
  typeof value === 'object' && value !== null && 'column' in value && typeof value.column === 'string' && 'op' in value && operators.some((op) => op === value.op) &&
  (!('value' in value) || typeof value.value === 'string') && (!('values' in value) || (Array.isArray(value.values) && value.values.every(isTextOrNull))) && (!('of' in value) || value.of === 'pattern' || value.of === 'length');
const isSort = (value: unknown): value is Sort => typeof value === 'object' && value !== null && 'column' in value && typeof value.column === 'string' && 'descending' in value && typeof value.descending === 'boolean';

function listIn<T>(text: string | null, is: (value: unknown) => value is T): T[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.filter(is) : [];
  } catch {
    return [];
  }
}

/** The filters and the order as the address carries them; what is neither is left out. */
export const filtersOf = (text: string | null): Filter[] => listIn(text, isFilter);
export const sortOf = (text: string | null): Sort[] => listIn(text, isSort);

export const viewParams = (filters: readonly Filter[], sort: readonly Sort[]): Record<string, string> => ({
  ...(filters.length === 0 ? {} : { filters: JSON.stringify(filters) }),
  ...(sort.length === 0 ? {} : { sort: JSON.stringify(sort) }),
});

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
