import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asReelbenchError } from '../host/engine.ts';
import { ErrorPanel } from './ErrorPanel.tsx';
import { Loading } from './Loading.tsx';

/** Shows an answer of the engine: grey lines while it is on its way, the error in plain words, else `children(answer)`. */
export function Answer<T>({ of, loading, children }: { readonly of: UseQueryResult<T>; readonly loading?: ReactNode; readonly children: (answer: T) => ReactNode }) {
  if (of.data !== undefined) return children(of.data);
  if (of.isError) return <ErrorPanel error={asReelbenchError(of.error).toData()} onRetry={() => void of.refetch()} />;
  return loading ?? <Loading />;
}
