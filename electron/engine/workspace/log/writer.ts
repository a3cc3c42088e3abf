import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { asideFile, currentFile, filesAside } from './files.ts';

export interface LogLimits {
  /** A file larger than this is put aside. */
  readonly bytes: number;
  /** So many files put aside are kept. */
  readonly files: number;
}

const AGAIN_MS = 1000;

/**
 * Appends lines to `reelbench.log` at once, one write a line, so that a killed process leaves at most half of its last one.
 * A log that cannot be written never stops work: its lines are counted as lost, and it is tried again a second later.
 */
export class LogWriter {
  readonly #folder: string;
  readonly #limits: () => LogLimits;
  readonly #clock: Clock;
  #open: { fd: number; size: number; whole: boolean } | undefined;
  #failing: { message: string; lost: number; at: number } | undefined;

  constructor(folder: string, limits: () => LogLimits, clock: Clock) {
    this.#folder = folder;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Why lines are being lost, and how many were. */
  get failing(): { readonly message: string; readonly lost: number } | undefined {
    return this.#failing;
  }

  /** Appends one line, which ends with a line feed; `afterFailure` makes the line that tells of lost ones. */
  write(line: string, afterFailure: (failure: { message: string; lost: number }) => string): void {
    if (this.#failing && this.#clock().getTime() - this.#failing.at < AGAIN_MS) {
      this.#failing.lost++;
      return;
    }
    try {
      if (this.#failing) {
        this.#append(afterFailure(this.#failing));
        this.#failing = undefined;
      }
      this.#append(line);
    } catch (error) {
      this.#failing = { message: error instanceof Error ? error.message : String(error), lost: (this.#failing?.lost ?? 0) + 1, at: this.#clock().getTime() };
      this.close();
    }
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    try {
      closeSync(open.fd);
    } catch {
      // Nothing more can be done about it, and nothing is lost by it.
    }
  }

  #append(line: string): void {
    const bytes = Buffer.from(line);
    let open = this.#open ?? this.#begin();
    if (open.size > 0 && open.size + bytes.length > this.#limits().bytes) open = this.#rotate();
    // After half a line comes a line of its own.
    const whole = open.whole ? bytes : Buffer.concat([Buffer.from('\n'), bytes]);
    const written = writeSync(open.fd, whole);
    open.size += written;
    open.whole = written === whole.length;
    if (!open.whole) throw new Error(`Only ${written} of ${whole.length} bytes could be written.`);
  }

  #begin(): { fd: number; size: number; whole: boolean } {
    mkdirSync(this.#folder, { recursive: true });
    const fd = openSync(currentFile(this.#folder), 'a+');
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    const whole = size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
    this.#open = { fd, size, whole };
    return this.#open;
  }

  #rotate(): { fd: number; size: number; whole: boolean } {
    this.close();
    const before = filesAside(this.#folder);
    renameSync(currentFile(this.#folder), asideFile(this.#folder, (before.at(-1)?.number ?? 0) + 1));
    for (const { path } of before.slice(0, Math.max(0, before.length + 1 - this.#limits().files))) rmSync(path, { force: true });
    return this.#begin();
  }
}
