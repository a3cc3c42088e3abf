import { keepPreviousData, QueryClient, type QueryKey, useMutation, type UseMutationResult, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { EventData } from '../../shared/contract/events.ts';
import type { Input, Method, Output } from '../../shared/contract/methods.ts';
import { ReelbenchError } from '../../shared/domain/error.ts';
import { host } from './host.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ReelbenchError;
  }
}

/** What the engine answered stays true until it says otherwise: see `follow`. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Infinity, gcTime: 5 * 60_000, retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

export const engineKey = <M extends Method>(method: M, input: Input<M>): QueryKey => [method, input ?? {}];

/** Whatever was thrown, as the one error type. */
export const asReelbenchError = (thrown: unknown): ReelbenchError =>
  thrown instanceof ReelbenchError ? thrown : new ReelbenchError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });

export interface EngineOptions {
  /** False waits with the question. */
  readonly enabled?: boolean;
  /** Shows the last answer while the one to a changed question is on its way. */
  readonly keep?: boolean;
}

/** Asks the engine and keeps the answer fresh: it is asked again when the engine says that what it rests on changed. */
export function useEngine<M extends Method>(method: M, input: Input<M>, { enabled = true, keep = false }: EngineOptions = {}): UseQueryResult<Output<M>> {
  return useQuery<Output<M>>({
    queryKey: engineKey(method, input),
    queryFn: ({ signal }) => host.call(method, input, signal),
    enabled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** Asks the same of several at once; an answer that is not there yet, or that was refused, is nothing. `error` is that of the first that was refused. */
export function useEngineEach<M extends Method>(method: M, inputs: readonly Input<M>[]): { readonly answers: readonly (Output<M> | undefined)[]; readonly pending: boolean; readonly error: ReelbenchError | null; readonly retry: () => void } {
  const results = useQueries({ queries: inputs.map((input) => ({ queryKey: engineKey(method, input), queryFn: ({ signal }: { signal: AbortSignal }) => host.call(method, input, signal) })) });
  const refused = results.filter(({ isError }) => isError);
  return { answers: results.map(({ data }) => data), pending: results.some(({ isPending }) => isPending), error: refused[0]?.error == null ? null : asReelbenchError(refused[0].error), retry: () => refused.forEach(({ refetch }) => void refetch()) };
}

/** Asks again every so often while work goes on that changes the answer step by step. */
export function useAskAgain(method: Method, milliseconds: number, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined;
    const timer = setInterval(() => void queryClient.invalidateQueries({ queryKey: [method] }), milliseconds);
    return () => {
      clearInterval(timer);
      void queryClient.invalidateQueries({ queryKey: [method] });
    };
  }, [method, milliseconds, enabled]);
}

/** Tells the engine to do something, when asked to (`mutate(input)`). */
export function useCall<M extends Method>(method: M): UseMutationResult<Output<M>, ReelbenchError, Input<M>> {
  return useMutation<Output<M>, ReelbenchError, Input<M>>({
    mutationFn: (input) => host.call(method, input),
    onSuccess: () => {
      if (method.startsWith('workspaces.')) refresh('workspace');
    },
  });
}

type Change = EventData<'workspace.changed'>['what'];

/** Which answers rest on what. A change of the workspace touches all of them. */
const restsOn: Record<Exclude<Change, 'workspace'>, readonly string[]> = {
  tables: ['lineage.', 'workspace.summary', 'sources.', 'tables.', 'import.rejects', 'pipeline.', 'cache.', 'users.', 'movies.', 'films.', 'recommend.', 'precompute.', 'quality.', 'duplicates.', 'rules.', 'models.estimate'],
  quality: ['lineage.', 'workspace.summary', 'quality.', 'duplicates.', 'pipeline.', 'rules.list', 'rules.check'],
  runs: ['lineage.', 'workspace.summary', 'runs.', 'pipeline.', 'cache.', 'evaluation.', 'tune.'],
  params: ['lineage.', 'params.', 'alerts.', 'pipeline.', 'quality.', 'models.', 'recommend.'],
  models: ['lineage.', 'workspace.summary', 'models.', 'films.', 'recommend.', 'precompute.', 'pipeline.', 'cache.'],
  lists: ['precompute.'],
};

/** Asks again for what rests on the change. */
export function refresh(what: Change): void {
  if (what === 'workspace') {
    void queryClient.invalidateQueries();
    return;
  }
  const prefixes = restsOn[what];
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => prefixes.some((prefix) => String(queryKey[0]).startsWith(prefix)) });
}

/** Drops an answer whose subject is gone: asked for again, it is refused instead of being shown as it was. */
export function forgetAnswer<M extends Method>(method: M, input: Input<M>): void {
  queryClient.removeQueries({ queryKey: engineKey(method, input) });
}

/** Asks again for evaluations and searches: one was made, moved on or was removed. */
export function refreshEvaluations(): void {
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => /^(?:evaluation|tune)\./.test(String(queryKey[0])) });
}
