import type { Shape } from './csr.ts';
import { gramOf, layGram } from './gram.ts';
import { type Lead, readMatrix } from './lead.ts';
import { padded, padRow, unpadded } from './padding.ts';
import { Plan } from './plan.ts';

export interface SolveOptions {
  readonly factors: number;
  /** `implicit`: as a sweep of ALS with confidences 1 + alpha · value. `values`: least squares of the values by the columns' factors. */
  readonly target: { readonly implicit: true; readonly alpha: number } | { readonly implicit: false };
}

/** Rows that a thread gathers at a time, as in assembly/solve.ts. */
const GATHERED = 64;
const ROWS = 64;

/** Bytes that a thread needs to solve a row: the system, its right side, and the rows gathered. */
export function solveScratch(width: number): number {
  return (width / 4 + 1 + GATHERED) * width;
}

export function laySolve({ rows, columns, nonzeros }: Shape, { factors }: SolveOptions, threads: number) {
  const plan = new Plan();
  const width = padRow(factors);
  const scratchBytes = solveScratch(width);
  return {
    plan,
    width,
    scratchBytes,
    matrix: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    lambdas: plan.words(rows),
    rows: plan.bytes(rows * width),
    columns: plan.bytes(columns * width),
    ...layGram(plan, columns, width),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

export async function runSolve(lead: Lead, { factors, target }: SolveOptions, layout: ReturnType<typeof laySolve>): Promise<{ result: Float32Array; transfer: ArrayBuffer[] }> {
  const { rows, columns } = lead.shape;
  const { width } = layout;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes);
  const { values } = await readMatrix(lead, crew, layout.matrix);
  if (target.implicit) for (let at = 0; at < values.length; at++) values[at] = target.alpha * (values[at] ?? 0);
  await lead.read('lambdas', crew.floats(layout.lambdas, rows));
  const given = new Float32Array(columns * factors);
  await lead.read('items', given);
  padded(given, columns, width, factors, crew.floats(layout.columns, (columns * width) / 4));
  if (target.implicit) await gramOf(crew, layout, layout.columns, columns, width);
  const { indptr, indices } = layout.matrix;
  const system = [indptr, indices, layout.matrix.values, layout.rows, layout.columns, target.implicit ? layout.gram : 0, layout.lambdas, target.implicit ? 1 : 0, width];
  await crew.step([{ kernel: 'solveRows', count: rows, block: ROWS, arguments: system }], (done) => lead.progress(done, rows));
  const result = unpadded(crew.floats(layout.rows, (rows * width) / 4), rows, width, factors);
  return { result, transfer: [result.buffer] };
}
