import type { Dimension, FailingRow, QualityReport, RuleResult, Severity } from '../../../shared/contract/index.ts';

/** In the order of the scores; the same words as the contract's, without its schemas. */
export const dimensions = ['completeness', 'accuracy', 'consistency', 'timeliness', 'uniqueness'] as const satisfies readonly Dimension[];
export const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

export interface RuleFilter {
  readonly status: RuleResult['status'] | 'all';
  readonly dimension: Dimension | null;
  readonly severity: Severity | null;
  readonly table: string | null;
  readonly text: string;
}
export const everyRule: RuleFilter = { status: 'all', dimension: null, severity: null, table: null, text: '' };

export const ruleColumns = ['status', 'id', 'column', 'dimension', 'severity', 'unit', 'checked', 'failed', 'share'] as const;
export type RuleColumn = (typeof ruleColumns)[number];
export interface RuleOrder {
  readonly column: RuleColumn;
  readonly descending: boolean;
}

const statusRank: Record<RuleResult['status'], number> = { fail: 0, warn: 1, info: 2, pass: 3 };
const severityRank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** Part of the looked-at units that failed, 0 to 1; nothing where nothing was looked at. */
export function failingShare(rule: Pick<RuleResult, 'checked' | 'failed'>): number | null {
  return rule.checked === 0 ? null : rule.failed / rule.checked;
}

export function matchesFilter(rule: RuleResult, filter: RuleFilter): boolean {
  const text = filter.text.trim().toLowerCase();
  return (
    (filter.status === 'all' || rule.status === filter.status) &&
    (filter.dimension === null || rule.dimension === filter.dimension) &&
    (filter.severity === null || rule.severity === filter.severity) &&
    (filter.table === null || rule.table === filter.table) &&
    (text === '' || `${rule.id} ${rule.title} ${rule.table}.${rule.column ?? ''}`.toLowerCase().includes(text))
  );
}

function compare(a: RuleResult, b: RuleResult, column: RuleColumn): number {
  switch (column) {
    case 'status':
      return statusRank[a.status] - statusRank[b.status] || severityRank[a.severity] - severityRank[b.severity] || b.failed - a.failed;
    case 'severity':
      return severityRank[a.severity] - severityRank[b.severity];
    case 'checked':
      return a.checked - b.checked;
    case 'failed':
      return a.failed - b.failed;
    case 'share':
      return (failingShare(a) ?? -1) - (failingShare(b) ?? -1);
    case 'column':
      return `${a.table}.${a.column ?? ''}`.localeCompare(`${b.table}.${b.column ?? ''}`);
    default:
      return a[column].localeCompare(b[column]);
  }
}

/** The rules that pass the filter, in order; equal ones by id, so that the order never depends on the engine. */
export function arrangeRules(rules: readonly RuleResult[], filter: RuleFilter, order: RuleOrder): RuleResult[] {
  const sign = order.descending ? -1 : 1;
  return rules
    .filter((rule) => matchesFilter(rule, filter))
    .sort((a, b) => sign * compare(a, b, order.column) || a.id.localeCompare(b.id));
}

export function countByStatus(report: Pick<QualityReport, 'rules'>): Record<RuleResult['status'], number> {
  const counts = { pass: 0, warn: 0, fail: 0, info: 0 };
  for (const rule of report.rules) counts[rule.status] += 1;
  return counts;
}

const unitWords: Record<RuleResult['unit'], readonly [string, string]> = { row: ['row', 'rows'], group: ['group', 'groups'], table: ['table', 'tables'] };

/** 'rows' or 'row', as the number asks. */
export function unitWord(unit: RuleResult['unit'], count: number): string {
  return unitWords[unit][count === 1 ? 0 : 1];
}

/** Failing units about which nobody decided by hand. */
export function openUnits({ failed, byHand }: Pick<RuleResult, 'failed' | 'byHand'>): number {
  return failed - (byHand === undefined ? 0 : byHand.setAside + byHand.putBack);
}

/** Whether a run would stop at this rule. */
export function blocks(rule: Pick<RuleResult, 'status' | 'fixEnabled' | 'failed' | 'byHand' | 'threshold'>): boolean {
  return rule.status === 'fail' && !rule.fixEnabled && (rule.byHand === undefined || openUnits(rule) > rule.threshold);
}

/** What the findings of this rule mean for a run. */
export function consequence(rule: Pick<RuleResult, 'status' | 'severity' | 'fixEnabled' | 'fix' | 'failed' | 'byHand' | 'threshold'>): string {
  if (rule.status === 'pass') return 'Nothing stands in the way.';
  if (rule.severity === 'error' && !rule.fixEnabled && !blocks(rule)) return 'An error, decided about by hand. The pipeline goes on.';
  if (rule.severity === 'error')
    return rule.fix !== undefined && rule.fixEnabled
      ? 'An error. The fix is on, so the pipeline repairs these rows and goes on.'
      : 'An error. The pipeline stops here until it is repaired or its fix is on.';
  return rule.severity === 'warning' ? 'A warning. The pipeline goes on.' : 'For information. The pipeline goes on.';
}

/** Columns of the table of failing rows: the keys that the rows have, then what is wrong and where. */
export function failingRowTable(rows: readonly FailingRow[]): { header: string[]; cells: (row: FailingRow) => unknown[] } {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row.key)))];
  return {
    header: [...keys, 'column', 'value', 'reason', 'file', 'line'],
    cells: (row) => [...keys.map((key) => row.key[key] ?? null), row.column, row.value, row.reason, row.file, row.line],
  };
}
