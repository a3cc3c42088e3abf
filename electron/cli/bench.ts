import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type FileRef, type Input, type Job, type Method, type Output, ReelbenchError } from '../../shared/contract/index.ts';
import type { Engine } from '../engine/engine.ts';
import { homeDirectory, resourcesDirectory, version } from '../engine/installation.ts';
import type { CommonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** What to do when there is no workspace in the folder. */
type Missing = 'is an error' | 'is made' | 'is fine';
type JobMethod = { [M in Method]: Output<M> extends { jobId: string } ? M : never }[Method];

/** The engine in this process with the command's workspace open. */
export class Bench {
  readonly engine: Engine;
  readonly #terminal: Terminal;
  readonly #watch: { job?: string };

  private constructor(engine: Engine, terminal: Terminal, watch: { job?: string }) {
    this.engine = engine;
    this.#terminal = terminal;
    this.#watch = watch;
  }

  /** Opens the workspace. One that is not there is an error, for a mistyped folder must not make a workspace, unless `missing` says otherwise. */
  static async open(options: CommonOptions, terminal: Terminal, missing: Missing = 'is an error'): Promise<Bench> {
    const directory = path.resolve(options.workspace);
    const exists = existsSync(path.join(directory, 'workspace.duckdb'));
    if (!exists && missing === 'is an error') {
      throw new ReelbenchError('invalid-arguments', `There is no workspace in ${directory}.`, { hint: 'Import files first, or name another folder with --workspace.' });
    }
    const { createEngine } = await import('../engine/engine.ts');
    const watch: { job?: string } = {};
    const engine = createEngine({
      resources: resourcesDirectory(),
      home: homeDirectory(),
      version,
      ...(options.config === undefined ? {} : { configFile: path.resolve(options.config) }),
      overrides: options.set,
      onEvent: (event) => {
        if (event.name === 'job.changed' && event.data.id === watch.job) terminal.progress(event.data);
      },
    });
    if (exists || missing === 'is made') await engine.context.openWorkspace(directory);
    return new Bench(engine, terminal, watch);
  }

  call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>> {
    return this.engine.call(method, input);
  }

  /** Starts long work, shows its progress, and answers the job when it has ended. Ctrl+C cancels it; a second one ends the program. */
  async job<M extends JobMethod>(method: M, input: Input<M>): Promise<Job> {
    const { jobId } = (await this.engine.call(method, input)) as { jobId: string };
    this.#watch.job = jobId;
    let asked = false;
    const cancel = () => {
      if (asked) process.exit(130);
      asked = true;
      this.#terminal.note('Cancelling…');
      this.engine.context.jobs.cancel(jobId);
      // What has not ended by then is stopped with the process: nothing of it was committed.
      setTimeout(() => process.exit(130), 1000).unref();
    };
    process.on('SIGINT', cancel);
    process.on('SIGTERM', cancel);
    try {
      const job = await this.engine.context.jobs.ended(jobId);
      this.#terminal.progress(job);
      return job;
    } finally {
      this.#terminal.endProgress();
      process.off('SIGINT', cancel);
      process.off('SIGTERM', cancel);
    }
  }

  /** The result of long work; its error is thrown. */
  async result<T>(method: JobMethod, input: Input<JobMethod>): Promise<T> {
    const job = await this.job(method, input);
    if (job.error) throw ReelbenchError.from(job.error);
    return job.result as T;
  }

  /** Moves a file that the engine wrote to where the caller wants it: all of it or nothing. */
  async fetch(file: FileRef, to: string): Promise<void> {
    const from = this.engine.context.files.path(file);
    // Into the target's own folder first, for a rename there is all or nothing.
    const beside = `${to}.part`;
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(from, beside);
    await rename(beside, to);
    await rm(from, { force: true });
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}

/** Opens the workspace, does the work, and gives the workspace back whatever happens. */
export async function withBench<T>(options: CommonOptions, terminal: Terminal, work: (bench: Bench) => Promise<T>, missing?: Missing): Promise<T> {
  const bench = await Bench.open(options, terminal, missing);
  try {
    return await work(bench);
  } finally {
    await bench.close();
  }
}
