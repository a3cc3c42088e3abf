import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type EngineProcess, forkEngine, forkProcess, RemoteEngine } from '../../electron/engine/remote.ts';
import type { AnyEvent, Job } from '../../shared/contract/index.ts';

const stuck = fileURLToPath(new URL('../support/stuck-engine.ts', import.meta.url));
const open: RemoteEngine[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'reelbench-remote-'));
  folders.push(made);
  return made;
}

function connect(launch: () => EngineProcess, home: string) {
  const events: AnyEvent[] = [];
  const engine = new RemoteEngine({ launch, start: { resources: home, home, version: '0.0.0' }, onEvent: (event) => events.push(event), closing: 500 });
  open.push(engine);
  const seen = async <E extends AnyEvent['name']>(name: E, matches: (data: Extract<AnyEvent, { name: E }>['data']) => boolean = () => true) => {
    await expect.poll(() => events.some((event) => event.name === name && matches(event.data as never)), { timeout: 8000 }).toBe(true);
    return events.find((event) => event.name === name && matches(event.data as never))?.data as Extract<AnyEvent, { name: E }>['data'];
  };
  return { engine, events, seen };
}

describe('a job that does not stop', () => {
  test('ends within a second of its cancel, and the page is told that it was cancelled', async () => {
    const { engine, seen } = connect(() => forkProcess(stuck), await folder());
    const { jobId } = await engine.call('pipeline.run', {});
    await new Promise((resolve) => setTimeout(resolve, 200)); // it is in its loop by now

    const asked = performance.now();
    const waiting = engine.call('models.list', {}).catch((error: unknown) => error);
    await engine.call('jobs.cancel', { id: jobId });
    const job: Job = await seen('job.changed', ({ status }) => status === 'cancelled');

    expect(performance.now() - asked).toBeLessThan(1000);
    expect(job).toMatchObject({ id: jobId, error: { code: 'cancelled' }, phases: [{ state: 'failed' }] });
    await expect(waiting).resolves.toMatchObject({ code: 'engine-lost' });
  });

  test('leaves a new engine that knows the workspace and the ended job', async () => {
    const { engine, seen } = connect(() => forkProcess(stuck), await folder());
    const { jobId } = await engine.call('pipeline.run', {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    await engine.call('jobs.cancel', { id: jobId });

    const { reason } = await seen('engine.restarted', (data) => data.reason.startsWith('{'));
    expect(JSON.parse(reason)).toMatchObject({ directory: '/somewhere', jobs: [{ id: jobId, status: 'cancelled' }] });
  });
});

describe('the engine in another process', () => {
  test('answers, keeps error codes, and holds its workspace through a kill', async () => {
    const home = await folder();
    const processes: EngineProcess[] = [];
    const { engine, seen } = connect(() => {
      const started = forkEngine();
      processes.push(started);
      return started;
    }, home);
    const directory = path.join(home, 'work');
    await engine.request('openFolder', { directory });
    const [reference] = await engine.request('grant', { paths: [home] });
    expect(reference).toMatchObject({ name: path.basename(home), directory: true });
    await expect(engine.call('jobs.get', { id: 'none' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(engine.call('workspaces.create', { name: '' })).rejects.toMatchObject({ code: 'invalid-arguments' });

    processes[0]?.kill();
    await seen('engine.restarted');
    expect(await engine.call('workspaces.list', {})).toMatchObject([{ name: 'work', current: true }]);
    // A reference that the page still holds is good for the new engine too.
    expect(await engine.request('pathOf', { id: reference?.id ?? '' })).toBe(home);
  });

  test('a call whose signal aborts rejects at once', async () => {
    const { engine } = connect(forkEngine, await folder());
    const abort = new AbortController();
    const call = engine.call('workspaces.list', {}, abort.signal);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await expect(engine.call('workspaces.list', {})).resolves.toEqual([]);
  });

  test('one that cannot start is said so, and tried again with the next call', async () => {
    let launched = 0;
    const { engine } = connect(() => {
      launched++;
      return forkProcess(fileURLToPath(new URL('../support/no-such-program.ts', import.meta.url)));
    }, await folder());
    await expect(engine.call('workspaces.list', {})).rejects.toMatchObject({ code: 'engine-lost' });
    await expect(engine.call('workspaces.list', {})).rejects.toMatchObject({ code: 'engine-lost' });
    expect(launched).toBe(2);
  });
});
