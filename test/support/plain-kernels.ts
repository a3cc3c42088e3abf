/** The kernels' algorithms in plain TypeScript: what tests compare with, and what the benches measure against. */
import { type AlsFactors, type AlsOptions, initialFactor } from '../../electron/engine/kernels/als.ts';
import type { Csr } from '../../electron/engine/kernels/csr.ts';
import type { NeighbourOptions, Neighbours } from '../../electron/engine/kernels/neighbours.ts';

/** The same matrix by columns. */
export function plainTranspose(matrix: Csr): Csr {
  const { rows, columns, indptr, indices, values } = matrix;
  const out = { rows: columns, columns: rows, indptr: new Int32Array(columns + 1), indices: new Int32Array(indices.length), values: new Float32Array(indices.length) };
  for (const column of indices) out.indptr[column + 1]!++;
  for (let column = 0; column < columns; column++) out.indptr[column + 1]! += out.indptr[column]!;
  const next = out.indptr.slice();
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
      const place = next[indices[at]!]!++;
      out.indices[place] = row;
      out.values[place] = values[at]!;
    }
  }
  return out;
}

/** Implicit ALS by conjugate gradient, f64 arithmetic on f32 factors. */
export function plainAls(matrix: Csr, options: AlsOptions): AlsFactors {
  const { factors } = options;
  const users = new Float32Array(matrix.rows * factors);
  const items = Float32Array.from({ length: matrix.columns * factors }, (_, at) => initialFactor(options.seed, Math.floor(at / factors), at % factors));
  const byItem = plainTranspose(matrix);
  for (let sweep = 0; sweep < options.iterations; sweep++) {
    solveSide(matrix, users, items, options);
    solveSide(byItem, items, users, options);
  }
  return { factors, users, items };
}

/** One half of a sweep. */
export function solveSide(side: Csr, solved: Float32Array, others: Float32Array, { factors: n, regularization, alpha, cgSteps }: AlsOptions): void {
  const gram = plainGram(others, n);
  for (let i = 0; i < n; i++) gram[i * n + i]! += regularization;
  const [x, r, p, q] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let row = 0; row < side.rows; row++) {
    const start = side.indptr[row]!;
    const end = side.indptr[row + 1]!;
    const own = solved.subarray(row * n, (row + 1) * n);
    if (start === end) {
      own.fill(0);
      continue;
    }
    x.set(own);
    multiply(gram, x, r, n);
    for (let f = 0; f < n; f++) r[f] = -r[f]!;
    walk(side, start, end, alpha, others, x, r, n, true);
    p.set(r);
    let rr = dot(r, r, n);
    for (let step = 0; step < cgSteps && rr >= 1e-20; step++) {
      multiply(gram, p, q, n);
      walk(side, start, end, alpha, others, p, q, n, false);
      const scale = rr / dot(p, q, n);
      for (let f = 0; f < n; f++) {
        x[f]! += scale * p[f]!;
        r[f]! -= scale * q[f]!;
      }
      const next = dot(r, r, n);
      for (let f = 0; f < n; f++) p[f] = r[f]! + (next / rr) * p[f]!;
      rr = next;
    }
    own.set(x);
  }
}

function walk(side: Csr, start: number, end: number, alpha: number, others: Float32Array, p: Float64Array, out: Float64Array, n: number, residual: boolean): void {
  const fours = n & ~3;
  for (let at = start; at < end; at++) {
    const y = side.indices[at]! * n;
    const weight = alpha * side.values[at]!;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let f = 0; f < fours; f += 4) {
      a += others[y + f]! * p[f]!;
      b += others[y + f + 1]! * p[f + 1]!;
      c += others[y + f + 2]! * p[f + 2]!;
      d += others[y + f + 3]! * p[f + 3]!;
    }
    for (let f = fours; f < n; f++) a += others[y + f]! * p[f]!;
    const product = a + b + (c + d);
    const s = residual ? 1 + weight - weight * product : weight * product;
    for (let f = 0; f < fours; f += 4) {
      out[f]! += s * others[y + f]!;
      out[f + 1]! += s * others[y + f + 1]!;
      out[f + 2]! += s * others[y + f + 2]!;
      out[f + 3]! += s * others[y + f + 3]!;
    }
    for (let f = fours; f < n; f++) out[f]! += s * others[y + f]!;
  }
}

/** YᵀY in f64. */
export function plainGram(rows: Float32Array, n: number): Float64Array {
  const gram = new Float64Array(n * n);
  for (let start = 0; start < rows.length; start += n) {
    for (let i = 0; i < n; i++) {
      const left = rows[start + i]!;
      for (let j = 0; j <= i; j++) gram[i * n + j]! += left * rows[start + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) gram[j * n + i] = gram[i * n + j]!;
  return gram;
}

function multiply(matrix: Float64Array, x: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!;
    out[i] = sum;
  }
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let f = 0; f < n; f++) sum += a[f]! * b[f]!;
  return sum;
}

