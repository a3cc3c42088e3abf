import { byPopularity, columnCounts, renumberColumns, type Shape, transpose } from './csr.ts';
import type { Loop } from './crew.ts';
import { type Lead, readMatrix } from './lead.ts';
import { padRow, unpadded } from './padding.ts';
import { Plan } from './plan.ts';
import { packState, unpackState } from './state.ts';

export interface AlsOptions {
  readonly factors: number;
  /** Sweeps: one solves all users, then all items. */
  readonly iterations: number;
  /** λ, added to the diagonal of every system. */
  readonly regularization: number;
  /** Confidence of an entry is 1 + alpha · value (Hu, Koren, Volinsky 2008). */
  readonly alpha: number;
  readonly cgSteps: number;
  readonly seed: number;
}

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
const GRAM_ROWS = 2048;

/** Where an item's factor starts: uniform in [-.05, .05), a function of the seed and the place alone (a finaliser of MurmurHash3). */
export function initialFactor(seed: number, item: number, factor: number): number {
  let h = Math.imul(seed ^ Math.imul(item, 0x9e3779b1) ^ Math.imul(factor + 1, 0x85ebca6b), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  return Math.fround(((h >>> 8) / 16_777_216 - 0.5) * 0.1);
}

export function layAls({ rows, columns, nonzeros }: Shape, options: AlsOptions, threads: number) {
  const plan = new Plan();
  const width = padRow(options.factors);
  const scratchBytes = HEAVY_BATCH * 4 * width;
  const partials = Math.ceil(Math.max(rows, columns) / GRAM_ROWS) + 1;
  return {
    plan,
    width,
    scratchBytes,
    matrix: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    items: { indptr: plan.words(columns + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    userFactors: plan.bytes(rows * width),
    itemFactors: plan.bytes(columns * width),
    gram: plan.bytes((width / 4) * width),
    partials: plan.bytes(partials * (width / 4) * width),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

type Layout = ReturnType<typeof layAls>;

export async function runAls(lead: Lead, options: AlsOptions, layout: Layout): Promise<{ result: AlsFactors; transfer: ArrayBuffer[] }> {
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
  const popular = byRank.findIndex((item) => (counts[item] ?? 0) < HEAVY);
  const heavy = Math.floor((popular < 0 ? columns : popular) / HEAVY_BATCH) * HEAVY_BATCH;

  const stride = width / 4;
  const itemFactors = crew.floats(layout.itemFactors, columns * stride);
  byRank.forEach((item, rank) => {
    for (let factor = 0; factor < options.factors; factor++) itemFactors[rank * stride + factor] = initialFactor(options.seed, item, factor);
  });

  const solve = (side: Layout['matrix'], solved: number, factors: number) => [side.indptr, side.indices, side.values, solved, factors, layout.gram, options.cgSteps, width];
  const userSide = solve(layout.matrix, layout.userFactors, layout.itemFactors);
  const itemSide = solve(layout.items, layout.itemFactors, layout.userFactors);
  const lightItems = itemSide.with(0, layout.items.indptr + heavy * 4).with(3, layout.itemFactors + heavy * width);
  const users: Loop[] = [{ kernel: 'alsRows', count: rows, block: ROWS, arguments: userSide }];
  const items: Loop[] = [
    { kernel: 'alsHeavyRows', count: heavy, block: HEAVY_BATCH, arguments: [...itemSide, rows, TILE] },
    { kernel: 'alsRows', count: columns - heavy, block: ROWS, arguments: lightItems },
  ];

  const gramOf = async (factors: number, count: number) => {
    const blocks = Math.ceil(count / GRAM_ROWS);
    await crew.step([{ kernel: 'gramBlocks', count: blocks, block: 1, arguments: [factors, count, width, layout.partials] }]);
    const partials = crew.floats(layout.partials, blocks * stride * stride);
    const gram = crew.floats(layout.gram, stride * stride);
    for (let i = 0; i < stride; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = i === j ? options.regularization : 0;
        for (let block = 0; block < blocks; block++) sum += partials[(block * stride + i) * stride + j] ?? 0;
        gram[i * stride + j] = sum;
        gram[j * stride + i] = sum;
      }
    }
  };

  const factors = [crew.bytes(layout.userFactors, rows * width), crew.bytes(layout.itemFactors, columns * width)] as const;
  const task = [rows, columns, options.factors];
  const [first = 0] = unpackState(lead.state, task, 1, factors, ([sweeps = 0]) => sweeps >= 1 && sweeps < options.iterations) ?? [];
  const total = options.iterations * (rows + columns);
  for (let sweep = first; sweep < options.iterations; sweep++) {
    const done = sweep * (rows + columns);
    await gramOf(layout.itemFactors, columns);
    await crew.step(users, (solved) => lead.progress(done + solved, total));
    await gramOf(layout.userFactors, rows);
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
