import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { tableExists } from './catalog.ts';
import type { Session } from './session.ts';

/** Removes saved models that no row of `models` names: those of killed runs, and those that later ones replaced. */
export async function removeAbandonedModels(session: Session, workspaceDirectory: string): Promise<void> {
  const named = (await tableExists(session, 'main', 'models')) ? await session.all<{ path: string }>('SELECT path FROM main.models') : [];
  const kept = new Set(named.map(({ path: file }) => path.resolve(workspaceDirectory, file)));
  const folder = path.join(workspaceDirectory, 'models');
  for (const name of await readdir(folder)) {
    const file = path.join(path.resolve(folder), name);
    if (/\.model(?:\.|$)/.test(name) && !kept.has(file)) await rm(file, { force: true });
  }
}
