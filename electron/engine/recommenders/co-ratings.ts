import type { Csr } from '../kernels/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';

export type RatingSimilarity = ParameterValues['recommenders']['user-knn']['rating_similarity'];

/**
 * Similarities over what one line (a user, or a film) has in common with each of the others, as Surprise defines them
 * (similarities.pyx). Over the common ratings a, b, n of them; 0 where there are none:
 *
 * - `msd`: 1 / (Σ (a - b)² / n + 1);
 * - `cosine`: Σ ab / √(Σ a² Σ b²);
 * - `pearson`: about the means of the common ratings, (n Σ ab - Σa Σb) / √((n Σ a² - (Σa)²) (n Σ b² - (Σb)²)), 0 where one does not vary;
 * - `pearson-baseline`: cosine of what ratings are above their baseline × (n - 1) / (n - 1 + shrinkage), 0 where n < 2.
 *
 * `across` is the matrix whose row `k` has the ratings b of all lines for what a line's entry `k` is; for
 * `pearson-baseline` both hold ratings less their baselines.
 */
export function similaritiesTo(own: { readonly indices: Int32Array; readonly values: Float32Array }, across: Csr, similarity: RatingSimilarity, shrinkage: number): Float32Array {
  const lines = across.columns;
  // Rounded to 32 bits, so that equal similarities come out equal.
  const out = new Float32Array(lines);
  if (similarity === 'msd') {
    const { n, sums } = differences(own, across);
    for (let line = 0; line < lines; line++) if ((n[line] ?? 0) > 0) out[line] = 1 / ((sums[line] ?? 0) / (n[line] ?? 1) + 1);
    return out;
  }
  if (similarity === 'pearson') {
    const sums = allSums(own, across);
    for (let line = 0, at = 0; line < lines; line++, at += 6) {
      const n = sums[at] ?? 0;
      if (n < 2) continue;
      const [ab, aa, bb, a, b] = [sums[at + 1] ?? 0, sums[at + 2] ?? 0, sums[at + 3] ?? 0, sums[at + 4] ?? 0, sums[at + 5] ?? 0];
      const spread = (n * aa - a * a) * (n * bb - b * b);
      if (spread > 0) out[line] = (n * ab - a * b) / Math.sqrt(spread);
    }
    return out;
  }
  const sums = products(own, across);
  for (let line = 0, at = 0; line < lines; line++, at += 4) {
    const n = sums[at] ?? 0;
    const squares = (sums[at + 2] ?? 0) * (sums[at + 3] ?? 0);
    if (!(squares > 0)) continue;
    const cosine = (sums[at + 1] ?? 0) / Math.sqrt(squares);
    out[line] = similarity === 'cosine' ? cosine : (cosine * (n - 1)) / (n - 1 + shrinkage || 1);
  }
  return out;
}

type Own = Parameters<typeof similaritiesTo>[0];

/** For each line the number of common ratings and Σ (a - b)². */
function differences({ indices: keys, values: ratings }: Own, { columns, indptr, indices, values }: Csr) {
  const n = new Int32Array(columns);
  const sums = new Float64Array(columns);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    const a = ratings[i] ?? 0;
    for (let at = indptr[key] ?? 0, end = indptr[key + 1] ?? 0; at < end; at++) {
      const line = indices[at] ?? 0;
      const difference = a - (values[at] ?? 0);
      n[line] = (n[line] ?? 0) + 1;
      sums[line] = (sums[line] ?? 0) + difference * difference;
    }
  }
  return { n, sums };
}

/** For each line n, Σ ab, Σ a², Σ b². */
function products({ indices: keys, values: ratings }: Own, { columns, indptr, indices, values }: Csr): Float64Array {
  const sums = new Float64Array(4 * columns);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    const a = ratings[i] ?? 0;
    for (let at = indptr[key] ?? 0, end = indptr[key + 1] ?? 0; at < end; at++) {
      const to = 4 * (indices[at] ?? 0);
      const b = values[at] ?? 0;
      sums[to] = (sums[to] ?? 0) + 1;
      sums[to + 1] = (sums[to + 1] ?? 0) + a * b;
      sums[to + 2] = (sums[to + 2] ?? 0) + a * a;
      sums[to + 3] = (sums[to + 3] ?? 0) + b * b;
    }
  }
  return sums;
}

/** For each line n, Σ ab, Σ a², Σ b², Σ a, Σ b. */
function allSums({ indices: keys, values: ratings }: Own, { columns, indptr, indices, values }: Csr): Float64Array {
  const sums = new Float64Array(6 * columns);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    const a = ratings[i] ?? 0;
    for (let at = indptr[key] ?? 0, end = indptr[key + 1] ?? 0; at < end; at++) {
      const to = 6 * (indices[at] ?? 0);
      const b = values[at] ?? 0;
      sums[to] = (sums[to] ?? 0) + 1;
      sums[to + 1] = (sums[to + 1] ?? 0) + a * b;
      sums[to + 2] = (sums[to + 2] ?? 0) + a * a;
      sums[to + 3] = (sums[to + 3] ?? 0) + b * b;
      sums[to + 4] = (sums[to + 4] ?? 0) + a;
      sums[to + 5] = (sums[to + 5] ?? 0) + b;
    }
  }
  return sums;
}
