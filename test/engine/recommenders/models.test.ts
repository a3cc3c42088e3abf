import { createHash } from 'node:crypto';
import { readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelNames, type ModelName } from '../../../shared/contract/index.ts';
import { blendWeights } from '../../../electron/engine/recommenders/blend-weights.ts';
import { catalogueOf } from '../../../electron/engine/recommenders/catalogue.ts';
import { historyOf, weightsOf } from '../../../electron/engine/recommenders/history.ts';
import { readModelFile, writeModelFile } from '../../../electron/engine/recommenders/model-file.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import { withoutNewest } from '../../../electron/engine/recommenders/split.ts';
import { gaussian, seededRandom } from '../../../electron/engine/workspace/random.ts';
import { type Kernels, openKernels } from '../../../electron/engine/kernels/index.ts';
import { fitContext, knownHistory } from '../../support/fitting.ts';
import { trainingFrom } from '../../support/movielens.ts';
import { genreAt, world, worldRatings } from '../../support/small-world.ts';

const terms = new Map(Array.from({ length: world.unrated }, (_, i) => [i + 1, [{ kind: 'genre' as const, label: genreAt(i + 1), times: 1 }]]));
const data = trainingFrom(worldRatings(1).map(({ at, ...rating }) => ({ ...rating, time: at })), terms);
const settings = { 'recommenders.als.factors': 8, 'recommenders.sasrec.epochs': 3, 'recommenders.bert4rec.epochs': 3, 'recommenders.two-tower.epochs': 3 };

