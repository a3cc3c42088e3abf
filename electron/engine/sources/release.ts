import type { SourceFile } from './source-file.ts';

/** A published data set, as far as its files show it. */
export interface Release {
  readonly name: string;
  readonly scale: { min: number; max: number; step: number };
  /** The encoding that its files have, where it is known. */
  readonly encoding?: 'latin-1';
}

const halfStars = { min: 0.5, max: 5, step: 0.5 };
const wholeStars = { min: 1, max: 5, step: 1 };

const named: readonly (readonly [RegExp, string])[] = [
  [/ml-latest-small/i, 'MovieLens latest-small'],
  [/ml-latest/i, 'MovieLens latest'],
  [/ml-32m/i, 'MovieLens 32M'],
  [/ml-25m/i, 'MovieLens 25M'],
  [/ml-20m/i, 'MovieLens 20M'],
];

/**
 * The MovieLens release that a file belongs to, by its name, the names beside it and, for `.dat` without company, by
 * whether its ratings have halves; `null` when it is none.
 */
export function recogniseRelease(file: SourceFile, all: readonly SourceFile[], columns: readonly string[], halves: boolean): Release | null {
  const name = file.name.toLowerCase();
  const folder = file.path.slice(0, -file.name.length);
  const beside = new Set(all.filter((other) => other.path.slice(0, -other.name.length) === folder).map((other) => other.name.toLowerCase()));
  if (/^u\.(?:data|item|user|genre)$/.test(name)) return { name: 'MovieLens 100K', scale: wholeStars, encoding: 'latin-1' };
  if (/^(?:ratings|movies|users|tags)\.dat$/.test(name)) {
    const tenMillion = /ml-10m/i.test(file.surroundings) || beside.has('tags.dat') || (!beside.has('users.dat') && !/ml-1m/i.test(file.surroundings) && halves);
    return tenMillion ? { name: 'MovieLens 10M', scale: halfStars } : { name: 'MovieLens 1M', scale: wholeStars, encoding: 'latin-1' };
  }
  const byFolder = named.find(([form]) => form.test(file.surroundings));
  const header = columns.map((column) => column.toLowerCase()).join(',');
  const singular = /^(?:rating|movie|tag|link|genome_scores|genome_tags)\.csv$/.test(name);
  const headers = /^(?:userid,movieid,(?:rating|tag),timestamp|movieid,(?:title,genres|imdbid,tmdbid|tagid,relevance)|tagid,tag)$/;
  if (!headers.test(header)) return null;
  if (byFolder) return { name: byFolder[1], scale: halfStars };
  if (singular && (beside.has('movie.csv') || beside.has('rating.csv') || name.startsWith('genome_'))) return { name: 'MovieLens 20M', scale: halfStars };
  return { name: 'MovieLens', scale: halfStars };
}
