import { type Random, shuffled } from '../workspace/random.ts';
import { Graph, type Value } from './graph.ts';
import type { Learner, ParameterSpec, Piece } from './learner.ts';
import { inBatchSoftmax, NEVER } from './losses.ts';
import { concat, embed, linear, matmul, normalise, pool, relu, reshape, take } from './operators.ts';

/** What decides the shapes of both towers. */
export interface TowerShape {
  /** Films in rows 1 to `films` of the tables; row 0 is none. */
  readonly films: number;
  /** People with a vector of their own in rows 1 to `people`; row 0 is anyone else. */
  readonly people: number;
  readonly width: number;
  readonly hidden: number;
  /** Features of a film's content. */
  readonly content: number;
  /** Films of a history that are read, the newest. */
  readonly length: number;
}

export interface TowersOrder extends TowerShape {
  readonly kind: 'towers';
  readonly temperature: number;
  /** Histories in rows of the films, oldest first; that of user u lies from `starts[u]` to `starts[u + 1]`. */
  readonly starts: Int32Array;
  readonly history: Int32Array;
  /** Content of each film, row by row; row 0 is zeros. */
  readonly features: Float32Array;
  /** Users whose newest film is kept out of training and measured. */
  readonly checked: Int32Array;
}

/** Windows of a piece, and targets of a window: each history is read once for so many films that followed it. */
const WINDOWS = 64;
const AHEAD = 8;
const TARGETS = WINDOWS * AHEAD;
/** Pieces of a step. The same on every machine, because the order of sums is. */
const PIECES = 4;
/** So often a person is shown as anyone, and a film without its own vector: then history and content must do. */
const ANYONE = 0.5;
const UNKNOWN = 0.1;
/** The newest films of a history have a mean of their own beside that of all. */
export const RECENT = 5;

export function towerParameters({ films, people, width, hidden, content }: TowerShape): ParameterSpec[] {
  const table = (name: string, rows: number): ParameterSpec => ({ name, shape: [rows + 1, width], start: { deviation: 0.05 }, frozen: 0, sparse: true });
  const layers = (name: string, inputs: number): ParameterSpec[] => [
    { name: `${name}.w1`, shape: [inputs, hidden], start: { deviation: Math.sqrt(2 / inputs) } }, { name: `${name}.b1`, shape: [hidden], start: 0 },
    { name: `${name}.w2`, shape: [hidden, width], start: { deviation: Math.sqrt(1 / hidden) } }, { name: `${name}.b2`, shape: [width], start: 0 },
  ];
  return [table('films', films), table('seen', films), ...(people > 0 ? [table('people', people)] : []), ...layers('film', width + content), ...layers('person', personInputs({ people, width, content }))];
}

/** Width of what the person's tower reads: their own vector, means of all and of the newest films, and the mean of their content. */
export const personInputs = ({ people, width, content }: Pick<TowerShape, 'people' | 'width' | 'content'>): number => (people > 0 ? 3 : 2) * width + content;

/** One tower: two layers, and a vector of length 1. */
function tower(g: Graph, name: 'film' | 'person', x: Value, { width, hidden }: TowerShape): Value {
  const inputs = x.shape[1] ?? 1;
  const first = relu(g, linear(g, x, g.parameter(`${name}.w1`, [inputs, hidden]), g.parameter(`${name}.b1`, [hidden])));
  return normalise(g, linear(g, first, g.parameter(`${name}.w2`, [hidden, width]), g.parameter(`${name}.b2`, [width])));
}

function personTower(g: Graph, shape: TowerShape, batch: number): Value {
  const { films, people, width, content, length } = shape;
  const rows = reshape(g, embed(g, g.parameter('seen', [films + 1, width]), g.input('history', [batch * length], 'int32')), [batch, length, width]);
  const own = people > 0 ? [embed(g, g.parameter('people', [people + 1, width]), g.input('person', [batch], 'int32'))] : [];
  return tower(g, 'person', concat(g, [...own, pool(g, rows, g.input('all', [batch, length])), pool(g, rows, g.input('newest', [batch, length])), g.input('tastes', [batch, content])]), shape);
}

interface Window {
  readonly user: number;
  /** Targets, in the histories. */
  readonly from: number;
  readonly to: number;
}

