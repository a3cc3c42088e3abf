import type { Kernels } from '../../kernels/index.ts';
import { type SavedModel } from '../recommender.ts';
import { savedArray, savedNumber, savedTexts } from '../saved.ts';
import { LONGEST_PHRASE } from './film-terms.ts';
import type { Meaning } from './meaning.ts';
import type { WeightedTerms } from './weights.ts';
import { wordsOf } from './words.ts';

/** Vectors of films from their terms, and what is needed to place a text among them and to say which terms two have in common. */
export interface TermSpace {
  readonly terms: WeightedTerms;
  /** Terms × dimensions: V of X ≈ U Σ Vᵀ. */
  readonly projection: Float32Array;
  /** Length of each film's x V before it was made 1. */
  readonly lengths: Float32Array;
}

/** Rows of x V made of length 1, with the lengths that they had; rows of nothing stay zero. */
export function unitRows(rows: Float32Array, width: number): Float32Array {
  const lengths = new Float32Array(width === 0 ? 0 : rows.length / width);
  for (let row = 0; row < lengths.length; row++) {
    let sum = 0;
    for (let f = row * width; f < (row + 1) * width; f++) sum += (rows[f] ?? 0) ** 2;
    const length = Math.sqrt(sum);
    // What is left of a film whose terms are outside the dimensions is noise.
    lengths[row] = length > 1e-4 ? length : 0;
    for (let f = row * width; f < (row + 1) * width; f++) rows[f] = length > 1e-4 ? (rows[f] ?? 0) / length : 0;
  }
  return lengths;
}

/** Nearness of meaning by the films' own terms. */
export function ownMeaning(kernels: Kernels, vectors: Float32Array, width: number, { terms, projection, lengths }: TermSpace): Meaning {
  const places = new Map(terms.stems.map((stem, at) => [stem, at]));
  const rows = lengths.length;
  const product = (at: number, vector: Float32Array, matrix: Float32Array) => {
    let sum = 0;
    for (let f = 0; f < width; f++) sum += (matrix[at * width + f] ?? 0) * (vector[f] ?? 0);
    return sum;
  };
  return {
    async vectorOf(text) {
      const stems = wordsOf(text).map(({ stem }) => stem);
      const vector = new Float32Array(width);
      for (let from = 0; from < stems.length; from++) {
        for (let to = from + 1; to <= Math.min(stems.length, from + LONGEST_PHRASE); to++) {
          const term = places.get(stems.slice(from, to).join(' '));
          if (term === undefined) continue;
          for (let f = 0; f < width; f++) vector[f] = (vector[f] ?? 0) + (terms.idf[term] ?? 0) * (projection[term * width + f] ?? 0);
        }
      }
      return unitRows(vector, width)[0] ? vector : undefined;
    },
    nearest: (vector, count) => kernels.nearest(vectors, rows, width, vector, count),
    product: (position, vector) => product(position, vector, vectors),
    vectorAt: (position) => vectors.subarray(position * width, (position + 1) * width),
    evidence(position, vector) {
      const { indptr, indices, values } = terms.films;
      const length = lengths[position] ?? 0;
      if (length === 0) return [];
      return Array.from({ length: (indptr[position + 1] ?? 0) - (indptr[position] ?? 0) }, (_, i) => {
        const at = (indptr[position] ?? 0) + i;
        const term = indices[at] ?? 0;
        return { label: terms.labels[term] ?? '', contribution: ((values[at] ?? 0) * product(term, vector, projection)) / length };
      });
    },
  };
}

export function saveTermSpace({ terms, projection, lengths }: TermSpace): SavedModel {
  const { films, idf, stems, labels } = terms;
  return {
    arrays: { projection, lengths, idf, 'terms.indptr': films.indptr, 'terms.indices': films.indices, 'terms.values': films.values },
    meta: { stems, labels, films: films.rows },
  };
}

export function loadTermSpace(saved: SavedModel): TermSpace {
  const stems = savedTexts(saved, 'stems');
  return {
    terms: {
      stems, labels: savedTexts(saved, 'labels'), idf: savedArray(saved, 'idf', Float32Array),
      films: {
        rows: savedNumber(saved, 'films'), columns: stems.length,
        indptr: savedArray(saved, 'terms.indptr', Int32Array), indices: savedArray(saved, 'terms.indices', Int32Array), values: savedArray(saved, 'terms.values', Float32Array),
      },
    },
    projection: savedArray(saved, 'projection', Float32Array),
    lengths: savedArray(saved, 'lengths', Float32Array),
  };
}
