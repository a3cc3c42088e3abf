import type { Filter } from '../../../../shared/contract/common.ts';
import type { TableHistogram } from '../../../../shared/contract/facets.ts';
import { isNumeric } from '../../../components/format.ts';

export const hasHistogram = (type: string): boolean => isNumeric(type) || type === 'DATE' || /^TIMESTAMP(?!.*TIME ZONE)/.test(type);

export type Grouping = 'value' | 'pattern' | 'length';
const lists: readonly Filter['op'][] = ['one of', 'not one of'];
const ends: readonly Filter['op'][] = ['within', '>=', '<'];

const isOfValues = (filter: Filter, column: string, by: Grouping): boolean => filter.column === column && (filter.of ?? 'value') === by && lists.includes(filter.op);
const isOfRange = (filter: Filter, column: string): boolean => filter.column === column && filter.of === undefined && ends.includes(filter.op);

/** What is chosen in a facet of values: a facet is counted under the other filters, not under its own. */
export interface Choice {
  readonly values: readonly (string | null)[];
  readonly inverted: boolean;
}

export const choiceIn = (filters: readonly Filter[], column: string, by: Grouping): Choice => {
  const own = filters.find((filter) => isOfValues(filter, column, by));
  return { values: own?.values ?? [], inverted: own?.op === 'not one of' };
};

export const withoutChoice = (filters: readonly Filter[], column: string, by: Grouping): Filter[] => filters.filter((filter) => !isOfValues(filter, column, by));

export const withChoice = (filters: readonly Filter[], column: string, by: Grouping, { values, inverted }: Choice): Filter[] => [
  ...withoutChoice(filters, column, by),
  ...(values.length === 0 ? [] : [{ column, op: inverted ? ('not one of' as const) : ('one of' as const), values: [...values], ...(by === 'value' ? {} : { of: by }) }]),
];

export const withoutRange = (filters: readonly Filter[], column: string): Filter[] => filters.filter((filter) => !isOfRange(filter, column));

type Bins = TableHistogram['bins'];
/** Ends of the bins, one more than there are bins. */
export const edgesOf = (bins: Bins): (number | string)[] => (bins.length === 0 ? [] : [...bins.map(({ low }) => low), ...bins.slice(-1).map(({ high }) => high)]);

/** Which edges the filters choose: from edge `low` to edge `high`; all of them without a filter. */
export function edgesIn(filters: readonly Filter[], column: string, edges: readonly (number | string)[]): { low: number; high: number } {
  const own = filters.filter((filter) => isOfRange(filter, column));
  const lower = own.find(({ op }) => op === '>=')?.value ?? own.find(({ op }) => op === 'within')?.values?.[0];
  const upper = own.find(({ op }) => op === '<')?.value ?? own.find(({ op }) => op === 'within')?.values?.[1];
  // An end that is no edge any more, since other filters moved the bins, stands at the nearest one outside.
  const below = (text: string) => edges.findLastIndex((edge) => order(edge, text) <= 0);
  const above = (text: string) => edges.findIndex((edge) => order(edge, text) >= 0);
  const low = lower == null ? 0 : Math.max(0, below(lower));
  const high = upper == null ? edges.length - 1 : above(upper) < 0 ? edges.length - 1 : above(upper);
  return { low, high: Math.max(low, high) };
}

const order = (edge: number | string, text: string): number => (typeof edge === 'number' ? edge - Number(text) : edge < text ? -1 : edge > text ? 1 : 0);

/** The range from one edge to another as a filter; the outermost edges need none. */
export function withRange(filters: readonly Filter[], column: string, edges: readonly (number | string)[], low: number, high: number): Filter[] {
  const others = withoutRange(filters, column);
  const [from, to] = [String(edges[low]), String(edges[high])];
  const open = high >= edges.length - 1;
  if (low <= 0 && open) return others;
  if (low <= 0) return [...others, { column, op: '<', value: to }];
  return [...others, open ? { column, op: '>=', value: from } : { column, op: 'within', values: [from, to] }];
}
