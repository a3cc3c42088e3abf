import type { Cell } from '../../../../shared/contract/common.ts';

export type Row = readonly Cell[];

export interface Page {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Rows that are asked for at once. */
export const BLOCK = 300;
const KEPT = 60;
const EVERY_MS = 40;
/** Waiting for a page from deep inside must not hold up those that are in view by now. */
const AT_ONCE = 2;

/**
 * The rows around what is in view, in blocks: what is wanted is asked for, what no longer is wanted is given up, and the
 * block that comes next is fetched ahead. `listen` hears of every change.
 */
export class RowBlocks {
  readonly #fetch: (limit: number, offset: number, signal: AbortSignal) => Promise<Page>;
  readonly #failed: (error: unknown) => void;
  readonly #blocks = new Map<number, readonly Row[]>();
  readonly #asked = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #total: number | undefined;
  #stopped = false;
  /** Which reading of the table these rows are. */
  readonly reading: string;
  #ahead = true;

  constructor(reading: string, fetch: (limit: number, offset: number, signal: AbortSignal) => Promise<Page>, failed: (error: unknown) => void) {
    this.reading = reading;
    this.#fetch = fetch;
    this.#failed = failed;
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Moves with every change of the rows at hand. */
  readonly version = (): number => this.#version;

  /** How many rows there are, as the last page said. */
  get total(): number | undefined {
    return this.#total;
  }

  row(index: number): Row | undefined {
    return this.#blocks.get(Math.floor(index / BLOCK))?.[index % BLOCK];
  }

  /** Whether blocks that are not yet in view are fetched. */
  fetchAhead(ahead: boolean): void {
    this.#ahead = ahead;
  }

  /** Says which rows are in view (from `first` to before `end`) and which way they move. */
  want(first: number, end: number, direction: number): void {
    const from = Math.floor(first / BLOCK);
    const to = Math.max(from, Math.floor((end - 1) / BLOCK));
    const inView = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const next = direction < 0 ? [from - 1] : [to + 1];
    this.#wanted = [...inView, ...(this.#ahead ? next : [])].filter((block) => block >= 0 && (block === 0 || this.#total === undefined || block * BLOCK < this.#total));
    if (this.#wanted.some((block) => !this.#blocks.has(block) && !this.#asked.has(block))) this.#timer ??= setTimeout(() => this.#ask(), this.#asked.size === 0 ? 0 : EVERY_MS);
  }

  /** Gives up everything that is under way. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const abort of this.#asked.values()) abort.abort();
  }

  #ask(): void {
    this.#timer = undefined;
    if (this.#stopped) return;
    for (const [block, abort] of this.#asked) {
      if (this.#wanted.includes(block)) continue;
      this.#asked.delete(block);
      abort.abort();
    }
    for (const block of this.#wanted) if (this.#asked.size < AT_ONCE && !this.#blocks.has(block) && !this.#asked.has(block)) void this.#load(block);
  }

  async #load(block: number): Promise<void> {
    const abort = new AbortController();
    this.#asked.set(block, abort);
    try {
      const { rows, total } = await this.#fetch(BLOCK, block * BLOCK, abort.signal);
      if (abort.signal.aborted) return;
      this.#asked.delete(block);
      this.#blocks.set(block, rows);
      this.#total = total;
      for (const old of this.#blocks.keys()) {
        if (this.#blocks.size <= KEPT) break;
        if (!this.#wanted.includes(old)) this.#blocks.delete(old);
      }
      this.#version++;
      for (const listener of this.#listeners) listener();
      this.#ask();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#asked.delete(block);
      this.#failed(error);
    }
  }
}
