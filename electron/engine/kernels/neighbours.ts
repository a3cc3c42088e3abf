import { byPopularity, columnCounts, type Csr, renumberColumns, type Shape, transpose } from './csr.ts';
import type { Crew } from './crew.ts';
import { type Lead, readMatrix } from './lead.ts';
import { Plan } from './plan.ts';

export interface NeighbourOptions {
  /** How many to keep for each column. */
  readonly neighbours: number;
  /** Added to the product of the norms: draws similarities that few users vouch for to zero. */
  readonly shrinkage: number;
}

/** For each column its most similar others, best first: `indices` and `values` hold `width` entries a column, -1 and 0 where there are fewer. */
export interface Neighbours {
  readonly width: number;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

export function layNeighbours({ rows, columns, nonzeros }: Shape, { neighbours }: NeighbourOptions, threads: number) {
  const plan = new Plan();
  const padded = Math.ceil(columns / 16) * 16;
  /** Keys that a thread holds of a column before it keeps the best alone: see assembly/neighbours.ts. */
  const room = neighbours + Math.max(16, Math.ceil(neighbours / 2));
  const kept = columns * neighbours;
  const scratchBytes = Math.ceil((3 * padded + 2 * columns * room) / 32) * 128;
  return {
    plan,
    padded,
    room,
    kept,
    scratchBytes,
    matrix: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    columns: { colptr: plan.words(columns + 1), rowOf: plan.words(nonzeros), positions: plan.words(nonzeros) },
    starts: plan.words(rows * (planesOf(columns) + 1)),
    squares: plan.words(padded),
    norms: plan.words(padded),
    names: plan.words(columns),
    order: plan.words(columns),
    indices: plan.words(kept),
    values: plan.words(kept),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

type Layout = ReturnType<typeof layNeighbours>;

export async function runNeighbours(lead: Lead, options: NeighbourOptions, layout: Layout): Promise<{ result: Neighbours; transfer: ArrayBuffer[] }> {
  const { columns } = lead.shape;
  const { names, room, kept } = layout;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes);
  const matrix = await readMatrix(lead, crew, layout.matrix);
  const byRank = byPopularity(columnCounts(matrix));
  crew.words(names, columns).set(byRank);
  renumberColumns(matrix, byRank);
  const work = sortRows(matrix, crew, layout);
  // The longest ones first, so that the threads end together.
  crew.words(layout.order, columns).set(Int32Array.from(work.keys()).sort((a, b) => (work[b] ?? 0) - (work[a] ?? 0) || a - b));

  const sources = [layout.order, names, layout.columns.colptr, layout.columns.rowOf, layout.columns.positions, layout.starts, lead.shape.rows, layout.matrix.indices, layout.matrix.values];
  const pairs = [...sources, layout.squares, layout.norms, columns, rowsAlike(matrix) ? 1 : 0, options.shrinkage, options.neighbours, room];
  await crew.step([{ kernel: 'neighbourPairs', count: columns, block: 8, arguments: pairs }], (done) => lead.progress(done, columns));
  const merge = [layout.scratch, layout.scratchBytes, lead.threads, names, columns, options.neighbours, room, layout.indices, layout.values];
  await crew.step([{ kernel: 'neighbourMerge', count: columns, block: 512, arguments: merge }]);

  const result = { width: options.neighbours, indices: new Int32Array(crew.words(layout.indices, kept)), values: new Float32Array(crew.floats(layout.values, kept)) };
  return { result, transfer: [result.indices.buffer, result.values.buffer] };
}

/** Columns whose numbers differ in their low 16 bits alone. */
const PLANE = 65_536;

function planesOf(columns: number): number {
  return Math.max(1, Math.ceil(columns / PLANE));
}

/**
 * Sorts the rows of a renumbered matrix, whose indices become their low 16 bits, in half of their room; notes where each row's
 * planes start, and the columns' entries and squared norms; answers how many sums each column takes.
 */
function sortRows(matrix: Csr, crew: Crew, layout: Layout): Float64Array {
  const { rows, columns, indptr, indices, values } = matrix;
  const nonzeros = indices.length;
  const colptr = crew.words(layout.columns.colptr, columns + 1);
  const rowOf = crew.words(layout.columns.rowOf, nonzeros);
  const positions = crew.words(layout.columns.positions, nonzeros);
  // The values by column lie where the positions will: each is read just before its place is taken.
  const byColumn = crew.floats(layout.columns.positions, nonzeros);
  transpose(matrix, { colptr, rowOf, values: byColumn });

  const shorts = new Uint16Array(crew.memory.buffer, layout.matrix.indices, nonzeros);
  const next = indptr.slice(0, rows);
  const work = new Float64Array(columns);
  // A column without entries, and the padding, have similarity 0 to all: a square of 1 keeps 0 / 0 away.
  const squares = crew.floats(layout.squares, layout.padded).fill(1);
  for (let column = 0, at = 0; column < columns; column++) {
    if (column % PLANE === 0) crew.words(layout.starts + (column / PLANE) * rows * 4, rows).set(next);
    let sum = 0;
    let sums = 0;
    for (const end = colptr[column + 1] ?? 0; at < end; at++) {
      const row = rowOf[at] ?? 0;
      const value = byColumn[at] ?? 0;
      const place = next[row] ?? 0;
      next[row] = place + 1;
      shorts[place] = column;
      values[place] = value;
      positions[at] = place;
      sum += value * value;
      sums += place - (indptr[row] ?? 0);
    }
    if (sum > 0) squares[column] = sum;
    work[column] = sums;
  }
  crew.floats(layout.norms, layout.padded).set(squares.map(Math.sqrt));
  crew.words(layout.starts + planesOf(columns) * rows * 4, rows).set(next);
  return work;
}

/** Whether the values of each row are all equal. */
function rowsAlike({ rows, indptr, values }: Csr): boolean {
  for (let row = 0, at = 0; row < rows; row++) {
    const first = values[at];
    for (const end = indptr[row + 1] ?? 0; at < end; at++) if (values[at] !== first) return false;
  }
  return true;
}
