import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogueOf } from '../../electron/engine/recommenders/catalogue.ts';
import type { Term, TrainingData } from '../../electron/engine/recommenders/recommender.ts';

/** Folder of the development data, which is no part of the repository: `REELBENCH_DATA`, else beside it. */
export const dataFolder = process.env['REELBENCH_DATA'] ?? path.resolve(import.meta.dirname, '../../../shared/data');

/** Path of a dataset's folder, or undefined where it is not there: then the tests that need it say so and are skipped. */
export function dataset(name: string): string | undefined {
  const folder = path.join(dataFolder, name);
  return existsSync(folder) ? folder : undefined;
}

/** A rating as the file has it. */
export interface RatingRow {
  readonly user: number;
  readonly film: number;
  readonly rating: number;
  readonly time: number;
}

export function ratingsOf(folder: string): RatingRow[] {
  return readFileSync(path.join(folder, 'ratings.csv'), 'utf8').trimEnd().split('\n').slice(1).map((line) => {
    const [user = 0, film = 0, rating = 0, time = 0] = line.split(',').map(Number);
    return { user, film, rating, time };
  });
}

/** Leave-last-out: within a user by (timestamp, position in the file), the last is the test film, the rest is training. */
export function leaveLastOut(rows: readonly RatingRow[]): { train: RatingRow[]; test: Map<number, number> } {
  const last = new Map<number, RatingRow>();
  for (const row of rows) {
    const before = last.get(row.user);
    if (!before || row.time >= before.time) last.set(row.user, row);
  }
  return { train: rows.filter((row) => last.get(row.user) !== row), test: new Map([...last].map(([user, row]) => [user, row.film])) };
}

/** What the recommenders learn from, of ratings and optionally genres and tags a film. Of ratings given at one moment the later row is the newer. */
export function trainingFrom(rows: readonly RatingRow[], terms: ReadonlyMap<number, readonly Term[]> = new Map()): TrainingData {
  const movieIds = Int32Array.from(new Set([...rows.map(({ film }) => film), ...terms.keys()])).toSorted();
  const userIds = Int32Array.from(new Set(rows.map(({ user }) => user))).toSorted();
  const filmAt = new Map(Array.from(movieIds, (id, at) => [id, at]));
  const byUser = Map.groupBy(rows, ({ user }) => user);
  const counts = new Int32Array(movieIds.length);
  const indptr = [0];
  const entries: { film: number; rating: number; time: number; place: number }[] = [];
  const newest = Int32Array.from(userIds, (user) => {
    const own = (byUser.get(user) ?? []).toSorted((a, b) => a.time - b.time).map((row, place) => ({ ...row, place, film: filmAt.get(row.film) ?? 0 }));
    for (const { film } of own) counts[film] = (counts[film] ?? 0) + 1;
    entries.push(...own.toSorted((a, b) => a.film - b.film));
    indptr.push(entries.length);
    return own.reduce((last, row) => (row.time >= last.time ? row : last)).film;
  });
  const ratings = {
    rows: userIds.length, columns: movieIds.length,
    indptr: Int32Array.from(indptr), indices: Int32Array.from(entries, ({ film }) => film), values: Float32Array.from(entries, ({ rating }) => rating),
  };
  const chronology = { places: Int32Array.from(entries, ({ place }) => place), seconds: Int32Array.from(entries, ({ time }) => time) };
  return { catalogue: catalogueOf(movieIds, counts), userIds, ratings, newest, chronology, terms: Array.from(movieIds, (id) => terms.get(id) ?? []) };
}

/** The data with when each rating was given. */
export function withChronology(train: TrainingData, rows: readonly RatingRow[]): TrainingData {
  const at = new Map(rows.map(({ user, film, time }) => [`${user} ${film}`, time]));
  const seconds = new Int32Array(train.ratings.indices.length);
  const places = new Int32Array(seconds.length);
  train.userIds.forEach((user, row) => {
    const [from, to] = [train.ratings.indptr[row] ?? 0, train.ratings.indptr[row + 1] ?? 0];
    for (let entry = from; entry < to; entry++) seconds[entry] = at.get(`${user} ${train.catalogue.movieIds[train.ratings.indices[entry] ?? 0]}`) ?? 0;
    const own = Array.from({ length: to - from }, (_, i) => from + i).toSorted((a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0) || a - b);
    own.forEach((entry, place) => (places[entry] = place));
  });
  return { ...train, chronology: { places, seconds } };
}
