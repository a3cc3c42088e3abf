import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QualityReport, type ReelbenchError, type RunResult } from '../../../../shared/contract/index.ts';
import { csv, defectiveSet, movieColumns, ratingColumns } from '../../../support/defects.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

const importedAt = Date.UTC(2025, 0, 1, 12) / 1000;
const defects = { 'ratings.rating.range': 4, 'ratings.rating.type': 3, 'ratings.rating.step': 3, 'ratings.duplicate.exact': 2, 'movies.title.whitespace': 2, 'movies.title.present': 2 };

let bench: TestEngine;
beforeEach(async () => {
  bench = await openTestEngine({ clock: () => new Date(importedAt * 1000) });
  const set = defectiveSet(defects, { seed: 31, importedAt });
  await writeFile(path.join(bench.folder, 'movies.csv'), csv(movieColumns, set.movies));
  await writeFile(path.join(bench.folder, 'ratings.csv'), csv(ratingColumns, set.ratings));
  await bench.imported([path.join(bench.folder, 'movies.csv'), path.join(bench.folder, 'ratings.csv')]);
});
afterEach(() => bench.close());


async function run(): Promise<{ status: string; result: RunResult }> {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: ['transform'] })).jobId);
  if (!job.result) throw new Error(job.error?.message);
  return { status: job.status, result: job.result as RunResult };
}
async function check(): Promise<QualityReport> {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.run', {})).jobId);
  return QualityReport.parse(job.result);
}
const quarantine = (where = 'true') => bench.rows<{ rule: string; row_id: number | null; text_row_id: number | null; reason: string; key: string; file: string; line: number }>(`SELECT * FROM quarantine WHERE ${where} ORDER BY rule, row_id, text_row_id`);

test('rows set aside by hand are in quarantine with their reason, rows put back are not, and undoing takes both back', async () => {
  await run();
  const before = await quarantine();
  const loaded = (await bench.rows<{ n: number }>('SELECT count(*) AS n FROM ratings'))[0]?.n ?? 0;

  const aside = await bench.engine.call('quality.quarantine', { table: 'ratings', rows: ['r5', 'r9'], reason: 'A bot' });
  expect(aside.rows).toBe(2);
  const bad = await bench.engine.call('quality.rows', { rule: 'ratings.rating.range' });
  expect(bad.rows).toHaveLength(4);
  const back = await bench.engine.call('quality.restore', { rule: 'ratings.rating.range' });
  expect(back.rows).toBe(4);

  const [validate] = (await bench.engine.call('pipeline.status', {})).stages.filter(({ name }) => name === 'validate');
  expect(validate).toMatchObject({ state: 'changed', reasons: [{ what: 'decisions', change: 'new' }] });
  await run();
  expect(await quarantine(`rule = 'by hand'`)).toMatchObject([{ row_id: 5, reason: 'A bot', line: 7, file: expect.stringContaining('ratings.csv') }, { row_id: 9, line: 11 }]);
  expect(await quarantine(`rule = 'ratings.rating.range'`)).toEqual([]);
  expect(await bench.rows('SELECT count(*) AS n FROM ratings')).toEqual([{ n: loaded - 2 + 4 }]);

  const list = await bench.engine.call('quality.decisions', {});
  expect(list).toMatchObject({ total: 2, standing: 2, rows: [{ kind: 'restore', names: 4, title: 'Put back 4 rows of ratings' }, { kind: 'quarantine', reason: 'A bot', names: 2, undoneAt: null }] });
  for (const { id } of list.rows) await bench.engine.call('quality.undo', { decision: id });
  expect((await bench.engine.call('quality.decisions', {})).standing).toBe(0);
  await expect(bench.engine.call('quality.undo', { decision: 1 })).rejects.toMatchObject({ code: 'not-found' });
  await run();
  expect(await quarantine()).toEqual(before);
});

