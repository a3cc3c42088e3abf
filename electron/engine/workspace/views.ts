import { type Column, ReelbenchError, type TableView } from '../../../shared/contract/index.ts';
import { conditionOf } from './filters.ts';
import type { Session } from './session.ts';
import { identifier, qualified } from './sql.ts';

/** A TableView as SQL: `SELECT columns` + `from` gives its rows, `SELECT count(*)` + `from` how many there are. */
export interface ViewSql {
  readonly columns: readonly Column[];
  /** `FROM … WHERE …` without an order, values as `?`. */
  readonly from: string;
  /** `ORDER BY …`, or empty: then rows come in the table's own order. Ends in the row's place, so that pages never overlap. */
  readonly order: string;
  /** Values for `from`. */
  readonly parameters: readonly string[];
  /** The physical table or view that the rows are in, as SQL. */
  readonly source: string;
  /** Whether rows have a `rowid` at all: those of a view have none. */
  readonly physical: boolean;
  /** Whether rows have a `rowid` that counts from 0 without gaps: raw tables and versions of built ones, which are only ever made whole. */
  readonly numbered: boolean;
}

/**
 * Checks a view against the catalogue and answers it as SQL. Reads the physical version behind a built table, so
 * run this and the query in one transaction or be ready for a run that ends in between.
 * Fails with `not-found` for a table or column that is not there, `invalid-arguments` for a value of another type.
 */
export async function viewSql(session: Session, view: TableView): Promise<ViewSql> {
  const columns = await columnsOf(session, view.schema, view.table);
  const columnOf = (name: string): Column => {
    const column = columns.find((c) => c.name === name);
    if (!column) throw new ReelbenchError('not-found', `${view.schema}.${view.table} has no column ${name}.`, { column: name, hint: `Its columns: ${columns.map((c) => c.name).join(', ')}.` });
    return column;
  };
  const parameters: string[] = [];
  const conditions: string[] = [];
  for (const filter of view.filters) {
    const { sql, values } = await conditionOf(session, filter, columnOf(filter.column));
    conditions.push(sql);
    parameters.push(...values);
  }
  const keys = view.sort.map(({ column, descending }) => {
    columnOf(column);
    return `${identifier(column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const { source, physical, numbered } = await sourceOf(session, view.schema, view.table);
  if (keys.length > 0 && physical) keys.push('rowid');
  return {
    columns,
    from: `FROM ${source}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`,
    order: keys.length > 0 ? `ORDER BY ${keys.join(', ')}` : '',
    parameters,
    source,
    physical,
    numbered,
  };
}

/** The columns of a table or view that a person may look at; `not-found` when there is no such table. */
export async function columnsOf(session: Session, schema: string, table: string): Promise<Column[]> {
  const columns =
    schema === 'main' || schema === 'raw'
      ? await session.all<Column>(
          `SELECT column_name AS name, data_type AS type FROM duckdb_columns()
           WHERE database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY column_index`,
          [schema, table],
        )
      : [];
  if (columns.length === 0) throw new ReelbenchError('not-found', `There is no table ${schema === 'main' ? table : `${schema}.${table}`}.`, { hint: 'See the list of tables on the Data page.' });
  return columns;
}

/** Where the rows physically are: rows of a table have a `rowid`, those of a view have none. */
export async function sourceOf(session: Session, schema: string, table: string): Promise<{ source: string; physical: boolean; numbered: boolean }> {
  const live = schema === 'main' ? await session.first<{ physical: string }>('SELECT physical FROM store.live WHERE table_name = ?', [table]) : undefined;
  if (live) return { source: qualified('store', live.physical), physical: true, numbered: true };
  const real = await session.first('SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = ? AND table_name = ?', [schema, table]);
  return { source: qualified(schema, table), physical: real !== undefined, numbered: real !== undefined && schema === 'raw' };
}
