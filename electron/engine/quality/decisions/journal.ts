import { BY_HAND, type Cell, type Decided, type Decision, ReelbenchError, type RowChoice } from '../../../../shared/contract/index.ts';
import type { EngineContext } from '../../workspace/context.ts';
import { recordDecision, recordRows, undoDecision } from '../../workspace/journal.ts';
import { parameterPath, valueAt } from '../../workspace/parameter-schema.ts';
import type { Session } from '../../workspace/session.ts';
import { literal } from '../../workspace/sql.ts';
import { failingSql } from '../evidence.ts';
import { Relations } from '../relations/index.ts';
import { hasTable, readScope, type Scope } from '../relations/scope.ts';
import { ruleById } from '../rules/index.ts';
import { ownRulesOf } from '../rules/own/index.ts';
import { buildDecided, DECIDED, sameRow } from './decided.ts';

/** A page of the journal, newest first. */
export async function listDecisions(session: Session, page: { limit: number; offset: number }): Promise<{ total: number; standing: number; pending: number; rows: Decision[] }> {
  // What was decided and taken back since then leaves the tables as they are.
  const counts = await session.one<{ total: number; standing: number; pending: number }>(`
    WITH built AS (SELECT coalesce(max(started_at), TIMESTAMP '1970-01-01') AS at FROM main.etl_runs JOIN main.etl_stages USING (run_id) WHERE status = 'succeeded' AND stage = 'validate' AND state IN ('ran', 'cached'))
    SELECT count(*) AS total, count(*) FILTER (undone_at IS NULL) AS standing,
      count(*) FILTER ((made_at >= built.at AND undone_at IS NULL) OR (made_at < built.at AND undone_at >= built.at)) AS pending FROM journal.decisions, built`);
  const rows = await session.all<Decision>(`
    SELECT id, made_at AS "madeAt", kind, title, reason, rule,
      (SELECT count(*) FROM journal.decision_rows r WHERE r.decision = id) + (SELECT count(*) FROM journal.decision_films f WHERE f.decision = id) AS names, undone_at AS "undoneAt"
    FROM journal.decisions ORDER BY id DESC LIMIT ${page.limit} OFFSET ${page.offset}`);
  return { ...counts, rows };
}

/**
 * Sets rows aside (`quarantine`) or puts rows back (`restore`): those named, or all that a rule finds. When the same is
 * decided about all of them already, nothing is recorded.
 */
export async function decideRows(engine: EngineContext, kind: 'quarantine' | 'restore', choice: RowChoice, reason: string | null, signal: AbortSignal): Promise<Decided> {
  engine.jobs.requireNoWriter();
  const { quality } = engine.parameters().values;
  const decided = await engine.workspace().write(async (session) => {
    const scope = await readScope(session, quality, engine.clock(), null, choice.rule === undefined ? [] : await ownRulesOf(engine.workspace(), session, choice.rule));
    const relations = new Relations(session, scope);
    await buildDecided(session, scope);
    const { table, rows } = await chosenRows(relations, choice);
    await session.run(`CREATE OR REPLACE TEMP TABLE quality_chosen AS SELECT DISTINCT row_id, text_row_id FROM (${rows})`);
    const { n, fresh } = await session.one<{ n: number; fresh: number }>(`SELECT count(*) AS n, count(*) FILTER (NOT EXISTS (FROM ${DECIDED} d
      WHERE d.table_name = ${literal(table)} AND d.kind = ${literal(kind)} AND ${sameRow('s', 'd')})) AS fresh FROM temp.quality_chosen s`);
    if (fresh === 0) return { decision: null, rows: 0 };
    const title = `${kind === 'quarantine' ? 'Set aside' : 'Put back'} ${n.toLocaleString('en')} ${n === 1 ? 'row' : 'rows'} of ${table}`;
    const decision = await recordDecision(session, engine.clock, { kind, title, reason, rule: choice.rule ?? null });
    const recorded = await recordRows(session, decision, table, hasTable(scope, `${table}_text`), 'SELECT row_id, text_row_id FROM temp.quality_chosen');
    if (recorded !== n) throw new ReelbenchError('internal', `${n - recorded} of ${n} rows of ${table} belong to no file that was imported.`);
    return { decision, rows: recorded };
  }, signal);
  changed(engine);
  return decided;
}

