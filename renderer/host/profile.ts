import { useCallback, useEffect, useRef } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import type { TableInfo } from '../../shared/contract/common.ts';
import type { TableProfile } from '../../shared/contract/profile.ts';
import type { ReelbenchError } from '../../shared/domain/error.ts';
import { engineKey, queryClient, useCall, useEngine } from './engine.ts';
import { useJob } from './jobs.ts';

export interface Profiling {
  /** What is known by now; grows more exact while `job` runs. */
  readonly profile: TableProfile | undefined;
  readonly error: ReelbenchError | null;
  /** The work on exact figures, as long as there is any to show. */
  readonly job: Job | undefined;
  readonly retry: () => void;
  /** Begins the exact profile, also after a cancel. */
  readonly makeExact: () => void;
}

/** The profile of a table: first figures at once, and where they are of a sample, exact ones without being asked for. */
export function useProfile(table: Pick<TableInfo, 'schema' | 'name'> | undefined): Profiling {
  const [schema, name] = [table?.schema ?? 'main', table?.name ?? ''];
  const { data, error, refetch } = useEngine('tables.profile', { schema, table: name }, { enabled: table !== undefined });
  const { mutate, data: started, variables, error: failed } = useCall('tables.profileExact');
  const ours = variables?.schema === schema && variables.table === name;
  const job = useJob(ours ? (started?.jobId ?? null) : null);
  const asked = useRef<string | null>(null);

  const makeExact = useCallback(() => mutate({ schema, table: name }), [mutate, schema, name]);
  useEffect(() => {
    const key = `${schema}.${name}`;
    if (data?.exact === true) asked.current = null;
    if (data?.exact !== false || asked.current === key) return;
    asked.current = key;
    makeExact();
  }, [data?.exact, schema, name, makeExact]);

  const reached = job === undefined ? '' : `${job.status} ${job.phases.length} ${job.phases[0]?.done ?? 0}`;
  useEffect(() => {
    if (reached !== '') void queryClient.invalidateQueries({ queryKey: engineKey('tables.profile', { schema, table: name }) });
  }, [reached, schema, name]);

  return { profile: data, error: error ?? (ours ? failed : null), job, retry: () => void refetch(), makeExact };
}