test('a decision holds for rows with an unreadable cell, and for the same file imported again', async () => {
  await run();
  const [row] = await quarantine(`rule = 'ratings.rating.type'`);
  expect(row?.text_row_id).not.toBeNull();
  await bench.engine.call('quality.restore', { table: 'ratings', rows: [`t${row?.text_row_id}`] });
  await bench.engine.call('quality.quarantine', { table: 'movies', rows: ['r0'], reason: 'Not a film' });
  await bench.imported([path.join(bench.folder, 'movies.csv'), path.join(bench.folder, 'ratings.csv')]);
  await run();
  expect(await quarantine(`rule = 'ratings.rating.type'`)).toHaveLength(2);
  expect(await quarantine(`rule = 'by hand'`)).toMatchObject([{ table_name: 'movies', row_id: 0, key: expect.stringContaining('"movie_id":3') }]);
  // Ratings of a film that was set aside are left out with it, and counted.
  const [orphans] = await bench.rows<{ n: number }>(`SELECT sum(rows)::INTEGER AS n FROM row_outcomes WHERE table_name = 'ratings' AND outcome = 'orphan'`);
  expect(orphans?.n).toBeGreaterThan(0);
});

test('an error rule whose fix is off blocks until its rows are decided about, its threshold allows them, or its fix is on', async () => {
  await bench.engine.call('params.set', { path: 'quality.min_volume', value: 1 });
  await bench.engine.call('quality.fix.apply', { rule: 'ratings.rating.range', enabled: false });
  expect((await check()).blocked).toBe(true);
  const blocked = await run();
  expect([blocked.status, blocked.result.blockers.map(({ rule }) => rule)]).toEqual(['blocked', ['ratings.rating.range']]);

  const { rows } = await bench.engine.call('quality.rows', { rule: 'ratings.rating.range' });
  const { decision } = await bench.engine.call('quality.quarantine', { rule: 'ratings.rating.range', reason: 'Wrong scale' });
  const report = await bench.engine.call('quality.report', {});
  expect(report?.rules.find(({ id }) => id === 'ratings.rating.range')).toMatchObject({ failed: 4, byHand: { setAside: 4, putBack: 0 }, status: 'fail' });
  expect(report?.blocked).toBe(false);
  expect((await run()).status).toBe('succeeded');
  expect(await quarantine(`rule = 'by hand'`)).toHaveLength(rows.length);

  await bench.engine.call('quality.undo', { decision: decision ?? 0 });
  expect((await bench.engine.call('quality.report', {}))?.blocked).toBe(true);
  // Thresholds change no count, so the report stays and is judged anew.
  await bench.engine.call('params.set', { path: 'quality.ratings.rating.range.severity', value: 'warning' });
  expect((await bench.engine.call('quality.report', {}))?.rules.find(({ id }) => id === 'ratings.rating.range')).toMatchObject({ failed: 4, severity: 'warning', status: 'warn' });
  await bench.engine.call('params.reset', { path: 'quality.ratings.rating.range.severity' });
  await bench.engine.call('params.set', { path: 'quality.ratings.rating.range.threshold', value: 4 });
  expect((await bench.engine.call('quality.report', {}))?.rules.find(({ id }) => id === 'ratings.rating.range')).toMatchObject({ failed: 4, threshold: 4, status: 'pass' });
  expect((await run()).status).toBe('succeeded');
  await bench.engine.call('params.set', { path: 'quality.ratings.rating.range.threshold', value: 3 });
  expect((await run()).status).toBe('blocked');
  // A share of what was checked: 4 of some 11,500.
  for (const [share, status] of [['0.1%', 'succeeded'], ['0.01%', 'blocked']] as const) {
    await bench.engine.call('params.set', { path: 'quality.ratings.rating.range.threshold', value: share });
    expect([share, (await run()).status]).toEqual([share, status]);
    expect((await bench.engine.call('quality.report', {}))?.blocked).toBe(status === 'blocked');
  }
  await bench.engine.call('quality.undo', { decision: 1 });
  expect((await run()).status).toBe('succeeded');
});

