import type { HistoryItem, ModelName, RecommendReason } from '../../../shared/contract/index.ts';
import type { Csr, KernelCall, Kernels } from '../kernels/index.ts';

/** The films that a model can score, by position; all arrays have one entry a film. Sorted by movie id. */
export interface Catalogue {
  readonly movieIds: Int32Array;
  /** Number of training ratings of each film. */
  readonly counts: Int32Array;
  readonly genres: readonly (readonly string[])[];
  readonly tags: readonly (readonly string[])[];
  position(movieId: number): number | undefined;
}

/** What a model learns from: users × films, columns in the catalogue's order, rows by user id; values are ratings. */
export interface TrainingData {
  readonly catalogue: Catalogue;
  readonly userIds: Int32Array;
  readonly ratings: Csr;
}

export interface FitContext extends KernelCall {
  readonly kernels: Kernels;
  readonly seed: number;
  log(message: string): void;
}

/** A history in the catalogue's positions; films that the catalogue lacks are left out. */
export interface History {
  readonly positions: Int32Array;
  readonly ratings: Float32Array;
  readonly items: readonly HistoryItem[];
}

/** A fitted model. A user is a history: known users, invented users and what-if edits are one call (fold-in). */
export interface Model {
  readonly name: ModelName;
  /** One score a film of the catalogue, in its order; -Infinity where the model has none. */
  scores(history: History): Float32Array;
  /** Why the film at `position` scores as it does for this history. */
  explain(history: History, position: number): RecommendReason[];
  /** Films near a film, best first, where the model knows such a thing. */
  similar?(position: number, count: number): { position: number; score: number }[];
  /** What `load` needs to make the same model again: plain arrays and JSON. */
  save(): { arrays: Record<string, Float32Array | Int32Array>; meta: Record<string, unknown> };
}

/** An algorithm: adding one is adding a file and a line in the registry. */
export interface Recommender<P = unknown> {
  readonly name: ModelName;
  readonly title: string;
  readonly about: string;
  /** Raised when the same data and parameters would give another model, or the saved form changes. */
  readonly version: number;
  fit(train: TrainingData, params: P, context: FitContext): Promise<Model>;
  load(saved: ReturnType<Model['save']>, catalogue: Catalogue, kernels: Kernels): Model;
}
