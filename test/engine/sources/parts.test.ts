import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ImportResult, Job } from '../../../shared/contract/index.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { generatedRatings } from '../../support/ratings-generator.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

/** Large enough that an import of it and others keeps what it read. */
let large: string;
beforeAll(async () => {
  large = (await generatedRatings({ ratings: 1_500_000, users: 10_000, movies: 5_000 })).ratings;
}, 120_000);

let engine: TestEngine;
let folder: string;
let files: string[];
beforeEach(async () => {
  engine = await openTestEngine();
  folder = await mkdtemp(path.join(tmpdir(), 'reelbench-given-'));
  files = [large, ...(await smallFiles(folder))];
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Tags in six files, of which some lines are broken and some cells unreadable, films, prizes in two files that differ in type. */
async function smallFiles(into: string): Promise<string[]> {
  const random = seededRandom(7);
  const paths: string[] = [];
  const write = async (name: string, lines: readonly string[]) => {
    await writeFile(path.join(into, name), `${lines.join('\n')}\n`);
    paths.push(path.join(into, name));
  };
  for (let part = 1; part <= 6; part++) {
    await write(`tags_${part}.csv`, ['userId,movieId,tag,timestamp', ...Array.from({ length: 40_000 + part * 1000 }, (_, i) => {
      const user = i % 9973 === 100 ? 'nobody' : String(1 + Math.floor(random() * 5000));
      return `${user},${1 + Math.floor(random() * 900)},"tag ${part}, no ${i}",${1_200_000_000 + i}${i % 7919 === 50 ? ',too many' : ''}`;
    })]);
  }
  await write('movies.csv', ['movieId,title,genres', ...Array.from({ length: 900 }, (_, i) => `${i + 1},"Film, The ${i} (1999)",Drama`)]);
  await mkdir(path.join(into, 'b'));
  await write('prizes.csv', ['code,year', ...Array.from({ length: 2000 }, (_, i) => `p${i},${1900 + (i % 100)}`)]);
  await write('b/prizes.csv', ['code,year,city', ...Array.from({ length: 500 }, (_, i) => `q${i},${i % 50 === 3 ? '1.5' : i},Rome`)]);
  return paths;
}

/** All that an import leaves, row by row, without the times of the import. */
async function left(of: TestEngine, tables: readonly string[] = ['ratings', 'tags', 'movies', 'prizes']): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const table of tables) {
    for (const name of [table, `${table}_text`]) {
      const columns = await of.rows<{ column: string }>(`SELECT column_name AS "column" FROM duckdb_columns() WHERE schema_name = 'raw' AND table_name = '${name}' ORDER BY column_index`);
      const list = columns.map(({ column }) => (column === 'file_id' ? 'dense_rank() OVER (ORDER BY file_id)' : `"${column}"`)).join(', ');
      found.push(await of.rows(`SELECT '${name}' AS name, count(*) AS n, min(place) AS first, max(place) AS last, sum(sum)::VARCHAR AS sum FROM (SELECT rowid AS place, hash(rowid, ${list}) AS sum FROM raw.${name})`));
    }
  }
  const names = tables.map((table) => `'${table}'`).join(', ');
  found.push(await of.rows(`SELECT path, kind, table_name, sha256, first_row, rows, rejected, unreadable, file_id - min(file_id) OVER () AS file FROM raw.files WHERE table_name IN (${names}) ORDER BY table_name, file_id`));
  found.push(await of.rows(`SELECT f.path, l.table_name, l.first_row, l.first_line FROM raw.lines l JOIN raw.files f USING (file_id, table_name) WHERE table_name IN (${names}) ORDER BY ALL`));
  found.push(await of.rows(`SELECT f.path, r.line, r.reason, r.text FROM raw.rejects r JOIN raw.files f USING (file_id, table_name) WHERE table_name IN (${names}) ORDER BY ALL`));
  return found;
}

const read = ({ phases }: Job) => phases.filter(({ name }) => name.startsWith('Read ')).reduce((sum, { done }) => sum + done, 0);
const resumed = ({ result }: Job) => (result as ImportResult).resumed;
const kept = async (of: TestEngine) => (await of.rows<{ n: number }>(`SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name = 'staging' AND table_name <> 'parts'`))[0]?.n;

