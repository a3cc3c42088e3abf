import type { RejectedLine } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import { runImport } from './import.ts';
import { previewImport } from './preview.ts';

/** What the engine answers about sources. */
export function sourceCalls(engine: EngineContext) {
  return {
    'import.preview': (request, { signal }) => previewImport(engine, request, signal),

    'import.start': (request) => {
      engine.workspace();
      for (const reference of request.files) engine.files.path(reference);
      const [first] = request.files;
      const title = request.files.length === 1 && first ? `Import ${first.name}` : `Import ${request.files.length} files`;
      const { jobId } = engine.jobs.start('import', title, async (job) => {
        const result = await runImport(engine, request, job);
        engine.emit({ name: 'workspace.changed', data: { what: 'tables' } });
        return result;
      });
      return { jobId };
    },

    'import.rejects': ({ limit, offset }) =>
      engine.workspace().read(async (session) => {
        const { total } = await session.one<{ total: number }>('SELECT count(*) AS total FROM raw.rejects');
        const rows = await session.all<RejectedLine>(
          `SELECT f.path AS file, r.line, r.column_name AS column, r.reason, coalesce(r.text, '') AS text
           FROM raw.rejects r JOIN raw.files f USING (file_id) ORDER BY r.file_id, r.line LIMIT $1 OFFSET $2`, [limit, offset]);
        return { total, rows };
      }),
  } satisfies Calls;
}
