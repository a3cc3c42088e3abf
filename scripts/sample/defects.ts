import type { Random } from '../../electron/engine/workspace/random.ts';
import { pick } from './films.ts';

/** A table as it will stand in the file: the cells of each line as text. */
export type Lines = string[][];

/** One planted defect: the rule that finds it, how many units, and in words. */
export interface Planted {
  readonly rule: string;
  readonly units: number;
  readonly what: string;
}

const [USER, MOVIE, RATING, TIME] = [0, 1, 2, 3];
const [TITLE, GENRES] = [1, 2];

/** Takes untouched lines at random, each at most once, so that no two defects meet on one line. */
function untouched(random: Random, lines: Lines): () => string[] {
  const taken = new Set<number>();
  return () => {
    for (;;) {
      const at = Math.floor(random() * lines.length);
      const line = lines[at];
      if (line === undefined || taken.has(at)) continue;
      taken.add(at);
      return line;
    }
  };
}

const times = (n: number, work: (i: number) => void) => Array.from({ length: n }, (_, i) => work(i));

/** Spoils lines of the ratings in place and adds some. `movieIds` are those of the catalogue, rising; `lastUser` is the largest user id. */
export function spoilRatings(random: Random, lines: Lines, movieIds: readonly number[], lastUser: number): Planted[] {
  const next = untouched(random, lines);
  const set = (n: number, column: number, values: readonly string[]) => times(n, (i) => (next()[column] = values[i % values.length] ?? ''));
  const added: Lines = [];
  const unknown = (movieIds.at(-1) ?? 0) + 1000;

  set(6, USER, ['']);
  set(5, USER, ['guest', 'u17', '12.5']);
  set(4, MOVIE, ['', ' ']);
  set(3, MOVIE, ['tt0111', '?']);
  set(9, RATING, ['', 'NULL']);
  set(7, RATING, ['five', '4 stars', 'good']);
  set(12, RATING, ['11', '0', '-1', '55']);
  set(25, RATING, ['3.7', '4.2', '2.25']);
  set(14, TIME, ['']);
  set(6, TIME, ['yesterday', '12/31/2019']);
  times(40, () => {
    const line = next();
    line[TIME] = `${line[TIME]}000`;
  });
  set(8, TIME, ['4102444800']);
  set(10, TIME, ['0', '86400', '631152000']);
  times(22, (i) => (next()[MOVIE] = String(unknown + i)));
  times(60, () => added.push([...next()]));
  times(35, () => {
    const [user = '', movie = '', rating = '', time = ''] = next();
    added.push([user, movie, rating === '1.0' ? '2.0' : '1.0', String(Number(time) + 3600)]);
  });
  const suspects = movieIds.slice(0, 400);
  times(3, (u) => suspects.slice(u * 40, u * 40 + 40).forEach((movie, i) => added.push([String(lastUser + 1 + u), String(movie), '5.0', String(1_500_000_000 + u * 1_000_000 + i * 90)])));
  suspects.slice(0, 240).forEach((movie, i) => added.push([String(lastUser + 4), String(movie), pick(random, ['2.0', '3.0', '4.0', '5.0']), String(1_600_000_000 + Math.floor(i / 5))]));
  for (const line of added) lines.splice(Math.floor(random() * (lines.length + 1)), 0, line);
  lines.splice(100, 0, ['7', '31', '4.0', '1400000000', 'copied by hand']);
  lines.splice(5000, 0, ['7', '35']);

  return [
    { rule: 'ratings.user_id.present', units: 6, what: 'no user id' },
    { rule: 'ratings.user_id.type', units: 5, what: 'a user id that is no whole number' },
    { rule: 'ratings.movie_id.present', units: 4, what: 'no film id' },
    { rule: 'ratings.movie_id.type', units: 3, what: 'a film id that is no whole number' },
    { rule: 'ratings.rating.present', units: 9, what: 'no rating' },
    { rule: 'ratings.rating.type', units: 7, what: 'a rating in words' },
    { rule: 'ratings.rating.range', units: 12, what: 'a rating outside 0.5 to 5' },
    { rule: 'ratings.rating.step', units: 25, what: 'a rating between two steps' },
    { rule: 'ratings.timestamp.present', units: 14, what: 'no time' },
    { rule: 'ratings.timestamp.type', units: 6, what: 'a time in words' },
    { rule: 'ratings.timestamp.unit', units: 40, what: 'milliseconds in a file of seconds' },
    { rule: 'ratings.timestamp.future', units: 8, what: 'the year 2100' },
    { rule: 'ratings.timestamp.before_epoch', units: 10, what: 'a time before 1995' },
    { rule: 'ratings.movie_id.orphan', units: 22, what: 'a film that is not in the catalogue' },
    { rule: 'ratings.duplicate.exact', units: 60, what: 'a line twice' },
    { rule: 'ratings.duplicate.conflict', units: 35, what: 'one user, one film, two ratings' },
    { rule: 'ratings.user.constant', units: 3, what: 'a user who gives 5 to everything' },
    { rule: 'ratings.user.burst', units: 1, what: '240 ratings within 48 seconds' },
    { rule: 'rejected lines', units: 2, what: 'a line with a cell too many or two too few' },
  ];
}

