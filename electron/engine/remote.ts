import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type AnyEvent, type Input, type Job, type Method, type Output, ReelbenchError } from '../../shared/contract/index.ts';
import type { EngineStart, FromEngine, HostRequest, HostRequests, ToEngine } from './messages.ts';

export { toReelbenchError } from './workspace/failures.ts';

/** The engine's process as its host sees it: Electron's utility process or a forked one. */
export interface EngineProcess {
  post(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  onExit(listener: () => void): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

export interface RemoteEngineOptions {
  readonly launch: () => EngineProcess;
  readonly start: Omit<EngineStart, 'before'>;
  readonly onEvent?: (event: AnyEvent) => void;
  /** How long a cancelled job may go on before the process is ended, in milliseconds. */
  readonly patience?: number;
  /** How long a closing engine may take before it is ended, in milliseconds. */
  readonly closing?: number;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: ReelbenchError): void;
}

/**
 * An engine in another process. A job that does not end soon after its cancel is ended together with the process; a new
 * process then opens the same workspace, which is as it was before the job, since every write is a transaction.
 */
export class RemoteEngine {
  readonly #options: RemoteEngineOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #running = new Map<string, Job>();
  readonly #watched = new Map<string, NodeJS.Timeout>();
  readonly #grants = new Map<string, string>();
  readonly #lostJobs: Job[] = [];
  #process: EngineProcess | undefined;
  #ending: Promise<void> | undefined;
  #directory: string | undefined;
  #lostNow: string[] = [];
  #lastId = 0;
  #closed = false;

  constructor(options: RemoteEngineOptions) {
    this.#options = options;
    this.#launch();
  }

  /** The folder that is open as the workspace. */
  get directory(): string | undefined {
    return this.#directory;
  }

  /** Asks the engine; rejects with a ReelbenchError: its own, `cancelled` as soon as `signal` aborts, or `engine-lost`. */
  async call<M extends Method>(method: M, input: Input<M>, signal?: AbortSignal): Promise<Output<M>> {
    if (method === 'jobs.cancel' && typeof input === 'object' && 'id' in input && typeof input.id === 'string') return this.#cancelJob(input.id) as Promise<Output<M>>;
    return this.#ask((id) => ({ type: 'call', id, method, input }), signal) as Promise<Output<M>>;
  }

  /** Asks what only a host may ask. */
  async request<R extends HostRequest>(request: R, input: HostRequests[R]['input']): Promise<HostRequests[R]['output']> {
    const output = (await this.#ask((id) => ({ type: 'request', id, request, input }))) as HostRequests[R]['output'];
    if (request === 'grant') this.#rememberGrants(input as HostRequests['grant']['input'], output as HostRequests['grant']['output']);
    return output;
  }

  /** Cancels what runs, lets the engine give its workspace back, and ends its process. */
  async close(): Promise<void> {
    this.#closed = true;
    const engine = this.#process;
    if (!engine) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => engine.kill(), this.#options.closing ?? 3000);
      engine.onExit(() => {
        clearTimeout(late);
        resolve();
      });
      engine.post({ type: 'close' });
    });
  }

