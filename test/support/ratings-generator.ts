import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gaussian, type Random, seededRandom } from '../../electron/engine/workspace/random.ts';

/** How much to make. The same size and seed give the same bytes, whatever the number of threads. */
export interface GeneratedSize {
  readonly ratings: number;
  readonly users: number;
  readonly movies: number;
  readonly seed?: number;
}

export const likeMovieLens32M: GeneratedSize = { ratings: 32_000_204, users: 200_948, movies: 87_493 };
export const likeMovieLens1M: GeneratedSize = { ratings: 1_000_209, users: 6_040, movies: 3_706 };

/** Raised when the same size gives other bytes, so that an old cache is not taken. */
const VERSION = 1;
const USERS_A_BLOCK = 500;
const FEWEST_RATINGS = 20;
const genres = ['Action', 'Adventure', 'Animation', 'Children', 'Comedy', 'Crime', 'Documentary', 'Drama', 'Fantasy', 'Film-Noir', 'Horror', 'Musical', 'Mystery', 'Romance', 'Sci-Fi', 'Thriller', 'War', 'Western'];

/**
 * `ratings.csv` and `movies.csv` in the form of MovieLens, made once and kept in the system's temporary folder: users'
 * activity is log-normal, films' popularity has a long tail, each user favours two of 18 groups of films (the genres) and
 * rates them higher. Rows are ordered by user, then film; no pair comes twice.
 */
