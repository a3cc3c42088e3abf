import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunResult } from '../../../shared/contract/index.ts';
import { identifier } from '../../../electron/engine/workspace/sql.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const HOUR = 3_600_000;
const began = Date.UTC(2026, 0, 1);
let time = began;
let bench: TestEngine;
beforeEach(async () => {
  time = began;
  bench = await openTestEngine({ clock: () => new Date((time += 1000)) });
  await bench.engine.call('params.set', { path: 'quality.min_volume', value: 1 });
  await bench.engine.call('params.set', { path: 'quality.max_age_days', value: 1 });
});
afterEach(() => bench.close());

/** Ratings of which some lie hours ahead of the first import, some cannot be read, and some repeat. */
function ratings(seed: number, rows: number): string {
  const random = seededRandom(seed);
  const lines = Array.from({ length: rows }, (_, i) => [
    1 + Math.floor(random() * 9), 1 + Math.floor(random() * 6), i % 23 === 5 ? 'x' : (1 + Math.floor(random() * (seed % 2 ? 10 : 4))) / 2, Math.floor(began / 1000 + (random() - 0.8) * 40 * 3600),
  ].join(','));
  return `userId,movieId,rating,timestamp\n${lines.join('\n')}\n`;
}
const films = (seed: number) => `movieId,title,genres\n${Array.from({ length: 5 }, (_, i) => `${i + 1},Film ${i + seed} (${1990 + i})${seed % 2 ? ' ' : ''},Drama|Comedy`).join('\n')}\n`;

async function file(name: string, text: string): Promise<string> {
  await mkdir(path.join(bench.folder, 'given'), { recursive: true });
  await writeFile(path.join(bench.folder, 'given', name), text);
  return path.join(bench.folder, 'given', name);
}

async function run(force = false): Promise<RunResult> {
  const { jobId } = await bench.engine.call('pipeline.run', { stages: ['features'], force });
  const { status, error, result } = await bench.engine.context.jobs.ended(jobId);
  if (status !== 'succeeded') throw new Error(error?.message);
  return result as RunResult;
}

const stages = ['extract', 'validate', 'transform', 'load', 'features'];
const states = async () => (await bench.engine.call('pipeline.status', {})).stages.filter(({ name }) => stages.includes(name)).map(({ state }) => state);

/** Every built table, row by row, but for the columns that say which run made it and when. */
async function built(): Promise<Record<string, string>> {
  const tables = await bench.rows<{ name: string }>('SELECT table_name AS name FROM store.live ORDER BY 1');
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const columns = await bench.rows<{ column: string }>(`SELECT column_name AS "column" FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = '${name}' AND column_name NOT IN ('run_id', 'made_at', 'seconds')`);
    const rows = await bench.rows(`SELECT ${columns.map(({ column }) => identifier(column)).join(', ')} FROM ${identifier(name)}`);
    prints[name] = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  }
  return prints;
}

test.each([1, 2])('whatever was imported and run between, the same files in the same order give the same tables, and nothing needs to run (sequence %i)', async (seed) => {
  const random = seededRandom(seed * 77);
  const pick = (n: number) => Math.floor(random() * n);
  const seen = new Map<string, Record<string, string>>();
  const now: { movies?: number; ratings?: string } = {};
  let back = 0;
  for (let step = 0; step < 8; step++) {
    time += HOUR * (1 + pick(9));
    if (step === 0 || pick(2) === 0) {
      now.movies = pick(2);
      await bench.imported(await file('movies.csv', films(now.movies)));
    }
    if (step === 0 || pick(3) > 0) {
      const parts = pick(2) === 0 ? [pick(3)] : [pick(3), 3 + pick(2)];
      now.ratings = parts.join('+');
      await bench.imported(await Promise.all(parts.map((part, i) => file(`ratings_${i + 1}.csv`, ratings(part, part < 3 ? 90 : 40)))));
    }
    const which = JSON.stringify(now);
    const before = seen.get(which);
    if (before) back++;
    const waiting = (await states()).filter((state) => state !== 'current' && state !== 'cached');
    const ran = (await run()).run.stages.filter(({ state }) => state === 'ran');
    expect(before ? [waiting, ran] : [[], []]).toEqual([[], []]);
    expect(await states()).toEqual(stages.map(() => 'current'));
    const report = await bench.engine.call('quality.report', {});
    expect(report?.tables.find(({ name }) => name === 'ratings')?.rows).toBe(now.ratings?.includes('+') ? 130 : 90);
    expect(await built()).toEqual(before ?? (await built()));
    if (before) await run(true);
    const made = await built();
    expect(made).toEqual(before ?? made);
    seen.set(which, made);
  }
  expect(back).toBeGreaterThan(0);
});

test('the same bytes read in another way are another content', async () => {
  await bench.imported(await file('movies.csv', films(0)));
  const given = await file('ratings_1.csv', ratings(1, 90));
  await bench.imported(given);
  await run();
  time += HOUR;
  await bench.imported(given, { options: { nullTokens: ['x'] } });
  expect((await states())[0]).toBe('changed');
  expect(await bench.rows(`SELECT first_imported_at = imported_at AS first FROM raw.files WHERE table_name = 'ratings'`)).toEqual([{ first: true }]);
  time += HOUR;
  await bench.imported(given);
  expect(await states()).toEqual(stages.map(() => 'current'));
  expect(await bench.rows(`SELECT first_imported_at < imported_at AS again FROM raw.files WHERE table_name = 'ratings'`)).toEqual([{ again: true }]);
});

test('a workspace of before opens: what it holds was first imported when it was imported', async () => {
  await bench.imported(await file('ratings_1.csv', ratings(1, 90)));
  await bench.engine.context.workspace().write((session) => session.run('ALTER TABLE raw.files DROP COLUMN first_imported_at; ALTER TABLE raw.files DROP COLUMN reading; DROP SCHEMA contents CASCADE'));
  await bench.engine.close();
  const again = await openTestEngine({ folder: bench.folder, clock: () => new Date((time += 1000)) });
  bench = again;
  expect(await bench.rows('SELECT first_imported_at = imported_at AS same, reading FROM raw.files')).toEqual([{ same: true, reading: '' }]);
  expect(await bench.engine.call('quality.report', {})).toBeNull();
});
