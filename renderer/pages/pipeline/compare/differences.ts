import type { RunComparison } from '../../../../shared/contract/runs.ts';
import { formatNumber } from '../../../components/format.ts';

interface Sides {
  readonly a: unknown;
  readonly b: unknown;
}

/** Whether the two sides say something else; a table may also hold other rows as many. */
export const differs = ({ a, b, same }: Sides & { readonly same?: boolean }): boolean => JSON.stringify(a) !== JSON.stringify(b) || same === false;

/** Shares of time below which two durations count as alike: nothing takes exactly as long twice. */
const ALIKE = 0.1;
export function durationDiffers({ a, b }: { readonly a: number | null; readonly b: number | null }): boolean {
  if (a === null || b === null) return a !== b;
  return Math.abs(a - b) > Math.max(0.05, ALIKE * Math.max(a, b));
}

/** The change from A to B with its sign, and in percent where A is not 0. */
export function changeText(a: number | null, b: number | null, format: (value: number) => string = formatNumber): string {
  if (a === null || b === null) return a === null ? 'only in B' : 'only in A';
  if (a === b) return '';
  const sign = b > a ? '+' : '−';
  const share = a === 0 ? '' : ` (${sign}${formatNumber(Number((Math.abs((b - a) / a) * 100).toPrecision(2)))} %)`;
  return `${sign}${format(Math.abs(b - a))}${share}`;
}

export interface DifferenceCounts {
  readonly parameters: number;
  readonly files: number;
  readonly tables: number;
  readonly quality: number;
  readonly figures: number;
}

/** How much differs in each part; durations are not counted, for they always do. */
export function countDifferences({ parameters, files, tables, quality, figures }: RunComparison): DifferenceCounts {
  const count = (list: readonly (Sides & { readonly same?: boolean })[]) => list.filter(differs).length;
  return { parameters: count(parameters), files: count(files), tables: count(tables), quality: count(quality.scores) + count(quality.rules), figures: count(figures) };
}
