import type { ParameterValues } from '../workspace/parameters.ts';
import type { Csr } from '../kernels/index.ts';
import { columnMeans } from './matrices.ts';

/** What films (or users) are compared by in the models of nearest neighbours that learn from who rated what. */
export type Similarity = ParameterValues['recommenders']['item-knn']['similarity'];

/** Okapi BM25 (Robertson and Walker 1994): how soon a term counts no more, and how much the length of a document matters. */
const K1 = 1.2;
const B = 0.75;

/** How much a feature says of a document that has it: ln(N / (1 + n)), N documents of which n have it; never below 0. */
export function inverseFrequencies(counts: Int32Array, documents: number): Float32Array {
  return Float32Array.from(counts, (count) => Math.max(0, Math.log(documents / (1 + count))));
}

/** What one entry of 1 counts in documents of these lengths, by BM25: (k₁ + 1) / (k₁ (1 - b + b · length / mean length) + 1). */
export function saturations(lengths: Int32Array): Float32Array {
  const used = lengths.filter((length) => length > 0);
  const mean = used.reduce((sum, length) => sum + length, 0) / Math.max(1, used.length);
  return Float32Array.from(lengths, (length) => saturation(length, mean));
}

export function saturation(length: number, mean: number): number {
  return (K1 + 1) / (K1 * (1 - B + (B * length) / (mean || 1)) + 1);
}

export function rowLengths({ rows, indptr }: Pick<Csr, 'rows' | 'indptr'>): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => (indptr[row + 1] ?? 0) - (indptr[row] ?? 0));
}

export function columnLengths({ columns, indices }: Pick<Csr, 'columns' | 'indices'>): Int32Array {
  const lengths = new Int32Array(columns);
  for (const column of indices) lengths[column] = (lengths[column] ?? 0) + 1;
  return lengths;
}

/**
 * Users × films whose columns' cosine is the films' similarity; films are documents, users their terms. In place of the
 * values: `cosine` 1; `tfidf` idf of the user, ln(films / (1 + films that the user rated)), so that who rates everything
 * says little; `bm25` the same × the film's saturation (Ferrari Dacrema et al. 2021 weigh alike); `pearson` the rating
 * less the film's mean over all who rated it, a film that was not rated standing at the mean.
 * `importance` is what a film of the history counts in a score: 1, with `bm25` its saturation.
 */
export function compareFilms(matrix: Csr, similarity: Similarity): { matrix: Csr; importance: Float32Array } {
  const { rows, columns, indptr, indices } = matrix;
  const values = new Float32Array(indices.length).fill(1);
  const importance = similarity === 'bm25' ? saturations(columnLengths(matrix)) : new Float32Array(columns).fill(1);
  if (similarity === 'pearson') {
    const means = columnMeans(matrix);
    for (let at = 0; at < values.length; at++) values[at] = (matrix.values[at] ?? 0) - (means[indices[at] ?? 0] ?? 0);
  } else if (similarity !== 'cosine') {
    const idf = inverseFrequencies(rowLengths(matrix), columns);
    for (let row = 0; row < rows; row++) {
      for (let at = indptr[row] ?? 0; at < (indptr[row + 1] ?? 0); at++) values[at] = (idf[row] ?? 0) * (importance[indices[at] ?? 0] ?? 0);
    }
  }
  return { matrix: { rows, columns, indptr, indices, values }, importance };
}
