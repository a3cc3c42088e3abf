import { type Random } from '../../electron/engine/workspace/random.ts';
import { genreWords, names, places } from './words.ts';

export interface Film {
  readonly movieId: number;
  readonly title: string;
  readonly year: number;
  readonly genres: readonly string[];
  readonly tags: readonly string[];
  readonly overview: string;
  /** How good it is, in stars around 0. */
  readonly quality: number;
  /** How much it is watched, relative to the others. */
  readonly popularity: number;
}

export const pick = <T>(random: Random, from: readonly T[]): T => {
  const item = from[Math.floor(random() * from.length)];
  if (item === undefined) throw new RangeError('Nothing to pick from.');
  return item;
};

/** One entry of `from`, with chances in proportion to `weights`. */
export function pickWeighted<T>(random: Random, from: readonly T[], weights: readonly number[]): T {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = from.findIndex((_, i) => (left -= weights[i] ?? 0) < 0);
  const item = from[found < 0 ? from.length - 1 : found];
  if (item === undefined) throw new RangeError('Nothing to pick from.');
  return item;
}

const genreNames = Object.keys(genreWords);
const genreWeights = genreNames.map((genre) => wordsOf(genre).weight);

function wordsOf(genre: string) {
  const found = genreWords[genre];
  if (!found) throw new RangeError(`No words for ${genre}.`);
  return found;
}

/** `count` invented films with titles, genres, tags and overviews that fit one another. Film ids have gaps, as real ones do. */
export function inventFilms(random: Random, count: number, gaussian: (random: Random) => number): Film[] {
  const films: Film[] = [];
  const used = new Set<string>();
  let movieId = 0;
  while (films.length < count) {
    const first = pickWeighted(random, genreNames, genreWeights);
    const genres = new Set([first]);
    while (random() < 0.55 && genres.size < 4) genres.add(pickWeighted(random, genreNames, genreWeights));
    const title = inventTitle(random, [...genres]);
    if (used.has(title)) continue;
    used.add(title);
    movieId += 1 + Math.floor(random() ** 3 * 6);
    const year = Math.min(2024, 2024 - Math.floor(-Math.log(1 - random()) * 16));
    films.push({
      movieId,
      title,
      year: Math.max(1931, year),
      genres: [...genres].toSorted((a, b) => a.localeCompare(b, 'en')),
      tags: [...new Set([...genres].flatMap((genre) => [pick(random, wordsOf(genre).tags), pick(random, wordsOf(genre).tags)]))],
      overview: inventOverview(random, first),
      quality: gaussian(random) * 0.45,
      popularity: 0,
    });
  }
  // A long tail: popularity falls with a rank that follows quality only loosely.
  const ranked = films.toSorted((a, b) => b.quality + gaussian(random) * 0.8 - a.quality);
  const rank = new Map(ranked.map((film, i) => [film.movieId, i]));
  return films.map((film) => ({ ...film, popularity: ((rank.get(film.movieId) ?? count) + 12) ** -1.05 }));
}

function inventTitle(random: Random, genres: readonly string[]): string {
  const words = wordsOf(pick(random, genres));
  const other = wordsOf(pick(random, genres));
  const noun = pick(random, words.nouns);
  const adjective = pick(random, other.adjectives);
  const shapes: (() => string)[] = [
    () => `${adjective} ${noun}`,
    () => `${adjective} ${noun}`,
    () => `${noun}, The`,
    () => `${adjective} ${noun}, The`,
    () => `${noun} of ${pick(random, places)}, The`,
    () => `${pick(random, names)}’s ${noun}`,
    () => `${noun} and ${pick(random, other.nouns.filter((word) => word !== noun))}`,
    () => `${pick(random, names)} and the ${adjective} ${noun}`,
    () => `A ${noun} in ${pick(random, places)}`,
    () => `${adjective} ${noun} ${pick(random, ['II', 'III', 'Returns', 'Forever'])}`,
  ];
  return pick(random, shapes)();
}

function inventOverview(random: Random, genre: string): string {
  const { people, troubles } = wordsOf(genre);
  const who = pick(random, people);
  const opening = pick(random, [`In ${pick(random, places)}, ${who}`, `${who[0]?.toUpperCase() ?? ''}${who.slice(1)}`, `Years after leaving ${pick(random, places)}, ${who}`]);
  return `${opening} ${pick(random, troubles)}.`;
}