export async function generatedRatings(size: GeneratedSize): Promise<{ folder: string; ratings: string; movies: string }> {
  const cache = path.join(os.tmpdir(), 'reelbench-generated');
  const folder = path.join(cache, `v${VERSION}-${size.ratings}-${size.users}-${size.movies}-${size.seed ?? 42}`);
  const files = { folder, ratings: path.join(folder, 'ratings.csv'), movies: path.join(folder, 'movies.csv') };
  if (existsSync(files.movies)) return files;
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(path.join(cache, 'making-'));
  try {
    await writeRatings(size, path.join(making, 'ratings.csv'));
    await writeFile(path.join(making, 'movies.csv'), moviesCsv(new World(size)));
    await rename(making, folder).catch(async (error: unknown) => {
      if (!existsSync(files.movies)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return files;
}

/** Draws index i with probability weights[i] ÷ their sum, in constant time (Walker's alias method, as Vose builds it). */
class Draw {
  readonly #keep: Float64Array;
  readonly #other: Int32Array;

  constructor(weights: readonly number[]) {
    const sum = weights.reduce((a, b) => a + b, 0);
    const scaled = Float64Array.from(weights, (weight) => (weight * weights.length) / sum);
    this.#keep = new Float64Array(weights.length).fill(1);
    this.#other = new Int32Array(weights.length);
    const small: number[] = [];
    const large: number[] = [];
    for (const [i, weight] of scaled.entries()) (weight < 1 ? small : large).push(i);
    for (let s = small.pop(), l = large.pop(); s !== undefined && l !== undefined; s = small.pop()) {
      this.#keep[s] = at(scaled, s);
      this.#other[s] = l;
      scaled[l] = at(scaled, l) - (1 - at(scaled, s));
      if (at(scaled, l) < 1) {
        small.push(l);
        l = large.pop();
      }
    }
  }

  next(random: Random): number {
    const i = Math.floor(random() * this.#keep.length);
    return random() < at(this.#keep, i) ? i : at(this.#other, i);
  }
}

/** The films, their groups, and how many ratings each user gives. */
class World {
  readonly size: GeneratedSize;
  readonly movieIds: Int32Array;
  readonly group: Uint8Array;
  readonly quality: Float64Array;
  readonly activity: Int32Array;
  readonly #all: Draw;
  readonly #members: { films: number[]; draw: Draw }[];

  constructor(size: GeneratedSize) {
    const random = seededRandom(size.seed ?? 42);
    const { movies } = size;
    this.size = size;
    this.movieIds = new Int32Array(movies);
    for (let i = 0, id = 0; i < movies; i++) this.movieIds[i] = id += 1 + Math.floor(random() * 5);
    const rank = shuffled(movies, random);
    const popularity = Array.from(rank, (r) => (r + 60 + movies * 0.007) ** -2);
    this.group = Uint8Array.from({ length: movies }, () => Math.floor(random() * genres.length));
    this.quality = Float64Array.from({ length: movies }, () => gaussian(random) * 0.45);
    this.#all = new Draw(popularity);
    this.#members = genres.map((_, g) => {
      const films = [...this.group.keys()].filter((i) => this.group[i] === g);
      return { films, draw: new Draw(films.map((i) => popularity[i] ?? 0)) };
    });
    this.activity = logNormalCounts(size, random);
  }

  drawFilm(random: Random, favourite: number | undefined): number {
    const members = favourite === undefined ? undefined : this.#members[favourite];
    if (!members || members.films.length === 0) return this.#all.next(random);
    return members.films[members.draw.next(random)] ?? 0;
  }
}

/** Ratings for each user: log-normal, at least 20, at most two films in five, `size.ratings` in all. */
function logNormalCounts({ ratings, users, movies }: GeneratedSize, random: Random): Int32Array {
  const spread = Float64Array.from({ length: users }, () => Math.exp(1.35 * gaussian(random)));
  const most = Math.max(FEWEST_RATINGS, Math.floor(movies * 0.4));
  if (ratings < users * FEWEST_RATINGS || ratings > users * most) throw new Error(`${users} users cannot have ${ratings} ratings of ${movies} films.`);
  const counts = new Int32Array(users);
  const fill = (scale: number) => {
    let sum = 0;
    for (const [i, s] of spread.entries()) sum += counts[i] = Math.min(most, FEWEST_RATINGS + Math.floor(s * scale));
    return sum;
  };
  let [low, high] = [0, 1];
  while (fill(high) <= ratings && high < 1e9) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (fill(middle) > ratings) high = middle;
    else low = middle;
  }
  let missing = ratings - fill(low);
  for (let i = 0; missing > 0; i = (i + 1) % users) {
    if (at(counts, i) < most) {
      counts[i] = at(counts, i) + 1;
      missing--;
    }
  }
  return counts;
}

/** The CSV lines of one block of users. `seen` is as long as the films and is left cleared. */
function ratingsOf(world: World, block: number, seen: Uint8Array): Buffer {
  const from = block * USERS_A_BLOCK;
  const to = Math.min(world.size.users, from + USERS_A_BLOCK);
  const rows = world.activity.subarray(from, to).reduce((a, b) => a + b, 0);
  const lines = new LineWriter(rows * 40);
  for (let user = from; user < to; user++) {
    const random = seededRandom(Math.imul(user + 1, 0x9e3779b1) ^ (world.size.seed ?? 42));
    const favourites = [Math.floor(random() * genres.length), Math.floor(random() * genres.length)] as const;
    const count = at(world.activity, user);
    const films = new Int32Array(count);
    for (let chosen = 0, tries = 0; chosen < count; tries++) {
      const pick = random();
      const film = tries > 8 * count ? Math.floor(random() * world.size.movies) : world.drawFilm(random, pick < 0.45 ? undefined : pick < 0.75 ? favourites[0] : favourites[1]);
      if (seen[film] === 1) continue;
      seen[film] = 1;
      films[chosen++] = film;
    }
    films.sort();
    const taste = gaussian(random) * 0.4;
    const start = 820_454_400 + Math.floor(random() * 870_000_000);
    const span = random() < 0.6 ? 7_200 : 40_000_000;
    for (const film of films) {
      seen[film] = 0;
      const group = world.group[film];
      const liking = group === favourites[0] ? 0.7 : group === favourites[1] ? 0.4 : -0.1;
      const halves = Math.round(2 * (3.4 + taste + at(world.quality, film) + liking + (random() + random() + random() - 1.5) * 1.2));
      lines.rating(user + 1, at(world.movieIds, film), Math.min(10, Math.max(1, halves)), start + Math.floor(random() * span));
    }
  }
  return lines.written();
}

/** Writes `user,movie,stars,time` lines as digits, without making texts. */
class LineWriter {
  readonly #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.from(new ArrayBuffer(capacity));
  }

  rating(user: number, movie: number, halves: number, time: number): void {
    this.#digits(user);
    this.#bytes[this.#length++] = 44;
    this.#digits(movie);
    this.#bytes[this.#length++] = 44;
    this.#bytes[this.#length++] = 48 + (halves >> 1);
    this.#bytes[this.#length++] = 46;
    this.#bytes[this.#length++] = (halves & 1) === 1 ? 53 : 48;
    this.#bytes[this.#length++] = 44;
    this.#digits(time);
    this.#bytes[this.#length++] = 10;
  }

  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #digits(value: number): void {
    let size = 1;
    for (let power = 10; power <= value; power *= 10) size++;
    this.#length += size;
    for (let i = 1; i <= size; i++, value = Math.floor(value / 10)) this.#bytes[this.#length - i] = 48 + (value % 10);
  }
}

async function writeRatings(size: GeneratedSize, file: string): Promise<void> {
  const blocks = Math.ceil(size.users / USERS_A_BLOCK);
  const handle = await open(file, 'w');
  const workers = Array.from({ length: Math.min(os.availableParallelism(), blocks) }, () => new Worker(new URL(import.meta.url), { workerData: size }));
  try {
    await handle.write('userId,movieId,rating,timestamp\n');
    const pending = new Map<number, Promise<Uint8Array>>();
    const ask = (block: number) => {
      const worker = workers[block % workers.length];
      if (worker && block < blocks) pending.set(block, answerOf(worker, block));
    };
    for (let block = 0; block < 2 * workers.length; block++) ask(block);
    for (let block = 0; block < blocks; block++) {
      const bytes = await pending.get(block);
      pending.delete(block);
      ask(block + 2 * workers.length);
      if (bytes) await handle.write(bytes);
    }
  } finally {
    await handle.close();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function answerOf(worker: Worker, block: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const listen = (answer: { block: number; bytes: Uint8Array }) => {
      if (answer.block !== block) return;
      worker.off('message', listen);
      worker.off('error', reject);
      resolve(answer.bytes);
    };
    worker.on('message', listen);
    worker.once('error', reject);
    worker.postMessage(block);
  });
}

function moviesCsv(world: World): string {
  const lines = ['movieId,title,genres'];
  for (const [i, id] of world.movieIds.entries()) {
    const year = 1930 + ((i * 7919) % 94);
    const second = genres[(at(world.group, i) + (i % 7) + 1) % genres.length];
    const title = i % 9 === 0 ? `"Film ${id}, The (${year})"` : `Film ${id} (${year})`;
    lines.push(`${id},${title},${genres[at(world.group, i)]}${i % 3 === 0 ? '' : `|${second}`}`);
  }
  return `${lines.join('\n')}\n`;
}

function shuffled(length: number, random: Random): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [at(order, j), at(order, i)];
  }
  return order;
}

function at(values: Int32Array | Float64Array | Uint8Array, index: number): number {
  return values[index] ?? 0;
}

if (!isMainThread && parentPort && isSize(workerData)) {
  const port = parentPort;
  const world = new World(workerData);
  const seen = new Uint8Array(world.size.movies);
  port.on('message', (block: number) => {
    const bytes = ratingsOf(world, block, seen);
    port.postMessage({ block, bytes }, [bytes.buffer as ArrayBuffer]);
  });
}

function isSize(value: unknown): value is GeneratedSize {
  return typeof value === 'object' && value !== null && 'ratings' in value && 'users' in value && 'movies' in value;
}