/** The rows of a choice as a query of row_id and text_row_id; `not-found` for a row that is not there. */
async function chosenRows(relations: Relations, { table, rows, rule: id }: RowChoice): Promise<{ table: string; rows: string }> {
  const { session, scope } = relations;
  if (rows !== undefined) {
    if (table === undefined) throw new ReelbenchError('invalid-arguments', 'Name the table of the rows.');
    requireTable(scope, table);
    const values = rows.map((name) => `(${name.startsWith('r') ? name.slice(1) : 'NULL'}::BIGINT, ${name.startsWith('t') ? name.slice(1) : 'NULL'}::BIGINT)`);
    await session.run(`CREATE OR REPLACE TEMP TABLE quality_named AS SELECT DISTINCT * FROM (VALUES ${values.join(', ')}) v(row_id, text_row_id)`);
    const text = hasTable(scope, `${table}_text`) ? `SELECT NULL, rowid FROM raw."${table}_text"` : 'SELECT NULL, NULL WHERE false';
    const missing = await session.first<{ name: string }>(`SELECT coalesce('r' || row_id, 't' || text_row_id) AS name FROM temp.quality_named n
      WHERE NOT EXISTS (FROM (SELECT rowid AS row_id, NULL::BIGINT AS text_row_id FROM raw."${table}" UNION ALL ${text}) s WHERE ${sameRow('n', 's')}) LIMIT 1`);
    if (missing) throw new ReelbenchError('not-found', `There is no row ${missing.name} in ${table}.`, { hint: 'The files may have been imported anew: look at the rows again.' });
    return { table, rows: 'SELECT row_id, text_row_id FROM temp.quality_named' };
  }
  if (id === undefined) throw new ReelbenchError('invalid-arguments', 'Name rows, or a rule.');
  if (id === BY_HAND) {
    if (table === undefined) throw new ReelbenchError('invalid-arguments', 'Name the table of the rows that were set aside by hand.');
    requireTable(scope, table);
    return { table, rows: `SELECT row_id, text_row_id FROM ${DECIDED} WHERE table_name = ${literal(table)} AND kind = 'quarantine'` };
  }
  const rule = ruleById(id, scope);
  if (rule.unit !== 'row') throw new ReelbenchError('invalid-arguments', `${id} finds ${rule.unit === 'table' ? 'a figure' : 'groups'}, not rows: there is nothing to set aside or put back.`);
  await relations.need(rule.over);
  return { table: rule.table, rows: `SELECT row_id, text_row_id FROM (${failingSql(rule, scope)})` };
}

function requireTable(scope: Scope, table: string): void {
  if (!hasTable(scope, table)) throw new ReelbenchError('not-found', `There is no imported table ${table}.`);
}

/** Switches a rule's fix on or off and records it with the value before. */
export async function decideFix(engine: EngineContext, id: string, enabled: boolean, signal: AbortSignal): Promise<Decided> {
  engine.jobs.requireNoWriter();
  const rule = ruleById(id, { own: await engine.workspace().read((session) => ownRulesOf(engine.workspace(), session, id), signal) });
  if (rule.fix === undefined) throw new ReelbenchError('invalid-arguments', `${id} has no automatic fix.`);
  const path = `quality.rules.${id}.fix`;
  const before = valueAt(engine.parameters().values, parameterPath(path));
  if (before === enabled) return { decision: null, rows: 0 };
  const decision = await engine.workspace().write(async (session) => {
    const made = await recordDecision(session, engine.clock, { kind: 'fix', title: `Fix of ${id} ${enabled ? 'on' : 'off'}`, reason: rule.fix?.text ?? null, rule: id });
    await session.run('INSERT INTO journal.decision_settings VALUES (?, ?, ?, ?)', [made, path, before === undefined ? null : JSON.stringify(before), JSON.stringify(enabled)]);
    // Last before the commit: a file that cannot be saved takes the entry back.
    await engine.parameters().set(path, enabled);
    return made;
  }, signal);
  changed(engine, true);
  return { decision, rows: 0 };
}

/**
 * Takes a decision back, whoever made it. A fix's parameter gets the value that it had before; when a later decision
 * about it stands, that one stays in force and remembers the older value instead.
 */
export async function undo(engine: EngineContext, id: number, signal: AbortSignal): Promise<Decided> {
  engine.jobs.requireNoWriter();
  let parameters = false;
  const rows = await engine.workspace().write(async (session) => {
    await undoDecision(session, engine.clock, id);
    const setting = await session.first<{ path: string; before: string | null }>('SELECT path, before FROM journal.decision_settings WHERE decision = ?', [id]);
    if (setting) {
      const later = await session.first<{ decision: number }>(
        'SELECT min(decision) AS decision FROM journal.decision_settings JOIN journal.decisions ON id = decision WHERE path = ? AND decision > ? AND undone_at IS NULL HAVING min(decision) IS NOT NULL', [setting.path, id]);
      if (later) await session.run('UPDATE journal.decision_settings SET before = ? WHERE decision = ?', [setting.before, later.decision]);
      else {
        parameters = true;
        const value: unknown = setting.before === null ? undefined : JSON.parse(setting.before);
        if (typeof value === 'boolean') await engine.parameters().set(setting.path, value satisfies Cell);
        else await engine.parameters().reset(setting.path);
      }
    }
    return (await session.one<{ n: number }>('SELECT (SELECT count(*) FROM journal.decision_rows WHERE decision = $1) + (SELECT count(*) FROM journal.decision_films WHERE decision = $1) AS n', [id])).n;
  }, signal);
  changed(engine, parameters);
  return { decision: id, rows };
}

function changed(engine: EngineContext, parameters = false): void {
  if (parameters) engine.emit({ name: 'workspace.changed', data: { what: 'params' } });
  engine.emit({ name: 'workspace.changed', data: { what: 'quality' } });
}
