import path from 'node:path';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Calls } from './context.ts';
import { logCalls } from './log/calls.ts';
import type { OpenEngine } from './open-engine.ts';
import { RecentWorkspaces } from './recent.ts';
import { parameterCalls } from './parameter-calls.ts';
import { tableCalls } from './table-calls.ts';

/** Workspaces, tables, parameters and jobs. */
export function workspaceCalls(engine: OpenEngine) {
  const recent = new RecentWorkspaces(engine.home);
  const current = () => (engine.hasWorkspace() ? engine.workspace().directory : undefined);
  const open = async (directory: string, about: { name?: string } = {}) => {
    await openWorkspaceFolder(engine, directory, about);
    const opened = (await recent.list(current())).find((entry) => entry.current);
    if (opened === undefined) throw new ReelbenchError('internal', `${directory} is open and not in the list.`);
    return opened;
  };

  return {
    'workspaces.list': () => recent.list(current()),
    'workspaces.create': async ({ name }) => {
      return open(await recent.folderFor(name), { name });
    },
    'workspaces.open': async ({ id }) => {
      return open((await recent.find(id)).path);
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

    ...logCalls(engine),
    ...tableCalls(engine),
    ...parameterCalls(engine),
  } satisfies Calls;
}

/** Opens the folder as a workspace and puts it into the list of recent ones; for hosts, which know paths. */
export async function openWorkspaceFolder(engine: OpenEngine, directory: string, about: { name?: string; sample?: boolean } = {}): Promise<void> {
  const absolute = path.resolve(directory);
  await engine.openWorkspace(absolute, () => new RecentWorkspaces(engine.home).opened(absolute, engine.clock(), about));
  listChanged(engine);
}

/** Whoever shows the list must ask again, also where the workspace was open already. */
function listChanged(engine: OpenEngine): void {
  engine.emit({ name: 'workspace.changed', data: { what: 'workspace' } });
}
