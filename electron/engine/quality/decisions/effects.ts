import { BY_HAND, type Cell, type FixedRow, type FixPreview, type Quarantined, type QuarantinedRow, ReelbenchError } from '../../../../shared/contract/index.ts';
import { identifier, literal, qualified } from '../../workspace/sql.ts';
import { DECIDED_NAME, type Look } from '../evidence/looking.ts';
import { type Evidence, orderSql, type RowsView, whereSql } from '../evidence/rows.ts';
import { locatedSql } from '../evidence.ts';
import { writeFixes } from '../fixes.ts';
import { hasTable, type Scope } from '../relations/scope.ts';
import { fixEnabled, obstacle, type Rule } from '../rules/rule.ts';
import { keyedRows, sameRow } from './decided.ts';

type Quality = Scope['quality'];
type Fixing = 'quarantine' | 'drop' | 'set';
/** The order in which fixes are applied. */
const ranks: Record<Fixing, number> = { quarantine: 0, drop: 1, set: 2 };
const rankOf = (rule: Rule): number | undefined => (rule.fix && Object.hasOwn(ranks, rule.fix.action.kind) ? ranks[rule.fix.action.kind as Fixing] : undefined);

/** The rules whose fixes are on and can run. */
function fixing(rules: readonly Rule[], scope: Scope, quality: Quality): Rule[] {
  return rules.filter((rule) => fixEnabled(rule, { quality }) && obstacle(rule, scope) === undefined);
}

/** One of the two tables that `writeFixes` makes for these rules, kept until something else is decided. */
async function effects(look: Look, active: readonly Rule[], what: 'quarantine' | 'fixes'): Promise<string> {
  const { sql } = await look.table(`${DECIDED_NAME}${what} ${active.map(({ id }) => id).join(', ')}`, async (name) => {
    const other = 'temp.quality_other';
    await writeFixes(look.relations, active, what === 'quarantine' ? { quarantine: name, fixes: other } : { quarantine: other, fixes: name });
    await look.session.run(`DROP TABLE ${other}`);
  });
  return sql;
}

