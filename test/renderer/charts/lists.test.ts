import { describe, expect, test } from 'vitest';
import { genreShares, genresSummary } from '../../../renderer/charts/genres/data.ts';
import { rankChanges, ranksSummary } from '../../../renderer/charts/ranks/data.ts';

const film = (movieId: number, score = 1) => ({ movieId, title: `Film ${movieId}`, score });

describe('what a change of the history moved', () => {
  test('films of both lists, with their places and scores before and after', () => {
    const changes = rankChanges([film(1, 3), film(2, 2), film(3, 1)], [film(3, 5), film(4, 4), film(1, 3)]);
    expect(changes.map(({ movieId, before, after, scoreBefore, scoreAfter }) => [movieId, before, after, scoreBefore, scoreAfter])).toEqual([
      [3, 3, 1, 1, 5], [4, null, 2, null, 4], [1, 1, 3, 3, 3], [2, 2, null, 2, null],
    ]);
    expect(ranksSummary(changes)).toBe('1 new, 1 gone, 1 up, 1 down.');
    expect(ranksSummary(rankChanges([film(1)], [film(1)]))).toBe('Every film keeps its place.');
  });
});

describe('genres of a list against those of a history', () => {
  test('a film of several genres counts in parts, so that shares sum to 1', () => {
    const shares = genreShares([{ genres: ['Drama', 'War'] }, { genres: ['Drama'] }], [{ genres: ['Comedy'] }], 8);
    expect(shares).toEqual([{ genre: 'Comedy', history: 0, list: 1 }, { genre: 'Drama', history: 0.75, list: 0 }, { genre: 'War', history: 0.25, list: 0 }]);
    expect(genresSummary(shares, 2)).toBe('More Comedy than in the history (100 % for 0 %), less Drama (0 % for 75 %).');
    expect(genresSummary(genreShares([], [{ genres: ['War'] }], 8), 0)).toBe('No ratings to hold it against.');
  });
});
