import type { Csr } from '../kernels/index.ts';

/** What a rating is expected to be by its user and its film alone: mean + users[row] + films[column]. */
export interface Baseline {
  readonly mean: number;
  /** One departure from the mean a row, 0 for a user without ratings. */
  readonly users: Float64Array;
  /** One a column, 0 for a film without ratings. */
  readonly films: Float64Array;
}

export interface BaselineOptions {
  readonly rounds: number;
  readonly filmRegularization: number;
  readonly userRegularization: number;
}

/** Those of Koren (2010), section 2.1, as Surprise has them. */
const usual: BaselineOptions = { rounds: 10, filmRegularization: 10, userRegularization: 15 };

/**
 * The baseline of Koren (2010), "Factor in the neighbors", section 2.1: μ + b_u + b_i by alternating least squares.
 * μ is the mean of all ratings. A round solves all films, then all users, each against the other side as it stands:
 * b_i = Σ (r - μ - b_u) / (λ_i + n_i) and b_u = Σ (r - μ - b_i) / (λ_u + n_u). Users × films, values are ratings.
 */
export function fitBaseline({ rows, columns, indptr, indices, values }: Csr, { rounds, filmRegularization, userRegularization }: BaselineOptions = usual): Baseline {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const users = new Float64Array(rows);
  const films = new Float64Array(columns);
  const counts = new Int32Array(columns);
  for (const column of indices) counts[column] = (counts[column] ?? 0) + 1;
  for (let round = 0; round < rounds; round++) {
    films.fill(0);
    for (let row = 0; row < rows; row++) {
      const own = mean + (users[row] ?? 0);
      for (let at = indptr[row] ?? 0; at < (indptr[row + 1] ?? 0); at++) {
        const column = indices[at] ?? 0;
        films[column] = (films[column] ?? 0) + (values[at] ?? 0) - own;
      }
    }
    for (let column = 0; column < columns; column++) films[column] = (films[column] ?? 0) / (filmRegularization + (counts[column] ?? 0));
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      const [from, to] = [indptr[row] ?? 0, indptr[row + 1] ?? 0];
      for (let at = from; at < to; at++) sum += (values[at] ?? 0) - mean - (films[indices[at] ?? 0] ?? 0);
      users[row] = sum / (userRegularization + to - from);
    }
  }
  return { mean, users, films };
}

/** b_u of a user who was not there when the baseline was fitted, given the films': what the last round would have given. */
export function foldInBaseline({ mean, films }: Baseline, positions: Int32Array, ratings: Float32Array, userRegularization = usual.userRegularization): number {
  let sum = 0;
  positions.forEach((position, i) => (sum += (ratings[i] ?? 0) - mean - (films[position] ?? 0)));
  return sum / (userRegularization + positions.length);
}
