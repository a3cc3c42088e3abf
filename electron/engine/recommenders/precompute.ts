import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Precomputed } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { readColumns } from '../workspace/columns.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { type Session, throwIfCancelled } from '../workspace/session.ts';
import { breathe } from './breathe.ts';
import { positionOf } from './catalogue.ts';
import type { Library } from './library.ts';
import type { LoadedModel } from './loaded-models.ts';
import { watchMemory } from '../workspace/peak-memory.ts';
import { dataKey, ListWriter, PRECOMPUTED, type PrecomputedRow, recordPrecomputed } from './precomputed-lists.ts';
import type { History, Model } from './recommender.ts';
import { recommenders } from './registry.ts';
import { lacksEvidence, scoresOf } from './scoring.ts';

interface Work {
  readonly engine: EngineContext;
  readonly loaded: LoadedModel;
  readonly library: Library;
  readonly top: number;
  readonly job: JobContext;
}

/** Ratings that are in memory at a time. */
const BATCH_RATINGS = 500_000;
/** … where the model makes the lists of many users at one go. */
const LISTED_RATINGS = 2_000_000;
/** Histories that one call scores: their scores are in memory together. */
const AT_ONCE = 16;
/** A model may score so many users between two looks at whether the job was cancelled. */
const BETWEEN_MS = 50;

/**
 * Works out every user's list and writes them as one Parquet file, which is recorded with the model and the data that it is
 * of: all of it or nothing, however it ends. Lists are those of `recommend.list` without filters.
 */
export async function precompute({ engine, loaded, library, top, job }: Work): Promise<Precomputed> {
  const workspace = engine.workspace();
  const kernels = await engine.kernels();
  const { row, model } = loaded;
  const began = engine.clock().getTime();
  const memory = watchMemory();
  const file = path.posix.join(PRECOMPUTED, `${row.model}-${randomUUID()}.parquet`);
  const temporary = `${workspace.path(file)}.tmp`;
  await mkdir(workspace.path(PRECOMPUTED), { recursive: true });
  try {
    const { users, data } = await workspace.read(async (session) => {
      // One state of the tables from the first look to the last.
      await session.run('BEGIN TRANSACTION');
      const written = { users: await writeLists(session, { loaded, library, kernels, top, job }, temporary), data: await dataKey(session) };
      await session.run('COMMIT');
      return written;
    }, job.signal);
    await settle(temporary, workspace.path(file));
    const made: PrecomputedRow = {
      model: row.model, top, users, madeAt: engine.clock().toISOString(), seconds: (engine.clock().getTime() - began) / 1000, peakMemoryMB: memory.peak() / 2 ** 20,
      bytes: (await stat(workspace.path(file))).size, path: file, run: row.run, params: row.params, sha256: row.sha256, data, personal: model.personal,
    };
    const before = await workspace.write((session) => recordPrecomputed(session, made), job.signal);
    if (before !== undefined) await rm(workspace.path(before), { force: true });
    const { sha256: _sha256, data: _data, personal: _personal, ...told } = made;
    return told;
  } catch (error) {
    for (const left of [temporary, workspace.path(file)]) await rm(left, { force: true });
    throw error;
  } finally {
    memory.stop();
  }
}

