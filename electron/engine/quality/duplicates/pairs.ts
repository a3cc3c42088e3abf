import { differing, signature, slipsBetween } from './distance.ts';
import type { Film, Form } from './films.ts';

/** How two titles agree, and in what the two differ. */
export interface Match {
  /** `title`: the titles as they stand; `form`: a form of each; `words`: the same words in another order; `identifier`: not in the title. */
  readonly by: 'title' | 'form' | 'words' | 'identifier';
  readonly slips: number;
  /** What was compared. */
  readonly forms: readonly [Form, Form];
}

/** Two films that may be one; `a` has the lower id. */
export interface Pair {
  readonly a: Film;
  readonly b: Film;
  readonly match: Match;
}

/** Where neither key has more letters, they must agree in all of them: among short ones a letter makes another word. */
const SHORT = 4;
/** From so many letters on, two slips are looked for. */
const LONG = 10;
/** Forms from brackets with fewer letters ("II", "TV") say nothing. */
const SHORTEST_PART = 4;
/** A title or an identifier that more films share is compared among neighbours by id only. */
const CROWD = 50;

const slipsAllowed = (longer: number) => (longer <= SHORT ? 0 : longer < LONG ? 1 : 2);

/**
 * Whether and how two films' titles match. With the same year: up to two slips (see `slipsAllowed`) where all numbers
 * agree, the same words in another order, or equal forms. With years one apart, or one unknown: equal titles. With the same
 * identifier: always. Of several ways the one with the fewest slips.
 */
export function matchOf(a: Film, b: Film): Match | undefined {
  const sameYear = a.year === b.year;
  const near = sameYear || a.year === null || b.year === null || Math.abs(a.year - b.year) === 1;
  const [ofA, ofB] = [a.forms[0], b.forms[0]];
  if (near && ofA.key === ofB.key && ofA.numbers === ofB.numbers) return { by: 'title', slips: 0, forms: [ofA, ofB] };
  if (near) {
    const forms = equalForms(a, b, sameYear);
    if (forms) return { by: 'form', slips: 0, forms };
  }
  if (sameYear && a.sorted !== '' && a.sorted === b.sorted) return { by: 'words', slips: 1, forms: [ofA, ofB] };
  if (sameYear && a.year !== null && ofA.numbers === ofB.numbers) {
    const most = slipsAllowed(Math.max(ofA.key.length, ofB.key.length));
    const slips = slipsBetween(ofA.key, ofB.key, most);
    if (slips <= most) return { by: 'title', slips, forms: [ofA, ofB] };
  }
  if (!sameIdentifier(a, b)) return undefined;
  return { by: 'identifier', slips: slipsBetween(ofA.key, ofB.key, Math.max(ofA.key.length, ofB.key.length)), forms: [ofA, ofB] };
}

const sameIdentifier = (a: Film, b: Film) => (a.imdb !== null && a.imdb === b.imdb) || (a.tmdb !== null && a.tmdb === b.tmdb);

/** Equal forms of two titles. Not both from brackets, nor both from before them, lest "(Part 1)" and what it follows match. */
function equalForms(a: Film, b: Film, sameYear: boolean): [Form, Form] | undefined {
  if (a.forms.length === 1 && b.forms.length === 1) return undefined;
  for (const x of a.forms) {
    for (const y of b.forms) {
      if (x.key !== y.key || x.numbers !== y.numbers) continue;
      if (x.kind === 'title' && y.kind === 'title') return [x, y];
      if (sameYear && x.kind !== y.kind && x.key.length >= SHORTEST_PART && digits(a) === digits(b)) return [x, y];
    }
  }
  return undefined;
}

/** The Arabic numbers in a title, each once. */
function digits({ forms: [title] }: Film): string {
  return [...new Set(title.numbers.match(/[0-9]+/g))].sort().join(' ');
}

/**
 * All pairs of films whose titles match, by the same definition as `matchOf`, without looking at every pair: films that
 * share a form, their words or an identifier meet in a table; slips are looked for among films of one year and about one
 * length, and only between titles that have nearly the same letters.
 *
 * `pause` is called now and then with the films done and in all.
 */
export async function findPairs(films: readonly Film[], pause: (done: number, total: number) => Promise<void> = () => Promise.resolve()): Promise<Pair[]> {
  const found = new Map<string, Pair>();
  const compare = (x: Film, y: Film) => {
    const [a, b] = x.id < y.id ? [x, y] : [y, x];
    const name = `${a.id} ${b.id}`;
    if (a.id === b.id || found.has(name)) return;
    const match = matchOf(a, b);
    if (match) found.set(name, { a, b, match });
  };
  for (const group of meetings(films)) {
    for (const [i, film] of group.entries()) for (let j = i + 1; j < Math.min(group.length, i + CROWD); j++) compare(film, group[j] ?? film);
  }
  let done = 0;
  let since = 0;
  for (const ofYear of Map.groupBy(films.filter(({ year }) => year !== null), ({ year }) => year).values()) {
    const sorted = ofYear.toSorted((a, b) => a.forms[0].key.length - b.forms[0].key.length || a.id - b.id);
    const lengths = Int32Array.from(sorted, ({ forms: [title] }) => title.key.length);
    const letters = Int32Array.from(sorted, ({ forms: [title] }) => signature(title.key));
    for (let i = 0; i < sorted.length; i++) {
      const length = lengths[i] ?? 0;
      const mine = letters[i] ?? 0;
      for (let j = i + 1; j < sorted.length; j++) {
        const allowed = slipsAllowed(lengths[j] ?? 0);
        if ((lengths[j] ?? 0) - length > 2) break;
        since++;
        if (differing(mine, letters[j] ?? 0) > 2 * allowed || (lengths[j] ?? 0) - length > allowed) continue;
        const [a, b] = [sorted[i], sorted[j]];
        if (a && b && slipsBetween(a.forms[0].key, b.forms[0].key, allowed) <= allowed) compare(a, b);
      }
      done++;
      if (since > 4_000_000) {
        since = 0;
        await pause(done, films.length);
      }
    }
  }
  return [...found.values()].sort((x, y) => x.a.id - y.a.id || x.b.id - y.b.id);
}

/** Groups of films that share a form of their title, the words of it in a year, or an identifier. */
function meetings(films: readonly Film[]): Film[][] {
  const places = new Map<string, Film[]>();
  const meet = (place: string, film: Film) => {
    const there = places.get(place);
    if (there) there.push(film);
    else places.set(place, [film]);
  };
  for (const film of films) {
    for (const place of new Set(film.forms.map(({ key, numbers }) => `form ${key} ${numbers}`))) meet(place, film);
    if (film.sorted !== '') meet(`words ${film.year ?? ''} ${film.sorted}`, film);
    if (film.imdb !== null) meet(`imdb ${film.imdb}`, film);
    if (film.tmdb !== null) meet(`tmdb ${film.tmdb}`, film);
  }
  return [...places.values()].filter(({ length }) => length > 1).map((group) => group.toSorted((a, b) => (a.year ?? 0) - (b.year ?? 0) || a.id - b.id));
}
