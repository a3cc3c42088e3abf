import { type ModelName, ReelbenchError } from '../../../shared/contract/index.ts';
import { shared } from '../neural/learners.ts';
import { Layout } from '../neural/learner.ts';
import { openSession, type Session } from '../neural/runtime.ts';
import { PIECES, type SequenceOrder } from '../neural/sequence.ts';
import { rowsOf, scoreFeeds, sequenceParameters, sequenceScores, type SequenceShape } from '../neural/sequence-graph.ts';
import { trainLearner } from '../neural/training.ts';
import { ratedPositions } from './catalogue.ts';
import { indexOf, INTERACTION_BYTES, interactions, spread } from './matrices.ts';
import type { Catalogue, DataSize, FitContext, History, Model, Recommender, TrainingData } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions } from './saved.ts';
import { checkedUsers, sequencesOf } from './sequences.ts';

/** What `sasrec` and `bert4rec` are told (shared/domain/parameters.ts). */
export interface SequenceOptions {
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  readonly length: number;
  readonly dropout: number;
  readonly rate: number;
  readonly batch: number;
  readonly all_films: number;
  readonly negatives: number;
  readonly epochs: number;
  readonly patience: number;
  readonly averaged: number;
  readonly validation_users: number;
  readonly max_minutes: number;
  readonly masked?: number;
}

const WARMUP = 100;
/** Multiplications and additions a second that one thread does while training, all told: measured at 55 to 60 GFLOP/s. */
const FLOPS = 55e9;
/** Epochs until it gets no better, on data of a million ratings. */
const LIKELY_EPOCHS = 60;
const OPTIMISER_COPIES = 8;

export const sequenceCurve = { loss: 'cross-entropy', metric: 'NDCG@10' } as const;

/** Fits a model of sequences: `causal` each film from those before it, else hidden films from all others. */
export async function fitSequences(name: 'sasrec' | 'bert4rec', causal: boolean, version: number, options: SequenceOptions, train: TrainingData, context: FitContext): Promise<Model> {
  const positions = ratedPositions(train.catalogue.counts);
  const shape = shapeOf(causal, options, positions.length);
  const size = { users: train.userIds.length, films: positions.length, ratings: train.ratings.indices.length, terms: 0 };
  refuse(name, causal, options, size, context);
  const { starts, history } = sequencesOf(train, positions);
  const checked = checkedUsers(starts, options.validation_users, context.parameters.engine.seed);
  const order: SequenceOrder = {
    kind: 'sequence', ...shape, starts: shared(starts), history: shared(history), checked,
    tokens: Math.max(1, Math.floor(options.batch / PIECES)), negatives: positions.length > options.all_films ? Math.min(options.negatives, positions.length) : 0, masked: options.masked ?? 0,
  };
  if (!Array.from(starts.keys()).some((user) => (starts[user + 1] ?? 0) - (starts[user] ?? 0) >= 2)) {
    throw new ReelbenchError('not-ready', `${name} learns what follows what, and no user has two ratings.`, { hint: 'Import more ratings, or train another model.' });
  }
  const checkpoint = await context.keep?.([name, version, options, context.parameters.engine.seed, hashOf(history)], interactions(train, positions));
  const { weights, best, ended, points } = await trainLearner(order, {
    threads: Math.max(1, Math.min(PIECES, context.kernels.threads)), seed: context.parameters.engine.seed, rate: options.rate, warmup: WARMUP,
    epochs: options.epochs, patience: options.patience, minutes: options.max_minutes, average: options.averaged,
  }, { signal: context.signal, progress: context.progress, curve: (point, best) => context.curve?.(point, best), checkpoint });
  context.log(said(name, points.length, best, ended, options));
  const flat = new Float32Array(new Layout(sequenceParameters(shape, false)).size);
  for (const [part, values] of new Layout(sequenceParameters(shape, false)).views(flat)) values.set(weights.get(part) ?? []);
  return sequenceModel(name, train.catalogue, { shape, positions, weights: flat, users: train.userIds.length });
}

