import type { WorkspaceEntry } from '../../shared/contract/methods.ts';
import { useEngine } from './engine.ts';

/** Whether a workspace is open; only then do questions about its contents have an answer. */
export function useOpenWorkspace(): 'unknown' | 'none' | 'open' {
  const { data, isPending } = useEngine('workspace.summary', {});
  return isPending ? 'unknown' : data === null ? 'none' : 'open';
}

/** What a workspace is called on the screen. */
export const workspaceTitle = ({ name, sample }: Pick<WorkspaceEntry, 'name' | 'sample'>): string => (sample ? 'Built-in sample' : name);
