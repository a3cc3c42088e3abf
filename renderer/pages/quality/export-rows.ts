import type { FailingRow } from '../../../shared/contract/index.ts';
import { host } from '../../host/host.ts';
import { toCsvLine } from './delimited.ts';
import { failingRowTable } from './rules.ts';

const PAGE = 10_000;
/** More rows than this belong in an export of the quarantine table. */
export const exportLimit = 200_000;

/** All failing rows of a rule, up to `limit`, in the order of the files. */
export async function failingRows(rule: string, limit: number): Promise<FailingRow[]> {
  const all: FailingRow[] = [];
  while (all.length < limit) {
    const { rows, total } = await host.call('quality.rows', { rule, limit: Math.min(PAGE, limit - all.length), offset: all.length });
    all.push(...rows);
    if (rows.length === 0 || all.length >= total) break;
  }
  return all;
}

/** Offers the failing rows of a rule as a CSV file; answers how many it wrote. */
export async function saveFailingRows(rule: string): Promise<number> {
  const rows = await failingRows(rule, exportLimit);
  const { header, cells } = failingRowTable(rows);
  const url = URL.createObjectURL(new Blob(['\uFEFF', toCsvLine(header), ...rows.map((row) => toCsvLine(cells(row)))], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${rule}.csv`;
  link.click();
  URL.revokeObjectURL(url);
  return rows.length;
}
