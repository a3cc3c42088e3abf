import { gaussian, seededRandom } from '../workspace/random.ts';
import type { Crew } from './crew.ts';
import { byPopularity, columnCounts, type Csr, type Shape } from './csr.ts';
import { type HeldOut, holdOut, rootMeanSquare } from './held-out.ts';
import { type Lead, readMatrix } from './lead.ts';
import { padRow, unpadded } from './padding.ts';
import { Plan } from './plan.ts';
import { packState, unpackState } from './state.ts';

export interface SvdOptions {
  /** SVD++: users are known by which films they rated, too. */
  readonly implicit: boolean;
  readonly factors: number;
  readonly epochs: number;
  readonly rate: number;
  readonly regularization: number;
  /** Factors start normally distributed about 0 with this standard deviation, those of films with few ratings with a smaller one. */
  readonly deviation: number;
  /** Epochs without a better error on held-out ratings after which training ends, with the best factors; 0: all epochs, nothing is held out. */
  readonly patience: number;
  /** Share of the ratings that is held out where `patience` is above 0. */
  readonly heldOut: number;
  readonly seed: number;
}

/** r̂ = mean + userBiases[u] + itemBiases[i] + items[i] · users[u]; for SVD++ `users` hold pᵤ + |N(u)|^-½ Σ yⱼ. Row-major factors. */
export interface SvdFactors {
  readonly factors: number;
  readonly mean: number;
  readonly users: Float32Array;
  readonly items: Float32Array;
  readonly userBiases: Float32Array;
  readonly itemBiases: Float32Array;
  /** The yⱼ of SVD++, else empty. */
  readonly implicit: Float32Array;
  /** Epochs after which these were the factors. */
  readonly epochs: number;
}

/** Users and films each fall into so many groups, whatever the number of threads. */
export const GROUPS = 16;
/** With so many ratings a film starts from half of what a much rated one starts from. */
const FEW = 5;

export function laySvd({ rows, columns, nonzeros }: Shape, { factors, implicit }: SvdOptions, threads: number) {
  const plan = new Plan();
  const width = padRow(factors);
  const entries = implicit ? 0 : nonzeros;
  return {
    plan,
    width,
    scratchBytes: 2 * width,
    matrix: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    /** The same ratings block by block. */
    blocks: { starts: plan.words(GROUPS * GROUPS + 1), users: plan.words(entries), items: plan.words(entries), values: plan.words(entries) },
    order: plan.words(rows),
    userFactors: plan.bytes(rows * width),
    itemFactors: plan.bytes(columns * width),
    implicit: plan.bytes(implicit ? columns * width : 0),
    userBiases: plan.words(rows),
    itemBiases: plan.words(columns),
    losses: plan.bytes(GROUPS * GROUPS * 8),
    scratch: plan.bytes(threads * 2 * width),
  };
}

type Layout = ReturnType<typeof laySvd>;

/**
 * `svd` walks the ratings in strata (Gemulla et al. 2011): users and films fall into 16 groups each, and of the 256 blocks
 * those on one diagonal share neither, so that threads may take them in any order with the same result. `svdpp` runs on
 * one thread: each user moves the yⱼ of all films that the user rated.
 */
