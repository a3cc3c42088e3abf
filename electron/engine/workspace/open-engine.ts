import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AnyEvent, type Holder, ReelbenchError } from '../../../shared/contract/index.ts';
import { type Kernels, openKernels } from '../kernels/index.ts';
import type { Clock } from './clock.ts';
import type { EngineContext } from './context.ts';
import { Door, type DoorOptions } from './door/door.ts';
import { inUse } from './door/holder.ts';
import { findHolder } from './door/visit.ts';
import { toReelbenchError } from './failures.ts';
import { GrantedFiles } from './files.ts';
import { Jobs } from './jobs.ts';
import { WorkspaceLog } from './log/log.ts';
import { withoutAlertSecrets } from './log/redact.ts';
import { openParameters, type ParameterStore, unsavedParameters } from './parameters.ts';
import { Workspace } from './workspace.ts';

interface OpenEngineOptions {
  readonly resources: string;
  readonly home: string;
  readonly version: string;
  readonly clock: Clock;
  readonly configFile?: string;
  readonly overrides?: readonly string[];
  readonly onEvent?: (event: AnyEvent) => void;
  /** What the program is, for those who find the workspace in use: `the app`, `reelbench run`. This process when left out. */
  readonly host?: DoorOptions['host'];
}

/** How long to wait for a process that is just opening or closing the workspace, and so cannot be asked. */
const BETWEEN_MS = 100;
const BETWEEN_TIMES = 10;

/** What the engine holds while it runs: at most one open workspace with its parameters, the jobs and the kernels. */
export class OpenEngine implements EngineContext {
  readonly clock: Clock;
  readonly resources: string;
  readonly home: string;
  readonly version: string;
  readonly jobs: Jobs;
  readonly log: WorkspaceLog;
  readonly files = new GrantedFiles();
  readonly #options: OpenEngineOptions;
  readonly #listeners: ((event: AnyEvent) => void)[] = [];
  readonly #openings: ((workspace: Workspace) => Promise<void>)[] = [];
  readonly #unsaved = unsavedParameters();
  #open: { workspace: Workspace; parameters: ParameterStore; door: Door } | undefined;
  #answer: DoorOptions['answer'] = () => Promise.reject(new ReelbenchError('not-ready', 'The engine is still starting.'));
  #kernels: Kernels | undefined;

  constructor(options: OpenEngineOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.resources = options.resources;
    this.home = options.home;
    this.version = options.version;
    this.log = new WorkspaceLog(options.clock, () => this.emit({ name: 'log.changed', data: {} }));
    this.jobs = new Jobs(options.clock, (job) => this.emit({ name: 'job.changed', data: job }), {
      database: () => this.#open?.workspace.databaseBytes() ?? 0, redact: (text) => this.parameters().redact(text), log: this.log,
    });
  }

  /** Threads for the database and the kernels. */
  get threads(): number {
    return this.#open?.parameters.values.engine.threads || availableParallelism();
  }

  hasWorkspace(): boolean {
    return this.#open !== undefined;
  }

  workspace(): Workspace {
    if (!this.#open) throw new ReelbenchError('not-ready', 'No workspace is open.', { hint: 'Open a workspace, make a new one, or open the built-in sample.' });
    return this.#open.workspace;
  }

  /** Who has the workspace open, which is this process, and whether others can read through it. */
  holder(): { readonly holder: Holder; readonly readable: boolean } | undefined {
    return this.#open && { holder: this.#open.door.holder(), readable: this.#open.door.isOpen };
  }

  /** From now on other processes of this user that find the workspace in use are answered by `answer`. */
  answerOthers(answer: DoorOptions['answer']): void {
    this.#answer = answer;
  }

  parameters(): ParameterStore {
    return this.#open?.parameters ?? this.#unsaved;
  }

  /**
   * Opens the workspace in `directory` in place of the one that is open; makes it if it is not there. `note` writes down
   * that it could be opened, before anyone can ask about it.
   */
  async openWorkspace(directory: string, note?: () => Promise<unknown>): Promise<Workspace> {
    const absolute = path.resolve(directory);
    if (this.#open?.workspace.directory === absolute) {
      await note?.();
      return this.#open.workspace;
    }
    // A profile is a way of looking: it never stands in the way of leaving.
    await this.jobs.end('profile');
    if (this.jobs.running()) throw new ReelbenchError('not-ready', 'A job is running in the open workspace.', { hint: 'Cancel it or wait for its end, then open another workspace.' });
    const parameters = await openParameters(absolute, this.#options);
    const workspace = await this.#openWhenFree(absolute, parameters);
    const { clock, version, jobs } = this;
    const door = await Door.open({
      directory: absolute, clock, version, jobs,
      host: this.#options.host ?? { name: 'another program', pid: process.pid },
      answer: (method, input, signal) => this.#answer(method, input, signal),
      pathOf: (reference) => this.files.path(reference),
    });
    try {
      await note?.();
    } catch (error) {
      await door.close();
      workspace.close();
      throw error;
    }
    await this.#leave();
    this.#open = { workspace, parameters, door };
    this.log.open(absolute, () => parameters.values.log, (text) => withoutAlertSecrets(parameters.redact(text), parameters.values.alerts));
    this.log.info('The workspace is open.', { version: this.version, process: process.pid });
    for (const work of this.#openings) await work(workspace).catch((error: unknown) => this.log.warn(toReelbenchError(error).message));
    this.emit({ name: 'workspace.changed', data: { what: 'workspace' } });
    return workspace;
  }

  async kernels(): Promise<Kernels> {
    if (this.#kernels?.threads !== this.threads) {
      await this.#kernels?.close();
      this.#kernels = openKernels({ directory: path.join(this.resources, 'kernels'), threads: this.threads });
    }
    return this.#kernels;
  }

  listen(listener: (event: AnyEvent) => void): void {
    this.#listeners.push(listener);
  }

  whenOpened(work: (workspace: Workspace) => Promise<void>): void {
    this.#openings.push(work);
  }

  emit(event: AnyEvent): void {
    for (const listener of this.#listeners) listener(event);
    if (event.name === 'job.changed') this.#open?.door.changed(event.data);
    this.#options.onEvent?.(event);
  }

  async close(): Promise<void> {
    await this.jobs.close();
    await this.#kernels?.close();
    await this.#leave();
  }

  /** Gives the workspace back. Its log and its door go first: once it is free, what stands in their place is another process's. */
  async #leave(): Promise<void> {
    const open = this.#open;
    if (open) this.log.info('The workspace is closed.', { process: process.pid });
    this.log.close();
    await open?.door.close();
    open?.workspace.close();
    this.#open = undefined;
  }

  /** Opens the workspace; says who has it open otherwise. One that nobody answers for is being opened or closed, so that is waited for. */
  async #openWhenFree(directory: string, { values: { engine } }: ParameterStore): Promise<Workspace> {
    for (let tries = 1; ; tries++) {
      try {
        return await Workspace.open(directory, { memoryLimitMB: engine.memory_limit_mb, threads: engine.threads || availableParallelism() });
      } catch (error) {
        const code = error instanceof ReelbenchError ? error.code : undefined;
        // A file without a head may be one that another process is just making.
        const beingMade = code === 'invalid-input';
        if (code !== 'workspace-in-use' && !beingMade) throw error;
        const found = await findHolder(directory, this.version);
        found?.visit?.close();
        if (found && !beingMade) throw inUse(found.holder, this.clock(), { readable: found.visit !== undefined, cause: error });
        if (tries >= (beingMade ? 3 : BETWEEN_TIMES)) throw error;
      }
      await delay(BETWEEN_MS);
    }
  }
}
