import { byPopularity, columnCounts, renumberColumns, type Shape, transpose } from './csr.ts';
import type { Loop } from './crew.ts';
import { gramOf, layGram } from './gram.ts';
import { type Lead, readMatrix } from './lead.ts';
import { padRow, unpadded } from './padding.ts';
import { Plan } from './plan.ts';
import { solveScratch } from './solve.ts';
import { packState, unpackState } from './state.ts';

export interface AlsOptions {
  readonly factors: number;
  /** Sweeps: one solves all users, then all items. */
  readonly iterations: number;
  /** λ, added to the diagonal of every system … */
  readonly regularization: number;
  /** … times (alpha · Σ values of the row + rows of the other side) to the power of this: ν of Rendle et al. (2022). Unless told 0: λ alike for all. */
  readonly exponent?: number;
  /** Confidence of an entry is 1 + alpha · value (Hu, Koren, Volinsky 2008). */
  readonly alpha: number;
  /** How a row is solved in a sweep: by a few steps of conjugate gradient from where it was, unless told, or exactly, by Cholesky. */
  readonly solver?: 'cg' | 'cholesky';
  readonly cgSteps: number;
  readonly seed: number;
  /** Where the items start, columns × factors, instead of what the seed gives: the items of an earlier model. */
  readonly start?: Float32Array;
}

/** What of it crosses to the kernel's threads as it is. */
export type AlsOrder = Omit<AlsOptions, 'start'> & { readonly warm: boolean };

/** Row-major factors: `users` is rows × factors, `items` columns × factors. */
export interface AlsFactors {
  readonly factors: number;
  readonly users: Float32Array;
  readonly items: Float32Array;
}

/** Columns with at least so many entries are solved in batches that walk the users' factors tile by tile. */
const HEAVY = 2048;
const HEAVY_BATCH = 512;
/** Rows of factors in a tile: 1 MB at 64 factors. */
const TILE = 4096;
const ROWS = 64;

