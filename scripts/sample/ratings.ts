import { gaussian, type Random } from '../../electron/engine/workspace/random.ts';
import { type Film, pick } from './films.ts';

export interface Rating {
  readonly userId: number;
  readonly movieId: number;
  readonly rating: number;
  /** Unix seconds. */
  readonly timestamp: number;
}
export interface Tagging {
  readonly userId: number;
  readonly movieId: number;
  readonly tag: string;
  readonly timestamp: number;
}

const FIRST_DAY = Date.UTC(2008, 0, 1) / 1000;
const LAST_DAY = Date.UTC(2026, 5, 30) / 1000;
const DAY = 86_400;

/** Kinds of viewers: what they love and what they avoid. Each user is a blend of two, and drifts from one to the other. */
const archetypes: readonly Readonly<Record<string, number>>[] = [
  { 'Sci-Fi': 1.1, Adventure: 0.6, Action: 0.5, Fantasy: 0.4, Romance: -0.5, Musical: -0.7 },
  { Romance: 1, Drama: 0.5, Comedy: 0.4, Musical: 0.4, Horror: -1, War: -0.4 },
  { Horror: 1.1, Thriller: 0.7, Mystery: 0.5, Children: -0.8, Musical: -0.5 },
  { Children: 0.9, Animation: 1, Fantasy: 0.6, Comedy: 0.3, Horror: -1.2, Crime: -0.4 },
  { Crime: 0.9, 'Film-Noir': 1, Mystery: 0.8, Thriller: 0.5, Fantasy: -0.6, Animation: -0.4 },
  { Documentary: 1.1, Drama: 0.6, War: 0.5, Action: -0.7, Horror: -0.5 },
  { Western: 1, War: 0.8, Action: 0.6, Adventure: 0.5, Romance: -0.4 },
  { Comedy: 0.9, Musical: 0.7, Romance: 0.4, War: -0.6, Documentary: -0.3 },
];

/** Seeded ratings with tastes, popularity and drift: exactly `count` of them, no film twice for one user, by user and time. */
export function inventRatings(random: Random, films: readonly Film[], users: number, count: number): { ratings: Rating[]; tags: Tagging[] } {
  const activity = Array.from({ length: users }, () => Math.exp(4.6 + 0.85 * gaussian(random)));
  const counts = shares(activity, count, 20, Math.floor(films.length * 0.25));
  const ratings: Rating[] = [];
  const tags: Tagging[] = [];
  counts.forEach((wanted, u) => {
    const userId = u + 1;
    const before = pick(random, archetypes);
    const after = pick(random, archetypes);
    const bias = gaussian(random) * 0.35;
    const joined = FIRST_DAY + Math.floor(random() * (LAST_DAY - FIRST_DAY - 60 * DAY));
    const stays = Math.min(LAST_DAY - joined, Math.floor((20 + random() ** 2 * 2500) * DAY));
    const seen = new Set<number>();
    const mine: Rating[] = [];
    const moments = sessions(random, wanted, joined, stays);
    for (const timestamp of moments) {
      const drift = stays > 0 ? (timestamp - joined) / stays : 0;
      const film = choose(random, films, seen, timestamp, (genre) => (before[genre] ?? 0) * (1 - drift) + (after[genre] ?? 0) * drift);
      seen.add(film.movieId);
      const stars = 3.45 + bias + film.quality + affinity(film, (genre) => (before[genre] ?? 0) * (1 - drift) + (after[genre] ?? 0) * drift) + gaussian(random) * 0.55;
      const rating = Math.min(5, Math.max(0.5, Math.round(stars * 2) / 2));
      mine.push({ userId, movieId: film.movieId, rating, timestamp });
      if (random() < 0.035) tags.push({ userId, movieId: film.movieId, tag: pick(random, film.tags), timestamp: timestamp + 60 });
    }
    ratings.push(...mine);
  });
  return { ratings, tags };
}

function affinity(film: Film, taste: (genre: string) => number): number {
  return film.genres.reduce((sum, genre) => sum + taste(genre), 0) / Math.sqrt(film.genres.length);
}

/** A film not seen yet, out by then, by popularity and taste: rejection from the popularity distribution. */
function choose(random: Random, films: readonly Film[], seen: ReadonlySet<number>, timestamp: number, taste: (genre: string) => number): Film {
  const year = new Date(timestamp * 1000).getUTCFullYear();
  const cumulative = cumulativePopularity(films);
  const all = cumulative.at(-1) ?? 0;
  for (let tries = 0; ; tries++) {
    const film = films[lowerBound(cumulative, random() * all)] ?? pick(random, films);
    const anything = tries > 400 ? pick(random, films) : film;
    if (seen.has(anything.movieId) || anything.year > year) continue;
    if (tries > 400 || random() < Math.exp(1.3 * affinity(anything, taste)) / 8) return anything;
  }
}

const cumulatives = new WeakMap<readonly Film[], number[]>();
function cumulativePopularity(films: readonly Film[]): number[] {
  let found = cumulatives.get(films);
  if (!found) {
    let sum = 0;
    found = films.map((film) => (sum += film.popularity));
    cumulatives.set(films, found);
  }
  return found;
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `count` rising times in evenings of 5 to 40 ratings, a minute or so apart. */
function sessions(random: Random, count: number, joined: number, stays: number): number[] {
  const times: number[] = [];
  while (times.length < count) {
    let at = joined + Math.floor(random() ** 1.7 * stays);
    const length = Math.min(count - times.length, 5 + Math.floor(random() * 36));
    for (let i = 0; i < length; i++) times.push((at += 20 + Math.floor(-Math.log(1 - random()) * 45)));
  }
  return times.toSorted((a, b) => a - b);
}

/** Whole numbers in proportion to `weights`, within bounds, that sum to `total`. */
function shares(weights: readonly number[], total: number, least: number, most: number): number[] {
  let low = 0;
  let high = total;
  const at = (scale: number) => weights.map((weight) => Math.min(most, Math.max(least, Math.floor(weight * scale))));
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) > total) high = middle;
    else low = middle;
  }
  const counts = at(low);
  for (let i = 0, left = total - sum(counts); left > 0; i = (i + 1) % counts.length) {
    const now = counts[i] ?? most;
    if (now >= most) continue;
    counts[i] = now + 1;
    left--;
  }
  return counts;
}

