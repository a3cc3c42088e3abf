import type { QualityDocument } from './document.ts';

const header = ['id', 'table', 'column', 'dimension', 'severity', 'unit', 'title', 'checked', 'failed', 'failing_share', 'threshold', 'figure', 'status', 'fix', 'fix_enabled', 'note'] as const;

/** The report's rules as CSV, one row a rule. Texts that a spreadsheet would run as a formula get an apostrophe in front. */
export function csvReport({ rules }: Pick<QualityDocument, 'rules'>): string {
  const rows = rules.map((r) => [
    r.id, r.table, r.column, r.dimension, r.severity, r.unit, r.title, r.checked, r.failed, r.checked === 0 ? null : r.failed / r.checked, r.threshold, r.figure, r.status, r.fix ?? null, r.fixEnabled, r.note ?? null]);
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+@\t\r-]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
