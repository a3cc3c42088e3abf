import { type Cell, type EvidenceFilter, type FailingRow, ReelbenchError, type Sort } from '../../../../shared/contract/index.ts';
import { identifier, literal } from '../../workspace/sql.ts';
import { DECIDED, sameRow } from '../decisions/decided.ts';
import { failingSql, locatedSql } from '../evidence.ts';
import type { Scope } from '../relations/scope.ts';
import { fixEnabled, obstacle, type Rule } from '../rules/rule.ts';
import type { Look } from './looking.ts';

/** Failing units of a rule up to this many are kept in a table of their own; of more, each page is looked up anew. */
const KEPT_ROWS = 1_000_000;
/** Rows that one entry of the index of failing rows stands for: a row group of DuckDB, so that a page reads one or two. */
const BLOCK = 122_880;

export interface RowsView {
  readonly sort: readonly Sort[];
  readonly filters: readonly EvidenceFilter[];
}

/** A selection of evidence as SQL: its columns by name, and the order in which its rows come when nobody sorts them. */
export interface Evidence {
  readonly sql: string;
  /** Name of a column as people see it → SQL. */
  readonly columns: ReadonlyMap<string, string>;
  readonly order: string;
}

/** The names of a rule's key columns, as evidence shows them. */
export function keyNames(rule: Rule): string[] {
  return [...rule.key];
}

/** The failing units of a rule as evidence, from `base`: row_id, text_row_id, key, value, reason, file, line. */
export function evidenceOf(rule: Rule, quality: Scope['quality'], base: string, order: string): Evidence {
  const keys = keyNames(rule).map((name): [string, string] => [name, `key.${identifier(name)}`]);
  const sql = rule.unit !== 'row' ? `SELECT *, NULL::VARCHAR AS id, NULL::VARCHAR AS state FROM (${base})` : `
    SELECT s.*, coalesce('r' || s.row_id, 't' || s.text_row_id) AS id,
      CASE d.kind WHEN 'quarantine' THEN 'set aside by hand' WHEN 'restore' THEN 'put back' ELSE ${literal(otherwise(rule, quality))} END AS state
    FROM (${base}) s LEFT JOIN (SELECT * FROM ${DECIDED} WHERE table_name = ${literal(rule.table)}) d ON ${sameRow('s', 'd')}`;
  return { sql, columns: new Map([...keys, ['value', 'value'], ['reason', 'reason'], ['file', 'file'], ['line', 'line'], ['state', 'state']]), order };
}

/** What becomes of a failing row about which nobody decided. */
function otherwise(rule: Rule, quality: Scope['quality']): NonNullable<FailingRow['state']> {
  if (!fixEnabled(rule, { quality }) || rule.fix === undefined) return 'stays';
  const { kind } = rule.fix.action;
  return kind === 'quarantine' ? 'set aside' : kind === 'propose' ? 'stays' : 'fixed';
}

