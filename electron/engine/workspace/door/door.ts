import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { exportMethods, type Holder, type Job, type Method, methods, readingMethods, ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Clock } from '../clock.ts';
import { toReelbenchError } from '../failures.ts';
import type { Jobs } from '../jobs.ts';
import { doorAddresses, makeHolderFolder, removeCard, writeCard } from './card.ts';
import { doingNow, inUse } from './holder.ts';
import { Lines } from './lines.ts';
import { type Exported, Hello, type Reply, Request } from './messages.ts';

export interface DoorOptions {
  readonly directory: string;
  readonly clock: Clock;
  /** Version of the program. */
  readonly version: string;
  /** What the program is and the process that a person would end. */
  readonly host: { readonly name: string; readonly pid: number };
  readonly jobs: Jobs;
  /** Answers a method of the contract; checks its input. */
  readonly answer: (method: Method, input: unknown, signal: AbortSignal) => Promise<unknown>;
  /** The path behind a reference to a file that the engine wrote. */
  readonly pathOf: (reference: { id: string }) => string;
}

export const limits = {
  /** Visitors at once; more are hung up on. */
  visitors: 24,
  /** A line before the key was shown, and after. */
  helloBytes: 4096,
  lineBytes: 2 ** 20,
  /** Requests of one visitor that wait for their turn. */
  waiting: 16,
  /** What may wait to be read by a visitor; beyond it progress is left out, and far beyond it the visitor is let go. */
  backlogBytes: 2 ** 20,
  unreadBytes: 2 ** 26,
  helloMs: 3000,
  idleMs: 30_000,
  answerMs: 120_000,
  drainMs: 30_000,
};

