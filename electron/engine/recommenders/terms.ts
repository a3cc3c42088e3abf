import type { Term } from './recommender.ts';

/** Unit-length sparse vectors of films over genres and tags: film `f` has terms `indices[indptr[f] … indptr[f + 1])`, ascending. */
export interface TermVectors {
  readonly kinds: readonly Term['kind'][];
  readonly labels: readonly string[];
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/**
 * TF-IDF: (1 + ln times) · ln(films / films with the term), tags times `tagWeight`, each film's vector then of length 1.
 * A tag on a single film says nothing about another film and is left out.
 */
export function termVectors(films: readonly (readonly Term[])[], tagWeight: number): TermVectors {
  const key = ({ kind, label }: Term) => `${kind}:${label}`;
  const frequency = new Map<string, { kind: Term['kind']; label: string; films: number }>();
  for (const terms of films) {
    for (const term of terms) {
      const entry = frequency.get(key(term)) ?? { kind: term.kind, label: term.label, films: 0 };
      entry.films++;
      frequency.set(key(term), entry);
    }
  }
  const kept = [...frequency].filter(([, { kind, films: n }]) => n > 1 || kind === 'genre').toSorted(([a], [b]) => (a < b ? -1 : 1));
  const index = new Map(kept.map(([name], at) => [name, at]));
  const idf = kept.map(([, { kind, films: n }]) => Math.log(films.length / n) * (kind === 'tag' ? tagWeight : 1));

  const indptr = new Int32Array(films.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  films.forEach((terms, film) => {
    const vector = terms
      .map((term) => ({ at: index.get(key(term)) ?? -1, times: term.times }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, times }) => ({ at, value: (1 + Math.log(times)) * (idf[at] ?? 0) }));
    const length = Math.hypot(...vector.map(({ value }) => value)) || 1;
    for (const { at, value } of vector) {
      indices.push(at);
      values.push(value / length);
    }
    indptr[film + 1] = indices.length;
  });
  return {
    kinds: kept.map(([, { kind }]) => kind),
    labels: kept.map(([, { label }]) => label),
    indptr, indices: Int32Array.from(indices), values: Float32Array.from(values),
  };
}

/** Cosine of two films: their vectors have length 1. */
export function termCosine({ indptr, indices, values }: TermVectors, a: number, b: number): number {
  let [i, j] = [indptr[a] ?? 0, indptr[b] ?? 0];
  const [endA, endB] = [indptr[a + 1] ?? 0, indptr[b + 1] ?? 0];
  let sum = 0;
  while (i < endA && j < endB) {
    const difference = (indices[i] ?? 0) - (indices[j] ?? 0);
    if (difference === 0) sum += (values[i++] ?? 0) * (values[j++] ?? 0);
    else if (difference < 0) i++;
    else j++;
  }
  return sum;
}

/** The scalar product of each film's vector with a dense vector over the terms. */
export function termProducts({ indptr, indices, values }: TermVectors, dense: Float64Array): Float32Array {
  const products = new Float32Array(indptr.length - 1);
  for (let film = 0; film < products.length; film++) {
    let sum = 0;
    for (let at = indptr[film] ?? 0; at < (indptr[film + 1] ?? 0); at++) sum += (values[at] ?? 0) * (dense[indices[at] ?? 0] ?? 0);
    products[film] = sum;
  }
  return products;
}

/** Films whose vectors are nearest to that of `film`, best first, ties to the smaller position; films that share nothing are left out. */
export function nearestByTerms(vectors: TermVectors, film: number, count: number): { position: number; score: number }[] {
  const dense = new Float64Array(vectors.labels.length);
  for (let at = vectors.indptr[film] ?? 0; at < (vectors.indptr[film + 1] ?? 0); at++) dense[vectors.indices[at] ?? 0] = vectors.values[at] ?? 0;
  return Array.from(termProducts(vectors, dense), (score, position) => ({ position, score }))
    .filter(({ position, score }) => score > 0 && position !== film)
    .toSorted((a, b) => b.score - a.score || a.position - b.position)
    .slice(0, count);
}
