import type { Reconciliation } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';

/** Columns of `reconciliation` that are no place where a row ended up. */
const notOutcomes = new Set(['table_name', 'imported', 'fixed', 'difference']);

/** What the last good run did with every imported row, or null when there was none. Reads whatever outcomes the run wrote. */
export async function readReconciliation(session: Session): Promise<Reconciliation | null> {
  const live = await session.first<{ run_id: string; built_at: string | null }>(`
    SELECT l.run_id, b.built_at FROM store.live l LEFT JOIN store.builds b ON b.stage = 'load' AND b.run_id = l.run_id WHERE l.table_name = 'reconciliation'`);
  if (live === undefined) return null;
  const { columns, rows } = await session.table('SELECT * FROM main.reconciliation ORDER BY table_name');
  const names = columns.map(({ name }) => name);
  const outcomes = names.filter((name) => !notOutcomes.has(name));
  return {
    runId: live.run_id, builtAt: live.built_at, outcomes,
    rows: rows.map((row) => {
      const table = row[names.indexOf('table_name')];
      const number = (name: string) => Number(row[names.indexOf(name)] ?? 0);
      const counts = Object.fromEntries(outcomes.map((name) => [name, number(name)]));
      const imported = number('imported');
      return {
        table: typeof table === 'string' ? table : '', imported, counts, fixed: names.includes('fixed') ? number('fixed') : 0,
        difference: imported - Object.values(counts).reduce((sum, count) => sum + count, 0),
      };
    }),
  };
}
