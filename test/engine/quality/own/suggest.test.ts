import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

const now = new Date('2025-01-01T12:00:00Z');
let bench: TestEngine;
const rows = 400;
const place = (i: number) => ['Paris', 'Rome', 'Oslo', 'Bonn'][i % 4] ?? '';

beforeAll(async () => {
  bench = await openTestEngine({ clock: () => now });
  const prizes = Array.from({ length: rows }, (_, i) =>
    [`A-${String(i + 100).padStart(4, '0')}`, (i % 40) + 1, i === 7 ? 'Pariss' : place(i), i === 9 ? -3 : i * 3.5, i === 11 ? 'PG' : 1950 + (i % 70), i % 9 === 0 ? '' : `note ${'xyz'.repeat(i % 5)} ${i}`, `2024-12-${String((i % 28) + 1).padStart(2, '0')}`].join(','));
  const movies = Array.from({ length: 40 }, (_, i) => `${i + 1},Film ${i} (19${50 + (i % 50)}),Drama`);
  const files = { 'movies.csv': ['movieId,title,genres', ...movies], 'prizes.csv': ['code,movie_id,city,amount,year,note,given', ...prizes], 'few.csv': ['a,b', '1,2', '3,4'] };
  for (const [name, lines] of Object.entries(files)) {
    await writeFile(path.join(bench.folder, name), `${lines.join('\n')}\n`);
    await bench.imported(path.join(bench.folder, name), name === 'movies.csv' ? {} : { options: { as: 'table', types: name === 'few.csv' ? {} : { year: 'BIGINT' } } });
  }
});
afterAll(() => bench.close());

test('suggested is what holds for all rows or nearly all, with its figures and what fails now', async () => {
  const suggested = await bench.engine.call('rules.suggest', { table: 'prizes' });
  const of = (kind: string) => suggested.filter(({ rule }) => rule.kind === kind);
  expect(of('missing')).toMatchObject([{ rule: { columns: expect.arrayContaining(['code', 'city', 'amount']) as unknown }, failed: 0, checked: rows }]);
  expect(of('missing')[0]?.rule).not.toMatchObject({ columns: expect.arrayContaining(['note']) as unknown });
  expect(of('type')).toMatchObject([{ rule: { column: 'year' }, failed: 1, why: expect.stringContaining('“PG”') as unknown }]);
  expect(of('unique')).toMatchObject([{ rule: { columns: ['code'] }, failed: 0, why: 'All 399 values differ.' }]);
  expect(of('set')).toMatchObject([{ rule: { column: 'city', values: expect.arrayContaining(['Bonn', 'Oslo', 'Rome', 'Paris']) as unknown }, failed: 1 }]);
  expect(of('range').map(({ rule, failed }) => ['column' in rule && rule.column, 'min' in rule && rule.min, failed])).toEqual(expect.arrayContaining([['amount', 0, 1], ['year', 1870, 0]]));
  expect(of('reference')).toMatchObject([{ rule: { column: 'movie_id', to: 'movies.movie_id' }, failed: 0 }]);
  expect(of('pattern')).toMatchObject([{ rule: { column: 'code', pattern: 'A-[0-9]{4}' }, failed: 0 }]);
  expect(suggested.slice(0, 3).every(({ failed }) => failed > 0)).toBe(true);
  expect(suggested.length).toBeLessThanOrEqual(8);
});

test('each is a rule as it stands: taken, it finds what it said, and is not suggested again', async () => {
  for (const { yaml, failed, checked, rule } of await bench.engine.call('rules.suggest', { table: 'prizes' })) {
    const tried = await bench.engine.call('rules.check', { yaml });
    expect([rule.id, tried.problems, tried.result?.failed, tried.result?.checked]).toEqual([rule.id, [], failed, checked]);
    await bench.engine.call('rules.save', { yaml });
  }
  const again = await bench.engine.call('rules.suggest', { table: 'prizes' });
  const { rules } = await bench.engine.call('rules.list', {});
  expect(again.filter(({ rule }) => rules.some(({ id }) => id === rule.id))).toEqual([]);
});

test('nothing is suggested that a built-in rule says, nor of a handful of rows', async () => {
  expect(await bench.engine.call('rules.suggest', { table: 'movies' })).toEqual([]);
  expect(await bench.engine.call('rules.suggest', { table: 'few' })).toEqual([]);
});
