import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type AnyEvent, ReelbenchError } from '../../../shared/contract/index.ts';
import { type Kernels, openKernels } from '../kernels/index.ts';
import type { Clock } from './clock.ts';
import type { EngineContext } from './context.ts';
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
}

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
  readonly #unsaved = unsavedParameters();
  #open: { workspace: Workspace; parameters: ParameterStore } | undefined;
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
    const workspace = await Workspace.open(absolute, {
      memoryLimitMB: parameters.values.engine.memory_limit_mb,
      threads: parameters.values.engine.threads || availableParallelism(),
    });
    try {
      await note?.();
    } catch (error) {
      workspace.close();
      throw error;
    }
    this.#leave();
    this.#open = { workspace, parameters };
    this.log.open(absolute, () => parameters.values.log, (text) => withoutAlertSecrets(parameters.redact(text), parameters.values.alerts));
    this.log.info('The workspace is open.', { version: this.version, process: process.pid });
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

  emit(event: AnyEvent): void {
    for (const listener of this.#listeners) listener(event);
    this.#options.onEvent?.(event);
  }

  async close(): Promise<void> {
    await this.jobs.close();
    await this.#kernels?.close();
    this.#leave();
  }

  /** Gives the workspace back. Its log ends first, while no one else can hold the workspace. */
  #leave(): void {
    if (this.#open) this.log.info('The workspace is closed.', { process: process.pid });
    this.log.close();
    this.#open?.workspace.close();
    this.#open = undefined;
  }
}
