import { ReelbenchError } from '../../../shared/contract/index.ts';

/** The Cholesky factor of a symmetric positive definite n × n matrix, in its lower triangle, which is all that is read. */
export function factorise(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (matrix[i * n + k] ?? 0) * (matrix[j * n + k] ?? 0);
      if (i > j) matrix[i * n + j] = sum / (matrix[j * n + j] ?? 1);
      else if (sum > 0) matrix[i * n + i] = Math.sqrt(sum);
      else throw new ReelbenchError('internal', 'A system of equations has no solution: its matrix is not positive definite.', { hint: 'Train with a larger regularization.' });
    }
  }
}

/** Solves L Lᵀ x = b in place of b, for the factor that `factorise` left. */
export function solve(lower: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (lower[i * n + k] ?? 0) * (b[k] ?? 0);
    b[i] = sum / (lower[i * n + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] ?? 0;
    for (let k = i + 1; k < n; k++) sum -= (lower[k * n + i] ?? 0) * (b[k] ?? 0);
    b[i] = sum / (lower[i * n + i] ?? 1);
  }
}
