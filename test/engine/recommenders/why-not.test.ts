import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Input, modelNames, type WhyNot } from '../../../shared/contract/index.ts';
import { openWorld, train, world } from '../../support/small-world.ts';

describe('why a film is not on a list', () => {
  let engine: Awaited<ReturnType<typeof openWorld>>;
  beforeAll(async () => {
    engine = await openWorld({ overrides: ['recommenders.als.factors=8'] });
    await train(engine, [...modelNames]);
  });
  afterAll(() => engine.close());

  const ask = (request: Input<'recommend.whyNot'>) => engine.call('recommend.whyNot', { budget: 10_000, ...request });
  const list = async (request: Input<'recommend.list'>) => (await engine.call('recommend.list', request)).items;
  /** The answer's change made, and the list asked for anew. */
  const applied = async (request: Input<'recommend.whyNot'>, change: WhyNot['changes'][number]) => {
    const own = request.history ?? (await engine.call('users.history', { userId: request.userId ?? 0 }));
    const others = own.filter(({ movieId }) => movieId !== change.movieId).map(({ movieId, rating, ratedAt }) => ({ movieId, rating, ratedAt }));
    const history = change.after === null ? others : [...others, { movieId: change.movieId, rating: change.after, ratedAt: null }];
    return (await list({ model: request.model, userId: request.userId, history, top: request.top })).map(({ movieId }) => movieId);
  };

  it.each(['ease', 'item-knn', 'als', 'hybrid'] as const)('%s: the change that it names does list the film, and a smaller one does not', async (model) => {
    const history = [[3, 4], [6, 3.5], [9, 2], [1, 3], [5, 4.5]].map(([movieId = 0, rating = 0]) => ({ movieId, rating }));
    const full = await list({ model, history, top: 60 });
    const target = full[6];
    const request = { model, history, top: 5, movieId: target?.movieId ?? 0 };
    const answer = await ask(request);
    expect(answer).toMatchObject({ verdict: 'below', rank: 7, score: target?.score, last: { movieId: full[4]?.movieId } });
    expect(answer.gap).toBeCloseTo((full[4]?.score ?? 0) - (target?.score ?? 0), 5);
    expect(answer.search.complete).toBe(true);
    expect(answer.changes).not.toHaveLength(0);
    for (const change of answer.changes) {
      expect(change.rank).toBeLessThanOrEqual(5);
      expect((await applied(request, change)).indexOf(request.movieId)).toBe(change.rank - 1);
    }
    const steps = answer.changes.flatMap((change) => (change.before === null || change.after === null ? [] : [{ ...change, less: change.after + Math.sign(change.before - change.after) * 0.5 }]));
    for (const { less, ...change } of steps.filter((step) => step.less !== step.before)) expect(await applied(request, { ...change, after: less })).not.toContain(request.movieId);
  });

  it('finds a change for a newcomer: a film like it', async () => {
    const request: Input<'recommend.whyNot'> = { model: 'ease', history: [], top: 5, movieId: 3 };
    const answer = await ask(request);
    expect(answer.coldStart).toBe(true);
    expect(answer.changes).not.toHaveLength(0);
    for (const change of answer.changes) {
      expect(change.before).toBeNull();
      expect(await applied(request, change)).toContain(3);
    }
  });

  it('names what keeps it out: its own rating, a filter, or that the model does not know it', async () => {
    const [seen] = await engine.call('users.history', { userId: 4 });
    expect(await ask({ model: 'ease', userId: 4, movieId: seen?.movieId ?? 0 })).toMatchObject({ verdict: 'seen', text: expect.stringContaining(`It was rated ${seen?.rating}`) });
    const [first] = await list({ model: 'ease', userId: 4 });
    const genre = first?.genres[0] === 'Horror' ? 'Romance' : 'Horror';
    expect(await ask({ model: 'ease', userId: 4, movieId: first?.movieId ?? 0, genres: [genre], yearFrom: (first?.year ?? 0) + 1 })).toMatchObject({
      verdict: 'filtered', rank: 1, filters: [expect.stringMatching(/^Genres: it is .* alone$/), expect.stringMatching(/^Years: it is of \d{4}/)],
    });
    expect(await ask({ model: 'ease', userId: 4, movieId: world.unrated })).toMatchObject({ verdict: 'unknown', rank: null, text: expect.stringContaining('nobody has rated it') });
    expect(await ask({ model: 'ease', userId: 4, movieId: first?.movieId ?? 0 })).toMatchObject({ verdict: 'listed', rank: 1, changes: [] });
    await expect(ask({ model: 'ease', userId: 4, movieId: 99_999 })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says that nothing helps a film whose content is that of those before it', async () => {
    const history = [3, 6, 9].map((movieId) => ({ movieId, rating: 5 }));
    const full = await list({ model: 'content', history, top: 60 });
    const target = full.find(({ score }, at) => at > 4 && score === full[2]?.score);
    const answer = await ask({ model: 'content', history, top: 3, movieId: target?.movieId ?? 0 });
    expect(answer).toMatchObject({ verdict: 'below', gap: 0, changes: [], nearest: { rank: expect.any(Number) }, text: expect.stringMatching(/its score is that of the last film on the list.* None of \d+ changes tried/) });
  });

  it('is honest where no rating matters or there was no time', async () => {
    const last = (await list({ model: 'popularity', userId: 4, top: 60 })).at(-1);
    expect(await ask({ model: 'popularity', userId: 4, top: 3, movieId: last?.movieId ?? 0 })).toMatchObject({ verdict: 'below', changes: [], text: expect.stringContaining('no rating changes it') });
    const far = (await list({ model: 'hybrid', userId: 4, top: 60 })).at(-1);
    const answer = await ask({ model: 'hybrid', userId: 4, top: 1, movieId: far?.movieId ?? 0, budget: 0.001 });
    expect(answer.search.complete).toBe(false);
    expect(answer.text).toContain('that there was time for');
    expect((await ask({ model: 'hybrid', userId: 4, top: 1, movieId: far?.movieId ?? 0, budget: 0 })).search.tried).toBe(0);
  });

  it('a list made diverse: the film stands high and is passed over', async () => {
    const request = { model: 'content', history: [3, 6, 9].map((movieId) => ({ movieId, rating: 5 })), top: 6 } as const;
    const plain = await list(request);
    const diverse = new Set((await list({ ...request, diversity: 0.9 })).map(({ movieId }) => movieId));
    const passed = plain.find(({ movieId }) => !diverse.has(movieId));
    expect(await ask({ ...request, diversity: 0.9, movieId: passed?.movieId ?? 0 })).toMatchObject({ verdict: 'similar' });
  });
});
