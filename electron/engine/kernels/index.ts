import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { AlsFactors, AlsOptions } from './als.ts';
import { callTask, type KernelCall, type TaskHost, type TaskInput } from './call.ts';
import type { Csr, Pattern, Shape } from './csr.ts';
import type { EaseOptions } from './ease.ts';
import { ByteRows, type Nearest } from './nearest.ts';
import type { Lists } from './lists.ts';
import type { NeighbourOptions, Neighbours } from './neighbours.ts';
import { addressable } from './plan.ts';
import { PackedRows, topPositions } from './scores.ts';
import type { SolveOptions } from './solve.ts';
import type { SvdFactors, SvdOptions } from './svd.ts';
import type { Decomposition, DecomposeOptions } from './decompose.ts';
import { taskMemory, type TaskOrder } from './tasks.ts';

export type { AlsFactors, AlsOptions } from './als.ts';
export type { KernelCall, KernelCheckpoint } from './call.ts';
export type { Csr, Pattern } from './csr.ts';
export { AlsFoldIn } from './fold-in.ts';
export { RatingFoldIn } from './rating-fold-in.ts';
export type { Lists } from './lists.ts';
export type { Neighbours } from './neighbours.ts';
export type { SvdFactors, SvdOptions } from './svd.ts';

export type KernelVariant = 'simd' | 'relaxed-simd';

/**
 * The numeric inner loops: AssemblyScript compiled to WASM (SIMD, threads), one worker a core. Heavy calls run on threads
 * of their own, so that the caller's event loop stays free; a call whose signal aborts rejects with `cancelled` within .3 s;
 * what a call takes of memory is given back when it settles. A call too large rejects with `out-of-memory` before it starts.
 * The same inputs give the same bytes on one thread and on many. The `relaxed-simd` variant fuses multiply and add where the
 * processor can, so that its last bits may differ between processors; `simd` gives the same bytes everywhere.
 */
export interface Kernels {
  readonly variant: KernelVariant;
  readonly threads: number;
  /**
   * Cosine similarity between columns of a users × items matrix: Σᵤ vᵢ vⱼ / (|i| |j| + shrinkage). For each column its most
   * similar others with a similarity above 0, best first, equal ones by index.
   */
  itemNeighbours(matrix: Csr, options: NeighbourOptions, call?: KernelCall): Promise<Neighbours>;
  /** EASE (Steck 2019): B = -P / diag(P), P = (XᵀX + λI)⁻¹, zero diagonal; items × items, row-major: score of j = Σ over history i of B[i, j]. λ > 0. */
  ease(matrix: Csr, options: EaseOptions, call?: KernelCall): Promise<Float32Array>;
  /**
   * Implicit ALS (Hu, Koren, Volinsky 2008) by conjugate gradient (Takács et al. 2011) or Cholesky: preference 1, confidence
   * 1 + alpha · value for each entry. `users` are as the last sweep left them; fold a history in for the exact solution.
   */
  als(matrix: Csr, options: AlsOptions, call?: KernelCall): Promise<AlsFactors>;
  /** The largest singular values of a sparse matrix and their vectors, by randomised subspace iteration. */
  decompose(matrix: Csr, options: DecomposeOptions, call?: KernelCall): Promise<Decomposition>;
  /**
   * The rows of a dense matrix with the largest products with `vector` above 0, best first: all rows are scanned as bytes, and
   * the best of them scored in f32. Runs at once; what holds for the matrix of `scoreAll` holds for this one.
   */
  nearest(matrix: Float32Array, rows: number, width: number, vector: Float32Array, count: number): Nearest;
  /**
   * Vectors of rows, given the columns' factors: the exact solution of (G + Σ wₖ yₖ yₖᵀ + λI) x = Σ tₖ yₖ over a row's entries,
   * with one λ a row. `implicit` is the users' half of a sweep of ALS: G = YᵀY, w = alpha · |value|, t = 1 + w, or 0 for a value
   * below 0; otherwise G = 0, w = 1, t = value. Rows without entries get zeros. In f32: many histories folded in at once.
   */
  solve(matrix: Csr, items: Float32Array, lambdas: Float32Array, options: SolveOptions, call?: KernelCall): Promise<Float32Array>;
  /**
   * The `count` best items of every user by the product of their factors (users × factors and items × factors, row-major),
   * best first, ties to the smaller index; `seen` (users × items) is left out. Exact: items whose length bounds
   * their score below what a user has already are passed over.
   */
  topAll(users: Float32Array, items: Float32Array, factors: number, seen: Pattern, count: number, call?: KernelCall): Promise<Lists>;
  /**
   * Ratings by biased factors, SVD (Funk 2006) or SVD++ (Koren 2008), learnt by stochastic gradient descent. Columns without
   * entries keep what they started from.
   */
  svd(matrix: Csr, options: SvdOptions, call?: KernelCall): Promise<SvdFactors>;
  /**
   * Dense rows × vector: `out[r] = Σ matrix[r, f] · vector[f]`. Runs at once on the calling thread. The first call with a
   * matrix copies it into the kernels' memory, where it stays as long as the matrix itself: it must not change afterwards.
   */
  scoreAll(matrix: Float32Array, rows: number, width: number, vector: Float32Array): Float32Array;
  /** Positions of the `count` largest scores, best first, ties to the smaller position; entries of -Infinity are left out. Runs at once. */
  top(scores: Float32Array, count: number): Int32Array;
  /** Bytes that a heavy call on a matrix of that shape takes, its answer included; known before anything starts. */
  memory(order: TaskOrder, shape: Shape): number;
  /** Ends what runs: those calls reject with `cancelled`. */
  close(): Promise<void>;
}

