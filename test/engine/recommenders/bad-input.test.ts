import { existsSync, readdirSync, truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelName, modelNames, ReelbenchError } from '../../../shared/contract/index.ts';
import { requireFits } from '../../../electron/engine/recommenders/training-size.ts';
import { readModelFile, writeModelFile } from '../../../electron/engine/recommenders/model-file.ts';
import type { TrainingData } from '../../../electron/engine/recommenders/recommender.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import { type Kernels, openKernels } from '../../../electron/engine/kernels/index.ts';
import { literal } from '../../../electron/engine/workspace/sql.ts';
import { versionSql } from '../../../electron/engine/workspace/versions.ts';
import { publishBuilt } from '../../support/built.ts';
import { fitContext, knownHistory, quickFits } from '../../support/fitting.ts';
import { withChronology, type RatingRow, trainingFrom } from '../../support/movielens.ts';
import { openWorld, worldRatings } from '../../support/small-world.ts';

const directory = path.resolve(import.meta.dirname, '../../../resources/kernels');
const rows: RatingRow[] = worldRatings(1).filter(({ user }) => user <= 30).map(({ at, ...rating }) => ({ ...rating, time: at }));
const terms = new Map(rows.map(({ film }) => [film, [{ kind: 'genre' as const, label: `genre ${film % 3}`, times: 1 }]]));
const dataOf = (given: readonly RatingRow[]): TrainingData => withChronology(trainingFrom(given, new Map(given.map(({ film }) => [film, terms.get(film) ?? []]))), given);
const high = 2 ** 31 - 1;

const worlds: Readonly<Record<string, TrainingData>> = {
  'one user': dataOf(rows.filter(({ user }) => user === 3)),
  'one rating': dataOf(rows.slice(0, 1)),
  'all ratings equal': dataOf(rows.map((row) => ({ ...row, rating: 3 }))),
  'ids up to 2,147,483,647': dataOf(rows.map((row) => ({ ...row, user: high - row.user + 1, film: high - row.film + 1 }))),
};

describe.each(modelNames)('%s with bad input', (name: ModelName) => {
  let kernels: Kernels;
  let folder: string;
  beforeAll(async () => {
    kernels = openKernels({ directory });
    folder = await mkdtemp(path.join(tmpdir(), 'reelbench-bad-'));
  });
  afterAll(async () => {
    await kernels.close();
    await rm(folder, { recursive: true });
  });

  it.each(Object.keys(worlds))('%s: a model whose scores are numbers, or an error in words', async (what) => {
    const data = worlds[what] ?? dataOf([]);
    const outcome = await fitContext(kernels, quickFits).base(name, data).then(async (model) => {
      const saved = await recommenders[name].load(model.save(), data.catalogue, kernels);
      const lists = [await model.foldIn(knownHistory(data, 0)), await saved.foldIn(knownHistory(data, 0)), await model.foldIn({ user: null, positions: new Int32Array(0), ratings: new Float32Array(0), weights: new Float32Array(0), order: new Int32Array(0) })];
      const rated = model.rate?.(data.userIds[0] ?? 0, Int32Array.from(data.catalogue.movieIds.keys())) ?? [];
      await model.close?.();
      await saved.close?.();
      return { wrong: [...lists.flatMap(({ scores }) => [...scores]), ...rated].filter((score) => Number.isNaN(score) || score === Number.POSITIVE_INFINITY).length, same: lists[0]?.scores.every((score, at) => score === lists[1]?.scores[at]) };
    }, (error: unknown) => error);
    // An error in words is an answer, too; anything else that is thrown is not.
    expect(isInWords(outcome, /invalid|not-ready/) ? 'said so' : outcome).toEqual(outcome instanceof Error ? 'said so' : { wrong: 0, same: true });
  }, 60_000);

  it('too little memory: refused before anything starts, with what to do', () => {
    const { parameters } = fitContext(kernels);
    const size = { users: 200_948, films: 87_493, catalogue: 87_493, ratings: 32_000_204, terms: 2_000_000 };
    const refused = (available: number) => requireFits(recommenders[name], size, { kernels, parameters }, available);
    expect(() => refused(1e12)).not.toThrow();
    expect(thrownBy(() => refused(1e6))).toMatchObject({ code: 'out-of-memory', message: expect.stringMatching(new RegExp(`${name} .*needs about .* are free`)), hint: expect.stringMatching(/recommenders\.|transform\./) });
  });

  it('a file cut short anywhere, of another version, or without one of its parts: the error names it, and nothing else is thrown', async () => {
    const { version } = recommenders[name];
    const data = dataOf(rows);
    const model = await fitContext(kernels, quickFits).base(name, data);
    const file = path.join(folder, 'one.model');
    const saved = model.save();
    const { bytes } = await writeModelFile(file, name, version, saved);
    await expect(readModelFile(file, name, version + 1)).rejects.toMatchObject({ code: 'invalid-input', file, hint: `Train ${name} again.` });
    for (const length of [bytes - 1, Math.floor(bytes / 2), 100, 20, 1, 0]) {
      truncateSync(file, length);
      await expect(readModelFile(file, name, version), `cut to ${length} of ${bytes} bytes`).rejects.toMatchObject({ code: 'invalid-input', file, hint: `Train ${name} again.` });
    }
    for (const part of Object.keys(saved.arrays)) {
      const lacking = { arrays: Object.fromEntries(Object.entries(saved.arrays).filter(([key]) => key !== part)), meta: saved.meta };
      const error = await Promise.resolve().then(() => recommenders[name].load(lacking, data.catalogue, kernels)).then(async (loaded) => {
        await loaded.close?.();
        return undefined;
      }, (thrown: unknown) => thrown);
      expect(error === undefined || isInWords(error, /invalid-input|not-ready/), `without ${part}: ${String(error)}`).toBe(true);
    }
    await model.close?.();
  }, 60_000);
});

