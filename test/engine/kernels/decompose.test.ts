import { afterAll, describe, expect, test } from 'vitest';
import type { Csr } from '../../../electron/engine/kernels/index.ts';
import { openKernels } from '../../../electron/engine/kernels/index.ts';
import type { Decomposition } from '../../../electron/engine/kernels/decompose.ts';
import { eigen } from '../../../electron/engine/kernels/symmetric.ts';
import { gaussian, seededRandom } from '../../../electron/engine/workspace/random.ts';
import { randomRatings } from '../../support/matrices.ts';
import { plainDecompose } from '../../support/plain-decomposition.ts';

const directory = new URL('../../../resources/kernels', import.meta.url).pathname;
const all = (['simd', 'relaxed-simd'] as const).map((variant) => openKernels({ directory, variant, threads: 2 }));
const one = openKernels({ directory, threads: 1 });
const two = openKernels({ directory, threads: 2 });
afterAll(async () => {
  await Promise.all([...all, one, two].map((kernels) => kernels.close()));
});

describe.each(all)('$variant', (kernels) => {
  test.each([[60, 40, 12], [40, 90, 12], [700, 129, 30], [3, 50, 8], [2500, 33, 33]])('singular values of %i × %i agree with an exact decomposition, the first %i', async (rows, columns, dimensions) => {
    const matrix = randomRatings(rows, columns, 0.15, rows);
    const made = await kernels.decompose(matrix, { dimensions, rounds: 8, seed: 3 });
    const exact = exactValues(matrix);
    expect(made.dimensions).toBe(Math.min(dimensions, exact.filter((value) => value > exact[0]! * 1e-3).length));
    made.values.forEach((value, place) => expect(Math.abs(value - exact[place]!)).toBeLessThan(2e-3 * exact[0]!));
    expectDecomposition(matrix, made);
  });

  test('agrees with plain TypeScript', async () => {
    const matrix = randomRatings(300, 200, 0.1, 5);
    const options = { dimensions: 20, rounds: 3, seed: 9 };
    const [made, plain] = [await kernels.decompose(matrix, options), plainDecompose(matrix, options)];
    expect(made.dimensions).toBe(plain.dimensions);
    made.values.forEach((value, place) => expect(value).toBeCloseTo(plain.values[place]!, 2));
    // What is used of the vectors are their products, which do not depend on signs or on the order of equal values.
    for (let a = 0; a < 40; a++) for (let b = 0; b < a; b++) expect(Math.abs(dot(made, a, b) - dot(plain, a, b))).toBeLessThan(0.02 * plain.values[0]!);
  });

  test('a matrix of low rank has that many dimensions and is given back whole', async () => {
    const random = seededRandom(1);
    const left = Float32Array.from({ length: 200 * 3 }, () => gaussian(random));
    const right = Float32Array.from({ length: 90 * 3 }, () => gaussian(random));
    const values = Float32Array.from({ length: 200 * 90 }, (_, at) => [0, 1, 2].reduce((sum, f) => sum + left[Math.floor(at / 90) * 3 + f]! * right[(at % 90) * 3 + f]!, 0));
    const matrix = { rows: 200, columns: 90, indptr: Int32Array.from({ length: 201 }, (_, row) => row * 90), indices: Int32Array.from(values, (_, at) => at % 90), values };
    const made = await kernels.decompose(matrix, { dimensions: 50, rounds: 2, seed: 1 });
    expect(made.dimensions).toBe(3);
    values.forEach((value, at) => {
      let sum = 0;
      for (let f = 0; f < 3; f++) sum += made.rows[Math.floor(at / 90) * 3 + f]! * made.columns[(at % 90) * 3 + f]!;
      expect(Math.abs(sum - value)).toBeLessThan(1e-3);
    });
  });

  test('matrices without entries have no dimensions; one entry has one', async () => {
    const empty: Csr = { rows: 3, columns: 4, indptr: new Int32Array(4), indices: new Int32Array(0), values: new Float32Array(0) };
    expect((await kernels.decompose(empty, { dimensions: 2, rounds: 2, seed: 1 })).dimensions).toBe(0);
    const single: Csr = { rows: 1, columns: 1, indptr: Int32Array.of(0, 1), indices: Int32Array.of(0), values: Float32Array.of(4) };
    expect((await kernels.decompose(single, { dimensions: 2, rounds: 2, seed: 1 })).values[0]).toBeCloseTo(4, 5);
  });

  test.each([[5000, 64], [301, 37], [12, 512]])('the nearest of %i rows, %i wide, are those of all products', (rows, width) => {
    const random = seededRandom(width);
    const matrix = Float32Array.from({ length: rows * width }, (_, at) => gaussian(random) / Math.sqrt(1 + (at % width)));
    for (let turn = 0; turn < 10; turn++) {
      const vector = Float32Array.from({ length: width }, (_, f) => gaussian(random) / Math.sqrt(1 + f));
      const exact = Array.from({ length: rows }, (_, row) => ({ row, score: vector.reduce((sum, value, f) => sum + value * matrix[row * width + f]!, 0) }))
        .filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score).slice(0, 10);
      const { positions, scores } = kernels.nearest(matrix, rows, width, vector, 10);
      expect(Array.from(positions)).toEqual(exact.map(({ row }) => row));
      exact.forEach(({ score }, place) => expect(scores[place]).toBeCloseTo(score, 4));
    }
    expect(kernels.nearest(matrix, rows, width, new Float32Array(width), 10).positions).toHaveLength(0);
  });
});