/** Where an item's factor starts: uniform in [-.05, .05), a function of the seed and the place alone (a finaliser of MurmurHash3). */
export function initialFactor(seed: number, item: number, factor: number): number {
  let h = Math.imul(seed ^ Math.imul(item, 0x9e3779b1) ^ Math.imul(factor + 1, 0x85ebca6b), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  return Math.fround(((h >>> 8) / 16_777_216 - 0.5) * 0.1);
}

/** λ of each row: see AlsOptions.exponent. Values are weights, alpha times those of the matrix. */
export function ridges(indptr: Int32Array, weights: Float32Array, others: number, { regularization, exponent = 0 }: Pick<AlsOptions, 'regularization' | 'exponent'>): Float32Array {
  const lambdas = new Float32Array(indptr.length - 1).fill(regularization);
  if (exponent === 0) return lambdas;
  for (let row = 0, at = 0; row < lambdas.length; row++) {
    let sum = others;
    for (const end = indptr[row + 1] ?? 0; at < end; at++) sum += Math.abs(weights[at] ?? 0);
    lambdas[row] = regularization * sum ** exponent;
  }
  return lambdas;
}

export function layAls({ rows, columns, nonzeros }: Shape, options: Omit<AlsOptions, 'start'>, threads: number) {
  const plan = new Plan();
  const width = padRow(options.factors);
  const scratchBytes = options.solver === 'cholesky' ? solveScratch(width) : HEAVY_BATCH * 4 * width;
  return {
    plan,
    width,
    scratchBytes,
    matrix: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    items: { indptr: plan.words(columns + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    lambdas: { users: plan.words(rows), items: plan.words(columns) },
    userFactors: plan.bytes(rows * width),
    itemFactors: plan.bytes(columns * width),
    ...layGram(plan, Math.max(rows, columns), width),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

type Layout = ReturnType<typeof layAls>;

export async function runAls(lead: Lead, options: AlsOrder, layout: Layout): Promise<{ result: AlsFactors; transfer: ArrayBuffer[] }> {
  const { rows, columns, nonzeros } = lead.shape;
  const { width } = layout;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes);
  const matrix = await readMatrix(lead, crew, layout.matrix);

  // Items are renumbered by popularity: the factors that most rows use lie together.
  const counts = columnCounts(matrix);
  const byRank = byPopularity(counts);
  const ranks = renumberColumns(matrix, byRank);
  for (let at = 0; at < nonzeros; at++) matrix.values[at] = options.alpha * (matrix.values[at] ?? 0);
  transpose(matrix, { colptr: crew.words(layout.items.indptr, columns + 1), rowOf: crew.words(layout.items.indices, nonzeros), values: crew.floats(layout.items.values, nonzeros) });
  const [userSums, itemSums] = [crew.words(layout.matrix.indptr, rows + 1), crew.words(layout.items.indptr, columns + 1)];
  crew.floats(layout.lambdas.users, rows).set(ridges(userSums, matrix.values, columns, options));
  crew.floats(layout.lambdas.items, columns).set(ridges(itemSums, crew.floats(layout.items.values, nonzeros), rows, options));
  const popular = byRank.findIndex((item) => (counts[item] ?? 0) < HEAVY);
  const heavy = Math.floor((popular < 0 ? columns : popular) / HEAVY_BATCH) * HEAVY_BATCH;

  const stride = width / 4;
  const itemFactors = crew.floats(layout.itemFactors, columns * stride);
  const start = new Float32Array(options.warm ? columns * options.factors : 0);
  await lead.read('items', start);
  byRank.forEach((item, rank) => {
    for (let factor = 0; factor < options.factors; factor++) itemFactors[rank * stride + factor] = options.warm ? (start[item * options.factors + factor] ?? 0) : initialFactor(options.seed, item, factor);
  });

  const loops = (side: Layout['matrix'], solved: number, factors: number, lambdas: number, count: number, others: number, batched: number): Loop[] => {
    const system = [side.indptr, side.indices, side.values, solved, factors, layout.gram, lambdas];
    if (options.solver === 'cholesky') return [{ kernel: 'solveRows', count, block: ROWS, arguments: [...system, 1, width] }];
    const steps = [options.cgSteps, width];
    return [
      { kernel: 'alsHeavyRows', count: batched, block: HEAVY_BATCH, arguments: [...system, ...steps, others, TILE] },
      { kernel: 'alsRows', count: count - batched, block: ROWS, arguments: [...system.with(0, side.indptr + batched * 4).with(3, solved + batched * width).with(6, lambdas + batched * 4), ...steps] },
    ];
  };
  const users = loops(layout.matrix, layout.userFactors, layout.itemFactors, layout.lambdas.users, rows, columns, 0);
  const items = loops(layout.items, layout.itemFactors, layout.userFactors, layout.lambdas.items, columns, rows, heavy);

  const factors = [crew.bytes(layout.userFactors, rows * width), crew.bytes(layout.itemFactors, columns * width)] as const;
  const task = [rows, columns, options.factors];
  const [first = 0] = unpackState(lead.state, task, 1, factors, ([sweeps = 0]) => sweeps >= 1 && sweeps < options.iterations) ?? [];
  const total = options.iterations * (rows + columns);
  for (let sweep = first; sweep < options.iterations; sweep++) {
    const done = sweep * (rows + columns);
    await gramOf(crew, layout, layout.itemFactors, columns, width);
    await crew.step(users, (solved) => lead.progress(done + solved, total));
    await gramOf(crew, layout, layout.userFactors, rows, width);
    await crew.step(items, (solved) => lead.progress(done + rows + solved, total));
    if (sweep + 1 < options.iterations) await lead.step(sweep + 1, options.iterations, () => packState([...task, sweep + 1], factors));
  }
  const userFactors = crew.floats(layout.userFactors, rows * stride);
  const result = {
    factors: options.factors,
    users: unpadded(userFactors, rows, width, options.factors),
    items: unpadded(itemFactors, columns, width, options.factors, (item) => ranks[item] ?? 0),
  };
  return { result, transfer: [result.users.buffer, result.items.buffer] };
}
