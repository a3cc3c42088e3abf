import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exportMethods, type ExportMethod, type FileRef, type Input, type Job, type Method, type Output, ReelbenchError } from '../../shared/contract/index.ts';
import type { Engine, Visit } from '../engine/engine.ts';
import { homeDirectory, resourcesDirectory, version } from '../engine/installation.ts';
import type { CommonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** What to do when there is no workspace in the folder. */
type Missing = 'is an error' | 'is made' | 'is fine';
type JobMethod = { [M in Method]: Output<M> extends { jobId: string } ? M : never }[Method];

/**
 * What a command works at: the engine in this process with the command's workspace open; or, where another process has it
 * open, what that one lets others read of it.
 */
export class Bench {
  readonly #engine: Engine;
  /** The process that has the workspace open, when it is not this one. */
  readonly visit: Visit | undefined;
  readonly #inUse: ReelbenchError | undefined;
  readonly #terminal: Terminal;
  readonly #watch: { job?: string };
  readonly #fetched = new Map<string, string>();
  #said = false;

  private constructor(engine: Engine, terminal: Terminal, watch: { job?: string }, other: { visit?: Visit | undefined; inUse?: ReelbenchError } = {}) {
    this.#engine = engine;
    this.#terminal = terminal;
    this.#watch = watch;
    this.visit = other.visit;
    this.#inUse = other.inUse;
  }

  /**
   * Opens the workspace. One that is not there is an error, for a mistyped folder must not make a workspace, unless
   * `missing` says otherwise. One that is in use is read through the process that has it open, where that answers.
   */
  static async open(options: CommonOptions, terminal: Terminal, missing: Missing = 'is an error'): Promise<Bench> {
    const directory = path.resolve(options.workspace);
    const exists = existsSync(path.join(directory, 'workspace.duckdb'));
    if (!exists && missing === 'is an error') {
      throw new ReelbenchError('invalid-arguments', `There is no workspace in ${directory}.`, { hint: 'Import files first, or name another folder with --workspace.' });
    }
    const { createEngine, findHolder } = await import('../engine/engine.ts');
    const watch: { job?: string } = {};
    const engine = createEngine({
      resources: resourcesDirectory(),
      home: homeDirectory(),
      version,
      host: { name: `reelbench ${terminal.command}`, pid: process.pid },
      ...(options.config === undefined ? {} : { configFile: path.resolve(options.config) }),
      overrides: options.set,
      onEvent: (event) => {
        if (event.name === 'job.changed' && event.data.id === watch.job) terminal.progress(event.data);
      },
    });
    if (!exists && missing === 'is fine') return new Bench(engine, terminal, watch);
    try {
      await engine.context.openWorkspace(directory);
      return new Bench(engine, terminal, watch);
    } catch (error) {
      if (!(error instanceof ReelbenchError && error.code === 'workspace-in-use')) throw error;
      if (options.set.length > 0 || options.config !== undefined) {
        throw new ReelbenchError('workspace-in-use', error.message, { hint: 'Wait for its end or close it there. To read through it, leave --set and --config out: they are nothing that it knows of.', cause: error });
      }
      const visit = (await findHolder(directory, version))?.visit;
      if (visit === undefined && missing !== 'is fine') throw error;
      return new Bench(engine, terminal, watch, { visit, inUse: error });
    }
  }

  /** The engine of this process; throws `workspace-in-use` where another one has the workspace open. */
  get engine(): Engine {
    if (this.#inUse) throw this.#inUse;
    return this.#engine;
  }

  /** Why this process could not open the workspace. */
  get inUse(): ReelbenchError | undefined {
    return this.#inUse;
  }

  async call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>> {
    if (this.visit === undefined) return this.#engine.call(method, input);
    const answer = await this.visit.call(method, input);
    this.#sayThrough(this.visit);
    return answer;
  }

  /** Starts long work, shows its progress, and answers the job when it has ended. Ctrl+C cancels it; a second one ends the program. */
  async job<M extends JobMethod>(method: M, input: Input<M>): Promise<Job> {
    if (this.visit && isExport(method)) return this.#exportThrough(this.visit, method, input as Input<ExportMethod>);
    const { jobId } = (await (this.visit ?? this.engine).call(method, input)) as { jobId: string };
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
    const from = this.#fetched.get(file.id) ?? this.engine.context.files.path(file);
    // Into the target's own folder first, for a rename there is all or nothing.
    const beside = `${to}.part`;
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(from, beside);
    await rename(beside, to);
    await rm(from, { force: true });
  }

  close(): Promise<void> {
    this.visit?.close();
    return this.#engine.close();
  }

  /** The other process writes the file, of one state of the workspace; this one puts it where it is wanted. */
  async #exportThrough(visit: Visit, method: ExportMethod, input: Input<ExportMethod>): Promise<Job> {
    try {
      const { job, path: file } = await visit.export(method, input, (step) => this.#terminal.progress(step));
      const { file: written } = (job.result ?? {}) as { file?: FileRef };
      if (file !== null && written) this.#fetched.set(written.id, file);
      this.#terminal.progress(job);
      this.#sayThrough(visit);
      return job;
    } finally {
      this.#terminal.endProgress();
    }
  }

  #sayThrough({ holder }: Visit): void {
    if (!this.#said) this.#terminal.note(`Read through process ${holder.pid} (${holder.name}), which has the workspace open.`);
    this.#said = true;
  }
}

function isExport(method: Method): method is ExportMethod {
  return exportMethods.some((other) => other === method);
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
