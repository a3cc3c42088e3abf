import type { Job, JobPhase, LogLine } from '../../../../shared/contract/index.ts';
import type { Log, LogFields } from './log.ts';

const ends: Record<Exclude<Job['status'], 'running'>, { readonly level: LogLine['level']; readonly word: string }> = {
  succeeded: { level: 'info', word: 'done' },
  failed: { level: 'error', word: 'failed' },
  cancelled: { level: 'info', word: 'cancelled' },
  blocked: { level: 'warn', word: 'blocked' },
};

/** What one job says in the workspace's log: its beginning and end, its phases (at `debug`), and its own lines. */
export class JobLines {
  readonly #log: Log;
  readonly #job: Job;

  constructor(log: Log, job: Job) {
    this.#log = log;
    this.#job = job;
  }

  began(): void {
    this.#log[this.#quiet ? 'debug' : 'info'](`${this.#job.title}: started`, this.#fields());
  }

  ended(): void {
    const { status, title, seconds, error, memory } = this.#job;
    if (status === 'running') return;
    const { level, word } = ends[status];
    const cause = error === undefined || error.code === 'cancelled' ? {} : { code: error.code, file: error.file, line: error.line, column: error.column, hint: error.hint };
    this.#log[this.#quiet && level === 'info' ? 'debug' : level](`${title}: ${word}${error === undefined || error.code === 'cancelled' ? '' : `. ${error.message}`}`, { ...this.#fields(), status, seconds, memory, ...cause });
  }

  phaseBegan(name: string): void {
    this.#log.debug(`${name}: started`, this.#fields(name));
  }

  phaseEnded({ name, state, seconds, done, unit }: JobPhase): void {
    this.#log.debug(`${name}: ${state}`, { ...this.#fields(name), state, seconds, ...(done > 0 ? { done, unit } : {}) });
  }

  say(level: LogLine['level'], message: string, phase: JobPhase | undefined, fields?: LogFields): void {
    this.#log[level](message, { ...this.#fields(phase?.name), ...fields });
  }

  /** A profile is a way of looking: it begins anew with each table that is opened. */
  get #quiet(): boolean {
    return this.#job.kind === 'profile';
  }

  /** The phases of a run are its stages. */
  #fields(phase?: string): LogFields {
    const { id, kind, run } = this.#job;
    return { job: id, kind, ...(run === undefined ? {} : { run }), ...(phase === undefined ? {} : { [kind === 'run' || run !== undefined ? 'stage' : 'phase']: phase }) };
  }
}
