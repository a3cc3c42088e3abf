import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExportResult, type FailingRow, type Input, QualityReport } from '../../../../shared/contract/index.ts';
import { Looking } from '../../../../electron/engine/quality/evidence/looking.ts';
import { failingPage, type RowsView } from '../../../../electron/engine/quality/evidence/rows.ts';
import { ruleById, rules } from '../../../../electron/engine/quality/rules/index.ts';
import { csv, defectiveSet, movieColumns, ratingColumns } from '../../../support/defects.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

const importedAt = Date.UTC(2025, 0, 1, 12) / 1000;
const every = Object.fromEntries(rules.filter(({ unit }) => unit !== 'table').map(({ id }) => [id, 6]));
const set = defectiveSet(every, { seed: 43, importedAt });

let bench: TestEngine;
/** Rule → failing units, as the check counts them. */
let failed: Record<string, number>;
beforeAll(async () => {
  bench = await openTestEngine({ clock: () => new Date(importedAt * 1000) });
  const half = Math.floor(set.ratings.length / 2);
  await writeFile(path.join(bench.folder, 'movies.csv'), csv(movieColumns, set.movies));
  await writeFile(path.join(bench.folder, 'a-ratings.csv'), csv(ratingColumns, set.ratings.slice(0, half)));
  await writeFile(path.join(bench.folder, 'b-ratings.csv'), csv(ratingColumns, set.ratings.slice(half)));
  await bench.imported(['movies.csv', 'a-ratings.csv', 'b-ratings.csv'].map((name) => path.join(bench.folder, name)));
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.run', {})).jobId);
  failed = Object.fromEntries(QualityReport.parse(job.result).rules.map((rule) => [rule.id, rule.failed]));
});
afterAll(() => bench.close());

const rowsOf = (input: Input<'quality.rows'>) => bench.engine.call('quality.rows', input);

test('rows are sorted by any column and filtered by any, and pages neither overlap nor miss one', async () => {
  for (const rule of ['ratings.rating.range', 'ratings.timestamp.type', 'movies.title.whitespace', 'ratings.user.sparse', 'ratings.duplicate.conflict']) {
    const whole = (await rowsOf({ rule, limit: 1000 })).rows;
    expect([rule, whole.length]).toEqual([rule, failed[rule]]);
    const columns = [...Object.keys(whole[0]?.key ?? {}), 'value', 'reason', 'file', 'line', 'state'];
    for (const column of columns) {
      for (const descending of [false, true]) {
        const pages: FailingRow[] = [];
        for (let offset = 0; offset < whole.length; offset += 2) pages.push(...(await rowsOf({ rule, sort: [{ column, descending }], limit: 2, offset })).rows);
        expect(pages.map(text).toSorted()).toEqual(whole.map(text).toSorted());
        const values = pages.map((row) => cell(row, column)).filter((value) => value !== null);
        const numbers = values.filter((value) => typeof value === 'number');
        expect(numbers).toEqual(numbers.toSorted((a, b) => (descending ? b - a : a - b)));
      }
    }
    const last = whole.at(-1);
    const value = typeof last?.value === 'string' ? last.value : '';
    const found = await rowsOf({ rule, filters: value === '' ? [{ column: 'value', op: 'is empty' }] : [{ column: 'value', op: '=', value }] });
    expect(found.rows.map(text)).toContain(last === undefined ? '' : text(last));
    expect(found.total).toBeLessThanOrEqual(whole.length);
    expect((await rowsOf({ rule, filters: [{ column: 'reason', op: 'contains', value: 'no such words' }] })).total).toBe(0);
  }
  const late = await rowsOf({ rule: 'ratings.rating.range', filters: [{ column: 'line', op: '>', value: '100' }, { column: 'file', op: 'contains', value: 'B-RAT' }] });
  for (const { file, line } of late.rows) expect([file?.includes('b-ratings'), (line ?? 0) > 100]).toEqual([true, true]);
  await expect(rowsOf({ rule: 'ratings.rating.range', sort: [{ column: 'nonsense', descending: false }] })).rejects.toMatchObject({ code: 'not-found', column: 'nonsense' });
  await expect(rowsOf({ rule: 'ratings.rating.range', filters: [{ column: 'value', op: '=', value: `'; DROP TABLE raw.ratings; --` }] })).resolves.toMatchObject({ total: 0 });
});

