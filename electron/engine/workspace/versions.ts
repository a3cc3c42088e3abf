import { identifier, qualified } from './sql.ts';
import type { Session } from './session.ts';

/** A built table as it stands: the physical version that its view reads, and the run that made it. */
export interface LiveTable {
  readonly name: string;
  readonly physical: string;
  readonly runId: string;
  readonly rows: number;
}

/** Name in schema `store` of the version of `table` that the run `runId` builds. */
export function versionName(table: string, runId: string): string {
  return `${table}_${runId}`;
}

/** SQL name of the version of `table` that the run `runId` builds. */
export function versionSql(table: string, runId: string): string {
  return qualified('store', versionName(table, runId));
}

/** All built tables that are visible now, by name. */
export async function liveTables(session: Session): Promise<Map<string, LiveTable>> {
  const rows = await session.all<LiveTable>(`SELECT table_name AS name, physical, run_id AS "runId", rows FROM store.live`);
  return new Map(rows.map((row) => [row.name, row]));
}

/**
 * Makes the versions that the run built the visible ones and drops those that they replace. Call it in the transaction
 * that ends the run: readers see all of its tables or none.
 */
export async function publish(session: Session, runId: string, tables: readonly string[]): Promise<void> {
  const live = await liveTables(session);
  for (const table of tables) {
    const before = live.get(table);
    await session.run(`CREATE OR REPLACE VIEW ${qualified('main', table)} AS SELECT * FROM ${versionSql(table, runId)}`);
    await session.run(
      `INSERT OR REPLACE INTO store.live SELECT ?, ?, ?, count(*) FROM ${versionSql(table, runId)}`,
      [table, versionName(table, runId), runId],
    );
    if (before && before.runId !== runId) await session.run(`DROP TABLE IF EXISTS ${qualified('store', before.physical)}`);
  }
}

/** Takes tables away that the last run no longer makes, for instance when a source was removed. */
export async function withdraw(session: Session, tables: readonly string[]): Promise<void> {
  const live = await liveTables(session);
  for (const table of tables) {
    const before = live.get(table);
    if (!before) continue;
    await session.run(`DROP VIEW IF EXISTS ${qualified('main', table)}`);
    await session.run('DELETE FROM store.live WHERE table_name = ?', [table]);
    await session.run(`DROP TABLE IF EXISTS ${qualified('store', before.physical)}`);
  }
}

/** Drops what the run built of `tables`; versions that are visible stay. */
export async function discard(session: Session, runId: string, tables: readonly string[]): Promise<void> {
  const visible = new Set([...(await liveTables(session)).values()].map(({ physical }) => physical));
  for (const table of tables) if (!visible.has(versionName(table, runId))) await session.run(`DROP TABLE IF EXISTS ${versionSql(table, runId)}`);
}

/** Drops every version that no view uses: what a failed, cancelled or killed run left. */
export async function dropAbandoned(session: Session): Promise<void> {
  const abandoned = await session.all<{ name: string }>(`
    SELECT table_name AS name FROM duckdb_tables()
    WHERE schema_name = 'store' AND table_name NOT IN ('live', 'stages', 'quality_sketches') AND table_name NOT IN (SELECT physical FROM store.live)
  `);
  for (const { name } of abandoned) await session.run(`DROP TABLE store.${identifier(name)}`);
}
