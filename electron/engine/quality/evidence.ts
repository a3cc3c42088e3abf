import type { Cell, FailingRow } from '../../../shared/contract/index.ts';
import { identifier, literal, qualified } from '../workspace/sql.ts';
import type { Relations } from './relations/index.ts';
import { obstacle, type Rule } from './rules/rule.ts';
import { hasTable, type Scope } from './relations/scope.ts';

/** The failing units of a rule with key, value and reason, in SQL: columns row_id, text_row_id, key, value, reason. */
export function failingSql(rule: Rule, scope: Scope): string {
  const rowIds = rule.unit === 'row' ? 'row_id, text_row_id' : 'NULL::BIGINT AS row_id, NULL::BIGINT AS text_row_id';
  const key = rule.key.map((column) => `${literal(column)}: ${identifier(column)}`).join(', ');
  return `SELECT ${rowIds}, {${key}} AS key, CAST(${rule.value} AS VARCHAR) AS value, replace(${literal(rule.reason(scope))}, '{value}', coalesce(CAST(${rule.value} AS VARCHAR), '')) AS reason
    FROM ${rule.over} WHERE ${rule.fails(scope)}`;
}

/** Order of failing units: rows as they came, those with an unreadable cell last; groups by their key. */
function orderOf(rule: Rule): string {
  return rule.unit === 'row' ? 'row_id NULLS LAST, text_row_id' : rule.key.map(identifier).join(', ');
}

/**
 * Adds `file` and `line` to a selection that has row_id and text_row_id of a raw table. A line is known where the format
 * has lines: typed rows find it in the map raw.lines, rows with an unreadable cell carry it.
 */
export function locatedSql(table: string, selection: string, scope: Scope): string {
  const text = hasTable(scope, `${table}_text`) ? `SELECT rowid AS text_row, file_id, line FROM ${qualified('raw', `${table}_text`)}` : 'SELECT NULL::BIGINT AS text_row, NULL::INTEGER AS file_id, NULL::BIGINT AS line WHERE false';
  return `SELECT s.*, coalesce(of_text.path, of_row.path) AS file, coalesce(t.line, CASE WHEN l.file_id = of_row.file_id THEN l.first_line + s.row_id - l.first_row END) AS line
    FROM (${selection}) s
    ASOF LEFT JOIN (SELECT file_id, path, first_row FROM raw.files WHERE table_name = ${literal(table)} AND rows > 0) of_row ON s.row_id >= of_row.first_row
    ASOF LEFT JOIN (SELECT file_id, first_row, first_line FROM raw.lines WHERE table_name = ${literal(table)}) l ON s.row_id >= l.first_row
    LEFT JOIN (${text}) t ON t.text_row = s.text_row_id
    LEFT JOIN (SELECT file_id, any_value(path) AS path FROM raw.files WHERE table_name = ${literal(table)} GROUP BY file_id) of_text ON of_text.file_id = t.file_id`;
}

/** A page of a rule's failing rows or groups, and how many there are in all. Table rules have none. */
export async function failingRows(relations: Relations, rule: Rule, page: { limit: number; offset: number }): Promise<{ total: number; rows: FailingRow[] }> {
  const { session, scope } = relations;
  if (rule.unit === 'table' || obstacle(rule, scope) !== undefined) return { total: 0, rows: [] };
  await relations.need(rule.over);
  const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total FROM ${rule.over} WHERE ${rule.fails(scope)}`);
  const selection = `SELECT *, row_number() OVER () AS place FROM (${failingSql(rule, scope)} ORDER BY ${orderOf(rule)} LIMIT ${page.limit} OFFSET ${page.offset})`;
  const rows = await session.all<{ key: Record<string, Cell>; value: Cell; reason: string; file: string | null; line: number | null }>(
    `SELECT key, value, reason, file, line FROM (${locatedSql(rule.table, selection, scope)}) ORDER BY place`);
  return { total, rows: rows.map(({ key, value, reason, file, line }) => ({ table: rule.table, key, column: rule.column, value, reason, file, line })) };
}
