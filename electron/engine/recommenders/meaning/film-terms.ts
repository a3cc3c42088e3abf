import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../workspace/session.ts';
import type { Term } from '../recommender.ts';
import type { FilmTexts } from './texts.ts';
import { isEmptyWord, wordsOf } from './words.ts';

/** Where a word about a film stands. */
export const fields = ['title', 'genre', 'tag', 'keyword', 'genome', 'overview'] as const;
export type Field = (typeof fields)[number];

/**
 * Words, and phrases that are a whole tag, keyword or genre, of each film: film `f` has the entries
 * [indptr[f], indptr[f + 1]), one a term and field. A phrase's stem is its words' stems with blanks between them.
 */
export interface FilmTerms {
  readonly stems: readonly string[];
  readonly labels: readonly string[];
  readonly indptr: Int32Array;
  readonly terms: Int32Array;
  /** Index into `fields`. */
  readonly fields: Uint8Array;
  /** How often, by how many people, or how relevant. */
  readonly counts: Float32Array;
}

/** Words of the longest phrase that is a term of its own. */
export const LONGEST_PHRASE = 4;
/** Films between two looks at whether it was cancelled. */
const PIECE = 2000;

/** The terms of films: their genres and tags, and what is written about them. */
export async function filmTerms(described: readonly (readonly Term[])[], texts: FilmTexts, signal?: AbortSignal): Promise<FilmTerms> {
  const vocabulary = new Vocabulary();
  const films = described.length;
  const indptr = new Int32Array(films + 1);
  const terms: number[] = [];
  const places: number[] = [];
  const counts: number[] = [];
  for (let film = 0; film < films; film++) {
    if (film % PIECE === 0) {
      await setImmediate();
      throwIfCancelled(signal);
    }
    const found = new Map<number, number>();
    const add = (stem: string, label: string, field: Field, count: number) => {
      const key = vocabulary.idOf(stem, label) * fields.length + fields.indexOf(field);
      found.set(key, (found.get(key) ?? 0) + count);
    };
    const addText = (text: string, field: Field) => {
      for (const { stem, label } of wordsOf(text)) if (field === 'title' || !isEmptyWord(stem)) add(stem, label, field, 1);
    };
    const addPhrase = (text: string, field: Field, count: number) => {
      const words = wordsOf(text);
      for (const { stem, label } of words) if (words.length === 1 || !isEmptyWord(stem)) add(stem, label, field, count);
      if (words.length > 1 && words.length <= LONGEST_PHRASE) add(words.map(({ stem }) => stem).join(' '), text.trim(), field, count);
    };
    for (const { kind, label, times } of described[film] ?? []) addPhrase(label, kind, times);
    for (const keyword of texts.keywords[film] ?? []) addPhrase(keyword, 'keyword', 1);
    for (const { label, relevance } of texts.genome[film] ?? []) addPhrase(label, 'genome', relevance);
    addText(texts.titles[film] ?? '', 'title');
    addText(texts.overviews[film] ?? '', 'overview');
    for (const key of [...found.keys()].sort((a, b) => a - b)) {
      terms.push(Math.floor(key / fields.length));
      places.push(key % fields.length);
      counts.push(found.get(key) ?? 0);
    }
    indptr[film + 1] = terms.length;
  }
  return { stems: vocabulary.stems, labels: vocabulary.labels, indptr, terms: Int32Array.from(terms), fields: Uint8Array.from(places), counts: Float32Array.from(counts) };
}

class Vocabulary {
  readonly stems: string[] = [];
  readonly labels: string[] = [];
  readonly #ids = new Map<string, number>();

  /** Of several ways to write a term the shortest is its label. */
  idOf(stem: string, label: string): number {
    const known = this.#ids.get(stem);
    if (known !== undefined) {
      if (label.length < (this.labels[known] ?? '').length) this.labels[known] = label;
      return known;
    }
    this.#ids.set(stem, this.stems.length);
    this.stems.push(stem);
    this.labels.push(label);
    return this.stems.length - 1;
  }
}
