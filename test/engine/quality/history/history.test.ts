import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEPT_CHECKS } from '../../../../electron/engine/quality/history/points.ts';
import { KNOTS, sketchTable } from '../../../../electron/engine/quality/history/sketch.ts';
import { largestDistance } from '../../../../electron/engine/quality/history/stability.ts';
import { versionSql } from '../../../../electron/engine/workspace/versions.ts';
import { publishRun } from '../../../support/publish.ts';
import { csv, defectiveSet, movieColumns, ratingColumns } from '../../../support/defects.ts';
import { exactDistance, sketchOf } from '../../../support/drift.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

const importedAt = Date.UTC(2025, 0, 1, 12) / 1000;
let time = importedAt * 1000;
let bench: TestEngine;
beforeEach(async () => {
  time = importedAt * 1000;
  bench = await openTestEngine({ clock: () => new Date((time += 1000)) });
});
afterEach(() => bench.close());

async function importSet(set: ReturnType<typeof defectiveSet>): Promise<void> {
  const files = { 'movies.csv': csv(movieColumns, set.movies), 'ratings.csv': csv(ratingColumns, set.ratings) };
  const paths = await Promise.all(Object.entries(files).map(async ([name, text]) => {
    await writeFile(path.join(bench.folder, name), text);
    return path.join(bench.folder, name);
  }));
  await bench.imported(paths);
}

async function job(started: Promise<{ jobId: string }>): Promise<string> {
  return (await bench.engine.context.jobs.ended((await started).jobId)).status;
}
const check = () => job(bench.engine.call('quality.run', {}));
const history = () => bench.engine.call('quality.history', {});

test('every check and every run is kept with all its rules, also a run that is blocked and after the workspace is opened again', async () => {
  await importSet(defectiveSet({ 'ratings.rating.range': 3 }, { seed: 1, importedAt }));
  expect((await history()).points).toEqual([]);
  await check();
  await importSet(defectiveSet({ 'ratings.rating.range': 7 }, { seed: 1, importedAt }));
  await bench.engine.call('params.set', { path: 'quality.fixes', value: false });
  expect(await job(bench.engine.call('pipeline.run', { stages: ['validate'] }))).toBe('blocked');
  await bench.engine.call('params.set', { path: 'quality.fixes', value: true });
  expect(await job(bench.engine.call('pipeline.run', { stages: ['validate'] }))).toBe('succeeded');

  const before = await history();
  expect(before.points.map(({ source, runStatus, blocked }) => [source, runStatus, blocked])).toEqual([['check', null, false], ['run', 'blocked', true], ['run', 'succeeded', false]]);
  const found = before.points.map(({ results }) => results.find(({ rule }) => rule === 'ratings.rating.range')?.failed);
  expect(found).toEqual([3, 7, 7]);
  const report = await bench.engine.call('quality.report', {});
  expect(before.points.at(-1)?.results.map(({ rule, failed, checked }) => [rule, failed, checked])).toEqual(report?.rules.map(({ id, failed, checked }) => [id, failed, checked]));
  expect(before.points.at(-1)?.scores).toEqual(report?.scores);
  expect(before.rules.map(({ id }) => id).sort()).toEqual(report?.rules.map(({ id }) => id).sort());
  await bench.engine.context.openWorkspace(bench.workspace);
  expect(await history()).toEqual(before);
});

test('the history is bounded: the oldest checks go, with their rules and the distributions that no kept check saw', async () => {
  await importSet(defectiveSet({}, { seed: 2, importedAt }));
  await check();
  const [first] = (await history()).points;
  await bench.engine.context.workspace().write((session) => session.run(`
    INSERT INTO main.quality_history SELECT 'old' || i, source, made_at - to_days(i::INTEGER), seconds, blocked, fingerprint, scores, tables, json_object('ratings', 'content' || i) FROM main.quality_history, range(1, 201) t(i);
    INSERT INTO main.quality_history_rules SELECT 'old' || i, position, rule, table_name, column_name, dimension, severity, unit, title, checked, failed, figure, status FROM main.quality_history_rules, range(1, 201) t(i) WHERE position < 3;
    INSERT INTO store.quality_sketches SELECT 'content' || i, table_name, sketch FROM store.quality_sketches, range(1, 201) t(i) WHERE table_name = 'ratings'`));
  await check();
  const kept = await history();
  expect(kept.points).toHaveLength(KEPT_CHECKS);
  expect(kept.points.map(({ id }) => id)).toContain(first?.id);
  expect(await bench.rows('SELECT count(DISTINCT check_id) AS n FROM main.quality_history_rules')).toEqual([{ n: KEPT_CHECKS }]);
  expect(await bench.rows('SELECT table_name, count(*) AS n FROM store.quality_sketches GROUP BY 1 ORDER BY 1')).toEqual([{ table_name: 'movies', n: 1 }, { table_name: 'ratings', n: 20 }]);
  await expect(bench.engine.call('quality.drift', { table: 'ratings', against: { point: 'old90' } })).rejects.toMatchObject({ code: 'not-found' });
});

