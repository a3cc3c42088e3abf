import { createHash } from 'node:crypto';
import type { Column } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier, qualified } from '../../workspace/sql.ts';
import { columnsOf, sourceOf } from '../../workspace/views.ts';

/** A table as a profile reads it. */
export interface Source {
  readonly schema: string;
  readonly table: string;
  /** SQL of the physical table, or of the view where there is none. */
  readonly sql: string;
  /** Whether rows have a rowid. */
  readonly physical: boolean;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Another text whenever the rows may be others. */
  readonly version: string;
}

/** Fails with `not-found` when there is no such table. Run it and what reads the table in one transaction. */
export async function openSource(session: Session, schema: string, table: string): Promise<Source> {
  const columns = await columnsOf(session, schema, table);
  const { source: sql, physical } = await sourceOf(session, schema, table);
  const { rows } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${sql}`);
  return { schema, table, sql, physical, columns, rows, version: await versionOf(session, schema, table, sql, { columns, rows }) };
}

/** A built table's physical version never changes. A raw table is made anew from its files; any other by whoever made it. */
async function versionOf(session: Session, schema: string, table: string, sql: string, shape: object): Promise<string> {
  const files = schema === 'raw' ? await session.all('SELECT sha256, reading, first_row, rows, rejected, unreadable FROM raw.files WHERE table_name = ? ORDER BY file_id', [table.replace(/_text$/, '')]) : [];
  const made = sql === qualified(schema, table) && files.length === 0 ? await session.all('SELECT table_oid FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = ? AND table_name = ?', [schema, table]) : [];
  return createHash('sha256').update(JSON.stringify([sql, shape, files, made])).digest('hex');
}

/** Tables that are written to in place have no version to go by but their size: what is known of them is not kept for long. */
export const changesInPlace = ({ schema, table, sql }: Source): boolean => sql === qualified(schema, table) && (schema !== 'raw' || ['files', 'lines', 'rejects'].includes(table));

/** About `wanted` rows in blocks, from all over the table, as `profile_sample`; answers how many they are. Reads only those blocks. */
export async function takeBlocks(session: Session, { sql, rows }: Source, wanted: number): Promise<number> {
  await session.run(`CREATE OR REPLACE TEMP TABLE profile_sample AS SELECT * FROM ${sql} TABLESAMPLE system(${Math.min(100, (wanted / rows) * 100)}%) REPEATABLE (1)`);
  return (await session.one<{ rows: number }>('SELECT count(*) AS rows FROM temp.profile_sample')).rows;
}

/** About `wanted` rows, each as likely as any other, as `profile_sample`; answers how many they are. Reads the whole table. */
export async function takeRows(session: Session, { sql, rows, physical }: Source, wanted: number): Promise<number> {
  const narrowed = physical ? `WHERE hash(rowid) % 1000000 < ${Math.ceil((wanted / rows) * 1e6)}` : `USING SAMPLE reservoir(${wanted} ROWS) REPEATABLE (1)`;
  await session.run(`CREATE OR REPLACE TEMP TABLE profile_sample AS SELECT * FROM ${sql} ${narrowed}`);
  return (await session.one<{ rows: number }>('SELECT count(*) AS rows FROM temp.profile_sample')).rows;
}

/** The number of distinct values as the database estimated it while the table was written, by column; a missing one is not known. */
export async function storedDistinct(session: Session, { sql, columns, physical }: Source): Promise<Map<string, number>> {
  if (!physical) return new Map();
  const row = await session.first<Record<string, string | null>>(`SELECT ${columns.map(({ name }, i) => `stats(${identifier(name)}) AS s${i}`).join(', ')} FROM ${sql} LIMIT 1`);
  return new Map(
    columns.flatMap(({ name }, i) => {
      const found = /Approx Unique: (\d+)/.exec(row?.[`s${i}`] ?? '')?.[1];
      return found === undefined ? [] : [[name, Number(found)] as const];
    }),
  );
}
