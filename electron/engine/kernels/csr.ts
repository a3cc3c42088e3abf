/** Sparse matrix by rows: row `r` has columns `indices[indptr[r] … indptr[r + 1])`, ascending, with the same positions of `values`. */
export interface Csr {
  readonly rows: number;
  readonly columns: number;
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Where the entries of a sparse matrix are. */
export type Pattern = Omit<Csr, 'values'>;

/** How large a sparse matrix is. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly nonzeros: number;
}

export function shapeOf({ rows, columns, indices }: Pattern): Shape {
  return { rows, columns, nonzeros: indices.length };
}

/** Throws unless the arrays are a matrix: kernels read the addresses that it gives without looking. */
export function checkCsr(matrix: Csr): void {
  checkPattern(matrix);
  if (matrix.values.length !== matrix.indices.length) throw wrong('there are not as many values as entries');
}

function wrong(what: string): Error {
  return new Error(`Not a sparse matrix: ${what}.`);
}

/** The same of a matrix without values. */
export function checkPattern({ rows, columns, indptr, indices }: Pattern): void {
  if (indptr.length !== rows + 1 || indptr[0] !== 0 || indptr[rows] !== indices.length) throw wrong('indptr does not cover the entries');
  for (let row = 0, at = 0; row < rows; row++) {
    const end = indptr[row + 1] ?? 0;
    if (end < at) throw wrong(`row ${row} ends before it starts`);
    for (let last = -1; at < end; at++) {
      const column = indices[at] ?? -1;
      if (column <= last || column >= columns) throw wrong(`row ${row} has column ${column} after ${last} of ${columns}`);
      last = column;
    }
  }
}

/** Number of entries of each column. */
export function columnCounts(matrix: Csr): Int32Array {
  const counts = new Int32Array(matrix.columns);
  for (const column of matrix.indices) counts[column] = (counts[column] ?? 0) + 1;
  return counts;
}

/** Columns from the one with the most entries to the one with the fewest, equal ones by index. */
export function byPopularity(counts: Int32Array): Int32Array {
  return Int32Array.from(counts.keys()).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
}

/** Numbers the columns by their place in `order`, which leaves rows unsorted; answers each old column's new number. */
export function renumberColumns(matrix: Csr, order: Int32Array): Int32Array {
  const { indices } = matrix;
  const places = new Int32Array(order.length);
  order.forEach((column, place) => (places[column] = place));
  for (let at = 0; at < indices.length; at++) indices[at] = places[indices[at] ?? 0] ?? 0;
  return places;
}

/**
 * The same entries by column, rows ascending within one: `colptr` (columns + 1), `rowOf` and, where wanted, `positions`
 * (where each stands in the matrix) and `values` are filled by a counting sort.
 */
export function transpose(matrix: Csr, into: { colptr: Int32Array; rowOf: Int32Array; positions?: Int32Array; values?: Float32Array }): void {
  const { rows, columns, indptr, indices, values } = matrix;
  const { colptr, rowOf } = into;
  const next = columnCounts(matrix);
  colptr[0] = 0;
  for (let column = 0, sum = 0; column < columns; column++) {
    const count = next[column] ?? 0;
    next[column] = sum;
    sum += count;
    colptr[column + 1] = sum;
  }
  for (let row = 0, at = 0; row < rows; row++) {
    for (const end = indptr[row + 1] ?? 0; at < end; at++) {
      const column = indices[at] ?? 0;
      const place = next[column] ?? 0;
      next[column] = place + 1;
      rowOf[place] = row;
      if (into.positions) into.positions[place] = at;
      if (into.values) into.values[place] = values[at] ?? 0;
    }
  }
}
