import { afterEach, expect, test } from 'vitest';
import { ProfileDone } from '../../../../shared/contract/index.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

const ROWS = 400_000;
const table = { schema: 'raw', table: 'thing' };

let opened: TestEngine | undefined;
afterEach(() => opened?.close());

async function open(sql = `SELECT i AS id, i % 10 AS part, 1000000000 + i * 60 AS seen_at, CASE WHEN i % 4 = 0 THEN NULL ELSE 'Film ' || (i % 1000) END AS title FROM range(0, ${ROWS}) t(i)`) {
  const engine = await openTestEngine();
  opened = engine;
  await fill(engine, sql);
  return engine;
}

const fill = ({ engine }: TestEngine, sql: string) => engine.context.workspace().write((session) => session.run(`CREATE OR REPLACE TABLE raw.thing AS ${sql}`));

async function exact({ engine }: TestEngine) {
  const { jobId } = await engine.call('tables.profileExact', table);
  return engine.context.jobs.ended(jobId);
}

test('a long table is estimated from a sample that says its size, then exact, and free when looked at again', async () => {
  const of = await open();
  const estimate = await of.engine.call('tables.profile', table);
  expect(estimate).toMatchObject({ rows: ROWS, exact: false, relations: null, duplicates: null });
  expect(estimate.sample).toBeGreaterThan(150_000);
  expect(estimate.sample).toBeLessThan(350_000);
  const [id, part, seen, title] = estimate.columns;
  expect(id).toMatchObject({ exact: false, rows: ROWS, nulls: 0 });
  expect(part).toMatchObject({ distinct: 10 });
  expect(part?.top.reduce((sum, { count }) => sum + count, 0)).toBeCloseTo(ROWS, -2);
  expect(seen?.times).toMatchObject({ unix: 'seconds', unit: 'month' });
  expect(Math.abs((title?.nulls ?? 0) / ROWS - 0.25)).toBeLessThan(0.01);
  expect(title?.texts?.patterns[0]?.pattern).toMatch(/^Aa 9+$/);

  const job = await exact(of);
  expect(ProfileDone.parse(job.result)).toMatchObject({ rows: ROWS });
  expect(job.phases.map(({ name, done, total }) => [name, done, total])).toEqual([['Columns', 4, 4], ['Correlations and missing values', 0, undefined], ['Duplicate rows', 0, undefined]]);
  const profile = await of.engine.call('tables.profile', table);
  expect(profile).toMatchObject({ exact: true, sample: null, duplicates: 0, columns: [{ exact: true, distinct: ROWS }, { distinct: 10, top: expect.arrayContaining([{ value: 3, count: ROWS / 10 }]) }, { distinct: ROWS }, { distinct: 750, nulls: ROWS / 4 }] });
  expect(profile.relations?.correlations.find(({ method, a, b }) => method === 'pearson' && a === 'id' && b === 'seen_at')?.value).toBeCloseTo(1, 9);
  expect(profile.relations?.correlations.find(({ method, a, b }) => method === 'spearman' && a === 'id' && b === 'seen_at')).toMatchObject({ estimate: true, value: expect.closeTo(1, 9) });
  expect(profile.alerts.map(({ kind, columns }) => `${kind} ${columns.join(' ')}`)).toEqual(['correlated id seen_at', 'unique id', 'unique seen_at', 'mixed-patterns title']);

  expect((await exact(of)).phases).toEqual([]);
  expect(await of.engine.call('tables.profile', table)).toEqual(profile);
});

test('columns appear as they become exact; a cancel is heard at once and what was done stays done', async () => {
  const of = await open();
  await of.engine.call('tables.profile', table);
  const progress: number[] = [];
  of.engine.context.listen((event) => {
    if (event.name !== 'job.changed' || event.data.kind !== 'profile' || event.data.status !== 'running') return;
    progress.push(event.data.phases[0]?.done ?? 0);
    if ((event.data.phases[0]?.done ?? 0) >= 1) of.engine.context.jobs.cancel(event.data.id);
  });
  const job = await exact(of);
  expect(job.status).toBe('cancelled');
  expect(Math.max(...progress)).toBeLessThan(4);
  const half = await of.engine.call('tables.profile', table);
  expect(half.exact).toBe(false);
  expect(half.columns.map((column) => column.exact)).toEqual([true, expect.any(Boolean), expect.any(Boolean), false]);
});

test('a table that changed is profiled anew; another table ends what is under way', async () => {
  const of = await open();
  await exact(of);
  await fill(of, `SELECT i // 2 AS id, 1 AS a, 2 AS b FROM range(0, ${ROWS}) t(i)`);
  expect(await of.engine.call('tables.profile', table)).toMatchObject({ exact: false, columns: [{ name: 'id' }, {}, {}] });
  const first = await of.engine.call('tables.profileExact', table);
  expect(await of.engine.call('tables.profileExact', table)).toEqual(first);
  const second = await of.engine.call('tables.profileExact', { schema: 'raw', table: 'files' });
  expect((await of.engine.context.jobs.ended(first.jobId)).status).toBe('cancelled');
  expect((await of.engine.context.jobs.ended(second.jobId)).status).toBe('succeeded');
  await of.engine.context.jobs.ended((await of.engine.call('tables.profileExact', table)).jobId);
  expect(await of.engine.call('tables.profile', table)).toMatchObject({ exact: true, duplicates: ROWS / 2 });
});

test('another workspace can be opened while a profile is made', async () => {
  const of = await open();
  const { jobId } = await of.engine.call('tables.profileExact', table);
  await of.engine.context.openWorkspace(`${of.folder}/other`);
  expect((await of.engine.context.jobs.ended(jobId)).status).toBe('cancelled');
});

test('a small table is exact at once, also when it is written to in place', async () => {
  const of = await open('SELECT 1 AS id');
  expect(await of.engine.call('tables.profile', table)).toMatchObject({ exact: true, rows: 1 });
  await of.engine.context.workspace().write((session) => session.run('UPDATE raw.thing SET id = 2'));
  expect((await of.engine.call('tables.profile', { schema: 'main', table: 'etl_runs' })).rows).toBe(0);
  await of.engine.context.workspace().write((session) => session.run("INSERT INTO main.etl_runs (run_id, status, started_at, seconds, version, parameters, files, blockers) VALUES ('a', 'running', now(), 0, '1', '{}', '[]', '[]')"));
  expect((await of.engine.call('tables.profile', { schema: 'main', table: 'etl_runs' })).columns[1]?.top).toEqual([{ value: 'running', count: 1 }]);
  await of.engine.context.workspace().write((session) => session.run("UPDATE main.etl_runs SET status = 'done'"));
  expect((await of.engine.call('tables.profile', { schema: 'main', table: 'etl_runs' })).columns[1]?.top).toEqual([{ value: 'done', count: 1 }]);
});
