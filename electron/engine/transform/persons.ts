import { identifier } from '../workspace/sql.ts';
import type { StageContext } from '../workspace/stage.ts';
import { type CleanColumn, cleanRows } from './clean.ts';
import { unitedRows } from './merges.ts';
import { type Classified, countOutcomes, kept } from './outcomes.ts';

const text = (name: string): CleanColumn => ({ name, type: 'VARCHAR' });
const whole = (name: string): CleanColumn => ({ name, type: 'BIGINT' });

/** Roles of those who are seen or heard; whoever has no role is one of them, everyone else is crew. */
const ACTING = `('actor', 'actress', 'cast', 'star', 'self', 'voice', 'archive_footage', 'archive_sound')`;

/**
 * `people` (one row a person), `movie_cast` and `movie_crew` (one row a person, film and part). People keep the source's
 * number; those without one are told apart by their name to the letter and numbered on after the largest, by name.
 */
export async function buildPersons(context: StageContext, movies: string | undefined): Promise<void> {
  const { session, write } = context;
  const part = ['person_id', 'CASE WHEN person_id IS NULL THEN trim(name) END', 'lower(role)', 'department', '"character"'];
  const source = await unitedRows(context, {
    rows: `SELECT *, row_number() OVER (PARTITION BY movie_id, ${part.join(', ')} ORDER BY source_row) AS copy
      FROM (${await cleanRows(context, 'persons', [whole('movie_id'), whole('person_id'), text('name'), text('role'), text('department'), text('character'), whole('ordering')])})`,
    removals: [['unusable', `movie_id IS NULL OR coalesce(trim(name), '') = ''`], ...orphans(movies), ['duplicate', 'copy > 1']],
  }, part);
  await session.run(`CREATE OR REPLACE TEMP TABLE person_rows_kept AS ${numberedBy(source, 'person_id', 'name')}`);
  await session.run(`
    CREATE TABLE ${write('people')} AS SELECT id AS person_id, arg_min(trim(name), source_row) AS name FROM person_rows_kept GROUP BY id ORDER BY id;
    CREATE TABLE ${write('movie_cast')} AS SELECT movie_id, id AS person_id, "character", CAST(ordering AS INTEGER) AS ordering FROM person_rows_kept
      WHERE role IS NULL OR lower(trim(role)) IN ${ACTING} ORDER BY movie_id, ordering NULLS LAST, source_row;
    CREATE TABLE ${write('movie_crew')} AS SELECT movie_id, id AS person_id, department, trim(role) AS job FROM person_rows_kept
      WHERE lower(trim(role)) NOT IN ${ACTING} ORDER BY movie_id, source_row;
    DROP TABLE person_rows_kept;
  `);
  await countOutcomes(context, 'persons', source);
}

/** `keywords` (one row a keyword) and `movie_keywords` (one row a keyword and film), numbered like people. */
export async function buildKeywords(context: StageContext, movies: string | undefined): Promise<void> {
  const { session, write } = context;
  const word = ['keyword_id', 'CASE WHEN keyword_id IS NULL THEN trim(keyword) END'];
  const source = await unitedRows(context, {
    rows: `SELECT *, row_number() OVER (PARTITION BY movie_id, ${word.join(', ')} ORDER BY source_row) AS copy
      FROM (${await cleanRows(context, 'keywords', [whole('movie_id'), whole('keyword_id'), text('keyword')])})`,
    removals: [['unusable', `movie_id IS NULL OR coalesce(trim(keyword), '') = ''`], ...orphans(movies), ['duplicate', 'copy > 1']],
  }, word);
  await session.run(`CREATE OR REPLACE TEMP TABLE keyword_rows_kept AS ${numberedBy(source, 'keyword_id', 'keyword')}`);
  await session.run(`
    CREATE TABLE ${write('keywords')} AS SELECT id AS keyword_id, arg_min(trim(keyword), source_row) AS keyword FROM keyword_rows_kept GROUP BY id ORDER BY id;
    CREATE TABLE ${write('movie_keywords')} AS SELECT movie_id, id AS keyword_id FROM keyword_rows_kept ORDER BY movie_id, source_row;
    DROP TABLE keyword_rows_kept;
  `);
  await countOutcomes(context, 'keywords', source);
}

/** The rows that are kept with an `id` each: the source's, else one after the largest by the order of the names. */
function numberedBy(source: Classified, id: string, name: string): string {
  return `
    WITH rows AS (${kept(source)}),
    unnumbered AS (SELECT trim(${identifier(name)}) AS label, row_number() OVER (ORDER BY trim(${identifier(name)})) + (SELECT coalesce(max(${identifier(id)}), 0) FROM rows) AS id
      FROM rows WHERE ${identifier(id)} IS NULL GROUP BY label)
    SELECT rows.*, coalesce(rows.${identifier(id)}, unnumbered.id) AS id FROM rows LEFT JOIN unnumbered ON rows.${identifier(id)} IS NULL AND unnumbered.label = trim(rows.${identifier(name)})`;
}

function orphans(movies: string | undefined): Classified['removals'] {
  return movies === undefined ? [] : [['orphan', `movie_id NOT IN (SELECT movie_id FROM ${movies})`]];
}
