import { gaussian, seededRandom } from '../../electron/engine/workspace/random.ts';
import type { Csr } from '../../electron/engine/kernels/csr.ts';

/** A matrix of half-star ratings with popular and rare columns, empty rows and empty columns among them. */
export function randomRatings(rows: number, columns: number, density: number, seed: number): Csr {
  const random = seededRandom(seed);
  const indptr = new Int32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const eagerness = row % 17 === 3 ? 0 : Math.exp(gaussian(random) * 0.7);
    for (let column = 0; column < columns; column++) {
      if (column % 23 === 5 || random() > (density * eagerness * 3 * columns) / (columns + 6 * column)) continue;
      indices.push(column);
      values.push(0.5 + Math.floor(random() * 10) / 2);
    }
    indptr[row + 1] = indices.length;
  }
  return { rows, columns, indptr, indices: Int32Array.from(indices), values: Float32Array.from(values) };
}

/** The same entries, all 1. */
export function binary(matrix: Csr): Csr {
  return { ...matrix, values: new Float32Array(matrix.values.length).fill(1) };
}
