import { type Cell, type EvidenceFilter, type FailingRow, ReelbenchError, type Sort } from '../../../../shared/contract/index.ts';
import { identifier, literal } from '../../workspace/sql.ts';
import { DECIDED, sameRow } from '../decisions/decided.ts';
import { failingSql, locatedSql } from '../evidence.ts';
import type { Scope } from '../relations/scope.ts';
import { fixEnabled, obstacle, type Rule } from '../rules/rule.ts';
import { DECIDED_NAME, type Look } from './looking.ts';

/** Failing units of a rule up to this many are kept in a table of their own; of more, each page is looked up anew. */
const KEPT_ROWS = 1_000_000;
/** Of more, so many are kept by name in the order that somebody asked for. */
const SORTED_ROWS = 100_000;
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

/**
 * A page of a rule's failing rows or groups, sorted and filtered, and how many pass the filter. Table rules have none.
 * Up to `keptRows` of them are kept in a table.
 */
export async function failingPage(look: Look, rule: Rule, quality: Scope['quality'], view: RowsView, page: Page, keptRows = KEPT_ROWS): Promise<FoundPage> {
  const { session, scope, relations } = look;
  if (rule.unit === 'table' || obstacle(rule, scope) !== undefined) return { total: 0, rows: [] };
  await relations.need(rule.over);
  const failing = failingSql(rule, scope);
  const count = await look.table(`count ${rule.id}`, async (name) => {
    await session.run(`CREATE TEMP TABLE ${name} AS SELECT count(*) AS n FROM ${rule.over} WHERE ${rule.fails(scope)}`);
  });
  const { n } = await session.one<{ n: number }>(`SELECT n FROM ${count.sql}`);
  if (n > keptRows) return pageOfMany(look, rule, quality, view, page, n);
  const kept = await look.table(`rows ${rule.id}`, async (name) => {
    await session.run(`CREATE TEMP TABLE ${name} AS SELECT *, row_number() OVER (ORDER BY ${orderOf(rule)}) AS place FROM (${locatedSql(rule.table, failing, scope)}) ORDER BY place`);
  });
  const { from, to } = { from: page.offset, to: page.offset + page.limit };
  if (view.sort.length === 0 && view.filters.length === 0) {
    return { total: kept.rows, rows: await read(look, rule, evidenceOf(rule, quality, `SELECT * FROM ${kept.sql} WHERE place > ${from} AND place <= ${to}`, 'place')) };
  }
  // Sorted once, as places alone; a page is then a look at a few rows.
  const evidence = evidenceOf(rule, quality, `SELECT * FROM ${kept.sql}`, 'place');
  const sorted = await look.table(viewName(rule, view), async (name) => {
    const where = whereSql(evidence, view.filters);
    await session.run(`CREATE TEMP TABLE ${name} (nth BIGINT, place BIGINT)`);
    await session.run(`INSERT INTO ${name} SELECT row_number() OVER (${orderSql(evidence, view.sort)}), place FROM (${usesState(view) ? evidence.sql : `SELECT * FROM ${kept.sql}`}) ${where.sql}`, where.values);
  });
  const some = `SELECT k.*, o.nth FROM ${kept.sql} k JOIN (SELECT * FROM ${sorted.sql} WHERE nth > ${from} AND nth <= ${to}) o ON o.place = k.place`;
  return { total: sorted.rows, rows: await read(look, rule, evidenceOf(rule, quality, some, 'nth')) };
}

interface Page {
  readonly limit: number;
  readonly offset: number;
}
interface FoundPage {
  readonly total: number;
  readonly rows: FailingRow[];
}

const usesState = ({ sort, filters }: RowsView): boolean => [...sort, ...filters].some(({ column }) => column === 'state');
const viewName = (rule: Rule, view: RowsView): string => `${usesState(view) ? DECIDED_NAME : ''}view ${rule.id} ${JSON.stringify(view)}`;

async function read({ session }: Look, rule: Rule, evidence: Evidence): Promise<FailingRow[]> {
  return (await session.all<FoundRow>(`SELECT id, key, value, reason, file, line, state FROM (${evidence.sql}) ORDER BY ${evidence.order}`)).map((row) => shown(rule, row));
}

