import { afterEach, beforeEach, expect, test } from 'vitest';
import type { QualityReport } from '../../../shared/contract/index.ts';
import { Relations } from '../../../electron/engine/quality/relations/index.ts';
import { makeReport } from '../../../electron/engine/quality/report.ts';
import { failingRows } from '../../../electron/engine/quality/evidence.ts';
import { ruleById, rules } from '../../../electron/engine/quality/rules/index.ts';
import { readScope } from '../../../electron/engine/quality/relations/scope.ts';
import { defaultParameters } from '../../../electron/engine/workspace/parameters.ts';
import type { Workspace } from '../../../electron/engine/workspace/workspace.ts';
import { defectiveSet, shuffled } from '../../support/defects.ts';
import { fillRaw, temporaryWorkspace } from '../../support/raw-tables.ts';

const importedAt = Date.UTC(2025, 0, 1) / 1000;
const now = new Date('2025-01-02T00:00:00Z');
const ids = rules.filter(({ unit }) => unit !== 'table').map(({ id }) => id);

let workspace: Workspace;
let close: () => Promise<void>;
beforeEach(async () => {
  ({ workspace, close } = await temporaryWorkspace());
});
afterEach(() => close());

const report = (): Promise<QualityReport> =>
  workspace.read(async (session) => makeReport(new Relations(session, await readScope(session, defaultParameters.quality, now, null)), () => now));
const failed = ({ rules }: QualityReport) => Object.fromEntries(rules.filter(({ unit }) => unit !== 'table').map(({ id, failed }) => [id, failed]));
const all = (count: (i: number) => number) => Object.fromEntries(ids.map((id, i) => [id, count(i)]));
const withZeros = (expected: Record<string, number>) => ({ ...all(() => 0), ...expected });

test('a clean set has no failures, and every rule looked at something', async () => {
  const set = defectiveSet({}, { seed: 1, importedAt });
  await fillRaw(workspace, 'ratings', [{ path: 'ratings.csv', rows: set.ratings }]);
  await fillRaw(workspace, 'movies', [{ path: 'movies.csv', rows: set.movies }]);
  const made = await report();
  expect(failed(made)).toEqual(all(() => 0));
  expect(made.rules.filter(({ checked, id }) => checked === 0 && id !== 'ratings.distribution.drift')).toEqual([]);
  expect(made.blocked).toBe(false);
});

for (const [seed, count] of [[7, () => 6], [8, (i: number) => (i * 5) % 13], [9, (i: number) => 1 + (i % 3)]] as const) {
  test(`every rule reports exactly what was injected, whatever the order of rows and files (seed ${seed})`, async () => {
    const set = defectiveSet(all(count), { seed, importedAt });
    await fillRaw(workspace, 'movies', [{ path: 'movies.csv', rows: set.movies }]);
    await fillRaw(workspace, 'ratings', [{ path: 'ratings.csv', rows: set.ratings }]);
    expect(failed(await report())).toEqual(withZeros(set.expected));

    await workspace.write((session) => session.run('DELETE FROM raw.files; DELETE FROM raw.lines'));
    const rows = shuffled(set.ratings, seed);
    const [a, b] = [Math.floor(rows.length / 3), Math.floor(rows.length / 2)];
    await fillRaw(workspace, 'movies', [{ path: 'a/movies.csv', rows: set.movies.slice(0, 100) }, { path: 'b/movies.csv', rows: set.movies.slice(100) }]);
    await fillRaw(workspace, 'ratings', [{ path: '1.csv', rows: rows.slice(0, a) }, { path: '2.csv', rows: rows.slice(a, b) }, { path: '3.csv', rows: rows.slice(b) }]);
    expect(failed(await report())).toEqual(withZeros(set.expected));
  });
}