test('the same seed gives the same bytes on one thread and on two', async () => {
  const matrix = randomRatings(4000, 300, 0.05, 11);
  const options = { dimensions: 40, rounds: 2, seed: 5 };
  const [a, b, other] = [await one.decompose(matrix, options), await two.decompose(matrix, options), await two.decompose(matrix, { ...options, seed: 6 })];
  expect(b).toEqual(a);
  expect(other.rows).not.toEqual(a.rows);
});

test('cancelled, or too large for what it may take, it ends with an error that says so', async () => {
  const matrix = randomRatings(3000, 300, 0.1, 1);
  const options = { dimensions: 128, rounds: 400, seed: 1 };
  const stop = new AbortController();
  const running = two.decompose(matrix, options, { signal: stop.signal });
  setTimeout(() => stop.abort(), 150);
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  const small = openKernels({ directory, memoryLimit: 1_000_000 });
  await expect(small.decompose(matrix, options)).rejects.toMatchObject({ code: 'out-of-memory', hint: expect.stringContaining('dimensions') });
});

function dot({ rows, dimensions }: Decomposition, a: number, b: number): number {
  let sum = 0;
  for (let f = 0; f < dimensions; f++) sum += rows[a * dimensions + f]! * rows[b * dimensions + f]!;
  return sum;
}

/** V is orthonormal, and the rows are X V. */
function expectDecomposition({ rows, columns, indptr, indices, values }: Csr, made: Decomposition): void {
  const n = made.dimensions;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let term = 0; term < columns; term++) sum += made.columns[term * n + i]! * made.columns[term * n + j]!;
      expect(Math.abs(sum - Number(i === j))).toBeLessThan(1e-4);
    }
  }
  for (let row = 0; row < Math.min(rows, 50); row++) {
    for (let f = 0; f < n; f++) {
      let sum = 0;
      for (let at = indptr[row]!; at < indptr[row + 1]!; at++) sum += values[at]! * made.columns[indices[at]! * n + f]!;
      expect(Math.abs(sum - made.rows[row * n + f]!)).toBeLessThan(1e-4 * made.values[0]!);
    }
  }
}

/** By the eigenvalues of the smaller of XXᵀ and XᵀX in f64. */
function exactValues({ rows, columns, indptr, indices, values }: Csr): number[] {
  const dense = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) for (let at = indptr[row]!; at < indptr[row + 1]!; at++) dense[row * columns + indices[at]!] = values[at]!;
  const byRows = rows <= columns;
  const n = Math.min(rows, columns);
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let t = 0; t < (byRows ? columns : rows); t++) gram[i * n + j]! += byRows ? dense[i * columns + t]! * dense[j * columns + t]! : dense[t * columns + i]! * dense[t * columns + j]!;
    }
  }
  return Array.from(jacobi(gram, n), (value) => Math.sqrt(Math.max(0, value)));
}

/** Eigenvalues by cyclic Jacobi rotations, largest first: another way than the one that is tested. */
function jacobi(a: Float64Array, n: number): number[] {
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q]!;
        if (Math.abs(apq) < 1e-12) continue;
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[k * n + p]!, a[k * n + q]!];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[p * n + k]!, a[q * n + k]!];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
        }
      }
    }
  }
  return Array.from({ length: n }, (_, i) => a[i * n + i]!).toSorted((x, y) => y - x);
}

test('eigenvectors of a symmetric matrix', () => {
  const random = seededRandom(2);
  const n = 25;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = gaussian(random);
  const { values, vectors } = eigen(matrix.slice(), n);
  jacobi(matrix.slice(), n).forEach((value, place) => expect(values[place]).toBeCloseTo(value, 8));
  for (let place = 0; place < n; place++) {
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += matrix[i * n + j]! * vectors[j * n + place]!;
      expect(product).toBeCloseTo(values[place]! * vectors[i * n + place]!, 8);
    }
  }
});
