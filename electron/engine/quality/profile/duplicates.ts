import type { ColumnProfile } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier } from '../../workspace/sql.ts';
import type { Source } from './source.ts';
import { comparable, REPEATED } from './values.ts';

/**
 * Rows that equal an earlier one in every column. `add` is told of each column while what it repeats stands in
 * `profile_repeated_values`: equal rows agree in every column, so where one has mostly values of their own, only the others are compared.
 */
export class DuplicateRows {
  #narrowing: { column: string; distinct: number; nulls: number } | undefined;

  async add(session: Session, { name, distinct, rows, nulls, exact }: ColumnProfile): Promise<void> {
    if (!exact || distinct <= Math.max(rows / 2, this.#narrowing?.distinct ?? 0)) return;
    this.#narrowing = { column: name, distinct, nulls };
    await session.run(`CREATE OR REPLACE TEMP TABLE profile_repeated AS SELECT value FROM ${REPEATED}`);
  }

  async count(session: Session, { sql, columns, rows }: Source): Promise<number> {
    const narrowing = this.#narrowing;
    if (narrowing?.distinct === rows) return 0;
    const column = columns.find(({ name }) => name === narrowing?.column);
    const narrowed = column === undefined ? '' : `WHERE ${comparable(column)} IN (FROM temp.profile_repeated) OR ${identifier(column.name)} IS NULL`;
    const cells = columns.map(comparable).join(', ');
    // Few rows share their hash with another: only they are compared in full.
    await session.run(`CREATE OR REPLACE TEMP TABLE profile_repeated_rows AS SELECT hash(${cells}) AS h FROM ${sql} ${narrowed} GROUP BY h HAVING count(*) > 1`);
    const { repeated } = await session.one<{ repeated: number }>('SELECT count(*) AS repeated FROM temp.profile_repeated_rows');
    if (repeated === 0) return 0;
    const { duplicates } = await session.one<{ duplicates: number }>(`
      SELECT coalesce(sum(copies - 1), 0)::BIGINT AS duplicates FROM (SELECT count(*) AS copies FROM ${sql} WHERE hash(${cells}) IN (FROM temp.profile_repeated_rows) GROUP BY ${cells})`);
    return duplicates;
  }

  async close(session: Session): Promise<void> {
    await session.run('DROP TABLE IF EXISTS temp.profile_repeated; DROP TABLE IF EXISTS temp.profile_repeated_rows');
  }
}
