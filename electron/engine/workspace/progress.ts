import type { JobContext } from './jobs.ts';
import type { Session } from './session.ts';

/**
 * Runs one statement of `session` over `rows` rows and reports how far DuckDB says it is, as rows from `done` on.
 * Where DuckDB does not know, nothing is reported until the end.
 */
export async function withProgress<T>(session: Session, job: JobContext, { detail, rows, done = 0, total = rows }: { detail: string; rows: number; done?: number; total?: number }, statement: () => Promise<T>): Promise<T> {
  job.progress(done, total, detail);
  await session.run('SET enable_progress_bar = true; SET enable_progress_bar_print = false');
  const poll = setInterval(() => {
    const percent = session.progress();
    if (percent > 0) job.progress(done + Math.floor((rows * Math.min(percent, 100)) / 100), total);
  }, 200);
  try {
    const result = await statement();
    job.progress(done + rows, total);
    return result;
  } finally {
    clearInterval(poll);
  }
}
