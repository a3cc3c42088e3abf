import { Graph, type Value } from './graph.ts';
import { blockParameters, norm, normParameters, transformerBlock } from './layers.ts';
import type { ParameterSpec } from './learner.ts';
import { NEVER } from './losses.ts';
import { add, dropout, embed, scale, take } from './operators.ts';

/** What a sequence model is made of. */
export interface SequenceShape {
  /** True: each place sees those before it, and tells the next (SASRec). False: every place sees all (BERT4Rec). */
  readonly causal: boolean;
  /** Films; they are rows 1 to `films` of the table, row 0 is nothing, and the row after them the mask. */
  readonly films: number;
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  /** Places of a window. */
  readonly length: number;
  readonly dropout: number;
}

/** Row of the table that stays zero and fills windows up. */
export const NOTHING = 0;

export function rowsOf({ causal, films }: SequenceShape): number {
  return films + (causal ? 1 : 2);
}

export function maskRow({ films }: SequenceShape): number {
  return films + 1;
}

/**
 * A hidden place knows nothing but what attention brings to it, so BERT4Rec starts with wide weights; with small ones it stays at
 * popularity for long. SASRec mostly needs the film at the place itself, and learns faster from small ones.
 */
function blockOptions({ causal, width, heads, dropout: rate }: SequenceShape) {
  return { width, heads, inner: causal ? width : 4 * width, activation: causal ? 'relu' : 'gelu', dropout: rate, start: causal ? 0.02 : 'xavier' } as const;
}

export function sequenceParameters(shape: SequenceShape, sparse: boolean): ParameterSpec[] {
  const { width, length, blocks } = shape;
  return [
    { name: 'films', shape: [rowsOf(shape), width], start: { deviation: 0.02 }, frozen: NOTHING, sparse },
    { name: 'places', shape: [length, width], start: { deviation: 0.02 } },
    ...Array.from({ length: blocks }, (_, block) => blockParameters(`block ${block}`, blockOptions(shape))).flat(),
    ...normParameters('last', width),
  ];
}

export interface Windows {
  readonly batch: number;
  readonly length: number;
  /** Places whose vectors are asked for. */
  readonly places: number;
}

/**
 * Inputs `seen` [batch · length] (rows of the table, from the oldest, NOTHING behind the newest), `newer` [batch · length] (how many
 * places of the window are newer: where one stands, counted from where all is asked), `asked` [places] (indices into batch · length)
 * and, where every place sees all, `empty` [batch, 1, 1, length] (NEVER behind the newest).
 * Answers a vector for each place asked for, and the table whose rows it is compared with.
 */
export function sequenceVectors(g: Graph, shape: SequenceShape, { batch, length, places }: Windows): { vectors: Value; table: Value } {
  const { causal, width, blocks } = shape;
  const table = g.parameter('films', [rowsOf(shape), width]);
  const films = scale(g, embed(g, table, g.input('seen', [batch * length], 'int32')), causal ? Math.sqrt(width) : 1);
  const order = embed(g, g.parameter('places', [shape.length, width]), g.input('newer', [batch * length], 'int32'));
  let x = dropout(g, add(g, films, order), shape.dropout);
  const hidden = causal ? g.constant(future(length), [1, 1, length, length]) : g.input('empty', [batch, 1, 1, length]);
  for (let block = 0; block < blocks; block++) x = transformerBlock(g, `block ${block}`, x, { batch, length, hidden }, blockOptions(shape));
  return { vectors: norm(g, 'last', take(g, x, g.input('asked', [places], 'int32'))), table };
}

/** A score for every row of the table: [places, rows]. With weights it is the graph that serves. */
export function sequenceScores(shape: SequenceShape, windows: Windows, weights?: ReadonlyMap<string, Float32Array>): Graph {
  const g = new Graph(weights);
  const { vectors, table } = sequenceVectors(g, { ...shape, dropout: 0 }, windows);
  g.output('scores', g.emit('Gemm', [vectors, table], [windows.places, rowsOf(shape)], { transB: 1 }));
  return g;
}

/** What `sequenceScores` is fed for histories in rows of the table, oldest first; each may be longer than the window, which takes its end. */
export function scoreFeeds({ causal, ...shape }: SequenceShape, { batch, length }: Windows, histories: readonly Int32Array[]): Record<string, Float32Array | Int32Array> {
  const films = new Int32Array(batch * length);
  const asked = new Int32Array(batch);
  const newer = new Int32Array(batch * length);
  const empty = new Float32Array(causal ? 0 : batch * length).fill(NEVER);
  histories.forEach((history, row) => {
    const recent = history.subarray(Math.max(0, history.length - (causal ? length : length - 1)));
    films.set(recent, row * length);
    if (!causal) films[row * length + recent.length] = maskRow({ causal, ...shape });
    const end = recent.length + (causal ? 0 : 1);
    asked[row] = row * length + Math.max(0, end - 1);
    countDown(newer, row * length, end);
    if (!causal) empty.fill(0, row * length, row * length + end);
  });
  return { seen: films, newer, asked, ...(!causal && { empty }) };
}

/** How many of `places` places from `from` on are newer than each: the last has 0. */
export function countDown(newer: Int32Array, from: number, places: number): void {
  for (let place = 0; place < places; place++) newer[from + place] = places - 1 - place;
}

function future(length: number): Float32Array {
  const hidden = new Float32Array(length * length);
  for (let place = 0; place < length; place++) hidden.fill(NEVER, place * length + place + 1, (place + 1) * length);
  return hidden;
}
