import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { QualityReport } from '../../../shared/contract/index.ts';
import { requiredColumns } from '../../../electron/engine/quality/relations/dataset.ts';
import { Relations } from '../../../electron/engine/quality/relations/index.ts';
import { makeReport } from '../../../electron/engine/quality/report.ts';
import { failingRows } from '../../../electron/engine/quality/evidence.ts';
import { ruleById, rules } from '../../../electron/engine/quality/rules/index.ts';
import { readScope } from '../../../electron/engine/quality/relations/scope.ts';
import { coreFields } from '../../../electron/engine/sources/fields.ts';
import { defaultParameters } from '../../../electron/engine/workspace/parameters.ts';
import type { Workspace } from '../../../electron/engine/workspace/workspace.ts';
import { builtInRules } from '../../../shared/domain/quality-rules.ts';
import { columnsOf, csv, cut, type DefectiveSet, defectiveSet, type SetFile, shuffled } from '../../support/defects.ts';
import { readInPieces } from '../../support/read-in-pieces.ts';
import { fillRaw, fillSet, temporaryWorkspace } from '../../support/raw-tables.ts';

const importedAt = Date.UTC(2025, 0, 1) / 1000;
const now = new Date('2025-01-02T00:00:00Z');

let workspace: Workspace;
let close: () => Promise<void>;
beforeEach(async () => {
  ({ workspace, close } = await temporaryWorkspace());
});
afterEach(() => close());

const scopeOf = (set: DefectiveSet) => (session: Parameters<typeof readScope>[0]) => readScope(session, { ...defaultParameters.quality, ...set.settings }, now, set.earlier);
const report = (set: DefectiveSet): Promise<QualityReport> => workspace.read(async (session) => makeReport(new Relations(session, await scopeOf(set)(session)), () => now));
const failed = ({ rules }: QualityReport) => Object.fromEntries(rules.map(({ id, failed }) => [id, failed]));
const all = (count: (i: number) => number) => Object.fromEntries(rules.map(({ id }, i) => [id, count(i)]));
const inParts = (set: DefectiveSet, parts: (rows: string[][]) => string[][][]) => Object.fromEntries(Object.entries(set.tables).map(([file, rows]) => [file, parts(rows)])) as Record<SetFile, string[][][]>;

test('a clean set has no failures, and every rule looked at something', async () => {
  const set = defectiveSet({}, { seed: 1, importedAt });
  await fillSet(workspace, inParts(set, (rows) => [rows]));
  const made = await report(set);
  expect(failed(made)).toEqual(all(() => 0));
  expect(made.rules.filter(({ checked }) => checked === 0)).toEqual([]);
  expect(made.blocked).toBe(false);
});


test('every rule reports exactly what was injected, whatever the order of rows and the cut into files', async () => {
  const counts = fc.record(Object.fromEntries(rules.map(({ id, unit }) => [id, fc.nat({ max: unit === 'table' ? 1 : 12 })])));
  await fc.assert(fc.asyncProperty(counts, fc.nat(), fc.integer({ min: 1, max: 4 }), async (injected, seed, files) => {
    const { workspace: own, close: end } = await temporaryWorkspace();
    try {
      const set = defectiveSet(injected, { seed, importedAt });
      await fillSet(own, inParts(set, (rows) => cut(shuffled(rows, seed), files, seed)));
      const made = await own.read(async (session) => makeReport(new Relations(session, await scopeOf(set)(session)), () => now));
      expect(failed(made)).toEqual(set.expected);
    } finally {
      await end();
    }
  }), { numRuns: 5, endOnFailure: true });
});

test('through the import of CSV files in pieces of any size, the rules report the same', async () => {
  const counts = fc.record(Object.fromEntries(rules.map(({ id, unit }) => [id, fc.nat({ max: unit === 'table' ? 1 : 6 })])));
  const sizes = fc.oneof(fc.integer({ min: 5, max: 200 }), fc.integer({ min: 201, max: 5000 }), fc.integer({ min: 60_000, max: 70_000 }));
  await fc.assert(fc.asyncProperty(counts, fc.nat(), fc.integer({ min: 1, max: 3 }), sizes, fc.boolean(), async (injected, seed, files, pieceBytes, crlf) => {
    const { workspace: own, close: end } = await temporaryWorkspace();
    try {
      const set = defectiveSet(injected, { seed, importedAt });
      const texts = Object.entries(inParts(set, (rows) => cut(shuffled(rows, seed), files, seed).filter((part) => part.length > 0))).flatMap(([file, parts]) =>
        parts.map((rows, i): [string, string] => [path.join(String(i), `${file}.csv`), csv(columnsOf[file as SetFile], rows).replaceAll('\n', crlf ? '\r\n' : '\n')]));
      await readInPieces(own, Object.fromEntries(texts), { pieceBytes, importedAt: new Date(importedAt * 1000) });
      const made = await own.read(async (session) => makeReport(new Relations(session, await scopeOf(set)(session)), () => now));
      expect(failed(made)).toEqual(set.expected);
    } finally {
      await end();
    }
  }), { numRuns: 4, endOnFailure: true });
});

