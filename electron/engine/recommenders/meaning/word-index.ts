import { type Field, fields, type FilmTerms, LONGEST_PHRASE } from './film-terms.ts';
import { editsBetween, isEmptyWord, wordsOf } from './words.ts';

/** How much a word counts by where it stands, and how much longer texts are held against it (b of BM25). */
const weight: Readonly<Record<Field, number>> = { title: 4, genre: 2, tag: 2, keyword: 2, genome: 2, overview: 1 };
const lengthShare: Readonly<Record<Field, number>> = { title: 0.5, genre: 0, tag: 0, keyword: 0, genome: 0, overview: 0.6 };
/** Where further occurrences add little. */
const K1 = 1.2;
/** What is counted of a term that only begins like the word, or is a few letters from it. */
const PREFIX = 0.7;
const TYPO = [1, 0.6, 0.35] as const;
const MOST_PREFIXES = 24;
const MOST_TYPOS = 4;
/** What a film that has every word of the question scores above one that has half of them. */
const ALL_WORDS = 0.6;
/** A letter by itself says little. */
const LETTER = 0.4;
const PHRASE = 0.5;
const YEAR = /^(1[89]|20)\d\d$/;
/** Words of a question that are looked at. */
const MOST_WORDS = 24;

/** A term of the index that a word of the question stands for. */
interface Candidate {
  readonly term: number;
  readonly share: number;
}
interface Asked {
  readonly stem: string;
  /** As vectors are to read it. */
  readonly read: string;
  readonly candidates: readonly Candidate[];
  /** Where no film has the word: what was taken for it. */
  readonly correction?: { readonly asked: string; readonly took: string };
}

export interface WordMatch {
  readonly film: number;
  readonly score: number;
  /** Whether the title has every word of the question, and no other. */
  readonly titled: boolean;
}
export interface MatchedTerm {
  readonly label: string;
  readonly fields: readonly Field[];
  readonly contribution: number;
}
export interface WordAnswer {
  /** Best first. */
  readonly matches: readonly WordMatch[];
  /** The question with what was taken for unknown words in their place. */
  readonly read: string;
  readonly corrections: readonly { readonly asked: string; readonly took: string }[];
  /** The terms of a film that matched, best first. */
  matched(film: number): MatchedTerm[];
}

/**
 * An inverted index with BM25 over fields (Robertson, Zaragoza and Taylor 2004): counts of a term are summed over the fields by
 * their weights, against the length of the field, and then saturate.
 */
export class WordIndex {
  readonly #all: FilmTerms;
  readonly #ids: ReadonlyMap<string, number>;
  /** Single words, ascending, and the terms that they are. */
  readonly #sorted: readonly { readonly stem: string; readonly term: number }[];
  readonly #byLength = new Map<number, { readonly stem: string; readonly term: number }[]>();
  readonly #idf: Float32Array;
  readonly #indptr: Int32Array;
  readonly #films: Int32Array;
  readonly #impacts: Float32Array;
  readonly #places: Uint8Array;
  /** Words of each title that say something. */
  readonly #titleWords: Int32Array;
  readonly #sums: Float32Array;
  readonly #masks: Int32Array;

