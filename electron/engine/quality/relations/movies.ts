import type { Session } from '../../workspace/session.ts';
import { idFromText, wholeFromText } from './readable.ts';
import { rawRows, textField, typedField } from './fields.ts';
import { asOf, hasColumn, hasTable, type Scope } from './scope.ts';
import { foldBlanks, nameKey, nameNumbers, titleName, titleYear } from './titles.ts';

/** Films before this year are impossible: the first moving pictures are of 1874. */
export const FIRST_YEAR = 1874;
export const YEARS_AHEAD = 2;
export const NO_GENRES = '(no genres listed)';

/** The last year that a film may bear: two years after its content was first imported. */
export function lastYear(scope: Scope): number {
  return new Date(asOf(scope, 'movies')).getUTCFullYear() + YEARS_AHEAD;
}

/**
 * `movie_rows`: every row of movies in row order (`place`), with `title` and `genres` as they came (NULL when missing),
 * the `year` of its own column, else of the title (the column may hold something else: `stated_year_unreadable`), the title's `name` without it, the genre `parts` as written and the real ones (`listed`), and
 * `occurrence`: which row of its film id this is. `films`: the first row of each id, with the earliest plausible rating.
 */
export async function buildMovieRows(session: Session, scope: Scope): Promise<void> {
  const text = (name: string) => (hasColumn(scope, 'movies', name) ? `CASE WHEN ${foldBlanks(name)} <> '' THEN ${name} END` : 'NULL::VARCHAR');
  const id = hasColumn(scope, 'movies', 'movie_id');
  const stated = hasColumn(scope, 'movies', 'year');
  const year = (of: 'typed' | 'text') => {
    if (!stated) return 'NULL::BIGINT AS stated_year, false AS stated_year_unreadable';
    return of === 'typed' ? 'year AS stated_year, false AS stated_year_unreadable' : `${wholeFromText('trim(year)')} AS stated_year, coalesce(trim(year), '') <> '' AND ${wholeFromText('trim(year)')} IS NULL AS stated_year_unreadable`;
  };
  const typed = `SELECT rowid AS row_id, NULL::BIGINT AS text_row_id, ${typedField('movie_id', 'BIGINT', id, 'movie_id < 1')}, ${text('title')} AS title, ${text('genres')} AS genres, ${year('typed')} FROM raw.movies`;
  const unread = `SELECT NULL::BIGINT AS row_id, rowid AS text_row_id, ${textField('movie_id', 'BIGINT', id, idFromText)}, ${text('title')} AS title, ${text('genres')} AS genres, ${year('text')} FROM raw.movies_text`;
  await session.run(`CREATE OR REPLACE TEMP TABLE movie_rows AS
    SELECT *, coalesce(stated_year, ${titleYear('title')}) AS year, ${titleName('title')} AS name,
      row_number() OVER (PARTITION BY movie_id ORDER BY row_id NULLS LAST, text_row_id) AS occurrence,
      string_split(genres, '|') AS parts,
      list_filter(list_transform(string_split(coalesce(genres, ''), '|'), lambda g: trim(g)), lambda g: g <> '' AND g <> '${NO_GENRES}') AS listed
    FROM (${typed}${hasTable(scope, 'movies_text') ? ` UNION ALL ${unread}` : ''})`);
}

