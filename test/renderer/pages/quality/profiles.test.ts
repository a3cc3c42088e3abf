import { expect, test } from 'vitest';
import type { ColumnProfile, ProfileAlert } from '../../../../shared/contract/index.ts';
import { unitsOf } from '../../../../renderer/components/time-line.ts';
import { alertKinds, arrangeProfiles, coefficients, columnsOf, profileWords, strongestFirst } from '../../../../renderer/pages/quality/columns/profiles.ts';

const column = (name: string, more: Partial<ColumnProfile> = {}): ColumnProfile => ({
  name, type: 'BIGINT', kind: 'number', exact: true, rows: 100, nulls: 0, distinct: 10, min: 1, max: 9, mean: 4.5, deviation: 1, skewness: 0, quantiles: [], top: [], histogram: [], numbers: null, texts: null, times: null, ...more,
});
const alert = (kind: ProfileAlert['kind'], ...columns: string[]): ProfileAlert => ({ kind, columns, figure: 1, text: 'x.', estimate: false });

test('columns are put in order by their alerts, what they lack, their distinct values or their names', () => {
  const columns = [column('b', { nulls: 5 }), column('a', { distinct: 50 }), column('c')];
  const alerts = [alert('skew', 'c'), alert('correlated', 'c', 'a')];
  const names = (order: Parameters<typeof arrangeProfiles>[2]) => arrangeProfiles(columns, alerts, order).map(({ name }) => name).join('');
  expect([names('table'), names('alerts'), names('nulls'), names('distinct'), names('name')]).toEqual(['bac', 'cab', 'bac', 'abc', 'abc']);
});

test('kinds of alerts are counted, the commonest first', () => {
  expect(alertKinds([alert('skew', 'a'), alert('zeros', 'a'), alert('zeros', 'b')])).toEqual([{ kind: 'zeros', count: 2 }, { kind: 'skew', count: 1 }]);
});

test('a column in words says when a figure is about right only', () => {
  expect(profileWords(column('n'))).toBe('n is BIGINT: 0 % empty, 10 distinct. From 1 to 9. The mean is 4.5.');
  expect(profileWords(column('n', { exact: false, mean: null }))).toBe('n is BIGINT: 0 % empty, about 10 distinct. From 1 to 9.');
});

test('coefficients of one method, strongest first whatever their sign, over the columns that they name', () => {
  const pairs = coefficients([{ a: 'x', b: 'y', method: 'pearson', value: 0.2, rows: 10, estimate: false }, { a: 'x', b: 'z', method: 'pearson', value: -0.7, rows: 9, estimate: true }, { a: 'x', b: 'y', method: 'cramer', value: 1, rows: 10, estimate: false }], 'pearson');
  expect(strongestFirst(pairs).map(({ b, about }) => `${b}: ${about}`)).toEqual(['z: 9 rows, a sample', 'y: 10 rows']);
  expect(columnsOf(pairs)).toEqual(['x', 'y', 'z']);
});

test('a time line shows its gaps, month by month over the turn of a year, and leaves them out where they are too many', () => {
  const line = (...at: string[]) => at.map((time) => ({ at: time, count: 1 }));
  expect(unitsOf({ unix: null, unit: 'month', line: line('1996-11-01T00:00:00Z', '1997-02-01T00:00:00Z') })).toEqual([{ label: '1996-11', count: 1 }, { label: '1996-12', count: 0 }, { label: '1997-01', count: 0 }, { label: '1997-02', count: 1 }]);
  expect(unitsOf({ unix: null, unit: 'quarter', line: line('1996-10-01T00:00:00Z') })).toEqual([{ label: '1996-Q4', count: 1 }]);
  expect(unitsOf({ unix: null, unit: 'decade', line: line('1980-01-01T00:00:00Z', '2000-01-01T00:00:00Z') }).map(({ label }) => label)).toEqual(['1980s', '1990s', '2000s']);
  expect(unitsOf({ unix: null, unit: 'second', line: line('1996-01-01T00:00:00Z', '1997-01-01T00:00:00Z') })).toHaveLength(2);
  expect(unitsOf({ unix: null, unit: 'day', line: [] })).toEqual([]);
});
