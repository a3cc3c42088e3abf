import { tableExists } from '../../workspace/catalog.ts';
import type { Session } from '../../workspace/session.ts';
import { positionOf } from '../catalogue.ts';

/** What is written about each film, besides its genres and tags. One entry a film. */
export interface FilmTexts {
  /** Title, the original one where it differs, and the year. */
  readonly titles: readonly string[];
  readonly overviews: readonly string[];
  readonly keywords: readonly (readonly string[])[];
  /** Tags of the tag genome, the most relevant first. */
  readonly genome: readonly (readonly { readonly label: string; readonly relevance: number }[])[];
}

/** Tables that texts are read from, by the SQL names that the reader sees them under; undefined where there is none. */
export interface TextTables {
  readonly movies: string | undefined;
  readonly movieKeywords: string | undefined;
  readonly keywords: string | undefined;
  readonly genomeScores: string | undefined;
  readonly genomeTags: string | undefined;
}

/** Every film has a relevance for each tag of the genome, most of them low: only the highest say what it is like. */
const GENOME = { least: 0.4, most: 40 };

/** The texts of the films `movieIds`, ascending. */
export async function readTexts(session: Session, tables: TextTables, movieIds: Int32Array | Float64Array): Promise<FilmTexts> {
  const titles = Array.from(movieIds, () => '');
  const overviews = Array.from(movieIds, () => '');
  const keywords = Array.from(movieIds, (): string[] => []);
  const genome = Array.from(movieIds, (): { label: string; relevance: number }[] => []);
  const place = (film: number) => positionOf(movieIds, film) ?? -1;
  if (tables.movies !== undefined) {
    const columns = new Set((await session.all<{ name: string }>(`SELECT column_name AS name FROM (DESCRIBE SELECT * FROM ${tables.movies})`)).map(({ name }) => name));
    const column = (name: string) => (columns.has(name) ? `coalesce(${name}::VARCHAR, '')` : `''`);
    const rows = await session.all<{ film: number; title: string; original: string; year: string; overview: string }>(
      `SELECT movie_id AS film, ${column('title')} AS title, ${column('original_title')} AS original, ${column('year')} AS year, ${column('overview')} AS overview FROM ${tables.movies}`);
    for (const { film, title, original, year, overview } of rows) {
      const at = place(film);
      if (at < 0) continue;
      // MovieLens has the year within the original title; that is not another title.
      const other = original.replace(/\s*\(\d{4}\)\s*$/, '');
      titles[at] = [title, other === title ? '' : other, year].filter((part) => part !== '').join(' ');
      overviews[at] = overview;
    }
  }
  if (tables.movieKeywords !== undefined && tables.keywords !== undefined) {
    const rows = await session.all<{ film: number; keyword: string }>(
      `SELECT DISTINCT movie_id AS film, keyword FROM ${tables.movieKeywords} JOIN ${tables.keywords} USING (keyword_id) WHERE trim(keyword) <> '' ORDER BY ALL`);
    for (const { film, keyword } of rows) keywords[place(film)]?.push(keyword);
  }
  if (tables.genomeScores !== undefined && tables.genomeTags !== undefined) {
    const rows = await session.all<{ film: number; label: string; relevance: number }>(
      `SELECT movie_id AS film, tag AS label, relevance FROM ${tables.genomeScores} JOIN ${tables.genomeTags} USING (tag_id) WHERE relevance >= ${GENOME.least}
       QUALIFY row_number() OVER (PARTITION BY movie_id ORDER BY relevance DESC, tag_id) <= ${GENOME.most} ORDER BY movie_id, relevance DESC, tag`);
    for (const { film, label, relevance } of rows) genome[place(film)]?.push({ label, relevance });
  }
  return { titles, overviews, keywords, genome };
}

/** The same of the tables as they are visible now. */
export async function readVisibleTexts(session: Session, movieIds: Int32Array | Float64Array): Promise<FilmTexts> {
  const visible = async (table: string) => ((await tableExists(session, 'main', table)) ? `main.${table}` : undefined);
  return readTexts(session, {
    movies: await visible('movies'), keywords: await visible('keywords'), movieKeywords: await visible('movie_keywords'),
    genomeTags: await visible('genome_tags'), genomeScores: await visible('genome_scores'),
  }, movieIds);
}

export function noTexts(films: number): FilmTexts {
  return { titles: Array.from({ length: films }, () => ''), overviews: Array.from({ length: films }, () => ''), keywords: Array.from({ length: films }, () => []), genome: Array.from({ length: films }, () => []) };
}
