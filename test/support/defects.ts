import { seededRandom } from '../../electron/engine/workspace/random.ts';

/** A MovieLens-like set as cells of its files, and how many failures each rule must report on it. */
export interface DefectiveSet {
  readonly ratings: string[][];
  readonly movies: string[][];
  readonly expected: Record<string, number>;
}

export const ratingColumns = ['userId', 'movieId', 'rating', 'timestamp'];
export const movieColumns = ['movieId', 'title', 'genres'];

const genres = ['Action', 'Comedy', 'Drama', 'Sci-Fi', 'Film-Noir', 'Thriller', 'IMAX'];
const openings = ['Abandoned', 'Brilliant', 'Crimson', 'Distant', 'Electric', 'Forgotten', 'Glorious', 'Hidden', 'Infinite', 'Joyful', 'Kindred', 'Luminous', 'Midnight', 'Northern', 'Obsidian', 'Perfect', 'Quiet', 'Restless', 'Savage', 'Tangled'];
const closings = ['Avenue', 'Bridge', 'Cathedral', 'Dynasty', 'Elephant', 'Fountain', 'Garden', 'Harbour', 'Island', 'Journey', 'Kingdom', 'Lighthouse', 'Mountain', 'Notebook', 'Orchard', 'Pavilion', 'Quarry', 'River', 'Summer', 'Tempest'];
const users = 360;
const films = 320;
const perUser = 32;
const spaced = 3 * 86_400;

/** Texts that are missing cells, that are no id, and so on; each defect takes one of its texts in turn. */
const texts = {
  missing: ['', ' ', '\t', 'NULL', 'NaN', '\\N'],
  noId: ['abc', '-1', '0', '1.5', '1e3', '99999999999999999999', '12a', '#7'],
  noNumber: ['abc', 'inf', '4;5', '--', '0x10', '4 stars', '1_0'],
  outside: ['0', '5.5', '-1', '1e3', '0.49', '10'],
  between: ['3.7', '4.25', '0.6', '4.9'],
  noTime: ['yesterday', '1.5', '100000000000000', '2020-13-40', '12/31/2020', '1e9'],
};

/**
 * Makes a clean set (11,520 ratings of 360 users on 320 films) and injects `counts[rule]` failures of each rule, each on a row or
 * group of its own. `importedAt` in Unix seconds: when the set will be imported.
 */
