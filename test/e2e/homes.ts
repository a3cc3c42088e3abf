import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/building.ts';

/** Where the global setup puts homes with the sample, for tests to copy. */
export const preparedHomes = path.join(root, '.cache', 'e2e');

/** `none`: nothing is open. `sample`: the sample as imported. `ready`: the sample after a run of the pipeline. */
export type Workspace = 'none' | 'sample' | 'ready';

export async function makeHome(folder: string, workspace: Workspace): Promise<string> {
  await mkdir(folder, { recursive: true });
  const prepared = path.join(preparedHomes, workspace);
  if (workspace !== 'none') {
    if (!existsSync(prepared)) throw new Error('The built-in sample is missing: npm run sample.');
    await cp(prepared, folder, { recursive: true });
  }
  return folder;
}
