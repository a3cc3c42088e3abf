import type { Job } from '../../../shared/contract/index.ts';
import { useLatestJob, useStartJob } from '../../host/jobs.ts';

/** The check of all rules: its last job, and how to start one. */
export function useCheck() {
  const check = useStartJob('quality.run');
  const job: Job | undefined = useLatestJob('quality');
  const start = () => {
    check.start({}).catch(() => undefined);
  };
  return { job, running: job?.status === 'running', starting: check.starting, error: check.error?.toData() ?? (job?.status === 'failed' ? job.error : undefined), start };
}
