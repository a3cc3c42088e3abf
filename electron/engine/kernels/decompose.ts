import { initialFactor } from './als.ts';
import { type Shape, transpose } from './csr.ts';
import type { Crew, Loop } from './crew.ts';
import { type Lead, readMatrix } from './lead.ts';
import { Plan } from './plan.ts';
import { eigen, orthonormaliser, type Square } from './symmetric.ts';

export interface DecomposeOptions {
  /** Singular values wanted; there are fewer where the matrix has fewer. */
  readonly dimensions: number;
  /** Times that the subspace is multiplied by XᵀX: more give values nearer to the exact ones. */
  readonly rounds: number;
  readonly seed: number;
}

/** X ≈ rows · columnsᵀ: `rows` = X · columns = U Σ, `columns` = V, both row-major and `dimensions` wide, `values` = Σ, largest first. */
export interface Decomposition {
  readonly dimensions: number;
  readonly values: Float64Array;
  readonly rows: Float32Array;
  readonly columns: Float32Array;
}

/** Dimensions taken beyond those wanted, so that the last of these are right, too. */
const MORE = 16;
const PANEL = 128;
const ROWS = 64;
const CHUNKS = 32;
/** Squares of singular values below this share of the largest are noise of f32. */
const NOISE = 1e-7;

const padded = (rows: number) => Math.ceil(rows / ROWS) * ROWS;
const wanted = ({ rows, columns }: Shape, { dimensions }: DecomposeOptions) => Math.min(dimensions, rows, columns);

export function layDecompose(shape: Shape, options: DecomposeOptions, threads: number) {
  const { rows, columns, nonzeros } = shape;
  const plan = new Plan();
  const width = Math.ceil((wanted(shape, options) + MORE) / 32) * 32;
  const scratchBytes = Math.max(PANEL, ROWS) * width * 4;
  const chunks = Math.max(...[rows, columns].map((count) => Math.ceil(count / chunkOf(count))), 1);
  return {
    plan,
    width,
    scratchBytes,
    byRow: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    byColumn: { indptr: plan.words(columns + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    tall: plan.words(padded(rows) * width),
    wide: plan.words(padded(columns) * width),
    partials: plan.words(chunks * width * width),
    packed: plan.words(width * width),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

/** Rows that one thread sums up by itself: a matter of the matrix alone, so that threads do not change sums. */
function chunkOf(rows: number): number {
  return Math.max(8 * PANEL, Math.ceil(rows / CHUNKS / PANEL) * PANEL);
}

/**
 * Randomised subspace iteration (Halko, Martinsson and Tropp 2011) from the side of the columns: Z is drawn, then
 * Z ← orth(Xᵀ orth(X Z)) a few times, and the eigenvectors of (X Z)ᵀ(X Z) turn Z into V. So U Σ is X V to the rounding.
 */
export async function runDecompose(lead: Lead, options: DecomposeOptions, layout: ReturnType<typeof layDecompose>): Promise<{ result: Decomposition; transfer: ArrayBuffer[] }> {
  const { shape } = lead;
  const { rows, columns, nonzeros } = shape;
  const { width, tall, wide } = layout;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes);
  const matrix = await readMatrix(lead, crew, layout.byRow);
  transpose(matrix, { colptr: crew.words(layout.byColumn.indptr, columns + 1), rowOf: crew.words(layout.byColumn.indices, nonzeros), values: crew.floats(layout.byColumn.values, nonzeros) });
  const z = crew.floats(wide, columns * width);
  for (let row = 0; row < columns; row++) for (let f = 0; f < width; f++) z[row * width + f] = initialFactor(options.seed, row, f);

  const steps = 5 * options.rounds + 6;
  let done = 0;
  const step = async (loop: Loop) => {
    await crew.step([loop]);
    lead.progress(Math.min(++done, steps), steps);
  };
  const times = (side: { indptr: number; indices: number; values: number }, count: number, dense: number, out: number): Loop =>
    ({ kernel: 'sparseTimes', count, block: 32, arguments: [side.indptr, side.indices, side.values, dense, out, width] });
  const turn = async (of: number, count: number, square: Square) => {
    pack(square, width, crew.floats(layout.packed, width * width));
    await step({ kernel: 'timesSquare', count: padded(count), block: ROWS, arguments: [of, width, layout.packed] });
  };
  const gramOf = async (of: number, count: number): Promise<Square> => {
    const chunk = chunkOf(count);
    await step({ kernel: 'tallGram', count: Math.ceil(count / chunk), block: 1, arguments: [of, count, width, chunk, layout.partials] });
    return summed(crew, layout.partials, Math.ceil(count / chunk), width);
  };
  const orthonormalise = async (of: number, count: number) => turn(of, count, orthonormaliser(await gramOf(of, count), width));

  for (let round = 0; round < options.rounds; round++) {
    await step(times(layout.byRow, rows, wide, tall));
    await orthonormalise(tall, rows);
    await step(times(layout.byColumn, columns, tall, wide));
    await orthonormalise(wide, columns);
  }
  // Once more: one pass leaves what f32 loses on columns that are far from orthogonal.
  await orthonormalise(wide, columns);
  await step(times(layout.byRow, rows, wide, tall));
  const { values, vectors } = eigen(await gramOf(tall, rows), width);
  await turn(tall, rows, vectors);
  await turn(wide, columns, vectors);

  const least = NOISE * (values[0] ?? 0);
  const noise = values.findIndex((value) => !(value > least));
  const dimensions = Math.min(wanted(shape, options), noise < 0 ? width : noise);
  const result = {
    dimensions,
    values: values.slice(0, dimensions).map(Math.sqrt),
    rows: narrowed(crew.floats(tall, rows * width), rows, width, dimensions),
    columns: narrowed(z, columns, width, dimensions),
  };
  return { result, transfer: [result.values.buffer, result.rows.buffer, result.columns.buffer] };
}

/** The partial sums of lower triangles as one symmetric square. */
function summed(crew: Crew, partials: number, chunks: number, n: number): Square {
  const parts = crew.floats(partials, chunks * n * n);
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let chunk = 0; chunk < chunks; chunk++) sum += parts[(chunk * n + i) * n + j] ?? 0;
      gram[i * n + j] = sum;
      gram[j * n + i] = sum;
    }
  }
  return gram;
}

/** As [n / 8][n][8]. */
function pack(square: Square, n: number, into: Float32Array): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) into[(j - (j % 8)) * n + i * 8 + (j % 8)] = square[i * n + j] ?? 0;
}

function narrowed(matrix: Float32Array, rows: number, width: number, to: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) out.set(matrix.subarray(row * width, row * width + to), row * to);
  return out;
}