test('the failing rows are those that fail, with their own line, on pages that neither overlap nor miss one', async () => {
  const set = defectiveSet(all(() => 7), { seed: 11, importedAt });
  const files = inParts(set, (rows) => [rows.slice(0, 100), rows.slice(100)]);
  await fillSet(workspace, files);
  await workspace.read(async (session) => {
    const relations = new Relations(session, await scopeOf(set)(session));
    for (const rule of rules) {
      const whole = await failingRows(relations, rule, { limit: 1000, offset: 0 });
      expect([rule.id, whole.total]).toEqual([rule.id, rule.unit === 'table' ? 0 : set.expected[rule.id]]);
      expect(whole.rows).toHaveLength(whole.total);
      const pages = [];
      for (let offset = 0; offset < whole.total; offset += 5) pages.push(...(await failingRows(relations, rule, { limit: 5, offset })).rows);
      expect(pages).toEqual(whole.rows);
      expect(new Set(whole.rows.map((row) => JSON.stringify([row.key, row.file, row.line]))).size).toBe(whole.total);
      if (rule.unit !== 'row') continue;
      for (const row of whole.rows) {
        const [, name = '', part = ''] = /^(.*)-(\d)\.csv$/.exec(row.file ?? '') ?? [];
        const cells = Object.entries(files).find(([file]) => file === name)?.[1][Number(part) - 1]?.[(row.line ?? 0) - 2];
        expect(cells, `${rule.id} ${JSON.stringify(row)}`).toBeDefined();
        const movie = row.key['movie_id'];
        const shown = rule.id.endsWith('.type') && typeof row.value === 'string' ? row.value : typeof movie === 'number' ? String(movie) : '';
        expect(cells?.some((cell) => cell.includes(shown)), `${rule.id} ${JSON.stringify(row)}`).toBe(true);
      }
    }
  });
});

test('rules on a whole table fail just beyond their limits, and where the limit itself counts, on it', async () => {
  const films = (n: number) => Array.from({ length: n }, (_, i) => [String(i + 1), `Film ${i + 1} (2000)`, 'Drama']);
  const ratings = (n: number) => Array.from({ length: n }, (_, i) => [String(i + 1), '1', '4', '1000000000']);
  const links = (filled: number, empty: number) => Array.from({ length: filled + empty }, (_, i) => [i < filled ? String(i + 1) : '', '0114709', String(i + 1)]);
  const cases: [rule: string, fails: number, figure: number, tables: Partial<Record<'movies' | 'ratings' | 'links', string[][]>>][] = [
    ['ratings.volume', 1, 9999, { ratings: ratings(9999) }], ['ratings.volume', 0, 10_000, { ratings: ratings(10_000) }],
    ['dataset.completeness', 1, 95, { links: links(19, 1) }], ['dataset.completeness', 0, (100 * 20) / 21, { links: links(20, 1) }],
    ['dataset.referential', 0, 50, { movies: films(2), ratings: ratings(3) }], ['dataset.referential', 1, (100 * 2) / 3, { movies: films(3), ratings: ratings(3) }],
  ];
  for (const [id, fails, figure, tables] of cases) {
    const { workspace: own, close: end } = await temporaryWorkspace();
    for (const kind of ['movies', 'ratings', 'links'] as const) if (tables[kind]) await fillRaw(own, kind, [{ path: `${kind}.csv`, rows: tables[kind] }]);
    const made = await own.read(async (session) => makeReport(new Relations(session, await readScope(session, defaultParameters.quality, now, null)), () => now));
    expect(made.rules.find((rule) => rule.id === id)).toMatchObject({ id, failed: fails, checked: 1, figure: expect.closeTo(figure, 9) });
    await end();
  }
});

test('near-equal titles are those of one year that differ by a slip, not parts of a series, short words or remakes', async () => {
  const near = [['Delta, The (1976)', 'Delt, The (1976)'], ['Amélie (2001)', 'Amelie (2001)'], ['Léon (1994)', 'Leon, The (1994)', 'LEON (1994)'], ['Seven Samurai (1954)', 'Sevne Samurai (1954)'], ['Stalker! (1979)', 'Stalkerr (1979)']];
  const apart = ['Cube (1997)', 'Cure (1997)', 'Heat (1995)', 'Heat (1986)', 'Volume I (2013)', 'Volume II (2013)', 'Apollo 12 (1995)', 'Apollo 13 (1995)', 'Vol. 1 (2003)', 'Vol. 2 (2003)', 'Delta Force (1976)', 'Same (2001)', 'Same (2001)', 'No Year', 'No Yaer', '$ (1971)', '! (1971)'];
  await fillRaw(workspace, 'movies', [{ path: 'movies.csv', rows: [...near.flat(), ...apart].map((title, i) => [String(i + 1), title, 'Drama']) }]);
  await workspace.read(async (session) => {
    const relations = new Relations(session, await readScope(session, defaultParameters.quality, now, null));
    const rowsOf = (id: string) => failingRows(relations, ruleById(id, relations.scope), { limit: 100, offset: 0 });
    const { rows } = await rowsOf('movies.duplicate.fuzzy');
    const ids = rows.map(({ value }) => /\(([\d, ]+)\)$/.exec(JSON.stringify(value).slice(0, -1))?.[1]);
    let next = 1;
    expect(new Set(ids)).toEqual(new Set(near.map((group) => group.map(() => next++).join(', '))));
    expect(ids).toHaveLength(near.length);
    expect((await rowsOf('movies.duplicate.exact')).rows.map(({ key }) => key)).toEqual([{ title: 'Same', year: 2001 }]);
  });
});

test('the columns whose cells must be filled are those that an import requires', () => {
  const required = Object.entries(coreFields).map(([kind, fields]) => [kind, fields.filter(({ required }) => required).map(({ name }) => name)]);
  expect(Object.fromEntries(required)).toEqual(requiredColumns);
});

test('parameters know the rules by their ids', () => {
  expect(rules.map(({ id }) => id)).toEqual(builtInRules);
});