/** The file is on the disk as a whole before anything names it. */
async function settle(temporary: string, file: string): Promise<void> {
  const handle = await open(temporary, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

async function writeLists(session: Session, { loaded, library, kernels, top, job }: Omit<Work, 'engine'> & { readonly kernels: Kernels }, file: string): Promise<number> {
  const { model, inLibrary, row } = loaded;
  job.phase('Read users', { unit: 'users' });
  const { n } = await session.one<{ n: number }>('SELECT count(DISTINCT user_id) AS n FROM main.ratings');
  const [ids, counts] = await readColumns(session, 'SELECT user_id::INTEGER, count(*)::INTEGER FROM main.ratings GROUP BY user_id ORDER BY 1', n, [Int32Array, Int32Array]);
  job.phase('Work out lists', { total: n, unit: 'users' });
  const writer = await ListWriter.open(session);
  const popular = library.counts.length === 0 ? new Float32Array() : Float32Array.from(model.catalogue.movieIds, (_, own) => library.counts[inLibrary[own] ?? -1] || Number.NEGATIVE_INFINITY);
  const gone = inLibrary.some((position) => position < 0);
  const [batchRatings, atOnce] = model.topMany && !gone ? [LISTED_RATINGS, Number.POSITIVE_INFINITY] : [BATCH_RATINGS, AT_ONCE];
  let looked = performance.now();
  for (let from = 0; from < n; ) {
    let to = from;
    for (let ratings = 0; to < n && (to === from || ratings + (counts[to] ?? 0) <= batchRatings); to++) ratings += counts[to] ?? 0;
    const people = await readPeople(session, model, ids.subarray(from, to), counts.subarray(from, to));
    for (let at = 0; at < people.length; at += atOnce) {
      const some = people.slice(at, at + atOnce);
      const lacking = some.map(({ history }) => lacksEvidence(history, model));
      const asked = some.filter((_, i) => !lacking[i]).map(({ history }) => history);
      const lists = gone ? undefined : await model.topMany?.(asked, top, job.signal);
      const scores = lists ? [] : await scoresOf(model, asked);
      let next = 0;
      some.forEach(({ userId, history, rated, unknown }, i) => {
        if (lists && !lacking[i]) {
          const first = next++ * lists.width;
          const best = lists.indices.subarray(first, first + lists.width).filter((position) => position >= 0);
          writer.add(userId, best.map((position) => model.catalogue.movieIds[position] ?? 0), lists.values.subarray(first, first + best.length), { coldStart: false, rated, unknown });
          return;
        }
        const own = Float32Array.from(lacking[i] ? popular : (scores[next++] ?? popular));
        for (const position of history.positions) own[position] = Number.NEGATIVE_INFINITY;
        if (gone) inLibrary.forEach((position, film) => {
          if (position < 0) own[film] = Number.NEGATIVE_INFINITY;
        });
        const best = kernels.top(own, top);
        writer.add(userId, best.map((position) => model.catalogue.movieIds[position] ?? 0), Float32Array.from(best, (position) => own[position] ?? 0), { coldStart: lacking[i] === true, rated, unknown });
      });
      if (performance.now() - looked > BETWEEN_MS) {
        await breathe(job.signal);
        job.progress(from + at + some.length);
        looked = performance.now();
      }
    }
    from = to;
  }
  throwIfCancelled(job.signal);
  job.progress(n);
  job.phase('Write', { unit: 'users' });
  await writer.save(file, { model: row.model, run: row.run, sha256: row.sha256, top: String(top), parameters: JSON.stringify(row.params) });
  return n;
}

interface Reader {
  readonly userId: number;
  readonly history: History;
  readonly rated: number;
  readonly unknown: number;
}

/** The histories of users whose ids ascend, with all that they rated; every rating counts as one. */
async function readPeople(session: Session, model: Model, ids: Int32Array, counts: Int32Array): Promise<Reader[]> {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const [movies, ratings, seconds] = await readColumns(session, `
    SELECT movie_id::DOUBLE, rating::FLOAT, coalesce(epoch(rated_at), 'inf')::DOUBLE FROM main.ratings
    WHERE user_id BETWEEN ${ids[0] ?? 0} AND ${ids.at(-1) ?? 0} ORDER BY user_id, movie_id`, rows, [Float64Array, Float32Array, Float64Array]);
  const places = placesOf(model.catalogue.movieIds);
  const { ordered = false } = recommenders[model.name];
  let end = 0;
  return Array.from(ids, (userId, at) => {
    const start = end;
    end += counts[at] ?? 0;
    const positions = new Int32Array(end - start);
    const rows = new Int32Array(end - start);
    let [known, unknown] = [0, 0];
    for (let row = start; row < end; row++) {
      const position = places(movies[row] ?? -1);
      if (position < 0 || !model.knows(position)) unknown++;
      if (position < 0) continue;
      rows[known] = row;
      positions[known++] = position;
    }
    const history: History = {
      user: userId,
      positions: positions.subarray(0, known),
      ratings: Float32Array.from(rows.subarray(0, known), (row) => ratings[row] ?? 0),
      weights: new Float32Array(known).fill(1),
      order: ordered ? Int32Array.from(rows.subarray(0, known).keys()).sort((a, b) => (seconds[rows[a] ?? 0] ?? 0) - (seconds[rows[b] ?? 0] ?? 0) || a - b) : Int32Array.from(positions.subarray(0, known).keys()),
    };
    return { userId, history, rated: end - start, unknown };
  });
}

/** Ids up to this are looked up in an array. */
const SPREAD = 1 << 24;

/** The position of each film, -1 for one that is not among them; in one step where ids are small. */
function placesOf(movieIds: Int32Array): (movieId: number) => number {
  const highest = movieIds.at(-1) ?? -1;
  if (highest >= SPREAD || (movieIds[0] ?? 0) < 0) return (movieId) => positionOf(movieIds, movieId) ?? -1;
  const places = new Int32Array(highest + 1).fill(-1);
  for (let position = 0; position < movieIds.length; position++) places[movieIds[position] ?? 0] = position;
  return (movieId) => (movieId <= highest ? (places[movieId] ?? -1) : -1);
}
