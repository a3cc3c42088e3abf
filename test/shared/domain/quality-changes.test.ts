import { array, assert, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { qualityChanges } from '../../../shared/domain/quality-changes.ts';
import { score, scoreParts } from '../../../shared/domain/scores.ts';

const rule = (id: string, unit: 'row' | 'group' | 'table' = 'row') => ({ id, unit, table: 'ratings', column: null, dimension: 'accuracy' as const, severity: 'error' as const, title: id });
const result = (id: string, failed: number, checked = 1000) => ({ rule: id, failed, checked, status: 'fail' as const, figure: null });

test('what got worse comes first, the largest change first, in plain words', () => {
  const rules = [rule('a'), rule('b'), rule('c', 'group'), rule('d', 'table'), rule('e')];
  const before = { results: [result('a', 12), result('b', 100), result('c', 1), result('d', 0, 1), result('e', 5)] };
  const after = { results: [result('a', 40), result('b', 1), result('c', 2, 500), result('d', 1, 1), result('e', 5)] };
  expect(qualityChanges(before, after, rules).map(({ kind, words }) => `${kind} ${words}`)).toEqual([
    'worse d: fails now', 'worse a: 12 → 40 failing rows', 'worse c: 1 → 2 failing groups, 0.1 % → 0.4 %', 'better b: 100 → 1 failing row']);
});

test('twice the rows with twice the failures is no change; the same failures among fewer rows is', () => {
  expect(qualityChanges({ results: [result('a', 10, 1000)] }, { results: [result('a', 20, 2000)] }, [rule('a')])).toEqual([]);
  expect(qualityChanges({ results: [result('a', 10, 1000)] }, { results: [result('a', 10, 500)] }, [rule('a')]).map(({ words }) => words)).toEqual(['a: still 10 failing rows, of 500 instead of 1,000']);
});

test('rules that came or went are named, those that looked at nothing are not', () => {
  const changes = qualityChanges({ results: [result('a', 1), result('x', 0, 0)] }, { results: [result('b', 2), result('y', 0, 0)] }, [rule('b')]);
  expect(changes.map(({ words }) => words)).toEqual(['b is new: 2 failing rows of 1,000', 'a is no longer checked']);
});

test('a check compared with itself has no changes', () => {
  assert(property(array(record({ failed: nat(50), checked: nat(50) }), { maxLength: 20 }), (counts) => {
    const point = { results: counts.map(({ failed, checked }, i) => result(`r${i}`, Math.min(failed, checked), checked)) };
    expect(qualityChanges(point, point, [])).toEqual([]);
  }));
});

test('a score is the mean of the shares that passed, over rules that looked at anything', () => {
  const counts = [{ id: 'a', dimension: 'accuracy' as const, checked: 100, failed: 12 }, { id: 'b', dimension: 'accuracy' as const, checked: 4, failed: 0 }, { id: 'c', dimension: 'accuracy' as const, checked: 0, failed: 0 }, { id: 'd', dimension: 'uniqueness' as const, checked: 2, failed: 1 }];
  expect(scoreParts(counts, 'accuracy')).toEqual([{ rule: 'a', checked: 100, failed: 12, passed: 0.88 }, { rule: 'b', checked: 4, failed: 0, passed: 1 }]);
  expect(score(counts, 'accuracy')).toBeCloseTo(0.94, 12);
  expect(score(counts, 'timeliness')).toBeNull();
});