/** A model as `save` gave it. */
export function loadSequences(name: 'sasrec' | 'bert4rec', causal: boolean, saved: Parameters<Recommender['load']>[0], catalogue: Catalogue): Model {
  const positions = savedPositions(saved, catalogue);
  const number = (part: string) => savedNumber(saved, part);
  const shape = { causal, films: positions.length, width: number('width'), blocks: number('blocks'), heads: number('heads'), length: number('length'), dropout: 0 };
  const weights = savedArray(saved, 'weights', Float32Array);
  if (weights.length !== new Layout(sequenceParameters(shape, false)).size) throw new ReelbenchError('invalid-input', 'The saved model has weights of another size than it says.', { hint: 'Train it again.' });
  return sequenceModel(name, catalogue, { shape, positions, weights, users: number('users') });
}

/** Bytes of a fit: the weights with what Adam and the averages keep, the threads' copies, and what the graphs of a step hold. */
export function sequenceMemory(causal: boolean, options: SequenceOptions, { films, ratings }: DataSize, threads: number): number {
  const shape = shapeOf(causal, options, films);
  const weights = new Layout(sequenceParameters(shape, false)).size * 4;
  const working = Math.max(1, Math.min(PIECES, threads));
  const tokens = Math.max(1, Math.floor(options.batch / PIECES));
  const scored = causal ? tokens : tokens * (options.masked ?? 0);
  const rivals = films > options.all_films ? options.negatives : films;
  const scores = 4 * 3 * scored * rivals;
  const layers = 4 * tokens * options.blocks * (30 * options.width + 4 * options.heads * options.length);
  const graphs = 1 + Math.floor(Math.log(Math.max(1, options.length / 16)) / Math.log(1.6));
  return (INTERACTION_BYTES + 8) * ratings + weights * (OPTIMISER_COPIES + 4 * working) + working * (60e6 + graphs * (scores + layers));
}

/** Seconds that a fit is likely to take: multiplications of an epoch, for as many epochs as it commonly goes on getting better. */
export function sequenceSeconds(causal: boolean, options: SequenceOptions, { films, ratings }: DataSize, threads: number): number {
  const { width, blocks, length, epochs, max_minutes: minutes } = options;
  const inner = causal ? width : 4 * width;
  const rivals = films > options.all_films ? options.negatives : films;
  const flops = 6 * blocks * (4 * width ** 2 + 2 * width * inner) + 12 * blocks * length * width + 6 * width * rivals * (causal ? 1 : (options.masked ?? 0));
  const epoch = (1.1 * ratings * flops) / FLOPS / Math.max(1, Math.min(PIECES, threads));
  return Math.min(minutes * 60, epoch * Math.min(epochs, LIKELY_EPOCHS * (causal ? 1 : 2)));
}

function shapeOf(causal: boolean, { width, blocks, heads, length, dropout }: SequenceOptions, films: number): SequenceShape {
  if (width % heads !== 0) throw new ReelbenchError('invalid-arguments', `A width of ${width} cannot be shared among ${heads} heads.`, { hint: 'Take a number of heads that divides the width.' });
  return { causal, films, width, blocks, heads, length, dropout };
}

function refuse(name: string, causal: boolean, options: SequenceOptions, size: DataSize, context: FitContext): void {
  const needed = sequenceMemory(causal, options, size, context.kernels.threads);
  if (needed <= context.memory()) return;
  throw new ReelbenchError('out-of-memory', `${name} needs about ${(needed / 1e9).toFixed(1)} GB for ${size.films.toLocaleString('en')} films at a width of ${options.width}, and ${(context.memory() / 1e9).toFixed(1)} GB are free.`, {
    hint: `Lower recommenders.${name}.batch or recommenders.${name}.width, or raise transform.min_ratings_per_movie so that there are fewer films.`,
  });
}

/** FNV-1a: the matrix of who rated what does not tell the order. */
function hashOf(values: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const value of values) hash = Math.imul(hash ^ value, 0x01000193);
  return hash >>> 0;
}

