/** The decomposition's algorithm in plain TypeScript: what the kernel is compared with, and what the bench measures against. */
import { initialFactor } from '../../electron/engine/kernels/als.ts';
import type { Csr } from '../../electron/engine/kernels/csr.ts';
import type { Decomposition, DecomposeOptions } from '../../electron/engine/kernels/decompose.ts';
import { eigen, orthonormaliser } from '../../electron/engine/kernels/symmetric.ts';

/** The same subspace iteration, sums in f64. */
export function plainDecompose(matrix: Csr, options: DecomposeOptions): Decomposition {
  const { rows, columns } = matrix;
  const most = Math.min(options.dimensions, rows, columns);
  const n = Math.ceil((most + 16) / 32) * 32;
  let z = new Float64Array(columns * n);
  for (let row = 0; row < columns; row++) for (let f = 0; f < n; f++) z[row * n + f] = initialFactor(options.seed, row, f);
  for (let round = 0; round < options.rounds; round++) {
    const y = orthonormal(times(matrix, z, n), rows, n);
    z = orthonormal(transposedTimes(matrix, y, n), columns, n);
  }
  z = orthonormal(z, columns, n);
  const y = times(matrix, z, n);
  const { values, vectors } = eigen(gramOf(y, rows, n), n);
  const kept = values.findIndex((value) => !(value > 1e-7 * (values[0] ?? 0)));
  const dimensions = Math.min(most, kept < 0 ? most : kept);
  return {
    dimensions,
    values: values.slice(0, dimensions).map(Math.sqrt),
    rows: Float32Array.from(narrowed(product(y, vectors, rows, n), rows, n, dimensions)),
    columns: Float32Array.from(narrowed(product(z, vectors, columns, n), columns, n, dimensions)),
  };
}

function times({ rows, indptr, indices, values }: Csr, dense: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(rows * n);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
      const value = values[at]!;
      const from = indices[at]! * n;
      for (let f = 0; f < n; f++) out[row * n + f]! += value * dense[from + f]!;
    }
  }
  return out;
}

function transposedTimes({ rows, columns, indptr, indices, values }: Csr, dense: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(columns * n);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
      const value = values[at]!;
      const to = indices[at]! * n;
      for (let f = 0; f < n; f++) out[to + f]! += value * dense[row * n + f]!;
    }
  }
  return out;
}

function gramOf(matrix: Float64Array, rows: number, n: number): Float64Array<ArrayBuffer> {
  const gram = new Float64Array(n * n);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < n; i++) {
      const own = matrix[row * n + i]!;
      for (let j = 0; j <= i; j++) gram[i * n + j]! += own * matrix[row * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) gram[j * n + i] = gram[i * n + j]!;
  return gram;
}

function orthonormal(matrix: Float64Array, rows: number, n: number): Float64Array<ArrayBuffer> {
  return product(matrix, orthonormaliser(gramOf(matrix, rows, n), n), rows, n);
}

function product(matrix: Float64Array, square: Float64Array, rows: number, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(rows * n);
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < n; t++) {
      const own = matrix[row * n + t]!;
      for (let j = 0; j < n; j++) out[row * n + j]! += own * square[t * n + j]!;
    }
  }
  return out;
}

function narrowed(matrix: Float64Array, rows: number, n: number, to: number): Float64Array {
  const out = new Float64Array(rows * to);
  for (let row = 0; row < rows; row++) out.set(matrix.subarray(row * n, row * n + to), row * to);
  return out;
}
