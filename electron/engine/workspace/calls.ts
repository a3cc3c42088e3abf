import path from 'node:path';
import type { Calls } from './context.ts';
import type { OpenEngine } from './open-engine.ts';
import { RecentWorkspaces } from './recent.ts';
import { tableCalls } from './table-calls.ts';

/** Workspaces, tables and jobs. */
export function workspaceCalls(engine: OpenEngine) {
  const recent = new RecentWorkspaces(engine.home);
  const current = () => (engine.hasWorkspace() ? engine.workspace().directory : undefined);
  const entry = async (directory: string, about: { name?: string; sample?: boolean } = {}) => {
    const { path: _path, ...opened } = await recent.opened(directory, engine.clock(), about);
    listChanged(engine);
    return { ...opened, current: true, exists: true };
  };

  return {
    'workspaces.list': () => recent.list(current()),
    'workspaces.create': async ({ name }) => {
      const directory = await recent.folderFor(name);
      await engine.openWorkspace(directory);
      return entry(directory, { name });
    },
    'workspaces.open': async ({ id }) => {
      const known = await recent.find(id);
      await engine.openWorkspace(known.path);
      return entry(known.path);
    },
    'workspaces.forget': async ({ id }) => {
      await recent.forget(id);
      listChanged(engine);
      return {};
    },

    'jobs.list': () => engine.jobs.list(),
    'jobs.get': ({ id }) => engine.jobs.get(id),
    'jobs.cancel': ({ id }) => {
      engine.jobs.cancel(id);
      return {};
    },

    ...tableCalls(engine),
  } satisfies Calls;
}

/** Opens the folder as a workspace and puts it into the list of recent ones; for hosts, which know paths. */
export async function openWorkspaceFolder(engine: OpenEngine, directory: string, about: { sample?: boolean } = {}): Promise<void> {
  const absolute = path.resolve(directory);
  await engine.openWorkspace(absolute);
  await new RecentWorkspaces(engine.home).opened(absolute, engine.clock(), about);
  listChanged(engine);
}

/** The list is written after the workspace is open, so whoever shows it must ask again. */
function listChanged(engine: OpenEngine): void {
  engine.emit({ name: 'workspace.changed', data: { what: 'workspace' } });
}