test('the failing rows are those that fail, with their own line, on pages that neither overlap nor miss one', async () => {
  const set = defectiveSet(all(() => 7), { seed: 11, importedAt });
  await fillRaw(workspace, 'movies', [{ path: 'movies.csv', rows: set.movies }]);
  const half = Math.floor(set.ratings.length / 2);
  await fillRaw(workspace, 'ratings', [{ path: '1.csv', rows: set.ratings.slice(0, half) }, { path: '2.csv', rows: set.ratings.slice(half) }]);
  const cellsAt = (table: string, file: string | null, line: number | null) =>
    table === 'movies' ? set.movies[(line ?? 0) - 2] : file === '1.csv' ? set.ratings[(line ?? 0) - 2] : set.ratings[half + (line ?? 0) - 2];
  await workspace.read(async (session) => {
    const relations = new Relations(session, await readScope(session, defaultParameters.quality, now, null));
    for (const rule of rules.filter(({ unit }) => unit !== 'table')) {
      const whole = await failingRows(relations, rule, { limit: 1000, offset: 0 });
      expect([rule.id, whole.total]).toEqual([rule.id, set.expected[rule.id]]);
      expect(whole.rows).toHaveLength(whole.total);
      const pages = [];
      for (let offset = 0; offset < whole.total; offset += 5) pages.push(...(await failingRows(relations, rule, { limit: 5, offset })).rows);
      expect(pages).toEqual(whole.rows);
      expect(new Set(whole.rows.map((row) => JSON.stringify([row.key, row.file, row.line]))).size).toBe(whole.total);
      if (rule.unit !== 'row') continue;
      for (const row of whole.rows) {
        const cells = cellsAt(rule.table, row.file, row.line);
        expect(cells, `${rule.id} ${JSON.stringify(row)}`).toBeDefined();
        const movie = row.key['movie_id'];
        const shown = rule.id.endsWith('.type') && typeof row.value === 'string' ? row.value : typeof movie === 'number' ? String(movie) : '';
        expect(cells?.some((cell) => cell.includes(shown)), `${rule.id} ${JSON.stringify(row)}`).toBe(true);
      }
    }
  });
});

test('near-equal titles are those of one year that differ by a slip, not parts of a series, short words or remakes', async () => {
  const near = [['Delta, The (1976)', 'Delt, The (1976)'], ['Amélie (2001)', 'Amelie (2001)'], ['Léon (1994)', 'Leon, The (1994)', 'LEON (1994)'], ['Seven Samurai (1954)', 'Sevne Samurai (1954)'], ['Stalker! (1979)', 'Stalkerr (1979)']];
  const apart = ['Cube (1997)', 'Cure (1997)', 'Heat (1995)', 'Heat (1986)', 'Volume I (2013)', 'Volume II (2013)', 'Apollo 12 (1995)', 'Apollo 13 (1995)', 'Vol. 1 (2003)', 'Vol. 2 (2003)', 'Delta Force (1976)', 'Same (2001)', 'Same (2001)', 'No Year', 'No Yaer', '$ (1971)', '! (1971)'];
  await fillRaw(workspace, 'movies', [{ path: 'movies.csv', rows: [...near.flat(), ...apart].map((title, i) => [String(i + 1), title, 'Drama']) }]);
  await workspace.read(async (session) => {
    const relations = new Relations(session, await readScope(session, defaultParameters.quality, now, null));
    const rowsOf = (id: string) => failingRows(relations, ruleById(id), { limit: 100, offset: 0 });
    const { rows } = await rowsOf('movies.duplicate.fuzzy');
    const ids = rows.map(({ value }) => /\(([\d, ]+)\)$/.exec(JSON.stringify(value).slice(0, -1))?.[1]);
    let next = 1;
    expect(new Set(ids)).toEqual(new Set(near.map((group) => group.map(() => next++).join(', '))));
    expect(ids).toHaveLength(near.length);
    expect((await rowsOf('movies.duplicate.exact')).rows.map(({ key }) => key)).toEqual([{ title: 'Same', year: 2001 }]);
  });
});
