import type { Cell, Column, TableView } from '../../../shared/contract/index.ts';
import { type ArrangedViews, needsOrder, rowsById } from './arranged-views.ts';
import { identifier } from './sql.ts';
import { viewSql } from './views.ts';
import type { Workspace } from './workspace.ts';

/** Rows at the top of a view that are answered before its order is known. */
const TOP = 1000;

/**
 * `limit` rows of a view from row `offset` (from 0) on, and how many rows it has in all. A table as it stands is read by
 * row number, so its last page costs what its first does. The top of a sorted or filtered one is looked for at once; a
 * page further down waits for the view's order and is then read by place.
 */
export async function tablePage(workspace: Workspace, arranged: ArrangedViews, view: TableView, limit: number, offset: number, signal?: AbortSignal): Promise<{ columns: Column[]; rows: Cell[][]; total: number }> {
  return workspace.read(async (session) => {
    // One snapshot for the check of the view and for its rows.
    await session.run('BEGIN TRANSACTION READ ONLY');
    try {
      const sql = await viewSql(session, view);
      const { columns, from, order, parameters } = sql;
      const byPlace = needsOrder(sql);
      if (byPlace && (arranged.rowsOf(sql) !== undefined || offset + limit > TOP)) {
        const { total, ids } = await arranged.rowIds(sql, limit, offset, signal);
        return { columns: [...columns], rows: await rowsById(session, sql, ids), total };
      }
      const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total ${from}`, parameters);
      const names = columns.map(({ name }) => identifier(name)).join(', ');
      const page =
        sql.numbered && !byPlace
          ? `SELECT ${names} ${from} WHERE rowid >= ${offset} AND rowid < ${offset + limit} ORDER BY rowid`
          : `SELECT ${names} ${from} ${order} LIMIT ${limit} OFFSET ${offset}`;
      return { columns: [...columns], rows: (await session.table(page, parameters)).rows, total };
    } finally {
      await session.connection.run('ROLLBACK');
    }
  }, signal);
}
