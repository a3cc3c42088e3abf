import { useEffect, useMemo, useState } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Input, Method, Output } from '../../shared/contract/methods.ts';
import { engineKey, queryClient, useCall, useEngine } from './engine.ts';
import { host } from './host.ts';

const key = engineKey('jobs.list', {});

/** The last news of each job. A list that was asked for before them may come in after them, and must not undo them. */
const heard = new Map<string, Job>();

/** The engine is another one: what was heard of the last one's jobs counts no more. */
export const forgetJobs = (): void => heard.clear();

const withNews = (jobs: readonly Job[]): readonly Job[] => {
  const listed = jobs.map((job) => {
    const news = heard.get(job.id);
    return news !== undefined && news.seconds >= job.seconds ? news : job;
  });
  return [...listed, ...[...heard.values()].filter(({ id }) => !jobs.some((job) => job.id === id))];
};

/** Puts a job's news among the jobs that the page knows. */
export function noteJob(job: Job): void {
  heard.set(job.id, job);
  if (queryClient.getQueryData(key) === undefined) {
    void queryClient.invalidateQueries({ queryKey: key });
    return;
  }
  queryClient.setQueryData<Job[]>(key, (jobs = []) => (jobs.some(({ id }) => id === job.id) ? jobs.map((known) => (known.id === job.id ? job : known)) : [...jobs, job]));
}

const none: readonly Job[] = [];

/** All jobs that the engine remembers, oldest first; they survive a reload of the page. */
export function useJobs(): readonly Job[] {
  const { data } = useEngine('jobs.list', {});
  return useMemo(() => (data === undefined ? none : withNews(data)), [data]);
}

export function useJob(id: string | null): Job | undefined {
  return useJobs().find((job) => job.id === id);
}

/** The newest job of these kinds, running or ended. */
export function useLatestJob(...kinds: readonly Job['kind'][]): Job | undefined {
  return useJobs().findLast((job) => kinds.includes(job.kind));
}

export function useRunningJobs(): readonly Job[] {
  return useJobs().filter((job) => job.status === 'running');
}

/** Seconds that a job has taken, counted on between two pieces of news. */
export function useElapsed(job: Job): number {
  const running = job.status === 'running';
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return running ? Math.max(job.seconds, (now - Date.parse(job.startedAt)) / 1000) : job.seconds;
}

/** Resolves with the job once it has ended, however it ended. */
export async function jobEnd(id: string): Promise<Job> {
  const ended = Promise.withResolvers<Job>();
  const hear = (job: Job) => {
    if (job.id === id && job.status !== 'running') ended.resolve(job);
  };
  const stop = host.on('job.changed', hear);
  try {
    hear(await host.call('jobs.get', { id }));
    return await ended.promise;
  } finally {
    stop();
  }
}

type JobMethod = { [M in Method]: Output<M> extends { jobId: string } ? M : never }[Method];

/** Starts long work; `job` is what was started last from here, with its news. */
export function useStartJob<M extends JobMethod>(method: M) {
  const call = useCall(method);
  const [id, setId] = useState<string | null>(null);
  const job = useJob(id);
  const start = async (input: Input<M>): Promise<string> => {
    const { jobId } = (await call.mutateAsync(input)) as { jobId: string };
    setId(jobId);
    return jobId;
  };
  return { start, job, starting: call.isPending, error: call.error, reset: () => { call.reset(); setId(null); } };
}
