import { type CoreType, readableSql } from '../workspace/core-values.ts';
import type { StageContext } from '../workspace/stage.ts';
import { identifier, literal } from '../workspace/sql.ts';

/** A column of a raw table as the core schema wants it. */
export interface CleanColumn {
  readonly name: string;
  readonly type: CoreType;
  /** Also gives `<name>_set`: whether a fix set it, for one that no source column holds. */
  readonly flag?: boolean;
}

/**
 * The rows of `raw.<kind>` that the quality stage lets through, as a query: quarantined and dropped rows left out, set
 * values applied, rows with unreadable cells united with the others and those cells NULL.
 *
 * Columns: those of `columns` in their order (NULL where the source has none), then `source_row`, which ascends in the
 * order of import. An original that a rule keeps in quarantine while it sets a value in the same row does not take the
 * row away.
 */
export async function cleanRows(context: StageContext, kind: string, columns: readonly CleanColumn[]): Promise<string> {
  const { session, read } = context;
  const raw = read(`raw.${kind}`);
  const texts = read(`raw.${kind}_text`);
  const hasTexts = (await context.has(`raw.${kind}_text`)) && (await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${texts}`)).n > 0;
  const { n: offset } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${raw}`);
  const typed = await part(context, kind, raw, 'row_id', columns, (_, cell) => cell, 0);
  if (!hasTexts) return typed;
  const text = await part(context, kind, texts, 'text_row_id', columns, ({ type }, cell) => readableSql(type, cell), offset);
  return `${typed} UNION ALL ${text}`;
}

async function part(context: StageContext, kind: string, table: string, rowId: 'row_id' | 'text_row_id', columns: readonly CleanColumn[], read: (column: CleanColumn, cell: string) => string, offset: number): Promise<string> {
  const { session } = context;
  const there = new Set((await session.table(`SELECT * FROM ${table} LIMIT 0`)).columns.map(({ name }) => name));
  const fixes = `(SELECT *, rowid AS position FROM ${context.read('fixes')} WHERE table_name = ${literal(kind)} AND ${rowId} IS NOT NULL)`;
  const quarantine = `(SELECT * FROM ${context.read('quarantine')} WHERE table_name = ${literal(kind)} AND ${rowId} IS NOT NULL)`;
  const removed = `
    SELECT q.${rowId} AS id FROM ${quarantine} q
    WHERE NOT EXISTS (FROM ${fixes} f WHERE f.action = 'set' AND f.${rowId} = q.${rowId} AND f.rule = q.rule)
    UNION
    SELECT ${rowId} FROM ${fixes} WHERE action = 'drop'
  `;
  const { n: removals } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM (${removed})`);
  const set = new Set((await session.all<{ name: string }>(`SELECT DISTINCT column_name AS name FROM ${fixes} WHERE action = 'set'`)).map(({ name }) => name));
  const fixed = columns.filter(({ name }) => set.has(name));

  const expressions = columns.map((column) => {
    const name = identifier(column.name);
    const original = there.has(column.name) ? `CAST(${read(column, `r.${name}`)} AS ${column.type})` : `CAST(NULL AS ${column.type})`;
    const value = fixed.includes(column) ? `CASE WHEN f.${identifier(`set ${column.name}`)} THEN TRY_CAST(f.${name} AS ${column.type}) ELSE ${original} END` : original;
    const flag = column.flag ? `, ${fixed.includes(column) ? `coalesce(f.${identifier(`set ${column.name}`)}, false)` : 'false'} AS ${identifier(`${column.name}_set`)}` : '';
    return `${value} AS ${name}${flag}`;
  });
  const join = fixed.length === 0 ? '' : `
    LEFT JOIN (
      SELECT ${rowId} AS id, ${fixed.map(({ name }) => `
        max({'position': position, 'value': "after"}) FILTER (column_name = ${literal(name)}).value AS ${identifier(name)},
        bool_or(column_name = ${literal(name)}) AS ${identifier(`set ${name}`)}`).join(',')}
      FROM ${fixes} WHERE action = 'set' GROUP BY ${rowId}
    ) f ON f.id = r.rowid`;
  const where = removals === 0 ? '' : ` WHERE r.rowid NOT IN (SELECT id FROM (${removed}))`;
  return `SELECT ${expressions.join(', ')}, r.rowid + ${offset} AS source_row FROM ${table} r${join}${where}`;
}
