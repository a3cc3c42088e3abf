import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'import';

interface Measured {
  readonly seconds: number;
  readonly peakMB: number;
  readonly rows: number;
}

const ROUNDS = 3;

/**
 * Importing ratings against DuckDB's bare `CREATE TABLE … AS read_csv` with explicit types and the same memory limit, each
 * in a new process, in turns; the medians of three. Seconds run from the call to the committed table.
 */
export async function run(size: Size): Promise<Figure[]> {
  const shape = size === 'full' ? likeMovieLens32M : likeMovieLens1M;
  const { ratings } = await generatedRatings(shape);
  const bare: Measured[] = [];
  const ours: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measureApart('bare', ratings));
    ours.push(await measureApart('ours', ratings));
  }
  for (const { rows } of [...bare, ...ours]) if (rows !== shape.ratings) throw new Error(`${rows} rows were read, not ${shape.ratings}.`);
  const bareSeconds = median(bare.map(({ seconds }) => seconds));
  const seconds = median(ours.map((measured) => measured.seconds));
  const what = `${(shape.ratings / 1e6).toFixed(0)} M ratings from CSV`;
  return [
    { what: `${what}, bare read_csv`, value: bareSeconds, unit: 's' },
    { what: `${what}, import`, value: seconds, unit: 's', ratio: seconds / bareSeconds, against: 'bare read_csv', aim: '≤ 1.5 ×' },
    { what: `${what}, bare read_csv, peak memory`, value: median(bare.map(({ peakMB }) => peakMB)), unit: 'MB' },
    { what: `${what}, import, peak memory`, value: Math.max(...ours.map(({ peakMB }) => peakMB)), unit: 'MB', aim: '≤ 1500 MB' },
  ];
}

async function measureApart(how: 'bare' | 'ours', file: string): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), how, file]);
  return JSON.parse(stdout) as Measured;
}

async function measure(how: string, file: string): Promise<Measured> {
  const { seconds, rows } = how === 'bare' ? await bareImport(file) : await ourImport(file);
  return { seconds, rows, peakMB: process.resourceUsage().maxRSS / 1024 };
}

async function bareImport(file: string): Promise<{ seconds: number; rows: number }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
  try {
    const instance = await DuckDBInstance.create(path.join(folder, 'bare.duckdb'), { memory_limit: '1024MB', temp_directory: path.join(folder, 'tmp') });
    const connection = await instance.connect();
    const began = performance.now();
    const { rowsChanged } = await connection.run(`
      CREATE TABLE ratings AS
      FROM read_csv(${literal(file)}, auto_detect = false, header = true, columns = { user_id: 'BIGINT', movie_id: 'BIGINT', rating: 'DOUBLE', timestamp: 'BIGINT' })`);
    const seconds = (performance.now() - began) / 1000;
    const counted = (await connection.runAndReadAll('SELECT count(*)::INTEGER FROM ratings')).getRows()[0]?.[0];
    instance.closeSync();
    return { seconds, rows: typeof counted === 'number' ? counted : rowsChanged };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ourImport(file: string): Promise<{ seconds: number; rows: number }> {
  const engine = await openTestEngine();
  try {
    const began = performance.now();
    await engine.imported(file);
    const seconds = (performance.now() - began) / 1000;
    const [counted] = await engine.rows<{ rows: number }>('SELECT count(*) AS rows FROM raw.ratings');
    return { seconds, rows: counted?.rows ?? 0 };
  } finally {
    await engine.close();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const [, script, how, file] = process.argv;
if (script === fileURLToPath(import.meta.url) && how && file) console.log(JSON.stringify(await measure(how, file)));
