import { identifier } from './sql.ts';
import type { Session } from './session.ts';

/** How long parts of an import that never came to its end are kept. */
const KEPT_DAYS = 7;

/**
 * Parts of imports under way: files that were read to their end, each part written in a transaction of its own, so that an
 * import that is cancelled or killed goes on from there. `staging.parts` has one row a part; its tables are called
 * `p<part>_<table>`. Nobody but an import looks in here. Those too old to be of use are dropped.
 */
export async function openStaging(session: Session): Promise<void> {
  await session.run(`
    CREATE SCHEMA IF NOT EXISTS staging;
    CREATE TABLE IF NOT EXISTS staging.parts (part_id INTEGER NOT NULL, key VARCHAR NOT NULL, disks JSON NOT NULL, loaded JSON NOT NULL, made_at TIMESTAMP NOT NULL);
  `);
  const old = await session.all<{ id: number }>(`SELECT part_id AS id FROM staging.parts WHERE made_at < current_localtimestamp() - to_days(${KEPT_DAYS})`);
  await dropParts(session, old.map(({ id }) => id));
}

export async function dropParts(session: Session, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    const tables = await session.all<{ name: string }>(`SELECT table_name AS name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'staging' AND starts_with(table_name, ?)`, [`p${id}_`]);
    for (const { name } of tables) await session.run(`DROP TABLE staging.${identifier(name)}`);
    await session.run('DELETE FROM staging.parts WHERE part_id = ?', [id]);
  }
}
