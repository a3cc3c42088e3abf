import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, root } from '../../scripts/building.ts';
import { buildKernels } from '../../scripts/kernels.ts';
import { forkEngine, RemoteEngine } from '../../electron/engine/remote.ts';
import { preparedHomes } from './homes.ts';

/** Builds what is stale, and prepares the homes that tests start from. */
export default async function setup(): Promise<void> {
  await buildKernels();
  await build(['client', 'main', 'preload']);
  await rm(preparedHomes, { recursive: true, force: true });
  await mkdir(preparedHomes, { recursive: true });
  if (!existsSync(path.join(root, 'resources/sample'))) return;
  // Tests that need a home which could not be made fail by themselves.
  await prepare('sample', async () => undefined).catch(console.error);
  await prepare('ready', async (engine, ended) => {
    await ended(await engine.call('pipeline.run', {}));
  }).catch(console.error);
}

/** A home that holds the sample, and what `work` made of it. */
async function prepare(name: string, work: (engine: RemoteEngine, ended: (started: { jobId: string }) => Promise<void>) => Promise<void>): Promise<void> {
  const home = path.join(preparedHomes, `${name}.part`);
  const endings = new Map<string, (status: string) => void>();
  const engine = new RemoteEngine({
    launch: forkEngine,
    start: { resources: path.join(root, 'resources'), home, version: '0.0.0' },
    onEvent: (event) => {
      if (event.name === 'job.changed' && event.data.status !== 'running') endings.get(event.data.id)?.(event.data.status);
    },
  });
  try {
    await engine.call('workspaces.openSample', {});
    await work(engine, async ({ jobId }) => {
      const done = new Promise<string>((resolve) => endings.set(jobId, resolve));
      const { status } = await engine.call('jobs.get', { id: jobId });
      if (status === 'running') await done;
    });
  } finally {
    await engine.close();
  }
  await rm(path.join(home, 'workspaces.json'), { force: true }); // it names this folder
  await rename(home, path.join(preparedHomes, name));
}
