import { createHash } from 'node:crypto';
import { tableExists } from '../workspace/catalog.ts';
import type { Session } from '../workspace/session.ts';
import type { Films } from './problem.ts';
import type { Interactions } from './interactions.ts';

type Column = Int32Array | Float32Array | Uint8Array;

/** A hash of what is measured on: all ratings in their order, and `beside`, which stands for whatever else decides. */
export function dataPrint({ userIds, movieIds, indptr, films, ratings, seconds, places }: Interactions, beside: string): string {
  return hashed([userIds, movieIds, indptr, films, ratings, seconds, places], beside);
}

/** A hash of arrays, and of a text. */
export function hashed(columns: readonly Column[], text: string): string {
  const hash = createHash('sha256');
  for (const column of columns) hash.update(`${column.length};`).update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.update(text).digest('hex');
}

const described = ['movies', 'movie_genres', 'tags', 'keywords', 'movie_keywords', 'genome_tags', 'genome_scores'];

/** What the tables say about films, as a text that is another one as soon as a cell is. The order of the rows does not count. */
export async function tablesPrint(session: Session): Promise<string> {
  const prints: string[] = [];
  for (const table of described) {
    if (!(await tableExists(session, 'main', table))) continue;
    const [row] = await session.all<{ print: string }>(`SELECT count(*)::VARCHAR || ':' || coalesce(sum(hash(t)), 0)::VARCHAR AS print FROM main.${table} AS t`);
    prints.push(`${table} ${row?.print ?? ''}`);
  }
  return prints.join('\n');
}

/** What is known of films, as a text. */
export function filmsPrint(films: Films | undefined): string {
  return films === undefined ? '' : JSON.stringify([[...films.titles], [...films.genres]]);
}