describe('models', () => {
  let kernels: Kernels;
  let folder: string;
  beforeAll(async () => {
    kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
    folder = await mkdtemp(path.join(tmpdir(), 'reelbench-models-'));
  });
  afterAll(async () => {
    await kernels.close();
    await rm(folder, { recursive: true });
  });
  const fit = (name: ModelName, more: Record<string, unknown> = {}) => fitContext(kernels, { ...settings, ...more }).base(name, data);

  it.each(modelNames)('%s: saved and loaded, it gives the same scores and reasons', async (name) => {
    const model = await fit(name);
    const file = path.join(folder, `${name}.model`);
    const { version } = recommenders[name];
    const written = await writeModelFile(file, name, version, model.save());
    expect(written).toEqual({ bytes: readFileSync(file).length, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') });
    const loaded = await recommenders[name].load(await readModelFile(file, name, version), data.catalogue, kernels);
    expect(loaded.size).toEqual(model.size);
    for (const row of [0, 3, 7]) {
      const [a, b] = [await model.foldIn(knownHistory(data, row)), await loaded.foldIn(knownHistory(data, row))];
      expect(b.scores).toEqual(a.scores);
      expect(b.explain(10)).toEqual(a.explain(10));
    }
  });

  it.each(modelNames)('%s: the same data, parameters and seed give the same model', async (name) => {
    const [a, b] = [await fit(name), await fit(name)];
    expect((await a.foldIn(knownHistory(data, 5))).scores).toEqual((await b.foldIn(knownHistory(data, 5))).scores);
  });

  it.each(['als', 'svd', 'svdpp'] as const)('%s: the lists of many at one go are those of each alone', async (name) => {
    const model = await fit(name);
    const histories = Array.from(data.userIds.keys(), (row) => knownHistory(data, row));
    const lists = await model.topMany?.(histories, 10);
    for (const [row, history] of histories.entries()) {
      const { scores } = await model.foldIn(history);
      for (const position of history.positions) scores[position] = Number.NEGATIVE_INFINITY;
      const best = kernels.top(scores, 10);
      const listed = lists?.indices.subarray(row * 10, row * 10 + best.length) ?? new Int32Array();
      // In 32 bits two films that are all but equal may change places.
      listed.forEach((position, rank) => expect(Math.abs((scores[position] ?? Number.NaN) - (scores[best[rank] ?? -1] ?? Number.NaN))).toBeLessThan(1e-4));
      expect(new Set(listed).size).toBe(best.length);
    }
  });

  it('ALS: folding a training user in comes close to the vector that training gave', async () => {
    const { kernels: k } = fitContext(kernels);
    const options = { factors: 8, iterations: 15, regularization: 1, alpha: 5, cgSteps: 3, seed: 42 };
    const model = await fit('als', { 'recommenders.als.regularization': 1, 'recommenders.als.alpha': 5 });
    const rated = Array.from(data.catalogue.counts.keys()).filter((position) => (data.catalogue.counts[position] ?? 0) > 0);
    const column = new Map(rated.map((position, at) => [position, at]));
    const { users, items } = await k.als({ ...data.ratings, columns: rated.length, indices: data.ratings.indices.map((position) => column.get(position) ?? 0), values: data.ratings.values.map(() => 1) }, options);
    for (let row = 0; row < data.userIds.length; row += 10) {
      const { scores } = await model.foldIn(knownHistory(data, row));
      let [product, a, b] = [0, 0, 0];
      rated.forEach((position, at) => {
        let trained = 0;
        for (let f = 0; f < 8; f++) trained += (users[row * 8 + f] ?? 0) * (items[at * 8 + f] ?? 0);
        product += trained * (scores[position] ?? 0);
        a += trained * trained;
        b += (scores[position] ?? 0) ** 2;
      });
      expect(product / Math.sqrt(a * b)).toBeGreaterThan(0.99);
    }
  });

  it('EASE from the side of the users equals EASE from the side of the films', async () => {
    // More films than the dense form takes, two ratings a user on most of them.
    const random = seededRandom(3);
    const rows = Array.from({ length: 80 }, (_, user) => Array.from({ length: 60 }, () => ({ user: user + 1, film: 1 + Math.floor(random() ** 2 * 3400), rating: 4, time: 0 }))).flat();
    const unique = [...new Map(rows.map((row) => [`${row.user} ${row.film}`, row])).values(), ...Array.from({ length: 3400 }, (_, film) => ({ user: 81 + (film % 40), film: film + 1, rating: 4, time: 0 }))];
    const wide = trainingFrom(unique);
    const byUsers = await fitContext(kernels).base('ease', wide);
    expect(byUsers.save().arrays).toHaveProperty('g');
    const dense = await fitContext(kernels, { 'recommenders.ease.max_items': 3400 }).base('ease', { ...wide, userIds: new Int32Array(4000), ratings: padded(wide.ratings, 4000) });
    expect(dense.save().arrays).toHaveProperty('b');
    for (const row of [0, 40, 100]) {
      const [{ scores: a }, { scores: b }] = [await byUsers.foldIn(knownHistory(wide, row)), await dense.foldIn(knownHistory(wide, row))];
      expect(Math.max(...a.map((score, position) => Math.abs(score - (b[position] ?? 0))))).toBeLessThan(1e-5);
    }
  });

  it('EASE models the most rated films where there are too many, and says so', async () => {
    const said: string[] = [];
    const context = { ...fitContext(kernels, { 'recommenders.ease.max_items': 12 }), log: (message: string) => void said.push(message) };
    const model = await recommenders.ease.fit(data, context);
    expect(model.size.items).toBe(12);
    expect(said.join()).toMatch(/12 most rated of 60 films.*max_items/);
  });

  it('EASE refuses what would not fit into memory before it starts, with advice', async () => {
    await expect(fitContext(kernels, {}, 20_000).base('ease', data)).rejects.toMatchObject({ code: 'out-of-memory', hint: expect.stringMatching(/max_items to \d+/) });
  });

  it('hybrid holds out the newest rating of each validation user and learns from what is left', () => {
    const { kept, heldOut } = withoutNewest(data, 20, 7);
    expect(heldOut).toHaveLength(20);
    expect(kept.ratings.indices).toHaveLength(data.ratings.indices.length - 20);
    for (const { row, film } of heldOut) {
      expect(data.newest[row]).toBe(film);
      expect(knownHistory(kept, row).positions).not.toContain(film);
      expect(knownHistory(kept, row).positions).toHaveLength(knownHistory(data, row).positions.length - 1);
    }
    expect(withoutNewest(data, 20, 7).heldOut).toEqual(heldOut);
  });

  it('blend weights find the model that places held-out films high, and leave out one that does not', async () => {
    const random = seededRandom(5);
    const contests = Array.from({ length: 400 }, () => ({
      heldOut: Float32Array.of(2 + gaussian(random), gaussian(random), gaussian(random) - 2),
      rivals: Float32Array.from({ length: 300 }, () => gaussian(random)),
    }));
    const [good = 0, useless = 0, harmful = 0] = await blendWeights(contests, 3);
    expect(good + useless + harmful).toBeCloseTo(1);
    expect(good).toBeGreaterThan(0.6);
    expect(harmful).toBeLessThan(0.1);
  });

  it('blend weights of more models than all can be tried of: the same, built up', async () => {
    const random = seededRandom(5);
    const contests = Array.from({ length: 300 }, () => ({
      heldOut: Float32Array.of(2 + gaussian(random), gaussian(random), gaussian(random), gaussian(random), gaussian(random) - 2),
      rivals: Float32Array.from({ length: 500 }, () => gaussian(random)),
    }));
    const weights = await blendWeights(contests, 5);
    expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
    expect(weights[0]).toBeGreaterThan(0.6);
    expect(weights[4]).toBeLessThan(0.1);
  });

  describe('files', () => {
    const good = async (name: string) => {
      const file = path.join(folder, name);
      await writeModelFile(file, 'popularity', 1, (await fit('popularity')).save());
      return file;
    };
    it.each([
      ['cut short', (file: string) => truncateSync(file, readFileSync(file).length - 5), /cut short/],
      ['cut short in its header', (file: string) => truncateSync(file, 30), /cut short/],
      ['empty', (file: string) => truncateSync(file, 0), /cut short|not a saved model/],
      ['of another kind', (file: string) => writeFileSync(file, 'movieId,title\n1,Toy Story\n'), /not a saved model/],
      ['damaged in one byte', (file: string) => {
        const bytes = readFileSync(file);
        bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      }, /damaged/],
      ['gone', (file: string) => unlinkSync(file), /missing/],
    ])('%s: the error names the file and says to train again', async (what, harm, words) => {
      const file = await good(`${what}.model`);
      harm(file);
      await expect(readModelFile(file, 'popularity', 1)).rejects.toMatchObject({ code: 'invalid-input', file, message: expect.stringMatching(words), hint: 'Train popularity again.' });
    });

    it('of another version, or of another model: refused', async () => {
      const file = await good('versions.model');
      await expect(readModelFile(file, 'popularity', 2)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('version 1') });
      await expect(readModelFile(file, 'ease', 1)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('popularity') });
    });
  });
});

