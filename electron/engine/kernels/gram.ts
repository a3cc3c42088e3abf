import type { Crew } from './crew.ts';
import type { Plan } from './plan.ts';

/** Rows of one partial sum, as in assembly/als.ts. */
const GRAM_ROWS = 2048;

/** Room for YᵀY of up to `rows` rows of `width` bytes. */
export function layGram(plan: Plan, rows: number, width: number) {
  const square = (width / 4) * width;
  return { gram: plan.bytes(square), partials: plan.bytes((Math.ceil(rows / GRAM_ROWS) + 1) * square) };
}

/** YᵀY of padded rows, whole: partial sums by blocks of rows, added up in their order. */
export async function gramOf(crew: Crew, at: ReturnType<typeof layGram>, factors: number, rows: number, width: number): Promise<void> {
  const blocks = Math.ceil(rows / GRAM_ROWS);
  const stride = width / 4;
  await crew.step([{ kernel: 'gramBlocks', count: blocks, block: 1, arguments: [factors, rows, width, at.partials] }]);
  const partials = crew.floats(at.partials, blocks * stride * stride);
  const gram = crew.floats(at.gram, stride * stride);
  for (let i = 0; i < stride; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let block = 0; block < blocks; block++) sum += partials[(block * stride + i) * stride + j] ?? 0;
      gram[i * stride + j] = sum;
      gram[j * stride + i] = sum;
    }
  }
}
