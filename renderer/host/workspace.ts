import { useEngine } from './engine.ts';

/** Whether a workspace is open; only then do questions about its contents have an answer. */
export function useOpenWorkspace(): 'unknown' | 'none' | 'open' {
  const { data, isPending } = useEngine('workspace.summary', {});
  return isPending ? 'unknown' : data === null ? 'none' : 'open';
}