/** EASE with an f64 inverse: Cholesky, the factor's inverse, and their product. */
export function plainEase(matrix: Csr, lambda: number): Float64Array {
  const n = matrix.columns;
  const gram = new Float64Array(n * n);
  for (let row = 0; row < matrix.rows; row++) {
    for (let a = matrix.indptr[row]!; a < matrix.indptr[row + 1]!; a++) {
      for (let b = matrix.indptr[row]!; b <= a; b++) gram[matrix.indices[a]! * n + matrix.indices[b]!]! += matrix.values[a]! * matrix.values[b]!;
    }
  }
  for (let i = 0; i < n; i++) gram[i * n + i]! += lambda;
  const inverse = invert(gram, n);
  const weights = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) weights[i * n + j] = i === j ? 0 : -inverse[i * n + j]! / inverse[j * n + j]!;
  return weights;
}

/** The inverse of a symmetric positive definite matrix given by its lower triangle. */
function invert(matrix: Float64Array, n: number): Float64Array {
  const lower = matrix.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  }
  // Rows of the factor's inverse, transposed, so that the product below walks rows.
  const turned = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    turned[j * n + j] = 1 / lower[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= lower[i * n + k]! * turned[j * n + k]!;
      turned[j * n + i] = sum / lower[i * n + i]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += turned[i * n + k]! * turned[j * n + k]!;
      inverse[i * n + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}

/** Cosine neighbours, in the kernel's precision: sums, products of squared norms and quotients rounded to f32. */
export function plainNeighbours(matrix: Csr, { neighbours, shrinkage }: NeighbourOptions): Neighbours {
  const byItem = plainTranspose(matrix);
  const indices = new Int32Array(matrix.columns * neighbours).fill(-1);
  const values = new Float32Array(matrix.columns * neighbours);
  const squares = new Float32Array(matrix.columns);
  for (let item = 0; item < matrix.columns; item++) {
    let sum = 0;
    for (let at = byItem.indptr[item]!; at < byItem.indptr[item + 1]!; at++) sum += byItem.values[at]! ** 2;
    squares[item] = sum;
  }
  const sums = new Float32Array(matrix.columns);
  for (let item = 0; item < matrix.columns; item++) {
    const touched: number[] = [];
    for (let at = byItem.indptr[item]!; at < byItem.indptr[item + 1]!; at++) {
      const user = byItem.indices[at]!;
      for (let b = matrix.indptr[user]!; b < matrix.indptr[user + 1]!; b++) {
        const other = matrix.indices[b]!;
        if (sums[other] === 0) touched.push(other);
        sums[other] = sums[other]! + Math.fround(byItem.values[at]! * matrix.values[b]!);
      }
    }
    const found = touched
      .filter((other) => other !== item)
      .map((other) => ({ other, value: Math.fround(sums[other]! / Math.fround(Math.fround(Math.sqrt(Math.fround(squares[other]! * squares[item]!))) + Math.fround(shrinkage))) }))
      .sort((a, b) => b.value - a.value || a.other - b.other)
      .slice(0, neighbours);
    for (const other of touched) sums[other] = 0;
    found.forEach(({ other, value }, k) => {
      indices[item * neighbours + k] = other;
      values[item * neighbours + k] = value;
    });
  }
  return { width: neighbours, indices, values };
}

/** Similarities of ratings over what two lines have in common, pair by pair, as Surprise's similarities.pyx has them. */
export function plainRatingSimilarity(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, similarity: 'msd' | 'cosine' | 'pearson' | 'pearson-baseline', shrinkage: number): number {
  const common = [...a.keys()].filter((key) => b.has(key)).map((key) => [a.get(key)!, b.get(key)!] as const);
  const n = common.length;
  if (n === 0) return 0;
  const sum = (of: (x: number, y: number) => number) => common.reduce((total, [x, y]) => total + of(x, y), 0);
  if (similarity === 'msd') return 1 / (sum((x, y) => (x - y) ** 2) / n + 1);
  const [meanA, meanB] = similarity === 'pearson' ? [sum((x) => x) / n, sum((_, y) => y) / n] : [0, 0];
  const spread = sum((x) => (x - meanA) ** 2) * sum((_, y) => (y - meanB) ** 2);
  if (spread < 1e-12) return 0;
  const cosine = sum((x, y) => (x - meanA) * (y - meanB)) / Math.sqrt(spread);
  return similarity === 'pearson-baseline' ? (n < 2 ? 0 : (cosine * (n - 1)) / (n - 1 + shrinkage)) : cosine;
}
