import { Worker } from 'node:worker_threads';
import type { PieceGradients } from './adam.ts';
import type { Piece } from './learner.ts';
import type { LearnerOrder } from './learners.ts';

/** `current`: the weights as they stand after the last step; `average`: their moving mean, which is measured and kept. */
export type WeightsOf = 'current' | 'average';

export interface PeerData {
  readonly role: 'peer';
  readonly order: LearnerOrder;
  /** Current weights, then their average. */
  readonly weights: SharedArrayBuffer;
  readonly seed: number;
}

export type ToPeer = { readonly work: 'train' | 'check'; readonly of: WeightsOf; readonly piece: Piece; /** Memory for its gradients. */ readonly into: readonly Float32Array<ArrayBuffer>[] } | 'stop';
export type PieceResult = ({ readonly kind: 'gradients'; readonly loss: number } & PieceGradients) | { readonly kind: 'measured'; readonly sum: number; readonly count: number };
export type FromPeer = PieceResult | { readonly kind: 'failed'; readonly message: string; readonly outOfMemory: boolean };

/** An error of a thread that computes, as the one that leads sees it. */
export class PeerError extends Error {
  readonly outOfMemory: boolean;

  constructor(message: string, outOfMemory: boolean) {
    super(message);
    this.outOfMemory = outOfMemory;
  }
}

/** The threads that compute. A piece goes to whichever is free; which one does not matter to its result. */
export class Crew {
  readonly #free: Worker[] = [];
  readonly #waiting: ((peer: Worker) => void)[] = [];
  readonly #exits: Promise<void>[] = [];
  readonly #all: Worker[] = [];
  /** Gradients that were used and whose memory goes back to the threads: the collector would leave gigabytes of them. */
  readonly #used: Float32Array<ArrayBuffer>[][] = [];
  /** Ends the run that is under way. One promise for all runs would hold on to what each of them gave. */
  #lose: (error: Error) => void = () => undefined;
  #lost: Error | undefined;

  constructor(entry: URL, threads: number, data: PeerData) {
    const lose = (error: Error) => {
      this.#lost ??= error;
      this.#lose(this.#lost);
    };
    for (let thread = 0; thread < threads; thread++) {
      const peer = new Worker(entry, { workerData: data });
      peer.on('error', (error) => lose(error instanceof Error ? error : new Error(String(error))));
      this.#exits.push(new Promise((resolve) => peer.once('exit', () => {
        lose(new Error('A thread ended before its work.'));
        resolve();
      })));
      this.#all.push(peer);
      this.#free.push(peer);
    }
  }

  /** Runs pieces side by side; results in the pieces' order. */
  async run(work: 'train' | 'check', of: WeightsOf, pieces: readonly Piece[]): Promise<PieceResult[]> {
    if (this.#lost) throw this.#lost;
    const { promise, resolve, reject } = Promise.withResolvers<PieceResult[]>();
    this.#lose = reject;
    Promise.all(pieces.map((piece) => this.#one({ work, of, piece, into: [] }))).then(resolve, reject);
    return promise;
  }

  /** Takes back the memory of results that are not looked at any more. */
  giveBack(results: readonly PieceResult[]): void {
    for (const result of results) if (result.kind === 'gradients') this.#used.push([result.dense, ...result.rows.map(({ values }) => values)]);
  }

  /** Ends the threads, each after the piece that it is at. */
  async stop(): Promise<void> {
    for (const peer of this.#all) peer.postMessage('stop' satisfies ToPeer);
    await Promise.all(this.#exits);
  }

  async #one(order: Exclude<ToPeer, 'stop'>): Promise<PieceResult> {
    const peer = this.#free.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    const answer = await new Promise<FromPeer>((resolve) => {
      peer.once('message', resolve);
      const into = order.work === 'train' ? (this.#used.pop() ?? []) : [];
      peer.postMessage({ ...order, into }, into.map(({ buffer }) => buffer));
    });
    const next = this.#waiting.shift();
    if (next) next(peer);
    else this.#free.push(peer);
    if (answer.kind === 'failed') throw new PeerError(answer.message, answer.outOfMemory);
    return answer;
  }
}
