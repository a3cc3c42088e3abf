import type { Cell } from '../../../shared/contract/common.ts';
import type { ParameterChange, ParameterInfo } from '../../../shared/contract/parameters.ts';
import { formatNumber } from '../format.ts';

export const same = (a: Cell, b: Cell): boolean => JSON.stringify(a) === JSON.stringify(b);
export const isChanged = ({ value, default: usual }: ParameterInfo): boolean => !same(value, usual);

/** A value in words; null is one that is left out. */
export function valueText(value: Cell, { unit = null, choices }: { readonly unit?: string | null; readonly choices?: readonly string[] | undefined } = {}): string {
  if (value === null) return 'left out';
  if (Array.isArray(value)) return choices !== undefined && value.length === choices.length ? 'all' : value.length === 0 ? 'none' : value.join(', ');
  if (typeof value === 'number') return `${formatNumber(value)}${unit === null ? '' : ` ${unit}`}`;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const defaultText = (parameter: ParameterInfo): string => valueText(parameter.default, parameter);

/** The bounds of a number, in words: `4 to 512`; empty where there are none. */
export function boundsText({ minimum, maximum, unit }: ParameterInfo): string {
  const bounds = minimum === undefined ? (maximum === undefined ? '' : `at most ${formatNumber(maximum)}`) : maximum === undefined ? `at least ${formatNumber(minimum)}` : `${formatNumber(minimum)} to ${formatNumber(maximum)}`;
  return bounds === '' || unit === null ? bounds : `${bounds} ${unit}`;
}

/** Where a value comes from that is not the default. */
export function sourceText({ source, line }: ParameterInfo): string {
  return source === 'override' ? 'set by --set' : source === 'file' && line !== undefined ? `line ${line} of the file` : '';
}

/** `Factors: 96 → 32`; a value of null is the default. */
export function changeText({ title, from, to }: ParameterChange): string {
  const words = (value: Cell) => (value === null ? 'default' : valueText(value));
  return `${title}: ${words(from)} → ${words(to)}`;
}

/** The parameters that stand at or below any of these paths, in their order; all without paths. */
export function parametersAt(parameters: readonly ParameterInfo[], paths: readonly string[] | undefined): readonly ParameterInfo[] {
  return paths === undefined ? parameters : parameters.filter(({ path }) => paths.some((above) => path === above || path.startsWith(`${above}.`)));
}

/** The parameters whose path, title, explanation or section has all the words. */
export function parametersWith(parameters: readonly ParameterInfo[], text: string): readonly ParameterInfo[] {
  const words = text.trim().toLowerCase().split(/\s+/);
  return parameters.filter(({ path, title, help, group }) => {
    const about = `${path} ${title} ${help} ${group.title}`.toLowerCase();
    return words.every((word) => about.includes(word));
  });
}

interface ParameterGroup {
  readonly title: string;
  readonly about: string;
  readonly members: readonly ParameterInfo[];
}

/** Parameters by the section that they stand in, in the order of the schema. */
export function groupsOf(parameters: readonly ParameterInfo[]): ParameterGroup[] {
  const titles = new Map(parameters.map(({ group }) => [group.title, group.about]));
  return [...titles].map(([title, about]) => ({ title, about, members: parameters.filter(({ group }) => group.title === title) }));
}
