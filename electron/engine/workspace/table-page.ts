import type { Cell, Column, TableView } from '../../../shared/contract/index.ts';
import type { Session } from './session.ts';
import { identifier } from './sql.ts';
import { viewSql } from './views.ts';

/**
 * `limit` rows of a view from row `offset` (from 0) on, and how many rows it has in all. A table as it stands is read by
 * row number, so its last page costs what its first does; a sorted or filtered one is walked.
 */
export async function tablePage(session: Session, view: TableView, limit: number, offset: number): Promise<{ columns: Column[]; rows: Cell[][]; total: number }> {
  await session.run('BEGIN TRANSACTION READ ONLY');
  try {
    const { columns, from, order, parameters, numbered } = await viewSql(session, view);
    const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total ${from}`, parameters);
    const names = columns.map(({ name }) => identifier(name)).join(', ');
    const page =
      numbered && order === '' && view.filters.length === 0
        ? `SELECT ${names} ${from} WHERE rowid >= ${offset} AND rowid < ${offset + limit} ORDER BY rowid`
        : `SELECT ${names} ${from} ${order} LIMIT ${limit} OFFSET ${offset}`;
    return { columns: [...columns], rows: (await session.table(page, parameters)).rows, total };
  } finally {
    await session.connection.run('ROLLBACK');
  }
}