export interface KernelOptions {
  /** Folder of the compiled modules, resources/kernels. */
  readonly directory: string;
  /** Threads of a heavy call; as many as there are cores unless told. */
  readonly threads?: number;
  /** The faster one that runs here unless told. */
  readonly variant?: KernelVariant;
  /** Bytes that one heavy call may take: at most 4 GiB, and the machine's memory unless told. */
  readonly memoryLimit?: number;
}

/** Opens the kernels; modules are read and compiled at the first call that needs them. */
export function openKernels(options: KernelOptions): Kernels {
  return new WasmKernels(options);
}

class WasmKernels implements Kernels {
  readonly variant: KernelVariant;
  readonly threads: number;
  readonly #directory: string;
  readonly #memoryLimit: number;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #packed = new WeakMap<Float32Array, PackedRows>();
  readonly #bytesOf = new WeakMap<Float32Array, ByteRows>();
  #module: WebAssembly.Module | undefined;

  constructor({ directory, threads, variant, memoryLimit }: KernelOptions) {
    this.#directory = directory;
    this.threads = Math.max(1, threads ?? availableParallelism());
    this.#memoryLimit = Math.min(memoryLimit ?? totalmem(), addressable);
    this.variant = variant ?? (WebAssembly.validate(this.#bytes('relaxed-simd')) ? 'relaxed-simd' : 'simd');
  }

  async itemNeighbours(matrix: Csr, options: NeighbourOptions, call?: KernelCall): Promise<Neighbours> {
    requireThat(Number.isInteger(options.neighbours) && options.neighbours > 0, `neighbours is a whole number above 0, not ${options.neighbours}`);
    requireThat(options.shrinkage >= 0, `shrinkage is not negative, as ${options.shrinkage} is`);
    return (await this.#call({ kernel: 'itemNeighbours', options }, matrix, call)) as Neighbours;
  }

  async ease(matrix: Csr, options: EaseOptions, call?: KernelCall): Promise<Float32Array> {
    requireThat(options.lambda > 0, `lambda is above 0, not ${options.lambda}`);
    return (await this.#call({ kernel: 'ease', options }, matrix, call)) as Float32Array;
  }

  async als(matrix: Csr, options: AlsOptions, call?: KernelCall): Promise<AlsFactors> {
    for (const name of ['factors', 'iterations', 'cgSteps'] as const) requireThat(Number.isInteger(options[name]) && options[name] > 0, `${name} is a whole number above 0, not ${options[name]}`);
    requireThat(options.regularization > 0, `regularization is above 0, not ${options.regularization}`);
    requireThat(options.alpha > 0, `alpha is above 0, not ${options.alpha}`);
    const { start, ...rest } = options;
    requireThat(start === undefined || start.length === matrix.columns * options.factors, `start is ${matrix.columns} rows of ${options.factors}`);
    return (await this.#call({ kernel: 'als', options: { ...rest, warm: start !== undefined } }, { ...matrix, ...(start && { items: start }) }, call)) as AlsFactors;
  }

  async solve(matrix: Csr, items: Float32Array, lambdas: Float32Array, options: SolveOptions, call?: KernelCall): Promise<Float32Array> {
    requireThat(items.length === matrix.columns * options.factors, `items are ${matrix.columns} rows of ${options.factors}, not ${items.length} numbers`);
    requireThat(lambdas.length === matrix.rows && lambdas.every((lambda) => lambda > 0), 'lambdas are above 0, one for each row');
    return (await this.#call({ kernel: 'solve', options }, { ...matrix, items, lambdas }, call)) as Float32Array;
  }

  async topAll(users: Float32Array, items: Float32Array, factors: number, seen: Pattern, count: number, call?: KernelCall): Promise<Lists> {
    requireThat(users.length === seen.rows * factors && items.length === seen.columns * factors, `users and items are ${seen.rows} and ${seen.columns} rows of ${factors}`);
    requireThat(Number.isInteger(count) && count > 0, `count is a whole number above 0, not ${count}`);
    const { rows, columns, indptr, indices } = seen;
    return (await this.#call({ kernel: 'lists', options: { factors, count } }, { rows, columns, indptr, indices, users, items }, call)) as Lists;
  }

  async svd(matrix: Csr, options: SvdOptions, call?: KernelCall): Promise<SvdFactors> {
    for (const name of ['factors', 'epochs'] as const) requireThat(Number.isInteger(options[name]) && options[name] > 0, `${name} is a whole number above 0, not ${options[name]}`);
    for (const name of ['rate', 'deviation'] as const) requireThat(options[name] > 0, `${name} is above 0, not ${options[name]}`);
    requireThat(options.regularization >= 0 && options.rate * options.regularization < 1, `regularization lies between 0 and 1 / rate, not at ${options.regularization}`);
    requireThat(options.patience === 0 || (options.heldOut > 0 && options.heldOut < 1), `heldOut lies between 0 and 1, not at ${options.heldOut}`);
    return (await this.#call({ kernel: 'svd', options }, matrix, call)) as SvdFactors;
  }

  async decompose(matrix: Csr, options: DecomposeOptions, call?: KernelCall): Promise<Decomposition> {
    for (const name of ['dimensions', 'rounds'] as const) requireThat(Number.isInteger(options[name]) && options[name] > 0, `${name} is a whole number above 0, not ${options[name]}`);
    return (await this.#call({ kernel: 'decompose', options }, matrix, call)) as Decomposition;
  }

  nearest(matrix: Float32Array, rows: number, width: number, vector: Float32Array, count: number): Nearest {
    let bytes = this.#bytesOf.get(matrix);
    if (bytes === undefined) {
      bytes = new ByteRows(this.#compiled(), matrix, rows, width);
      this.#bytesOf.set(matrix, bytes);
    }
    return bytes.to(vector, count);
  }

  scoreAll(matrix: Float32Array, rows: number, width: number, vector: Float32Array): Float32Array {
    let packed = this.#packed.get(matrix);
    if (packed === undefined) {
      packed = new PackedRows(this.#compiled(), matrix, rows, width);
      this.#packed.set(matrix, packed);
    }
    return packed.times(vector);
  }

  top(scores: Float32Array, count: number): Int32Array {
    return topPositions(scores, count);
  }

  memory(order: TaskOrder, shape: Shape): number {
    return taskMemory(order, shape, this.threads);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #call(order: TaskOrder, input: TaskInput, { signal, ...call }: KernelCall = {}): Promise<unknown> {
    const host: TaskHost = { module: this.#compiled(), threads: this.threads, memoryLimit: this.#memoryLimit };
    const running = callTask(host, order, input, { ...call, signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal });
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  #compiled(): WebAssembly.Module {
    this.#module ??= new WebAssembly.Module(this.#bytes(this.variant));
    return this.#module;
  }

  #bytes(variant: KernelVariant): Buffer<ArrayBuffer> {
    const file = join(this.#directory, `${variant}.wasm`);
    try {
      return readFileSync(file);
    } catch (cause) {
      throw new ReelbenchError('not-found', 'The numeric kernels are not built.', { file, hint: 'Run `npm run kernels`.', cause });
    }
  }
}

function requireThat(holds: boolean, what: string): void {
  if (!holds) throw new ReelbenchError('invalid-arguments', `A kernel's option is wrong: ${what}.`);
}
