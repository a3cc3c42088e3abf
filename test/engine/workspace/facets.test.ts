import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assert, asyncProperty, boolean, constantFrom, double, integer, property } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cell, type Filter, FacetRequest, HistogramRequest, TableView } from '../../../shared/contract/index.ts';
import { ArrangedViews } from '../../../electron/engine/workspace/arranged-views.ts';
import { facet } from '../../../electron/engine/workspace/facets.ts';
import { binWidth, tableHistogram } from '../../../electron/engine/workspace/histograms.ts';
import { tablePage } from '../../../electron/engine/workspace/table-page.ts';
import { Workspace } from '../../../electron/engine/workspace/workspace.ts';

interface Item {
  readonly id: number;
  readonly word: string | null;
  readonly value: number | null;
  readonly at: string | null;
}

let directory: string;
let workspace: Workspace;
let items: readonly Item[];
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'reelbench-facets-'));
  workspace = await Workspace.open(directory, { memoryLimitMB: 256, threads: 2 });
  await workspace.write((session) => session.run(`CREATE TABLE raw.items AS
    SELECT i AS id, ['Alpha', 'beta', '', NULL, 'Beta 12', 'gamma7', ' '][1 + (i * 7919) % 7] AS word,
      CASE WHEN i % 11 = 0 THEN NULL ELSE ((i * 104729) % 997) / 10 END AS value,
      CASE WHEN i % 13 = 0 THEN NULL ELSE TIMESTAMP '2001-02-03 04:05:06' + INTERVAL 1 HOUR * ((i * 31) % 5000) END AS "at",
      (i % 10 / 10)::FLOAT AS single, ((i % 100) / 100)::DECIMAL(6, 2) AS money, 9007199254740992 + i % 3 AS big, (DATE '2020-01-01' + (i % 400)::INTEGER) AS day
    FROM range(5000) t(i)`));
  items = await workspace.read((session) => session.all<Item>('SELECT id, word, value, "at" FROM raw.items ORDER BY id'));
});
afterAll(async () => {
  workspace.close();
  await rm(directory, { recursive: true });
});

const askFacet = (request: object) => workspace.read((session) => facet(session, FacetRequest.parse({ schema: 'raw', table: 'items', ...request })));
const askHistogram = (request: object) => workspace.read((session) => tableHistogram(session, HistogramRequest.parse({ schema: 'raw', table: 'items', ...request })));
const idsOf = async (arranged: ArrangedViews, view: object, limit = 10_000, offset = 0) =>
  (await tablePage(workspace, arranged, TableView.parse({ schema: 'raw', table: 'items', ...view }), limit, offset)).rows.map(([id]) => id);
const count = async (...filters: Filter[]) => (await tablePage(workspace, new ArrangedViews(workspace), TableView.parse({ schema: 'raw', table: 'items', filters }), 1, 0)).total;

const compare = (a: Cell, b: Cell): number => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
/** Plain TypeScript's idea of a sorted and filtered table: empty cells last, ties as in the table. */
const sorted = (column: keyof Item, descending: boolean, keep: (item: Item) => boolean): number[] =>
  items.filter(keep).toSorted((a, b) => {
    const [x, y] = [a[column], b[column]];
    return (x === null || y === null || !descending ? compare(x, y) : -compare(x, y)) || a.id - b.id;
  }).map(({ id }) => id);

test('any page of any sorted and filtered view is what sorting in memory gives, before and after the order is known', async () => {
  const arranged = new ArrangedViews(workspace);
  await assert(asyncProperty(
    constantFrom<keyof Item>('id', 'value', 'at'), boolean(), integer({ min: -5, max: 105 }), integer({ min: 0, max: 5100 }), integer({ min: 1, max: 300 }), boolean(),
    async (column, descending, above, offset, limit, first) => {
      const view = { filters: [{ column: 'value', op: '>=', value: String(above) }], sort: [{ column, descending }] };
      const expected = sorted(column, descending, ({ value }) => value !== null && value >= above);
      if (first) await arranged.arrange(TableView.parse({ schema: 'raw', table: 'items', ...view }), 10_000, new AbortController().signal);
      expect(await idsOf(arranged, view, limit, offset)).toEqual(expected.slice(offset, offset + limit));
    }), { numRuns: 60 });
});

test('orders are kept for a few views only, and forgotten when rows change', async () => {
  const arranged = new ArrangedViews(workspace);
  const tables = () => workspace.read(async (session) => (await session.one<{ n: number }>(`SELECT count(*) AS n FROM duckdb_tables() WHERE database_name = 'scratch'`)).n);
  const before = await tables();
  for (const value of ['1', '2', '3', '4', '5']) await idsOf(arranged, { filters: [{ column: 'value', op: '>', value }] }, 10, 1500);
  await expect.poll(async () => (await tables()) - before).toBe(3);
  arranged.clear();
  await expect.poll(async () => (await tables()) - before).toBe(0);
  expect((await idsOf(arranged, { filters: [{ column: 'value', op: '>', value: '5' }] }, 10, 1500))).toHaveLength(10);
  arranged.clear();
});

