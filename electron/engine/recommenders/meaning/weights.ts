import type { Csr } from '../../kernels/index.ts';
import { type Field, fields, type FilmTerms } from './film-terms.ts';
import { isEmptyWord } from './words.ts';

/** How much each field counts; 0 leaves it out. */
export type FieldWeights = Readonly<Record<Field, number>>;

/** Films × terms in TF-IDF, each film of length 1, with the terms that at least two films have. */
export interface WeightedTerms {
  readonly stems: readonly string[];
  readonly labels: readonly string[];
  readonly idf: Float32Array;
  readonly films: Csr;
}

/** More terms than this leave the rarest out: what they say is on few films. */
const MOST_TERMS = 65_536;
const YEAR = /^(1[89]|20)\d\d$/;

/**
 * TF-IDF with sublinear counts: Σ over fields of weight · (1 + ln count), or weight · relevance where it is below 1, times
 * ln(films / films with the term). Words that say nothing, years and terms of a single film are left out.
 */
export function weightedTerms(all: FilmTerms, weights: FieldWeights): WeightedTerms {
  const films = all.indptr.length - 1;
  const frequency = new Int32Array(all.stems.length);
  for (let film = 0; film < films; film++) {
    let last = -1;
    for (let at = all.indptr[film] ?? 0; at < (all.indptr[film + 1] ?? 0); at++) {
      const term = all.terms[at] ?? 0;
      if (term !== last && weightOf(all, weights, at) > 0) frequency[term] = (frequency[term] ?? 0) + 1;
      last = term;
    }
  }
  const kept = Array.from(frequency.keys())
    .filter((term) => (frequency[term] ?? 0) > 1 && !isEmptyWord(all.stems[term] ?? '') && !YEAR.test(all.stems[term] ?? ''))
    .toSorted((a, b) => (frequency[b] ?? 0) - (frequency[a] ?? 0) || a - b)
    .slice(0, MOST_TERMS);
  const column = new Int32Array(all.stems.length).fill(-1);
  kept.forEach((term, at) => (column[term] = at));
  const idf = Float32Array.from(kept, (term) => Math.log(1 + films / (frequency[term] ?? 1)));

  const indptr = new Int32Array(films + 1);
  const indices = new Int32Array(all.terms.length);
  const values = new Float32Array(all.terms.length);
  let length = 0;
  for (let film = 0; film < films; film++) {
    const row = new Map<number, number>();
    for (let at = all.indptr[film] ?? 0; at < (all.indptr[film + 1] ?? 0); at++) {
      const term = column[all.terms[at] ?? 0] ?? -1;
      const weight = weightOf(all, weights, at);
      if (term >= 0 && weight > 0) row.set(term, (row.get(term) ?? 0) + weight * (idf[term] ?? 0));
    }
    const norm = Math.sqrt([...row.values()].reduce((sum, value) => sum + value * value, 0)) || 1;
    for (const term of [...row.keys()].sort((a, b) => a - b)) {
      indices[length] = term;
      values[length++] = (row.get(term) ?? 0) / norm;
    }
    indptr[film + 1] = length;
  }
  return {
    stems: kept.map((term) => all.stems[term] ?? ''), labels: kept.map((term) => all.labels[term] ?? ''), idf,
    films: { rows: films, columns: kept.length, indptr, indices: indices.slice(0, length), values: values.slice(0, length) },
  };
}

function weightOf({ fields: places, counts }: FilmTerms, weights: FieldWeights, at: number): number {
  const count = counts[at] ?? 0;
  return weights[fields[places[at] ?? 0] ?? 'title'] * (count < 1 ? count : 1 + Math.log(count));
}
