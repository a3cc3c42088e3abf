import type { MessagePort } from 'node:worker_threads';
import type { CurvePoint } from '../../../shared/contract/index.ts';
import { gaussian, seededRandom } from '../workspace/random.ts';
import { Adam } from './adam.ts';
import { Crew, PeerError, type PieceResult } from './crew.ts';
import { Layout, type Learner, type Piece } from './learner.ts';
import { type LearnerOrder, learnerOf } from './learners.ts';
import { decodeState, encodeState, type Standing } from './state.ts';

export interface TrainingOptions {
  /** Threads that compute. */
  readonly threads: number;
  readonly seed: number;
  readonly rate: number;
  /** Steps over which the rate rises. */
  readonly warmup: number;
  readonly epochs: number;
  /** Epochs without a better moving mean of the metric after which it ends. */
  readonly patience: number;
  /** Minutes after which it ends with the best weights so far. */
  readonly minutes: number;
  /** Epochs that the moving mean of the weights reaches back, about; 0 takes the weights as they are. */
  readonly average: number;
}

export interface LeadData {
  readonly role: 'lead';
  readonly order: LearnerOrder;
  readonly options: TrainingOptions;
  readonly state: Uint8Array | undefined;
}

export type ToLead = 'stop' | 'keep';
export type FromLead =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly detail: string }
  | { readonly kind: 'point'; readonly point: CurvePoint; readonly best: number }
  | { readonly kind: 'state'; readonly state: Uint8Array<ArrayBuffer>; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly weights: Float32Array; readonly points: readonly CurvePoint[]; readonly best: number; readonly ended: 'epochs' | 'no better' | 'time' }
  | { readonly kind: 'failed'; readonly message: string; readonly outOfMemory: boolean };

/** Steps between two updates of the average: it costs a pass over all weights. */
const AVERAGE_EVERY = 8;
/** Epochs that the mean goes over by which the best is told: one epoch's figure on some thousand users wanders. */
const SMOOTHED = 3;

class Stopped extends Error {}

