/** How long a value stays after its last use. */
const STAYS_MS = 5000;

/**
 * Holds the last value that was read while it is used and a little longer, so that stages which follow one another, or run
 * side by side, read the same thing once.
 */
export class Kept<T> {
  #entry: { readonly key: string; readonly value: Promise<T> } | undefined;
  #users = 0;
  #leaving: NodeJS.Timeout | undefined;
  readonly #stays: (value: T) => boolean;

  /** `stays` says whether a value may outlast its use. */
  constructor(stays: (value: T) => boolean) {
    this.#stays = stays;
  }

  /** Does `work` with the value of `key`: the one that is there, or a new one. */
  async use<R>(key: string, make: () => Promise<T>, work: (value: T) => Promise<R>): Promise<R> {
    clearTimeout(this.#leaving);
    this.#users++;
    try {
      const value = await this.#value(key, make);
      const result = await work(value);
      if (this.#users === 1 && !this.#stays(value)) this.#entry = undefined;
      return result;
    } finally {
      this.#users--;
      if (this.#users === 0) {
        this.#leaving = setTimeout(() => {
          this.#entry = undefined;
        }, STAYS_MS);
        this.#leaving.unref();
      }
    }
  }

  async #value(key: string, make: () => Promise<T>): Promise<T> {
    const there = this.#entry;
    if (there?.key === key) {
      // Whoever began to read it may have been stopped, which is nothing to those who wait for it.
      const value = await there.value.catch(() => undefined);
      if (value !== undefined) return value;
    }
    const entry = { key, value: make() };
    this.#entry = entry;
    try {
      return await entry.value;
    } catch (error) {
      if (this.#entry === entry) this.#entry = undefined;
      throw error;
    }
  }
}
