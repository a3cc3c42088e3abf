import type { Calls, EngineContext } from '../workspace/context.ts';
import { exportView } from './export.ts';

/** What leaves the workspace. */
export function publishCalls(engine: EngineContext) {
  return {
    'tables.export': ({ format, neutralise, columns, ...view }) => {
      engine.workspace();
      const { jobId } = engine.jobs.start('export', `Export ${view.table}`, (job) => exportView(engine, view, { format, neutralise, columns }, job));
      return { jobId };
    },
  } satisfies Calls;
}