export async function runSvd(lead: Lead, options: SvdOptions, layout: Layout): Promise<{ result: SvdFactors; transfer: ArrayBuffer[] }> {
  const { rows, columns } = lead.shape;
  const { width } = layout;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes, options.implicit ? 1 : lead.threads);
  const all = await readMatrix(lead, crew, layout.matrix);
  const heldOut = options.patience > 0 ? holdOut(all, options.heldOut, options.seed) : undefined;
  const matrix = heldOut?.kept ?? all;
  const mean = matrix.values.reduce((sum, value) => sum + value, 0) / Math.max(1, matrix.values.length);

  const sides = [[layout.userFactors, rows], [layout.itemFactors, columns], ...(options.implicit ? [[layout.implicit, columns] as const] : [])] as const;
  startFactors(sides.map(([at, count]) => crew.floats(at, (count * width) / 4)), columnCounts(matrix), options);
  const learnt = [...sides.map(([at, count]) => crew.bytes(at, count * width)), crew.bytes(layout.userBiases, rows * 4), crew.bytes(layout.itemBiases, columns * 4)];
  const epochOf = options.implicit ? usersInTurn(crew, layout, matrix, options, mean) : strata(crew, layout, matrix, options, mean);

  const result = (epochs: number): SvdFactors => ({
    factors: options.factors, mean, epochs,
    users: unpadded(userVectors(crew, layout, matrix, options), rows, width, options.factors),
    items: unpadded(crew.floats(layout.itemFactors, (columns * width) / 4), columns, width, options.factors),
    userBiases: new Float32Array(crew.floats(layout.userBiases, rows)),
    itemBiases: new Float32Array(crew.floats(layout.itemBiases, columns)),
    implicit: options.implicit ? unpadded(crew.floats(layout.implicit, (columns * width) / 4), columns, width, options.factors) : new Float32Array(0),
  });
  const errorOn = ({ users, items, ratings }: HeldOut) => {
    const vectors = userVectors(crew, layout, matrix, options);
    const films = crew.floats(layout.itemFactors, (columns * width) / 4);
    const [own, usual] = [crew.floats(layout.userBiases, rows), crew.floats(layout.itemBiases, columns)];
    const stride = width / 4;
    return rootMeanSquare(ratings, (i) => {
      const [user, item] = [users[i] ?? 0, items[i] ?? 0];
      let sum = mean + (own[user] ?? 0) + (usual[item] ?? 0);
      for (let f = 0; f < options.factors; f++) sum += (vectors[user * stride + f] ?? 0) * (films[item * stride + f] ?? 0);
      return sum;
    });
  };

  // Errors of each epoch, on what was learnt from and on what was held out; the best factors stand behind the present ones.
  const errors = new Float64Array(2 * options.epochs);
  const best = heldOut ? learnt.map((part) => part.slice()) : [];
  const kept = [new Uint8Array(errors.buffer), ...learnt, ...best];
  const task = [rows, columns, options.factors];
  const [first = 0, found = 0] = unpackState(lead.state, task, 2, kept, ([done = 0]) => done >= 1 && done < options.epochs) ?? [];
  let bestEpoch = found;
  const tell = (epoch: number) => lead.point({ epoch, loss: errors[2 * epoch - 2] ?? 0, metric: heldOut ? (errors[2 * epoch - 1] ?? 0) : null });
  for (let epoch = 1; epoch <= first; epoch++) tell(epoch);
  const steps = epochOf.steps * options.epochs;
  const patience = heldOut ? options.patience : options.epochs;
  for (let epoch = first + 1; epoch <= options.epochs && epoch - bestEpoch <= patience; epoch++) {
    errors[2 * epoch - 2] = Math.sqrt((await epochOf.run(epoch, (step) => lead.progress((epoch - 1) * epochOf.steps + step, steps))) / Math.max(1, matrix.values.length));
    if (heldOut) {
      const error = errorOn(heldOut);
      errors[2 * epoch - 1] = error;
      if (bestEpoch === 0 || error < (errors[2 * bestEpoch - 1] ?? 0)) {
        bestEpoch = epoch;
        best.forEach((part, i) => part.set(learnt[i] ?? part));
      }
    }
    tell(epoch);
    if (epoch < options.epochs) await lead.step(epoch, options.epochs, () => packState([...task, epoch, bestEpoch], kept));
  }
  if (heldOut) learnt.forEach((part, i) => part.set(best[i] ?? part));
  const made = result(heldOut ? bestEpoch : options.epochs);
  return { result: made, transfer: [made.users, made.items, made.userBiases, made.itemBiases, made.implicit].map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer) };
}

/**
 * Normal deviates; those of a film with n ratings are n / (n + 5) as large. What a film starts from stays in its factors
 * where few ratings move them, and is noise in every prediction of such a film.
 */
export function startFactors([users = new Float32Array(), ...films]: readonly Float32Array[], counts: Int32Array, { factors, deviation, seed }: SvdOptions): void {
  const random = seededRandom(seed);
  const stride = padRow(factors) / 4;
  for (const table of [users, ...films]) {
    for (let row = 0; row * stride < table.length; row++) {
      const ratings = counts[row] ?? 0;
      const scale = table === users ? deviation : (deviation * ratings) / (ratings + FEW);
      for (let factor = 0; factor < factors; factor++) table[row * stride + factor] = scale * gaussian(random);
    }
  }
}

/** One epoch: its sum of squared errors; `steps` is how often it tells of its progress. */
interface Epochs {
  readonly steps: number;
  run(epoch: number, progress: (step: number) => void): Promise<number>;
}

