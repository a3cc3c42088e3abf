import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableProfile } from '../../../../shared/contract/index.ts';
import { profileTable } from '../../../../electron/engine/quality/profile/profile.ts';
import type { Workspace } from '../../../../electron/engine/workspace/workspace.ts';
import { temporaryWorkspace } from '../../../support/raw-tables.ts';

let workspace: Workspace;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ workspace, close } = await temporaryWorkspace());
});
afterAll(() => close());

const profile = async (sql: string) => {
  await workspace.write((session) => session.run(`CREATE OR REPLACE TABLE raw.thing AS ${sql}`));
  return TableProfile.parse(await workspace.read((session) => profileTable(session, 'raw', 'thing', () => new Date(0))));
};

test('numbers: counts, moments, quantiles, commonest values and bins are exact', async () => {
  const { rows, columns: [n, r] } = await profile(`SELECT CASE WHEN i > 1000 THEN NULL ELSE i END AS n, (i % 10) / 2 AS r FROM range(1, 1101) t(i)`);
  expect(rows).toBe(1100);
  expect(n).toMatchObject({ name: 'n', type: 'BIGINT', nulls: 100, distinct: 1000, min: 1, max: 1000, mean: 500.5 });
  expect(n?.deviation).toBeCloseTo(288.8194, 4);
  expect(n?.quantiles).toEqual([{ at: 0.01, value: 10 }, { at: 0.05, value: 50 }, { at: 0.25, value: 250 }, { at: 0.5, value: 500 }, { at: 0.75, value: 750 }, { at: 0.95, value: 950 }, { at: 0.99, value: 990 }]);
  expect(n?.histogram.map(({ count }) => count)).toEqual(Array.from({ length: 20 }, () => 50));
  expect(r).toMatchObject({ distinct: 10, top: expect.arrayContaining([{ value: 0, count: 110 }]) });
  expect(r?.histogram).toHaveLength(10);
  expect(r?.histogram.map(({ count }) => count)).toEqual(Array.from({ length: 10 }, () => 110));
});

test('texts, times, lists, booleans, NaN, a column of NULLs, a constant and an empty table have profiles', async () => {
  const { columns } = await profile(`SELECT 'film ' || (i % 3) AS t, TIMESTAMP '2020-01-01' + INTERVAL (i) DAY AS at, [i % 2] AS list, i % 2 = 0 AS flag, CASE WHEN i = 1 THEN 'nan'::DOUBLE ELSE 2.0 END AS x, NULL::BIGINT AS nothing, 7 AS seven FROM range(0, 30) t(i)`);
  const [text, at, list, flag, x, nothing, seven] = columns;
  expect(text).toMatchObject({ nulls: 0, distinct: 3, min: 'film 0', max: 'film 2', mean: null, quantiles: [], histogram: [], top: [{ value: 'film 0', count: 10 }, { value: 'film 1', count: 10 }, { value: 'film 2', count: 10 }] });
  expect(at).toMatchObject({ min: '2020-01-01T00:00:00Z', max: '2020-01-30T00:00:00Z', mean: null });
  expect(at?.quantiles[3]).toEqual({ at: 0.5, value: '2020-01-15T00:00:00Z' });
  expect(at?.histogram[0]).toMatchObject({ low: '2020-01-01T00:00:00Z' });
  expect(at?.histogram.at(-1)).toMatchObject({ high: '2020-01-30T00:00:00Z' });
  expect(list).toMatchObject({ distinct: 2, top: [{ value: '[0]', count: 15 }, { value: '[1]', count: 15 }] });
  expect(flag).toMatchObject({ distinct: 2 });
  expect(x).toMatchObject({ distinct: 2, mean: 2, max: 'NaN' });
  expect(nothing).toMatchObject({ nulls: 30, distinct: 0, min: null, max: null, mean: null, quantiles: [], top: [], histogram: [] });
  expect(seven).toMatchObject({ distinct: 1, deviation: 0, histogram: [{ low: 7, high: 7, count: 30 }] });
  expect((await profile('SELECT 1 AS a, NULL::VARCHAR AS b WHERE false')).columns.map(({ rows, distinct }) => [rows, distinct])).toEqual([[0, 0], [0, 0]]);
});

test('a table that is not there is named', async () => {
  await expect(workspace.read((session) => profileTable(session, 'main', 'nothing', () => new Date(0)))).rejects.toThrow('There is no table nothing.');
});
