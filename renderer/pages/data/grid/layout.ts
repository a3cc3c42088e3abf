import type { Column } from '../../../../shared/contract/common.ts';
import { isNumeric } from '../../../components/format.ts';

export interface FacetSpec {
  readonly column: string;
  readonly kind: 'values' | 'histogram';
}

/** How a person has arranged a table's columns; columns go by name, so a new version of the table keeps it. */
export interface Layout {
  /** All that were ever arranged, in order; others follow as in the table. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  readonly pinned: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  readonly facets: readonly FacetSpec[];
}

export const noLayout: Layout = { order: [], hidden: [], pinned: [], widths: {}, facets: [] };

/** A column where it is shown. */
export interface Placed extends Column {
  /** In the table, and so in a row's cells. */
  readonly index: number;
  /** Among the shown ones, from 0. */
  readonly place: number;
  readonly width: number;
  /** From the left edge of all columns that are pinned, or of all others. */
  readonly left: number;
  readonly pinned: boolean;
}

export const NARROWEST = 48;
export const WIDEST = 1200;

const usualWidth = ({ name, type }: Column): number =>
  isNumeric(type) ? Math.max(96, 52 + name.length * 7) : Math.min(340, Math.max(130, 60 + name.length * 8, type.includes('VARCHAR') ? 220 : 150));

/** All columns in the order that the layout gives them, hidden ones too; pinned ones come first. */
export function arranged(columns: readonly Column[], { order, pinned }: Layout): Column[] {
  const known = order.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  const all = [...known, ...columns.filter(({ name }) => !order.includes(name))];
  return [...all.filter(({ name }) => pinned.includes(name)), ...all.filter(({ name }) => !pinned.includes(name))];
}

/** The shown columns with their places. */
export function placed(columns: readonly Column[], layout: Layout): Placed[] {
  let left = 0;
  let pinnedBefore = true;
  return arranged(columns, layout)
    .filter(({ name }) => !layout.hidden.includes(name))
    .map((column, place) => {
      const pinned = layout.pinned.includes(column.name);
      if (pinnedBefore && !pinned) left = 0;
      pinnedBefore = pinned;
      const width = layout.widths[column.name] ?? usualWidth(column);
      const at = left;
      left += width;
      return { ...column, index: columns.findIndex(({ name }) => name === column.name), place, width, left: at, pinned };
    });
}

/** Moves a column to stand before another (or last, before none); among the pinned ones it is pinned, among the others not. */
export function moved(columns: readonly Column[], layout: Layout, name: string, before: string | undefined): Layout {
  if (name === before) return layout;
  const names = arranged(columns, layout).map((column) => column.name).filter((other) => other !== name);
  const at = before === undefined ? names.length : names.indexOf(before);
  return { ...layout, order: names.toSpliced(at, 0, name), pinned: withOrWithout(layout.pinned, name, before !== undefined && layout.pinned.includes(before)) };
}

/** Moves a column by one place among the shown ones of its kind. */
export function nudged(columns: readonly Column[], layout: Layout, name: string, by: -1 | 1): Layout {
  const shown = placed(columns, layout);
  const at = shown.findIndex((column) => column.name === name);
  const other = shown[at + by];
  if (other === undefined || other.pinned !== shown[at]?.pinned) return layout;
  const names = arranged(columns, layout).map((column) => column.name).filter((each) => each !== name);
  return { ...layout, order: names.toSpliced(names.indexOf(other.name) + (by > 0 ? 1 : 0), 0, name) };
}

export const withOrWithout = (list: readonly string[], name: string, present: boolean): readonly string[] => (present ? [...list.filter((other) => other !== name), name] : list.filter((other) => other !== name));

const key = (schema: string, table: string) => `reelbench-columns:${schema}.${table}`;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');
const isFacet = (value: unknown): value is FacetSpec => typeof value === 'object' && value !== null && 'column' in value && typeof value.column === 'string' && 'kind' in value && (value.kind === 'values' || value.kind === 'histogram');

/** A layout as it was written, without what cannot be one. */
export function parseLayout(text: string | null): Layout {
  let value: unknown;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return noLayout;
  }
  if (typeof value !== 'object' || value === null) return noLayout;
  const texts = (name: string): string[] => {
    const list: unknown = Object.entries(value).find(([at]) => at === name)?.[1];
    return isTexts(list) ? list : [];
  };
  const widths = 'widths' in value && typeof value.widths === 'object' && value.widths !== null ? Object.entries(value.widths).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= NARROWEST && entry[1] <= WIDEST) : [];
  return { order: texts('order'), hidden: texts('hidden'), pinned: texts('pinned'), widths: Object.fromEntries(widths), facets: 'facets' in value && Array.isArray(value.facets) ? value.facets.filter(isFacet) : [] };
}

/** What was remembered of a table; a browser that remembers nothing is no error. */
export function rememberedLayout(schema: string, table: string): Layout {
  try {
    return parseLayout(localStorage.getItem(key(schema, table)));
  } catch {
    return noLayout;
  }
}

export function rememberLayout(schema: string, table: string, layout: Layout): void {
  try {
    if (JSON.stringify(layout) === JSON.stringify(noLayout)) localStorage.removeItem(key(schema, table));
    else localStorage.setItem(key(schema, table), JSON.stringify(layout));
  } catch {
    // Storage may be full or refused: the layout then holds until the page is left.
  }
}
