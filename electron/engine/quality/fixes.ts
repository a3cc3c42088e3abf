import { BY_HAND } from '../../../shared/contract/index.ts';
import { identifier, literal } from '../workspace/sql.ts';
import { buildDecided, DECIDED, keyedRows, sameRow } from './decisions/decided.ts';
import { failingSql, locatedSql } from './evidence.ts';
import type { Relations } from './relations/index.ts';
import type { Scope } from './relations/scope.ts';
import type { Rule } from './rules/rule.ts';

const rowColumns = 'table_name VARCHAR NOT NULL, row_id BIGINT, text_row_id BIGINT';

/**
 * Writes what the fixes of the rules `active` and the decisions made by hand do, for transform to apply:
 *
 * - `quarantine`: rows to leave out, one entry a row and rule, with the evidence; rows set aside by hand with the rule
 *   `by hand` and the reason that was given. Rows put back by hand are not among them, whatever rule they fail.
 *   Also originals of values that a fix sets, where it keeps them: the row stays, as `fixes` has an entry of that rule for it;
 * - `fixes`: rows to drop (all copies but one), and columns to set. Where two rules set one column, the later entry
 *   includes what the earlier one does.
 *
 * Quarantine comes first and wins: no other fix touches a quarantined row, and duplicates are judged among the rows that
 * are left, so that of several copies exactly one stays.
 * Answers how many rows are left out.
 */
export async function writeFixes(relations: Relations, active: readonly Rule[], tables: { quarantine: string; fixes: string }): Promise<number> {
  const { session, scope } = relations;
  await session.run(`
    ${create(tables.quarantine)} (${rowColumns}, rule VARCHAR NOT NULL, key JSON NOT NULL, column_name VARCHAR, value VARCHAR, reason VARCHAR NOT NULL, file VARCHAR, line BIGINT);
    ${create(tables.fixes)} (${rowColumns}, column_name VARCHAR, action VARCHAR NOT NULL, before VARCHAR, after VARCHAR, rule VARCHAR NOT NULL);
    CREATE OR REPLACE TEMP TABLE removed_rows (${rowColumns})`);
  const decided = await buildDecided(session, scope);

  for (const rule of active) {
    if (rule.fix?.action.kind !== 'quarantine') continue;
    await relations.need(rule.over);
    await session.run(`INSERT INTO ${tables.quarantine} ${evidence(rule, scope, decided)} ORDER BY row_id NULLS LAST, text_row_id`);
  }
  for (const table of decided) {
    const rows = `SELECT row_id, text_row_id, reason FROM ${DECIDED} WHERE table_name = ${literal(table)} AND kind = 'quarantine'`;
    await session.run(`INSERT INTO ${tables.quarantine}
      SELECT ${literal(table)}, s.row_id, s.text_row_id, ${literal(BY_HAND)}, k.key, NULL, NULL, s.reason, s.file, s.line
      FROM (${locatedSql(table, rows, scope)}) s JOIN (${keyedRows(table, scope)}) k ON ${sameRow('s', 'k')} ORDER BY s.row_id NULLS LAST, s.text_row_id`);
  }
  await session.run(`INSERT INTO removed_rows SELECT DISTINCT table_name, row_id, text_row_id FROM ${tables.quarantine}`);

  for (const rule of active) {
    const action = rule.fix?.action;
    if (action?.kind !== 'drop') continue;
    await relations.need(action.from);
    const by = action.by.map(identifier).join(', ');
    await session.run(`INSERT INTO ${tables.fixes}
      SELECT ${literal(rule.table)}, row_id, text_row_id, NULL, 'drop', NULL, NULL, ${literal(rule.id)} FROM (
        SELECT row_id, text_row_id, row_number() OVER (PARTITION BY ${by} ORDER BY ${action.order}) AS place
        FROM ${left(rule.table, action.from)} WHERE ${action.by.map((c) => `${identifier(c)} IS NOT NULL`).join(' AND ')}) WHERE place > 1 ORDER BY row_id NULLS LAST, text_row_id`);
    await session.run(`INSERT INTO removed_rows SELECT table_name, row_id, text_row_id FROM ${tables.fixes} WHERE rule = ${literal(rule.id)}`);
  }

  for (const rule of active) {
    const action = rule.fix?.action;
    if (action?.kind !== 'set') continue;
    await relations.need(rule.over);
    const before = `CAST(${identifier(action.column)} AS VARCHAR)`;
    const after = `CAST(${action.to(scope)} AS VARCHAR)`;
    await session.run(`INSERT INTO ${tables.fixes}
      SELECT ${literal(rule.table)}, row_id, text_row_id, ${literal(action.column)}, 'set', ${before}, ${after}, ${literal(rule.id)}
      FROM ${action.keepOriginal && decided.has(rule.table) ? `(${notPutBack(rule.table, `FROM ${left(rule.table, rule.over)}`)})` : left(rule.table, rule.over)} WHERE (${rule.fails(scope)}) AND ${before} IS DISTINCT FROM ${after} ORDER BY row_id NULLS LAST, text_row_id`);
    if (action.keepOriginal) {
      await session.run(`INSERT INTO ${tables.quarantine} FROM (${evidence(rule, scope, decided)}) s WHERE EXISTS (FROM ${tables.fixes} q WHERE q.rule = ${literal(rule.id)} AND ${sameRow('q', 's')}) ORDER BY row_id NULLS LAST, text_row_id`);
    }
  }
  const { removed } = await session.one<{ removed: number }>('SELECT count(*) AS removed FROM removed_rows');
  return removed;
}

/** DuckDB takes names in its catalogue `temp` for temporary tables alone. */
function create(table: string): string {
  return `CREATE OR REPLACE ${table.startsWith('temp.') ? 'TEMP ' : ''}TABLE ${table}`;
}

/** The failing rows of a rule as entries of `quarantine`. */
function evidence(rule: Rule, scope: Scope, decided: ReadonlySet<string>): string {
  const failing = failingSql(rule, scope);
  return `SELECT ${literal(rule.table)} AS table_name, row_id, text_row_id, ${literal(rule.id)} AS rule, to_json(key) AS key, ${literal(rule.column)} AS column_name, value, reason, file, line
    FROM (${locatedSql(rule.table, decided.has(rule.table) ? notPutBack(rule.table, failing) : failing, scope)})`;
}

/** The ids of the films that no fix took away, as a query; good once the fixes are written. */
export async function leftFilms(relations: Relations): Promise<string> {
  await relations.need('movie_rows');
  return `SELECT movie_id FROM ${left('movies', 'movie_rows')} WHERE movie_id IS NOT NULL`;
}

/** The rows of a relation that no fix took away yet. */
function left(table: string, relation: string): string {
  return `(SELECT * FROM ${relation} s WHERE NOT EXISTS (FROM removed_rows q WHERE q.table_name = ${literal(table)} AND ${sameRow('q', 's')}))`;
}

/** Failing rows without those that a hand put back. */
function notPutBack(table: string, rows: string): string {
  return `SELECT * FROM (${rows}) s WHERE NOT EXISTS (FROM ${DECIDED} d WHERE d.table_name = ${literal(table)} AND d.kind = 'restore' AND ${sameRow('d', 's')})`;
}
