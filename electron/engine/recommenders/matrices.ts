import type { Csr } from '../kernels/index.ts';
import type { TrainingData } from './recommender.ts';

/** Memory of one entry of `interactions`. */
export const INTERACTION_BYTES = 8;

/**
 * Users × films with 1 where the user rated the film, however high: implicit feedback. Columns are the films at
 * `positions` (ascending), in that order.
 */
export function interactions(train: TrainingData, positions: Int32Array): Csr {
  const { values, ...pattern } = ratingsOver(train, positions, false);
  return { ...pattern, values: values.fill(1) };
}

/** Users × films with the ratings that they gave, over the films at `positions` (ascending), in that order. */
export function ratingsOver({ ratings, catalogue }: TrainingData, positions: Int32Array, valued = true): Csr {
  const column = indexOf(positions, catalogue.movieIds.length);
  const indptr = new Int32Array(ratings.rows + 1);
  const indices = new Int32Array(ratings.indices.length);
  const values = new Float32Array(ratings.indices.length);
  let length = 0;
  for (let row = 0; row < ratings.rows; row++) {
    for (let at = ratings.indptr[row] ?? 0; at < (ratings.indptr[row + 1] ?? 0); at++) {
      const kept = column[ratings.indices[at] ?? 0] ?? -1;
      if (kept < 0) continue;
      if (valued) values[length] = ratings.values[at] ?? 0;
      indices[length++] = kept;
    }
    indptr[row + 1] = length;
  }
  return { rows: ratings.rows, columns: positions.length, indptr, indices: indices.subarray(0, length), values: values.subarray(0, length) };
}

/** Rows become columns; within a row the columns ascend. Without values it is told who is in which column, and nothing more. */
export function transpose({ rows, columns, indptr, indices }: Omit<Csr, 'values'>, values?: Float32Array): Csr {
  const starts = new Int32Array(columns + 1);
  for (const column of indices) starts[column + 1] = (starts[column + 1] ?? 0) + 1;
  for (let column = 0; column < columns; column++) starts[column + 1] = (starts[column + 1] ?? 0) + (starts[column] ?? 0);
  const next = starts.slice(0, columns);
  const outIndices = new Int32Array(indices.length);
  const outValues = new Float32Array(values ? indices.length : 0);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row] ?? 0; at < (indptr[row + 1] ?? 0); at++) {
      const column = indices[at] ?? 0;
      const to = next[column] ?? 0;
      next[column] = to + 1;
      outIndices[to] = row;
      if (values) outValues[to] = values[at] ?? 0;
    }
  }
  return { rows: columns, columns: rows, indptr: starts, indices: outIndices, values: outValues };
}

/** Where each catalogue position stands among the modelled ones, -1 for those that are not. */
export function indexOf(positions: Int32Array, films: number): Int32Array {
  const index = new Int32Array(films).fill(-1);
  positions.forEach((position, at) => {
    index[position] = at;
  });
  return index;
}

/** Scores of the modelled films laid out over the whole catalogue, -Infinity elsewhere. */
export function spread(scores: Float32Array | Float64Array, positions: Int32Array, films: number): Float32Array {
  const all = new Float32Array(films).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < positions.length; at++) all[positions[at] ?? 0] = scores[at] ?? 0;
  return all;
}

/** The mean of each column over its entries, 0 where it has none. */
export function columnMeans({ columns, indices, values }: Csr): Float64Array {
  const sums = new Float64Array(columns);
  const counts = new Int32Array(columns);
  for (let at = 0; at < indices.length; at++) {
    const column = indices[at] ?? 0;
    sums[column] = (sums[column] ?? 0) + (values[at] ?? 0);
    counts[column] = (counts[column] ?? 0) + 1;
  }
  return sums.map((sum, column) => sum / Math.max(1, counts[column] ?? 0));
}

/** out += Σ weights[k] · row rows[k] of a dense matrix with rows of `out`'s length. Eight rows a pass, so that `out` is walked an eighth as often. */
export function addRows(out: Float64Array, matrix: Float32Array, rows: readonly number[], weights: readonly number[]): void {
  const width = out.length;
  const [w, at] = [new Float64Array(8), new Int32Array(8)];
  for (let first = 0; first < rows.length; first += 8) {
    for (let k = 0; k < 8; k++) {
      w[k] = weights[first + k] ?? 0;
      at[k] = (rows[first + k] ?? 0) * width;
    }
    addEight(out, matrix, at, w);
  }
}

function addEight(out: Float64Array, matrix: Float32Array, at: Int32Array, weights: Float64Array): void {
  const [a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0] = at;
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0, w5 = 0, w6 = 0, w7 = 0] = weights;
  for (let j = 0; j < out.length; j++) {
    out[j] =
      (out[j] ?? 0) + w0 * (matrix[a0 + j] ?? 0) + w1 * (matrix[a1 + j] ?? 0) + w2 * (matrix[a2 + j] ?? 0) + w3 * (matrix[a3 + j] ?? 0) +
      w4 * (matrix[a4 + j] ?? 0) + w5 * (matrix[a5 + j] ?? 0) + w6 * (matrix[a6 + j] ?? 0) + w7 * (matrix[a7 + j] ?? 0);
  }
}