/** Imports in a process that is killed at the nth word of its progress. */
async function killed(of: TestEngine, at: number): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/importing-process.ts', import.meta.url)), of.folder, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  let words = 0;
  for await (const _ of createInterface(child.stdout)) if (words++ === at) child.kill('SIGKILL');
}

it('reading ahead gives what reading straight through gives', async () => {
  const job = await engine.imported(files);
  expect(resumed(job)).toBe(0);
  expect(await kept(engine)).toBe(0);
  const ahead = await left(engine, ['tags', 'movies', 'prizes']);
  await engine.imported(files.slice(1));
  expect(await left(engine, ['tags', 'movies', 'prizes'])).toEqual(ahead);
});

it('an import that is killed at any moment goes on from there, reads less again, and ends as if nothing had been', async () => {
  const undisturbed = await openTestEngine();
  const whole = await undisturbed.imported(files);
  const expected = await left(undisturbed);
  await undisturbed.close();
  const random = seededRandom(3);
  const goneOn: Job[] = [];
  for (let round = 0; round < 4; round++) {
    await engine.close().catch(() => undefined);
    engine = await openTestEngine();
    await engine.engine.close();
    await killed(engine, 2 + Math.floor(random() * 26));
    engine = await openTestEngine({ folder: engine.folder });
    const [visible] = await engine.rows<{ n: number }>('SELECT count(DISTINCT path) AS n FROM raw.files');
    // None or all: it may also be killed after its end, before it could say so.
    expect([0, files.length]).toContain(visible?.n);
    const job = await engine.imported(files);
    if (resumed(job) > 0) goneOn.push(job);
    expect(await left(engine)).toEqual(expected);
    expect(await kept(engine)).toBe(0);
  }
  expect(goneOn.length).toBeGreaterThan(0);
  for (const job of goneOn) {
    expect(read(job)).toBeLessThan(read(whole));
    expect(job.log.map(({ message }) => message)).toContain(`${resumed(job)} of ${files.length} files were read before and are taken from there.`);
  }
}, 120_000);

it('what was kept of a file that changed since, or is to be read otherwise, is not taken', async () => {
  const cancelled = async () => {
    const { context } = engine.engine;
    const { jobId } = await engine.engine.call('import.start', { files: await Promise.all(files.map((file) => context.files.grant(file))) });
    while (!context.jobs.get(jobId).phases.some(({ name }) => name === `Read ${path.basename(large)}`)) await new Promise((resolve) => setTimeout(resolve, 5));
    await engine.engine.call('jobs.cancel', { id: jobId });
    expect((await context.jobs.ended(jobId)).status).toBe('cancelled');
    expect(await kept(engine)).toBeGreaterThan(0);
  };
  await cancelled();
  expect(resumed(await engine.imported(files))).toBe(files.length - 1);
  await cancelled();
  // The same size, and its time put back.
  const text = await readFile(path.join(folder, 'movies.csv'), 'utf8');
  const times = new Date(Date.now() - 60_000);
  await writeFile(path.join(folder, 'movies.csv'), text.replace('Film, The 5 ', 'Other, A  5 '));
  await utimes(path.join(folder, 'movies.csv'), times, times);
  const job = await engine.imported(files);
  expect(resumed(job)).toBeLessThan(files.length - 1);
  expect(await engine.rows(`SELECT count(*) AS n FROM raw.movies WHERE title LIKE 'Other%'`)).toEqual([{ n: 1 }]);
  await cancelled();
  expect(resumed(await engine.imported(files, { options: { nullTokens: ['nobody'] } }))).toBe(0);
  expect(await engine.rows(`SELECT count(*) AS n FROM raw.tags_text`)).toEqual([{ n: 0 }]);
}, 60_000);

it('what is never asked for again is dropped after a week', async () => {
  await engine.engine.context.workspace().write((session) => session.run(`
    CREATE TABLE staging.p7_tags (a INTEGER); CREATE TABLE staging.p8_tags (a INTEGER);
    INSERT INTO staging.parts SELECT 7, 'k', '{}', '[]', current_localtimestamp() - INTERVAL 8 DAY;
    INSERT INTO staging.parts SELECT 8, 'k', '{}', '[]', current_localtimestamp() - INTERVAL 6 DAY`));
  await engine.engine.close();
  engine = await openTestEngine({ folder: engine.folder });
  expect(await engine.rows(`SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'staging' ORDER BY 1`)).toEqual([{ name: 'p8_tags' }, { name: 'parts' }]);
});
