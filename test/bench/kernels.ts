import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { initialFactor } from '../../electron/engine/kernels/als.ts';
import { type Csr, openKernels, type SvdFactors } from '../../electron/engine/kernels/index.ts';
import { readColumns, readRatings } from '../../electron/engine/workspace/columns.ts';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { Session } from '../../electron/engine/workspace/session.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { buildKernels } from '../../scripts/kernels.ts';
import { plainEase, plainGram, plainTranspose, solveSide } from '../support/plain-kernels.ts';
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
    const figures = [...(await fits(size, million.database)), ...(await serving()), ...(await everyone(size))];
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

/** Floating-point operations of one sweep: walks over the entries, products with the Gram matrix, and making it. */
function alsOperations({ rows = NaN, columns = NaN, nonzeros = NaN }: Record<string, number>, factors: number): number {
  const walks = als.cgSteps + 1;
  return 2 * nonzeros * walks * 4 * factors + (rows + columns) * (walks * 2 + 1) * factors ** 2;
}

/** Sweeps on each number of threads against those of plain TypeScript, of which `share` of the rows are solved. */
async function sweeps(database: string, millions: string, factors: number, crews: Iterable<number>, share: number, iterations: number, aim: string): Promise<Figure[]> {
  const plain = (await inChild(import.meta.url, 'plainAls', database, factors, share))['sweep'] ?? NaN;
  const figures: Figure[] = [];
  for (const crew of crews) {
    const made = await inChild(import.meta.url, 'als', database, crew, iterations, factors);
    const { sweep = NaN, peakMB = NaN } = made;
    const rate = alsOperations(made, factors) / sweep / 1e9;
    figures.push({
      what: `ALS, ${factors} factors, ${als.cgSteps} CG steps, ${millions} ratings, a sweep, ${crew} thread(s): ${rate.toFixed(1)} GFLOP/s, peak ${peakMB.toFixed(0)} MB`,
      value: sweep * 1000, unit: 'ms', ratio: plain / sweep, against: `faster than plain TypeScript on one thread (${(plain * 1000).toFixed(0)} ms${share > 1 ? `, from one row in ${share}` : ''})`, aim,
    });
  }
  return figures;
}

async function fits(size: Size, database: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const factors of [64, 128]) figures.push(...(await sweeps(database, '1 M', factors, new Set([1, threads]), 1, 12, '≥ 8 ×')));
  const exact = await inChild(import.meta.url, 'als', database, threads, 4, 64, 'cholesky');
  figures.push({ what: `ALS, 64 factors, by Cholesky, 1 M ratings, a sweep, ${threads} threads, peak ${exact['peakMB']?.toFixed(0)} MB`, value: (exact['sweep'] ?? NaN) * 1000, unit: 'ms' });
  const some = size === 'small' ? 1000 : 1850;
  const plainInverse = await inChild(import.meta.url, 'plainEase', database, some);
  for (const films of size === 'small' ? [some] : [some, likeMovieLens1M.movies]) {
    const { took = NaN, peakMB = NaN } = await inChild(import.meta.url, 'ease', database, films);
    const { took: plain = NaN } = plainInverse;
    figures.push({ what: `EASE, ${films} films, ${threads} threads, peak ${peakMB.toFixed(0)} MB`, value: took, unit: 's', ...(films === some ? { ratio: plain / took, against: `faster than plain TypeScript in f64 (${plain.toFixed(1)} s)`, aim: '≥ 5 ×' } : {}) });
  }
  for (const [label, published] of [['SVD', 67], ['SVD++', 2100]] as const) {
    const { took = NaN, rmse = NaN, peakMB = NaN } = await inChild(import.meta.url, 'folds', database, label);
    figures.push({ what: `${label}, 5 folds of 1 M ratings, ${label === 'SVD' ? threads : 1} thread(s), RMSE ${rmse.toFixed(4)} on these ratings, peak ${peakMB.toFixed(0)} MB`, value: took, unit: 's', ratio: published / took, against: `faster than Surprise’s published ${published} s on ml-1m, another machine` });
  }
  const neighbours = await inChild(import.meta.url, 'neighbours', database);
  figures.push({ what: `Cosine top-100 of each film by who rated what, 1 M ratings, ${threads} threads, peak ${neighbours['peakMB']?.toFixed(0)} MB`, value: neighbours['took'] ?? NaN, unit: 's' });
  return figures;
}

