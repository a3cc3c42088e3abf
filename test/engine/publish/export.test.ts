import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportResult, TableView } from '../../../shared/contract/index.ts';
import { publishCalls } from '../../../electron/engine/publish/calls.ts';
import { exportQuery } from '../../../electron/engine/publish/query.ts';
import { OpenEngine } from '../../../electron/engine/workspace/open-engine.ts';
import { versionSql } from '../../../electron/engine/workspace/versions.ts';
import { publishRun } from '../../support/publish.ts';

let home: string;
let engine: OpenEngine;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'reelbench export ü '));
  engine = new OpenEngine({ clock: () => new Date(), resources: home, home, version: '0' });
  await engine.openWorkspace(path.join(home, 'workspace'));
  await engine.workspace().write(async (session) => {
    await session.run(`CREATE TABLE ${versionSql('films', 'r1')} AS
      SELECT * FROM (VALUES (1, '=cmd()', -1.5, ['a']), (2, '+1', 2.0, []), (3, '-x', NULL, NULL), (4, '@y', 0, ['=b']), (5, 'A "quoted", ü', 1, []), (6, NULL, 1, [])) t(movie_id, title, score, list)`);
    await publishRun(session, 'r1', ['films']);
  });
});
afterAll(async () => {
  await engine.close();
  await rm(home, { recursive: true });
});

async function exported(view: unknown, format: 'csv' | 'parquet' | 'json', neutralise = true, columns?: string[]) {
  const { jobId } = publishCalls(engine)['tables.export']({ ...TableView.parse(view), format, neutralise, columns });
  const job = await engine.jobs.ended(jobId);
  if (job.error) throw new Error(job.error.message);
  const result = job.result as ExportResult;
  return { rows: result.rows, name: result.file.name, file: engine.files.path(result.file) };
}

describe('a table', () => {
  test('in CSV: texts that a spreadsheet would run are quoted, numbers are not', async () => {
    const { rows, file, name } = await exported({ table: 'films', sort: [{ column: 'movie_id', descending: false }] }, 'csv');
    expect([rows, name]).toEqual([6, 'films.csv']);
    expect(await readFile(file, 'utf8')).toBe(`movie_id,title,score,list\n1,'=cmd(),-1.5,[a]\n2,'+1,2.0,[]\n3,'-x,,\n4,'@y,0.0,['=b']\n5,"A ""quoted"", ü",1.0,[]\n6,,1.0,[]\n`);
    expect(await readFile((await exported({ table: 'films' }, 'csv', false)).file, 'utf8')).toContain('1,=cmd(),');
  });

  test('narrowed and ordered as the grid shows it, in Parquet and JSON', async () => {
    const view = { table: 'films', filters: [{ column: 'score', op: '>', value: '0' }], sort: [{ column: 'movie_id', descending: true }] };
    const json = await exported(view, 'json');
    expect(JSON.parse(await readFile(json.file, 'utf8')).map((row: { movie_id: number }) => row.movie_id)).toEqual([6, 5, 2]);
    const parquet = await exported(view, 'parquet');
    expect(await engine.workspace().read((session) => session.all(`SELECT movie_id, title FROM read_parquet(?)`, [parquet.file]))).toEqual([{ movie_id: 6, title: null }, { movie_id: 5, title: 'A "quoted", ü' }, { movie_id: 2, title: '+1' }]);
  });

  test('with the columns that are shown, in their order', async () => {
    const { file } = await exported({ table: 'films', filters: [{ column: 'movie_id', op: 'one of', values: ['5', '6'] }] }, 'csv', true, ['score', 'movie_id']);
    expect(await readFile(file, 'utf8')).toBe('score,movie_id\n1.0,5\n1.0,6\n');
    await expect(exported({ table: 'films' }, 'csv', true, ['other'])).rejects.toThrow('There is no column other to export.');
  });

  test('that is not there leaves no file behind', async () => {
    const before = readdirSync(path.join(home, 'exports'));
    await expect(exported({ table: 'nothing' }, 'csv')).rejects.toThrow('There is no table nothing.');
    expect(readdirSync(path.join(home, 'exports'))).toEqual(before);
  });
});

describe('a query', () => {
  const to = () => path.join(home, 'out', 'query.csv');
  const run = (sql: string, seconds = 20) => exportQuery(path.join(home, 'workspace'), { sql, to: to(), format: 'csv', memoryLimitMB: 256, threads: 1, seconds });
  beforeAll(() => engine.close());

  test('is written, whatever it ends with', async () => {
    for (const sql of ['SELECT movie_id FROM films WHERE movie_id < 3 ORDER BY 1', 'SELECT movie_id FROM films WHERE movie_id < 3 ORDER BY 1;', 'SELECT movie_id FROM films WHERE movie_id < 3 ORDER BY 1 -- all']) {
      expect(await run(sql)).toEqual({ rows: 2, path: to() });
      expect(await readFile(to(), 'utf8')).toBe('movie_id\n1\n2\n');
    }
  });

  test.each([
    ['DROP VIEW films', /must be a SELECT/],
    ['SELECT 1; SELECT 2', /holds 2 statements/],
    ["COPY films TO '/tmp/x.csv'", /must be a SELECT|cannot be run/],
    ["SELECT * FROM read_csv('/etc/passwd')", /cannot be run/],
    ["SELECT * FROM read_text('/etc/passwd')", /cannot be run/],
    ["ATTACH '/tmp/x.db'", /must be a SELECT|cannot be run/],
    ['SET memory_limit = \'90GB\'', /must be a SELECT|cannot be run/],
    ["SELECT 1) TO '/tmp/evil.csv' (FORMAT csv); --", /cannot be run/],
    ['SELEC 1', /cannot be run/],
    ['SELECT nothing FROM films', /cannot be run.*nothing/],
  ])('%s is refused', async (sql, message) => {
    await rm(to(), { force: true });
    await expect(run(sql)).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringMatching(message) });
    expect(existsSync(to())).toBe(false);
    expect(existsSync(`${to()}.part`)).toBe(false);
  });

  test('that takes too long is stopped', async () => {
    await expect(run('SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3', 0.3)).rejects.toThrow('took more than 0.3 seconds');
  });
});
