import type { ColumnDrift, DriftBin } from '../../../shared/contract/quality-history.ts';
import { formatCell, formatNumber } from '../../components/format.ts';

type Kind = ColumnDrift['kind'];

/** A place of a distribution as the reader sees it; times are in Unix milliseconds. */
export function placeWords(at: number, kind: Kind): string {
  if (kind !== 'times') return formatNumber(Number(at.toPrecision(6)));
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().slice(0, 10);
}

export function binWords({ kind: bin, low, high, value }: DriftBin, kind: Kind): string {
  if (bin === 'missing') return 'missing';
  if (bin === 'other') return 'all others';
  if (bin === 'value') return typeof value === 'number' ? placeWords(value, kind) : value === '' ? '(empty)' : formatCell(value);
  if (low === null) return high === null ? 'all' : `up to ${placeWords(high, kind)}`;
  return high === null ? `above ${placeWords(low, kind)}` : `${placeWords(low, kind)} – ${placeWords(high, kind)}`;
}

/** The bin whose share changed most, in words. */
export function binsSummary(bins: readonly DriftBin[], kind: Kind, format: (share: number) => string): string {
  const most = bins.reduce<DriftBin | undefined>((best, bin) => (best === undefined || Math.abs(bin.current - bin.reference) > Math.abs(best.current - best.reference) ? bin : best), undefined);
  if (most === undefined) return 'No values.';
  return Math.abs(most.current - most.reference) < 1e-9 ? 'Every share is the same.' : `Moved most: ${binWords(most, kind)}, ${format(most.reference)} → ${format(most.current)}.`;
}

/** The place at which the two distributions are farthest apart, in words. */
export function curveSummary(curve: ColumnDrift['curve'], kind: Kind, format: (share: number) => string): string {
  const far = curve.reduce<ColumnDrift['curve'][number] | undefined>((best, point) => (best === undefined || Math.abs(point.current - point.reference) > Math.abs(best.current - best.reference) ? point : best), undefined);
  if (far === undefined) return 'No values.';
  return Math.abs(far.current - far.reference) < 1e-9 ? 'Both are the same.' : `Farthest apart about ${placeWords(far.at, kind)}: ${format(far.reference)} of the reference and ${format(far.current)} of the data now lie at or below it.`;
}
