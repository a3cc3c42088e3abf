import { identifier, qualified } from './sql.ts';
import type { Session } from './session.ts';

/** A built table as it stands: the physical version that its view reads, and the run that made it. */
export interface LiveTable {
  readonly name: string;
  readonly physical: string;
  readonly runId: string;
  readonly rows: number;
}

/** Tables that a reader wants as one: a view on all the visible tables whose names begin alike. */
const united = [{ view: 'models', prefix: 'model_' }] as const;

/** The view that unites the table with others of its kind, if one does. */
export function unitedIn(table: string): string | undefined {
  return united.find(({ prefix }) => table.startsWith(prefix))?.view;
}

/** Name in schema `store` of the version of `table` that the run `runId` built. */
export function versionName(table: string, runId: string): string {
  return `${table}_${runId}`;
}

/** SQL name of the version of `table` that the run `runId` built. */
export function versionSql(table: string, runId: string): string {
  return qualified('store', versionName(table, runId));
}

/** All built tables that are visible now, by name. */
export async function liveTables(session: Session): Promise<Map<string, LiveTable>> {
  const rows = await session.all<LiveTable>(`SELECT table_name AS name, physical, run_id AS "runId", rows FROM store.live`);
  return new Map(rows.map((row) => [row.name, row]));
}

/**
 * Makes versions the visible ones: of each table the one that the run named built; undefined takes the table away. Call it
 * in the transaction that ends a run: readers see all of its tables or none.
 */
export async function publish(session: Session, versions: ReadonlyMap<string, string | undefined>): Promise<void> {
  const live = await liveTables(session);
  for (const [table, runId] of versions) {
    if (runId === live.get(table)?.runId) continue;
    if (runId === undefined) {
      await session.run(`DROP VIEW IF EXISTS ${qualified('main', table)}`);
      await session.run('DELETE FROM store.live WHERE table_name = ?', [table]);
    } else {
      await session.run(`CREATE OR REPLACE VIEW ${qualified('main', table)} AS SELECT * FROM ${versionSql(table, runId)}`);
      await session.run(`INSERT OR REPLACE INTO store.live SELECT ?, ?, ?, count(*) FROM ${versionSql(table, runId)}`, [table, versionName(table, runId), runId]);
    }
  }
  for (const { view, prefix } of united) {
    if (![...versions.keys()].some((table) => table.startsWith(prefix))) continue;
    const parts = [...(await liveTables(session)).values()].filter(({ name }) => name.startsWith(prefix)).map(({ physical }) => `SELECT * FROM ${qualified('store', physical)}`);
    await session.run(parts.length === 0 ? `DROP VIEW IF EXISTS ${qualified('main', view)}` : `CREATE OR REPLACE VIEW ${qualified('main', view)} AS ${parts.join(' UNION ALL BY NAME ')}`);
  }
}

/** Drops every version that neither a view nor a build of the cache uses: what a failed or killed stage left. */
export async function dropAbandoned(session: Session): Promise<void> {
  const abandoned = await session.all<{ name: string }>(`
    WITH built AS (SELECT unnest(json_keys(outputs)) || '_' || run_id AS name FROM store.builds)
    SELECT table_name AS name FROM duckdb_tables()
    WHERE database_name = current_database() AND schema_name = 'store' AND regexp_matches(table_name, '_[0-9]{8}T[0-9]{6}_[0-9a-f]{6}$|_train_[0-9a-f]{8}$')
      AND table_name NOT IN (SELECT name FROM built) AND table_name NOT IN (SELECT physical FROM store.live)
  `);
  for (const { name } of abandoned) await session.run(`DROP TABLE store.${identifier(name)}`);
}
