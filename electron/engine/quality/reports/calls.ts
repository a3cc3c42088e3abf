import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ExportResult, type QualityReport, ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../../workspace/context.ts';
import { exportFile } from '../../workspace/export-file.ts';
import { RecentWorkspaces } from '../../workspace/recent.ts';
import { Relations } from '../relations/index.ts';
import { readScope } from '../relations/scope.ts';
import { rulesOf } from '../rules/index.ts';
import { ownRulesOf } from '../rules/own/index.ts';
import { csvReport } from './csv.ts';
import { collect, type QualityDocument } from './document.ts';
import { htmlReport } from './html.ts';

const writers: Readonly<Record<'json' | 'csv' | 'html', (document: QualityDocument) => string>> = {
  json: (document) => `${JSON.stringify(document, null, 2)}\n`,
  csv: csvReport,
  html: htmlReport,
};

/** The report as a file that leaves the workspace. `lastReport` answers that of the data as they stand, or null. */
export function reportCalls(engine: EngineContext, lastReport: (signal: AbortSignal) => Promise<QualityReport | null>) {
  return {
    'quality.export': ({ format, rules: only, rows }) => {
      const workspace = engine.workspace();
      const { quality } = engine.parameters().values;
      const { jobId } = engine.jobs.start('export', 'Export the quality report', async (job): Promise<ExportResult> => {
        const report = await lastReport(job.signal);
        if (report === null) throw new ReelbenchError('not-ready', 'The data as they stand have not been checked.', { hint: 'Check them first.' });
        const unknown = only.filter((id) => !report.rules.some((rule) => rule.id === id));
        if (unknown.length > 0) throw new ReelbenchError('invalid-arguments', `There is no rule ${unknown.join(', ')}.`);
        const name = (await new RecentWorkspaces(engine.home).findByPath(workspace.directory))?.name ?? path.basename(workspace.directory);
        return exportFile(engine, job, { name: 'quality', format }, async (session, file) => {
          await session.run('BEGIN TRANSACTION');
          const relations = new Relations(session, await readScope(session, quality, engine.clock(), null, await ownRulesOf(workspace, session)));
          const document = await collect(relations, rulesOf(relations.scope), report, {
            program: engine.version, workspace: name, now: engine.clock(), rows: format === 'csv' ? 0 : rows, only,
            progress: (part, done, total) => job.progress(done, total, part, 'rules'),
          });
          await session.run('ROLLBACK');
          await writeFile(file, writers[format](document));
          return document.rules.length;
        });
      });
      return { jobId };
    },
  } satisfies Calls;
}