test('giving an order up ends its work', async () => {
  const arranged = new ArrangedViews(workspace);
  const abort = new AbortController();
  const asked = arranged.arrange(TableView.parse({ schema: 'raw', table: 'items', sort: [{ column: 'value', descending: true }] }), 10_000, abort.signal);
  abort.abort();
  await expect(asked).rejects.toThrow('Cancelled.');
});

test('a facet counts what the filters leave, and its values filter to those counts', async () => {
  const facets = await askFacet({ column: 'word', filters: [{ column: 'value', op: '<', value: '50' }] });
  const left = items.filter(({ value }) => value !== null && value < 50);
  expect(facets).toMatchObject({ rows: left.length, missing: left.filter(({ word }) => word === null).length, distinct: 6, found: 6, tooMany: false });
  for (const { value, count: n } of facets.values) expect(n).toBe(left.filter(({ word }) => word === value).length);
  expect(facets.values.map(({ count: n }) => n)).toEqual(facets.values.map(({ count: n }) => n).toSorted((a, b) => b - a));
  expect(await count({ column: 'word', op: 'one of', values: ['', null] })).toBe(items.filter(({ word }) => word === '' || word === null).length);
  expect(await count({ column: 'word', op: 'not one of', values: ['', null] })).toBe(items.filter(({ word }) => word !== '' && word !== null).length);
  expect(await count({ column: 'word', op: 'not one of', values: ['Alpha'] })).toBe(items.filter(({ word }) => word !== 'Alpha').length);
  expect(await askFacet({ column: 'word', search: 'BETA', limit: 1, always: ['gamma7'] })).toMatchObject({ found: 2, distinct: 6, values: expect.arrayContaining([expect.objectContaining({ value: 'gamma7' })]) });
  expect((await askFacet({ column: 'word', order: 'value', limit: 2 })).values.map(({ value }) => value)).toEqual(['', ' ']);
});

test('values of every type come back as the filter that counts them', async () => {
  for (const column of ['value', 'single', 'money', 'big', 'at', 'day', 'id']) {
    const { values } = await askFacet({ column, limit: 3 });
    for (const { value, count: n } of values) expect(await count({ column, op: 'one of', values: [value] }), `${column} ${value}`).toBe(n);
  }
});

test('texts are grouped by their shape and their length', async () => {
  expect((await askFacet({ column: 'word', by: 'pattern', order: 'value' })).values.map(({ value }) => value)).toEqual(['', ' ', 'Aa', 'Aa 9', 'a', 'a9']);
  expect(await count({ column: 'word', of: 'pattern', op: 'one of', values: ['Aa 9'] })).toBe(items.filter(({ word }) => word === 'Beta 12').length);
  expect((await askFacet({ column: 'word', by: 'length', order: 'value' })).values.map(({ value }) => value)).toEqual(['0', '1', '4', '5', '6', '7']);
  expect(await count({ column: 'word', of: 'length', op: '>', value: '5.5' })).toBe(items.filter(({ word }) => (word?.length ?? 0) > 5.5).length);
});

test('each bin of a histogram holds what its range filters to', async () => {
  for (const [column, bins] of [['value', 40], ['value', 7], ['single', 40], ['money', 100], ['id', 9], ['at', 40], ['day', 12], ['at', 200]] as const) {
    const histogram = await askHistogram({ column, bins });
    expect(histogram.bins.length).toBeGreaterThan(1);
    expect(histogram.bins.reduce((sum, bin) => sum + bin.count, histogram.missing)).toBe(5000);
    for (const { low, high, count: n } of histogram.bins) expect(await count({ column, op: 'within', values: [String(low), String(high)] }), `${column} ${low}–${high}`).toBe(n);
  }
  await expect(askHistogram({ column: 'word' })).rejects.toThrow('needs numbers, dates or times');
  expect(await askHistogram({ column: 'value', filters: [{ column: 'id', op: '<', value: '0' }] })).toMatchObject({ bins: [], rows: 0 });
});

test('widths of bins are round', () => {
  assert(property(double({ min: 1e-9, max: 1e12, noNaN: true }), integer({ min: 4, max: 200 }), boolean(), (span, bins, whole) => {
    const { times, over } = binWidth(span, bins, whole);
    expect((times / over) * bins).toBeGreaterThanOrEqual(span * (1 - 1e-9));
    expect(String(times)).toMatch(/^[125]0*$|e\+/);
    expect(whole && over !== 1).toBe(false);
  }));
});

test('a filter without its values is refused', async () => {
  await expect(count({ column: 'value', op: 'within', values: ['1'] })).rejects.toThrow('needs a lower and an upper end');
  await expect(count({ column: 'value', op: 'one of', values: [] })).rejects.toThrow('needs a value');
  await expect(count({ column: 'value', op: 'one of', values: ['1', 'x'] })).rejects.toThrow('"x" is not a DOUBLE');
});