function isInWords(error: unknown, code: RegExp): boolean {
  return error instanceof ReelbenchError && code.test(error.code) && error.message.length > 10;
}

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('training on bad tables', () => {
  type World = Awaited<ReturnType<typeof openWorld>>;
  let engine: World;
  beforeAll(async () => {
    engine = await openWorld({ empty: true });
  });
  afterAll(() => engine.close());

  async function trained(ratings: string): Promise<{ error: unknown; files: string[] }> {
    const run = `bad${ratings.length}`;
    await engine.context.workspace().write(async (session) => {
      await session.run(`CREATE OR REPLACE TABLE ${versionSql('ratings', run)} AS ${ratings}; CREATE OR REPLACE TABLE ${versionSql('movies', run)} AS SELECT 1::BIGINT AS movie_id, 'A' AS title, 2000 AS year`);
      await publishBuilt(session, 'transform', run, ['ratings', 'movies']);
    });
    engine.context.emit({ name: 'workspace.changed', data: { what: 'tables' } });
    const { jobId } = await engine.call('models.train', { models: [...modelNames] });
    const { error } = await engine.context.jobs.ended(jobId);
    const models = path.join(engine.directory, 'models');
    return { error, files: existsSync(models) ? readdirSync(models) : [] };
  }
  const columns = `rating::DOUBLE AS rating, TIMESTAMP '2020-01-01' AS rated_at`;

  it('no ratings: said so, and no file is left', async () => {
    expect(await trained(`SELECT 1::BIGINT AS user_id, 1::BIGINT AS movie_id, ${columns} FROM (SELECT 1 AS rating) WHERE false`)).toMatchObject({ error: { code: 'not-ready', message: expect.stringContaining('no ratings'), hint: expect.stringMatching(/\w/) }, files: [] });
  }, 60_000);

  it('ids beyond 2,147,483,647: the id is named, and no file is left', async () => {
    expect(await trained(`SELECT ${literal(String(2 ** 31))}::BIGINT AS user_id, 1::BIGINT AS movie_id, ${columns} FROM (SELECT 3 AS rating)`)).toMatchObject({ error: { code: 'invalid-input', message: expect.stringContaining('2147483648'), hint: expect.stringContaining('2,147,483,648') }, files: [] });
  }, 60_000);
});
