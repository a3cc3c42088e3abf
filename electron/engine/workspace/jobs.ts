import { randomUUID } from 'node:crypto';
import type { Job, JobPhase, LogLine } from '../../../shared/contract/index.ts';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Clock } from './clock.ts';
import { redactError, toReelbenchError } from './failures.ts';
import { JobLines } from './log/job-lines.ts';
import { type Log, type LogFields, silentLog } from './log/log.ts';

/** What work sees of the job it runs in. */
export interface JobContext {
  readonly signal: AbortSignal;
  /** Begins a phase (the one before it is done). */
  phase(name: string, options?: { total?: number; unit?: string }): void;
  /** Says how far the phase is, and optionally what it is at; a step in another unit than the phase's names that too. */
  progress(done: number, total?: number, detail?: string, unit?: string): void;
  /** Ends the phase in another state than `done`. */
  phaseState(state: JobPhase['state']): void;
  /** Says something, in the job's own log and in the workspace's; `fields` stand in the latter alone. */
  log(level: LogLine['level'], message: string, fields?: LogFields): void;
}

/** What the function that owns the job sees. */
export interface JobOwner extends JobContext {
  /** Work beside this one: its phases run at the same time as others', each ended by the next of its own. */
  side(): JobContext;
  /** Sets the job's result at once: it stays when the work then fails. */
  answer(result: unknown): void;
  /** Says which run of the pipeline the job is. */
  isRun(id: string): void;
}

const LOG_LINES = 500;
const EVERY_MS = 100;
const FINISHED_KEPT = 50;
const SAMPLES = 240;

/** The engine's long work: one entry a job, kept after its end so that a page that comes back finds it. */
export class Jobs {
  readonly #jobs = new Map<string, { job: Job; abort: AbortController; done: Promise<void> }>();
  readonly #clock: Clock;
  readonly #changed: (job: Job) => void;
  readonly #log: Log;
  readonly #database: () => number;
  readonly #redact: (text: string) => string;

  /** `database` tells the size of the database's files in bytes; `redact` takes out of a text what must not be shown; `log` takes what jobs say. */
  constructor(clock: Clock, changed: (job: Job) => void, { database = () => 0, redact = (text) => text, log = silentLog }: { database?: () => number; redact?: (text: string) => string; log?: Log } = {}) {
    this.#clock = clock;
    this.#changed = changed;
    this.#log = log;
    this.#database = database;
    this.#redact = redact;
  }