/** Lists of 20 of all films for all users: factors of equal length, of which every score must be worked out, and such as ALS gives, short for films that few rated. */
async function everyone(size: Size): Promise<Figure[]> {
  const [users, films] = size === 'small' ? [20_000, 9_000] : [likeMovieLens32M.users, likeMovieLens32M.movies];
  const figures: Figure[] = [];
  for (const lengths of ['alike', 'falling']) {
    const { took = NaN, peakMB = NaN } = await inChild(import.meta.url, 'everyone', users, films, lengths);
    const rate = (users * films * 128) / took / 1e9;
    figures.push({ what: `The best 20 of ${films} films for ${users} users, 64 factors, lengths ${lengths}${lengths === 'alike' ? `: ${rate.toFixed(0)} GFLOP/s` : ''}, ${threads} threads, peak ${peakMB.toFixed(0)} MB`, value: took, unit: 's', aim: '35 s on two idle cores' });
  }
  return figures;
}

async function serving(): Promise<Figure[]> {
  const { p50 = NaN, p95 = NaN, p99 = NaN, plain = NaN, peakMB = NaN } = await inChild(import.meta.url, 'serve', likeMovieLens32M.movies);
  const what = `Scores of ${likeMovieLens32M.movies} films (64 factors) and the best 10`;
  return [
    { what: `${what}, peak ${peakMB.toFixed(0)} MB, p50`, value: p50, unit: 'ms', ratio: plain / p50, against: `faster than plain TypeScript (${plain.toFixed(2)} ms)`, aim: '≤ 1.5 ms' },
    { what: `${what}, p95`, value: p95, unit: 'ms' },
    { what: `${what}, p99`, value: p99, unit: 'ms' },
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
  const wide = await inChild(import.meta.url, 'ease', database, 10_000);
  const neighbours = await inChild(import.meta.url, 'neighbours', database);
  return [
    ...(await sweeps(database, '32 M', 64, [threads], 10, 4, '2 s on two idle cores')),
    ...(await sweeps(database, '32 M', 128, [threads], 10, 4, '')),
    { what: `EASE, 10,000 films of 32 M ratings, ${threads} threads, peak ${wide['peakMB']?.toFixed(0)} MB`, value: wide['took'] ?? NaN, unit: 's', aim: '15 s and the Gram matrix, on two idle cores' },
    { what: `Cosine top-100 of each film by who rated what, 32 M ratings, peak ${neighbours['peakMB']?.toFixed(0)} MB`, value: neighbours['took'] ?? NaN, unit: 's', aim: '15 s on two idle cores' },
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
    async als(database = '', crew = '1', iterations = '11', factors = '64', solver = 'cg') {
      const kernels = openKernels({ directory, threads: Number(crew) });
      const of = await matrix(database);
      const options = { ...als, factors: Number(factors), solver: solver === 'cholesky' ? 'cholesky' as const : 'cg' as const };
      // The task asks between sweeps whether to keep how far it is, which tells when each ended.
      const ends: number[] = [];
      const due = () => {
        ends.push(performance.now());
        return false;
      };
      await kernels.als(of, { ...options, iterations: Number(iterations) }, { checkpoint: { state: undefined, due, keep: () => Promise.resolve() } });
      return { sweep: ((ends.at(-1) ?? NaN) - (ends[0] ?? NaN)) / (ends.length - 1) / 1000, rows: of.rows, columns: of.columns, nonzeros: of.indices.length };
    },
    async plainAls(database = '', factors = '64', share = '1') {
      const of = await matrix(database);
      const options = { ...als, factors: Number(factors), iterations: 1 };
      const start = (rows: number) => new Float32Array(rows * options.factors).map((_, at) => initialFactor(als.seed, Math.floor(at / options.factors), at % options.factors));
      const [users, items] = [start(of.rows), start(of.columns)];
      let sweep = 0;
      for (const [side, solved, others] of [[of, users, items], [plainTranspose(of), items, users]] as const) {
        const some = everyNth(side, Number(share));
        const gram = await seconds(() => plainGram(others, options.factors));
        const all = await seconds(() => solveSide(some, solved, others, options));
        sweep += gram + (all - gram) * (side.indices.length / some.indices.length);
      }
      return { sweep };
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
    async folds(database = '', label = 'SVD') {
      const kernels = openKernels({ directory });
      const of = await matrix(database);
      const options = label === 'SVD' ? { implicit: false, factors: 100, rate: 0.005 } : { implicit: true, factors: 20, rate: 0.007 };
      const random = seededRandom(1);
      const fold = Int32Array.from(of.indices, () => Math.floor(5 * random()));
      let squares = 0;
      let took = 0;
      for (let out = 0; out < 5; out++) {
        const train = without(of, fold, out);
        took += await seconds(async () => {
          const model = await kernels.svd(train, { ...options, epochs: 20, regularization: 0.02, deviation: 0.1, patience: 0, heldOut: 0.05, seed: 42 });
          squares += squaredErrors(model, of, fold, out);
        });
      }
      return { took, rmse: Math.sqrt(squares / of.indices.length) };
    },
    async everyone(users = '1', films = '1', lengths = 'alike') {
      const [rows, columns, factors] = [Number(users), Number(films), 64];
      const random = seededRandom(1);
      const kernels = openKernels({ directory });
      const scale = (film: number) => (lengths === 'alike' ? 1 : 1 / Math.sqrt(1 + film / 300));
      const left = new Float32Array(rows * factors).map(() => random() - 0.5);
      const right = new Float32Array(columns * factors).map((_, at) => (random() - 0.5) * scale(Math.floor(at / factors)));
      const each = 160;
      const seen = { rows, columns, indptr: new Int32Array(rows + 1).map((_, row) => row * each), indices: new Int32Array(rows * each).map((_, at) => Math.floor(((at % each) * columns) / each)) };
      return { took: await seconds(() => kernels.topAll(left, right, factors, seen, 20)) };
    },
    async neighbours(database = '') {
      const kernels = openKernels({ directory });
      const of = await matrix(database, 1e9, true);
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
      return { p50: quantile(times.slice(20), 0.5), p95: quantile(times.slice(20), 0.95), p99: quantile(times.slice(20), 0.99), plain: quantile(plain.slice(20), 0.5) };
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

/** Each nth row. */
function everyNth(of: Csr, n: number): Csr {
  const rows = Math.ceil(of.rows / n);
  const indptr = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) indptr[row + 1] = (indptr[row] ?? 0) + (of.indptr[row * n + 1] ?? 0) - (of.indptr[row * n] ?? 0);
  const [indices, values] = [new Int32Array(indptr[rows] ?? 0), new Float32Array(indptr[rows] ?? 0)];
  for (let row = 0; row < rows; row++) {
    indices.set(of.indices.subarray(of.indptr[row * n], of.indptr[row * n + 1]), indptr[row]);
    values.set(of.values.subarray(of.indptr[row * n], of.indptr[row * n + 1]), indptr[row]);
  }
  return { rows, columns: of.columns, indptr, indices, values };
}

/** The ratings that are in other folds. */
function without(of: Csr, fold: Int32Array, out: number): Csr {
  const indptr = new Int32Array(of.rows + 1);
  const kept = Int32Array.from(fold.keys()).filter((at) => fold[at] !== out);
  for (let row = 0, at = 0; row < of.rows; row++) {
    while (at < kept.length && (kept[at] ?? 0) < (of.indptr[row + 1] ?? 0)) at++;
    indptr[row + 1] = at;
  }
  return { ...of, indptr, indices: kept.map((at) => of.indices[at] ?? 0), values: Float32Array.from(kept, (at) => of.values[at] ?? 0) };
}

function squaredErrors(model: SvdFactors, of: Csr, fold: Int32Array, out: number): number {
  let sum = 0;
  for (let row = 0; row < of.rows; row++) {
    for (let at = of.indptr[row] ?? 0; at < (of.indptr[row + 1] ?? 0); at++) {
      if (fold[at] !== out) continue;
      const film = of.indices[at] ?? 0;
      let rating = model.mean + (model.userBiases[row] ?? 0) + (model.itemBiases[film] ?? 0);
      for (let f = 0; f < model.factors; f++) rating += (model.users[row * model.factors + f] ?? 0) * (model.items[film * model.factors + f] ?? 0);
      sum += ((of.values[at] ?? 0) - Math.min(5, Math.max(0.5, rating))) ** 2;
    }
  }
  return sum;
}
