const PAGE = 65_536;
/** 32-bit addresses end here. */
export const addressable = 2 ** 32 - PAGE;

/** Where the arrays of one task lie in its memory, laid out before there is any. Addresses are multiples of 128 bytes. */
export class Plan {
  #end = PAGE;

  /** Room for `count` elements of 4 bytes. */
  words(count: number): number {
    return this.bytes(count * 4);
  }

  bytes(count: number): number {
    const start = this.#end;
    this.#end = Math.ceil((start + count) / 128) * 128;
    return start;
  }

  get size(): number {
    return this.#end;
  }

  /** The memory, zeroed, of exactly the planned size. Throws a RangeError where the system does not give it. */
  open(): WebAssembly.Memory {
    const pages = Math.ceil(this.#end / PAGE);
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  }
}