function said(name: string, epochs: number, best: number, ended: 'epochs' | 'no better' | 'time', { max_minutes: minutes, patience }: SequenceOptions): string {
  const why = ended === 'time' ? `the limit of ${minutes} minutes was reached` : ended === 'no better' ? `it got no better for ${patience} epochs` : 'that is the limit of epochs';
  return `${name} kept the weights of epoch ${best} of ${epochs}: ${why}.`;
}

interface Parts {
  readonly shape: SequenceShape;
  readonly positions: Int32Array;
  /** In the layout's order. */
  readonly weights: Float32Array;
  readonly users: number;
}

function sequenceModel(name: ModelName, catalogue: Catalogue, { shape, positions, weights, users }: Parts): Model {
  const { width, length } = shape;
  const window = { batch: 1, length, places: 1 };
  const films = catalogue.movieIds.length;
  const index = indexOf(positions, films);
  const parts = new Layout(sequenceParameters(shape, false)).views(weights);
  const table = parts.get('films') ?? new Float32Array(0);
  const lengths = Float64Array.from({ length: rowsOf(shape) }, (_, row) => Math.hypot(...table.subarray(row * width, (row + 1) * width)) || 1);
  const cosine = (a: number, b: number) => {
    let product = 0;
    for (let k = 0; k < width; k++) product += (table[a * width + k] ?? 0) * (table[b * width + k] ?? 0);
    return product / ((lengths[a] ?? 1) * (lengths[b] ?? 1));
  };
  let opening: Promise<Session> | undefined;
  const session = () => {
    opening ??= openSession(sequenceScores(shape, window, parts).encode());
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
  /** A history in rows of the table, oldest first. Films that count against have no place in what was liked to be followed. */
  const rows = ({ order, positions: rated, weights: counts }: History) =>
    Int32Array.from(order).filter((at) => (counts[at] ?? 0) > 0 && (index[rated[at] ?? 0] ?? -1) >= 0).map((at) => 1 + (index[rated[at] ?? 0] ?? -1));

  /** What runs, for `close` to wait for. */
  let busy: Promise<unknown> = Promise.resolve();
  function score(histories: readonly Int32Array[]): Promise<Float32Array[]> {
    const scored = scoreEach(histories);
    busy = Promise.allSettled([busy, scored]);
    return scored;
  }
  /** One by one, so that a history has the same scores alone and among others. */
  async function scoreEach(histories: readonly Int32Array[]): Promise<Float32Array[]> {
    const running = await session();
    const answers: Float32Array[] = [];
    for (const history of histories) {
      const { scores } = await running.run(scoreFeeds(shape, window, [history]));
      answers.push(spread(scores?.subarray(1, 1 + positions.length) ?? new Float32Array(0), positions, films));
    }
    return answers;
  }

  return {
    name,
    catalogue,
    size: { items: positions.length, users },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    async foldIn(history) {
      const own = rows(history);
      const [scores = new Float32Array(films)] = await score([own]);
      return {
        scores,
        explain(position) {
          const target = 1 + (index[position] ?? -1);
          if (target === 0) return [];
          const read = own.subarray(Math.max(0, own.length - length));
          return [{ kind: 'because-you-rated', evidence: Array.from(read, (row) => ({ position: positions[row - 1] ?? 0, contribution: cosine(row, target) })) }];
        },
      };
    },
    scoreMany: (histories) => score(histories.map(rows)),
    similar(position, count) {
      const target = 1 + (index[position] ?? -1);
      if (target === 0) return [];
      return Array.from(positions, (other, at) => ({ position: other, score: at + 1 === target ? Number.NEGATIVE_INFINITY : cosine(at + 1, target) }))
        .toSorted((a, b) => b.score - a.score || a.position - b.position).slice(0, Math.min(count, positions.length - 1));
    },
    save: () => ({ arrays: { films: filmsAt(positions, catalogue), weights }, meta: { width, blocks: shape.blocks, heads: shape.heads, length, users } }),
    async close() {
      await busy;
      await (await opening)?.release();
      opening = undefined;
    },
  };
}
