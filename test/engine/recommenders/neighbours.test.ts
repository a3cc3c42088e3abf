import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitBaseline } from '../../../electron/engine/recommenders/baseline.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import { type Kernels, openKernels } from '../../../electron/engine/kernels/index.ts';
import { wrongSums } from '../../support/contributions.ts';
import { fitContext, knownHistory } from '../../support/fitting.ts';
import { dataset, type RatingRow, ratingsOf, trainingFrom } from '../../support/movielens.ts';
import { plainRatingSimilarity } from '../../support/plain-kernels.ts';
import { world, worldRatings } from '../../support/small-world.ts';

const folder = dataset('ml-latest-small');
if (!folder) console.info('Skipped: neighbours of ml-latest-small, because it is not there (REELBENCH_DATA).');

const rows = worldRatings(1).map(({ at, ...rating }) => ({ ...rating, time: at }));
const data = trainingFrom(rows);
const similarities = ['cosine', 'tfidf', 'bm25', 'pearson'] as const;

describe('nearest neighbours', () => {
  let kernels: Kernels;
  beforeAll(() => {
    kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
  });
  afterAll(() => kernels.close());
  const fit = (name: 'item-knn' | 'user-knn', settings: Record<string, unknown>, train = data) =>
    fitContext(kernels, Object.fromEntries(Object.entries(settings).map(([key, value]) => [`recommenders.${name}.${key}`, value]))).base(name, train);

  describe('from who rated what', () => {
    /** What a document's entry counts, by the definitions: documents are films for item-knn, users for user-knn. */
    function plainValues(by: 'films' | 'users', similarity: (typeof similarities)[number]) {
      const own = (row: RatingRow) => (by === 'films' ? row.film : row.user);
      const other = (row: RatingRow) => (by === 'films' ? row.user : row.film);
      const documents = Map.groupBy(rows, own);
      const features = Map.groupBy(rows, other);
      const mean = rows.length / documents.size;
      const idf = (key: number) => Math.log(documents.size / (1 + features.get(key)!.length));
      const saturation = (key: number) => 2.2 / (1.2 * (0.25 + (0.75 * documents.get(key)!.length) / mean) + 1);
      const entries = (key: number) => new Map((documents.get(key) ?? []).map((row) => {
        if (similarity === 'cosine') return [other(row), 1];
        if (similarity === 'pearson') return [other(row), row.rating - documents.get(key)!.reduce((sum, { rating }) => sum + rating, 0) / documents.get(key)!.length];
        return [other(row), idf(other(row)) * (similarity === 'bm25' ? saturation(key) : 1)];
      }));
      return { keys: [...documents.keys()].toSorted((a, b) => a - b), entries, importance: (key: number) => (similarity === 'bm25' ? saturation(key) : 1) };
    }
    const cosine = (a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, shrinkage: number) => {
      const square = (of: ReadonlyMap<number, number>) => [...of.values()].reduce((sum, value) => sum + value * value, 0);
      return [...a].reduce((sum, [key, value]) => sum + value * (b.get(key) ?? 0), 0) / (Math.sqrt(square(a)) * Math.sqrt(square(b)) + shrinkage);
    };

    it.each(similarities.flatMap((similarity) => [[similarity, 0], [similarity, 5]] as const))('item-knn by %s, shrinkage %i: as its definition says, pair by pair', async (similarity, shrinkage) => {
      const model = await fit('item-knn', { similarity, shrinkage, neighbours: 8 });
      const { keys, entries, importance } = plainValues('films', similarity);
      for (const film of [1, 7, 30]) {
        const near = keys.filter((key) => key !== film).map((key) => ({ key, value: cosine(entries(film), entries(key), shrinkage) })).filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value || a.key - b.key).slice(0, 8);
        const found = model.similar?.(data.catalogue.position(film)!, 8) ?? [];
        expect(found.map(({ score }) => score)).toEqual(near.map(({ value }) => expect.closeTo(value, 5)));
        const history = knownHistory(data, 4);
        const rated = new Set(Array.from(history.positions, (position) => data.catalogue.movieIds[position]));
        const score = near.reduce((sum, { key, value }) => sum + (rated.has(key) ? value * importance(key) : 0), 0);
        expect((await model.foldIn(history)).scores[data.catalogue.position(film)!]).toBeCloseTo(score, 4);
      }
    });

    it.each(similarities.flatMap((similarity) => [[similarity, 0], [similarity, 5]] as const))('user-knn by %s, shrinkage %i: as its definition says, without the user themselves', async (similarity, shrinkage) => {
      const model = await fit('user-knn', { similarity, shrinkage, neighbours: 12 });
      const { keys, entries, importance } = plainValues('users', similarity);
      for (const row of [0, 17, 88]) {
        const user = data.userIds[row]!;
        const near = keys.filter((key) => key !== user).map((key) => ({ key, value: cosine(entries(user), entries(key), shrinkage) })).filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value || a.key - b.key).slice(0, 12);
        const { scores } = await model.foldIn(knownHistory(data, row));
        for (let film = 1; film <= world.films; film++) {
          const expected = near.reduce((sum, { key, value }) => sum + (entries(key).has(film) ? value * importance(key) : 0), 0);
          expect(scores[data.catalogue.position(film)!]).toBeCloseTo(expected, 4);
        }
      }
    });

    it.each((['item-knn', 'user-knn'] as const).flatMap((name) => similarities.map((similarity) => [name, similarity] as const)))('%s by %s: contributions sum to the score, whatever the history', async (name, similarity) => {
      const model = await fit(name, { similarity });
      expect(await wrongSums(model, data)).toEqual([]);
    });

    it('user-knn: a new user gets what a fit with them gives, without training', async () => {
      const without = trainingFrom(rows.filter(({ user }) => user !== 12));
      const [row] = [data.userIds.indexOf(12)];
      for (const similarity of ['cosine', 'pearson']) {
        const [known, folded] = [await fit('user-knn', { similarity }), await fit('user-knn', { similarity }, without)];
        expect(without.catalogue.movieIds).toEqual(data.catalogue.movieIds);
        expect((await folded.foldIn({ ...knownHistory(data, row), user: null })).scores).toEqual((await known.foldIn(knownHistory(data, row))).scores);
      }
    });

    it('similarities of ratings that are all equal are 0, and item-knn says so', async () => {
      const said: string[] = [];
      const equal = trainingFrom(rows.map((row) => ({ ...row, rating: 3 })));
      const context = { ...fitContext(kernels, { 'recommenders.item-knn.similarity': 'pearson' }), log: (message: string) => void said.push(message) };
      const model = await recommenders['item-knn'].fit(equal, context);
      expect([...(await model.foldIn(knownHistory(equal, 1))).scores].every((score) => score === 0)).toBe(true);
      expect(said.join()).toContain('no two films are similar');
    });
  });

  describe('from ratings (kNN-Baseline)', () => {
    const kinds = ['msd', 'cosine', 'pearson', 'pearson-baseline'] as const;
    it.each((['user-knn', 'item-knn'] as const).flatMap((name) => kinds.map((kind) => [name, kind] as const)))('%s by %s: as its definition says', async (name, kind) => {
      const held = new Set(rows.filter((_, i) => i % 5 === 0));
      const train = trainingFrom(rows.filter((row) => !held.has(row)));
      const model = await fit(name, { feedback: 'ratings', rating_similarity: kind, rating_neighbours: 6 }, train);
      const { mean, users, films } = fitBaseline(train.ratings);
      const bias = (user: number) => users[train.userIds.indexOf(user)] ?? 0;
      const of = (film: number) => films[train.catalogue.position(film) ?? -1] ?? 0;
      const left = rows.filter((row) => !held.has(row));
      const side = (row: RatingRow) : [number, number] => (name === 'user-knn' ? [row.user, row.film] : [row.film, row.user]);
      const lines = new Map([...Map.groupBy(left, (row) => side(row)[0])].map(([key, own]) => [key, new Map(own.map((row) => [side(row)[1], kind === 'pearson-baseline' ? row.rating - mean - bias(row.user) - of(row.film) : row.rating]))]));
      for (const row of [...held].slice(0, 60)) {
        const [line, asked] = side(row);
        const near = left.filter((other) => side(other)[1] === asked)
          .map((other) => ({ id: side(other)[0], sim: plainRatingSimilarity(lines.get(line) ?? new Map(), lines.get(side(other)[0])!, kind, 100), above: other.rating - mean - bias(other.user) - of(other.film) }))
          .filter(({ sim }) => sim > 1e-9).toSorted((a, b) => (Math.abs(a.sim - b.sim) < 1e-7 ? a.id - b.id : b.sim - a.sim)).slice(0, 6);
        const weight = near.reduce((sum, { sim }) => sum + sim, 0);
        const expected = mean + bias(row.user) + of(row.film) + (near.length > 0 ? near.reduce((sum, { sim, above }) => sum + sim * above, 0) / weight : 0);
        const [found] = model.rate?.(row.user, Int32Array.of(train.catalogue.position(row.film)!)) ?? [];
        expect(found).toBeCloseTo(expected, 4);
        const history = knownHistory(train, train.userIds.indexOf(row.user));
        expect((await model.foldIn(history)).scores[train.catalogue.position(row.film)!]).toBeCloseTo(expected, 4);
      }
    });

    it('predicts the baseline for a user or a film that it does not know, and where the neighbours are too few', async () => {
      const model = await fit('user-knn', { feedback: 'ratings', rating_least: 1000 });
      const { mean, users, films } = fitBaseline(data.ratings);
      expect(model.rate?.(data.userIds[3]!, Int32Array.of(5))[0]).toBeCloseTo(mean + users[3]! + films[5]!, 5);
      expect(model.rate?.(2 ** 31 - 1, Int32Array.of(5))[0]).toBeCloseTo(mean + films[5]!, 5);
    });

    it.skipIf(!folder).each([['user-knn', 'msd', 0.8745], ['item-knn', 'pearson-baseline', 0.8575]] as const)('%s by %s on ml-latest-small: RMSE below the baseline’s .8728 or near it', async (name, kind, most) => {
      const all = ratingsOf(folder ?? '');
      const train = trainingFrom(all.filter((_, row) => row % 5 !== 0));
      const model = await fit(name, { feedback: 'ratings', rating_similarity: kind }, train);
      let squares = 0;
      const test = all.filter((_, row) => row % 5 === 0);
      for (const [user, own] of Map.groupBy(test, (row) => row.user)) {
        const predicted = model.rate?.(user, Int32Array.from(own, ({ film }) => train.catalogue.position(film) ?? -1)) ?? [];
        own.forEach(({ rating }, i) => (squares += (Math.min(5, Math.max(0.5, predicted[i] ?? NaN)) - rating) ** 2));
      }
      console.info(`${name} ${kind}: RMSE ${Math.sqrt(squares / test.length).toFixed(4)}`);
      expect(Math.sqrt(squares / test.length)).toBeLessThan(most);
    }, 60_000);
  });
});
