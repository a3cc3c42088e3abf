import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunReport } from '../../../shared/contract/index.ts';
import { PipelineBench, stagesWith, states } from '../../support/pipeline-bench.ts';
import type { Stage } from '../../../electron/engine/workspace/stage.ts';

let bench: PipelineBench;
beforeEach(async () => {
  bench = await PipelineBench.open();
  await bench.importSmall();
});
afterEach(() => bench.close());

const storeTables = () => bench.all<{ n: string }>(`SELECT table_name AS n FROM duckdb_tables() WHERE schema_name = 'store' ORDER BY 1`);
const every = (state: string) => ({ extract: state, validate: state, transform: state, load: state, features: state, finalize: state });

test('a first run builds everything, a second one does nothing and says so', async () => {
  const first = await bench.run();
  expect(states(first)).toEqual(every('ran'));
  expect(first.run.status).toBe('succeeded');
  expect((await bench.all('SELECT count(*) AS n FROM ratings'))[0]).toEqual({ n: 1600 });
  const tables = await storeTables();
  const again = await bench.run();
  expect(states(again)).toEqual(every('cached'));
  expect(again.run.seconds).toBeLessThan(2);
  expect(await storeTables()).toEqual(tables);
  expect((await bench.status()).map(({ state }) => state)).toEqual(Array(6).fill('current'));
});

test('the run is recorded with a report, phases and events', async () => {
  const { run, report, job } = await bench.run();
  expect(job.phases.map(({ name, state }) => `${name} ${state}`)).toEqual(['extract done', 'validate done', 'transform done', 'load done', 'features done', 'finalize done']);
  const [listed] = await bench.calls['runs.list']({ limit: 10, offset: 0 }, { signal: new AbortController().signal });
  expect(listed).toEqual(run);
  expect(await bench.calls['runs.get']({ id: run.id }, { signal: new AbortController().signal })).toEqual({ run, report, blockers: [] });
  expect(JSON.parse(readFileSync(bench.engine.workspace().path(report ?? ''), 'utf8'))).toMatchObject({ version: 2, run: { id: run.id }, reconciliation: [{ table_name: 'movies', loaded: 60 }, { table_name: 'ratings', loaded: 1600, difference: 0 }] });
  expect(bench.events.filter(({ name }) => name === 'workspace.changed').map(({ data }) => ('what' in data ? data.what : ''))).toEqual(['tables', 'quality', 'runs', 'models']);
  expect(await bench.all("SELECT stage, made_from FROM lineage WHERE table_name = 'user_profiles'")).toEqual([{ stage: 'features', made_from: ['movies', 'movie_genres', 'ratings', 'reconciliation'] }]);
});

test('the report of a run is what its published schema says', async () => {
  await expect(`${JSON.stringify(z.toJSONSchema(RunReport), null, 2)}\n`).toMatchFileSnapshot('../../../docs/run-report.schema.json');
  const { run } = await bench.run();
  const report = await bench.calls['runs.report']({ id: run.id }, { signal: new AbortController().signal });
  expect(report).toMatchObject({ version: 2, run, request: { stages: [], force: false }, error: null });
  expect(report.tables.find(({ name }) => name === 'ratings')).toMatchObject({ stage: 'transform', rows: 1600, builtBy: run.id });
  expect(report.parameters['features.damping']).toBe(25);
});

