import { type DecisionKind, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Clock } from './clock.ts';
import type { Session } from './session.ts';
import { literal, qualified } from './sql.ts';

/**
 * What people decided by hand. Rows are named by their file's content and their place in it, so that a decision holds
 * when the same file is imported again; films by their id. Nothing here changes an imported row: the pipeline applies
 * the decisions that are not undone, and of several on one row the latest.
 *
 * - `journal.decisions`      one row a decision;
 * - `journal.decision_rows`  the rows of a `quarantine` or `restore`; `position` counts from 0 the rows of the file in
 *                            raw.<table>, or, where `text` is true, in raw.<table>_text;
 * - `journal.decision_settings` the parameter that a `fix` set: its value before and after, NULL where it was not set;
 * - `journal.decision_films` the films of a `merge` (each with the film that it becomes) or `refuse` (`into_id` NULL),
 *                            one `cluster` number for those that belong together;
 * - `journal.effective_rows` the latest decision on each row that is not undone.
 */
export const journalSchema = `
  CREATE SCHEMA IF NOT EXISTS journal;
  CREATE TABLE IF NOT EXISTS journal.decisions (
    id INTEGER NOT NULL, made_at TIMESTAMP NOT NULL, kind VARCHAR NOT NULL, title VARCHAR NOT NULL, reason VARCHAR, rule VARCHAR, undone_at TIMESTAMP
  );
  CREATE TABLE IF NOT EXISTS journal.decision_rows (
    decision INTEGER NOT NULL, table_name VARCHAR NOT NULL, path VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, "text" BOOLEAN NOT NULL, position BIGINT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS journal.decision_settings (decision INTEGER NOT NULL, path VARCHAR NOT NULL, before JSON, after JSON);
  CREATE TABLE IF NOT EXISTS journal.decision_films (decision INTEGER NOT NULL, cluster INTEGER NOT NULL, movie_id BIGINT NOT NULL, into_id BIGINT, score DOUBLE);
  CREATE OR REPLACE VIEW journal.effective_rows AS
    SELECT table_name, path, sha256, "text", position, max(id) AS decision, arg_max(kind, id) AS kind, arg_max(reason, id) AS reason
    FROM journal.decision_rows JOIN journal.decisions ON id = decision WHERE undone_at IS NULL GROUP BY table_name, path, sha256, "text", position;
`;

export interface NewDecision {
  readonly kind: DecisionKind;
  /** What was decided, in words: `Quarantine 3 rows of ratings`. */
  readonly title: string;
  readonly reason: string | null;
  /** The rule that it is about, if any. */
  readonly rule: string | null;
}

/** Writes a decision and answers its id; its rows or films are the caller's to add in the same transaction. */
export async function recordDecision(session: Session, clock: Clock, { kind, title, reason, rule }: NewDecision): Promise<number> {
  const { id } = await session.one<{ id: number }>('SELECT coalesce(max(id), 0) + 1 AS id FROM journal.decisions');
  await session.run(`INSERT INTO journal.decisions VALUES (?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, NULL)`, [id, clock().toISOString().replace('Z', ''), kind, title, reason, rule]);
  return id;
}

/** Takes a decision back; what it said about each row is then what the decision before it says. @throws not-found */
export async function undoDecision(session: Session, clock: Clock, id: number): Promise<void> {
  const undone = await session.run('UPDATE journal.decisions SET undone_at = CAST(? AS TIMESTAMP) WHERE id = ? AND undone_at IS NULL', [clock().toISOString().replace('Z', ''), id]);
  if (undone === 0) throw new ReelbenchError('not-found', `There is no decision ${id} that could be undone.`, { hint: 'It may have been undone already.' });
}

/**
 * Marks the latest decision that gave a parameter this value as undone, or as in force again: for a setting that is
 * taken back, or made again, as a change of a parameter. Without such a decision nothing is marked.
 */
