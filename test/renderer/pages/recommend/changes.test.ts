import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HistoryFilm } from '../../../../shared/contract/index.ts';
import { withFilm, without, withRating } from '../../../../renderer/pages/recommend/bench.ts';
import { formatMilliseconds } from '../../../../renderer/components/format.ts';
import { shortTitle } from '../../../../renderer/pages/recommend/models.ts';
import { arrangeHistory, editsOf, editWords, movesOf, moveWords, placesOf, shortWhyOf, whyOf } from '../../../../renderer/pages/recommend/changes.ts';

const list = (...ids: number[]) => ids.map((movieId) => ({ movieId }));
const film = (movieId: number, rating: number, change: Partial<HistoryFilm> = {}): HistoryFilm => ({ movieId, rating, ratedAt: null, title: `Film ${movieId}`, year: null, genres: [], ...change });

describe('what moved on a list', () => {
  test('counts places up and down and names new films', () => {
    const moves = movesOf(list(1, 2, 3), list(3, 4, 1));
    expect([...moves]).toEqual([[3, { kind: 'moved', places: 2 }], [4, { kind: 'new' }], [1, { kind: 'moved', places: -2 }]]);
    expect([...moves.values()].map(moveWords)).toEqual(['up 2 places', 'new on the list', 'down 2 places']);
  });
  test('says nothing without a list to compare with', () => {
    expect(movesOf(undefined, list(1)).size).toBe(0);
  });
  test('a list against itself stands still, and films on both lists are the same from both sides', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 });
    fc.assert(fc.property(ids, (a) => {
      expect([...movesOf(list(...a), list(...a)).values()].every(({ kind }) => kind === 'same')).toBe(true);
    }));
  });
});

test('places of a film on several lists, 0 where one has it not', () => {
  expect([...placesOf([list(1, 2), list(2, 3), []])]).toEqual([[1, [1, 0, 0]], [2, [2, 1, 0]], [3, [0, 2, 0]]]);
});

test('the line that says why names films rather than the models of a blend', () => {
  const said = (kind: 'blend' | 'because-you-rated', text: string) => ({ kind, text, evidence: [] });
  expect(whyOf({ reasons: [said('blend', 'A blend'), said('because-you-rated', 'Because')] })).toBe('Because');
  expect(whyOf({ reasons: [said('blend', 'A blend')] })).toBe('A blend');
  expect(whyOf({ reasons: [] })).toBe('');
});

describe('edits of a history', () => {
  const real = [film(1, 5), film(2, 3), film(3, 1)];
  test('are told in words', () => {
    const edited = withFilm(without(withRating(real, 1, 2), 3), film(9, 4));
    expect(edited.map(({ movieId, rating }) => [movieId, rating])).toEqual([[9, 4], [1, 2], [2, 3]]);
    expect(editWords(editsOf(real, edited))).toBe('1 changed, 1 added, 1 removed');
    expect(editWords(editsOf(real, real))).toBe('');
  });
  test('adding a film twice changes its rating and keeps one', () => {
    expect(withFilm(real, film(2, 5)).map(({ movieId, rating }) => [movieId, rating])).toEqual([[1, 5], [2, 5], [3, 1]]);
  });
  test('the history is found by title and ordered, added films count as newest', () => {
    const films = [film(1, 3, { title: 'Alien', ratedAt: 10 }), film(2, 5, { title: 'Aliens', ratedAt: 20 }), film(3, 4, { title: 'Heat' })];
    const ids = (text: string, order: Parameters<typeof arrangeHistory>[2]) => arrangeHistory(films, text, order).map(({ movieId }) => movieId);
    expect(ids('', 'newest')).toEqual([3, 2, 1]);
    expect(ids('ALIEN', 'best')).toEqual([2, 1]);
    expect(ids('', 'worst')).toEqual([1, 3, 2]);
    expect(ids('', 'title')).toEqual([1, 2, 3]);
  });
});

describe('words where there is little room', () => {
  test('leave out what every line begins with, and nothing else', () => {
    expect(shortWhyOf('Because you rated Emma 5 and Titanic 4.5')).toBe('for Emma 5 and Titanic 4.5');
    expect(shortWhyOf('Shares tags with films that you like: space, robots')).toBe('tags: space, robots');
    expect(shortWhyOf('None of your ratings speaks for it')).toBe('None of your ratings speaks for it');
  });
  test('name a model by what stands in brackets', () => {
    expect(['Next film (SASRec)', 'EASE', 'Similar films (item kNN)'].map((title) => shortTitle({ title }))).toEqual(['SASRec', 'EASE', 'item kNN']);
  });
  test('never say that an answer took no time', () => {
    expect([0, 0.04, 0.1, 3.25, 9.96, 131.4].map(formatMilliseconds)).toEqual(['< 0.1 ms', '< 0.1 ms', '0.1 ms', '3.3 ms', '10 ms', '131 ms']);
  });
});
