import type { Reconciliation } from '../../../../shared/contract/quality-history.ts';
import { differenceWords, fixedWords, importedWords, outcomeWords, type OutcomeWords } from '../../../../shared/domain/outcomes.ts';

type Row = Reconciliation['rows'][number];

/** A cell of the table. */
export interface FigurePlace {
  readonly table: string;
  readonly column: string;
}

const fixedColumns: Readonly<Record<string, OutcomeWords>> = { imported: importedWords, fixed: fixedWords, difference: differenceWords };

export const columnWords = (column: string): OutcomeWords => fixedColumns[column] ?? outcomeWords(column);
export const columnTitle = (column: string): string => columnWords(column).title;

export function figureOf(row: Row, column: string): number {
  if (column === 'imported' || column === 'fixed' || column === 'difference') return row[column];
  return row.counts[column] ?? 0;
}

export const figureOfAll = (rows: readonly Row[], column: string): number => rows.reduce((sum, row) => sum + figureOf(row, column), 0);

/** The sum in figures: `102 = 99 loaded + 2 rejected + 1 quarantined`; outcomes without rows are left out. */
export function sumWords(row: Row, outcomes: readonly string[], count: (value: number) => string): string {
  const parts = outcomes.filter((name) => (row.counts[name] ?? 0) !== 0).map((name) => `${count(row.counts[name] ?? 0)} ${outcomeWords(name).title.toLowerCase()}`);
  return `${count(row.imported)} imported = ${parts.length === 0 ? '0' : parts.join(' + ')}${row.difference === 0 ? '' : ` + ${count(row.difference)} unaccounted for`}`;
}

/** Where the rows behind a figure are, when a page shows them. */
export function placeOf({ table, column }: FigurePlace): { readonly title: string; readonly to: readonly [page: 'data' | 'quality', ...rest: string[]] } | undefined {
  switch (column) {
    case 'imported': return { title: `Open ${table} as imported`, to: ['data', 'raw', table] };
    case 'loaded': return { title: `Open ${table === 'links' ? 'movies' : table}`, to: ['data', 'main', table === 'links' ? 'movies' : table] };
    case 'quarantined': return { title: 'Open the rows set aside', to: ['quality', 'aside'] };
    case 'dropped':
    case 'fixed': return { title: 'Open the fixes', to: ['data', 'main', 'fixes'] };
    case 'rejected': return { title: 'Open the rejected lines', to: ['quality', 'rejects'] };
    default: return undefined;
  }
}
