import { type Random, shuffled } from '../workspace/random.ts';
import { Graph, type Value } from './graph.ts';
import type { Learner, ParameterSpec, Piece } from './learner.ts';
import { crossEntropy, NEVER, sampledSoftmax } from './losses.ts';
import { countDown, maskRow, NOTHING, rowsOf, scoreFeeds, sequenceParameters, sequenceScores, type SequenceShape, sequenceVectors } from './sequence-graph.ts';

export interface SequenceOrder extends SequenceShape {
  readonly kind: 'sequence';
  /** Histories in rows of the table, oldest first; that of user u lies from `starts[u]` to `starts[u + 1]`. */
  readonly starts: Int32Array;
  readonly history: Int32Array;
  /** Users whose newest film is kept out of training and measured. */
  readonly checked: Int32Array;
  /** Places of a piece; a step is of PIECES. */
  readonly tokens: number;
  /** Rivals drawn for a piece; 0 takes all films as rivals. */
  readonly negatives: number;
  /** Share of the places that are masked, where every place sees all. */
  readonly masked: number;
}

/** Pieces of a step. The same on every machine, because the order of sums is. */
export const PIECES = 8;
/** Windows of a piece at the most: each is a column more in the product that leaves its films out of the rivals. */
const WINDOWS = 32;
const SHORTEST = 16;
const TOP = 10;
/** Of how often a film is rated, the power by which rivals are drawn (Mikolov et al. 2013). */
const DRAW_POWER = 0.75;

interface Window {
  readonly user: number;
  readonly from: number;
  readonly to: number;
}

interface Bucket {
  readonly length: number;
  readonly batch: number;
}

/** SASRec (Kang and McAuley 2018) and BERT4Rec (Sun et al. 2019), both learning by cross-entropy over films. */
export class SequenceLearner implements Learner {
  readonly parameters: readonly ParameterSpec[];
  readonly dropout: number;
  readonly steps: number;
  readonly check: NonNullable<Learner['check']>;
  readonly #order: SequenceOrder;
  readonly #buckets: readonly Bucket[];
  readonly #windows: ReadonlyMap<Bucket, readonly Window[]>;
  #draws: Draws | undefined;

