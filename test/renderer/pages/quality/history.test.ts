import { describe, expect, test } from 'vitest';
import type { ColumnDrift } from '../../../../shared/contract/index.ts';
import { binsSummary, binWords, curveSummary, placeWords } from '../../../../renderer/charts/drift/data.ts';
import { lowestTick, trendRows, trendSummary } from '../../../../renderer/charts/trend/data.ts';
import { failingShares, findings, pointKind } from '../../../../renderer/pages/quality/history/points.ts';
import { columnTitle, figureOf, figureOfAll, placeOf, sumWords } from '../../../../renderer/pages/quality/reconciliation/figures.ts';

const percent = (share: number) => `${Math.round(share * 100)} %`;

describe('drift in words', () => {
  const bin = (over: Partial<ColumnDrift['bins'][number]>): ColumnDrift['bins'][number] => ({ kind: 'range', low: null, high: null, value: null, reference: 0, current: 0, ...over });

  test('bins are named as a reader would', () => {
    expect(binWords(bin({ high: 3 }), 'numbers')).toBe('up to 3');
    expect(binWords(bin({ low: 3, high: 4.5 }), 'numbers')).toBe('3 – 4.5');
    expect(binWords(bin({ low: 4.5 }), 'numbers')).toBe('above 4.5');
    expect(binWords(bin({ kind: 'missing' }), 'numbers')).toBe('missing');
    expect(binWords(bin({ kind: 'value', value: '' }), 'values')).toBe('(empty)');
    expect(placeWords(Date.UTC(2001, 8, 9), 'times')).toBe('2001-09-09');
    expect(placeWords(1e17, 'times')).toBe('100000000000000000');
  });

  test('the bin and the place that moved most are told', () => {
    expect(binsSummary([bin({ kind: 'value', value: 3, reference: 0.5, current: 0.4 }), bin({ kind: 'value', value: 5, reference: 0.1, current: 0.3 })], 'numbers', percent)).toBe('Moved most: 5, 10 % → 30 %.');
    expect(binsSummary([bin({ reference: 1, current: 1 })], 'numbers', percent)).toBe('Every share is the same.');
    expect(curveSummary([{ at: 1, reference: 0.2, current: 0.2 }, { at: 2, reference: 0.5, current: 0.1 }], 'numbers', percent)).toBe('Farthest apart about 2: 50 % of the reference and 10 % of the data now lie at or below it.');
  });
});

test('a trend says where it came from, and its table has the newest first, with a dash for no figure', () => {
  const series = [{ name: 'accuracy', values: [null, 0.9, 0.8] }, { name: 'uniqueness', values: [1, 1, 1] }];
  expect(trendSummary(series, percent)).toBe('accuracy 90 % → 80 %, uniqueness 100 %.');
  expect([0.908, 0.9962, 0.8, 1, 0].map((value) => lowestTick([{ name: 'x', values: [1, value, null] }]))).toEqual([0.9, 0.996, 0.8, 0.9, 0].map((low) => expect.closeTo(low, 9)));
  expect(trendRows(['a', 'b', 'c'], series, percent)).toEqual([['c', '80 %', '100 %'], ['b', '90 %', '100 %'], ['a', '–', '100 %']]);
});

test('a point is a check, or a run by how it ended; a rule that looked at nothing has no share', () => {
  expect(pointKind({ source: 'check', runStatus: null })).toBe('check');
  expect(pointKind({ source: 'run', runStatus: 'blocked' })).toBe('blocked run');
  expect(pointKind({ source: 'run', runStatus: null })).toBe('run');
  const result = (rule: string, failed: number, checked: number, status: 'pass' | 'warn') => ({ rule, failed, checked, status, figure: null });
  const points = [{ id: '1', at: '', source: 'check' as const, runStatus: null, fingerprint: '', blocked: false, seconds: 0, rows: 0, scores: { completeness: null, accuracy: null, consistency: null, timeliness: null, uniqueness: null }, results: [result('a', 1, 4, 'warn'), result('b', 0, 0, 'pass')] }];
  expect([failingShares(points, 'a'), failingShares(points, 'b'), failingShares(points, 'c')]).toEqual([[0.25], [null], [null]]);
  expect(points.map(findings)).toEqual([1]);
});

describe('reconciliation', () => {
  const row = { table: 'ratings', imported: 102, counts: { loaded: 99, quarantined: 1, merged: 0, swept_away: 2 }, fixed: 5, difference: 0 };

  test('the sum is told in figures; columns that a later run adds have a name', () => {
    expect(sumWords(row, Object.keys(row.counts), String)).toBe('102 imported = 99 loaded + 1 quarantined + 2 swept away');
    expect(sumWords({ ...row, difference: 3 }, ['loaded'], String)).toBe('102 imported = 99 loaded + 3 unaccounted for');
    expect(columnTitle('swept_away')).toBe('Swept away');
    expect([figureOf(row, 'swept_away'), figureOf(row, 'no such'), figureOfAll([row, row], 'loaded')]).toEqual([2, 0, 198]);
  });

  test('figures lead to their rows, links to the films that they became part of', () => {
    expect(placeOf({ table: 'links', column: 'loaded' })?.to).toEqual(['data', 'main', 'movies']);
    expect(placeOf({ table: 'ratings', column: 'rejected' })?.to).toEqual(['quality', 'rejects']);
    expect(placeOf({ table: 'ratings', column: 'orphans' })).toBeUndefined();
  });
});