function strata(crew: Crew, layout: Layout, matrix: Csr, { seed, rate, regularization }: SvdOptions, mean: number): Epochs {
  const { blocks } = layout;
  sortIntoBlocks(matrix, crew, blocks);
  const losses = new Float64Array(crew.memory.buffer, layout.losses, GROUPS * GROUPS);
  const rest = [GROUPS, blocks.starts, blocks.users, blocks.items, blocks.values, layout.userFactors, layout.itemFactors, layout.userBiases, layout.itemBiases, layout.losses, mean, rate, regularization, layout.width];
  return {
    steps: GROUPS,
    async run(epoch, progress) {
      const diagonals = shuffled(GROUPS, seed + epoch);
      for (const [step, shift] of diagonals.entries()) {
        await crew.step([{ kernel: 'svdBlocks', count: GROUPS, block: 1, arguments: [shift, ...rest] }]);
        progress(step + 1);
      }
      return losses.reduce((sum, loss) => sum + loss, 0);
    },
  };
}

/** Users of one row modulo the groups, and films of one rank by popularity modulo the groups, are a group; within a block users stand one after another. */
function sortIntoBlocks(matrix: Csr, crew: Crew, at: Layout['blocks']): void {
  const { rows, columns, indptr, indices, values } = matrix;
  const group = new Int32Array(columns);
  byPopularity(columnCounts(matrix)).forEach((column, rank) => {
    group[column] = rank % GROUPS;
  });
  const starts = crew.words(at.starts, GROUPS * GROUPS + 1);
  const walk = (visit: (block: number, row: number, entry: number) => void) => {
    for (let row = 0; row < rows; row++) {
      for (let entry = indptr[row] ?? 0; entry < (indptr[row + 1] ?? 0); entry++) visit((row % GROUPS) * GROUPS + (group[indices[entry] ?? 0] ?? 0), row, entry);
    }
  };
  starts.fill(0);
  walk((block) => {
    starts[block + 1] = (starts[block + 1] ?? 0) + 1;
  });
  for (let block = 0; block < GROUPS * GROUPS; block++) starts[block + 1] = (starts[block + 1] ?? 0) + (starts[block] ?? 0);
  const next = starts.slice(0, GROUPS * GROUPS);
  const [users, items, ratings] = [crew.words(at.users, indices.length), crew.words(at.items, indices.length), crew.floats(at.values, indices.length)];
  walk((block, row, entry) => {
    const to = next[block] ?? 0;
    next[block] = to + 1;
    users[to] = row;
    items[to] = indices[entry] ?? 0;
    ratings[to] = values[entry] ?? 0;
  });
}

/** Users between two reports of progress. */
const USERS = 4096;

function usersInTurn(crew: Crew, layout: Layout, matrix: Csr, { seed, rate, regularization }: SvdOptions, mean: number): Epochs {
  const { rows } = matrix;
  const { indptr, indices, values } = layout.matrix;
  const losses = new Float64Array(crew.memory.buffer, layout.losses, 1);
  const rest = [layout.order, indptr, indices, values, layout.userFactors, layout.itemFactors, layout.implicit, layout.userBiases, layout.itemBiases, layout.losses, mean, rate, regularization, layout.width];
  return {
    steps: rows,
    run(epoch, progress) {
      crew.words(layout.order, rows).set(shuffled(rows, seed + epoch));
      losses[0] = 0;
      for (let from = 0; from < rows; from += USERS) {
        const to = Math.min(rows, from + USERS);
        crew.call('svdppUsers', from, to, layout.scratch, ...rest);
        progress(to);
      }
      return Promise.resolve(losses[0] ?? 0);
    },
  };
}

/** pᵤ, and for SVD++ pᵤ + |N(u)|^-½ Σ yⱼ: padded rows. */
function userVectors(crew: Crew, layout: Layout, { rows, columns, indptr, indices }: Csr, { implicit }: SvdOptions): Float32Array {
  const stride = layout.width / 4;
  const own = crew.floats(layout.userFactors, rows * stride);
  if (!implicit) return own;
  const vectors = new Float32Array(own);
  const films = crew.floats(layout.implicit, columns * stride);
  const sum = new Float64Array(stride);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [indptr[row] ?? 0, indptr[row + 1] ?? 0];
    if (from === to) continue;
    sum.fill(0);
    for (let at = from; at < to; at++) {
      const film = (indices[at] ?? 0) * stride;
      for (let f = 0; f < stride; f++) sum[f] = (sum[f] ?? 0) + (films[film + f] ?? 0);
    }
    const root = 1 / Math.sqrt(to - from);
    for (let f = 0; f < stride; f++) vectors[row * stride + f] = (vectors[row * stride + f] ?? 0) + root * (sum[f] ?? 0);
  }
  return vectors;
}

/** 0 … count - 1 in an order that the seed decides (Fisher and Yates). */
export function shuffled(count: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