/** `WHERE …`, values bound as `?`. Numbers are compared as such where both sides are numbers. */
export function whereSql(evidence: Evidence, filters: readonly EvidenceFilter[]): { sql: string; values: string[] } {
  const values: string[] = [];
  const bind = (value: string) => {
    values.push(value);
    return `$${values.length}`;
  };
  const conditions = filters.map(({ column, op, value = '' }) => {
    const cell = columnSql(evidence, column);
    const text = `CAST(${cell} AS VARCHAR)`;
    switch (op) {
      case 'is empty': return `(${cell} IS NULL OR trim(${text}) = '')`;
      case 'is not empty': return `(${cell} IS NOT NULL AND trim(${text}) <> '')`;
      case 'contains': return `contains(lower(${text}), lower(${bind(value)}))`;
      case 'starts with': return `starts_with(lower(${text}), lower(${bind(value)}))`;
      default: {
        const bound = bind(value);
        const number = `TRY_CAST(${bound} AS DOUBLE)`;
        const [numbers, texts] = op === '!=' ? [`TRY_CAST(${text} AS DOUBLE) <> ${number}`, `${text} IS DISTINCT FROM ${bound}`] : [`TRY_CAST(${text} AS DOUBLE) ${op} ${number}`, `${text} ${op} ${bound}`];
        return `CASE WHEN ${number} IS NOT NULL AND TRY_CAST(${text} AS DOUBLE) IS NOT NULL THEN ${numbers} ELSE ${texts} END`;
      }
    }
  });
  return { sql: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}

/** `ORDER BY …`: numbers in their order and before texts, what is empty last, and in the end the evidence's own order. */
export function orderSql(evidence: Evidence, sort: readonly Sort[]): string {
  const keys = sort.flatMap(({ column, descending }) => {
    const cell = columnSql(evidence, column);
    const direction = `${descending ? 'DESC' : 'ASC'} NULLS LAST`;
    return column === 'value' ? [`TRY_CAST(${cell} AS DOUBLE) ${direction}`, `${cell} ${direction}`] : [`${cell} ${direction}`];
  });
  return `ORDER BY ${[...keys, evidence.order].join(', ')}`;
}

function columnSql({ columns }: Evidence, name: string): string {
  const sql = columns.get(name);
  if (sql === undefined) throw new ReelbenchError('not-found', `There is no column ${name} here.`, { column: name, hint: `Columns: ${[...columns.keys()].join(', ')}.` });
  return sql;
}

/** Order of failing units: rows as they came, those with an unreadable cell last; groups by their key. */
export function orderOf(rule: Rule): string {
  return rule.unit === 'row' ? 'row_id NULLS LAST, text_row_id' : keyNames(rule).map((name) => `key.${identifier(name)}`).join(', ');
}

interface FoundRow {
  readonly id: string | null;
  readonly key: Record<string, Cell>;
  readonly value: Cell;
  readonly reason: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly state: FailingRow['state'] | null;
}

/** A page of a rule's failing rows or groups, sorted and filtered, and how many pass the filter. Table rules have none. */
export async function failingPage(look: Look, rule: Rule, quality: Scope['quality'], view: RowsView, page: { limit: number; offset: number }): Promise<{ total: number; rows: FailingRow[] }> {
  const { session, scope, relations } = look;
  if (rule.unit === 'table' || obstacle(rule, scope) !== undefined) return { total: 0, rows: [] };
  await relations.need(rule.over);
  const failing = failingSql(rule, scope);
  const count = await look.table(`count ${rule.id}`, async (name) => {
    await session.run(`CREATE TEMP TABLE ${name} AS SELECT count(*) AS n FROM ${rule.over} WHERE ${rule.fails(scope)}`);
  });
  const { n } = await session.one<{ n: number }>(`SELECT n FROM ${count.sql}`);
  if (n > KEPT_ROWS) return pageOfMany(look, rule, quality, view, page, n);
  const kept = await look.table(`rows ${rule.id}`, async (name) => {
    await session.run(`CREATE TEMP TABLE ${name} AS SELECT *, row_number() OVER (ORDER BY ${orderOf(rule)}) AS place FROM (${locatedSql(rule.table, failing, scope)}) ORDER BY place`);
  });
  const evidence = evidenceOf(rule, quality, `SELECT * FROM ${kept.sql}`, 'place');
  if (view.sort.length === 0 && view.filters.length === 0) {
    const rows = await session.all<FoundRow>(
      `SELECT * FROM (${evidenceOf(rule, quality, `SELECT * FROM ${kept.sql} WHERE place > ${page.offset} AND place <= ${page.offset + page.limit}`, 'place').sql}) ORDER BY place`);
    return { total: kept.rows, rows: rows.map((row) => shown(rule, row)) };
  }
  return sortedPage(look, rule, evidence, view, page);
}

async function sortedPage({ session }: Look, rule: Rule, evidence: Evidence, view: RowsView, page: { limit: number; offset: number }): Promise<{ total: number; rows: FailingRow[] }> {
  const where = whereSql(evidence, view.filters);
  const { total } = await session.one<{ total: number }>(`SELECT count(*) AS total FROM (${evidence.sql}) ${where.sql}`, where.values);
  const rows = await session.all<FoundRow>(
    `SELECT id, key, value, reason, file, line, state FROM (${evidence.sql}) ${where.sql} ${orderSql(evidence, view.sort)} LIMIT ${page.limit} OFFSET ${page.offset}`, where.values);
  return { total, rows: rows.map((row) => shown(rule, row)) };
}

/** The same where a rule has more failing rows than are worth keeping: only how many there are in each block of rows is kept. */
async function pageOfMany(look: Look, rule: Rule, quality: Scope['quality'], view: RowsView, page: { limit: number; offset: number }, total: number): Promise<{ total: number; rows: FailingRow[] }> {
  const { session, scope } = look;
  const failing = failingSql(rule, scope);
  if (rule.unit !== 'row' || view.sort.length > 0 || view.filters.length > 0) {
    return sortedPage(look, rule, evidenceOf(rule, quality, locatedSql(rule.table, failing, scope), orderOf(rule)), view, page);
  }
  const blocks = await look.table(`blocks ${rule.id}`, async (name) => {
    await session.run(`CREATE TEMP TABLE ${name} AS
      SELECT block, n, sum(n) OVER (ORDER BY block NULLS LAST) - n AS before FROM (SELECT row_id // ${BLOCK} AS block, count(*) AS n FROM ${rule.over} WHERE ${rule.fails(scope)} GROUP BY ALL)`);
  });
  const parts = await session.all<{ block: number | null; n: number; before: number }>(
    `SELECT block, n, CAST(before AS BIGINT) AS before FROM ${blocks.sql} WHERE before < ${page.offset + page.limit} AND before + n > ${page.offset} ORDER BY before`);
  const rows: FailingRow[] = [];
  for (const { block, before } of parts) {
    const within = block === null ? 'row_id IS NULL' : `row_id >= ${block * BLOCK} AND row_id < ${(block + 1) * BLOCK}`;
    const offset = Math.max(0, page.offset - before);
    const slice = `SELECT * FROM (${failing}) WHERE ${within} ORDER BY ${orderOf(rule)} LIMIT ${page.limit - rows.length} OFFSET ${offset}`;
    const evidence = evidenceOf(rule, quality, locatedSql(rule.table, slice, scope), orderOf(rule));
    rows.push(...(await session.all<FoundRow>(`SELECT id, key, value, reason, file, line, state FROM (${evidence.sql}) ORDER BY ${evidence.order}`)).map((row) => shown(rule, row)));
  }
  return { total, rows };
}

function shown(rule: Rule, { id, key, value, reason, file, line, state }: FoundRow): FailingRow {
  return { table: rule.table, key, column: rule.column, value, reason, file, line, ...(id === null ? {} : { id }), ...(state === null || state === undefined ? {} : { state }) };
}
