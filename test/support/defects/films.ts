import { handOut, type Injection, pick, texts } from './set.ts';

/** What a film has besides title and genres, in the order of its columns. */
const columns = ['year', 'certificate', 'runtime', 'average_rating', 'votes', 'meta_score', 'gross', 'budget', 'overview'] as const;

/** Gives every film its year (some by the title alone), certificate, running time, scores, sums and overview, and spoils some. */
export function spoilFacts(injection: Injection): void {
  const { tables, below, inject } = injection;
  const yearOf = (title: string | undefined) => /\(((?:19[6-9]|20[01])\d)\)$/.exec(title ?? '')?.[1];
  for (const [i, film] of tables.movies.entries()) {
    const year = i % 3 === 0 ? (yearOf(film[1]) ?? '') : '';
    film.push(year, pick(['PG', 'UA', 'R', '12A', 'TV-14', 'Unrated'], i), String(60 + below(120)), String(below(101) / 10), String(below(2_000_000)), String(below(101)), String(below(900_000_000)), String(1000 * below(90_000)), `Film ${i} has a plot, and an end.`);
  }
  const cell = (column: (typeof columns)[number]) => {
    const takeFilm = handOut(tables.movies, injection);
    return (rule: string, values: readonly string[], suits?: (film: string[]) => boolean) => inject(`movies.${column}.${rule}`, (i) => { takeFilm(suits)[3 + columns.indexOf(column)] = pick(values, i); });
  };
  // Where the title says the year, so that the film still has one.
  cell('year')('type', ['PG', '199x', 'nineteen', '1994.5'], (film) => yearOf(film[1]) !== undefined);
  const certificate = cell('certificate');
  certificate('present', texts.missing);
  certificate('known', ['21+', 'Family', 'AO', '?']);
  certificate('spelling', ['U/A', 'pg13', 'nc 17', 'tv-ma', 'NR', ' R ']);
  for (const [column, outside] of [['runtime', ['0', '-90', '1441', '99999']], ['average_rating', ['10.1', '-1', '93']], ['votes', ['-1', '-2000']], ['meta_score', ['101', '-1', '1000']], ['gross', ['-1', '-0.5']], ['budget', ['-1', '-1e6']]] as const) {
    const spoil = cell(column);
    spoil('present', texts.missing);
    spoil('type', ['abc', '1_0', '--', '€5']);
    spoil('range', outside);
  }
  const overview = cell('overview');
  overview('present', texts.missing);
  overview('whitespace', [' A plot.', 'A plot. ', 'A  plot.', 'A plot,\t and an end.']);
}
