import { z } from 'zod';
import { HistoryPoint, HistoryRule, type QualityHistory, QualityReport, ReelbenchError } from '../../../../shared/contract/index.ts';
import { type Contents, rememberReference } from '../../workspace/contents.ts';
import type { Session } from '../../workspace/session.ts';
import { literal } from '../../workspace/sql.ts';
import { TableSketch, sketchTable } from './sketch.ts';

/** Checks that are kept. */
export const KEPT_CHECKS = 100;
/** Contents of each table whose distributions are kept: those that the newest checks saw. */
export const KEPT_CONTENTS = 20;

const StoredContents = z.record(z.string(), z.string());

/** A check that ended, and where it came from. */
export interface Check {
  readonly id: string;
  readonly source: 'run' | 'check';
  readonly fingerprint: string;
  readonly report: QualityReport;
}

/** The distributions of each imported table; those of a content that is known already are not made again. */
export async function sketchContents(session: Session, contents: Contents): Promise<Map<string, TableSketch>> {
  const known = new Set((await session.all<{ content: string }>('SELECT content FROM store.quality_sketches')).map(({ content }) => content));
  const made = new Map<string, TableSketch>();
  for (const [table, content] of Object.entries(contents)) if (!known.has(content)) made.set(table, await sketchTable(session, 'raw', table));
  return made;
}

/** Adds a check to the history, in the transaction of `session`, with what its ratings were compared with, and lets go of what is older than what is kept. */
export async function recordCheck(session: Session, { id, source, fingerprint, report }: Check, contents: Contents, sketches: ReadonlyMap<string, TableSketch>): Promise<void> {
  await session.run('INSERT INTO main.quality_history VALUES (?, ?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?)', [
    id, source, report.madeAt.replace('Z', ''), report.seconds, report.blocked, fingerprint, JSON.stringify(report.scores), JSON.stringify(report.tables), JSON.stringify(contents)]);
  const rows = report.rules.map((r, position) => `(${[id, position, r.id, r.table, r.column, r.dimension, r.severity, r.unit, r.title, r.checked, r.failed, r.figure, r.status].map(literal).join(', ')})`);
  if (rows.length > 0) await session.run(`INSERT INTO main.quality_history_rules VALUES ${rows.join(', ')}`);
  for (const [table, sketch] of sketches) {
    const content = contents[table];
    if (content !== undefined) await session.run('INSERT INTO store.quality_sketches VALUES (?, ?, ?)', [content, table, JSON.stringify(sketch)]);
  }
  await rememberReference(session);
  await letGo(session);
}

async function letGo(session: Session): Promise<void> {
  const kept = `SELECT check_id FROM main.quality_history ORDER BY made_at DESC, rowid DESC LIMIT ${KEPT_CHECKS}`;
  await session.run(`DELETE FROM main.quality_history_rules WHERE check_id NOT IN (${kept})`);
  await session.run(`DELETE FROM main.quality_history WHERE check_id NOT IN (${kept})`);
  const checks = await session.all<{ contents: string }>('SELECT contents FROM main.quality_history ORDER BY made_at DESC, rowid DESC');
  const seen = new Map<string, Set<string>>();
  for (const { contents } of checks) {
    for (const [table, content] of Object.entries(StoredContents.parse(JSON.parse(contents)))) {
      const of = seen.get(table) ?? new Set();
      if (of.size < KEPT_CONTENTS) seen.set(table, of.add(content));
    }
  }
  const named = [...seen.values()].flatMap((of) => [...of]).map(literal);
  await session.run(`DELETE FROM store.quality_sketches ${named.length === 0 ? '' : `WHERE content NOT IN (${named.join(', ')})`}`);
}

/** All checks that are kept, oldest first, with the outcome of every rule. */
export async function readHistory(session: Session): Promise<QualityHistory> {
  const checks = await session.all<{ id: string; at: string; source: string; runStatus: string | null; fingerprint: string; blocked: boolean; seconds: number; scores: string; tables: string }>(`
    SELECT h.check_id AS id, h.made_at AS at, h.source, r.status AS "runStatus", h.fingerprint, h.blocked, h.seconds, h.scores, h.tables
    FROM main.quality_history h LEFT JOIN main.etl_runs r ON r.run_id = h.check_id ORDER BY h.made_at, h.rowid`);
  const results = await session.all<{ id: string } & HistoryPoint['results'][number]>(
    'SELECT check_id AS id, rule, checked, failed, status, figure FROM main.quality_history_rules ORDER BY check_id, position');
  const rules = await session.all<HistoryRule>(`
    SELECT rule AS id, table_name AS "table", column_name AS "column", dimension, severity, unit, title FROM main.quality_history_rules
    WHERE check_id IN (SELECT check_id FROM main.quality_history)
    QUALIFY row_number() OVER (PARTITION BY rule ORDER BY rowid DESC) = 1 ORDER BY rowid`);
  const ofCheck = Map.groupBy(results, ({ id }) => id);
  return {
    kept: KEPT_CHECKS,
    rules: z.array(HistoryRule).parse(rules),
    points: checks.map(({ scores, tables, ...check }) => HistoryPoint.parse({
      ...check,
      scores: JSON.parse(scores),
      rows: QualityReport.shape.tables.parse(JSON.parse(tables)).reduce((sum, { rows }) => sum + rows, 0),
      results: (ofCheck.get(check.id) ?? []).map(({ id: _check, ...result }) => result),
    })),
  };
}

/** The distributions of a table as an earlier check saw them. `not-found` when they are not kept, or the table was not there. */
export async function readSketch(session: Session, check: string, table: string): Promise<{ sketch: TableSketch; content: string; at: string }> {
  const found = await session.first<{ at: string; contents: string }>('SELECT made_at AS at, contents FROM main.quality_history WHERE check_id = ?', [check]);
  if (found === undefined) throw new ReelbenchError('not-found', `There is no check ${check} in the history.`, { hint: `The last ${KEPT_CHECKS} are kept.` });
  const content = StoredContents.parse(JSON.parse(found.contents))[table];
  if (content === undefined) throw new ReelbenchError('not-found', `The table ${table} was not there at that check.`);
  const stored = await session.first<{ sketch: string }>('SELECT sketch FROM store.quality_sketches WHERE content = ? AND table_name = ?', [content, table]);
  if (stored === undefined) throw new ReelbenchError('not-found', 'The distributions of that check are no longer kept.', { hint: `Those of the last ${KEPT_CONTENTS} imports of a table are.` });
  return { sketch: TableSketch.parse(JSON.parse(stored.sketch)), content, at: found.at };
}
