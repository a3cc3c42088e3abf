import type { Film } from './films.ts';
import type { Pair } from './pairs.ts';

/** In so many titles a word is one of the language, not a slip. */
const COMMON = 5;

/** The words of all titles and how many titles have them. */
export class Vocabulary {
  readonly #titles = new Map<string, number>();

  constructor(films: readonly Film[]) {
    for (const { words } of films) for (const word of new Set(words)) this.#titles.set(word, (this.#titles.get(word) ?? 0) + 1);
  }

  /**
   * Of two titles with slips, the words in which they differ, where each of them is common in its own right ("Light" and
   * "Night"): then they are other words rather than slips. Undefined where any looks like a slip.
   */
  otherWords({ a, b, match }: Pair): [string, string][] | undefined {
    if (match.by !== 'title' || match.slips === 0 || a.words.length !== b.words.length) return undefined;
    const differing = a.words.flatMap((word, i): [string, string][] => (word === b.words[i] ? [] : [[word, b.words[i] ?? '']]));
    return differing.every(([x, y]) => this.#common(x) && this.#common(y)) ? differing : undefined;
  }

  #common(word: string): boolean {
    return (this.#titles.get(word) ?? 0) >= COMMON;
  }
}
