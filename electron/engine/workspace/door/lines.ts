/** Cuts a stream of bytes into lines, and keeps no more than `limit` bytes of one that has not ended. */
export class Lines {
  #parts: Buffer[] = [];
  #size = 0;
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The lines that are complete now, in order; `undefined` when one is longer than the limit. */
  push(chunk: Buffer): string[] | undefined {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      if (this.#size + at - from > this.limit) return undefined;
      lines.push(Buffer.concat([...this.#parts, chunk.subarray(from, at)]).toString('utf8'));
      this.#parts = [];
      this.#size = 0;
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    this.#size += rest.length;
    if (this.#size > this.limit) return undefined;
    if (rest.length > 0) this.#parts.push(rest);
    return lines;
  }
}