test('the same data do not drift; changed ratings do, against the earlier check, and figures are those of a plain recount', async () => {
  const set = defectiveSet({}, { seed: 3, importedAt });
  await importSet(set);
  await check();
  const [first] = (await history()).points;
  if (first === undefined) throw new Error('No check was kept.');
  const same = await bench.engine.call('quality.drift', { table: 'ratings', against: { point: first.id } });
  expect(same.same).toBe(true);
  expect(same.columns.map(({ name, psi, ks, verdict }) => [name, psi, ks?.d, verdict])).toEqual(['user_id', 'movie_id', 'rating', 'timestamp'].map((name) => [name, 0, 0, 'stable']));

  const changed = set.ratings.map(([u = '', m = '', r = '', t = ''], i) => [u, m, Number(r) < 3 ? '5' : r, i % 4 === 0 && /^\d+$/.test(t) ? String(Number(t) + 86_400 * 30) : t]);
  await importSet({ ...set, ratings: changed });
  const drift = await bench.engine.call('quality.drift', { table: 'ratings', against: { point: first.id } });
  expect(drift.same).toBe(false);
  const column = (name: string) => drift.columns.find((each) => each.name === name);
  const before = set.ratings.map((row) => Number(row[2]));
  const after = changed.map((row) => Number(row[2]));
  expect(column('rating')?.ks?.d).toBeCloseTo(exactDistance(before, after), 10);
  const counts = (sample: number[], value: number) => Math.max(0.0001, sample.filter((x) => x === value).length / sample.length);
  const values = [...new Set(before)];
  expect(column('rating')?.psi).toBeCloseTo(values.reduce((sum, v) => sum + (counts(after, v) - counts(before, v)) * Math.log(counts(after, v) / counts(before, v)), 0), 9);
  expect(column('rating')).toMatchObject({ kind: 'numbers', verdict: 'strong drift' });
  expect(column('user_id')).toMatchObject({ psi: 0, verdict: 'stable' });
  expect(column('timestamp')?.kind).toBe('times');
  const times = [set.ratings, changed].map((rows) => rows.map(([, , , t = '']) => (/^\d+$/.test(t) ? Number(t) * 1000 : Date.parse(t))));
  expect(Math.abs((column('timestamp')?.ks?.d ?? 0) - exactDistance(times[0] ?? [], times[1] ?? []))).toBeLessThan(2 / KNOTS);
});

test('a table is compared with another table of the workspace, columns by name', async () => {
  await importSet(defectiveSet({ 'ratings.rating.range': 40 }, { seed: 4, importedAt }));
  expect(await job(bench.engine.call('pipeline.run', { stages: ['extract', 'validate', 'transform'] }))).toBe('succeeded');
  const drift = await bench.engine.call('quality.drift', { schema: 'main', table: 'ratings', against: { schema: 'raw', table: 'ratings' } });
  expect(drift.columns.map(({ name }) => name)).toEqual(['user_id', 'movie_id', 'rating']);
  expect(drift.incomparable).toEqual(expect.arrayContaining([{ name: 'timestamp', why: 'Only the reference has it.' }, { name: 'rated_at', why: 'The reference does not have it.' }]));
  expect(drift.reference.rows - drift.current.rows).toBe(40);
});

test('a large table is looked at through a sample that is the same each time and near the whole', async () => {
  await bench.engine.context.workspace().write((session) => session.run(`
    CREATE TABLE raw.big AS SELECT i AS id, (hash(i) % 1000000)::DOUBLE / 1000 AS amount, CASE WHEN i % 10 = 0 THEN NULL ELSE 'kind ' || (i % 4) END AS kind FROM range(0, 1500000) t(i)`));
  const sketches = await Promise.all([1, 2].map(() => bench.engine.context.workspace().read((session) => sketchTable(session, 'raw', 'big'))));
  const [first, second] = sketches;
  expect(first).toEqual(second);
  expect(first?.rows).toBe(1_500_000);
  expect(first?.sampled).toBeGreaterThan(480_000);
  expect(first?.sampled).toBeLessThan(520_000);
  const [, amount, kind] = first?.columns ?? [];
  const uniform = sketchOf(Array.from({ length: 1000 }, (_, i) => i + 0.5));
  expect(amount && largestDistance(amount.knots, uniform.knots)).toBeLessThan(0.006);
  expect(amount?.knots.at.length).toBeLessThanOrEqual(KNOTS + 1);
  expect((kind?.missing ?? 0) / (first?.sampled ?? 1)).toBeCloseTo(0.1, 2);
});

test('a large built table of few different rows is sampled by its rows, not by its values', async () => {
  await bench.engine.context.workspace().write(async (session) => {
    await session.run(`CREATE TABLE ${versionSql('flags', 'run1')} AS SELECT i % 4 AS flag FROM range(0, 1200000) t(i)`);
    await publishRun(session, 'run1', ['flags']);
  });
  const sketch = await bench.engine.context.workspace().read((session) => sketchTable(session, 'main', 'flags'));
  const [flag] = sketch.columns;
  expect(sketch.sampled).toBeLessThan(620_000);
  expect(flag?.knots.at).toEqual([0, 1, 2, 3]);
  expect((flag?.knots.upto[0] ?? 0) / sketch.sampled).toBeCloseTo(0.25, 2);
});
