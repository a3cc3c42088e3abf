import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { type GeneratedSize, generatedRatings, likeMovieLens32M } from './ratings-generator.ts';

/** As many tags as MovieLens 32M has for its ratings. */
const TAGS_OF_32M = 2_000_072;
const VOCABULARY = 150_000;
const LINES_AT_ONCE = 20_000;
/** Raised when the same size gives other bytes, so that an old file is not taken. */
const VERSION = 1;

/** The generated ratings and films, with as many tags and links beside them as MovieLens would have; made once and kept. */
export async function generatedSet(size: GeneratedSize): Promise<{ folder: string; ratings: string; movies: string; tags: string; links: string; rows: { tags: number; links: number } }> {
  const made = await generatedRatings(size);
  const files = { tags: path.join(made.folder, `v${VERSION}`, 'tags.csv'), links: path.join(made.folder, `v${VERSION}`, 'links.csv') };
  const movies = (await readFile(made.movies, 'utf8')).trimEnd().split('\n').slice(1).map((line) => line.slice(0, line.indexOf(',')));
  const rows = { tags: Math.round((TAGS_OF_32M * size.ratings) / likeMovieLens32M.ratings), links: movies.length };
  if (!existsSync(files.tags)) await writeTags(files.tags, movies, size, rows.tags);
  if (!existsSync(files.links)) await writeWhole(files.links, linksCsv(movies));
  return { ...made, ...files, rows };
}

/**
 * Tags ordered by user: one user in thirteen tags, a few of them most; films and words have a long tail; one tag in seven
 * has capitals. Every (user, film, tag) is likely to be another.
 */
async function writeTags(file: string, movies: readonly string[], size: GeneratedSize, count: number): Promise<void> {
  const random = seededRandom((size.seed ?? 42) + 1);
  const words = vocabulary(Math.max(100, Math.round((VOCABULARY * count) / TAGS_OF_32M)));
  const making = `${file}.making`;
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(making, 'w');
  try {
    await handle.write('userId,movieId,tag,timestamp\n');
    let user = 1;
    let left = 0;
    for (let done = 0; done < count;) {
      const lines: string[] = [];
      for (; lines.length < LINES_AT_ONCE && done < count; done++) {
        if (left-- <= 0) {
          user += 1 + Math.floor(random() * 25);
          left = Math.floor(1 / (random() + 0.0005)) * 12;
        }
        const movie = movies[Math.floor(random() ** 2 * movies.length)] ?? '';
        const word = words[Math.floor(random() ** 3 * words.length)] ?? '';
        lines.push(`${user},${movie},${random() < 1 / 7 ? `${word.slice(0, 1).toUpperCase()}${word.slice(1)}` : word},${1_135_429_210 + Math.floor(random() * 560_000_000)}\n`);
      }
      await handle.write(lines.join(''));
    }
  } finally {
    await handle.close();
  }
  await rename(making, file);
}

/** Texts of one to three words, some in quotes because of a comma. */
function vocabulary(size: number): string[] {
  const random = seededRandom(7);
  const syllables = ['ba', 'co', 'di', 'fu', 'ga', 'hé', 'jo', 'ka', 'lu', 'mi', 'no', 'pa', 'ri', 'so', 'tu', 've', 'wo', 'xy', 'zu', 'sch'];
  const word = () => Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * syllables.length)]).join('');
  return Array.from({ length: size }, (_, i) => {
    const words = Array.from({ length: 1 + (i % 3) }, word);
    return i % 97 === 0 ? `"${words.join(', ')}"` : words.join(' ');
  });
}

function linksCsv(movies: readonly string[]): string {
  const lines = movies.map((id, i) => `${id},${String(Number(id) * 13).padStart(7, '0')},${i % 700 === 0 ? '' : Number(id) * 3 + 1}`);
  return `${['movieId,imdbId,tmdbId', ...lines].join('\n')}\n`;
}

async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}