describe('what changed decides what runs', () => {
  const changed = async () => (await bench.status()).filter(({ state }) => state !== 'current').map(({ name }) => name);
  test('before any run', async () => {
    const status = await bench.status();
    expect(status.map(({ state }) => state)).toEqual(Array(6).fill('never run'));
    expect(status[2]?.reasons).toEqual(['ratings.csv', 'movies.csv', 'quarantine', 'fixes', 'merges'].map((what) => ({ what, change: 'new' })));
  });

  test('a parameter names exactly the stages that it reaches, with both values', async () => {
    await bench.run();
    await bench.engine.parameters().set('features.damping', 3);
    expect(await changed()).toEqual(['features', 'finalize']);
    expect((await bench.status()).find(({ name }) => name === 'features')?.reasons).toEqual([{ what: 'features.damping', change: 'modified', from: '25', to: '3' }]);
    const result = await bench.run();
    expect(states(result)).toEqual({ ...every('cached'), features: 'ran', finalize: 'ran' });
    expect(result.run.stages.find(({ name }) => name === 'features')?.reasons[0]?.what).toBe('features.damping');
    expect(await changed()).toEqual([]);
    await bench.engine.parameters().set('recommenders.ease.lambda', 3);
    expect(await changed()).toEqual([]);
    await bench.engine.parameters().set('quality.ratings.volume.threshold', 3);
    expect((await bench.status()).find(({ name }) => name === 'validate')?.reasons).toEqual([{ what: 'quality.ratings.volume.threshold', change: 'new', to: '3' }]);
  });

  test('a stage that gives the same rows again does not drag the rest along', async () => {
    await bench.run();
    await bench.engine.parameters().set('quality.min_volume', 7);
    expect(await changed()).toEqual(['validate', 'transform', 'load', 'features', 'finalize']);
    expect(states(await bench.run())).toEqual({ ...every('cached'), validate: 'ran' });
    expect(await changed()).toEqual([]);
  });

  test('another file, one more, and one less', async () => {
    await bench.run();
    await bench.import('ratings', 'SELECT * FROM raw.ratings WHERE user_id < 30', { content: 'b' });
    await bench.import('tags', `SELECT 1 AS user_id, 2 AS movie_id, ' Sad ' AS tag, 1000000000 AS timestamp`);
    const transform = (await bench.status()).find(({ name }) => name === 'transform');
    expect(transform?.reasons).toContainEqual({ what: 'ratings.csv', change: 'modified', from: 'a of 2026-01-01 00:00:00, 1600 rows', to: 'b of 2026-01-01 00:00:00, 1160 rows' });
    expect(transform?.reasons).toContainEqual({ what: 'tags.csv', change: 'new', to: 'a of 2026-01-01 00:00:00, 1 rows' });
    await bench.run();
    expect(await bench.all('SELECT tag_normalised FROM tags')).toEqual([{ tag_normalised: 'sad' }]);
    await bench.sql(`DROP TABLE raw.tags; DROP TABLE raw.tags_text; DELETE FROM raw.files WHERE table_name = 'tags'`);
    expect((await bench.status()).find(({ name }) => name === 'transform')?.reasons).toContainEqual({ what: 'tags.csv', change: 'deleted', from: 'a of 2026-01-01 00:00:00, 1 rows' });
    await bench.run();
    await expect(bench.all('SELECT * FROM tags')).rejects.toThrow('does not exist');
  });
});

describe('which stages run', () => {
  test('named ones with what they need, one alone, from one on, downstream of one', async () => {
    expect(states(await bench.run({ stages: ['transform'] }))).toEqual({ ...every('skipped'), extract: 'ran', validate: 'ran', transform: 'ran' });
    expect(states(await bench.run({ only: 'transform', force: true }))).toEqual({ ...every('skipped'), transform: 'ran' });
    expect(states(await bench.run({ from: 'load' }))).toEqual({ extract: 'skipped', validate: 'skipped', transform: 'skipped', load: 'ran', features: 'ran', finalize: 'ran' });
    expect(states(await bench.run({ downstream: 'features', force: true }))).toEqual({ ...every('skipped'), features: 'ran', finalize: 'ran' });
  });

  test('a dry run says what would run and changes nothing', async () => {
    const dry = await bench.run({ dry: true });
    expect(states(dry)).toEqual(every('ran'));
    expect(dry.report).toBeNull();
    expect(await bench.all('SELECT * FROM etl_runs')).toEqual([]);
    expect(existsSync(`${bench.directory}/workspace/runs`)).toBe(false);
  });

  test('a stage whose tables are not there yet says which to run first', async () => {
    const { job, run } = await bench.run({ only: 'features' });
    expect(run.status).toBe('failed');
    expect(job.error).toMatchObject({ code: 'not-ready', message: 'features needs what transform makes, which has never run.', hint: 'Run transform first.' });
  });

  test('contradicting requests and an empty workspace are refused', async () => {
    expect(() => bench.calls['pipeline.run']({ stages: ['load'], only: 'load', force: false, dry: false, resume: false })).toThrow('not several of them');
    await bench.sql('DELETE FROM raw.files');
    const { jobId } = bench.calls['pipeline.run']({ stages: [], force: false, dry: false, resume: false });
    expect((await bench.engine.jobs.ended(jobId)).error).toMatchObject({ code: 'not-ready', message: 'Nothing has been imported yet.' });
  });
});