test('where rows are too many to keep, each page is the same as where they are kept', async () => {
  const looking = new Looking(bench.engine.context);
  const views: RowsView[] = [
    { sort: [], filters: [] },
    { sort: [{ column: 'value', descending: true }], filters: [] },
    { sort: [{ column: 'file', descending: true }, { column: 'line', descending: true }], filters: [{ column: 'reason', op: 'is not empty' }] },
    { sort: [], filters: [{ column: 'state', op: '=', value: 'set aside' }, { column: 'value', op: 'contains', value: '1' }] },
  ];
  for (const id of ['ratings.timestamp.type', 'ratings.rating.range', 'ratings.rating.step', 'ratings.user.sparse']) {
    for (const view of views.filter(({ filters }) => id !== 'ratings.user.sparse' || filters.every(({ column }) => column !== 'state'))) {
      for (const page of [{ limit: 4, offset: 0 }, { limit: 4, offset: 4 }, { limit: 100, offset: 0 }]) {
        const [kept, many] = await looking.look(async (look) => {
          const rule = ruleById(id, look.scope);
          const { quality } = look.scope;
          return [await failingPage(look, rule, quality, view, page), await failingPage(look, rule, quality, view, page, 1)] as const;
        });
        expect([id, view, many]).toEqual([id, view, kept]);
      }
    }
  }
});

test('only rows can be decided about; each says what becomes of it', async () => {
  const states = async (rule: string) => new Set((await rowsOf({ rule })).rows.map(({ state }) => state));
  expect(await states('ratings.rating.range')).toEqual(new Set(['set aside']));
  expect(await states('ratings.rating.step')).toEqual(new Set(['fixed']));
  expect(await states('ratings.timestamp.before_release')).toEqual(new Set(['stays']));
  expect((await rowsOf({ rule: 'ratings.user.sparse' })).rows.some(({ id, state }) => id !== undefined || state !== undefined)).toBe(false);
  expect(await rowsOf({ rule: 'ratings.volume' })).toEqual({ total: 0, rows: [] });

  const { rows } = await rowsOf({ rule: 'ratings.rating.range' });
  const [first, second] = rows.map(({ id }) => id ?? '');
  const aside = await bench.engine.call('quality.quarantine', { table: 'ratings', rows: [first ?? ''], reason: 'Mine' });
  const back = await bench.engine.call('quality.restore', { table: 'ratings', rows: [second ?? ''] });
  const after = (await rowsOf({ rule: 'ratings.rating.range' })).rows;
  expect(after.map(({ state }) => state)).toEqual(['set aside by hand', 'put back', 'set aside', 'set aside', 'set aside', 'set aside']);
  const filtered = await rowsOf({ rule: 'ratings.rating.range', filters: [{ column: 'state', op: '=', value: 'put back' }] });
  expect(filtered.rows.map(({ id }) => id)).toEqual([second]);
  for (const { decision } of [aside, back]) await bench.engine.call('quality.undo', { decision: decision ?? 0 });
});