/**
 * Two towers (Covington et al. 2016; Yi et al. 2019): a person's vector is read off their history and a film's off its id and
 * content, and their product is how well they go together. Each film that followed a history competes with the others of its
 * piece, whose scores are corrected by how often they are met (logQ).
 */
export class TowersLearner implements Learner {
  readonly parameters: readonly ParameterSpec[];
  readonly dropout = 0;
  readonly steps: number;
  readonly check: NonNullable<Learner['check']>;
  readonly #order: TowersOrder;
  readonly #windows: readonly Window[];
  readonly #logShare: Float32Array;

  constructor(order: TowersOrder) {
    this.#order = order;
    this.parameters = towerParameters(order);
    this.#windows = windowsOf(order);
    this.#logShare = logShares(order);
    this.steps = Math.ceil(Math.ceil(this.#windows.length / WINDOWS) / PIECES);
    const depth = recallDepth(order.films);
    this.check = {
      metric: `recall@${depth}`,
      pieces: () => this.#checks(),
      graph: () => this.#scores(),
      measure: ({ feeds }, { scores }) => this.#measure(feeds['users'], scores, depth),
    };
  }

  train(): { graph: Graph; loss: Value } {
    const { films, width, content, temperature } = this.#order;
    const g = new Graph();
    const windows = g.input('window', [TARGETS], 'int32');
    const people = take(g, personTower(g, this.#order, WINDOWS), windows);
    const own = embed(g, g.parameter('films', [films + 1, width]), g.input('film', [TARGETS], 'int32'));
    const targets = tower(g, 'film', concat(g, [own, g.input('content', [TARGETS, content])]), this.#order);
    return { graph: g, loss: inBatchSoftmax(g, people, targets, g.input('weights', [TARGETS, 1]), { adjust: adjustments(g, windows), temperature }) };
  }

  *epoch(random: Random): Iterable<readonly Piece[]> {
    const order = shuffled(this.#windows, random);
    for (let at = 0; at < order.length; at += PIECES * WINDOWS) {
      const step = order.slice(at, at + PIECES * WINDOWS);
      const total = step.reduce((sum, { from, to }) => sum + to - from, 0);
      const pieces: Piece[] = [];
      for (let from = 0; from < step.length; from += WINDOWS) pieces.push({ graph: 'train', feeds: this.#fill(step.slice(from, from + WINDOWS), 1 / total, random), seed: 0 });
      yield pieces;
    }
  }

  #fill(windows: readonly Window[], weight: number, random: Random): Piece['feeds'] {
    const { starts, history, content, features } = this.#order;
    const people = personFeeds(this.#order, windows.map(({ user, from }) => ({ person: random() < ANYONE ? 0 : user + 1, history: history.subarray(starts[user], from) })), WINDOWS);
    const [window, film, target] = [new Int32Array(TARGETS), new Int32Array(TARGETS), new Int32Array(TARGETS)];
    const [weights, words] = [new Float32Array(TARGETS), new Float32Array(TARGETS * content)];
    const rivals = new Float32Array(TARGETS).fill(NEVER);
    let count = 0;
    windows.forEach(({ from, to }, row) => {
      for (let at = from; at < to; at++, count++) {
        const own = history[at] ?? 0;
        window[count] = row;
        target[count] = own;
        film[count] = random() < UNKNOWN ? 0 : own;
        weights[count] = weight;
        words.set(features.subarray(own * content, (own + 1) * content), count * content);
        rivals[count] = -(this.#logShare[own] ?? 0);
      }
    });
    return { ...people, window, film, target, content: words, weights, rivals };
  }

  *#checks(): Iterable<Piece> {
    const { starts, history, checked } = this.#order;
    for (let at = 0; at < checked.length; at += WINDOWS) {
      const users = checked.subarray(at, at + WINDOWS);
      const feeds = personFeeds(this.#order, Array.from(users, (user) => ({ person: user + 1, history: history.subarray(starts[user], (starts[user + 1] ?? 0) - 1) })), WINDOWS);
      yield { graph: 'check', feeds: { ...feeds, users }, seed: 0 };
    }
  }

  #scores(): Graph {
    const { films, width, content, features } = this.#order;
    const g = new Graph();
    const all = tower(g, 'film', concat(g, [g.parameter('films', [films + 1, width]), g.constant(Float32Array.from(features), [films + 1, content])]), this.#order);
    g.output('scores', matmul(g, personTower(g, this.#order, WINDOWS), all, { turned: true }));
    return g;
  }

  /** Whether the newest film is among the first of all that the user had not seen before. */
  #measure(users: Piece['feeds'][string] | undefined, scores: Float32Array | undefined, depth: number): { sum: number; count: number } {
    const { starts, history, films } = this.#order;
    if (!users || !scores) throw new Error('A check lacks its users or scores.');
    let sum = 0;
    users.forEach((user: number, row: number) => {
      const own = scores.subarray(row * (films + 1), (row + 1) * (films + 1));
      const last = (starts[user + 1] ?? 0) - 1;
      const target = own[history[last] ?? 0] ?? 0;
      for (let at = starts[user] ?? 0; at < last; at++) own[history[at] ?? 0] = Number.NEGATIVE_INFINITY;
      let above = 0;
      for (let film = 1; film <= films; film++) if ((own[film] ?? 0) > target) above++;
      sum += Number(above < depth);
    });
    return { sum, count: users.length };
  }
}

/** Added to the scores of a piece: what corrects for how often a rival is met, and NEVER for the same film and what else followed the same history, which are none. */
function adjustments(g: Graph, windows: Value): Value {
  const square = [TARGETS, TARGETS];
  const places = g.constant(Int32Array.from({ length: TARGETS }, (_, at) => at), [TARGETS]);
  const alike = (x: Value) => g.emit('Equal', [g.emit('Reshape', [x, g.integers([TARGETS, 1])], [TARGETS, 1]), g.emit('Reshape', [x, g.integers([1, TARGETS])], [1, TARGETS])], square);
  const rivals = g.input('rivals', [1, TARGETS]);
  const none = g.emit('Or', [alike(g.input('target', [TARGETS], 'int32')), alike(windows)], square);
  return g.emit('Where', [alike(places), rivals, g.emit('Where', [none, g.number(NEVER), rivals], square)], square);
}

/** A tower is for finding candidates: many of a large catalogue. */
export const recallDepth = (films: number): number => (films >= 1000 ? 100 : 10);

/** What the person's tower is fed, for up to `batch` people; rows behind are of nobody. */
function personFeeds({ people, length, content, features }: TowersOrder, asked: readonly { readonly person: number; readonly history: Int32Array }[], batch: number): Record<string, Float32Array | Int32Array> {
  const [rows, person] = [new Int32Array(batch * length), new Int32Array(batch)];
  const [all, newest, tastes] = [new Float32Array(batch * length), new Float32Array(batch * length), new Float32Array(batch * content)];
  asked.forEach((one, at) => {
    person[at] = one.person;
    const own = one.history.subarray(Math.max(0, one.history.length - length));
    rows.set(own, at * length);
    const recent = Math.min(RECENT, own.length);
    all.fill(1 / own.length, at * length, at * length + own.length);
    newest.fill(1 / recent, at * length + own.length - recent, at * length + own.length);
    for (const film of own) {
      for (let k = 0; k < content; k++) tastes[at * content + k] = (tastes[at * content + k] ?? 0) + (features[film * content + k] ?? 0) / own.length;
    }
  });
  return { history: rows, all, newest, tastes, ...(people > 0 && { person }) };
}

/** What followed at least one film, in windows from the newest end. */
function windowsOf({ starts, checked }: TowersOrder): Window[] {
  const held = new Set(checked);
  const windows: Window[] = [];
  for (let user = 0; user + 1 < starts.length; user++) {
    const start = (starts[user] ?? 0) + 1;
    for (let to = (starts[user + 1] ?? 0) - Number(held.has(user)); to > start; to -= AHEAD) windows.push({ user, from: Math.max(start, to - AHEAD), to });
  }
  return windows;
}

/** Log of each film's share of the ratings. */
function logShares({ films, history }: TowersOrder): Float32Array {
  const counts = new Float64Array(films + 1);
  for (const film of history) counts[film] = (counts[film] ?? 0) + 1;
  return Float32Array.from(counts, (count) => Math.log(Math.max(1, count) / Math.max(1, history.length)));
}
