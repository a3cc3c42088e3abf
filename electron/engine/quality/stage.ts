import type { QualityReport } from '../../../shared/contract/index.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import { readContents } from '../workspace/contents.ts';
import { decisionsPrint } from '../workspace/journal.ts';
import { literal } from '../workspace/sql.ts';
import { blocking } from './evaluate.ts';
import { writeMerges } from './duplicates/merges.ts';
import { leftFilms, writeFixes } from './fixes.ts';
import { recordCheck, sketchContents } from './history/points.ts';
import { referenceShares } from './history/reference.ts';
import { readRatingShares } from './relations/ratings.ts';
import { Relations } from './relations/index.ts';
import { fingerprint, makeReport, storeReport } from './report.ts';
import { rulesOf } from './rules/index.ts';
import { ownRules } from './rules/own/index.ts';
import { hasTable, readScope } from './relations/scope.ts';

/**
 * Checks the imported rows and decides whether the run may go on: an error rule over its threshold whose fix is not
 * enabled blocks it. Else writes the report, and what the enabled fixes do.
 */
export const validateStage: Stage = {
  name: 'validate',
  title: 'Check the quality of the data',
  reads: ['raw.*', 'raw.decisions', 'raw.reference'],
  writes: ['data_quality_reports', 'data_quality_findings', 'quarantine', 'fixes', 'merges'],
  parameters: ['quality', 'rules'],
  measured: ['run_id', 'made_at', 'seconds'],
  version: 6,
  async run(context) {
    const { session, clock, parameters, workspace } = context;
    const scope = await readScope(session, parameters.quality, clock(), await referenceShares(session), await ownRules(session, context.ownRules));
    const relations = new Relations(session, scope);
    try {
      const report = await makeReport(relations, clock, (part, done, total) => {
        context.phase(part, { unit: 'rules' });
        context.progress(done, total);
      });
      const print = await fingerprint(session, parameters.quality, context.ownRules);
      const decisions = await decisionsPrint(session);
      await storeReport(workspace, print, decisions, report);
      context.phase('Distributions');
      const contents = await readContents(session);
      // A blocked run discards its tables, but not what this transaction adds to the history.
      await recordCheck(session, { id: context.runId, source: 'run', fingerprint: print, report }, contents, await sketchContents(session, contents));
      const rowsIn = report.tables.reduce((sum, { rows }) => sum + rows, 0);
      const blockers = blocking(report.rules);
      for (const { id, failed, threshold, title } of report.rules.filter(({ status }) => status === 'warn' || status === 'fail')) {
        context.log('warn', `${id}: ${title}: ${failed}${threshold > 0 ? ` (allowed: ${threshold})` : ''}`);
      }
      if (blockers.length > 0) {
        return { rowsIn, rowsOut: 0, blockers: blockers.map(({ id, failed, title, unit, checked, note }) => ({ rule: id, failed, message: checked === 0 && note !== undefined ? `${title}: ${note}` : unit === 'table' ? title : `${title}: ${failed} of ${checked}` })) };
      }
      context.phase('Apply fixes');
      await writeReport(context, { print, decisions, report }, hasTable(scope, 'ratings') ? await readRatingShares(session) : []);
      const fixing = new Set(report.rules.filter(({ fixEnabled, failed }) => fixEnabled && failed > 0).map(({ id }) => id));
      const removed = await writeFixes(relations, rulesOf(scope).filter(({ id }) => fixing.has(id)), { quarantine: context.write('quarantine'), fixes: context.write('fixes') });
      await writeMerges(session, context.write('merges'), hasTable(scope, 'movies') ? await leftFilms(relations) : undefined);
      return { rowsIn, rowsOut: rowsIn - removed };
    } finally {
      await relations.clear();
    }
  },
};

async function writeReport(context: StageContext, { print, decisions, report }: { print: string; decisions: string | null; report: QualityReport }, shares: readonly { rating: number; share: number }[]): Promise<void> {
  const { session, runId } = context;
  const { madeAt, seconds, ...found } = report;
  await session.run(`CREATE OR REPLACE TABLE ${context.write('data_quality_reports')} AS SELECT
    ${literal(runId)} AS run_id, CAST(${literal(madeAt.replace('Z', ''))} AS TIMESTAMP) AS made_at, ${seconds}::DOUBLE AS seconds, ${report.blocked} AS blocked,
    ${literal(JSON.stringify(report.scores))}::JSON AS scores, ${literal(JSON.stringify(report.tables))}::JSON AS tables, ${literal(JSON.stringify(shares))}::JSON AS distribution,
    ${literal(print)} AS fingerprint, ${literal(decisions)}::VARCHAR AS decisions, ${literal(JSON.stringify(found))}::JSON AS report`);
  const rows = report.rules.map((r) => `(${[runId, r.id, r.table, r.column, r.dimension, r.severity, r.unit, r.title, r.checked, r.failed, r.threshold, r.figure, r.status, r.fix ?? null, r.fixEnabled, r.note ?? null].map(literal).join(', ')})`);
  await session.run(`CREATE OR REPLACE TABLE ${context.write('data_quality_findings')} AS
    SELECT run_id, rule, "table", "column"::VARCHAR AS "column", dimension, severity, unit, title, checked::BIGINT AS checked, failed::BIGINT AS failed, threshold::DOUBLE AS threshold, figure::DOUBLE AS figure, status, fix::VARCHAR AS fix, fix_enabled, note::VARCHAR AS note
    FROM (VALUES ${rows.join(', ')}) t(run_id, rule, "table", "column", dimension, severity, unit, title, checked, failed, threshold, figure, status, fix, fix_enabled, note)`);
}
