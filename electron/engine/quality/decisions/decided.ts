import type { RuleResult } from '../../../../shared/contract/index.ts';
import { decidedRows } from '../../workspace/journal.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier, literal, qualified } from '../../workspace/sql.ts';
import { failingSql } from '../evidence.ts';
import type { Relations } from '../relations/index.ts';
import { hasTable, type Scope } from '../relations/scope.ts';
import { obstacle, type Rule } from '../rules/rule.ts';

/** The temporary table that `buildDecided` makes. */
export const DECIDED = 'temp.quality_decided';

/** In SQL, that rows `a` and `b` are the same row of one table. */
export const sameRow = (a: string, b: string): string => `${a}.row_id IS NOT DISTINCT FROM ${b}.row_id AND ${a}.text_row_id IS NOT DISTINCT FROM ${b}.text_row_id`;

/**
 * Makes `quality_decided`: what the journal says of each imported row, as table_name, row_id, text_row_id, kind
 * (`quarantine` or `restore`) and reason. Answers the tables that have such rows.
 */
export async function buildDecided(session: Session, scope: Scope): Promise<ReadonlySet<string>> {
  await session.run(`CREATE OR REPLACE TEMP TABLE quality_decided (table_name VARCHAR, row_id BIGINT, text_row_id BIGINT, kind VARCHAR, reason VARCHAR)`);
  const tables = await session.all<{ table: string }>('SELECT DISTINCT table_name AS "table" FROM journal.effective_rows ORDER BY 1');
  for (const { table } of tables) {
    if (!hasTable(scope, table)) continue;
    await session.run(`INSERT INTO ${DECIDED} SELECT ${literal(table)}, row_id, text_row_id, kind, reason FROM (${decidedRows(table, hasTable(scope, `${table}_text`))})`);
  }
  return new Set((await session.all<{ table: string }>(`SELECT DISTINCT table_name AS "table" FROM ${DECIDED}`)).map(({ table }) => table));
}

/**
 * How many of each rule's failing rows a hand set aside or put back, for the rules that have such rows. They count as
 * failing as imported, but block no run: somebody has decided about each.
 */
export async function withDecided(relations: Relations, rules: readonly Rule[], results: readonly RuleResult[]): Promise<RuleResult[]> {
  const { session, scope } = relations;
  const tables = await buildDecided(session, scope);
  const counted: RuleResult[] = [];
  for (const { byHand: _before, ...result } of results) {
    const rule = rules.find(({ id }) => id === result.id);
    if (rule === undefined || rule.unit !== 'row' || result.failed === 0 || !tables.has(rule.table) || obstacle(rule, scope) !== undefined) {
      counted.push(result);
      continue;
    }
    await relations.need(rule.over);
    const byHand = await session.one<{ setAside: number; putBack: number }>(`
      SELECT count(*) FILTER (d.kind = 'quarantine') AS "setAside", count(*) FILTER (d.kind = 'restore') AS "putBack"
      FROM (${failingSql(rule, scope)}) s JOIN (SELECT * FROM ${DECIDED} WHERE table_name = ${literal(rule.table)}) d ON ${sameRow('s', 'd')}`);
    counted.push(byHand.setAside + byHand.putBack > 0 ? { ...result, byHand } : result);
  }
  return counted;
}

/** Columns that name a row of a raw table where no rule does. */
const keyColumns: Readonly<Record<string, readonly string[]>> = { tags: ['user_id', 'movie_id', 'tag'], genome_tags: ['tag_id', 'tag'], users: ['user_id'] };

/** The rows of raw.<table> and raw.<table>_text as row_id, text_row_id and `key`, a struct of the columns that name a row. */
export function keyedRows(table: string, scope: Scope): string {
  const columns = [...(scope.columns.get(table) ?? [])];
  const named = (keyColumns[table] ?? columns.slice(0, 2)).filter((column) => columns.includes(column));
  const key = `{${(named.length > 0 ? named : columns.slice(0, 1)).map((column) => `${literal(column)}: ${identifier(column)}`).join(', ')}}`;
  const typed = `SELECT rowid AS row_id, NULL::BIGINT AS text_row_id, to_json(${key}) AS key FROM ${qualified('raw', table)}`;
  return hasTable(scope, `${table}_text`) ? `${typed} UNION ALL SELECT NULL, rowid, to_json(${key}) FROM ${qualified('raw', `${table}_text`)}` : typed;
}