/** The thread that leads: makes batches, adds gradients, moves the weights, measures, and says how far it is. */
export async function leadTraining(port: MessagePort, data: LeadData, entry: URL): Promise<void> {
  const say = (message: FromLead, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const training = new Training(data, entry, say);
  port.on('message', (message: ToLead) => {
    if (message === 'keep') training.keep = true;
    else training.stopped = true;
  });
  try {
    await training.run();
  } catch (error) {
    if (!(error instanceof Stopped)) {
      say({ kind: 'failed', message: error instanceof Error ? error.message : String(error), outOfMemory: error instanceof RangeError || (error instanceof PeerError && error.outOfMemory) });
    }
  } finally {
    await training.end();
    port.close();
  }
}

class Training {
  keep = false;
  stopped = false;
  readonly #learner: Learner;
  readonly #options: TrainingOptions;
  readonly #say: (message: FromLead, transfer?: ArrayBuffer[]) => void;
  readonly #layout: Layout;
  readonly #weights: Float32Array;
  readonly #average: Float32Array;
  readonly #best: Float32Array;
  readonly #adam: Adam;
  readonly #crew: Crew;
  readonly #began = performance.now();
  readonly #standing: Standing;
  #words = '';

  constructor({ order, options, state }: LeadData, entry: URL, say: (message: FromLead, transfer?: ArrayBuffer[]) => void) {
    this.#learner = learnerOf(order);
    this.#options = options;
    this.#say = say;
    this.#layout = new Layout(this.#learner.parameters);
    const { size } = this.#layout;
    const shared = new SharedArrayBuffer(size * 8);
    this.#weights = new Float32Array(shared, 0, size);
    this.#average = new Float32Array(shared, size * 4, size);
    this.#best = new Float32Array(size);
    this.#adam = new Adam(this.#layout, options);
    const standing = state && decodeState(state, this.#arrays());
    if (!standing) this.#start();
    this.#standing = standing ?? { epoch: 0, at: 0, step: 0, loss: 0, seconds: 0, points: [], best: 0, bestMetric: Number.NEGATIVE_INFINITY };
    this.#crew = new Crew(entry, options.threads, { role: 'peer', order, weights: shared, seed: options.seed });
    for (const point of this.#standing.points) say({ kind: 'point', point, best: this.#standing.best });
  }

  async run(): Promise<void> {
    const { epochs, patience } = this.#options;
    const standing = this.#standing;
    let ended: 'epochs' | 'no better' | 'time' = 'epochs';
    while (standing.epoch < epochs) {
      const whole = await this.#epoch();
      if (whole || standing.best === 0) await this.#measure();
      if (!whole) {
        ended = 'time';
        break;
      }
      if (this.#learner.check && standing.epoch - standing.best >= patience) {
        ended = 'no better';
        break;
      }
    }
    this.#say({ kind: 'done', weights: this.#best.slice(), points: standing.points, best: standing.best, ended });
  }

  end(): Promise<void> {
    return this.#crew.stop();
  }

  #arrays(): Float32Array[] {
    return [this.#weights, this.#average, this.#best, this.#adam.first, this.#adam.second];
  }

  #start(): void {
    const random = seededRandom(this.#options.seed);
    for (const { spec, offset, size, width } of this.#layout.entries) {
      const { start, frozen } = spec;
      for (let i = offset; i < offset + size; i++) this.#weights[i] = typeof start === 'number' ? start : start.deviation * gaussian(random);
      if (frozen !== undefined) this.#weights.fill(0, offset + frozen * width, offset + (frozen + 1) * width);
    }
    this.#average.set(this.#weights);
    this.#best.set(this.#weights);
  }

  #seconds(): number {
    return this.#standing.seconds + (performance.now() - this.#began) / 1000;
  }

  /** The rest of the epoch; false where the time was up before its end. */
  async #epoch(): Promise<boolean> {
    const standing = this.#standing;
    const { epochs, seed, minutes } = this.#options;
    const steps = this.#learner.steps;
    let at = 0;
    for (const pieces of this.#learner.epoch(seededRandom(mixed(seed, standing.epoch + 1)))) {
      if (at++ < standing.at) continue;
      const results = await this.#run('train', pieces);
      standing.step++;
      standing.at = at;
      let loss = 0;
      const gradients = results.flatMap((result) => {
        if (result.kind !== 'gradients') return [];
        loss += result.loss;
        return [result];
      });
      if (!Number.isFinite(loss)) throw new Error('The loss is no longer a number: take a lower rate of learning.');
      this.#adam.step(this.#weights, gradients, standing.step);
      this.#crew.giveBack(results);
      standing.loss += loss;
      if (standing.step % AVERAGE_EVERY === 0) this.#smooth();
      this.#say({ kind: 'progress', done: standing.epoch * steps + at, total: epochs * steps, detail: `epoch ${standing.epoch + 1}, loss ${(standing.loss / at).toFixed(3)}${this.#words}` });
      if (this.keep) this.#hand();
      if (this.#seconds() > minutes * 60) return false;
    }
    return true;
  }

  async #run(work: 'train' | 'check', pieces: readonly Piece[]): Promise<PieceResult[]> {
    const results = await this.#crew.run(work, work === 'train' ? 'current' : 'average', pieces);
    if (this.stopped) throw new Stopped();
    return results;
  }

  #smooth(): void {
    const { average: epochs } = this.#options;
    const weights = this.#weights;
    const average = this.#average;
    // Early on it reaches back over a part of the steps only.
    const reach = Math.min(epochs * this.#learner.steps, this.#standing.step / 4);
    const share = Math.min(1, AVERAGE_EVERY / Math.max(1, reach));
    for (let i = 0; i < weights.length; i++) average[i] = (average[i] ?? 0) + share * ((weights[i] ?? 0) - (average[i] ?? 0));
  }

  /** Ends the epoch: measures the average, notes a point, and keeps the weights where they are the best so far. */
  async #measure(): Promise<void> {
    const standing = this.#standing;
    const { check } = this.#learner;
    let metric: number | null = null;
    if (this.#options.average === 0 || standing.step < AVERAGE_EVERY) this.#average.set(this.#weights);
    if (check) {
      let [sum, count] = [0, 0];
      for (const pieces of chunked(check.pieces(), 4)) {
        for (const result of await this.#run('check', pieces)) {
          if (result.kind !== 'measured') continue;
          sum += result.sum;
          count += result.count;
        }
      }
      metric = count > 0 ? sum / count : null;
    }
    const point: CurvePoint = { epoch: standing.epoch + 1, loss: standing.loss / Math.max(1, standing.at), metric, seconds: this.#seconds() };
    standing.points.push(point);
    standing.epoch++;
    standing.at = 0;
    standing.loss = 0;
    const recent = standing.points.slice(-SMOOTHED).flatMap((one) => (one.metric === null ? [] : [one.metric]));
    const smoothed = recent.length === 0 ? standing.epoch : recent.reduce((a, b) => a + b, 0) / recent.length;
    if (smoothed > standing.bestMetric) {
      standing.bestMetric = smoothed;
      standing.best = standing.epoch;
      this.#best.set(this.#average);
    }
    this.#words = metric === null ? '' : `; ${check?.metric ?? ''} ${metric.toFixed(4)} after epoch ${standing.epoch}, best ${standing.best}`;
    this.#say({ kind: 'point', point, best: standing.best });
  }

  #hand(): void {
    this.keep = false;
    const state = encodeState({ ...this.#standing, seconds: this.#seconds() }, this.#arrays());
    this.#say({ kind: 'state', state, done: this.#standing.step, total: this.#options.epochs * this.#learner.steps }, [state.buffer]);
  }
}

/** Another stream for each epoch. */
function mixed(seed: number, epoch: number): number {
  return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(epoch, 0xc2b2ae35)) | 0;
}

function* chunked<T>(items: Iterable<T>, size: number): Iterable<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
