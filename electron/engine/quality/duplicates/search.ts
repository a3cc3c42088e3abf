import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { DuplicateReason } from '../../../../shared/contract/duplicates.ts';
import { writeFileAtomically } from '../../workspace/atomic-file.ts';
import type { JobContext } from '../../workspace/jobs.ts';
import { type Session, throwIfCancelled } from '../../workspace/session.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Relations } from '../relations/index.ts';
import { hasTable, type Scope } from '../relations/scope.ts';
import { readFilms } from './films.ts';
import { findPairs, type Pair } from './pairs.ts';
import { pairName } from './merges.ts';
import { scored } from './score.ts';
import { Vocabulary } from './vocabulary.ts';

/** Raised when a search would find other pairs, or score them otherwise. */
const VERSION = 1;

const FoundFilm = z.object({
  id: z.number(), title: z.string(), year: z.number().nullable(), genres: z.array(z.string()), ratings: z.number(), tags: z.number(),
  imdb: z.string().nullable(), tmdb: z.string().nullable(),
});
export type FoundFilm = z.infer<typeof FoundFilm>;

const Found = z.object({
  print: z.string(),
  madeAt: z.string(),
  seconds: z.number(),
  /** Films looked at. */
  films: z.number(),
  /** Those of a pair. */
  paired: z.array(FoundFilm),
  pairs: z.array(z.object({ a: z.number(), b: z.number(), score: z.number(), reasons: z.array(DuplicateReason) })),
});
/** What a search found: a state of the files, whatever was decided. */
export type Found = z.infer<typeof Found>;

/** All that a search depends on. */
export async function searchPrint(session: Session): Promise<string> {
  const files = await session.all(`SELECT path, table_name, sha256, reading, rows, unreadable FROM raw.files WHERE table_name IN ('movies', 'ratings', 'tags', 'links') ORDER BY table_name, file_id`);
  return createHash('sha256').update(JSON.stringify([VERSION, files])).digest('hex');
}

/** Looks at every film and answers the pairs that may be one, scored. */
export async function searchDuplicates(relations: Relations, clock: () => Date, job: Pick<JobContext, 'phase' | 'progress'>): Promise<Found> {
  const { session, scope } = relations;
  const began = clock();
  job.phase('Read the titles', { unit: 'films' });
  const films = await readFilms(relations);
  job.phase('Compare titles', { total: films.length, unit: 'films' });
  const pairs = await findPairs(films, async (done) => {
    job.progress(done, films.length);
    await setImmediate();
    throwIfCancelled(session.signal);
  });
  job.phase('Count ratings', { unit: 'films' });
  const counts = await countUsers(session, scope, pairs);
  const words = new Vocabulary(films);
  const ratingsOf = (film: number) => counts.ratings.get(film) ?? 0;
  return {
    print: await searchPrint(session), madeAt: began.toISOString(), seconds: (clock().getTime() - began.getTime()) / 1000, films: films.length,
    paired: [...new Map(pairs.flatMap(({ a, b }) => [[a.id, a], [b.id, b]] as const)).values()].sort((a, b) => a.id - b.id)
      .map(({ id, title, year, genres, imdb, tmdb }) => ({ id, title, year, genres: [...genres], ratings: ratingsOf(id), tags: counts.tags.get(id) ?? 0, imdb, tmdb })),
    pairs: pairs.map((pair) => {
      const { reasons, ...rest } = scored(pair, { fewer: Math.min(ratingsOf(pair.a.id), ratingsOf(pair.b.id)), both: counts.both.get(pairName(pair.a.id, pair.b.id)) ?? 0 }, words);
      return { ...rest, reasons: [...reasons] };
    }),
  };
}

interface Counts {
  /** Film → its ratings. */
  readonly ratings: ReadonlyMap<number, number>;
  readonly tags: ReadonlyMap<number, number>;
  /** Pair → users that rated both. */
  readonly both: ReadonlyMap<string, number>;
}

/** Ratings and tags of the films of the pairs. Rows with an unreadable cell are left out: here they are but evidence. */
async function countUsers(session: Session, scope: Scope, pairs: readonly Pair[]): Promise<Counts> {
  const none = { ratings: new Map<number, number>(), tags: new Map<number, number>(), both: new Map<string, number>() };
  if (pairs.length === 0) return none;
  await session.run(`CREATE OR REPLACE TEMP TABLE movie_duplicate_pairs AS SELECT * FROM (VALUES ${pairs.map(({ a, b }) => `(${a.id}::BIGINT, ${b.id}::BIGINT)`).join(', ')}) t(a, b);
    CREATE OR REPLACE TEMP TABLE movie_duplicate_films AS SELECT a AS movie_id FROM movie_duplicate_pairs UNION SELECT b FROM movie_duplicate_pairs`);
  const byFilm = async (table: string) => new Map((await session.all<{ film: number; n: number }>(`SELECT movie_id AS film, count(*) AS n FROM ${table} SEMI JOIN movie_duplicate_films USING (movie_id) GROUP BY movie_id`)).map(({ film, n }) => [film, n]));
  const tags = hasTable(scope, 'tags') ? await byFilm('raw.tags') : none.tags;
  if (!hasTable(scope, 'ratings')) return { ...none, tags };
  await session.run('CREATE OR REPLACE TEMP TABLE movie_duplicate_ratings AS SELECT user_id, movie_id FROM raw.ratings SEMI JOIN movie_duplicate_films USING (movie_id)');
  const both = await session.all<{ a: number; b: number; n: number }>(`SELECT p.a, p.b, count(DISTINCT x.user_id) AS n
    FROM movie_duplicate_pairs p JOIN movie_duplicate_ratings x ON x.movie_id = p.a JOIN movie_duplicate_ratings y ON y.movie_id = p.b AND y.user_id = x.user_id GROUP BY ALL`);
  return { tags, ratings: await byFilm('movie_duplicate_ratings'), both: new Map(both.map(({ a, b, n }) => [pairName(a, b), n])) };
}

const fileOf = (workspace: Workspace) => workspace.path('duplicates.json');

export async function storeFound(workspace: Workspace, found: Found): Promise<void> {
  await writeFileAtomically(fileOf(workspace), JSON.stringify(found));
}

/** The last search of this workspace; null when there was none. */
export async function readFound(workspace: Workspace): Promise<Found | null> {
  const text = await readFile(fileOf(workspace), 'utf8').catch(() => undefined);
  if (text === undefined) return null;
  try {
    return Found.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
