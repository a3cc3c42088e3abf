import type { Relations } from '../relations/index.ts';
import { plainName } from '../relations/titles.ts';
import { hasColumn, hasTable } from '../relations/scope.ts';

/** One way to write a film's title, as it is compared: letters and digits in order, and the numbers among them. */
export interface Form {
  readonly key: string;
  readonly numbers: string;
  /** `title`: all of it; `main`: what stands before brackets; `part`: what stands in them. */
  readonly kind: 'title' | 'main' | 'part';
}

/** What the data say of a film. */
export interface FilmRow {
  readonly id: number;
  /** As it came. */
  readonly title: string;
  /** Without its year, blanks folded. */
  readonly name: string;
  readonly year: number | null;
  /** Sorted, each once. */
  readonly genres: readonly string[];
  /** Digits only, without leading zeros. */
  readonly imdb: string | null;
  readonly tmdb: string | null;
  /** The name and what stands before and in its brackets, each in lower case without accents, articles and "and". */
  readonly plain: readonly string[];
}

export interface Film extends Omit<FilmRow, 'plain'> {
  /** The first is the title as it stands. */
  readonly forms: readonly [Form, ...Form[]];
  /** The title's words: runs of letters and digits, in lower case without accents, articles and "and". */
  readonly words: readonly string[];
  /** The words in alphabetical order; empty where there are fewer than two, or brackets. */
  readonly sorted: string;
}

/** The films of raw.movies that have an id and a title: the first row of each id, with what raw.links says of it. */
export async function readFilms(relations: Relations): Promise<Film[]> {
  const { session, scope } = relations;
  await relations.need('movie_rows');
  const links = hasTable(scope, 'links') && hasColumn(scope, 'links', 'movie_id');
  const link = (column: string, digits: string) => (links && hasColumn(scope, 'links', column) ? `any_value(${digits})` : 'NULL::VARCHAR');
  const digits = (column: string) => `nullif(ltrim(regexp_extract(CAST(${column} AS VARCHAR), '^\\s*(?:tt)?([0-9]+)\\s*$', 1), '0'), '')`;
  const rows = await session.all<FilmRow>(`
    WITH named AS (SELECT * FROM movie_rows WHERE movie_id <= ${Number.MAX_SAFE_INTEGER} AND occurrence = 1 AND name <> ''),
    bracketed AS (
      SELECT movie_id, title, name, year, listed, CASE WHEN contains(name, '(') THEN list_prepend(trim(regexp_extract(name, '^[^(]*')), list_transform(regexp_extract_all(name, '\\(([^()]*)\\)', 1), lambda part: trim(regexp_replace(part, '^(?i:a\\.?k\\.?a\\.?)\\s*', '')))) ELSE [] END AS pieces
      FROM named),
    linked AS (${links ? `SELECT movie_id, ${link('imdb_id', digits('imdb_id'))} AS imdb, ${link('tmdb_id', digits('tmdb_id'))} AS tmdb FROM raw.links GROUP BY movie_id` : 'SELECT NULL::BIGINT AS movie_id, NULL::VARCHAR AS imdb, NULL::VARCHAR AS tmdb WHERE false'})
    SELECT movie_id AS id, title, name, year, list_sort(list_distinct(listed)) AS genres, imdb, tmdb, list_prepend(${plainName('name')}, list_transform(pieces, lambda piece: ${plainName('piece')})) AS plain
    FROM bracketed LEFT JOIN linked USING (movie_id) ORDER BY movie_id`);
  return rows.map(filmOf);
}

/** A film with the forms that its title is compared in: each also with its Roman numbers as Arabic ones. */
export function filmOf({ plain, ...row }: FilmRow): Film {
  const words = wordsOf(plain[0] ?? '');
  const forms: [Form, ...Form[]] = [{ key: words.join('') || row.name.toLowerCase(), numbers: numbersOf(words, false), kind: 'title' }];
  const add = (form: Form) => {
    if (form.key !== '' && !forms.some(({ key, numbers }) => key === form.key && numbers === form.numbers)) forms.push(form);
  };
  for (const [place, text] of plain.entries()) {
    const kind = place === 0 ? 'title' : place === 1 ? 'main' : 'part';
    const part = wordsOf(text);
    add({ key: part.join(''), numbers: numbersOf(part, false), kind });
    if (part.some((word) => arabic(word) !== undefined)) add({ key: part.map((word) => arabic(word) ?? word).join(''), numbers: numbersOf(part, true), kind });
  }
  return { ...row, forms, words, sorted: plain.length === 1 && words.length > 1 ? words.toSorted().join(' ') : '' };
}

/** Runs of letters and digits. */
function wordsOf(plain: string): string[] {
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function numbersOf(words: readonly string[], translated: boolean): string {
  return words.flatMap((word) => (/^[ivx]+$/.test(word) ? [translated ? (arabic(word) ?? word) : word] : (word.match(/[0-9]+/g) ?? []))).join(' ');
}

const numerals = new Map(['', 'x', 'xx', 'xxx'].flatMap((tens, t) => ['', 'i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix'].map((ones, o) => [tens + ones, String(t * 10 + o)] as const)));

/** A Roman number up to 39 in Arabic digits. */
function arabic(word: string): string | undefined {
  return word === '' ? undefined : numerals.get(word);
}
