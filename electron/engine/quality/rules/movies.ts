import { FIRST_YEAR, lastYear, NO_GENRES, YEARS_AHEAD } from '../relations/movies.ts';
import type { Rule } from './rule.ts';
import { listOf } from '../../workspace/sql.ts';
import { foldBlanks, hasBrokenCharacters, hasStrayBlanks, repairCharacters } from '../relations/titles.ts';
import { presentRule, quarantine, typeRule } from './fields.ts';

const row = { table: 'movies', over: 'movie_rows', unit: 'row', key: ['movie_id', 'title'] } as const;
const id = { ...row, column: 'movie_id', name: 'film id' } as const;
const title = { ...row, column: 'title', requires: ['movies', 'movies.title'], checked: 'SELECT count(title) FROM movie_rows', value: 'title' } as const;
const genres = { ...row, column: 'genres', requires: ['movies', 'movies.genres'], checked: 'SELECT count(*) FROM movie_rows WHERE len(listed) > 0', value: 'genres' } as const;
const titles = { table: 'movies', column: 'title', unit: 'group', key: ['title', 'year'], dimension: 'uniqueness', severity: 'warning', requires: ['movies', 'movies.movie_id', 'movies.title'] } as const;
const propose = { text: 'Propose to merge the films.', action: { kind: 'propose' } } as const;

/** The rules on films. */
export const movieRules: readonly Rule[] = [
  presentRule(id, { severity: 'error', fix: quarantine }),
  typeRule(id, 'a whole number ≥ 1'),
  {
    ...id, id: 'movies.movie_id.unique', dimension: 'uniqueness', severity: 'error', title: 'The film id is used before',
    requires: ['movies', 'movies.movie_id'], fails: () => 'movie_id IS NOT NULL AND occurrence > 1', checked: 'SELECT count(movie_id) FROM movie_rows', value: 'movie_id', reason: () => 'The film id {value} was used by a row before.',
    fix: { text: 'Keep the first row with the id.', action: { kind: 'drop', from: 'movie_rows', by: ['movie_id'], order: 'row_id NULLS LAST, text_row_id' } },
  },
  {
    ...title, id: 'movies.title.present', dimension: 'completeness', severity: 'error', title: 'No title', fix: quarantine,
    fails: () => 'title IS NULL', checked: 'SELECT count(*) FROM movie_rows', reason: () => 'There is no title.',
  },
  {
    // A blank is a space, a tab or an end of line.
    ...title, id: 'movies.title.whitespace', dimension: 'consistency', severity: 'warning', title: 'Leading, trailing or doubled blanks in the title',
    fails: () => hasStrayBlanks('title'), reason: () => '“{value}” has leading, trailing or doubled blanks.',
    fix: { text: 'Trim the title and fold doubled blanks.', action: { kind: 'set', column: 'title', to: () => foldBlanks('title') } },
  },
  {
    ...title, id: 'movies.title.encoding', dimension: 'accuracy', severity: 'warning', title: 'Broken characters in the title',
    fails: () => hasBrokenCharacters('title'), reason: () => '“{value}” has characters that were read in the wrong encoding, control characters or U+FFFD.',
    fix: { text: 'Read the title in its right encoding.', action: { kind: 'set', column: 'title', to: () => foldBlanks(repairCharacters('title')) } },
  },
  {
    // Exactly four digits in brackets at the end, blanks after them allowed: '(2006–2007)' and '(2010– )' are no year.
    ...title, id: 'movies.title.year_present', dimension: 'completeness', severity: 'info', title: 'No year at the end of the title',
    fails: () => 'title IS NOT NULL AND year IS NULL AND NOT stated_year_unreadable', reason: () => '“{value}” does not end in a year in brackets, and no column says one.',
  },
  {
    ...title, id: 'movies.year.range', column: 'year', dimension: 'accuracy', severity: 'error', title: 'An impossible year', value: 'year', checked: 'SELECT count(year) FROM movie_rows',
    fails: (scope) => `year < ${FIRST_YEAR} OR year > ${lastYear(scope)}`, reason: () => `The year {value} is before ${FIRST_YEAR} or more than ${YEARS_AHEAD} years ahead.`,
    fix: { text: 'Set the year to NULL.', action: { kind: 'set', column: 'year', to: () => 'NULL' } },
  },
  {
    ...genres, id: 'movies.genres.present', dimension: 'completeness', severity: 'warning', title: 'No genre', checked: 'SELECT count(*) FROM movie_rows',
    fails: () => 'len(listed) = 0', reason: () => `There is no genre, or ${NO_GENRES}.`,
    fix: { text: 'Keep the film without a genre.', action: { kind: 'keep' } },
  },
  {
    // Blanks around a genre do not matter here, case does: 'drama' is not a genre, 'Drama' is.
    ...genres, id: 'movies.genres.known', dimension: 'accuracy', severity: 'warning', title: 'An unknown genre',
    fails: ({ quality }) => `len(listed) > 0 AND NOT list_has_all(${listOf(quality.genres)}, listed)`, reason: () => '“{value}” has a genre outside the vocabulary.',
  },
  {
    // Judged on rows that have a genre at all. Two genres are the same when they are, without blanks, to the letter.
    ...genres, id: 'movies.genres.format', dimension: 'consistency', severity: 'warning', title: 'Genres written untidily',
    fails: () => `len(listed) > 0 AND (len(list_filter(parts, lambda p: trim(p) = '' OR p <> trim(p))) > 0 OR len(list_distinct(listed)) < len(listed))`,
    reason: () => '“{value}” has blanks around |, an empty part or a genre twice.',
    fix: { text: 'Tidy the list of genres.', action: { kind: 'set', column: 'genres', to: () => `array_to_string(list_filter(listed, lambda g, i: list_position(listed, g) = i), '|')` } },
  },
  {
    // Blanks are folded before titles are compared; case and everything else must agree. A title without a year equals nothing.
    ...titles, id: 'movies.duplicate.exact', title: 'One title and year under several ids', over: 'movie_titles',
    fails: () => 'films > 1', checked: 'SELECT count(*) FROM movie_titles', value: `array_to_string(ids, ', ')`, reason: () => 'The film ids {value} have the same title and year.', fix: propose,
  },
  {
    ...titles, id: 'movies.duplicate.fuzzy', title: 'Nearly the same title in one year', over: 'movie_clusters',
    fails: () => 'titles > 1 AND len(ids) > 1', checked: 'SELECT count(*) FROM movie_titles', value: `names || ' (' || array_to_string(ids, ', ') || ')'`, reason: () => 'Nearly the same title in the same year: {value}.', fix: propose,
  },
];
