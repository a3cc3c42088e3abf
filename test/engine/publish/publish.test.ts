import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishableTables } from '../../../shared/domain/publishable.ts';
import { contests } from '../../../electron/engine/recommenders/contest.ts';
import { evaluateStage } from '../../../electron/engine/evaluation/stage.ts';
import { splitStage } from '../../../electron/engine/features/split.ts';
import { publishStage } from '../../../electron/engine/publish/stage.ts';
import { stages } from '../../../electron/engine/stages.ts';
import { literal } from '../../../electron/engine/workspace/sql.ts';
import { PipelineBench, stagesWith } from '../../support/pipeline-bench.ts';
import { StageBench } from '../../support/stage-bench.ts';

const reading = new Set(publishStage.reads);
/** The pipeline without rules and trained models: publishing what there then is. */
const publishOnly = { ...publishStage, reads: [...reading].filter((table) => [...stagesWith(), splitStage, evaluateStage(contests)].some(({ writes }) => writes.includes(table))) };
const pipeline = () => stagesWith(splitStage, { ...evaluateStage(contests), enabled: () => false }, publishOnly);

let bench: PipelineBench;
beforeEach(async () => {
  bench = await PipelineBench.open(pipeline());
  await bench.importSmall();
});
afterEach(() => bench.close());

const outputs = (...parts: string[]) => path.join(bench.engine.workspace().directory, 'outputs', ...parts);
const listed = () => readdir(outputs()).then((names) => names.filter((name) => name.endsWith('.parquet')).toSorted());
const published = () => bench.all<{ table_name: string; path: string; rows: number; bytes: number; sha256: string; compression: string }>('SELECT * FROM published_files ORDER BY table_name');
const visible = (table: string) => readFile(outputs(`${table}.parquet`));

async function succeeded() {
  const result = await bench.run();
  if (result.job.error) throw new Error(result.job.error.message);
  return result.run;
}

test('every publishable table is one that the pipeline builds', () => {
  const built = new Set(stages.flatMap(({ writes }) => writes));
  expect(publishableTables.filter((table) => !built.has(table))).toEqual([]);
});

test('chosen tables lie in outputs as Parquet with the same rows, and the record says where from, how many and their hash', async () => {
  const { id } = await succeeded();
  expect(await listed()).toEqual(['genre_features.parquet', 'movie_features.parquet', 'movies.parquet', 'user_profiles.parquet']);
  for (const { table_name: table, path: file, rows, bytes, sha256, compression } of await published()) {
    expect(file).toBe(`outputs/${id}/${table}.parquet`);
    const content = await visible(table);
    expect([bytes, sha256, compression]).toEqual([content.length, createHash('sha256').update(content).digest('hex'), 'zstd']);
    const read = `read_parquet(${literal(outputs(`${table}.parquet`))})`;
    expect(await bench.all(`SELECT count(*) AS n FROM ${read}`)).toEqual([{ n: rows }]);
    expect(await bench.all(`SELECT * FROM (FROM ${table} EXCEPT FROM ${read}) UNION ALL (FROM ${read} EXCEPT FROM ${table})`)).toEqual([]);
  }
  expect(JSON.parse((await readFile(outputs('published.json'))).toString())).toMatchObject({ version: 1, files: (await published()).map(({ table_name: table, rows, bytes, sha256 }) => ({ table, rows, bytes, sha256 })) });
  expect((await bench.run()).run.stages.find(({ name }) => name === 'publish')?.state).toBe('cached');
});

test('another choice replaces the files, and going back brings the earlier ones, byte for byte', async () => {
  const first = await succeeded();
  const before = await visible('movies');
  await bench.engine.parameters().set('publish.tables', ['movies', 'splits', 'sequences']);
  await bench.engine.parameters().set('publish.compression', 'snappy');
  await succeeded();
  expect(await listed()).toEqual(['movies.parquet', 'sequences.parquet', 'splits.parquet']);
  expect((await visible('movies')).equals(before)).toBe(false);
  expect(await bench.all(`SELECT DISTINCT part::VARCHAR AS part FROM read_parquet(${literal(outputs('splits.parquet'))}) ORDER BY 1`)).toEqual([{ part: 'test' }, { part: 'train' }]);

  const { jobId } = bench.calls['runs.rollback']({ id: first.id, parameters: false });
  expect((await bench.engine.jobs.ended(jobId)).status).toBe('succeeded');
  expect(await listed()).toEqual(['genre_features.parquet', 'movie_features.parquet', 'movies.parquet', 'user_profiles.parquet']);
  expect((await visible('movies')).equals(before)).toBe(true);
});

test('a file that somebody changed or took away is put right when the workspace is opened; what is theirs stays', async () => {
  await succeeded();
  const before = await visible('movies');
  const home = bench.directory;
  await writeFile(outputs('movies.parquet'), 'mine');
  await rm(outputs('user_profiles.parquet'));
  await mkdir(outputs('notes'));
  await writeFile(outputs('notes', 'a.txt'), 'mine');
  await writeFile(outputs('other.parquet'), 'mine');
  const folder = outputs();
  // The cache's own copy is another file: writing into the visible one did it no harm.
  expect((await readFile(path.join(bench.engine.workspace().directory, (await published()).find(({ table_name }) => table_name === 'movies')?.path ?? ''))).equals(before)).toBe(true);
  await bench.close({ keep: true });

  bench = await PipelineBench.open(pipeline(), home);
  expect((await visible('movies')).equals(before)).toBe(true);
  expect(existsSync(path.join(folder, 'user_profiles.parquet'))).toBe(true);
  expect((await readFile(outputs('notes', 'a.txt'))).toString()).toBe('mine');
  expect((await readFile(outputs('other.parquet'))).toString()).toBe('mine');
});

test('the same table gives the same bytes on one thread and two', async () => {
  const bytes = async (threads: number) => {
    const alone = await StageBench.open(threads);
    try {
      await alone.table('ratings', `SELECT i // 100 AS user_id, i % 100 AS movie_id, (i * 7 % 10 + 1) / 2 AS rating, make_timestamp((1000000000 + i) * 1000000) AS rated_at FROM range(400000) t(i)`);
      await alone.run(publishStage, { 'publish.tables': ['ratings'] }, { runId: '20260101T000000_aaaaaa' });
      const [file] = await alone.all<{ path: string; sha256: string; rows: number }>('SELECT path, sha256, rows FROM store.published_files');
      return file;
    } finally {
      await alone.close();
    }
  };
  const [one, two] = [await bytes(1), await bytes(2)];
  expect(one?.rows).toBe(400_000);
  expect(two).toEqual(one);
});

test('a failure or a cancel leaves no file behind', async () => {
  const alone = await StageBench.open();
  try {
    await alone.table('movies', 'SELECT 1 AS movie_id');
    await alone.table('ratings', `SELECT i AS user_id, hash(i) AS x, hash(i + 1) AS y FROM range(3000000) t(i)`);
    const abort = new AbortController();
    const running = alone.run(publishStage, { 'publish.tables': ['movies', 'ratings'] }, { signal: abort.signal, progress: () => setTimeout(() => abort.abort(), 20) });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(alone.workspace.path('outputs'))).toEqual([]);
    await alone.run(publishStage, { 'publish.tables': ['tags'] });
    expect(alone.log).toEqual(['info: There is no table tags to publish.']);
  } finally {
    await alone.close();
  }
});
