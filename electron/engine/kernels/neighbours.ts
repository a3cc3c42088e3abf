import { type Shape, transpose } from './csr.ts';
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

export function layNeighbours({ rows, columns, nonzeros }: Shape, options: NeighbourOptions, threads: number) {
  const plan = new Plan();
  const padded = Math.ceil(columns / 16) * 16;
  const scratchBytes = padded * 4;
  return {
    plan,
    padded,
    scratchBytes,
    matrix: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    columns: { colptr: plan.words(columns + 1), rowOf: plan.words(nonzeros), positions: plan.words(nonzeros) },
    squares: plan.words(padded),
    order: plan.words(columns),
    indices: plan.words(columns * options.neighbours),
    values: plan.words(columns * options.neighbours),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

export async function runNeighbours(lead: Lead, options: NeighbourOptions, layout: ReturnType<typeof layNeighbours>): Promise<{ result: Neighbours; transfer: ArrayBuffer[] }> {
  const { columns, nonzeros } = lead.shape;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes);
  const matrix = await readMatrix(lead, crew, layout.matrix);
  const colptr = crew.words(layout.columns.colptr, columns + 1);
  const rowOf = crew.words(layout.columns.rowOf, nonzeros);
  const positions = crew.words(layout.columns.positions, nonzeros);
  transpose(matrix, { colptr, rowOf, positions });

  // A column without entries, and the padding, have similarity 0 to all: a square of 1 keeps 0 / 0 away.
  const squares = crew.floats(layout.squares, layout.padded).fill(1);
  const work = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let at = colptr[column] ?? 0; at < (colptr[column + 1] ?? 0); at++) {
      const value = matrix.values[positions[at] ?? 0] ?? 0;
      const row = rowOf[at] ?? 0;
      sum += value * value;
      work[column] = (work[column] ?? 0) + (matrix.indptr[row + 1] ?? 0) - (matrix.indptr[row] ?? 0);
    }
    if (sum > 0) squares[column] = sum;
  }
  // The longest rows first, so that the threads end together.
  crew.words(layout.order, columns).set(Int32Array.from(work.keys()).sort((a, b) => (work[b] ?? 0) - (work[a] ?? 0) || a - b));

  const sources = [layout.order, layout.columns.colptr, layout.columns.rowOf, layout.columns.positions, layout.matrix.indptr, layout.matrix.indices, layout.matrix.values];
  const rest = [layout.squares, columns, options.shrinkage, options.neighbours, layout.indices, layout.values];
  await crew.step([{ kernel: 'neighbourRows', count: columns, block: 8, arguments: [...sources, ...rest] }], (done) => lead.progress(done, columns));

  const result = {
    width: options.neighbours,
    indices: Int32Array.from(crew.words(layout.indices, columns * options.neighbours)),
    values: Float32Array.from(crew.floats(layout.values, columns * options.neighbours)),
  };
  return { result, transfer: [result.indices.buffer, result.values.buffer] };
}