/** A page of the rows that are set aside as things stand, and how many each rule and hand set aside. */
export async function quarantinedPage(look: Look, rules: readonly Rule[], quality: Quality, request: RowsView & { table?: string | undefined; rule?: string | undefined; limit: number; offset: number }): Promise<Quarantined> {
  const { session, scope } = look;
  // A fix that keeps the original of what it changes does so after rows were dropped.
  const keeping = fixing(rules, scope, quality).filter(({ fix }) => fix?.action.kind === 'set' && fix.action.keepOriginal);
  const active = fixing(rules, scope, quality).filter((rule) => rankOf(rule) === 0 || keeping.includes(rule) || (rankOf(rule) === 1 && keeping.some(({ table }) => table === rule.table)));
  const quarantine = await effects(look, active, 'quarantine');
  const counts = await session.all<{ table: string; rule: string; rows: number }>(`SELECT table_name AS "table", rule, count(*) AS rows FROM ${quarantine} GROUP BY table_name, rule ORDER BY table_name, rule = ${literal(BY_HAND)} DESC, rows DESC, rule`);
  const { distinct } = await session.one<{ distinct: number }>(`SELECT count(*) AS distinct FROM (SELECT DISTINCT table_name, row_id, text_row_id FROM ${quarantine})`);
  const evidence: Evidence = {
    sql: `SELECT *, coalesce('r' || row_id, 't' || text_row_id) AS id, CAST(key AS VARCHAR) AS "key text" FROM ${quarantine}
      WHERE ${[...(request.table === undefined ? [] : [`table_name = ${literal(request.table)}`]), ...(request.rule === undefined ? [] : [`rule = ${literal(request.rule)}`]), 'true'].join(' AND ')}`,
    columns: new Map([['table', 'table_name'], ['rule', 'rule'], ['key', '"key text"'], ['column', 'column_name'], ['value', 'value'], ['reason', 'reason'], ['file', 'file'], ['line', 'line']]),
    order: 'table_name, row_id NULLS LAST, text_row_id, rule',
  };
  const where = whereSql(evidence, request.filters);
  const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total FROM (${evidence.sql}) ${where.sql}`, where.values);
  const found = await session.all<Omit<QuarantinedRow, 'key'> & { key: string }>(
    `SELECT id, table_name AS "table", rule, key, column_name AS "column", value, reason, file, line FROM (${evidence.sql}) ${where.sql} ${orderSql(evidence, request.sort)} LIMIT ${request.limit} OFFSET ${request.offset}`, where.values);
  return { total, rows: found.map(({ key, ...row }) => ({ ...row, key: keyOf(key) })), rules: counts, distinct };
}

/**
 * What the fix of a rule would do, switched on or not: the rows before and after. Made by what writes the fixes of a run,
 * with the fixes that come before this one and the decisions as they stand.
 */
export async function previewFix(look: Look, rules: readonly Rule[], rule: Rule, quality: Quality, page: { limit: number; offset: number }): Promise<FixPreview> {
  const { session, scope, relations } = look;
  if (rule.fix === undefined) throw new ReelbenchError('invalid-arguments', `${rule.id} has no automatic fix.`);
  const { kind } = rule.fix.action;
  const rank = rankOf(rule);
  if (rank === undefined || obstacle(rule, scope) !== undefined) return { action: kind, total: 0, untouched: 0, rows: [] };
  const before = rank === 0 ? [] : fixing(rules, scope, quality).filter((other) => other.table === rule.table && other.id !== rule.id && (rankOf(other) ?? 9) < rank);
  const sameKind = rank === 1 ? fixing(rules, scope, quality).filter((other) => other.table === rule.table && other.id !== rule.id && rankOf(other) === 1 && rules.indexOf(other) < rules.indexOf(rule)) : [];
  const made = await effects(look, [...before, ...sameKind, rule], kind === 'quarantine' ? 'quarantine' : 'fixes');
  await relations.need(rule.over);
  const failed = rule.unit === 'row' ? (await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${rule.over} WHERE ${rule.fails(scope)}`)).n : 0;

  const mine = kind === 'quarantine' ? `SELECT row_id, text_row_id, column_name, value AS before, NULL AS after FROM ${made} WHERE rule = ${literal(rule.id)}` : `SELECT row_id, text_row_id, column_name, before, after FROM ${made} WHERE rule = ${literal(rule.id)}`;
  const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total FROM (${mine})`);
  const slice = `SELECT *, row_number() OVER () AS place FROM (${mine} ORDER BY row_id NULLS LAST, text_row_id LIMIT ${page.limit} OFFSET ${page.offset})`;
  const rows = await session.all<Omit<FixedRow, 'key'> & { key: string; whole: string | null }>(`
    SELECT coalesce('r' || s.row_id, 't' || s.text_row_id) AS id, k.key, s.column_name AS "column", s.before, s.after, s.file, s.line, ${kind === 'drop' ? 'w.whole' : 'NULL'} AS whole
    FROM (${locatedSql(rule.table, slice, scope)}) s JOIN (${keyedRows(rule.table, scope)}) k ON ${sameRow('s', 'k')}
    ${kind === 'drop' ? `JOIN (${wholeRows(rule.table, scope)}) w ON ${sameRow('s', 'w')}` : ''} ORDER BY s.place`);
  return {
    action: kind, total, untouched: Math.max(0, failed - total),
    rows: rows.map(({ key, whole, before: was, ...row }) => ({ ...row, before: whole === null ? was : whole, key: keyOf(key) })),
  };
}

/** The rows of a raw table as one text each, for a row that goes as a whole. */
function wholeRows(table: string, scope: Scope): string {
  const columns = [...(scope.columns.get(table) ?? [])];
  const text = `concat_ws(', ', ${columns.map((column) => `${literal(`${column} `)} || CAST(${identifier(column)} AS VARCHAR)`).join(', ')})`;
  const typed = `SELECT rowid AS row_id, NULL::BIGINT AS text_row_id, ${text} AS whole FROM ${qualified('raw', table)}`;
  return hasTable(scope, `${table}_text`) ? `${typed} UNION ALL SELECT NULL, rowid, ${text} FROM ${qualified('raw', `${table}_text`)}` : typed;
}

function keyOf(json: string): Record<string, Cell> {
  const key: unknown = JSON.parse(json);
  return typeof key === 'object' && key !== null && !Array.isArray(key) ? (key as Record<string, Cell>) : {};
}

