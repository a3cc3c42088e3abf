import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableView } from '../../../shared/contract/index.ts';
import { Workspace } from '../../../electron/engine/workspace/workspace.ts';
import { type Build, readBuilds, recordBuild } from '../../../electron/engine/workspace/builds.ts';
import { publish, versionName, versionSql } from '../../../electron/engine/workspace/versions.ts';
import { publishRun } from '../../support/publish.ts';
import { viewSql } from '../../../electron/engine/workspace/views.ts';

let directory: string;
let workspace: Workspace;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'reelbench-views-'));
  workspace = await Workspace.open(directory, { memoryLimitMB: 256, threads: 1 });
  await workspace.write(async (session) => {
    await session.run(`CREATE TABLE ${versionSql('films', 'r1')} AS SELECT i AS movie_id, 'Film ' || i AS title, i % 3 AS kind, NULL::VARCHAR AS note, [i] AS list FROM range(1, 101) t(i)`);
    await publishRun(session, 'r1', ['films']);
  });
});
afterAll(async () => {
  workspace.close();
  await rm(directory, { recursive: true });
});

const count = (view: unknown) =>
  workspace.read(async (session) => {
    const { from, parameters } = await viewSql(session, TableView.parse(view));
    return (await session.one<{ n: number }>(`SELECT count(*) AS n ${from}`, parameters)).n;
  });

test('filters mean what they say on numbers, texts, lists and empty cells', async () => {
  const filtered = (column: string, op: string, value?: string) => count({ table: 'films', filters: [{ column, op, value }] });
  expect(await filtered('movie_id', '>', '97.5')).toBe(3);
  expect(await filtered('movie_id', '=', '7')).toBe(1);
  expect(await filtered('kind', '!=', '0')).toBe(67);
  expect(await filtered('title', 'contains', 'FILM 10')).toBe(2);
  expect(await filtered('title', 'starts with', 'film 9')).toBe(11);
  expect(await filtered('movie_id', 'starts with', '9')).toBe(11);
  expect(await filtered('note', 'is empty')).toBe(100);
  expect(await filtered('note', 'is not empty')).toBe(0);
  expect(await filtered('list', '=', '[5]')).toBe(1);
  expect(await filtered('title', '=', "x' OR '1'='1")).toBe(0);
});

test('pages of a sorted view neither overlap nor miss a row when the sort has ties', async () => {
  const seen = await workspace.read(async (session) => {
    const { from, order, parameters } = await viewSql(session, TableView.parse({ table: 'films', sort: [{ column: 'kind', descending: true }] }));
    const ids: number[] = [];
    for (let offset = 0; offset < 100; offset += 7) ids.push(...(await session.all<{ movie_id: number }>(`SELECT movie_id ${from} ${order} LIMIT 7 OFFSET ${offset}`, parameters)).map((r) => r.movie_id));
    return ids;
  });
  expect(new Set(seen).size).toBe(100);
});

test('a wrong table, column or value is named', async () => {
  await expect(count({ table: 'nothing' })).rejects.toThrow('There is no table nothing.');
  await expect(count({ schema: 'store', table: 'live' })).rejects.toThrow('There is no table store.live.');
  await expect(count({ table: 'films', filters: [{ column: 'tilte', op: '=', value: 'x' }] })).rejects.toThrow('main.films has no column tilte.');
  await expect(count({ table: 'films', sort: [{ column: 'x"; DROP', descending: false }] })).rejects.toThrow('has no column');
  await expect(count({ table: 'films', filters: [{ column: 'movie_id', op: '<', value: 'abc' }] })).rejects.toThrow('"abc" is not a BIGINT');
});

test('a version takes the place of the one before, which stays until it is dropped, and a table can be taken away', async () => {
  const tables = () => workspace.read(async (session) => (await session.all<{ n: string }>(`SELECT table_name AS n FROM duckdb_tables() WHERE schema_name = 'store' AND table_name LIKE 'films%' ORDER BY 1`)).map((r) => r.n));
  await workspace.write(async (session) => {
    await session.run(`CREATE TABLE ${versionSql('films', 'r2')} AS SELECT 1 AS movie_id`);
    await publishRun(session, 'r2', ['films']);
  });
  expect(await count({ table: 'films' })).toBe(1);
  expect(await tables()).toEqual(['films_r1', 'films_r2']);
  await workspace.write((session) => publish(session, new Map([['films', undefined], ['never', undefined]])));
  await expect(count({ table: 'films' })).rejects.toThrow('There is no table films.');
});

test('opening removes files and versions that no build names, and half-written files', async () => {
  const model = 'als-20260101T000000_aaaaaa.model';
  await workspace.write(async (session) => {
    const build: Build = {
      stage: 'train-als', runId: '20260101T000000_aaaaaa', key: 'k', inputs: { code: 1, parameters: {}, files: {}, tables: {} }, outputs: { model_als: '1:1:' }, rowsIn: 1, rowsOut: 1,
      seconds: 1, builtAt: '2026-01-01T00:00:00.000Z', files: [`models/${model}`], figures: {},
    };
    for (const run of [build.runId, '20260101T000000_bbbbbb']) await session.run(`CREATE TABLE ${versionSql('model_als', run)} AS SELECT 1 AS x`);
    await recordBuild(session, build);
  });
  for (const name of [model, 'als-r0.model', 'ease-r0.model.1.tmp']) await writeFile(path.join(directory, 'models', name), 'x');
  await writeFile(path.join(directory, 'quality.json.1.tmp'), 'x');
  workspace.close();
  workspace = await Workspace.open(directory, { memoryLimitMB: 256, threads: 1 });
  expect(await readdir(path.join(directory, 'models'))).toEqual([model]);
  expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(await workspace.read((session) => session.all(`SELECT table_name AS n FROM duckdb_tables() WHERE schema_name = 'store' AND table_name LIKE 'model%'`))).toEqual([{ n: versionName('model_als', '20260101T000000_aaaaaa') }]);
  expect((await workspace.read((session) => readBuilds(session, workspace))).map(({ stage }) => stage)).toEqual(['train-als']);
  await rm(path.join(directory, 'models', model));
  expect(await workspace.read((session) => readBuilds(session, workspace))).toEqual([]);
});
