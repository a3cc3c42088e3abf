/** Sparse matrix by rows: row `r` has columns `indices[indptr[r] … indptr[r + 1])` with the same positions of `values`. */
export interface Csr {
  readonly rows: number;
  readonly columns: number;
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

export interface KernelCall {
  readonly signal?: AbortSignal;
  /** Told how far the work is, in units done and in all. */
  readonly progress?: (done: number, total: number) => void;
}

/** For each row its most similar rows, best first: `indices` and `values` hold `width` entries a row, -1 where there are fewer. */
export interface Neighbours {
  readonly width: number;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

export interface AlsOptions {
  readonly factors: number;
  readonly iterations: number;
  readonly regularization: number;
  readonly alpha: number;
  readonly cgSteps: number;
  readonly seed: number;
}

/** Row-major factors: `users` is rows × factors, `items` columns × factors. */
export interface AlsFactors {
  readonly factors: number;
  readonly users: Float32Array;
  readonly items: Float32Array;
}

/**
 * The numeric inner loops: AssemblyScript compiled to WASM (SIMD, threads), one worker a core. Heavy calls run on the
 * workers, so that the caller's event loop stays free; a call whose signal aborts rejects with `cancelled` within .3 s.
 * The same inputs give the same bytes on one thread and on many.
 */
export interface Kernels {
  readonly variant: 'simd' | 'relaxed-simd';
  readonly threads: number;
  /** Cosine similarity between columns of a users × items matrix, `shrinkage` added to the denominator; top `neighbours`. Ties go to the smaller index. */
  itemNeighbours(matrix: Csr, options: { neighbours: number; shrinkage: number }, call?: KernelCall): Promise<Neighbours>;
  /** EASE (Steck 2019): B = -P / diag(P), P = (XᵀX + λI)⁻¹, zero diagonal; items × items, row-major: score of j = Σ over history i of B[i, j]. */
  ease(matrix: Csr, options: { lambda: number }, call?: KernelCall): Promise<Float32Array>;
  /** Implicit ALS (Hu, Koren, Volinsky 2008) by conjugate gradient (Takács et al. 2011). */
  als(matrix: Csr, options: AlsOptions, call?: KernelCall): Promise<AlsFactors>;
  /** Dense rows × vector: `out[r] = Σ matrix[r, f] · vector[f]`. Runs at once on the calling thread. */
  scoreAll(matrix: Float32Array, rows: number, width: number, vector: Float32Array): Float32Array;
  /** Positions of the `count` largest scores, best first, ties to the smaller position; entries of -Infinity are left out. Runs at once. */
  top(scores: Float32Array, count: number): Int32Array;
  close(): Promise<void>;
}