export function defectiveSet(counts: Record<string, number>, { seed, importedAt }: { seed: number; importedAt: number }): DefectiveSet {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const expected: Record<string, number> = {};
  const movies: string[][] = [];
  const ratings: string[][] = [];

  const yearOf = (film: number) => 1960 + ((film * 7) % 55);
  for (let film = 1; film <= films; film++) movies.push([String(film * 3), `${openings[film % 20]} ${closings[Math.floor(film / 20)]} (${yearOf(film)})`, [genres[film % 7], genres[(film + 2) % 7]].join('|')]);
  const filmOf = (id: string) => Number(id) / 3;
  const steps = ['0.5', '1', '1.5', '2.0', '2.5', '3', '3.5', '4.0', '4.5', '5'];
  for (let user = 1; user <= users; user++) {
    const first = below(films);
    for (let i = 0; i < perUser; i++) {
      const film = ((first + i * 11) % films) + 1;
      ratings.push([String(user), String(film * 3), steps[(i + user) % 10] as string, String(importedAt - 40 * spaced * 10 + i * spaced + below(spaced / 2))]);
    }
  }

  // Each row takes one defect at most, and each user loses at most a few rows, so that no user becomes sparse.
  const free = ratings.map((_, i) => i);
  for (let i = free.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [free[i], free[j]] = [free[j] as number, free[i] as number];
  }
  const takeRow = (suits: (row: string[]) => boolean = () => true): string[] => {
    for (let i = free.length - 1; i >= 0; i--) {
      const row = ratings[free[i] as number] as string[];
      if (!suits(row)) continue;
      free.splice(i, 1);
      return row;
    }
    throw new Error('No row left to spoil.');
  };
  const inject = (rule: string, spoil: (i: number) => void) => {
    const count = counts[rule] ?? 0;
    for (let i = 0; i < count; i++) spoil(i);
    expected[rule] = (expected[rule] ?? 0) + count;
  };
  const cell = (rule: string, column: number, values: readonly string[]) => inject(rule, (i) => { takeRow()[column] = values[i % values.length] as string; });

  cell('ratings.user_id.present', 0, texts.missing);
  cell('ratings.user_id.type', 0, texts.noId);
  cell('ratings.movie_id.present', 1, texts.missing);
  cell('ratings.movie_id.type', 1, texts.noId);
  cell('ratings.rating.present', 2, texts.missing);
  cell('ratings.rating.type', 2, texts.noNumber);
  cell('ratings.rating.range', 2, texts.outside);
  cell('ratings.rating.step', 2, texts.between);
  cell('ratings.timestamp.present', 3, texts.missing);
  cell('ratings.timestamp.type', 3, texts.noTime);
  inject('ratings.timestamp.unit', () => { const row = takeRow(); row[3] = `${row[3]}${String(below(1000)).padStart(3, '0')}`; });
  inject('ratings.timestamp.future', (i) => { takeRow()[3] = i % 2 === 0 ? String(importedAt + 86_400 * (1 + below(1000))) : '2999-01-01T00:00:00Z'; });
  inject('ratings.timestamp.before_epoch', (i) => {
    const row = takeRow(([, movie]) => yearOf(filmOf(movie as string)) <= 1970);
    row[3] = ['788918399', '0', '86400', '1994-12-31T23:59:59Z'][i % 4] as string;
  });
  inject('ratings.timestamp.before_release', (i) => {
    const row = takeRow(([, movie]) => yearOf(filmOf(movie as string)) >= 2005);
    const limit = Date.UTC(yearOf(filmOf(row[1] as string)) - 1, 0, 1) / 1000;
    row[3] = String(limit - 1 - (i % 2 === 0 ? 0 : below(86_400 * 300)));
  });
  // Not failures: the first moment of the year before, an ISO date, ids and ratings written otherwise.
  { const row = takeRow(([, movie]) => yearOf(filmOf(movie as string)) >= 2005); row[3] = String(Date.UTC(yearOf(filmOf(row[1] as string)) - 1, 0, 1) / 1000); }
  takeRow()[3] = new Date((importedAt - 86_400) * 1000).toISOString().slice(0, 10);
  takeRow()[3] = new Date((importedAt - 86_400) * 1000).toISOString();
  takeRow()[2] = '4.00';
  takeRow()[2] = '5e0';
  { const row = takeRow(); row[0] = ` ${row[0]} `; }

  const added: string[][] = [];
  inject('ratings.duplicate.exact', (i) => {
    const row = takeRow();
    added.push([...row.slice(0, 2), i % 2 === 0 ? (row[2] as string) : String(Number(row[2])), row[3] as string]);
  });
  inject('ratings.duplicate.conflict', (i) => {
    const row = takeRow();
    added.push(i % 2 === 0 ? [...row.slice(0, 2), row[2] === '5' ? '1' : '5', row[3] as string] : [...row.slice(0, 3), String(Number(row[3]) + 60)]);
  });
  const someTime = () => String(importedAt - 86_400 * (1 + below(300)));
  inject('ratings.movie_id.orphan', () => { takeRow()[1] = '3000000001'; });
  const orphans = counts['ratings.movie_id.orphan'] ?? 0;
  if (orphans > 0 && orphans < 5) expected['ratings.movie.sparse'] = 1;

  let nextUser = 5_000_000_000;
  const history = (rows: number, rate: (i: number) => string, time: (i: number) => string) => {
    const user = String(nextUser++);
    for (let i = 0; i < rows; i++) added.push([user, String((((i * 7) % films) + 1) * 3), rate(i), time(i)]);
  };
  const anyStep = (i: number) => steps[i % 10] as string;
  inject('ratings.user.sparse', () => history(1 + below(19), anyStep, someTime));
  inject('ratings.user.constant', () => history(20 + below(10), () => '3.5', someTime));
  inject('ratings.user.burst', (i) => { const base = importedAt - 86_400 * (2 + i); history(201, anyStep, (k) => String(base + (k * 60) / 200 - (((k * 60) / 200) % 1))); });
  // Not failures: 200 ratings in a minute, 19 equal ratings and another, 20 ratings.
  history(200, anyStep, () => String(importedAt - 86_400));
  history(20, (i) => (i === 0 ? '1' : '3.5'), someTime);

  let nextFilm = 900_001;
  let nextTitle = 0;
  const newTitle = (year: number | string = 1980) => {
    const animal = ['Aardvark', 'Buccaneer', 'Chandelier', 'Dromedary', 'Eiderdown', 'Falconry', 'Gondolier', 'Hurricane'][nextTitle % 8];
    // Letters that differ by two in three places: no two of these are one slip apart.
    const letters = String(100 + nextTitle++).replaceAll(/\d/g, (digit) => String.fromCodePoint(97 + 2 * Number(digit)));
    return `Unheard ${animal} ${letters.repeat(3)} (${year})`;
  };
  const addFilm = (cells: Partial<Record<'id' | 'title' | 'genres', string>>) => movies.push([cells.id ?? String(nextFilm++), cells.title ?? newTitle(), cells.genres ?? 'Drama']);
  const untouched = movies.map((_, i) => i);
  const takeFilm = (): string[] => movies[untouched.splice(below(untouched.length), 1)[0] as number] as string[];

  inject('ratings.movie.sparse', () => {
    const id = nextFilm;
    addFilm({});
    const start = below(users - 5);
    for (let i = 0; i < 1 + (id % 4); i++) added.push([String(start + i + 1), String(id), '4', someTime()]);
  });
  inject('movies.movie_id.present', (i) => addFilm({ id: texts.missing[i % texts.missing.length] as string }));
  inject('movies.movie_id.type', (i) => addFilm({ id: texts.noId[i % texts.noId.length] as string }));
  inject('movies.movie_id.unique', () => addFilm({ id: takeFilm()[0] as string }));
  inject('movies.title.present', (i) => addFilm({ title: ['', '  ', '\t'][i % 3] as string }));
  inject('movies.title.whitespace', (i) => { const film = takeFilm(); film[1] = [` ${film[1]}`, `${film[1]}  `, (film[1] as string).replace(' ', '  '), `\t${film[1]}`][i % 4] as string; });
  inject('movies.title.encoding', (i) => {
    const film = takeFilm();
    const word = ['AmÃ©lie', 'Caf\u{FFFD}', 'Bell\u0007', 'NaÃ¯ve', 'Donâ€™t', 'ÃœberfÃ¤lle', 'VoilÃ\u00A0', 'â\u0080\u009CYes'][i % 8] as string;
    film[1] = `${word} ${film[1]}`;
  });
  inject('movies.title.year_present', (i) => { addFilm({ title: newTitle().replace(/ \(1980\)$/, ['', ' (2006–2007)', ' (2010– )', ' 1995', ' (95)'][i % 5] as string) }); });
  inject('movies.year.range', (i) => addFilm({ title: newTitle(['1873', '2099', '0001', '1000'][i % 4]) }));
  inject('movies.genres.present', (i) => { takeFilm()[2] = ['', '(no genres listed)', ' ', '|'][i % 4] as string; });
  inject('movies.genres.known', (i) => { takeFilm()[2] = ['Telenovela', 'Drama|drama', 'Sci-fi', 'Comedy|Romcom'][i % 4] as string; });
  inject('movies.genres.format', (i) => { takeFilm()[2] = ['Drama |Comedy', 'Drama||Comedy', 'Drama|Comedy|Drama', '|Drama', 'Drama|', 'Drama| Comedy'][i % 6] as string; });
  inject('movies.duplicate.exact', (i) => { const film = takeFilm(); for (let k = 0; k <= i % 2; k++) addFilm({ title: film[1] as string }); });
  inject('movies.duplicate.fuzzy', (i) => {
    const film = takeFilm();
    const [, name = '', year = ''] = /^(.*) (\(\d+\))$/.exec(film[1] as string) ?? [];
    const nearly = [`The ${name}`, `${name}, The`, name.toUpperCase(), name.replace('a', 'á').replace('e', 'é'), name.replace(' ', '-'), `${name}!`, name.slice(0, -1), name.replace(/^(.)/, '$1$1'), name.replace(/(.)(.)$/, '$2$1'), name.replace(/.$/, 'w')][i % 10] as string;
    addFilm({ title: `${nearly} ${year}` });
  });
  // Not failures: commas, quotes and brackets in titles, blanks are no matter after the year, parts of a series.
  addFilm({ title: '"Grand, Very" Affair, The (L\'affaire) (1981)' });
  addFilm({ title: 'Expedition Part II (1982)' });
  addFilm({ title: 'Expedition Part III (1982)' });
  addFilm({ title: 'Expedition 12 (1983)' });
  addFilm({ title: 'Expedition 13 (1983)' });
  addFilm({ title: 'CAFÉ» (1984)', genres: 'IMAX' });

  return { ratings: [...ratings, ...added], movies, expected };
}

/** The rows in another order. */
export function shuffled<T>(rows: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  const result = [...rows];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** Cells as a CSV file. */
export function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `${[header, ...rows].map((row) => row.map(quote).join(',')).join('\n')}\n`;
}
