import { type Logger, pino } from 'pino';
import type { LogLevel } from '../../../../shared/domain/log.ts';
import type { Clock } from '../clock.ts';
import { logFolder } from './files.ts';
import { LogWriter } from './writer.ts';

/** What a line tells besides its message: job, kind, run, stage, code, file, line, seconds … */
export type LogFields = Readonly<Record<string, unknown>>;

/** The one logger: lines of JSON in `logs/reelbench.log` of the open workspace. Never throws, never waits. */
export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  /** Why lines are being lost now, and how many were. */
  readonly failing?: { readonly message: string; readonly lost: number } | undefined;
}
type LogLine = (message: string, fields?: LogFields) => void;

interface LogSettings {
  readonly level: LogLevel;
  readonly file_mb: number;
  readonly files: number;
}

const LONGEST_TEXT = 4000;
const DEEPEST = 4;
const MOST_ITEMS = 100;
const TOLD_EVERY_MS = 250;

/** The log of whichever workspace is open; while none is, lines go nowhere. */
export class WorkspaceLog implements Log {
  readonly debug = this.#line('debug');
  readonly info = this.#line('info');
  readonly warn = this.#line('warn');
  readonly error = this.#line('error');
  readonly #clock: Clock;
  readonly #told: () => void;
  readonly #pino: Logger;
  #open: { writer: LogWriter; settings: () => LogSettings; redact: (text: string) => string } | undefined;
  #telling: NodeJS.Timeout | undefined;

  /** `told` is called after lines were added, at most four times a second. */
  constructor(clock: Clock, told: () => void = () => undefined) {
    this.#clock = clock;
    this.#told = told;
    this.#pino = pino(
      {
        base: null,
        messageKey: 'message',
        timestamp: () => `,"time":"${clock().toISOString()}"`,
        formatters: { level: (level) => ({ level }), log: (fields) => this.#clean(fields) },
      },
      { write: (line: string) => this.#open?.writer.write(line, ({ message, lost }) => this.#lostLine(message, lost)) },
    );
  }

  /** Writes to the log of the workspace in `directory` from now on. `redact` takes secrets out of a text. */
  open(directory: string, settings: () => LogSettings, redact: (text: string) => string): void {
    this.close();
    const limits = () => ({ bytes: settings().file_mb * 2 ** 20, files: settings().files });
    this.#open = { writer: new LogWriter(logFolder(directory), limits, this.#clock), settings, redact };
  }

  get failing(): { readonly message: string; readonly lost: number } | undefined {
    return this.#open?.writer.failing;
  }

  close(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#open?.writer.close();
    this.#open = undefined;
  }

  #line(level: LogLevel): LogLine {
    return (message, fields = {}) => {
      const open = this.#open;
      if (!open) return;
      const wanted = open.settings().level;
      if (this.#pino.level !== wanted) this.#pino.level = wanted;
      if (!this.#pino.isLevelEnabled(level)) return;
      this.#pino[level](fields, this.#text(message));
      this.#telling ??= setTimeout(() => {
        this.#telling = undefined;
        this.#told();
      }, TOLD_EVERY_MS).unref();
    };
  }

  #clean(fields: object): Record<string, unknown> {
    return Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (value === undefined || reserved.has(key) ? [] : [[key, this.#value(value, 0)]])));
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Date) return value.toISOString();
    if (depth >= DEEPEST) return '…';
    if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => this.#value(item, depth + 1));
    return Object.fromEntries(Object.entries(value).slice(0, MOST_ITEMS).map(([key, item]) => [this.#text(key), this.#value(item, depth + 1)]));
  }

  /** Without secrets, and no longer than a line should be. */
  #text(text: string): string {
    const clean = this.#open?.redact(text) ?? text;
    return clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT)}… (${clean.length - LONGEST_TEXT} more characters)` : clean;
  }

  #lostLine(message: string, lost: number): string {
    return `${JSON.stringify({ level: 'warn', time: this.#clock().toISOString(), lost, message: `${lost} lines could not be written: ${message}` })}\n`;
  }
}

/** Keys of every line, which no field may take. */
const reserved = new Set(['level', 'time', 'message']);

/** A log for where there is none. */
export const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
