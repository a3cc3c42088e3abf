import type { MessagePort } from 'node:worker_threads';
import { seededRandom } from '../workspace/random.ts';
import type { FromPeer, PeerData, PieceResult, ToPeer, WeightsOf } from './crew.ts';
import type { Gradients } from './graph.ts';
import { Layout, type Feed, type Learner, type Piece } from './learner.ts';
import { learnerOf } from './learners.ts';
import { openSession, type Session } from './runtime.ts';

interface Training {
  readonly session: Session;
  readonly gradients: Gradients;
  readonly masks: readonly { readonly name: string; readonly size: number }[];
}

/** Numbers of a pool that masks of dropout are cut from. */
const POOL = 2 ** 20;
/** Masks begin at multiples of this many numbers, so that they are aligned. */
const ALIGNED = 16;

/** A thread that computes: it runs the graphs of pieces on its own copy of the weights. */
export function followLead(port: MessagePort, data: PeerData): void {
  const peer = new Peer(data);
  let working: Promise<void> = Promise.resolve();
  let stopping = false;
  port.on('message', (message: ToPeer) => {
    if (message === 'stop') {
      stopping = true;
      // A running graph must end before its thread does.
      void working.then(() => peer.release()).finally(() => port.close());
      return;
    }
    if (stopping) return;
    working = peer.work(message).then(
      (result) => port.postMessage(result satisfies FromPeer, result.kind === 'gradients' ? [result.dense.buffer, ...result.rows.map(({ values }) => values.buffer)].filter((buffer) => buffer instanceof ArrayBuffer) : []),
      (error: unknown) => port.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error), outOfMemory: error instanceof RangeError || /alloc/i.test(String(error)) } satisfies FromPeer),
    );
  });
}

class Peer {
  readonly #learner: Learner;
  readonly #layout: Layout;
  readonly #shared: Float32Array;
  /** Copied for each piece: ONNX Runtime does not read shared memory on every version of Node. */
  readonly #own: Float32Array;
  readonly #views: ReadonlyMap<string, Float32Array>;
  readonly #training = new Map<string, Training>();
  readonly #checks = new Map<string, Session>();
  readonly #seed: number;
  #pool = new Float32Array(0);

  constructor({ order, weights, seed }: PeerData) {
    this.#learner = learnerOf(order);
    this.#layout = new Layout(this.#learner.parameters);
    this.#shared = new Float32Array(weights);
    this.#own = new Float32Array(this.#layout.size);
    this.#views = this.#layout.views(this.#own);
    this.#seed = seed;
  }

  async work({ work, of, piece, into }: Exclude<ToPeer, 'stop'>): Promise<PieceResult> {
    this.#take(of);
    return work === 'train' ? this.#train(piece, into) : this.#check(piece);
  }

  async release(): Promise<void> {
    for (const { session } of this.#training.values()) await session.release();
    for (const session of this.#checks.values()) await session.release();
  }

  #take(of: WeightsOf): void {
    const { size } = this.#layout;
    this.#own.set(this.#shared.subarray(of === 'current' ? 0 : size, of === 'current' ? size : 2 * size));
  }

  async #train(piece: Piece, into: readonly Float32Array<ArrayBuffer>[]): Promise<PieceResult> {
    const { session, gradients, masks } = await this.#opened(piece.graph);
    const outputs = await session.run({ ...Object.fromEntries(this.#views), ...piece.feeds, ...this.#masks(masks, piece.seed) });
    const free = [...into];
    const memory = (size: number) => {
      const at = free.findIndex(({ length }) => length === size);
      return (at < 0 ? undefined : free.splice(at, 1)[0]) ?? new Float32Array(size);
    };
    const dense = memory(this.#layout.denseSize).fill(0);
    const rows: { parameter: number; rows: Int32Array; values: Float32Array<ArrayBuffer> }[] = [];
    this.#layout.entries.forEach(({ spec, dense: at, width }, parameter) => {
      const whole = outputs[gradients.dense.get(spec.name) ?? ''];
      if (whole) dense.set(whole, at);
      for (const { parameter: of, indices, values } of gradients.rows) {
        if (of !== spec.name) continue;
        const which = indicesOf(piece.feeds[indices]);
        const slopes = outputs[values] ?? new Float32Array(0);
        if (spec.sparse) {
          const own = memory(slopes.length);
          own.set(slopes);
          rows.push({ parameter, rows: which, values: own });
        } else addRows(dense, at, width, which, slopes);
      }
    });
    return { kind: 'gradients', loss: outputs['loss']?.[0] ?? Number.NaN, dense, rows };
  }

  async #check(piece: Piece): Promise<PieceResult> {
    const { check } = this.#learner;
    if (!check) throw new Error('The learner measures nothing.');
    let session = this.#checks.get(piece.graph);
    if (!session) {
      session = await openSession(check.graph(piece.graph, undefined).encode());
      this.#checks.set(piece.graph, session);
    }
    return { kind: 'measured', ...check.measure(piece, await session.run({ ...Object.fromEntries(this.#views), ...piece.feeds })) };
  }

  async #opened(name: string): Promise<Training> {
    const known = this.#training.get(name);
    if (known) return known;
    const { graph, loss } = this.#learner.train(name);
    graph.output('loss', loss);
    const gradients = graph.gradients(loss);
    const training = { session: await openSession(graph.encode()), gradients, masks: graph.masks };
    this.#training.set(name, training);
    return training;
  }

  /** Cuts masks from a pool of drawn numbers, each at a place of its own: drawing them anew would take longer than the graph. */
  #masks(masks: Training['masks'], seed: number): Record<string, Feed> {
    const largest = Math.max(0, ...masks.map(({ size }) => size));
    if (masks.length > 0 && this.#pool.length < POOL + largest) {
      const { dropout } = this.#learner;
      const random = seededRandom(this.#seed);
      this.#pool = new Float32Array(POOL + largest);
      for (let i = 0; i < this.#pool.length; i++) this.#pool[i] = random() < dropout ? 0 : 1 / (1 - dropout);
    }
    const random = seededRandom(seed);
    return Object.fromEntries(masks.map(({ name, size }) => {
      const from = Math.floor(random() * (POOL / ALIGNED)) * ALIGNED;
      return [name, this.#pool.subarray(from, from + size)];
    }));
  }
}

function indicesOf(feed: Feed | undefined): Int32Array {
  if (!(feed instanceof Int32Array)) throw new Error('Rows are named by an input of whole numbers.');
  return feed;
}

function addRows(into: Float32Array, offset: number, width: number, rows: Int32Array, values: Float32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const to = offset + (rows[i] ?? 0) * width;
    const from = i * width;
    for (let k = 0; k < width; k++) into[to + k] = (into[to + k] ?? 0) + (values[from + k] ?? 0);
  }
}