  #launch(lost?: { reason: string; jobs: readonly string[] }): EngineProcess {
    const engine = this.#options.launch();
    this.#process = engine;
    let ready = false;
    engine.onMessage((message) => {
      if (this.#process !== engine) return;
      ready ||= message.type === 'ready';
      this.#receive(message);
    });
    engine.onExit(() => {
      if (this.#process !== engine) return;
      this.#process = undefined;
      this.#lose('The engine ended unexpectedly.');
      // One that never came up is tried again with the next call, not in a circle.
      if (ready && !this.#closed) this.#restart('The engine ended unexpectedly.');
    });
    const before = { directory: this.#directory, grants: [...this.#grants].map(([id, path]) => ({ id, path })), jobs: this.#lostJobs, lost };
    engine.post({ type: 'start', start: { ...this.#options.start, before } });
    return engine;
  }

  async #ask(message: (id: number) => ToEngine, signal?: AbortSignal): Promise<unknown> {
    await this.#ending;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new ReelbenchError('cancelled', 'Cancelled.'));
      if (this.#closed) return reject(new ReelbenchError('engine-lost', 'The engine is closed.'));
      const engine = this.#process ?? this.#launch();
      const id = ++this.#lastId;
      const aborted = () => {
        this.#pending.delete(id);
        engine.post({ type: 'cancel', id });
        reject(new ReelbenchError('cancelled', 'Cancelled.'));
      };
      const settled = () => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', aborted);
      };
      signal?.addEventListener('abort', aborted, { once: true });
      this.#pending.set(id, {
        resolve: (value) => {
          settled();
          resolve(value);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      engine.post(message(id));
    });
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case 'ready':
        return;
      case 'answer': {
        const pending = this.#pending.get(message.id);
        if (message.ok) pending?.resolve(message.value);
        else pending?.reject(ReelbenchError.from(message.error));
        return;
      }
      case 'opened':
        this.#directory = message.directory;
        return;
      case 'event':
        if (message.event.name === 'job.changed') this.#follow(message.event.data);
        this.#emit(message.event);
    }
  }

  #follow(job: Job): void {
    if (job.status === 'running') {
      this.#running.set(job.id, job);
      return;
    }
    this.#running.delete(job.id);
    clearTimeout(this.#watched.get(job.id));
    this.#watched.delete(job.id);
  }

  async #cancelJob(id: string): Promise<Record<string, never>> {
    const job = this.#running.get(id);
    if (job && !this.#watched.has(id)) {
      this.#watched.set(id, setTimeout(() => this.#giveUp(job.title), this.#options.patience ?? 900));
    }
    try {
      await this.#ask((call) => ({ type: 'call', id: call, method: 'jobs.cancel', input: { id } }));
    } catch (error) {
      // The job went down with its process: that is what was asked for.
      if (!(job && error instanceof ReelbenchError && error.code === 'engine-lost')) throw error;
    }
    return {};
  }

  /** Ends a process whose job does not stop. */
  #giveUp(title: string): void {
    const engine = this.#process;
    this.#process = undefined;
    this.#lose('The engine was ended, because a cancelled job did not stop.');
    if (!engine) return;
    // Only when it has ended is the workspace's file free.
    this.#ending = new Promise((resolve) => {
      engine.onExit(() => {
        this.#ending = undefined;
        if (!this.#closed) this.#restart(`“${title}” did not stop in time, so the engine was ended and started again.`);
        resolve();
      });
    });
    engine.kill();
  }

  #restart(reason: string): void {
    this.#launch({ reason, jobs: this.#lostNow });
    this.#emit({ name: 'engine.restarted', data: { reason } });
  }

  /** Rejects what was asked, and ends the jobs that the process took with it: nothing of theirs was kept. */
  #lose(reason: string): void {
    for (const timer of this.#watched.values()) clearTimeout(timer);
    const error = new ReelbenchError('engine-lost', reason, { hint: 'It was started again; try once more.' });
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#lostNow = [...this.#running.keys()];
    for (const job of this.#running.values()) {
      const asked = this.#watched.has(job.id);
      const lost: Job = {
        ...job,
        status: 'cancelled',
        endedAt: new Date(Date.parse(job.startedAt) + job.seconds * 1000).toISOString(),
        error: asked ? { code: 'cancelled', message: 'Cancelled; nothing was changed.' } : error.toData(),
        phases: job.phases.map((phase) => (phase.state === 'running' ? { ...phase, state: 'failed' } : phase)),
      };
      this.#lostJobs.push(lost);
      this.#emit({ name: 'job.changed', data: lost });
    }
    this.#watched.clear();
    this.#running.clear();
  }

  #rememberGrants({ paths }: HostRequests['grant']['input'], references: HostRequests['grant']['output']): void {
    for (const [i, { id }] of references.entries()) this.#grants.set(id, paths[i] ?? '');
  }

  #emit(event: AnyEvent): void {
    this.#options.onEvent?.(event);
  }
}

/** The engine in a forked Node process: from source, or from the bundle beside this file. */
export function forkEngine(): EngineProcess {
  const entry = new URL(import.meta.url.endsWith('.ts') ? './process.ts' : './engine.js', import.meta.url);
  return forkProcess(fileURLToPath(entry));
}

/** A Node program that speaks the engine's messages. What it prints goes to standard error. */
export function forkProcess(file: string): EngineProcess {
  const child = fork(file, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'], execArgv: [] });
  child.on('error', () => undefined);
  return {
    post: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
