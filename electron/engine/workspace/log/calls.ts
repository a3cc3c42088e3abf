import { open } from 'node:fs/promises';
import type { Calls, EngineContext } from '../context.ts';
import { exportFile } from '../export-file.ts';
import { allLines, readLog } from './reader.ts';

/** The log of the open workspace: its lines by page, live, and as a file. */
export function logCalls(engine: EngineContext) {
  return {
    'log.read': async (request, { signal }) => ({ ...(await readLog(engine.workspace().directory, request, signal)), failing: engine.log.failing ?? null }),
    'log.export': (filter) => {
      const { directory } = engine.workspace();
      const { jobId } = engine.jobs.start('export', 'Export the log', (job) =>
        exportFile(engine, job, { name: 'log', format: 'ndjson' }, async (_session, file) => {
          const handle = await open(file, 'wx');
          let lines = 0;
          try {
            for await (const batch of allLines(directory, filter, job.signal)) {
              if (batch.length > 0) await handle.write(`${batch.join('\n')}\n`);
              lines += batch.length;
              job.progress(lines, undefined, undefined, 'lines');
            }
          } finally {
            await handle.close();
          }
          return lines;
        }));
      return { jobId };
    },
  } satisfies Calls;
}
