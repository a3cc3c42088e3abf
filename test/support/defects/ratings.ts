import { handOut, type Injection, pick, texts } from './set.ts';
import { filmOf, films, perUser, users, yearOf } from './world.ts';

const spaced = 3 * 86_400;
export const steps = ['0.5', '1', '1.5', '2.0', '2.5', '3', '3.5', '4.0', '4.5', '5'] as const;

/** A clean rating of each of 32 films by each user. */
export function makeRatings({ tables, below, importedAt }: Injection): void {
  for (let user = 1; user <= users; user++) {
    const first = below(films);
    for (let i = 0; i < perUser; i++) {
      const film = ((first + i * 11) % films) + 1;
      tables.ratings.push([String(user), String(film * 3), pick(steps, i + user), String(importedAt - 40 * spaced * 10 + i * spaced + below(spaced / 2))]);
    }
  }
}

/** Each row takes one defect at most, and each user loses at most a few rows, so that no user becomes sparse. */
export function spoilRatings(injection: Injection): void {
  const { tables, counts, expected, importedAt, below, inject } = injection;
  const takeRow = handOut(tables.ratings, injection);
  const cell = (rule: string, column: number, values: readonly string[]) => inject(rule, (i) => { takeRow()[column] = pick(values, i); });

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

  inject('ratings.duplicate.exact', (i) => {
    const row = takeRow();
    tables.ratings.push([...row.slice(0, 2), i % 2 === 0 ? (row[2] as string) : String(Number(row[2])), row[3] as string]);
  });
  inject('ratings.duplicate.conflict', (i) => {
    const row = takeRow();
    tables.ratings.push(i % 2 === 0 ? [...row.slice(0, 2), row[2] === '5' ? '1' : '5', row[3] as string] : [...row.slice(0, 3), String(Number(row[3]) + 60)]);
  });
  const someTime = () => String(importedAt - 86_400 * (1 + below(300)));
  const astray = new Set<string>();
  inject('ratings.movie_id.orphan', () => {
    const row = takeRow(([user]) => !astray.has(user as string));
    astray.add(row[0] as string);
    row[1] = '3000000001';
  });
  const orphans = counts['ratings.movie_id.orphan'] ?? 0;
  if (orphans > 0 && orphans < 5) expected['ratings.movie.sparse'] = 1;

  let nextUser = 5_000_000_000;
  const history = (rows: number, rate: (i: number) => string, time: (i: number) => string) => {
    const user = String(nextUser++);
    for (let i = 0; i < rows; i++) tables.ratings.push([user, String((((i * 7) % films) + 1) * 3), rate(i), time(i)]);
  };
  const anyStep = (i: number) => steps[i % 10] as string;
  inject('ratings.user.sparse', () => history(1 + below(19), anyStep, someTime));
  inject('ratings.user.constant', () => history(20 + below(10), () => '3.5', someTime));
  inject('ratings.user.burst', (i) => { const base = importedAt - 86_400 * (2 + i); history(201, anyStep, (k) => String(base + (k * 60) / 200 - (((k * 60) / 200) % 1))); });
  // Not failures: 200 ratings in a minute, 19 equal ratings and another, 20 ratings.
  history(200, anyStep, () => String(importedAt - 86_400));
  history(20, (i) => (i === 0 ? '1' : '3.5'), someTime);
}
