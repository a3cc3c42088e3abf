import type { ImportResult, RejectedLine } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { changedChoices, sourceChanges } from './changes.ts';
import { runImport } from './import.ts';
import { previewImport } from './preview.ts';

/** What the engine answers about sources. */
export function sourceCalls(engine: EngineContext) {
  const importing = (title: string, work: (job: JobContext) => Promise<ImportResult>) => {
    const { jobId } = engine.jobs.start('import', title, async (job) => {
      const result = await work(job);
      engine.emit({ name: 'workspace.changed', data: { what: 'tables' } });
      return result;
    });
    return { jobId };
  };
  return {
    'import.preview': (request, { signal }) => previewImport(engine, request, signal),

    'import.start': (request) => {
      engine.workspace();
      const choice = { roots: request.files.map((reference) => engine.files.path(reference)), options: request.options, perFile: request.perFile };
      const [first] = request.files;
      const title = request.files.length === 1 && first ? `Import ${first.name}` : `Import ${request.files.length} files`;
      return importing(title, (job) => runImport(engine, [choice], request.options.append ?? false, job));
    },

    'sources.changes': async (_input, { signal }) => (await sourceChanges(engine, signal)).map(({ fileId: _id, ...change }) => change),

    'sources.importChanged': () => {
      engine.workspace();
      return importing('Import what changed on disk', async (job) => {
        job.phase('Look for what changed', { unit: 'files' });
        const { choices, changed } = await changedChoices(engine, job.signal);
        if (choices.length === 0) return { release: null, tables: [], files: [], resumed: 0, seconds: 0 };
        job.log('info', `Changed since they were imported: ${changed.join(', ')}.`);
        return runImport(engine, choices, false, job);
      });
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
