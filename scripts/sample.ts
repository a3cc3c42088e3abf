/**
 * `npm run sample`: makes resources/sample, the built-in data set: invented users, films, tags and ratings with tastes,
 * popularity and drift, and planted defects. The same seed gives the same files.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { gaussian, seededRandom } from '../electron/engine/workspace/random.ts';
import { type Lines, type Planted, spoilMovies, spoilRatings } from './sample/defects.ts';
import { inventFilms } from './sample/films.ts';
import { inventRatings } from './sample/ratings.ts';

const SEED = 20_260_101;
const USERS = 600;
const FILMS = 1500;
const RATINGS = 100_000;

const out = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../resources/sample'));
const random = seededRandom(SEED);
const films = inventFilms(random, FILMS, gaussian);
const { ratings, tags } = inventRatings(random, films, USERS, RATINGS);

const movieLines: Lines = films.map((film) => [String(film.movieId), `${film.title} (${film.year})`, film.genres.join('|'), film.overview]);
const ratingLines: Lines = ratings.map((r) => [String(r.userId), String(r.movieId), r.rating.toFixed(1), String(r.timestamp)]);
const planted = [...spoilRatings(random, ratingLines, films.map(({ movieId }) => movieId), USERS), ...spoilMovies(random, movieLines)];
const tagLines: Lines = tags.map((t) => [String(t.userId), String(t.movieId), t.tag, String(t.timestamp)]);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const bytes = [
  write('movies.csv.gz', ['movieId', 'title', 'genres', 'overview'], movieLines),
  write('ratings.csv.gz', ['userId', 'movieId', 'rating', 'timestamp'], ratingLines),
  write('tags.csv.gz', ['userId', 'movieId', 'tag', 'timestamp'], tagLines),
];
writeFileSync(path.join(out, 'README.md'), about(planted));
console.log(`${out}: ${films.length} films, ${USERS} users, ${ratings.length} ratings, ${tags.length} tags, ${planted.length} kinds of defects, ${Math.round(bytes.reduce((a, b) => a + b) / 1000)} kB`);

function write(name: string, header: readonly string[], lines: Lines): number {
  const text = [header, ...lines].map((line) => line.map(cell).join(',')).join('\n');
  const packed = gzipSync(`${text}\n`, { level: 9 });
  packed[9] = 255; // the byte that names the operating system: the same file on every machine
  writeFileSync(path.join(out, name), packed);
  return packed.length;
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function about(defects: readonly Planted[]): string {
  return `# The built-in sample

${USERS} invented users, ${FILMS} invented films and ${RATINGS.toLocaleString('en')} ratings with tastes, popularity and drift; nobody
and nothing in it is real. Made by \`npm run sample\` (seed ${SEED}). Some defects are planted, so that there is something to find;
a few more of the same kinds may come about by themselves (a film without many ratings, two titles that are near each other).

| rule | planted | what |
| --- | --- | --- |
${defects.map(({ rule, units, what }) => `| ${rule} | ${units} | ${what} |`).join('\n')}
`;
}