test('a fix that was switched is taken back as a change of a parameter, too, and the journal says so', async () => {
  const fix = () => bench.engine.context.parameters().values.quality.rules['ratings.rating.step']?.fix;
  const undone = async () => (await bench.engine.call('quality.decisions', {})).rows.map(({ undoneAt }) => undoneAt !== null);
  await bench.engine.call('quality.fix.apply', { rule: 'ratings.rating.step', enabled: false });
  await bench.engine.call('params.set', { path: 'quality.min_volume', value: 7 });
  expect(await bench.engine.call('params.undo', {})).toMatchObject({ path: 'quality.min_volume', from: 7, to: null });
  expect(await undone()).toEqual([false]);
  expect(await bench.engine.call('params.undo', {})).toEqual({ path: 'quality.ratings.rating.step.fix', title: 'Fix of ratings.rating.step', from: false, to: null });
  expect([fix(), await undone()]).toEqual([undefined, [true]]);
  await bench.engine.call('params.redo', {});
  expect([fix(), await undone()]).toEqual([false, [false]]);
  expect(await bench.engine.call('params.history', {})).toMatchObject({ undo: { path: 'quality.ratings.rating.step.fix' }, redo: { path: 'quality.min_volume' } });
});

test('a fix that was switched is recorded with the value before, and undone in any order', async () => {
  const fix = () => bench.engine.context.parameters().values.quality.rules['ratings.rating.step']?.fix;
  const rule = 'ratings.rating.step';
  const off = await bench.engine.call('quality.fix.apply', { rule, enabled: false });
  const on = await bench.engine.call('quality.fix.apply', { rule, enabled: true });
  expect(await bench.engine.call('quality.fix.apply', { rule, enabled: true })).toEqual({ decision: null, rows: 0 });
  expect(fix()).toBe(true);
  await bench.engine.call('quality.undo', { decision: off.decision ?? 0 });
  expect(fix()).toBe(true);
  await bench.engine.call('quality.undo', { decision: on.decision ?? 0 });
  expect(fix()).toBeUndefined();
  await expect(bench.engine.call('quality.fix.apply', { rule: 'ratings.volume', enabled: true })).rejects.toMatchObject({ code: 'invalid-arguments' });
});

test('what cannot be decided is refused clearly', async () => {
  const refusal = (input: { table?: string; rows?: string[]; rule?: string }) =>
    bench.engine.call('quality.quarantine', { ...input, reason: 'x' }).then(() => null, (error: ReelbenchError) => error.toData());
  expect(await refusal({ table: 'ratings', rows: ['r99999999'] })).toMatchObject({ code: 'not-found', message: expect.stringContaining('r99999999') });
  expect(await refusal({ table: 'ratings', rows: ['12; DROP TABLE'] })).toMatchObject({ code: 'invalid-arguments' });
  expect(await refusal({ table: 'raw"; DROP', rows: ['r1'] })).toMatchObject({ code: 'not-found' });
  expect(await refusal({ rule: 'ratings.user.sparse' })).toMatchObject({ code: 'invalid-arguments' });
  expect(await refusal({ rule: 'no.such' })).toMatchObject({ code: 'not-found' });
  expect(await refusal({})).toMatchObject({ code: 'invalid-arguments' });
  await expect(bench.engine.call('quality.quarantine', { table: 'ratings', rows: ['r1'], reason: '  ' })).rejects.toMatchObject({ code: 'invalid-arguments' });
  const { jobId } = await bench.engine.call('pipeline.run', {});
  expect(await refusal({ table: 'ratings', rows: ['r1'] })).toMatchObject({ code: 'not-ready' });
  await bench.engine.call('jobs.cancel', { id: jobId });
  await bench.engine.context.jobs.ended(jobId);
  expect((await bench.engine.call('quality.decisions', {})).total).toBe(0);
});
