import { type Column, type Filter, ReelbenchError, type TableView } from '../../../shared/contract/index.ts';
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
  const typeOf = (name: string): string => {
    const column = columns.find((c) => c.name === name);
    if (!column) throw new ReelbenchError('not-found', `${view.schema}.${view.table} has no column ${name}.`, { column: name, hint: `Its columns: ${columns.map((c) => c.name).join(', ')}.` });
    return column.type;
  };
  const parameters: string[] = [];
  const conditions: string[] = [];
  for (const filter of view.filters) {
    const type = typeOf(filter.column);
    const { sql, values } = condition(filter, type);
    for (const value of values) await checkValue(session, filter, type, value);
    conditions.push(sql);
    parameters.push(...values);
  }
  const keys = view.sort.map(({ column, descending }) => {
    typeOf(column);
    return `${identifier(column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const { source, physical, numbered } = await sourceOf(session, view.schema, view.table);
  if (keys.length > 0 && physical) keys.push('rowid');
  return {
    columns,
    from: `FROM ${source}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`,
    order: keys.length > 0 ? `ORDER BY ${keys.join(', ')}` : '',
    parameters,
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
async function sourceOf(session: Session, schema: string, table: string): Promise<{ source: string; physical: boolean; numbered: boolean }> {
  const live = schema === 'main' ? await session.first<{ physical: string }>('SELECT physical FROM store.live WHERE table_name = ?', [table]) : undefined;
  if (live) return { source: qualified('store', live.physical), physical: true, numbered: true };
  const real = await session.first('SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = ? AND table_name = ?', [schema, table]);
  return { source: qualified(schema, table), physical: real !== undefined, numbered: real !== undefined && schema === 'raw' };
}

const nested = /\[\d*\]$|^(?:STRUCT|MAP|UNION)\(/;

function condition(filter: Filter, type: string): { sql: string; values: string[] } {
  const column = identifier(filter.column);
  const text = type === 'VARCHAR' ? column : `CAST(${column} AS VARCHAR)`;
  const value = filter.value ?? '';
  switch (filter.op) {
    case 'is empty':
      return { sql: `(${column} IS NULL OR trim(${text}) = '')`, values: [] };
    case 'is not empty':
      return { sql: `(${column} IS NOT NULL AND trim(${text}) <> '')`, values: [] };
    case 'contains':
      return { sql: `contains(lower(${text}), lower(?))`, values: [value] };
    case 'starts with':
      return { sql: `starts_with(lower(${text}), lower(?))`, values: [value] };
    case '!=':
      return { sql: `${comparable(column, text, type)} IS DISTINCT FROM ${typed(type)}`, values: [value] };
    default:
      return { sql: `${comparable(column, text, type)} ${filter.op} ${typed(type)}`, values: [value] };
  }
}

function comparable(column: string, text: string, type: string): string {
  return nested.test(type) ? text : column;
}

/** Whole-number columns are compared as DOUBLE, so that `> 3.5` means what it says. */
function typed(type: string): string {
  if (nested.test(type) || type === 'VARCHAR') return 'CAST(? AS VARCHAR)';
  return `CAST(? AS ${integerTypes.has(type) ? 'DOUBLE' : type})`;
}

const integerTypes = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT']);

async function checkValue(session: Session, filter: Filter, type: string, value: string): Promise<void> {
  if (nested.test(type) || type === 'VARCHAR' || filter.op === 'contains' || filter.op === 'starts with') return;
  const { ok } = await session.one<{ ok: boolean }>(`SELECT ${typed(type).replace('CAST', 'TRY_CAST')} IS NOT NULL AS ok`, [value]);
  if (!ok) throw new ReelbenchError('invalid-arguments', `${JSON.stringify(value)} is not a ${type}, which is what the column ${filter.column} holds.`, { column: filter.column });
}