  /** Starts `work` and answers at once. What `work` returns becomes the job's result. */
  start(kind: Job['kind'], title: string, work: (context: JobOwner) => Promise<unknown>): { jobId: string; done: Promise<void> } {
    const abort = new AbortController();
    const began = this.#clock().getTime();
    const job: Job = {
      id: randomUUID(), kind, title, status: 'running', phases: [], startedAt: this.#clock().toISOString(), seconds: 0,
      memory: 0, database: 0, errors: 0, warnings: 0, samples: [], log: [],
    };
    const since = (from: number) => (this.#clock().getTime() - from) / 1000;
    const running = () => job.phases.filter(({ state }) => state === 'running');
    const lines = new JobLines(this.#log, job);
    let sent = 0;
    const send = (now = this.#clock().getTime(), always = false) => {
      job.seconds = (now - began) / 1000;
      for (const phase of running()) phase.seconds = job.seconds - phase.began;
      if (!always && now - sent < EVERY_MS) return;
      sent = now;
      job.memory = process.memoryUsage.rss();
      this.#changed(structuredClone(job));
    };
    let every = 1;
    let beats = 0;
    const sample = () => {
      if (beats++ % every > 0) return;
      job.database = this.#database();
      job.samples.push({ at: since(began), memory: process.memoryUsage.rss(), done: job.phases.reduce((sum, { done }) => sum + done, 0) });
      if (job.samples.length < SAMPLES) return;
      job.samples = job.samples.filter((_, i) => i % 2 === 0);
      every *= 2;
    };
    const side = (): JobContext => {
      let phase: JobPhase | undefined;
      const endPhase = (state: JobPhase['state']) => {
        if (phase?.state !== 'running') return;
        phase.seconds = since(began) - phase.began;
        phase.state = state;
        lines.phaseEnded(phase);
      };
      return {
        signal: abort.signal,
        phase: (name, { total, unit = 'rows' } = {}) => {
          endPhase('done');
          phase = { name, state: 'running', began: since(began), done: 0, ...(total === undefined ? {} : { total }), unit, seconds: 0 };
          job.phases.push(phase);
          lines.phaseBegan(name);
          send(undefined, true);
        },
        progress: (done, total, detail, unit) => {
          if (!phase) return;
          phase.done = done;
          if (total !== undefined) phase.total = total;
          if (detail !== undefined) phase.detail = detail;
          if (unit !== undefined) phase.unit = unit;
          send();
        },
        phaseState: (state) => {
          endPhase(state);
          send(undefined, true);
        },
        log: (level, text, fields) => {
          const message = this.#redact(text);
          lines.say(level, message, phase, fields);
          job.log.push({ at: this.#clock().toISOString(), level, message });
          if (level === 'error') job.errors++;
          if (level === 'warn') job.warnings++;
          if (job.log.length > LOG_LINES) job.log.shift();
          send();
        },
      };
    };
    const context: JobOwner = {
      ...side(),
      side,
      answer: (result) => {
        job.result = result;
      },
      isRun: (id) => {
        job.run = id;
      },
    };
    const endAll = (state: JobPhase['state']) => {
      for (const phase of running()) {
        Object.assign(phase, { state, seconds: since(began) - phase.began });
        lines.phaseEnded(phase);
      }
    };
    lines.began();
    sample();
    const beat = setInterval(() => {
      sample();
      send();
    }, 500);
    const done = (async () => {
      try {
        const result = await work(context);
        if (result !== undefined) job.result = result;
        endAll('done');
        job.status = 'succeeded';
      } catch (thrown) {
        const said = redactError(toReelbenchError(thrown), this.#redact);
        // What kept something that can be taken up says so in a hint.
        const error = abort.signal.aborted && (said.code !== 'cancelled' || said.hint === undefined) ? new ReelbenchError('cancelled', 'Cancelled; nothing was changed.') : said;
        endAll('failed');
        job.status = error.code === 'cancelled' ? 'cancelled' : error.code === 'blocked' ? 'blocked' : 'failed';
        job.error = error.toData();
      } finally {
        clearInterval(beat);
        job.database = this.#database();
        job.endedAt = this.#clock().toISOString();
        lines.ended();
        send(undefined, true);
        this.#forgetOldest();
      }
    })();
    this.#jobs.set(job.id, { job, abort, done });
    send(undefined, true);
    return { jobId: job.id, done };
  }

  /** Takes over an ended job of an engine that was lost, so that a page that comes back finds it. */
  restore(job: Job): void {
    this.#jobs.set(job.id, { job, abort: new AbortController(), done: Promise.resolve() });
  }

  list(): Job[] {
    return [...this.#jobs.values()].map(({ job }) => structuredClone(job));
  }

  get(id: string): Job {
    return structuredClone(this.#entry(id).job);
  }

  cancel(id: string): void {
    this.#entry(id).abort.abort();
  }

  /** Resolves when the job has ended, however it ended. */
  async ended(id: string): Promise<Job> {
    const entry = this.#entry(id);
    await entry.done;
    return structuredClone(entry.job);
  }

  /** Refuses with `not-ready` while an import, a run or a training is under way: they read what the others write. */
  requireNoWriter(): void {
    const other = [...this.#jobs.values()].find(({ job }) => job.status === 'running' && ['import', 'run', 'train'].includes(job.kind));
    if (other) throw new ReelbenchError('not-ready', `This is still running: ${other.job.title}.`, { hint: 'Wait for its end or cancel it.' });
  }

  running(): boolean {
    return [...this.#jobs.values()].some(({ job }) => job.status === 'running');
  }

  /** Cancels what runs of one kind and waits for it. */
  async end(kind: Job['kind']): Promise<void> {
    const entries = [...this.#jobs.values()].filter(({ job }) => job.kind === kind && job.status === 'running');
    for (const { abort } of entries) abort.abort();
    await Promise.all(entries.map(({ done }) => done));
  }

  /** Cancels all that runs and waits for it. */
  async close(): Promise<void> {
    for (const { abort } of this.#jobs.values()) abort.abort();
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
  }

  #entry(id: string) {
    const entry = this.#jobs.get(id);
    if (!entry) throw new ReelbenchError('not-found', `There is no job ${id}.`);
    return entry;
  }

  #forgetOldest(): void {
    const finished = [...this.#jobs.values()].filter(({ job }) => job.status !== 'running');
    for (const { job } of finished.slice(0, Math.max(0, finished.length - FINISHED_KEPT))) this.#jobs.delete(job.id);
  }
}
