import { Worker } from 'node:worker_threads';

/** A kernel of the shape `loop(from, to, scratch, …arguments)` over `count` rows, handed out in blocks of `block`. */
export interface Loop {
  readonly kernel: string;
  readonly count: number;
  readonly block: number;
  readonly arguments: readonly number[];
}

export interface PeerData {
  readonly role: 'peer';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly counters: SharedArrayBuffer;
  readonly scratch: number;
}

/** Loops of one step at the most: each has a counter of its own, so that a thread goes on to the next without waiting. */
const COUNTERS = 4;

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): (kernel: string, ...values: number[]) => void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (kernel, ...values) => {
    const run = exports[kernel];
    if (typeof run !== 'function') throw new Error(`There is no kernel ${kernel}.`);
    run(...values);
  };
}

/** Takes blocks of each loop until there are none. */
export function drain(loops: readonly Loop[], counters: Int32Array, scratch: number, run: (kernel: string, ...values: number[]) => void, onBlock?: () => void): void {
  for (const [place, loop] of loops.entries()) {
    for (;;) {
      const from = Atomics.add(counters, place, 1) * loop.block;
      if (from >= loop.count) break;
      run(loop.kernel, from, Math.min(loop.count, from + loop.block), scratch, ...loop.arguments);
      onBlock?.();
    }
  }
}

/**
 * The threads that share one task's memory: the calling one, and a worker for each other. Blocks of rows go to whoever
 * is free; what a block gives does not depend on who takes it.
 */
export class Crew {
  readonly memory: WebAssembly.Memory;
  readonly #run: (kernel: string, ...values: number[]) => void;
  readonly #counters = new Int32Array(new SharedArrayBuffer(COUNTERS * 4));
  readonly #scratch: number;
  readonly #peers: Worker[] = [];
  /** Why a peer ended, once one did, and how the step that runs is told. */
  #loss: Error | undefined;
  #fail: ((loss: Error) => void) | undefined;

  /** `scratch` is where the scratch of the first thread starts; each has `scratchBytes`. */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, threads: number, entry: URL, scratch: number, scratchBytes: number) {
    this.memory = memory;
    this.#scratch = scratch;
    this.#run = instantiate(module, memory);
    const lose = (error: Error) => {
      this.#loss ??= error;
      this.#fail?.(this.#loss);
    };
    for (let thread = 1; thread < threads; thread++) {
      const data: PeerData = { role: 'peer', module, memory, counters: this.#counters.buffer, scratch: scratch + thread * scratchBytes };
      const peer = new Worker(entry, { workerData: data });
      peer.on('error', (error) => lose(error instanceof Error ? error : new Error(String(error))));
      peer.on('exit', () => lose(new Error('A thread of a kernel ended before its work.')));
      this.#peers.push(peer);
    }
  }

  words(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  bytes(address: number, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, count);
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  /** One call of a kernel on this thread alone. */
  call(kernel: string, ...values: number[]): void {
    this.#run(kernel, ...values);
  }

  /** Runs the loops on all threads, and resolves when every block of every one is done. `progress` is told rows handed out. */
  async step(loops: readonly Loop[], progress?: (rows: number) => void): Promise<void> {
    if (loops.length > COUNTERS) throw new Error(`A step has at most ${COUNTERS} loops.`);
    this.#counters.fill(0);
    const others = Promise.withResolvers<void>();
    others.promise.catch(() => undefined);
    this.#fail = others.reject;
    if (this.#loss) others.reject(this.#loss);
    let running = this.#peers.length;
    if (running === 0) others.resolve();
    for (const peer of this.#peers) {
      peer.once('message', () => {
        if (--running === 0) others.resolve();
      });
      peer.postMessage(loops);
    }
    drain(loops, this.#counters, this.#scratch, this.#run, progress && (() => {
      progress(loops.reduce((sum, loop, place) => sum + Math.min(loop.count, (this.#counters[place] ?? 0) * loop.block), 0));
    }));
    await others.promise;
  }
}