/**
 * Where other processes of the same user read an open workspace: DuckDB lets no second process open the file, not even
 * to read, so the one that holds it answers methods that change nothing. Listens on a socket in a folder of the user's
 * own and asks for the key that `holder/card.json` holds. Belongs to the time in which the workspace is open.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #since: Date;
  readonly #visitors = new Set<Visitor>();
  #server: Server | undefined;
  #token = '';

  private constructor(options: DoorOptions) {
    this.#options = options;
    this.#since = options.clock();
  }

  /**
   * Opens it for a workspace that this process has just opened: whatever lies in its place is left over from a process
   * that was killed. Where nothing can be listened on the workspace is open all the same, and others cannot read it.
   */
  static async open(options: DoorOptions): Promise<Door> {
    const door = new Door(options);
    try {
      await door.#open();
    } catch {
      await door.close();
    }
    return door;
  }

  /** Whether others can read through it. */
  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  holder(): Holder {
    const { host, version, jobs } = this.#options;
    return { pid: host.pid, name: host.name, version, since: this.#since.toISOString(), doing: doingNow(jobs.list()) };
  }

  /** Tells those who watch. */
  changed(job: Job): void {
    for (const visitor of this.#visitors) visitor.tell(job);
  }

  /** Hangs up and takes socket and card away; call it before the workspace is given back, for then they are another's. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const visitor of this.#visitors) visitor.hangUp();
    await removeCard(this.#options.directory).catch(() => undefined);
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #open(): Promise<void> {
    const { directory, host, version } = this.#options;
    if (!(await makeHolderFolder(directory))) return;
    const card = { version: 1 as const, pid: host.pid, name: host.name, program: version, since: this.#since.toISOString() };
    for (const address of await doorAddresses(directory)) {
      const server = await listen(address, (socket) => this.#receive(socket)).catch(() => undefined);
      if (server === undefined) continue;
      this.#server = server;
      this.#token = randomBytes(32).toString('base64url');
      return writeCard(directory, { ...card, door: { address, token: this.#token } });
    }
    await writeCard(directory, card);
  }

  #receive(socket: Socket): void {
    const visitor = new Visitor(socket, this.#options, { token: this.#token, holder: () => this.holder() });
    this.#visitors.add(visitor);
    socket.on('close', () => this.#visitors.delete(visitor));
  }
}

/** One visitor at the door. */
class Visitor {
  readonly #socket: Socket;
  readonly #options: DoorOptions;
  readonly #door: { readonly token: string; readonly holder: () => Holder };
  readonly #lines = new Lines(limits.helloBytes);
  readonly #gone = new AbortController();
  readonly #queue: string[] = [];
  #known = false;
  #busy = false;
  #watches: ((job: Job) => boolean) | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: DoorOptions, door: { readonly token: string; readonly holder: () => Holder }) {
    this.#socket = socket;
    this.#options = options;
    this.#door = door;
    socket.unref();
    socket.on('error', () => this.hangUp());
    socket.on('close', () => {
      clearTimeout(this.#patience);
      this.#gone.abort();
    });
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#wait(limits.helloMs);
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  tell(job: Job): void {
    // One that does not read misses steps, never the end.
    if (this.#watches?.(job) === true && (job.status !== 'running' || this.#socket.writableLength < limits.backlogBytes)) this.#send({ type: 'job', job });
  }

  #read(chunk: Buffer): void {
    const lines = this.#lines.push(chunk);
    if (lines === undefined || this.#queue.length + lines.length > limits.waiting) return this.hangUp();
    this.#queue.push(...lines);
    if (lines.length > 0 && !this.#busy) void this.#serve();
  }

  /** One after another: whoever asks faster than it reads waits. */
  async #serve(): Promise<void> {
    this.#busy = true;
    clearTimeout(this.#patience);
    for (let line = this.#queue.shift(); line !== undefined && !this.#gone.signal.aborted; line = this.#queue.shift()) {
      if (!(this.#known ? await this.#answer(line) : this.#greet(line))) return this.hangUp();
      await this.#drained();
    }
    this.#busy = false;
    if (this.#watches === undefined) this.#wait(limits.idleMs);
  }

  #greet(line: string): boolean {
    const { version } = this.#options;
    const hello = Hello.safeParse(parsed(line));
    if (!hello.success || !same(hello.data.token, this.#door.token)) return false;
    this.#send({ type: 'welcome', holder: this.#door.holder() });
    this.#known = hello.data.version === version;
    this.#lines.limit = limits.lineBytes;
    return this.#known;
  }

  async #answer(line: string): Promise<boolean> {
    const request = Request.safeParse(parsed(line));
    if (!request.success) return false;
    const { id } = request.data;
    try {
      const value = await this.#do(request.data);
      this.#send({ type: 'answer', id, ok: true, value });
    } catch (error) {
      this.#send({ type: 'answer', id, ok: false, error: toReelbenchError(error).toData() });
    }
    return true;
  }

  async #do(request: Request): Promise<unknown> {
    if (request.type === 'watch') {
      this.#watches = () => true;
      return {};
    }
    const { method, input } = request;
    if (!isMethod(method)) throw new ReelbenchError('invalid-arguments', `There is no method ${method}.`);
    const allowed: readonly string[] = request.type === 'call' ? readingMethods : exportMethods;
    if (!allowed.includes(method)) throw inUse(this.#door.holder(), this.#options.clock(), { readable: true });
    if (request.type === 'export') return this.#export(method, input);
    const late = AbortSignal.timeout(limits.answerMs);
    const given = new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new ReelbenchError('cancelled', `${method} took longer than ${limits.answerMs / 1000} s and was given up.`)), { once: true });
    });
    return Promise.race([this.#options.answer(method, input, AbortSignal.any([late, this.#gone.signal])), given]);
  }

  async #export(method: Method, input: unknown): Promise<Exported> {
    const { jobs, answer, pathOf } = this.#options;
    const started = await answer(method, input, this.#gone.signal);
    if (!hasText(started, 'jobId')) throw new ReelbenchError('internal', `${method} answered without a job.`);
    const { jobId } = started;
    const cancel = () => jobs.cancel(jobId);
    this.#gone.signal.addEventListener('abort', cancel, { once: true });
    if (this.#gone.signal.aborted) cancel();
    const before = this.#watches;
    this.#watches = (job) => job.id === jobId || before?.(job) === true;
    try {
      const job = await jobs.ended(jobId);
      const file = job.error === undefined && typeof job.result === 'object' && job.result !== null && 'file' in job.result ? job.result.file : undefined;
      return { job, path: hasText(file, 'id') ? pathOf(file) : null };
    } finally {
      this.#watches = before;
      this.#gone.signal.removeEventListener('abort', cancel);
    }
  }

  #send(reply: Reply): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(`${JSON.stringify(reply)}\n`);
    if (this.#socket.writableLength > limits.unreadBytes) this.hangUp();
  }

  async #drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => this.hangUp(), limits.drainMs);
      const done = () => {
        clearTimeout(late);
        socket.off('drain', done).off('close', done);
        resolve();
      };
      socket.on('drain', done).on('close', done);
    });
  }

  /** Hangs up unless a whole request comes; single bytes do not count. */
  #wait(milliseconds: number): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.hangUp(), milliseconds);
    this.#patience.unref();
  }
}

async function listen(address: string, receive: (socket: Socket) => void): Promise<Server> {
  const server = createServer(receive);
  server.maxConnections = limits.visitors;
  if (process.platform !== 'win32') await rm(address, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: address, readableAll: false, writableAll: false }, resolve);
  });
  server.on('error', () => undefined);
  server.unref();
  if (process.platform !== 'win32') await chmod(address, 0o600);
  return server;
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(methods, name);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function hasText<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return typeof value === 'object' && value !== null && key in value && typeof (value as Record<K, unknown>)[key] === 'string';
}

function same(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