  constructor(order: SequenceOrder) {
    this.#order = order;
    this.parameters = sequenceParameters(order, order.negatives > 0);
    this.dropout = order.dropout;
    this.#buckets = bucketsOf(order);
    this.#windows = windowsOf(order, this.#buckets);
    this.steps = Math.ceil(Array.from(this.#windows, ([{ batch }, windows]) => Math.ceil(windows.length / batch)).reduce((a, b) => a + b, 0) / PIECES);
    this.check = {
      metric: `NDCG@${TOP}`,
      pieces: () => this.#checks(),
      graph: (name, weights) => {
        const [length = 1, batch = 1] = name.split('×').map(Number);
        return sequenceScores(order, { length, batch, places: batch }, weights);
      },
      measure: ({ feeds }, outputs) => this.#measure(feeds['users'], outputs['scores']),
    };
  }

  train(name: string): { graph: Graph; loss: Value } {
    const order = this.#order;
    const [length = 1, batch = 1] = name.split('×').map(Number);
    const m = this.#targets({ length, batch });
    const g = new Graph();
    const { vectors, table } = sequenceVectors(g, order, { batch, length, places: m });
    const targets = { labels: g.input('labels', [m], 'int32'), weights: g.input('weights', [m, 1]) };
    const loss = order.negatives > 0
      ? sampledSoftmax(g, vectors, table, targets, { indices: g.input('drawn', [order.negatives], 'int32'), logQ: g.input('drawnLogQ', [order.negatives]), labelLogQ: g.input('labelLogQ', [m, 1]) })
      : crossEntropy(g, vectors, table, targets, { groups: g.input('groups', [m, batch]), never: g.input('never', [rowsOf(order), batch]), nothing: NOTHING });
    return { graph: g, loss };
  }

  *epoch(random: Random): Iterable<readonly Piece[]> {
    const pieces: { bucket: Bucket; windows: Window[] }[] = [];
    for (const [bucket, all] of this.#windows) {
      const windows = shuffled(all, random);
      for (let at = 0; at < windows.length; at += bucket.batch) pieces.push({ bucket, windows: windows.slice(at, at + bucket.batch) });
    }
    const order = shuffled(pieces, random);
    for (let at = 0; at < order.length; at += PIECES) {
      const filled = order.slice(at, at + PIECES).map(({ bucket, windows }) => ({ graph: `${bucket.length}×${bucket.batch}`, ...this.#fill(bucket, windows, random) }));
      const total = filled.reduce((sum, { count }) => sum + count, 0);
      yield filled.map(({ graph, feeds, weights, count }) => {
        weights.fill(1 / Math.max(1, total), 0, count);
        return { graph, feeds, seed: Math.floor(random() * 2 ** 31) };
      });
    }
  }

  /** Targets of a piece at the most. */
  #targets({ length, batch }: Bucket): number {
    const { causal, masked } = this.#order;
    return causal ? length * batch : Math.min(length * batch, Math.ceil(length * batch * masked * 1.15) + batch);
  }

  #fill(bucket: Bucket, windows: readonly Window[], random: Random): { feeds: Piece['feeds']; weights: Float32Array; count: number } {
    const order = this.#order;
    const { causal, history, masked, negatives } = order;
    const { length, batch } = bucket;
    const m = this.#targets(bucket);
    const films = new Int32Array(batch * length);
    const newer = new Int32Array(batch * length);
    const labels = new Int32Array(m);
    const asked = new Int32Array(m);
    const weights = new Float32Array(m);
    const group = new Int32Array(m).fill(-1);
    const empty = new Float32Array(causal ? 0 : batch * length).fill(NEVER);
    let count = 0;
    windows.forEach(({ from, to }, row) => {
      const places = to - from - (causal ? 1 : 0);
      countDown(newer, row * length, places);
      const last = !causal && random() < 0.1;
      let any = false;
      for (let place = 0; place < places; place++) {
        const at = row * length + place;
        const film = history[from + place] ?? NOTHING;
        films[at] = film;
        if (!causal) {
          empty[at] = 0;
          const newest = place === places - 1;
          const hide = last ? newest : random() < masked || (newest && !any);
          if (!hide || count >= m) continue;
          any = true;
          films[at] = maskRow(order);
        }
        labels[count] = causal ? (history[from + place + 1] ?? NOTHING) : film;
        asked[count] = at;
        group[count] = row;
        count++;
      }
    });
    const feeds: Record<string, Float32Array | Int32Array> = { seen: films, newer, asked, labels, weights, ...(!causal && { empty }) };
    if (negatives > 0) return { feeds: { ...feeds, ...this.#drawn(labels, random) }, weights, count };
    const groups = new Float32Array(m * batch);
    group.forEach((row, target) => {
      if (row >= 0) groups[target * batch + row] = 1;
    });
    return { feeds: { ...feeds, groups, never: this.#never(windows, batch) }, weights, count };
  }

  /** What is no rival in a window: its own films. */
  #never(windows: readonly Window[], batch: number): Float32Array {
    const order = this.#order;
    const never = new Float32Array(rowsOf(order) * batch);
    windows.forEach(({ from, to }, row) => {
      for (let at = from; at < to; at++) never[(order.history[at] ?? NOTHING) * batch + row] = NEVER;
    });
    if (!order.causal) never.fill(NEVER, maskRow(order) * batch, (maskRow(order) + 1) * batch);
    return never;
  }

  #drawn(labels: Int32Array, random: Random): Record<string, Float32Array | Int32Array> {
    const { negatives } = this.#order;
    this.#draws ??= new Draws(this.#order);
    const draws = this.#draws;
    const drawn = Int32Array.from({ length: negatives }, () => draws.draw(random()));
    return { drawn, drawnLogQ: Float32Array.from(drawn, (film) => draws.logQ(film, negatives)), labelLogQ: Float32Array.from(labels, (film) => draws.logQ(film, negatives)) };
  }

  *#checks(): Iterable<Piece> {
    const order = this.#order;
    const { starts, history, checked } = order;
    for (const { length, batch } of this.#buckets) {
      const longest = this.#buckets.at(-1)?.length ?? length;
      const shorter = this.#buckets.findLast((bucket) => bucket.length < length)?.length ?? 0;
      const users = checked.filter((user) => {
        const places = Math.min(longest, known(starts, user) - 1 + (order.causal ? 0 : 1));
        return places <= length && places > shorter;
      });
      for (let at = 0; at < users.length; at += batch) {
        const some = users.subarray(at, at + batch);
        const histories = Array.from(some, (user) => history.subarray(starts[user] ?? 0, (starts[user + 1] ?? 0) - 1));
        yield { graph: `${length}×${batch}`, feeds: { ...scoreFeeds(order, { length, batch, places: batch }, histories), users: some }, seed: 0 };
      }
    }
  }

  /** NDCG of the newest film among all films that the user had not seen before. */
  #measure(users: Piece['feeds'][string] | undefined, scores: Float32Array | undefined): { sum: number; count: number } {
    const order = this.#order;
    const { starts, history, films } = order;
    if (!users || !scores) throw new Error('A check lacks its users or scores.');
    let sum = 0;
    users.forEach((user: number, row: number) => {
      const own = scores.subarray(row * rowsOf(order), row * rowsOf(order) + films + 1);
      const to = (starts[user + 1] ?? 0) - 1;
      const target = own[history[to] ?? NOTHING] ?? 0;
      for (let at = starts[user] ?? 0; at < to; at++) own[history[at] ?? NOTHING] = Number.NEGATIVE_INFINITY;
      let above = 0;
      for (let film = 1; film <= films; film++) if ((own[film] ?? 0) > target) above++;
      if (above < TOP) sum += 1 / Math.log2(above + 2);
    });
    return { sum, count: users.length };
  }
}

function known(starts: Int32Array, user: number): number {
  return (starts[user + 1] ?? 0) - (starts[user] ?? 0);
}

/** Lengths of window, each 1.6 times the one before, up to that of the model: for each there is a graph, which keeps its memory. */
function bucketsOf({ length, tokens }: SequenceOrder): Bucket[] {
  const lengths: number[] = [];
  for (let at = length; at >= Math.min(SHORTEST, length); at = Math.floor(at / 1.6)) lengths.unshift(at);
  return lengths.map((own) => ({ length: own, batch: Math.max(1, Math.min(WINDOWS, Math.floor(tokens / own))) }));
}

/** All of a history in windows from its newest end, each in the smallest bucket that holds it. */
function windowsOf({ causal, starts, checked, length }: SequenceOrder, buckets: readonly Bucket[]): Map<Bucket, Window[]> {
  const held = new Set(checked);
  const found = new Map<Bucket, Window[]>(buckets.map((bucket) => [bucket, []]));
  for (let user = 0; user + 1 < starts.length; user++) {
    const start = starts[user] ?? 0;
    const most = causal ? length + 1 : length;
    for (let to = (starts[user + 1] ?? 0) - (held.has(user) ? 1 : 0); to - start >= 2; to -= length) {
      const from = Math.max(start, to - most);
      const places = to - from - (causal ? 1 : 0);
      const bucket = buckets.find((one) => one.length >= places);
      if (bucket) found.get(bucket)?.push({ user, from, to });
      if (from === start) break;
    }
  }
  return found;
}

/** Rivals by how often films are rated, to the power of .75. */
class Draws {
  readonly #upTo: Float64Array;
  readonly #share: Float64Array;

  constructor({ films, history }: SequenceOrder) {
    const counts = new Float64Array(films + 1);
    for (const film of history) counts[film] = (counts[film] ?? 0) + 1;
    const weights = counts.map((count, film) => (film === NOTHING ? 0 : Math.max(count, 1) ** DRAW_POWER));
    const whole = weights.reduce((a, b) => a + b, 0);
    this.#share = weights.map((weight) => weight / whole);
    let sum = 0;
    this.#upTo = this.#share.map((share) => (sum += share));
  }

  /** The film at a uniform number in [0, 1). */
  draw(uniform: number): number {
    let [low, high] = [1, this.#upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#upTo[middle] ?? 1) > uniform) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Log of how often a film is expected among `count` draws. */
  logQ(film: number, count: number): number {
    return film === NOTHING ? 0 : Math.log(count * (this.#share[film] ?? 1));
  }
}
