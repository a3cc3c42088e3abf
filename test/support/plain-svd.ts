/** SVD and SVD++ as Surprise defines them, step by step in f64, over the ratings in the order that the kernels take them. */
import { byPopularity, columnCounts, type Csr } from '../../electron/engine/kernels/csr.ts';
import { GROUPS, shuffled, startFactors, type SvdOptions } from '../../electron/engine/kernels/svd.ts';

export interface PlainSvd {
  readonly mean: number;
  readonly users: Float64Array;
  readonly items: Float64Array;
  readonly implicit: Float64Array;
  readonly userBiases: Float64Array;
  readonly itemBiases: Float64Array;
}

/** Factors as the kernel answers them. Every step of SVD++ moves the y of every film of the user. */
export function plainSvd(matrix: Csr, options: SvdOptions): PlainSvd {
  const { rows, columns, indptr, indices, values } = matrix;
  const { factors: n, rate, regularization: reg } = options;
  const stride = Math.ceil(n / 8) * 8;
  const start = [rows, columns, ...(options.implicit ? [columns] : [])].map((count) => new Float32Array(count * stride));
  startFactors(start, columnCounts(matrix), options);
  const [users = new Float64Array(), items = new Float64Array(), implicit = new Float64Array()] = start.map((table) => Float64Array.from(table.filter((_, at) => at % stride < n)));
  const made = { mean: values.reduce((sum, value) => sum + value, 0) / values.length, users, items, implicit, userBiases: new Float64Array(rows), itemBiases: new Float64Array(columns) };
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    for (const [user, at] of options.implicit ? byUser(matrix, options.seed + epoch) : byStratum(matrix, options.seed + epoch)) {
      const item = indices[at]!;
      const rated = indices.subarray(indptr[user], indptr[user + 1]);
      const root = Math.sqrt(rated.length);
      const z = new Float64Array(n);
      if (options.implicit) for (const film of rated) for (let f = 0; f < n; f++) z[f]! += implicit[film * n + f]! / root;
      let error = values[at]! - made.mean - made.userBiases[user]! - made.itemBiases[item]!;
      for (let f = 0; f < n; f++) error -= items[item * n + f]! * (users[user * n + f]! + z[f]!);
      made.userBiases[user]! += rate * (error - reg * made.userBiases[user]!);
      made.itemBiases[item]! += rate * (error - reg * made.itemBiases[item]!);
      for (let f = 0; f < n; f++) {
        const p = users[user * n + f]!;
        const q = items[item * n + f]!;
        users[user * n + f]! += rate * (error * q - reg * p);
        items[item * n + f]! += rate * (error * (p + z[f]!) - reg * q);
        if (options.implicit) for (const film of rated) implicit[film * n + f]! += rate * ((error * q) / root - reg * implicit[film * n + f]!);
      }
    }
  }
  if (!options.implicit) return made;
  return { ...made, users: users.map((value, at) => {
    const rated = indices.subarray(indptr[Math.floor(at / n)], indptr[Math.floor(at / n) + 1]);
    return value + rated.reduce((sum, film) => sum + implicit[film * n + (at % n)]!, 0) / Math.sqrt(Math.max(1, rated.length));
  }) };
}

function* byUser({ rows, indptr }: Csr, seed: number): Generator<[number, number]> {
  for (const user of shuffled(rows, seed)) for (let at = indptr[user]!; at < indptr[user + 1]!; at++) yield [user, at];
}

function* byStratum(matrix: Csr, seed: number): Generator<[number, number]> {
  const rank = new Int32Array(matrix.columns);
  byPopularity(columnCounts(matrix)).forEach((column, place) => (rank[column] = place));
  for (const shift of shuffled(GROUPS, seed)) {
    for (let user = 0; user < matrix.rows; user++) {
      const group = ((user % GROUPS) + shift) % GROUPS;
      for (let at = matrix.indptr[user]!; at < matrix.indptr[user + 1]!; at++) if (rank[matrix.indices[at]!]! % GROUPS === group) yield [user, at];
    }
  }
}
