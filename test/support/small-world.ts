import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine } from '../../electron/engine/engine.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { openWorkspaceFolder } from '../../electron/engine/workspace/calls.ts';
import type { Clock } from '../../electron/engine/workspace/clock.ts';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { listOf } from '../../electron/engine/workspace/sql.ts';
import { versionSql } from '../../electron/engine/workspace/versions.ts';
import { publishBuilt } from './built.ts';
import { ReelbenchError } from '../../shared/contract/index.ts';

export const worldGenres = ['Sci-Fi', 'Romance', 'Horror'] as const;
/** Films 1…60 in three genres by turns; film 61 has a genre and no ratings, film 62 has neither. Users 1…90, each fond of one genre. */
export const world = { films: 60, users: 90, unrated: 61, bare: 62 };
/** The genre of film `id`, and that of user `id`'s taste. */
export const genreAt = (id: number): string => worldGenres[id % 3] ?? '';

/** Ratings of an invented world: a user rates about half of the films of their genre 4 to 5 and a tenth of the others 0.5 to 2.5. */
export function worldRatings(seed: number): { user: number; film: number; rating: number; at: number }[] {
  const random = seededRandom(seed);
  const ratings: { user: number; film: number; rating: number; at: number }[] = [];
  for (let user = 1; user <= world.users; user++) {
    for (let film = 1; film <= world.films; film++) {
      const fond = genreAt(user) === genreAt(film);
      if (random() > (fond ? 0.5 : 0.1)) continue;
      const step = Math.floor(random() * (fond ? 3 : 5)) / 2;
      ratings.push({ user, film, rating: (fond ? 4 : 0.5) + step, at: 1_000_000_000 + ratings.length * 3600 });
    }
  }
  return ratings;
}

/** An engine on a workspace whose core tables hold the invented world, as the pipeline would leave them. Close it when done. */
export async function openWorld(options: { seed?: number; overrides?: string[]; empty?: boolean; clock?: Clock } = {}): Promise<Engine & { directory: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'reelbench-world-'));
  const engine = createEngine({
    resources: path.resolve(import.meta.dirname, '../../resources'), home: path.join(directory, 'home'), version: 'test',
    overrides: ['recommenders.sasrec.epochs=2', 'recommenders.bert4rec.epochs=2', ...(options.overrides ?? [])], ...(options.clock ? { clock: options.clock } : {}),
  });
  await openWorkspaceFolder(engine.context, path.join(directory, 'workspace'));
  if (!options.empty) await buildTables(engine, 'world', options.seed ?? 1);
  return {
    ...engine,
    directory: path.join(directory, 'workspace'),
    close: async () => {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Makes the core tables anew as the run `runId` and tells the engine. */
export async function buildTables(engine: Engine, runId: string, seed: number): Promise<void> {
  const ratings = worldRatings(seed);
  const films = Array.from({ length: world.bare }, (_, i) => i + 1);
  await engine.context.workspace().write(async (session) => {
    const table = (name: string) => versionSql(name, runId);
    await session.run(`
      CREATE TABLE ${table('movies')} AS
        SELECT id::BIGINT AS movie_id, 'Film ' || id AS title, (1980 + id % 40)::INTEGER AS year FROM (SELECT unnest(${listOf(films)}) AS id);
      CREATE TABLE ${table('movie_genres')} AS
        SELECT id::BIGINT AS movie_id, (${listOf([...worldGenres])})[id % 3 + 1] AS genre FROM (SELECT unnest(${listOf(films.filter((id) => id !== world.bare))}) AS id);
      CREATE TABLE ${table('tags')} AS
        SELECT 1::BIGINT AS user_id, id::BIGINT AS movie_id, 'Space Opera' AS tag FROM (SELECT unnest(${listOf(films.filter((id) => id <= 30 && genreAt(id) === 'Sci-Fi'))}) AS id);
      CREATE TABLE ${table('ratings')} AS
        SELECT unnest(${listOf(ratings.map(({ user }) => user))})::BIGINT AS user_id, unnest(${listOf(ratings.map(({ film }) => film))})::BIGINT AS movie_id,
          unnest(${listOf(ratings.map(({ rating }) => rating))})::DOUBLE AS rating, make_timestamp(unnest(${listOf(ratings.map(({ at }) => at * 1e6))})::BIGINT) AS rated_at;
    `);
    await publishBuilt(session, 'transform', runId, ['movies', 'movie_genres', 'tags', 'ratings']);
  });
  engine.context.emit({ name: 'workspace.changed', data: { what: 'tables' } });
}

/** Trains and waits; the job's error is thrown. */
export async function train(engine: Engine, models: Parameters<typeof engine.call<'models.train'>>[1]['models']): Promise<void> {
  const { jobId } = await engine.call('models.train', { models });
  const job = await engine.context.jobs.ended(jobId);
  if (job.error) throw ReelbenchError.from(job.error);
}