/** `movie_facts`: every row of movies with what it says besides title and genres; a field that no file has is NULL. */
export async function buildMovieFacts(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP VIEW movie_facts AS ${rawRows(scope, 'movies', {
    movie_id: 'id', title: 'text', year: 'whole', certificate: 'text', runtime: 'whole', average_rating: 'number', votes: 'whole', meta_score: 'number', gross: 'number', budget: 'number', overview: 'text',
  })}`);
}

export async function buildFilms(session: Session, scope: Scope): Promise<void> {
  await session.run(
    hasTable(scope, 'movies')
      ? `CREATE OR REPLACE TEMP TABLE films AS SELECT movie_id AS known_id, year,
          CASE WHEN year BETWEEN ${FIRST_YEAR} AND ${lastYear(scope)} THEN CAST(epoch(make_timestamp(year - 1, 1, 1, 0, 0, 0)) AS BIGINT) END AS earliest
          FROM movie_rows WHERE movie_id IS NOT NULL AND occurrence = 1`
      : 'CREATE OR REPLACE TEMP TABLE films AS SELECT NULL::BIGINT AS known_id, NULL::INTEGER AS year, NULL::BIGINT AS earliest WHERE false',
  );
}

/** `movie_titles`: one row a title and year (rows without an id, title or year left out), with the ids that bear it. */
export async function buildMovieTitles(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE movie_titles AS
    SELECT row_number() OVER (ORDER BY year, name) AS title_id, name, name AS title, year, list_sort(list(DISTINCT movie_id)) AS ids, count(DISTINCT movie_id) AS films, min(row_id) AS row_id, min(text_row_id) AS text_row_id
    FROM movie_rows WHERE movie_id IS NOT NULL AND name <> '' AND year IS NOT NULL GROUP BY name, year`);
}

/** Where neither name has more letters, they must agree in all of them: among short ones a letter makes another word. */
const SHORT_LETTERS = 4;

/**
 * `movie_clusters`: titles of one year that are nearly the same, directly or through others. Two are when their keys
 * (see nameKey) are equal, or one slip apart (a letter more, less, other, or two swapped) and the same in every number.
 * Pairs one slip apart share a key with at most one letter taken out, so only titles that share one are compared.
 */
export async function buildMovieClusters(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE movie_keys AS SELECT title_id, year, ${nameKey('name')} AS key, ${nameNumbers('name')} AS numbers FROM movie_titles`);
  await session.run(`CREATE OR REPLACE TEMP TABLE movie_variants AS
    SELECT title_id, key, hash(year, numbers, unnest(CASE WHEN length(key) >= ${SHORT_LETTERS}
      THEN list_append(list_transform(range(1, length(key) + 1), lambda i: substr(key, 1, i - 1) || substr(key, i + 1)), key) ELSE [key] END)) AS variant FROM movie_keys`);
  await session.run(`CREATE OR REPLACE TEMP TABLE movie_pairs AS
    WITH shared AS (SELECT variant FROM movie_variants GROUP BY variant HAVING count(DISTINCT title_id) > 1),
    candidates AS (SELECT title_id, key, variant FROM movie_variants SEMI JOIN shared USING (variant)),
    pairs AS (SELECT DISTINCT a.title_id AS a, b.title_id AS b FROM candidates a JOIN candidates b ON a.variant = b.variant AND a.title_id <> b.title_id
      WHERE a.key = b.key OR (greatest(length(a.key), length(b.key)) > ${SHORT_LETTERS} AND damerau_levenshtein(a.key, b.key) = 1))
    SELECT p.a, p.b FROM pairs p JOIN movie_keys x ON x.title_id = p.a JOIN movie_keys y ON y.title_id = p.b WHERE x.year = y.year AND x.numbers = y.numbers`);
  await session.run('CREATE OR REPLACE TEMP TABLE movie_labels AS SELECT DISTINCT a AS title_id, a AS label FROM movie_pairs');
  for (let changed = 1; changed > 0;) {
    changed = await session.run(`UPDATE movie_labels SET label = lower.label FROM (
      SELECT p.a AS title_id, min(l.label) AS label FROM movie_pairs p JOIN movie_labels l ON l.title_id = p.b GROUP BY p.a) lower
      WHERE lower.title_id = movie_labels.title_id AND lower.label < movie_labels.label`);
  }
  await session.run(`CREATE OR REPLACE TEMP TABLE movie_clusters AS
    SELECT label, any_value(year) AS year, count(*) AS titles, list_sort(list_distinct(flatten(list(ids)))) AS ids, string_agg(name, ' / ' ORDER BY title_id) AS names,
      first(name ORDER BY title_id) AS title, min(row_id) AS row_id, min(text_row_id) AS text_row_id
    FROM movie_labels JOIN movie_titles USING (title_id) GROUP BY label`);
}
