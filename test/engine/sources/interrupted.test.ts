import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { finished, pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { generatedRatings } from '../../support/ratings-generator.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const rows = 3_000_000;
let large: string;
beforeAll(async () => {
  large = (await generatedRatings({ ratings: rows, users: 20_000, movies: 10_000 })).ratings;
}, 120_000);

let engine: TestEngine;
let folder: string;
beforeEach(async () => {
  engine = await openTestEngine();
  folder = path.join(engine.folder, 'given');
  await mkdir(folder);
  await writeFile(path.join(folder, 'ratings.csv'), 'userId,movieId,rating,timestamp\n1,2,3.5,4\n');
  await engine.imported(path.join(folder, 'ratings.csv'));
});
afterEach(() => engine.close());

const before = [{ user_id: 1, movie_id: 2, rating: 3.5, timestamp: 4 }];
const unpacked = async () => (await readdir(path.join(engine.folder, 'home'))).filter((name) => name.startsWith('unpacked'));

/** The large file with one quoted cell, so that our own reader reads it. */
async function notPlain(): Promise<string> {
  const file = path.join(folder, 'quoted', 'ratings.csv');
  await mkdir(path.dirname(file));
  await writeFile(file, 'userId,movieId,rating,timestamp\n"1",2,3.5,4\n');
  await pipeline(createReadStream(large, { start: 'userId,movieId,rating,timestamp\n'.length }), createWriteStream(file, { flags: 'a' }));
  return file;
}

async function zipped(): Promise<string> {
  const archive = new yazl.ZipFile();
  archive.addFile(large, 'ratings.csv', { compressionLevel: 1 });
  archive.end();
  await finished(archive.outputStream.pipe(createWriteStream(path.join(folder, 'release.zip'))));
  return path.join(folder, 'release.zip');
}

describe('an import that is cancelled', () => {
  it.each([
    ['while DuckDB reads a plain file', () => Promise.resolve(large), 0.05],
    ['while it is read cell by cell', notPlain, 0.3],
    ['while an archive is unpacked', zipped, 0],
  ])('%s ends within a second and leaves the workspace as before', async (_, make, share) => {
    const file = await make();
    const { context } = engine.engine;
    const { jobId } = await engine.engine.call('import.start', { files: [await context.files.grant(file)] });
    const reading = () => {
      const { phases, status } = context.jobs.get(jobId);
      const phase = phases.findLast(({ name }) => name.startsWith('Read'));
      return status !== 'running' || (phase !== undefined && phase.state === 'running' && phase.done >= share * (phase.total ?? 1));
    };
    while (!reading()) await new Promise((resolve) => setTimeout(resolve, 5));
    const asked = performance.now();
    await engine.engine.call('jobs.cancel', { id: jobId });
    const job = await context.jobs.ended(jobId);
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(job).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
    expect(await engine.rows('SELECT * FROM raw.ratings')).toEqual(before);
    expect(await unpacked()).toEqual([]);
    await engine.imported(path.join(folder, 'ratings.csv'));
  });
});

it('an import clears away what a killed process had unpacked, and nothing of a living one', async () => {
  const home = path.join(engine.folder, 'home');
  await mkdir(path.join(home, 'unpacked-99999999-x'));
  await mkdir(path.join(home, `unpacked-${process.ppid}-x`));
  await engine.imported(path.join(folder, 'ratings.csv'));
  expect(await unpacked()).toEqual([`unpacked-${process.ppid}-x`]);
});

it('an import that waits for another one to end is cancelled at once, too', async () => {
  const { context } = engine.engine;
  const start = async (file: string) => (await engine.engine.call('import.start', { files: [await context.files.grant(file)] })).jobId;
  const first = await start(large);
  const second = await start(path.join(folder, 'ratings.csv'));
  while (!context.jobs.get(second).phases.some(({ state }) => state === 'done' || state === 'running')) await new Promise((resolve) => setTimeout(resolve, 5));
  const asked = performance.now();
  context.jobs.cancel(second);
  expect((await context.jobs.ended(second)).status).toBe('cancelled');
  expect(performance.now() - asked).toBeLessThan(1000);
  expect((await context.jobs.ended(first)).status).toBe('succeeded');
  expect(await engine.rows('SELECT count(*) AS n FROM raw.ratings')).toEqual([{ n: rows }]);
});

describe('an import whose process is killed', () => {
  it.each([
    ['at its start', 'Read', 1],
    ['in the middle', 'Read', 50],
    ['while it stores', 'Store', 0],
  ])('%s leaves the last good state, or the new one in full', async (_, phase, percent) => {
    await engine.engine.close();
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/importing-process.ts', import.meta.url)), engine.folder, large], { stdio: ['ignore', 'pipe', 'inherit'] });
    let ended = false;
    for await (const line of createInterface(child.stdout)) {
      const at = Number(line.slice(line.lastIndexOf(' ')));
      if ((line.startsWith(phase) && at >= percent) || (ended = line.startsWith('succeeded'))) child.kill('SIGKILL');
    }
    const again = await openTestEngine({ folder: engine.folder });
    engine = again;
    const [counted] = await again.rows<{ n: number; files: number; lines: number }>("SELECT (SELECT count(*) FROM raw.ratings) AS n, (SELECT sum(rows)::INTEGER FROM raw.files) AS files, (SELECT count(*) FROM raw.lines) AS lines");
    expect(phase === 'Read' && !ended ? [1] : [1, rows]).toContain(counted?.n);
    expect(counted?.files).toBe(counted?.n);
    expect(counted?.lines).toBe(1);
    await again.imported(path.join(folder, 'ratings.csv'));
    expect(await again.rows('SELECT * FROM raw.ratings')).toEqual(before);
  });
});