export async function undoneAgain(session: Session, clock: Clock, parameter: string, value: unknown, undone: boolean): Promise<void> {
  const path = parameter.replace(/^quality\.(?!rules\.)/, 'quality.rules.');
  await session.run(`UPDATE journal.decisions SET undone_at = CAST(? AS TIMESTAMP) WHERE id = (
    SELECT max(decision) FROM journal.decision_settings JOIN journal.decisions ON id = decision WHERE path = ? AND CAST(after AS VARCHAR) = ? AND (undone_at IS NULL) = ?)`,
  [undone ? clock().toISOString().replace('Z', '') : null, path, JSON.stringify(value), undone]);
}

/** Takes note of rows that a decision names: `rows` is a query of row_id and text_row_id of raw.<table>. Answers how many. */
export async function recordRows(session: Session, decision: number, table: string, hasText: boolean, rows: string): Promise<number> {
  const typed = await session.run(`INSERT INTO journal.decision_rows SELECT ${decision}, ${literal(table)}, f.path, f.sha256, false, r.row_id - f.first_row
    FROM (SELECT DISTINCT row_id FROM (${rows}) WHERE row_id IS NOT NULL) r ASOF JOIN (SELECT * FROM raw.files WHERE table_name = ${literal(table)} AND rows > 0) f ON r.row_id >= f.first_row
    WHERE r.row_id < f.first_row + f.rows`);
  if (!hasText) return typed;
  const text = await session.run(`INSERT INTO journal.decision_rows SELECT ${decision}, ${literal(table)}, f.path, f.sha256, true, t.position
    FROM (SELECT DISTINCT text_row_id FROM (${rows}) WHERE text_row_id IS NOT NULL) r
    JOIN (SELECT rowid AS row_id, file_id, rowid - min(rowid) OVER (PARTITION BY file_id) AS position FROM ${qualified('raw', `${table}_text`)}) t ON t.row_id = r.text_row_id
    JOIN raw.files f ON f.file_id = t.file_id AND f.table_name = ${literal(table)}`);
  return typed + text;
}

/** The rows of `raw.<table>` that the journal decides on as they are imported now, as a query: row_id, text_row_id, decision, kind, reason. */
export function decidedRows(table: string, hasText: boolean): string {
  const of = `FROM journal.effective_rows e WHERE e.table_name = ${literal(table)}`;
  const typed = `SELECT f.first_row + e.position AS row_id, NULL::BIGINT AS text_row_id, e.decision, e.kind, e.reason
    FROM (SELECT * ${of} AND NOT "text") e JOIN raw.files f ON f.table_name = e.table_name AND f.path = e.path AND f.sha256 = e.sha256 AND e.position < f.rows`;
  if (!hasText) return typed;
  return `${typed} UNION ALL SELECT NULL, t.row_id, e.decision, e.kind, e.reason
    FROM (SELECT * ${of} AND "text") e JOIN raw.files f ON f.table_name = e.table_name AND f.path = e.path AND f.sha256 = e.sha256
    JOIN (SELECT rowid AS row_id, file_id, rowid - min(rowid) OVER (PARTITION BY file_id) AS position FROM ${qualified('raw', `${table}_text`)}) t ON t.file_id = f.file_id AND t.position = e.position`;
}

/** A fingerprint of all that is decided and not undone; null when nothing is. */
export async function decisionsPrint(session: Session): Promise<string | null> {
  const { rows, films, sum } = await session.one<{ rows: number; films: number; sum: string | null }>(`
    WITH films AS (SELECT * FROM journal.decision_films JOIN journal.decisions ON id = decision WHERE undone_at IS NULL)
    SELECT (SELECT count(*) FROM journal.effective_rows) AS rows, (SELECT count(*) FROM films) AS films,
      CAST((SELECT coalesce(sum(hash(table_name, path, sha256, "text", position, kind, reason)), 0) FROM journal.effective_rows) + (SELECT coalesce(sum(hash(movie_id, into_id, kind, decision, cluster)), 0) FROM films) AS VARCHAR) AS sum`);
  return rows + films === 0 ? null : `${rows} rows, ${films} films, ${sum ?? 0}`;
}
