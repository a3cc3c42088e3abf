import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type OwnRule, QualityReport } from '../../../shared/contract/index.ts';
import { writeFileAtomically } from '../workspace/atomic-file.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import { literal, qualified } from '../workspace/sql.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { withDecided } from './decisions/decided.ts';
import { scores } from '../../../shared/domain/scores.ts';
import { blocking, evaluate, type EvaluationProgress, judged } from './evaluate.ts';
import type { Relations } from './relations/index.ts';
import { fixEnabled } from './rules/rule.ts';
import { rules, rulesOf } from './rules/index.ts';
import { hasTable } from './relations/scope.ts';

const builtIn = new Map(rules.map((rule) => [rule.id, rule]));

/** Checks everything and makes the report of the rows as imported. */
export async function makeReport(relations: Relations, now: () => Date, progress?: EvaluationProgress): Promise<QualityReport> {
  const began = now();
  const rules = rulesOf(relations.scope);
  const results = await withDecided(relations, rules, await evaluate(relations, rules, progress));
  const tables = await tableCounts(relations);
  return {
    version: 1, madeAt: began.toISOString(), rules: results, scores: scores(results), tables,
    seconds: (now().getTime() - began.getTime()) / 1000, blocked: blocking(results).length > 0,
  };
}

async function tableCounts({ session, scope }: Relations): Promise<QualityReport['tables']> {
  const names = [...scope.columns.keys()].filter((name) => !['files', 'lines', 'rejects'].includes(name) && !name.endsWith('_text'));
  const counts: QualityReport['tables'] = [];
  for (const name of names) {
    const unreadable = hasTable(scope, `${name}_text`) ? `(SELECT count(*) FROM ${qualified('raw', `${name}_text`)})` : '0';
    const row = await session.one<{ rows: number; rejected: number; unreadable: number }>(`
      SELECT (SELECT count(*) FROM ${qualified('raw', name)}) + ${unreadable} AS rows, ${unreadable} AS unreadable, (SELECT count(*) FROM raw.rejects WHERE table_name = ${literal(name)}) AS rejected`);
    counts.push({ name, ...row });
  }
  return counts;
}

/**
 * What a report's counts depend on: the imported files, the parameters of quality and the person's own rules. Fixes and
 * decisions change no count, nor do thresholds and severities of the built-in rules: those are applied when it is read.
 */
export async function fingerprint(session: Session, quality: ParameterValues['quality'], own: readonly OwnRule[]): Promise<string> {
  const files = await session.all('SELECT path, table_name, sha256, reading, first_row, rows, rejected, unreadable, first_imported_at FROM raw.files ORDER BY table_name, file_id');
  const counting = Object.entries(quality.rules).map(([id, { fix: _fix, threshold, severity, ...settings }]) => [id, builtIn.has(id) ? settings : { threshold, severity, ...settings }]).filter(([, settings]) => Object.keys(settings ?? {}).length > 0);
  return createHash('sha256').update(JSON.stringify({ files, quality: { ...quality, fixes: null, rules: counting }, own })).digest('hex');
}

/** The report under the fixes, thresholds and severities that are in force now. */
export function withSettings(report: QualityReport, quality: ParameterValues['quality']): QualityReport {
  const results = report.rules.map((result) => {
    const rule = builtIn.get(result.id);
    return { ...(rule === undefined ? result : judged(rule, result, quality)), fixEnabled: result.own && result.checked === 0 ? result.fixEnabled : fixEnabled(result, { quality }) };
  });
  return { ...report, rules: results, blocked: blocking(results).length > 0 };
}

const Stored = z.object({ fingerprint: z.string(), decisions: z.string().nullable().default(null), report: QualityReport });
const fileOf = (workspace: Workspace) => workspace.path('quality.json');

/** Keeps the report with the workspace. A file and no table, because the report of a blocked run must outlive its rollback. */
export async function storeReport(workspace: Workspace, print: string, decisions: string | null, report: QualityReport): Promise<void> {
  await writeFileAtomically(fileOf(workspace), JSON.stringify({ fingerprint: print, decisions, report } satisfies z.input<typeof Stored>));
}

/** The last report and what was decided when it was made, if it is of the data and parameters as they stand; else null. */
export async function readReport(workspace: Workspace, print: string): Promise<{ report: QualityReport; decisions: string | null } | null> {
  const text = await readFile(fileOf(workspace), 'utf8').catch(() => undefined);
  if (text === undefined) return null;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  const stored = Stored.safeParse(data);
  return stored.success && stored.data.fingerprint === print ? stored.data : null;
}

/**
 * The report of the live data_quality_reports, if it is of the data and parameters as they stand; else null. A run that
 * restores an earlier validation writes no file, and this is then the report.
 */
export async function builtReport(session: Session, print: string): Promise<{ report: QualityReport; decisions: string | null } | null> {
  if (!(await hasColumn(session, 'data_quality_reports', 'report'))) return null;
  const built = await session.first<{ made_at: string; seconds: number; decisions: string | null; report: string }>(
    'SELECT made_at, seconds, decisions, report FROM main.data_quality_reports WHERE fingerprint = ?', [print]);
  if (!built) return null;
  const report = QualityReport.safeParse({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(built.report)), madeAt: built.made_at, seconds: built.seconds });
  return report.success ? { report: report.data, decisions: built.decisions } : null;
}

async function hasColumn(session: Session, view: string, column: string): Promise<boolean> {
  return (await session.first(`SELECT 1 FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'main' AND table_name = ? AND column_name = ?`, [view, column])) !== undefined;
}
