import { z } from 'zod';
import { Dimension, dimensions, QualityReport, Reconciliation, RuleResult } from '../../../../shared/contract/index.ts';
import { qualityChanges } from '../../../../shared/domain/quality-changes.ts';
import { scoreParts } from '../../../../shared/domain/scores.ts';
import { readContents } from '../../workspace/contents.ts';
import type { Session } from '../../workspace/session.ts';
import { failingRows } from '../evidence.ts';
import { currentSketch } from '../history/drift.ts';
import { readHistory } from '../history/points.ts';
import { readReconciliation } from '../history/reconciliation.ts';
import type { ColumnSketch } from '../history/sketch.ts';
import { cumulated } from '../history/stability.ts';
import type { Relations } from '../relations/index.ts';
import type { Rule } from '../rules/rule.ts';

const Histogram = z.array(z.object({ low: z.number(), high: z.number(), share: z.number() })).meta({ description: 'Bins of equal width and the share of the present values in each; of texts, of their length in characters.' });

export const ReportColumn = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string().meta({ description: "DuckDB's name of the type." }),
  kind: z.enum(['numbers', 'times', 'texts']),
  rows: z.number(),
  sampled: z.number().meta({ description: 'Rows that the figures are of: all, or a sample of a large table.' }),
  missing: z.number().meta({ description: 'Share of the rows looked at that have no value, 0 to 1.' }),
  distinct: z.number().meta({ description: 'Distinct values among the rows looked at.' }),
  low: z.union([z.number(), z.string()]).nullable().meta({ description: 'The smallest value; times as ISO 8601 in UTC.' }),
  high: z.union([z.number(), z.string()]).nullable(),
  top: z.array(z.object({ value: z.string(), share: z.number() })).meta({ description: 'The commonest texts, at most five.' }),
  histogram: Histogram,
});
export type ReportColumn = z.infer<typeof ReportColumn>;

/** The quality report as a file. A change that a reader of version 1 would stumble over raises the version; keys may be added. */
export const QualityDocument = z.object({
  format: z.literal('reelbench-quality-report'),
  version: z.literal(1),
  program: z.string().meta({ description: 'Version of Reelbench that wrote the file.' }),
  writtenAt: z.string().meta({ description: 'ISO 8601, UTC.' }),
  workspace: z.string(),
  checkedAt: z.string(),
  seconds: z.number(),
  blocked: z.boolean().meta({ description: 'A run would stop: an error rule is over its threshold and its fix is off.' }),
  files: z.array(z.object({ path: z.string(), table: z.string(), rows: z.number(), unreadable: z.number(), rejected: z.number(), bytes: z.number(), importedAt: z.string() })),
  tables: QualityReport.shape.tables,
  scores: z.array(z.object({
    dimension: Dimension,
    score: z.number().nullable(),
    parts: z.array(z.object({ rule: z.string(), checked: z.number(), failed: z.number(), passed: z.number() })).meta({ description: 'The score is the mean of `passed` = 1 − failed / checked over these rules.' }),
  })),
  rules: z.array(RuleResult),
  columns: z.array(ReportColumn),
  reconciliation: Reconciliation.nullable(),
  history: z.object({
    checks: z.array(z.object({ id: z.string(), at: z.string(), source: z.enum(['run', 'check']), blocked: z.boolean(), failing: z.number(), scores: QualityReport.shape.scores })),
    changes: z.array(z.string()).meta({ description: 'What got worse or better since the check before the last one, in words.' }),
  }),
});
export type QualityDocument = z.infer<typeof QualityDocument>;

const BINS = 20;
const TOP = 5;
/** Checks that the trend shows. */
const TREND = 30;

export interface DocumentOptions {
  readonly program: string;
  readonly workspace: string;
  readonly now: Date;
  /** Failing rows of each rule. */
  readonly rows: number;
  /** Rules to report; all when empty. Scores are of all rules. */
  readonly only: readonly string[];
  readonly progress: (part: string, done: number, total: number) => void;
}

