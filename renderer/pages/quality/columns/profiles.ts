import type { ColumnProfile, Correlation, ProfileAlert, TableInfo } from '../../../../shared/contract/index.ts';
import type { ProfileAlertKind } from '../../../../shared/domain/profile-alerts.ts';
import { formatCell, formatCount, formatNumber, formatShare } from '../../../components/format.ts';

export const profileOrders = { table: 'As in the table', alerts: 'Most alerts first', nulls: 'Most empty first', distinct: 'Most distinct first', name: 'By name' } as const;
export type ProfileOrder = keyof typeof profileOrders;

export function arrangeProfiles(columns: readonly ColumnProfile[], alerts: readonly ProfileAlert[], order: ProfileOrder): ColumnProfile[] {
  const compare: Record<ProfileOrder, (a: ColumnProfile, b: ColumnProfile) => number> = {
    table: () => 0,
    alerts: (a, b) => alertsOf(alerts, b.name).length - alertsOf(alerts, a.name).length,
    nulls: (a, b) => b.nulls / (b.rows || 1) - a.nulls / (a.rows || 1),
    distinct: (a, b) => b.distinct - a.distinct,
    name: (a, b) => a.name.localeCompare(b.name),
  };
  return columns.toSorted(compare[order]);
}

export const alertsOf = (alerts: readonly ProfileAlert[], column: string): ProfileAlert[] => alerts.filter(({ columns }) => columns.includes(column));

/** Which kinds of alerts there are, the commonest first. */
export function alertKinds(alerts: readonly ProfileAlert[]): { readonly kind: ProfileAlertKind; readonly count: number }[] {
  const counts = new Map<ProfileAlertKind, number>();
  for (const { kind } of alerts) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count })).toSorted((a, b) => b.count - a.count || a.kind.localeCompare(b.kind));
}

/** The profile in a sentence. */
export function profileWords({ name, type, rows, nulls, distinct, min, max, mean, exact }: ColumnProfile): string {
  const range = min === null || max === null ? '' : ` From ${formatCell(min, type)} to ${formatCell(max, type)}.`;
  return `${name} is ${type}: ${formatShare(nulls, rows)} empty, ${exact ? '' : 'about '}${formatCount(distinct)} distinct.${range}${mean === null ? '' : ` The mean is ${formatNumber(mean)}.`}`;
}

export const tableKey = ({ schema, name }: Pick<TableInfo, 'schema' | 'name'>): string => `${schema}.${name}`;

/** A figure for two columns, whichever comes first. */
export interface PairFigure {
  readonly a: string;
  readonly b: string;
  readonly value: number;
  /** In words, for the cell's hint and the list. */
  readonly about: string;
}

export function coefficients(correlations: readonly Correlation[], method: Correlation['method']): PairFigure[] {
  return correlations.filter((entry) => entry.method === method).map(({ a, b, value, rows, estimate }) => ({ a, b, value, about: `${formatCount(rows)} rows${estimate ? ', a sample' : ''}` }));
}

/** The columns that any pair names, in the order in which they come. */
export const columnsOf = (pairs: readonly PairFigure[]): string[] => [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];

export const strongestFirst = (pairs: readonly PairFigure[]): PairFigure[] => pairs.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