  constructor(all: FilmTerms) {
    this.#all = all;
    const films = all.indptr.length - 1;
    this.#ids = new Map(all.stems.map((stem, term) => [stem, term]));
    this.#sorted = all.stems.map((stem, term) => ({ stem, term })).filter(({ stem }) => !stem.includes(' ')).toSorted((a, b) => (a.stem < b.stem ? -1 : 1));
    for (const entry of this.#sorted) {
      const others = this.#byLength.get(entry.stem.length);
      if (others === undefined) this.#byLength.set(entry.stem.length, [entry]);
      else others.push(entry);
    }
    const lengths = fieldLengths(all);
    const postings = new Int32Array(all.stems.length + 1);
    for (let film = 0; film < films; film++) {
      eachTerm(all, film, (term) => (postings[term + 1] = (postings[term + 1] ?? 0) + 1));
    }
    for (let term = 0; term < all.stems.length; term++) postings[term + 1] = (postings[term + 1] ?? 0) + (postings[term] ?? 0);
    this.#indptr = postings;
    const next = postings.slice();
    const count = postings.at(-1) ?? 0;
    this.#films = new Int32Array(count);
    this.#impacts = new Float32Array(count);
    this.#places = new Uint8Array(count);
    this.#titleWords = new Int32Array(films);
    for (let film = 0; film < films; film++) {
      eachTerm(all, film, (term, from, to) => {
        const place = next[term] ?? 0;
        next[term] = place + 1;
        let frequency = 0;
        let mask = 0;
        for (let at = from; at < to; at++) {
          const field = all.fields[at] ?? 0;
          const name = fields[field] ?? 'title';
          const b = lengthShare[name];
          const relative = (lengths.of[film * fields.length + field] ?? 0) / (lengths.mean[field] || 1);
          const times = all.counts[at] ?? 0;
          frequency += (weight[name] * (times < 1 ? times : 1 + Math.log(times))) / (1 - b + b * relative);
          mask |= 1 << field;
        }
        if ((mask & 1) === 1 && !isEmptyWord(all.stems[term] ?? '') && !YEAR.test(all.stems[term] ?? '')) this.#titleWords[film] = (this.#titleWords[film] ?? 0) + 1;
        this.#films[place] = film;
        this.#impacts[place] = (frequency * (K1 + 1)) / (frequency + K1);
        this.#places[place] = mask;
      });
    }
    this.#idf = Float32Array.from(all.stems, (_, term) => {
      const having = (postings[term + 1] ?? 0) - (postings[term] ?? 0);
      return Math.log(1 + (films - having + 0.5) / (having + 0.5));
    });
    this.#sums = new Float32Array(films);
    this.#masks = new Int32Array(films);
  }

  /** The `count` best films for a question in plain words. The last word may be unfinished. */
  search(text: string, count: number): WordAnswer {
    const asked = this.#asked(text);
    const touched: number[] = [];
    asked.forEach(({ candidates }, word) => {
      const best = new Map<number, number>();
      for (const { term, share } of candidates) {
        for (let at = this.#indptr[term] ?? 0; at < (this.#indptr[term + 1] ?? 0); at++) {
          const film = this.#films[at] ?? 0;
          const score = share * (this.#idf[term] ?? 0) * (this.#impacts[at] ?? 0);
          if (candidates.length === 1) this.#add(film, score, word, touched);
          else if (score > (best.get(film) ?? 0)) best.set(film, score);
        }
      }
      for (const [film, score] of best) this.#add(film, score, word, touched);
    });
    // Words that stand together are more where a film has them as one tag, keyword or genre.
    for (let from = 0; from < asked.length; from++) {
      for (let to = from + 2; to <= Math.min(asked.length, from + LONGEST_PHRASE); to++) {
        const term = this.#ids.get(asked.slice(from, to).map(({ stem }) => stem).join(' '));
        if (term === undefined) continue;
        for (let at = this.#indptr[term] ?? 0; at < (this.#indptr[term + 1] ?? 0); at++) this.#add(this.#films[at] ?? 0, PHRASE * (this.#idf[term] ?? 0) * (this.#impacts[at] ?? 0), from, touched);
      }
    }
    const matches = touched.map((film): WordMatch => {
      const share = bits(this.#masks[film] ?? 0) / asked.length;
      const score = (this.#sums[film] ?? 0) * (1 - ALL_WORDS + ALL_WORDS * share);
      return { film, score, titled: share === 1 && this.#isTitle(film, asked) };
    });
    for (const film of touched) {
      this.#sums[film] = 0;
      this.#masks[film] = 0;
    }
    matches.sort((a, b) => Number(b.titled) - Number(a.titled) || b.score - a.score || a.film - b.film);
    return {
      matches: matches.slice(0, count),
      read: asked.map(({ read }) => read).join(' '),
      corrections: asked.flatMap(({ correction }) => correction ?? []),
      matched: (film) => this.#matched(film, asked),
    };
  }

  #add(film: number, score: number, word: number, touched: number[]): void {
    if (this.#masks[film] === 0) touched.push(film);
    this.#masks[film] = (this.#masks[film] ?? 0) | (1 << word);
    this.#sums[film] = (this.#sums[film] ?? 0) + score;
  }

  #asked(text: string): Asked[] {
    const all = wordsOf(text).slice(0, MOST_WORDS);
    const telling = all.filter(({ stem }) => !isEmptyWord(stem));
    const words = telling.length > 0 ? telling : all;
    const unfinished = /[\p{L}\p{N}]$/u.test(text);
    return words.flatMap(({ stem, label }, place): Asked[] => {
      const exact = this.#ids.get(stem);
      const candidates: Candidate[] = exact === undefined ? [] : [{ term: exact, share: stem.length > 1 ? 1 : LETTER }];
      // As it is being typed, and words that are written as one or as two.
      if (unfinished && place === words.length - 1 && label.length > 1) candidates.push(...this.#startingWith(label).filter(({ term }) => term !== exact));
      const next = words[place + 1];
      const joined = next && this.#ids.get(stem + next.stem);
      const before = words[place - 1];
      const joinedBefore = before && this.#ids.get(before.stem + stem);
      for (const term of [joined, joinedBefore]) if (term !== undefined) candidates.push({ term, share: 0.8 });
      if (candidates.length > 0) return [{ stem, read: label, candidates }];
      const labelOf = (term: number) => this.#all.labels[term] ?? '';
      const near = this.#near(stem);
      const [first] = near;
      const parts = first?.share === TYPO[1] ? undefined : this.#parts(stem);
      if (parts !== undefined) {
        const correction = { asked: label, took: parts.map(labelOf).join(' ') };
        return parts.map((term, part) => ({ stem: this.#all.stems[term] ?? '', read: labelOf(term), candidates: [{ term, share: 1 }], ...(part === 0 ? { correction } : {}) }));
      }
      if (first === undefined) return [{ stem, read: label, candidates: [] }];
      return [{ stem: this.#all.stems[first.term] ?? '', read: labelOf(first.term), candidates: near, correction: { asked: label, took: labelOf(first.term) } }];
    });
  }

  /** The commonest words that begin so. */
  #startingWith(start: string): Candidate[] {
    const found: number[] = [];
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.stem ?? '') < start) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < this.#sorted.length; at++) {
      const entry = this.#sorted[at];
      if (!entry?.stem.startsWith(start)) break;
      found.push(entry.term);
    }
    return found.toSorted((a, b) => this.#having(b) - this.#having(a) || a - b).slice(0, MOST_PREFIXES).map((term) => ({ term, share: PREFIX }));
  }

  /** Words a few letters from it: one up to seven letters, two beyond; none of three or fewer. */
  #near(stem: string): Candidate[] {
    if (stem.length < 4) return [];
    const most = stem.length < 8 ? 1 : 2;
    const found: { term: number; edits: number }[] = [];
    for (let length = stem.length - most; length <= stem.length + most; length++) {
      for (const { stem: other, term } of this.#byLength.get(length) ?? []) {
        // A first letter is seldom wrong, but for two that changed places.
        if (other[0] !== stem[0] && other[0] !== stem[1]) continue;
        const edits = editsBetween(stem, other, most);
        if (edits <= most) found.push({ term, edits });
      }
    }
    return found.toSorted((a, b) => a.edits - b.edits || this.#having(b.term) - this.#having(a.term) || a.term - b.term)
      .slice(0, MOST_TYPOS)
      .map(({ term, edits }) => ({ term, share: TYPO[edits] ?? 0 }));
  }

  /** Two words that it is made of, the commonest such. */
  #parts(stem: string): number[] | undefined {
    let best: number[] | undefined;
    for (let at = 3; at <= stem.length - 3; at++) {
      const [a, b] = [this.#ids.get(stem.slice(0, at)), this.#ids.get(stem.slice(at))];
      if (a === undefined || b === undefined) continue;
      if (best === undefined || Math.min(this.#having(a), this.#having(b)) > Math.min(...best.map((term) => this.#having(term)))) best = [a, b];
    }
    return best;
  }

  #having(term: number): number {
    return (this.#indptr[term + 1] ?? 0) - (this.#indptr[term] ?? 0);
  }

  /** Where the film stands among those that have the term; -1 where it does not. */
  #posting(term: number, film: number): number {
    let [low, high] = [this.#indptr[term] ?? 0, this.#indptr[term + 1] ?? 0];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#films[middle] ?? 0) < film) low = middle + 1;
      else high = middle;
    }
    return low < (this.#indptr[term + 1] ?? 0) && this.#films[low] === film ? low : -1;
  }

  #isTitle(film: number, asked: readonly Asked[]): boolean {
    if (this.#titleWords[film] !== asked.filter(({ stem }) => !isEmptyWord(stem) && !YEAR.test(stem)).length) return false;
    return asked.every(({ stem }) => ((this.#places[this.#posting(this.#ids.get(stem) ?? -1, film)] ?? 0) & 1) === 1);
  }

  #matched(film: number, asked: readonly Asked[]): MatchedTerm[] {
    return asked.flatMap(({ candidates }): MatchedTerm[] => {
      const found = candidates.map(({ term, share }) => ({ term, at: this.#posting(term, film), share })).filter(({ at }) => at >= 0)
        .map(({ term, at, share }) => ({
          label: this.#all.labels[term] ?? '', contribution: share * (this.#idf[term] ?? 0) * (this.#impacts[at] ?? 0),
          fields: fields.filter((_, field) => ((this.#places[at] ?? 0) >> field) & 1),
        }))
        .toSorted((a, b) => b.contribution - a.contribution);
      return found.slice(0, 1);
    }).toSorted((a, b) => b.contribution - a.contribution);
  }
}

/** The terms of a film with their entries [from, to). */
function eachTerm({ indptr, terms }: FilmTerms, film: number, take: (term: number, from: number, to: number) => void): void {
  const end = indptr[film + 1] ?? 0;
  for (let from = indptr[film] ?? 0, to = from; from < end; from = to) {
    while (to < end && terms[to] === terms[from]) to++;
    take(terms[from] ?? 0, from, to);
  }
}

/** Terms of each film and field, and their means over the films that have any. */
function fieldLengths({ indptr, fields: places }: FilmTerms): { of: Float32Array; mean: Float64Array } {
  const films = indptr.length - 1;
  const of = new Float32Array(films * fields.length);
  const mean = new Float64Array(fields.length);
  const having = new Int32Array(fields.length);
  for (let film = 0; film < films; film++) {
    for (let at = indptr[film] ?? 0; at < (indptr[film + 1] ?? 0); at++) {
      const place = film * fields.length + (places[at] ?? 0);
      of[place] = (of[place] ?? 0) + 1;
    }
    for (let field = 0; field < fields.length; field++) {
      const length = of[film * fields.length + field] ?? 0;
      mean[field] = (mean[field] ?? 0) + length;
      if (length > 0) having[field] = (having[field] ?? 0) + 1;
    }
  }
  return { of, mean: mean.map((sum, field) => sum / Math.max(1, having[field] ?? 0)) };
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}
