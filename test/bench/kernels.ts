import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openKernels } from '../../electron/engine/kernels/index.ts';
import { readColumns, readRatings } from '../../electron/engine/workspace/columns.ts';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { Session } from '../../electron/engine/workspace/session.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { buildKernels } from '../../scripts/kernels.ts';
import { plainAls, plainEase } from '../support/plain-kernels.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'kernels';

const directory = new URL('../../resources/kernels', import.meta.url).pathname;
const als = { factors: 64, regularization: 6, alpha: 1, cgSteps: 3, seed: 1 };
const threads = availableParallelism();

export async function run(size: Size): Promise<Figure[]> {
  await buildKernels();
  const folder = await mkdtemp(path.join(tmpdir(), 'reelbench-bench-'));
  try {
    const million = await ratings(likeMovieLens1M, folder, 'million');
    const figures = [...(await fits(size, million.database)), ...(await serving())];
    if (size === 'small') return [...figures, ...(await reading(million))];
    const all = await ratings(likeMovieLens32M, folder, 'all');
    return [...figures, ...(await reading(all)), ...(await large(all.database))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Imported {
  readonly database: string;
  readonly rows: number;
  /** Seconds of the bare import. */
  readonly took: number;
}

async function ratings(size: typeof likeMovieLens1M, folder: string, label: string): Promise<Imported> {
  const database = path.join(folder, `${label}.duckdb`);
  const csv = await generatedRatings(size);
  const { took = NaN } = await inChild(import.meta.url, 'import', csv.ratings, database);
  return { database, rows: size.ratings, took };
}

async function fits(size: Size, database: string): Promise<Figure[]> {
  const films = size === 'small' ? 1000 : likeMovieLens1M.movies;
  const figures: Figure[] = [];
  const plainSweep = (await inChild(import.meta.url, 'plainAls', database))['sweep'] ?? NaN;
  for (const crew of new Set([1, threads])) {
    const { sweep = NaN, peakMB = NaN } = await inChild(import.meta.url, 'als', database, crew, 11);
    figures.push({ what: `ALS, 64 factors, 3 CG steps, 1 M ratings, a sweep, ${crew} thread(s), peak ${peakMB.toFixed(0)} MB`, value: sweep * 1000, unit: 'ms', ratio: plainSweep / sweep, against: `faster than plain TypeScript on one thread (${(plainSweep * 1000).toFixed(0)} ms)`, aim: '≥ 8 ×' });
  }
  const plainInverse = await inChild(import.meta.url, 'plainEase', database, films);
  const ease = await inChild(import.meta.url, 'ease', database, films);
  figures.push({ what: `EASE, ${films} films, ${threads} threads, peak ${ease['peakMB']?.toFixed(0)} MB`, value: ease['took'] ?? NaN, unit: 's', ratio: (plainInverse['took'] ?? NaN) / (ease['took'] ?? NaN), against: `faster than plain TypeScript in f64 (${plainInverse['took']?.toFixed(1)} s)`, aim: '≥ 5 ×' });
  const neighbours = await inChild(import.meta.url, 'neighbours', database);
  figures.push({ what: `Cosine top-100 of each film, 1 M ratings, ${threads} threads`, value: neighbours['took'] ?? NaN, unit: 's' });
  return figures;
}

async function serving(): Promise<Figure[]> {
  const { p50 = NaN, p95 = NaN, plain = NaN } = await inChild(import.meta.url, 'serve', likeMovieLens32M.movies);
  const what = `Scores of ${likeMovieLens32M.movies} films (64 factors) and the best 10`;
  return [
    { what: `${what}, p50`, value: p50, unit: 'ms', ratio: plain / p50, against: `faster than plain TypeScript (${plain.toFixed(2)} ms)`, aim: '≤ 1.5 ms' },
    { what: `${what}, p95`, value: p95, unit: 'ms' },
  ];
}

async function reading({ database, rows, took }: Imported): Promise<Figure[]> {
  const columns = await inChild(import.meta.url, 'columns', database);
  const matrix = await inChild(import.meta.url, 'matrix', database);
  const against = `of the bare import (${took.toFixed(1)} s)`;
  const millions = `${(rows / 1e6).toFixed(0)} M ratings`;
  return [
    { what: `Three columns of ${millions} into typed arrays, peak ${columns['peakMB']?.toFixed(0)} MB`, value: columns['took'] ?? NaN, unit: 's', ratio: (columns['took'] ?? NaN) / took, against, aim: '≤ 1.0 ×' },
    { what: `The same, renumbered and sorted both ways, peak ${matrix['peakMB']?.toFixed(0)} MB`, value: matrix['took'] ?? NaN, unit: 's', ratio: (matrix['took'] ?? NaN) / took, against, aim: '3 s, 1.2 GB on two idle cores' },
  ];
}

async function large(database: string): Promise<Figure[]> {
  const { sweep = NaN, peakMB = NaN } = await inChild(import.meta.url, 'als', database, threads, 3);
  const neighbours = await inChild(import.meta.url, 'neighbours', database);
  return [
    { what: `ALS, 64 factors, 3 CG steps, 32 M ratings, a sweep, peak ${peakMB.toFixed(0)} MB`, value: sweep, unit: 's', aim: '2 s on two idle cores' },
    { what: `Cosine top-100 of each film, 32 M ratings, peak ${neighbours['peakMB']?.toFixed(0)} MB`, value: neighbours['took'] ?? NaN, unit: 's', aim: '15 s on two idle cores' },
  ];
}

async function open(database: string): Promise<Session> {
  return new Session(await (await DuckDBInstance.create(database, { threads: String(threads) })).connect());
}

/** The most rated `films`, or all, as 1 where `ones`. */
async function matrix(database: string, films = 1e9, ones = false) {
  const most = `SELECT movie_id FROM ratings GROUP BY movie_id ORDER BY count(*) DESC, movie_id LIMIT ${films}`;
  const { ratings: all } = await readRatings(await open(database), `SELECT user_id, movie_id, ${ones ? '1' : 'rating'} AS rating FROM ratings WHERE movie_id IN (${most})`);
  return all;
}

if (import.meta.main) {
  await answer({
    async import(csv = '', database = '') {
      const session = await open(database);
      const types = `{'user_id': 'BIGINT', 'movie_id': 'BIGINT', 'rating': 'DOUBLE', 'timestamp': 'BIGINT'}`;
      return { took: await seconds(() => session.run(`CREATE TABLE ratings AS SELECT * FROM read_csv(${literal(csv)}, auto_detect = false, header = true, columns = ${types}); CHECKPOINT`)) };
    },
    async columns(database = '') {
      const session = await open(database);
      const { rows } = await session.one<{ rows: number }>('SELECT count(*) AS rows FROM ratings');
      return { took: await seconds(() => readColumns(session, 'SELECT user_id::INTEGER, movie_id::INTEGER, rating::FLOAT FROM ratings', rows, [Int32Array, Int32Array, Float32Array])) };
    },
    async matrix(database = '') {
      const session = await open(database);
      return { took: await seconds(() => readRatings(session, 'SELECT user_id, movie_id, rating FROM ratings')) };
    },
    async als(database = '', crew = '1', iterations = '11') {
      const kernels = openKernels({ directory, threads: Number(crew) });
      const of = await matrix(database);
      const first = await seconds(() => kernels.als(of, { ...als, iterations: 1 }));
      const all = await seconds(() => kernels.als(of, { ...als, iterations: Number(iterations) }));
      return { sweep: (all - first) / (Number(iterations) - 1) };
    },
    async plainAls(database = '') {
      const of = await matrix(database);
      const ends: number[] = [];
      plainAls(of, { ...als, iterations: 4 }, () => ends.push(performance.now()));
      return { sweep: quantile(ends.slice(1).map((end, i) => end - (ends[i] ?? 0)), 0.5) / 1000 };
    },
    async ease(database = '', films = '1000') {
      const kernels = openKernels({ directory });
      const of = await matrix(database, Number(films), true);
      return { took: await seconds(() => kernels.ease(of, { lambda: 500 })) };
    },
    async plainEase(database = '', films = '1000') {
      const of = await matrix(database, Number(films), true);
      return { took: await seconds(() => plainEase(of, 500)) };
    },
    async neighbours(database = '') {
      const kernels = openKernels({ directory });
      const of = await matrix(database);
      return { took: await seconds(() => kernels.itemNeighbours(of, { neighbours: 100, shrinkage: 0 })) };
    },
    async serve(films = '1000') {
      const rows = Number(films);
      const random = seededRandom(1);
      const factors = Float32Array.from({ length: rows * 64 }, () => random() - 0.5);
      const kernels = openKernels({ directory });
      const times: number[] = [];
      const plain: number[] = [];
      for (let turn = 0; turn < 220; turn++) {
        const vector = Float32Array.from({ length: 64 }, () => random() - 0.5);
        times.push(1000 * (await seconds(() => kernels.top(kernels.scoreAll(factors, rows, 64, vector), 10))));
        if (turn < 70) plain.push(1000 * (await seconds(() => kernels.top(plainScores(factors, rows, vector), 10))));
      }
      return { p50: quantile(times.slice(20), 0.5), p95: quantile(times.slice(20), 0.95), plain: quantile(plain.slice(20), 0.5) };
    },
  });
}

function plainScores(factors: Float32Array, rows: number, vector: Float32Array): Float32Array {
  const width = vector.length;
  const out = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let even = 0;
    let odd = 0;
    for (let f = 0; f < width; f += 2) {
      even += (factors[start + f] ?? 0) * (vector[f] ?? 0);
      odd += (factors[start + f + 1] ?? 0) * (vector[f + 1] ?? 0);
    }
    out[row] = even + odd;
  }
  return out;
}
