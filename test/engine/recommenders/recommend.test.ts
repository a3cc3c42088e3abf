import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelNames, type ModelName } from '../../../shared/contract/index.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import { buildTables, genreAt, openWorld, train, world } from '../../support/small-world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
const personal: readonly ModelName[] = ['content', 'item-knn', 'user-knn', 'ease', 'als', 'hybrid'];

describe('recommendations', () => {
  let engine: World;
  beforeAll(async () => {
    engine = await openWorld({ overrides: ['recommenders.als.factors=8'] });
    await train(engine, [...modelNames]);
  });
  afterAll(() => engine.close());

  const history = fc.uniqueArray(fc.record({ movieId: fc.integer({ min: 1, max: world.bare }), rating: fc.integer({ min: 1, max: 10 }).map((n) => n / 2) }), { selector: ({ movieId }) => movieId, maxLength: 25 });

  it.each(modelNames)('%s: seen films are left out, filters hold, the list is sorted and its own, for any history', async (model) => {
    await fc.assert(
      fc.asyncProperty(history, fc.subarray(['Sci-Fi', 'Romance', 'Horror']), fc.integer({ min: 1, max: 70 }), fc.option(fc.integer({ min: 1980, max: 2019 }), { nil: undefined }), async (items, genres, top, yearFrom) => {
        const list = await engine.call('recommend.list', { model, history: items, genres, top, ...(yearFrom === undefined ? {} : { yearFrom }) });
        const seen = new Set(items.map(({ movieId }) => movieId));
        expect(list.items.length).toBeLessThanOrEqual(top);
        expect(new Set(list.items.map(({ movieId }) => movieId)).size).toBe(list.items.length);
        expect(list.items.filter(({ movieId }) => seen.has(movieId))).toEqual([]);
        expect(list.items.filter((film) => genres.length > 0 && !genres.some((genre) => film.genres.includes(genre)))).toEqual([]);
        expect(list.items.filter(({ year }) => yearFrom !== undefined && !(year !== null && year >= yearFrom))).toEqual([]);
        expect(list.items).toEqual(list.items.toSorted((a, b) => b.score - a.score || a.movieId - b.movieId));
      }),
      { numRuns: 25 },
    );
  });

  it.each(modelNames.filter((name) => !recommenders[name].ordered))('%s: the order of the history does not matter, and the same request has the same answer', async (model) => {
    await fc.assert(
      fc.asyncProperty(history, async (items) => {
        const { items: list } = await engine.call('recommend.list', { model, history: items, top: 20, explain: true });
        expect((await engine.call('recommend.list', { model, history: items.toReversed(), top: 20, explain: true })).items).toEqual(list);
      }),
      { numRuns: 15 },
    );
  });

  it.each(['item-knn', 'ease', 'als'] as const)('%s: contributions of the history sum to the score', async (model) => {
    for (const request of [{ userId: 5 }, { history: [{ movieId: 3, rating: 5 }, { movieId: 6, rating: 1 }, { movieId: 9, rating: 3.5 }] }, { userId: 7, includeSeen: true }]) {
      const { items } = await engine.call('recommend.list', { model, top: 30, explain: true, ...request });
      expect(items).not.toHaveLength(0);
      for (const { score, reasons } of items) {
        const sum = reasons.flatMap(({ evidence }) => evidence).reduce((total, { contribution }) => total + contribution, 0);
        expect(Math.abs(sum - score)).toBeLessThan(1e-4);
      }
    }
  });

  it.each(['content', 'hybrid'] as const)('%s: contributions of the leading evidence sum to the score', async (model) => {
    const { items } = await engine.call('recommend.list', { model, userId: 5, top: 30, explain: true });
    for (const { score, reasons } of items) {
      const evidence = model === 'hybrid' ? (reasons[0]?.evidence ?? []) : reasons.flatMap((reason) => reason.evidence);
      expect(Math.abs(evidence.reduce((total, { contribution }) => total + contribution, 0) - score)).toBeLessThan(1e-4);
    }
  });

  it.each(personal)('%s: recommends what a user is fond of, and says why', async (model) => {
    const { items, coldStart, basis } = await engine.call('recommend.list', { model, history: [3, 6, 9].map((movieId) => ({ movieId, rating: 5 })), top: 5, explain: true });
    expect(coldStart).toBe(false);
    expect(basis).toMatch(/Rests on 3 ratings/);
    expect(items.filter(({ genres }) => genres.includes(genreAt(3)))).toHaveLength(5);
    for (const { reasons } of items) {
      expect(reasons.length).toBeGreaterThan(0);
      expect(reasons.map(({ text }) => text).join()).toMatch(model === 'content' ? /genres.*Sci-Fi|tags.*space opera/i : /Because you rated Film \d+ 5|A blend/);
    }
  });

  it.each(personal)('%s: changing a rating changes the list', async (model) => {
    const known = await engine.call('users.history', { userId: 4 });
    const list = (items: { movieId: number; rating: number }[]) => engine.call('recommend.list', { model, userId: 4, history: items, top: 20 });
    const same = await list(known);
    expect(same.items).toEqual((await engine.call('recommend.list', { model, userId: 4, top: 20 })).items);
    const changed = known.map((item, i) => (i < 4 ? { ...item, rating: item.rating > 3 ? 0.5 : 5 } : item));
    expect((await list(changed)).items).not.toEqual(same.items);
  });

  it.each(personal)('%s: a cold start is answered by popularity and says so', async (model) => {
    const empty = await engine.call('recommend.list', { model, history: [], top: 5, explain: true });
    expect(empty).toMatchObject({ coldStart: true, basis: expect.stringMatching(/cold start/i) });
    const popular = await engine.call('recommend.list', { model: 'popularity', history: [], top: 5 });
    expect(empty.items.map(({ movieId }) => movieId)).toEqual(popular.items.map(({ movieId }) => movieId));
    expect(empty.items[0]?.reasons[0]).toMatchObject({ kind: 'cold-start', text: expect.stringMatching(/rated by \d+ people, mean \d/) });
    const bare = await engine.call('recommend.list', { model, history: [{ movieId: world.bare, rating: 5 }], top: 5 });
    expect(bare).toMatchObject({ coldStart: true, basis: expect.stringContaining(`Film ${world.bare}`) });
    const disliked = await engine.call('recommend.list', { model, history: [3, 6, 9].map((movieId) => ({ movieId, rating: 0.5 })), top: 5 });
    expect(disliked.basis).toMatch(/disliked|Rests on/);
  });

  it('names the films of a history that the model does not know, and goes by the others', async () => {
    const list = await engine.call('recommend.list', { model: 'ease', history: [{ movieId: 3, rating: 5 }, { movieId: world.unrated, rating: 5 }, { movieId: 99_999, rating: 4 }] });
    expect(list.coldStart).toBe(false);
    expect(list.basis).toBe(`Rests on 1 rating as given. The model does not know 2 films of the history: Film ${world.unrated}, film 99999.`);
  });

  it('content recommends a film that nobody rated', async () => {
    const { items } = await engine.call('recommend.list', { model: 'content', history: [{ movieId: 1, rating: 5 }, { movieId: 4, rating: 5 }], top: 60 });
    expect(items.map(({ movieId }) => movieId)).toContain(world.unrated);
  });

  it('popularity says how many rated a film and how; random says that it is random and keeps a user’s order', async () => {
    const popular = await engine.call('recommend.list', { model: 'popularity', userId: 1, explain: true });
    expect(popular.items[0]?.reasons[0]?.text).toMatch(/^Rated by \d+ people, mean \d\.\d$/);
    const random = await engine.call('recommend.list', { model: 'random', userId: 1, explain: true });
    expect(random.items[0]?.reasons[0]?.text).toMatch(/random/i);
    expect((await engine.call('recommend.list', { model: 'random', userId: 2 })).items).not.toEqual((await engine.call('recommend.list', { model: 'random', userId: 1 })).items);
  });

  it('diversity lists other genres earlier', async () => {
    const request = { model: 'content', history: [3, 6, 9].map((movieId) => ({ movieId, rating: 5 })), top: 10 } as const;
    const spread = async (diversity: number) => new Set((await engine.call('recommend.list', { ...request, diversity })).items.flatMap(({ genres }) => genres)).size;
    expect(await spread(0)).toBe(1);
    expect(await spread(0.9)).toBeGreaterThan(1);
  });

  it('refuses what it cannot answer, in words', async () => {
    await expect(engine.call('recommend.list', { model: 'als', userId: 4242 })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('4242') });
    await expect(engine.call('recommend.list', { model: 'als', userId: 1, genres: ['Westerm'] })).rejects.toMatchObject({ code: 'invalid-arguments', hint: expect.stringContaining('Horror') });
    await expect(engine.call('recommend.list', { model: 'als', history: [{ movieId: 1, rating: 9 }] })).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(engine.call('recommend.list', { model: 'als', history: [{ movieId: 1, rating: 4 }, { movieId: 1, rating: 5 }] })).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(engine.call('recommend.similar', { movieId: 4242 })).rejects.toMatchObject({ code: 'not-found' });
    await expect(engine.call('users.history', { userId: 4242 })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('finds similar films by content and by ratings', async () => {
    for (const by of ['content', 'ratings'] as const) {
      const { items } = await engine.call('recommend.similar', { movieId: 6, by, top: 5 });
      expect(items).toHaveLength(5);
      expect(items.every(({ movieId }) => movieId !== 6 && genreAt(movieId) === genreAt(6))).toBe(true);
    }
  });

  it('finds users and films', async () => {
    const users = await engine.call('users.search', { text: '1' });
    expect(users.total).toBe(11);
    const active = (await engine.call('users.search', { text: '', limit: 1000 })).users.map(({ ratings }) => ratings);
    expect(active, 'without a text the most active users come first').toEqual(active.toSorted((a, b) => b - a));
    expect(users.users[0]).toMatchObject({ userId: 1, favouriteGenres: expect.arrayContaining([genreAt(1)]) });
    expect((await engine.call('movies.search', { text: 'film 61' })).map(({ movieId, ratings, mean }) => ({ movieId, ratings, mean }))).toEqual([{ movieId: 61, ratings: 0, mean: null }]);
    expect(await engine.call('movies.facets', {})).toMatchObject({ genres: ['Horror', 'Romance', 'Sci-Fi'], yearFrom: 1980, yearTo: 2019, scale: { step: 0.5 } });
  });

  it('answers from new ratings once the tables changed, and calls the models out of date', async () => {
    const other = await openWorld({ overrides: ['recommenders.als.factors=8'] });
    await train(other, ['popularity']);
    const models = async () => (await other.call('models.list', {})).find(({ model }) => model === 'popularity');
    expect(await models()).toMatchObject({ trained: true, stale: false, users: world.users });
    const before = await other.call('users.history', { userId: 1 });
    await buildTables(other, 'later', 2);
    expect(await other.call('users.history', { userId: 1 })).not.toEqual(before);
    expect(await models()).toMatchObject({ trained: true, stale: true });
    await train(other, ['popularity']);
    expect(await models()).toMatchObject({ stale: false });
    await other.close();
  });
});
