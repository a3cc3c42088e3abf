import { describe, expect, test } from 'vitest';
import type { FailingRow, RuleResult } from '../../../../shared/contract/index.ts';
import { dimensions as contractDimensions, Severity } from '../../../../shared/contract/index.ts';
import { toCsvLine, toTabs } from '../../../../renderer/pages/quality/delimited.ts';
import { arrangeRules, consequence, countByStatus, dimensions, everyRule, failingRowTable, severities } from '../../../../renderer/pages/quality/rules.ts';

const rule = (change: Partial<RuleResult>): RuleResult => ({
  id: 'ratings.rating.range', table: 'ratings', column: 'rating', dimension: 'accuracy', severity: 'error', unit: 'row', title: 'Rating outside the scale',
  checked: 100, failed: 0, threshold: 0, figure: null, status: 'pass', fixEnabled: false, ...change,
});
const rules = [
  rule({ id: 'b', status: 'pass' }),
  rule({ id: 'c', status: 'warn', severity: 'warning', failed: 3, dimension: 'consistency' }),
  rule({ id: 'a', status: 'fail', failed: 1 }),
  rule({ id: 'd', status: 'fail', failed: 9, table: 'movies', column: 'title', title: 'No title', dimension: 'completeness' }),
];
const ids = (list: readonly RuleResult[]) => list.map(({ id }) => id);

describe('the table of rules', () => {
  test('shows what is worst first, and among equals the most rows', () => {
    expect(ids(arrangeRules(rules, everyRule, { column: 'status', descending: false }))).toEqual(['d', 'a', 'c', 'b']);
  });
  test('sorts by failing rows and by share both ways, equal ones by id', () => {
    expect(ids(arrangeRules(rules, everyRule, { column: 'failed', descending: true }))).toEqual(['d', 'c', 'a', 'b']);
    const shares = [rule({ id: 'none', checked: 0 }), rule({ id: 'half', checked: 2, failed: 1 }), rule({ id: 'few', checked: 100, failed: 1 })];
    expect(ids(arrangeRules(shares, everyRule, { column: 'share', descending: false }))).toEqual(['none', 'few', 'half']);
  });
  test('narrows by status, dimension, severity, table and words of id, title or column', () => {
    const shown = (change: Partial<typeof everyRule>) => ids(arrangeRules(rules, { ...everyRule, ...change }, { column: 'id', descending: false }));
    expect(shown({ status: 'fail' })).toEqual(['a', 'd']);
    expect(shown({ dimension: 'consistency' })).toEqual(['c']);
    expect(shown({ severity: 'error', table: 'movies' })).toEqual(['d']);
    expect(shown({ text: ' no TITLE ' })).toEqual(['d']);
    expect(shown({ text: 'ratings.rating' })).toEqual(['a', 'b', 'c']);
  });
  test('counts each status', () => {
    expect(countByStatus({ rules })).toEqual({ pass: 1, warn: 1, fail: 2, info: 0 });
  });
  test('says that an error without its fix stops a run, and that a fixed one does not', () => {
    expect(consequence(rule({ status: 'fail', fix: 'quarantine', fixEnabled: false }))).toContain('stops');
    expect(consequence(rule({ status: 'fail', fix: 'quarantine', fixEnabled: true }))).toContain('goes on');
    expect(consequence(rule({ status: 'warn', severity: 'warning' }))).toContain('goes on');
    expect(consequence(rule({ status: 'pass' }))).not.toContain('stops');
  });
  test('knows every dimension and severity of the contract', () => {
    expect([...dimensions]).toEqual([...contractDimensions]);
    expect([...severities]).toEqual(Severity.options);
  });
});

describe('failing rows that leave the page', () => {
  const row: FailingRow = { table: 'ratings', key: { user_id: 7, movie_id: 12 }, column: 'rating', value: 99, reason: 'outside 0.5 to 5', file: 'ratings.csv', line: 4 };
  test('have a column for each part of the key', () => {
    const { header, cells } = failingRowTable([row]);
    expect(header).toEqual(['user_id', 'movie_id', 'column', 'value', 'reason', 'file', 'line']);
    expect(cells(row)).toEqual([7, 12, 'rating', 99, 'outside 0.5 to 5', 'ratings.csv', 4]);
  });
  test('cannot run as formulas in a spreadsheet, and keep their commas, quotes and line ends', () => {
    expect(toCsvLine(['=1+1', -3, 'a,"b"', null, 'two\nlines'])).toBe(`'=1+1,-3,"a,""b""",,"two\nlines"\r\n`);
  });
  test('keep one line a row on the clipboard', () => {
    expect(toTabs(['title'], [['a\tb\nc']])).toBe('title\na b c');
  });
});
