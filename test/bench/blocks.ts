import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { initialFactor } from '../../electron/engine/kernels/als.ts';
import { factorise, solve } from '../../electron/engine/kernels/cholesky.ts';
import type { Csr } from '../../electron/engine/kernels/index.ts';
import { readRatings } from '../../electron/engine/workspace/columns.ts';
import { Session } from '../../electron/engine/workspace/session.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { plainGram, plainTranspose, solveSide } from '../support/plain-kernels.ts';
import { generatedRatings } from '../support/ratings-generator.ts';
import { answer, inChild } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'blocks';

const SWEEPS = 10;
const sizes = { small: { ratings: 40_000, users: 400, movies: 1_000 }, full: { ratings: 200_000, users: 1_200, movies: 2_000 } };
const settings = { regularization: 6, alpha: 1, cgSteps: 3, seed: 1 };

/**
 * How a row of ALS is best solved: conjugate gradient, three steps, against iALS++ (Rendle et al. 2021), Newton steps of
 * blocks of factors with the scores of a row's entries at hand. Both in plain TypeScript on one thread: processor-seconds
 * until the training loss is that of ten sweeps by conjugate gradient. Blocks get a quarter more of its time.
 */
export async function run(size: Size): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reelbench-bench-'));
  try {
    const csv = await generatedRatings(sizes[size]);
    const figures: Figure[] = [];
    for (const factors of [64, 128]) {
      const gradient = await inChild(import.meta.url, 'reach', csv.ratings, factors, 0, 0, Number.POSITIVE_INFINITY);
      const { took: reference = NaN, loss = NaN } = gradient;
      const what = `${sizes[size].ratings.toLocaleString('en')} ratings, ${factors} factors, to the loss of ${SWEEPS} sweeps by conjugate gradient`;
      figures.push({ what: `${what}: conjugate gradient, ${cost(gradient)}`, value: reference, unit: 's' });
      for (const block of [8, 16, 32, 64]) {
        const blocks = await inChild(import.meta.url, 'reach', csv.ratings, factors, block, loss, 1.25 * reference);
        const { took = NaN, reached = 0, excess = NaN } = blocks;
        figures.push({ what: `${what}: blocks of ${block}, ${cost(blocks)}${reached ? '' : `, not reached: loss ${(100 * excess).toFixed(3)} % above`}`, value: took, unit: 's', ratio: took / reference, against: 'of the time by conjugate gradient' });
      }
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function cost({ sweeps = NaN, took = NaN }: Record<string, number>): string {
  return `${sweeps} sweeps of ${((1000 * took) / sweeps).toFixed(0)} ms`;
}

/** One pass over the blocks of each row of `side`: x_π −= H_ππ⁻¹ ∇_π, and the scores of the row's entries follow. */
function solveBlocks(side: Csr, solved: Float32Array, others: Float32Array, n: number, block: number): void {
  const { regularization, alpha } = settings;
  const gram = plainGram(others, n);
  const x = new Float64Array(n);
  const [hessian, gradient] = [new Float64Array(block * block), new Float64Array(block)];
  const most = side.indptr.reduce((longest, end, row) => Math.max(longest, end - (side.indptr[row - 1] ?? 0)), 0);
  const scores = new Float64Array(most);
  for (let row = 0; row < side.rows; row++) {
    const start = side.indptr[row]!;
    const end = side.indptr[row + 1]!;
    x.set(solved.subarray(row * n, (row + 1) * n));
    for (let at = start; at < end; at++) scores[at - start] = product(others, side.indices[at]! * n, x, 0, n);
    for (let from = 0; from < n; from += block) {
      const width = Math.min(block, n - from);
      for (let i = 0; i < width; i++) {
        const line = (from + i) * n;
        gradient[i] = product(gram, line, x, 0, n) + regularization * x[from + i]!;
        for (let j = 0; j <= i; j++) hessian[i * width + j] = gram[line + from + j]!;
        hessian[i * width + i]! += regularization;
      }
      addEntries(side, start, end, others, n, from, width, alpha, scores, gradient, hessian);
      factorise(hessian, width);
      solve(hessian, gradient, width);
      for (let i = 0; i < width; i++) x[from + i]! -= gradient[i]!;
      for (let at = start; at < end; at++) scores[at - start]! -= product(others, side.indices[at]! * n + from, gradient, 0, width);
    }
    solved.set(x, row * n);
  }
}

/** The entries' part of gradient and Hessian (its lower half), two entries at a time. */
function addEntries(side: Csr, start: number, end: number, others: Float32Array, n: number, from: number, width: number, alpha: number, scores: Float64Array, gradient: Float64Array, hessian: Float64Array): void {
  for (let at = start; at < end; at += 2) {
    const pair = at + 1 < end;
    const a = side.indices[at]! * n + from;
    const b = pair ? side.indices[at + 1]! * n + from : a;
    const weightA = alpha * side.values[at]!;
    const weightB = pair ? alpha * side.values[at + 1]! : 0;
    const errorA = weightA * scores[at - start]! - 1 - weightA;
    const errorB = pair ? weightB * scores[at + 1 - start]! - 1 - weightB : 0;
    for (let i = 0; i < width; i++) {
      gradient[i]! += errorA * others[a + i]! + errorB * others[b + i]!;
      const left = weightA * others[a + i]!;
      const right = weightB * others[b + i]!;
      const line = i * width;
      for (let j = 0; j <= i; j++) hessian[line + j]! += left * others[a + j]! + right * others[b + j]!;
    }
  }
}

function product(a: Float32Array | Float64Array, at: number, b: Float64Array, from: number, count: number): number {
  let [even, odd] = [0, 0];
  for (let f = 0; f < count; f += 2) {
    even += a[at + f]! * b[from + f]!;
    odd += a[at + f + 1]! * b[from + f + 1]!;
  }
  return even + odd;
}

/** Σ over entries of (1 + w)(1 - s)² + Σ over all other pairs of s² + λ (|X|² + |Y|²). */
function lossOf(matrix: Csr, users: Float32Array, items: Float32Array, n: number): number {
  const [left, right] = [plainGram(users, n), plainGram(items, n)];
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
  for (let f = 0; f < n; f++) sum += settings.regularization * (left[f * n + f]! + right[f * n + f]!);
  for (let row = 0; row < matrix.rows; row++) {
    const x = Float64Array.from(users.subarray(row * n, (row + 1) * n));
    for (let at = matrix.indptr[row]!; at < matrix.indptr[row + 1]!; at++) {
      const score = product(items, matrix.indices[at]! * n, x, 0, n);
      sum += (1 + settings.alpha * matrix.values[at]!) * (1 - score) ** 2 - score ** 2;
    }
  }
  return sum;
}

if (import.meta.main) {
  await answer({
    /** Sweeps until the loss is `aim`, or `limit` processor-seconds are gone; by conjugate gradient (block 0) as many as `SWEEPS`. */
    async reach(csv = '', factorsText = '64', blockText = '0', aimText = '0', limitText = '0') {
      const [factors, block, aim, limit] = [Number(factorsText), Number(blockText), Number(aimText), Number(limitText)];
      const session = new Session(await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect());
      const { ratings: matrix } = await readRatings(session, `SELECT userId AS user_id, movieId AS movie_id, rating FROM read_csv(${literal(csv)})`);
      const byItem = plainTranspose(matrix);
      const users = new Float32Array(matrix.rows * factors);
      const items = Float32Array.from({ length: matrix.columns * factors }, (_, at) => initialFactor(settings.seed, Math.floor(at / factors), at % factors));
      let [took, sweeps, loss] = [0, 0, Number.POSITIVE_INFINITY];
      while (block === 0 ? sweeps < SWEEPS : loss > aim && took < limit) {
        const before = process.cpuUsage();
        for (const [side, solved, others] of [[matrix, users, items], [byItem, items, users]] as const) {
          if (block === 0) solveSide(side, solved, others, { ...settings, factors, iterations: 1 });
          else solveBlocks(side, solved, others, factors, block);
        }
        const { user } = process.cpuUsage(before);
        took += user / 1e6;
        sweeps++;
        loss = lossOf(matrix, users, items, factors);
      }
      return { took, sweeps, loss, reached: loss <= aim ? 1 : 0, excess: loss / aim - 1 };
    },
  });
}
