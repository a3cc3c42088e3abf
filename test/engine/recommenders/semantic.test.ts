import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDescribed } from '../../support/described-films.ts';
import { train } from '../../support/small-world.ts';

type Described = Awaited<ReturnType<typeof openDescribed>>;

describe('semantic', () => {
  let engine: Described;
  beforeAll(async () => {
    engine = await openDescribed();
    await train(engine, ['semantic']);
  });
  afterAll(() => engine.close());
  const recommend = (history: { movieId: number; rating: number }[], more = {}) => engine.call('recommend.list', { model: 'semantic', history, explain: true, top: 20, ...more });

  it('recommends a film that nobody rated to one who likes its kind', async () => {
    const { items, coldStart } = await recommend([{ movieId: 1, rating: 5 }, { movieId: 2, rating: 5 }, { movieId: 13, rating: 1 }]);
    expect(coldStart).toBe(false);
    expect(items[0]?.movieId).toBe(90);
  });

  it('goes away from what was disliked', async () => {
    const { items } = await recommend([{ movieId: 1, rating: 1 }, { movieId: 2, rating: 1 }, { movieId: 11, rating: 5 }]);
    const place = (movieId: number) => items.findIndex((film) => film.movieId === movieId);
    expect(place(90)).toBeGreaterThan(place(14));
    expect(items.find(({ movieId }) => movieId === 90)?.score).toBeLessThan(0);
  });

  it('says nothing of a film that only one title tells of, and a history of such films is a cold start', async () => {
    expect((await recommend([{ movieId: 1, rating: 5 }])).items.map(({ movieId }) => movieId)).not.toContain(91);
    expect((await recommend([{ movieId: 91, rating: 5 }])).coldStart).toBe(true);
  });

  it('the parts of its reasons sum to the score: shared terms, and films of the history', async () => {
    const { items } = await recommend([{ movieId: 3, rating: 5 }, { movieId: 5, rating: 4 }, { movieId: 21, rating: 2 }, { movieId: 13, rating: 3.5 }]);
    expect(items.length).toBeGreaterThan(5);
    for (const { score, reasons } of items) {
      const own = reasons.filter(({ kind }) => kind !== 'cold-start');
      expect(own.map(({ kind }) => kind)).toEqual(['shares-terms', 'because-you-rated']);
      for (const { evidence } of own) expect(evidence.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 4);
    }
    expect(items[0]?.reasons[0]?.text).toMatch(/^Shares words with films that you like: /);
  });

  it('dimensions and weights of fields are parameters', async () => {
    const other = await openDescribed(['recommenders.semantic.dimensions=4', 'recommenders.semantic.weights.tag=0', 'recommenders.semantic.weights.genre=0']);
    try {
      await train(other, ['semantic']);
      const info = (await other.call('models.list', {})).find(({ model }) => model === 'semantic');
      expect(info?.params).toMatchObject({ 'recommenders.semantic.dimensions': 4, 'recommenders.semantic.weights.tag': 0 });
      // Without genres and tags fewer films have a word that another one has.
      expect(info?.items).toBeLessThan((await engine.call('models.list', {})).find(({ model }) => model === 'semantic')?.items ?? 0);
    } finally {
      await other.close();
    }
  });
});
