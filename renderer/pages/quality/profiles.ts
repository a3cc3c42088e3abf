import type { ColumnProfile, TableInfo } from '../../../shared/contract/index.ts';
import { formatCell, formatCount, formatNumber, formatShare } from '../../components/format.ts';

export const profileOrders = { table: 'As in the table', nulls: 'Most empty first', distinct: 'Most distinct first', name: 'By name' } as const;
export type ProfileOrder = keyof typeof profileOrders;

export function arrangeProfiles(columns: readonly ColumnProfile[], order: ProfileOrder): ColumnProfile[] {
  const compare: Record<ProfileOrder, (a: ColumnProfile, b: ColumnProfile) => number> = {
    table: () => 0,
    nulls: (a, b) => b.nulls / (b.rows || 1) - a.nulls / (a.rows || 1),
    distinct: (a, b) => b.distinct - a.distinct,
    name: (a, b) => a.name.localeCompare(b.name),
  };
  return [...columns].sort(compare[order]);
}

/** The profile in a sentence. */
export function profileWords({ name, type, rows, nulls, distinct, min, max, mean }: ColumnProfile): string {
  const range = min === null || max === null ? '' : ` From ${formatCell(min, type)} to ${formatCell(max, type)}.`;
  return `${name} is ${type}: ${formatShare(nulls, rows)} empty, ${formatCount(distinct)} distinct.${range}${mean === null ? '' : ` The mean is ${formatNumber(mean)}.`}`;
}

export const tableKey = ({ schema, name }: Pick<TableInfo, 'schema' | 'name'>): string => `${schema}.${name}`;