/** Collects the report: the rules' results with failing rows, scores, columns, reconciliation and trend. In one transaction. */
export async function collect(relations: Relations, rules: readonly Rule[], report: QualityReport, { program, workspace, now, rows, only, progress }: DocumentOptions): Promise<QualityDocument> {
  const { session } = relations;
  const shown = report.rules.filter(({ id }) => only.length === 0 || only.includes(id));
  const results: RuleResult[] = [];
  for (const [done, result] of shown.entries()) {
    progress('Failing rows', done, shown.length);
    const rule = rules.find(({ id }) => id === result.id);
    const wanted = rows > 0 && result.failed > 0 && result.unit !== 'table' && rule !== undefined;
    results.push(wanted ? { ...result, rows: (await failingRows(relations, rule, { limit: rows, offset: 0 })).rows } : result);
  }
  progress('Columns', 0, 1);
  const { points, rules: known } = await readHistory(session);
  const [before, last] = points.slice(-2);
  return {
    format: 'reelbench-quality-report', version: 1, program, workspace, writtenAt: now.toISOString(),
    checkedAt: report.madeAt, seconds: report.seconds, blocked: report.blocked,
    files: await session.all(`SELECT path, table_name AS "table", rows, unreadable, rejected, bytes, imported_at AS "importedAt" FROM raw.files ORDER BY file_id`),
    tables: report.tables,
    scores: dimensions.map((dimension) => ({ dimension, score: report.scores[dimension], parts: scoreParts(report.rules, dimension) })),
    rules: results,
    columns: await readColumns(session),
    reconciliation: await readReconciliation(session),
    history: {
      checks: points.slice(-TREND).map(({ id, at, source, blocked, scores, results: outcomes }) => ({
        id, at, source, blocked, scores, failing: outcomes.filter(({ status }) => status === 'fail' || status === 'warn').length,
      })),
      changes: before === undefined || last === undefined ? [] : qualityChanges(before, last, known).map(({ kind, words }) => (kind === 'worse' || kind === 'better' ? `${kind}: ${words}` : words)),
    },
  };
}

async function readColumns(session: Session): Promise<ReportColumn[]> {
  const columns: ReportColumn[] = [];
  for (const table of Object.keys(await readContents(session))) {
    const { sketch } = await currentSketch(session, 'raw', table);
    columns.push(...sketch.columns.map((column) => reportColumn(table, column, sketch)));
  }
  return columns;
}

function reportColumn(table: string, { name, type, kind, missing, distinct, min, max, knots, top }: ColumnSketch, { rows, sampled }: { rows: number; sampled: number }): ReportColumn {
  const end = (value: number | undefined) => (value === undefined ? null : kind === 'times' ? isoOf(value) : value);
  return {
    table, name, type, kind, rows, sampled, distinct, missing: sampled === 0 ? 0 : missing / sampled,
    low: kind === 'texts' ? min : end(knots.at[0]),
    high: kind === 'texts' ? max : end(knots.at.at(-1)),
    top: top.slice(0, TOP).map(([value, count]) => ({ value, share: sampled === 0 ? 0 : count / sampled })),
    histogram: histogram(knots),
  };
}

/** An ISO time in UTC, or the number as a text when no calendar has it. */
export function isoOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString().replace('.000Z', 'Z');
}

function histogram(knots: ColumnSketch['knots']): ReportColumn['histogram'] {
  const low = knots.at[0];
  const high = knots.at.at(-1);
  if (low === undefined || high === undefined) return [];
  if (low === high) return [{ low, high, share: 1 }];
  const bins = Math.min(BINS, Math.max(2, knots.at.length));
  const width = (high - low) / bins;
  return Array.from({ length: bins }, (_, i) => {
    const from = low + i * width;
    const to = i === bins - 1 ? high : from + width;
    return { low: from, high: to, share: (i === bins - 1 ? 1 : cumulated(knots, to, true)) - cumulated(knots, from, true) };
  });
}