/** Sorted and filtered where rows are too many to keep: the first of them in their order are kept by name, the rest is walked. */
async function sortedOfMany(look: Look, rule: Rule, quality: Scope['quality'], view: RowsView, page: Page): Promise<FoundPage> {
  const { session, scope } = look;
  const failing = failingSql(rule, scope);
  const evidence = evidenceOf(rule, quality, locatedSql(rule.table, failing, scope), orderOf(rule));
  const where = whereSql(evidence, view.filters);
  // Files and lines are looked up for all rows only where they decide.
  const source = [...view.sort, ...view.filters].some(({ column }) => column === 'file' || column === 'line') ? evidence.sql : evidenceOf(rule, quality, failing, orderOf(rule)).sql;
  const counted = await look.table(`${viewName(rule, view)} count`, async (name) => {
    await session.run(`CREATE TEMP TABLE ${name} (n BIGINT)`);
    await session.run(`INSERT INTO ${name} SELECT count(*) FROM (${source}) ${where.sql}`, where.values);
  });
  const { n: total } = await session.one<{ n: number }>(`SELECT n FROM ${counted.sql}`);
  if (rule.unit !== 'row' || page.offset + page.limit > SORTED_ROWS) {
    const rows = await session.all<FoundRow>(
      `SELECT id, key, value, reason, file, line, state FROM (${evidence.sql}) ${where.sql} ${orderSql(evidence, view.sort)} LIMIT ${page.limit} OFFSET ${page.offset}`, where.values);
    return { total, rows: rows.map((row) => shown(rule, row)) };
  }
  const sorted = await look.table(`${viewName(rule, view)} first`, async (name) => {
    await session.run(`CREATE TEMP TABLE ${name} (nth BIGINT, row_id BIGINT, text_row_id BIGINT)`);
    await session.run(`INSERT INTO ${name} SELECT row_number() OVER (), row_id, text_row_id FROM (SELECT * FROM (${source}) ${where.sql} ${orderSql(evidence, view.sort)} LIMIT ${SORTED_ROWS})`, where.values);
  });
  const chosen = await session.all<{ nth: number; row_id: number | null; text_row_id: number | null }>(`SELECT * FROM ${sorted.sql} WHERE nth > ${page.offset} AND nth <= ${page.offset + page.limit} ORDER BY nth`);
  if (chosen.length === 0) return { total, rows: [] };
  // Row numbers written out reach the zone maps.
  const named = (column: 'row_id' | 'text_row_id') => chosen.flatMap((row) => (row[column] === null ? [] : [row[column]]));
  const parts = (['row_id', 'text_row_id'] as const).flatMap((column) => (named(column).length === 0 ? [] : [`SELECT * FROM (${failing}) WHERE ${column} IN (${named(column).join(', ')})`]));
  const found = await read(look, rule, evidenceOf(rule, quality, locatedSql(rule.table, parts.join(' UNION ALL '), scope), orderOf(rule)));
  const byId = new Map(found.map((row) => [row.id, row]));
  return { total, rows: chosen.flatMap(({ row_id, text_row_id }) => byId.get(row_id === null ? `t${text_row_id}` : `r${row_id}`) ?? []) };
}

/** The same where a rule has more failing rows than are worth keeping: only how many there are in each block of rows is kept. */
async function pageOfMany(look: Look, rule: Rule, quality: Scope['quality'], view: RowsView, page: Page, total: number): Promise<FoundPage> {
  const { session, scope } = look;
  const failing = failingSql(rule, scope);
  if (rule.unit !== 'row' || view.sort.length > 0 || view.filters.length > 0) return sortedOfMany(look, rule, quality, view, page);
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
    rows.push(...(await read(look, rule, evidenceOf(rule, quality, locatedSql(rule.table, slice, scope), orderOf(rule)))));
  }
  return { total, rows };
}

function shown(rule: Rule, { id, key, value, reason, file, line, state }: FoundRow): FailingRow {
  return { table: rule.table, key, column: rule.column, value, reason, file, line, ...(id === null ? {} : { id }), ...(state === null || state === undefined ? {} : { state }) };
}
