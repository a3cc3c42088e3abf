import type { SearchDimension } from '../../../../shared/contract/evaluation.ts';
import { formatNumber } from '../../../components/format.ts';

/** A dimension as it is edited: one that is left out keeps the value in force. */
export interface EditedDimension extends SearchDimension {
  readonly searched: boolean;
}

export const nameOf = ({ path }: Pick<SearchDimension, 'path'>): string => path.split('.').at(-1) ?? path;

/** `10 to 1,000, evenly on a logarithmic scale`, or the values to choose from. */
export function dimensionWords({ values, low, high, log, integer }: SearchDimension): string {
  if (values !== undefined) return values.map((value) => (typeof value === 'number' ? formatNumber(value) : String(value))).join(', ');
  return `${formatNumber(low ?? 0)} to ${formatNumber(high ?? 0)}${integer ? ', whole numbers' : ''}${log ? ', evenly on a logarithmic scale' : ''}`;
}

/** Texts of a field of values as what they are: numbers, on or off, else names. */
export const valuesOf = (texts: readonly string[]): (number | string | boolean)[] =>
  texts.map((text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text));

/** What is wrong with a dimension, in words. */
export function dimensionTrouble({ path, values, low, high, log }: SearchDimension): string | null {
  if (values !== undefined) return values.length === 0 ? `${nameOf({ path })}: give at least one value.` : null;
  if (low === undefined || high === undefined || low > high) return `${nameOf({ path })}: the lower end must not lie above the upper one.`;
  return log && low <= 0 ? `${nameOf({ path })}: a logarithmic scale begins above 0.` : null;
}

/** Why the search cannot begin; nothing when it can. */
export function spaceTrouble(space: readonly EditedDimension[]): string | null {
  const searched = space.filter((dimension) => dimension.searched);
  if (searched.length === 0) return 'Choose at least one parameter to search.';
  return searched.map(dimensionTrouble).find((trouble) => trouble !== null) ?? null;
}

/** As the engine takes it. */
export const requested = (space: readonly EditedDimension[]): SearchDimension[] => space.flatMap(({ searched, ...dimension }) => (searched ? [dimension] : []));
