import type { Calls, EngineContext } from '../../workspace/context.ts';
import { ruleById } from '../rules/index.ts';
import { ownRulesOf } from '../rules/own/index.ts';
import { exportFailing } from './export.ts';
import type { Looking } from './looking.ts';
import { failingPage } from './rows.ts';

/** The failing rows behind a rule's count: a page of them, or all of them as a file. */
export function evidenceCalls(engine: EngineContext, looking: Looking) {
  return {
    'quality.rows': ({ rule: id, sort, filters, limit, offset }, { signal }) =>
      looking.look((look) => failingPage(look, ruleById(id, look.scope), engine.parameters().values.quality, { sort, filters }, { limit, offset }), signal),
    'quality.rows.export': async ({ rule: id, sort, filters, format, neutralise }, { signal }) => {
      const workspace = engine.workspace();
      const rule = ruleById(id, { own: await workspace.read((session) => ownRulesOf(workspace, session, id), signal) });
      const { jobId } = engine.jobs.start('export', `Export the failing rows of ${id}`, (job) => exportFailing(engine, rule, { sort, filters }, { format, neutralise }, job));
      return { jobId };
    },
  } satisfies Calls;
}
