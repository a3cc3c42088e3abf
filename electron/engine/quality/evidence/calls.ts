import type { Calls, EngineContext } from '../../workspace/context.ts';
import { ruleById } from '../rules/index.ts';
import { exportFailing } from './export.ts';
import type { Looking } from './looking.ts';
import { failingPage } from './rows.ts';

/** The failing rows behind a rule's count: a page of them, or all of them as a file. */
export function evidenceCalls(engine: EngineContext, looking: Looking) {
  return {
    'quality.rows': ({ rule: id, sort, filters, limit, offset }, { signal }) => {
      const rule = ruleById(id);
      return looking.look((look) => failingPage(look, rule, engine.parameters().values.quality, { sort, filters }, { limit, offset }), signal);
    },
    'quality.rows.export': ({ rule: id, sort, filters, format, neutralise }) => {
      const rule = ruleById(id);
      engine.workspace();
      const { jobId } = engine.jobs.start('export', `Export the failing rows of ${id}`, (job) => exportFailing(engine, rule, { sort, filters }, { format, neutralise }, job));
      return { jobId };
    },
  } satisfies Calls;
}
