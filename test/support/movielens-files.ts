import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Rows of a small data set; what is left out is not written. */
export interface SmallDataSet {
  readonly ratings?: readonly (readonly (string | number)[])[];
  readonly movies?: readonly (readonly (string | number)[])[];
  readonly tags?: readonly (readonly (string | number)[])[];
  readonly links?: readonly (readonly (string | number)[])[];
}

const headers = {
  ratings: ['userId', 'movieId', 'rating', 'timestamp'],
  movies: ['movieId', 'title', 'genres'],
  tags: ['userId', 'movieId', 'tag', 'timestamp'],
  links: ['movieId', 'imdbId', 'tmdbId'],
} as const;

/** Writes `ratings.csv`, `movies.csv`, … as MovieLens does (quotes where a cell needs them). Answers the folder. */
export async function writeMovieLens(folder: string, data: SmallDataSet): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const kind of ['ratings', 'movies', 'tags', 'links'] as const) {
    const rows = data[kind];
    if (rows) await writeFile(path.join(folder, `${kind}.csv`), [headers[kind], ...rows].map(csvLine).join(''));
  }
  return folder;
}

/** One line of CSV, quoted as RFC 4180 says. */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell))).join(',')}\n`;
}

/** The same few films and ratings in the forms of MovieLens 100K, 1M and 10M, by file name; Latin-1 where the release is. */
export const oldReleases: Readonly<Record<'ml-100k' | 'ml-1m' | 'ml-10M100K', Readonly<Record<string, Buffer>>>> = {
  'ml-100k': {
    'u.data': Buffer.from('196\t242\t3\t881250949\n186\t302\t3\t891717742\n', 'latin1'),
    'u.item': Buffer.from(
      '242|Kolya (1996)|24-Jan-1997||http://us.imdb.com/M/title-exact?Kolya%20(1996)|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n' +
      '302|Misérables, Les (1995)|01-Jan-1995||http://us.imdb.com/x|0|0|0|0|0|0|0|0|1|0|0|0|1|0|0|0|0|0|0\n' +
      '267|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n', 'latin1'),
    'u.user': Buffer.from('196|49|M|writer|55105\n186|39|F|executive|00000\n', 'latin1'),
    'u.genre': Buffer.from('unknown|0\nAction|1\n\n', 'latin1'),
    'u1.base': Buffer.from('1\t1\t5\t874965758\n', 'latin1'),
    'u.info': Buffer.from('943 users\n', 'latin1'),
    'README': Buffer.from('about\n', 'latin1'),
  },
  'ml-1m': {
    'ratings.dat': Buffer.from('1::1193::5::978300760\n1::661::3::978302109\n', 'latin1'),
    'movies.dat': Buffer.from("661::James and the Giant Peach (1996)::Animation|Children's|Musical\n1193::Misérables, Les (1995)::Drama|Musical\n", 'latin1'),
    'users.dat': Buffer.from('1::F::1::10::48067\n', 'latin1'),
  },
  'ml-10M100K': {
    'ratings.dat': Buffer.from('1::122::5::838985046\n1::185::4.5::838983525\n'),
    'movies.dat': Buffer.from('122::Boomerang (1992)::Comedy|Romance\n185::Misérables, Les (1995)::Action\n'),
    'tags.dat': Buffer.from('15::4973::say "excellent"!::1215184630\n'),
  },
};

/** Writes one of the old releases. Answers its folder. */
export async function writeOldRelease(parent: string, release: keyof typeof oldReleases): Promise<string> {
  const folder = path.join(parent, release);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(oldReleases[release])) await writeFile(path.join(folder, name), bytes);
  return folder;
}
