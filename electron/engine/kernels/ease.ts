import { type Shape, transpose } from './csr.ts';
import { type Lead, readMatrix } from './lead.ts';
import { Plan } from './plan.ts';

export interface EaseOptions {
  /** λ: how strongly weights are drawn to zero. */
  readonly lambda: number;
}

/** Columns that one round of the sweep removes. */
const BLOCK = 64;

export function layEase({ rows, columns, nonzeros }: Shape, _options: EaseOptions, threads: number) {
  const plan = new Plan();
  const size = Math.ceil(columns / BLOCK) * BLOCK;
  const panel = size * BLOCK;
  const scratchBytes = BLOCK * 4;
  return {
    plan,
    size,
    scratchBytes,
    matrix: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros), values: plan.words(nonzeros) },
    columns: { colptr: plan.words(columns + 1), rowOf: plan.words(nonzeros), positions: plan.words(nonzeros) },
    gram: plan.words(size * size),
    w: plan.words(panel),
    packedW: plan.words(panel),
    packedC: plan.words(panel),
    square: plan.bytes(BLOCK * BLOCK * 8),
    inverse: plan.words(BLOCK * BLOCK),
    scales: plan.words(size),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

export async function runEase(lead: Lead, options: EaseOptions, layout: ReturnType<typeof layEase>): Promise<{ result: Float32Array; transfer: ArrayBuffer[] }> {
  const { columns, nonzeros } = lead.shape;
  const { size, gram } = layout;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes);
  const matrix = await readMatrix(lead, crew, layout.matrix);
  transpose(matrix, { colptr: crew.words(layout.columns.colptr, columns + 1), rowOf: crew.words(layout.columns.rowOf, nonzeros), positions: crew.words(layout.columns.positions, nonzeros) });

  const total = 2 * size;
  const sources = [layout.columns.colptr, layout.columns.rowOf, layout.columns.positions, layout.matrix.indptr, layout.matrix.indices, layout.matrix.values];
  await crew.step([{ kernel: 'easeGram', count: columns, block: 16, arguments: [...sources, gram, size] }], (done) => lead.progress(done, total));

  const values = crew.floats(gram, size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = i < columns ? (values[i * size + i] ?? 0) + options.lambda : 1;
  for (let pivot = 0; pivot < size; pivot += BLOCK) {
    crew.call('easeInvertPivot', gram, size, pivot, layout.square, layout.inverse);
    const round = [gram, size, pivot, layout.inverse, layout.w, layout.packedW, layout.packedC];
    await crew.step([{ kernel: 'easePanel', count: size, block: BLOCK, arguments: round }]);
    await crew.step([{ kernel: 'easeUpdate', count: size, block: BLOCK, arguments: round }]);
    lead.progress(size + pivot + BLOCK, total);
  }

  const scales = crew.floats(layout.scales, size);
  for (let i = 0; i < size; i++) scales[i] = 1 / (values[i * size + i] ?? 1);
  await crew.step([{ kernel: 'easeExpand', count: size, block: BLOCK, arguments: [gram, size, layout.scales] }]);
  const result = new Float32Array(columns * columns);
  for (let row = 0; row < columns; row++) result.set(values.subarray(row * size, row * size + columns), row * columns);
  return { result, transfer: [result.buffer] };
}
