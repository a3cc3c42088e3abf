import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Input, Job } from '../../shared/contract/index.ts';
import { ReelbenchError } from '../../shared/contract/index.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';

export interface TestEngine {
  readonly engine: Engine;
  /** A folder of this test's own; the workspace and the home are in it. */
  readonly folder: string;
  readonly workspace: string;
  /** Grants the paths, imports them and waits for the end, however it ends. */
  import(paths: string | readonly string[], options?: Omit<Input<'import.start'>, 'files'>): Promise<Job>;
  /** The same; throws the job's error unless it succeeded. */
  imported(paths: string | readonly string[], options?: Omit<Input<'import.start'>, 'files'>): Promise<Job>;
  /** All rows of a query on the workspace. */
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  close(): Promise<void>;
}

/** An engine on a new workspace in a temporary folder. `close` removes it all. */
export async function openTestEngine(options: { clock?: () => Date; folder?: string; overrides?: readonly string[] } = {}): Promise<TestEngine> {
  const folder = options.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'reelbench-test-')));
  const engine = createEngine({ resources: path.resolve('resources'), home: path.join(folder, 'home'), version: 'test', ...(options.clock ? { clock: options.clock } : {}), ...(options.overrides ? { overrides: options.overrides } : {}) });
  const workspace = path.join(folder, 'workspace');
  await engine.context.openWorkspace(workspace);
  const start = async (paths: string | readonly string[], request: Omit<Input<'import.start'>, 'files'> = {}) => {
    const files = await Promise.all([paths].flat().map((file) => engine.context.files.grant(file)));
    const { jobId } = await engine.call('import.start', { files, ...request });
    return engine.context.jobs.ended(jobId);
  };
  return {
    engine, folder, workspace,
    import: start,
    async imported(paths, request) {
      const job = await start(paths, request);
      if (job.status !== 'succeeded') throw job.error ? ReelbenchError.from(job.error) : new Error(`The import is ${job.status}.`);
      return job;
    },
    rows: <T>(sql: string) => engine.context.workspace().read((session) => session.all<T>(sql)),
    async close() {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