/** Spoils lines of the films in place and adds some, none of them the film of a line that stays. */
export function spoilMovies(random: Random, lines: Lines): Planted[] {
  const next = untouched(random, lines);
  const change = (n: number, column: number, how: (text: string, i: number) => string) =>
    times(n, (i) => {
      const line = next();
      line[column] = how(line[column] ?? '', i);
    });
  const added: Lines = [];
  const lastId = Number(lines.at(-1)?.[0] ?? 0);

  change(12, TITLE, (title, i) => [`  ${title}`, title.replace(' ', '  '), `${title} `][i % 3] ?? title);
  change(8, TITLE, (title) => title.replace(/ \(/, 'Ã© ('));
  change(10, TITLE, (title) => title.replace(/ \(\d{4}\)$/, ''));
  change(3, TITLE, (title, i) => title.replace(/\(\d{4}\)$/, `(${['1066', '2999', '1501'][i] ?? '1066'})`));
  change(15, GENRES, () => '(no genres listed)');
  change(5, GENRES, (genres) => `${genres}|Space Opera`);
  change(9, GENRES, (genres, i) => [`${genres}| Drama`, `${genres}|${genres.split('|')[0]}`, `${genres}||`][i % 3] ?? genres);
  times(3, () => {
    const [id = '', , , ...rest] = next();
    added.push([id, `The Other One (${1990 + added.length})`, 'Drama', ...rest]);
  });
  times(5, (i) => {
    const [, title = '', ...rest] = next();
    added.push([String(lastId + 10 + i), title, ...rest]);
  });
  times(8, (i) => {
    const [, title = '', ...rest] = next();
    added.push([String(lastId + 50 + i), slip(title, i), ...rest]);
  });
  times(3, (i) => added.push([String(lastId + 90 + i), '', 'Comedy', '']));
  lines.push(...added);

  return [
    { rule: 'movies.title.whitespace', units: 12, what: 'leading, trailing or doubled blanks' },
    { rule: 'movies.title.encoding', units: 8, what: 'UTF-8 read as Latin-1' },
    { rule: 'movies.title.year_present', units: 10, what: 'no year' },
    { rule: 'movies.year.range', units: 3, what: 'a year before film or far ahead' },
    { rule: 'movies.genres.present', units: 15, what: '(no genres listed)' },
    { rule: 'movies.genres.known', units: 5, what: 'a genre that nobody knows' },
    { rule: 'movies.genres.format', units: 9, what: 'blanks around |, an empty part or a genre twice' },
    { rule: 'movies.movie_id.unique', units: 3, what: 'a film id that is already used' },
    { rule: 'movies.duplicate.exact', units: 5, what: 'a film under two ids' },
    { rule: 'movies.duplicate.fuzzy', units: 8, what: 'a film under two ids, spelt a little differently' },
    { rule: 'movies.title.present', units: 3, what: 'no title' },
  ];
}

/** A near copy of a title: another case, a dropped letter or other punctuation. */
function slip(title: string, i: number): string {
  const name = title.replace(/ \(\d{4}\)$/, '');
  const year = title.slice(name.length);
  if (i % 3 === 0) return `${name.toUpperCase()}${year}`;
  if (i % 3 === 1 && name.length > 8) return `${name.slice(0, 4)}${name.slice(5)}${year}`;
  return `${name.replaceAll(/[’'-]/g, '')}!${year}`;
}