describe('a run that does not end well leaves all that is visible as it was, and keeps what it had done', () => {
  const blocking: Stage = {
    name: 'train-ease', title: 'Block', reads: ['ratings'], writes: ['models'], parameters: [], version: 1,
    run: async ({ session, write, read }) => {
      await session.run(`CREATE TABLE ${write('models')} AS SELECT 1 AS x`);
      const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${read('ratings')}`);
      if (n === 1) throw new Error('It broke.');
      return { rowsIn: n, rowsOut: n, blockers: n < 1600 ? [{ rule: 'ratings.volume', failed: 1, message: 'Too few.' }] : [] };
    },
  };
  const snapshot = async () => ({ live: await bench.all('SELECT * FROM store.live ORDER BY table_name'), stages: await bench.all('SELECT * FROM store.stages ORDER BY stage') });

  beforeEach(async () => {
    await bench.close();
    bench = await PipelineBench.open(stagesWith(blocking));
    await bench.importSmall();
    const { run } = await bench.run();
    if (run.status !== 'succeeded') throw new Error(run.status);
  });

  test('blocked: the rules are named, and only the record stays', async () => {
    const before = await snapshot();
    await bench.import('ratings', 'SELECT * FROM raw.ratings LIMIT 100', { content: 'c' });
    const { run, blockers, job } = await bench.run();
    expect(run.status).toBe('blocked');
    expect(run.stages.map(({ state }) => state)).toEqual(['ran', 'ran', 'ran', 'ran', 'ran', 'failed', 'skipped']);
    expect(blockers).toEqual([{ rule: 'ratings.volume', failed: 1, message: 'Too few.' }]);
    expect(job).toMatchObject({ status: 'blocked', error: { code: 'blocked', message: 'Blocked by ratings.volume (1).' } });
    expect(await snapshot()).toEqual(before);
    expect((await bench.calls['runs.get']({ id: run.id }, { signal: new AbortController().signal })).blockers).toEqual(blockers);
  });

  test('failed: the error is recorded', async () => {
    const before = await snapshot();
    await bench.import('ratings', 'SELECT * FROM raw.ratings LIMIT 1', { content: 'd' });
    const { run, job, report } = await bench.run();
    expect([run.status, job.status, job.error?.message]).toEqual(['failed', 'failed', 'It broke.']);
    expect(JSON.parse(readFileSync(bench.engine.workspace().path(report ?? ''), 'utf8'))).toMatchObject({ run: { status: 'failed' }, error: { message: 'It broke.' } });
    expect(await snapshot()).toEqual(before);
    expect(await bench.all(`SELECT status FROM etl_runs ORDER BY started_at`)).toEqual([{ status: 'succeeded' }, { status: 'failed' }]);
  });

  test('an import while it runs makes it fail rather than mix two states', async () => {
    await bench.close();
    const meddling: Stage = { ...blocking, run: async (context) => {
      await context.session.run(`CREATE TABLE ${context.write('models')} AS SELECT 1 AS x; UPDATE raw.files SET sha256 = 'other'`);
      return { rowsIn: 0, rowsOut: 0 };
    } };
    bench = await PipelineBench.open(stagesWith(meddling));
    await bench.importSmall();
    const { run, job } = await bench.run();
    expect([run.status, job.error?.message]).toEqual(['failed', 'Files were imported while the pipeline ran.']);
    expect(await bench.all('SELECT * FROM store.live')).toEqual([]);
  });
});
