import type { FoundFilm, FoundFilms, SearchReason } from '../../../../shared/contract/index.ts';
import type { Library } from '../library.ts';
import { filmTerms } from './film-terms.ts';
import type { Meaning } from './meaning.ts';
import type { FilmTexts } from './texts.ts';
import { type WordAnswer, WordIndex } from './word-index.ts';

/** Films that each side names before their scores are mixed, and no fewer than these. */
const POOL = 4;
const LEAST_POOL = 100;
/** Parts of the score: words, meaning, and how many people know the film, which tells films of one name apart. */
const SHARES = { words: 0.55, meaning: 0.38, known: 0.07 } as const;
/** A film whose title was asked for by its words comes first. */
const TITLE = 1;
/** Terms that a film found by meaning alone is explained with. */
const NAMED = 3;
/** Below this nearness a film that has none of the words is no answer. */
const LEAST_NEARNESS = 0.15;

/** The vectors of a model of other films than the library's may be: `inLibrary` says where its films stand. */
export interface PlacedMeaning {
  readonly meaning: Meaning;
  readonly inLibrary: Int32Array;
  readonly inModel: (movieId: number) => number | undefined;
}

/** The index of the library's words. */
export async function indexFilms(library: Library, texts: FilmTexts): Promise<WordIndex> {
  return new WordIndex(await filmTerms(library.terms, texts));
}

/** Films for a question in plain words: by its words, and where there are vectors by its meaning. */
export async function searchFilms(index: WordIndex, library: Library, near: PlacedMeaning | undefined, text: string, top: number): Promise<FoundFilms> {
  const began = performance.now();
  const pool = Math.max(LEAST_POOL, POOL * top);
  const words = index.search(text, pool);
  const vector = words.read === '' ? undefined : await near?.meaning.vectorOf(words.read);
  const nearness = new Map<number, number>();
  if (near && vector) {
    const { positions, scores } = near.meaning.nearest(vector, pool);
    positions.forEach((position, place) => {
      const film = near.inLibrary[position] ?? -1;
      if (film >= 0 && (scores[place] ?? 0) >= LEAST_NEARNESS) nearness.set(film, scores[place] ?? 0);
    });
    for (const { film } of words.matches) {
      const own = near.inModel(library.movieIds[film] ?? Number.NaN);
      if (own !== undefined && !nearness.has(film)) nearness.set(film, Math.max(0, near.meaning.product(own, vector)));
    }
  }
  const most = words.matches.reduce((best, { score }) => Math.max(best, score), 0);
  const known = Math.log1p(library.counts.reduce((a, b) => Math.max(a, b), 0)) || 1;
  const byWords = new Map(words.matches.map((match) => [match.film, match]));
  const films = [...new Set([...byWords.keys(), ...nearness.keys()])].map((film) => {
    const match = byWords.get(film);
    const score = SHARES.words * (most > 0 ? (match?.score ?? 0) / most : 0) + SHARES.meaning * (nearness.get(film) ?? 0) + SHARES.known * (Math.log1p(library.counts[film] ?? 0) / known);
    return { film, score: score + (match?.titled ? TITLE : 0) };
  });
  films.sort((a, b) => b.score - a.score || a.film - b.film);
  return {
    items: films.slice(0, top).map(({ film, score }): FoundFilm => {
      const mean = library.means[film] ?? Number.NaN;
      return {
        movieId: library.movieIds[film] ?? 0, title: library.titles[film] ?? '', score, year: library.years[film] ?? null, genres: [...(library.genres[film] ?? [])],
        ratings: library.counts[film] ?? 0, mean: Number.isNaN(mean) ? null : mean, reasons: reasonsOf(film, words, near, vector, library),
      };
    }),
    corrections: [...words.corrections],
    by: near === undefined ? 'words' : 'words and meaning',
    milliseconds: performance.now() - began,
  };
}

function reasonsOf(film: number, words: WordAnswer, near: PlacedMeaning | undefined, vector: Float32Array | undefined, library: Library): SearchReason[] {
  const matched = words.matched(film);
  if (matched.length > 0 || !near || !vector) return matched.map(({ label, fields }) => ({ label, in: [...fields] }));
  const own = near.inModel(library.movieIds[film] ?? Number.NaN) ?? -1;
  return near.meaning.evidence(own, vector).filter(({ contribution }) => contribution > 0).toSorted((a, b) => b.contribution - a.contribution).slice(0, NAMED).map(({ label }) => ({ label, in: ['meaning'] }));
}
