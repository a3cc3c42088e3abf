import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { spoilFacts } from './defects/films.ts';
import { makeGenome, spoilGenome } from './defects/genome.ts';
import { makeLinks, spoilLinks } from './defects/links.ts';
import { makeMovies, spoilMovies } from './defects/movies.ts';
import { makePersons, spoilPersons } from './defects/persons.ts';
import { makeRatings, spoilRatings } from './defects/ratings.ts';
import { columnsOf, type DefectiveSet, type Injection, shuffledBy } from './defects/set.ts';
import { injectTableRules } from './defects/table-rules.ts';
import { makeTags, spoilTags } from './defects/tags.ts';

export { columnsOf, type DefectiveSet, type SetFile } from './defects/set.ts';

export const ratingColumns = columnsOf.ratings;
export const movieColumns = columnsOf.movies;

/**
 * Makes a clean set (11,520 ratings of 360 users on 320 films, with tags, links, genome and cast) and injects
 * `counts[rule]` failures of each rule, each on a row or group of its own; of a table rule, whether it fails.
 * `importedAt` in Unix seconds: when the set will be imported.
 */
export function defectiveSet(counts: Record<string, number>, { seed, importedAt }: { seed: number; importedAt: number }): DefectiveSet {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const expected: Record<string, number> = {};
  const injection: Injection = {
    tables: { movies: [], ratings: [], tags: [], links: [], 'genome-scores': [], 'genome-tags': [], persons: [] },
    counts, expected, importedAt, random, below,
    inject: (rule, spoil) => {
      const count = counts[rule] ?? 0;
      for (let i = 0; i < count; i++) spoil(i);
      expected[rule] = (expected[rule] ?? 0) + count;
    },
  };
  makeMovies(injection);
  makeRatings(injection);
  makeTags(injection);
  makeGenome(injection);
  makePersons(injection);
  spoilRatings(injection);
  const addUnratedFilm = spoilMovies(injection);
  spoilTags(injection);
  spoilGenome(injection);
  spoilPersons(injection);
  const facts = injectTableRules(injection, addUnratedFilm);
  // Last, because every film that there is now has its row.
  makeLinks(injection);
  spoilFacts(injection);
  spoilLinks(injection);
  const { tables } = injection;
  return { tables, ratings: tables.ratings, movies: tables.movies, expected, ...facts };
}

/** The rows in another order. */
export function shuffled<T>(rows: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return shuffledBy(rows, (n) => Math.floor(random() * n));
}

/** The rows in `parts` files, cut at random places; some may be empty. */
export function cut<T>(rows: readonly T[], parts: number, seed: number): T[][] {
  const random = seededRandom(seed);
  const ends = [...Array.from({ length: parts - 1 }, () => Math.floor(random() * (rows.length + 1))).toSorted((a, b) => a - b), rows.length];
  return ends.map((end, i) => rows.slice(ends[i - 1] ?? 0, end));
}

/** Cells as a CSV file. */
export function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `${[header, ...rows].map((row) => row.map(quote).join(',')).join('\n')}\n`;
}