test('all failing rows are exported, filtered and sorted as shown, as CSV without formulas and as Parquet', async () => {
  const written = async (input: Input<'quality.rows.export'>) => {
    const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.rows.export', input)).jobId);
    if (job.status !== 'succeeded') throw new Error(job.error?.message);
    const { rows, file } = ExportResult.parse(job.result);
    return { rows, name: file.name, path: bench.engine.context.files.path(file) };
  };
  const file = await written({ rule: 'ratings.rating.type', sort: [{ column: 'line', descending: true }] });
  expect([file.rows, file.name]).toEqual([6, 'ratings.rating.type.csv']);
  const lines = (await readFile(file.path, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe('user_id,movie_id,column,value,reason,file,line,state');
  expect(lines.some((line) => line.includes(`,'--,`))).toBe(true);
  const groups = await written({ rule: 'ratings.user.sparse', format: 'parquet' });
  expect(groups.rows).toBe(failed['ratings.user.sparse']);
  expect(await bench.rows(`SELECT count(*) AS n, count(DISTINCT user_id) AS users FROM read_parquet('${groups.path}')`)).toEqual([{ n: groups.rows, users: groups.rows }]);
  const { jobId } = await bench.engine.call('quality.rows.export', { rule: 'ratings.volume' });
  expect((await bench.engine.context.jobs.ended(jobId)).error?.message).toContain('no failing rows');
});

test('a preview shows each row before and after, and is what the run then does', async () => {
  for (const rule of ['ratings.rating.range', 'ratings.rating.step', 'ratings.timestamp.unit', 'ratings.duplicate.exact', 'ratings.duplicate.conflict', 'movies.title.encoding', 'movies.year.range', 'movies.genres.format', 'movies.movie_id.unique', 'movies.genres.present', 'movies.duplicate.exact']) {
    const { action, total, untouched, rows } = await bench.engine.call('quality.fix.preview', { rule, limit: 1000 });
    expect([rule, rows.length]).toEqual([rule, total]);
    // A fix that keeps or proposes changes nothing; of a pair in conflict, a row may be set aside for something else.
    const expected = action === 'keep' || action === 'propose' ? 0 : rule === 'ratings.duplicate.conflict' ? total : failed[rule];
    expect([rule, total + untouched]).toEqual([rule, expected]);
    for (const row of rows) expect([rule, row.before === row.after, row.file === null, row.line === null]).toEqual([rule, false, false, false]);
  }
  // What U+FFFD stands for is lost: such a title stays as it is.
  expect(await bench.engine.call('quality.fix.preview', { rule: 'movies.title.encoding' })).toMatchObject({ total: 5, untouched: 1 });
  expect((await bench.engine.call('quality.fix.preview', { rule: 'movies.year.range' })).rows[0]).toMatchObject({ column: 'year', after: null, key: { movie_id: expect.any(Number) } });
  const pages = [];
  for (let offset = 0; offset < 6; offset += 2) pages.push(...(await bench.engine.call('quality.fix.preview', { rule: 'ratings.rating.step', limit: 2, offset })).rows);
  expect(new Set(pages.map(({ id }) => id)).size).toBe(6);

  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: ['validate'] })).jobId);
  expect(job.status).toBe('succeeded');
  const done = await bench.rows<{ id: string; before: string; after: string }>(`SELECT coalesce('r' || row_id, 't' || text_row_id) AS id, before, after FROM fixes WHERE rule = 'ratings.rating.step' ORDER BY row_id NULLS LAST, text_row_id`);
  expect(pages.map(({ id, before, after }) => ({ id, before, after }))).toEqual(done);

  const aside = await bench.engine.call('quality.quarantined', { limit: 1000 });
  const written = await bench.rows<{ table: string; rule: string; id: string }>(`SELECT table_name AS "table", rule, coalesce('r' || row_id, 't' || text_row_id) AS id FROM quarantine ORDER BY table_name, row_id NULLS LAST, text_row_id, rule`);
  expect(aside.rows.map(({ table, rule, id }) => ({ table, rule, id }))).toEqual(written);
  expect(aside.rules.reduce((sum, { rows }) => sum + rows, 0)).toBe(aside.total);
  expect((await bench.engine.call('quality.quarantined', { table: 'movies', filters: [{ column: 'reason', op: 'contains', value: 'title' }], sort: [{ column: 'line', descending: true }] })).rows.every(({ table, reason }) => table === 'movies' && reason.includes('title'))).toBe(true);
});

test('what people look at follows the data and the parameters', async () => {
  expect((await rowsOf({ rule: 'ratings.user.sparse' })).total).toBe(6);
  await bench.engine.call('params.set', { path: 'quality.min_ratings_per_user', value: 21 });
  expect((await rowsOf({ rule: 'ratings.user.sparse' })).total).toBeGreaterThan(6);
  await bench.engine.call('params.reset', { path: 'quality.min_ratings_per_user' });
  const counts = await Promise.all(['ratings.user.sparse', 'ratings.rating.range', 'ratings.user.burst'].map(async (rule) => (await rowsOf({ rule })).total));
  expect(counts).toEqual([6, 6, 6]);
});

const text = (row: FailingRow) => JSON.stringify([row.key, row.value, row.file, row.line]);
function cell(row: FailingRow, column: string): unknown {
  if (column === 'value' || column === 'reason' || column === 'file' || column === 'line' || column === 'state') return row[column] ?? null;
  return row.key[column] ?? null;
}