describe('how much a rating counts', () => {
  const scale = { min: 0.5, max: 5, step: 0.5, mean: 3.5 };
  const rated = (movieId: number, rating: number) => ({ movieId, rating, ratedAt: null });

  it('what a known user really rated counts 1 each', () => {
    const user = { id: 1, ratings: new Map([[1, 5], [2, 0.5]]), mean: 2.75 };
    expect(weightsOf([rated(1, 5), rated(2, 0.5)], scale, user)).toEqual([1, 1]);
  });

  it('a rating raised counts more, lowered less, and far below against', () => {
    const user = { id: 1, ratings: new Map([[1, 4]]), mean: 4 };
    const [up = 0, same = 0, down = 0, far = 0] = [5, 4, 3, 0.5].map((rating) => weightsOf([rated(1, rating)], scale, user)[0] ?? 0);
    expect(up).toBeGreaterThan(same);
    expect(down).toBeLessThan(same);
    expect(down).toBeGreaterThan(0);
    expect(far).toBeLessThan(0);
  });

  it('a history is the same in any order, without films that the catalogue lacks', () => {
    const catalogue = catalogueOf(Int32Array.of(3, 5, 9), Int32Array.of(1, 1, 1));
    const items = [rated(9, 4), rated(4, 5), rated(3, 2)];
    expect(historyOf(catalogue, items, [3, 2, 1], null)).toEqual({ user: null, positions: Int32Array.of(0, 2), ratings: Float32Array.of(2, 4), weights: Float32Array.of(1, 3), order: Int32Array.of(1, 0) });
  });
});

function padded<T extends { indptr: Int32Array; rows: number }>(matrix: T, rows: number): T {
  const indptr = new Int32Array(rows + 1).fill(matrix.indptr.at(-1) ?? 0);
  indptr.set(matrix.indptr);
  return { ...matrix, rows, indptr };
}
