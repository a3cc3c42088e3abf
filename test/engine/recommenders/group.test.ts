import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GroupRequest, type GroupStrategy, type RecommendReason } from '../../../shared/contract/index.ts';
import { openKernels } from '../../../electron/engine/kernels/index.ts';
import { groupList, type GroupMember } from '../../../electron/engine/recommenders/group.ts';
import type { Library } from '../../../electron/engine/recommenders/library.ts';
import { termVectors } from '../../../electron/engine/recommenders/terms.ts';

const kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });

/** Films 1…n without genres. */
function libraryOf(films: number): Library {
  const movieIds = Float64Array.from({ length: films }, (_, at) => at + 1);
  return {
    movieIds, titles: Array.from(movieIds, (id) => `Film ${id}`), years: Array.from(movieIds, () => null), genres: Array.from(movieIds, () => []),
    counts: new Int32Array(films), means: new Float64Array(films), terms: Array.from(movieIds, () => []), scale: { min: 0.5, max: 5, step: 0.5, mean: 3 }, allGenres: [],
    position: (movieId) => (movieId >= 1 && movieId <= films ? movieId - 1 : undefined), vectors: () => termVectors([], 1),
  };
}

const member = (name: string, scores: number[], seen: number[] = []): GroupMember => ({
  name, scores: Float32Array.from(scores), coldStart: false, basis: '', because: () => [],
  person: { id: null, items: seen.map((movieId) => ({ movieId, rating: 4, ratedAt: null })), known: null, given: true },
});

const listOf = (members: GroupMember[], request: Partial<GroupRequest> = {}) => {
  const asked = GroupRequest.parse({ model: 'als', members: members.map(() => ({ userId: 1 })), top: 3, ...request });
  return groupList(asked, members, libraryOf(members[0]?.scores.length ?? 0), kernels);
};

describe('a list for a group', () => {
  // Places: Ann 1 2 3 4 5, Bob 5 4 1 2 3, Cleo 4 1 2 5 3. By rank a film scores (5 - place) / 4.
  const [ann, bob, cleo] = [member('Ann', [50, 40, 30, 20, 10]), member('Bob', [1, 2, 5, 4, 3]), member('Cleo', [0.2, 0.9, 0.8, 0.1, 0.5])];
  const byRank = (strategy: GroupStrategy, misery = 0.25) => listOf([ann, bob, cleo], { strategy, scale: 'rank', misery }).items.map(({ movieId, score }) => [movieId, Number(score.toFixed(4))]);

  it('is what the strategies give by hand', () => {
    // Shares of films 1…5: Ann 1 .75 .5 .25 0, Bob 0 .25 1 .75 .5, Cleo .25 1 .75 0 .5.
    expect(byRank('average')).toEqual([[3, 0.75], [2, 0.6667], [1, 0.4167]]);
    expect(byRank('least-misery')).toEqual([[3, 0.5], [2, 0.25], [1, 0]]);
    expect(byRank('most-pleasure')).toEqual([[1, 1], [2, 1], [3, 1]]);
    // Among the best 60 % of everyone, three places, is film 3 alone; film 2 is Bob's fourth.
    expect(byRank('average-without-misery', 0.6)).toEqual([[3, 0.75]]);
  });

  it('counts a member with large scores no more than others, and says what each has of every film', () => {
    const list = listOf([member('Ann', [5000, 4000, 3000, 2000, 1000]), bob, cleo]);
    expect(list.items.map(({ movieId }) => movieId)).toEqual(listOf([ann, bob, cleo]).items.map(({ movieId }) => movieId));
    expect(list.items[0]).toMatchObject({ movieId: 3, members: [{ rank: 3, raw: 3000 }, { rank: 1, raw: 5 }, { rank: 2 }] });
    // Ann's scores in deviations from their mean: 0 for the middle film.
    expect(list.items[0]?.members[0]?.score).toBeCloseTo(0, 6);
    expect(list.items[0]?.members[1]?.score).toBeCloseTo(2 / Math.sqrt(2), 6);
  });

  it('gives of a blend the reason of its strongest model, not what it is blended of', () => {
    const blend: RecommendReason = { kind: 'blend', text: 'A blend, from EASE (1.62)', evidence: [] };
    const rated: RecommendReason = { kind: 'because-you-rated', text: 'Because you rated Emma 5', evidence: [] };
    const list = listOf([{ ...ann, because: () => [blend, rated] }, { ...bob, because: () => [rated] }, { ...cleo, because: () => [] }], { explain: true });
    expect(list.items[0]?.members.map(({ because }) => because)).toEqual([rated.text, rated.text, null]);
  });

  it('shows who is served how well: two alike against one', () => {
    const [a, b, c] = [member('a', [3, 2, 1, 0]), member('b', [3, 2, 1, 0]), member('c', [0, 1, 2, 3])];
    const { members, fairness } = listOf([a, b, c], { top: 1, scale: 'rank' });
    expect(members.map(({ satisfaction, own }) => [satisfaction, own])).toEqual([[1, 1], [1, 1], [-1, 0]]);
    expect(fairness.lowest).toBe(-1);
    // (1 + 1 + 0)² / (3 · 2)
    expect(fairness.jain).toBeCloseTo(2 / 3, 6);
    expect(listOf([a, b], { top: 2 }).fairness).toMatchObject({ lowest: 1, jain: 1 });
  });

  it('leaves out what any or all have seen, and what one has no score for', () => {
    const [a, b] = [member('a', [5, 4, 3, 2, Number.NEGATIVE_INFINITY], [1, 2]), member('b', [5, 4, 3, 2, 1], [2])];
    const films = (seen: GroupRequest['seen']) => listOf([a, b], { seen, top: 5 }).items.map(({ movieId }) => movieId);
    expect(films('any')).toEqual([3, 4]);
    expect(films('all')).toEqual([1, 3, 4]);
    expect(films('none')).toEqual([1, 2, 3, 4]);
    expect(listOf([a, b], { seen: 'all', top: 5 }).items[0]?.members).toMatchObject([{ rated: 4 }, { rated: null }]);
  });
});
