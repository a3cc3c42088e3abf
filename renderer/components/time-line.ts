import type { ColumnProfile } from '../../shared/contract/profile.ts';

type Times = NonNullable<ColumnProfile['times']>;
type Unit = Times['unit'];

/** More units than this are shown without the empty ones between. */
const MOST = 400;
const lengths: Partial<Record<Unit, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const months: Partial<Record<Unit, number>> = { month: 1, quarter: 3, year: 12, decade: 120 };

function next(at: number, unit: Unit): number {
  const length = lengths[unit];
  if (length !== undefined) return at + length;
  const date = new Date(at);
  return date.setUTCMonth(date.getUTCMonth() + (months[unit] ?? 1));
}

/** The unit's name in a few letters: 1996, 1996-Q1, 1996-03, 1996-03-01, 1996-03-01 14:00. */
export function unitLabel(at: number, unit: Unit): string {
  const iso = new Date(at).toISOString();
  switch (unit) {
    case 'decade':
      return `${iso.slice(0, 4)}s`;
    case 'year':
      return iso.slice(0, 4);
    case 'quarter':
      return `${iso.slice(0, 4)}-Q${Math.floor(new Date(at).getUTCMonth() / 3) + 1}`;
    case 'month':
      return iso.slice(0, 7);
    case 'day':
      return iso.slice(0, 10);
    default:
      return iso.slice(0, unit === 'second' ? 19 : 16).replace('T', ' ');
  }
}

/** A time line with its empty units, so that gaps are seen as gaps. */
export function unitsOf({ line, unit }: Times): { readonly label: string; readonly count: number }[] {
  const counts = new Map(line.map(({ at, count }) => [Date.parse(at), count]));
  const [first, last] = [Date.parse(line[0]?.at ?? ''), Date.parse(line.at(-1)?.at ?? '')];
  const all: { label: string; count: number }[] = [];
  for (let at = first; at <= last && all.length <= MOST; at = next(at, unit)) all.push({ label: unitLabel(at, unit), count: counts.get(at) ?? 0 });
  return all.length <= MOST ? all : line.map(({ at, count }) => ({ label: unitLabel(Date.parse(at), unit), count }));
}
