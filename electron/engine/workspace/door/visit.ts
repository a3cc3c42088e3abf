import { connect, type Socket } from 'node:net';
import { type ExportMethod, type Holder, type Input, type Job, type Method, type Output, ReelbenchError } from '../../../../shared/contract/index.ts';
import { type Card, isTrustedAddress, readCard } from './card.ts';
import { Lines } from './lines.ts';
import { type Exported, PROTOCOL, type Reply, type Request, Welcome } from './messages.ts';

const KNOCK_MS = 5000;
/** A page of ten thousand rows of long texts is far below. */
const REPLY_BYTES = 2 ** 28;

/** Who has a workspace open, as far as can be learnt without opening it. */
export interface Found {
  readonly holder: Holder;
  /** A way to read through it; not there when it does not answer, or is of another version. */
  readonly visit?: Visit;
}

/**
 * Looks for the process that has the workspace in `directory` open and knocks at its door. `undefined` when there is
 * none, it has just ended, or it belongs to another user.
 */
export async function findHolder(directory: string, version: string): Promise<Found | undefined> {
  const card = await readCard(directory);
  if (card === undefined) return undefined;
  const outside: Holder = { pid: card.pid, name: card.name, version: card.program, since: card.since, doing: [] };
  if (card.door === undefined || !(await isTrustedAddress(card.door.address))) return isAlive(card.pid) ? { holder: outside } : undefined;
  try {
    return await Visit.begin(card.door, version);
  } catch (error) {
    // A process that computes without a break does not answer, and has the workspace open all the same.
    const refused = error instanceof Error && 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
    return !refused && isAlive(card.pid) ? { holder: outside } : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A conversation with the process that has a workspace open: what can be read of it, and what it is doing. */
export class Visit {
  readonly holder: Holder;
  readonly #line: Line;
  #lastId = 0;

  private constructor(holder: Holder, line: Line) {
    this.holder = holder;
    this.#line = line;
  }

  static async begin({ address, token }: NonNullable<Card['door']>, version: string): Promise<Found> {
    const line = await Line.open(address);
    try {
      const { holder } = Welcome.parse(await line.first(JSON.stringify({ hello: PROTOCOL, token, version })));
      if (holder.version === version) return { holder, visit: new Visit(holder, line) };
      line.close();
      return { holder };
    } catch (error) {
      line.close();
      throw error;
    }
  }

  /** Asks for what changes nothing; everything else is refused with `workspace-in-use`. */
  async call<M extends Method>(method: M, input: Input<M>): Promise<Output<M>> {
    return (await this.#ask({ type: 'call', id: ++this.#lastId, method, input })) as Output<M>;
  }

  /** Has a file written outside the workspace; its path is null when that failed, and the job says why. */
  async export<M extends ExportMethod>(method: M, input: Input<M>, progress: (job: Job) => void): Promise<Exported> {
    this.#line.onJob = progress;
    return (await this.#ask({ type: 'export', id: ++this.#lastId, method, input })) as Exported;
  }

  /** Hears of every change of a job from now on. */
  async watch(changed: (job: Job) => void): Promise<void> {
    this.#line.onJob = changed;
    await this.#ask({ type: 'watch', id: ++this.#lastId });
  }

  /** Resolves when the other side has hung up: it closed the workspace or ended. */
  ended(): Promise<void> {
    return this.#line.ended;
  }

  close(): void {
    this.#line.close();
  }

  #ask(request: Request): Promise<unknown> {
    return this.#line.ask(request);
  }
}

/** The socket of a visit: lines out, replies in. */
class Line {
  readonly ended: Promise<void>;
  onJob: (job: Job) => void = () => undefined;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #first: ((reply: unknown) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const lines = new Lines(REPLY_BYTES);
    socket.on('data', (chunk: Buffer) => {
      try {
        const complete = lines.push(chunk);
        if (complete === undefined) socket.destroy();
        else for (const line of complete) this.#receive(JSON.parse(line) as Reply);
      } catch {
        socket.destroy(); // not our words
      }
    });
    socket.on('error', () => socket.destroy());
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        for (const waiting of this.#waiting.values()) waiting.reject(new ReelbenchError('engine-lost', 'The process that has the workspace open ended or closed it before it answered.', { hint: 'Try once more.' }));
        this.#waiting.clear();
        resolve();
      });
    });
  }

  static open(address: string): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect(address);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Line(socket));
      });
    });
  }

  /** Sends the first line and answers the first reply. */
  async first(line: string): Promise<unknown> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('It does not answer.')), KNOCK_MS);
    const reply = new Promise((resolve) => {
      this.#first = resolve;
    });
    this.#socket.write(`${line}\n`);
    try {
      return await Promise.race([reply, late.promise, this.ended]);
    } finally {
      clearTimeout(timer);
      this.#first = undefined;
    }
  }

  ask(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new ReelbenchError('engine-lost', 'The process that had the workspace open has closed it.', { hint: 'Try once more.' }));
      this.#waiting.set(request.id, { resolve, reject });
      this.#socket.write(`${JSON.stringify(request)}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(reply: Reply): void {
    if (this.#first) return this.#first(reply);
    if (reply.type === 'job') return this.onJob(reply.job);
    if (reply.type !== 'answer') return;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(ReelbenchError.from(reply.error));
  }
}
