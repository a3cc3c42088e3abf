import { type Csr, checkCsr, checkPattern, type Pattern, type Shape } from './csr.ts';
import type { Crew } from './crew.ts';
import type { Plan } from './plan.ts';

/** A point of the curve of a task that learns: root mean square errors after an epoch, counted from 1. */
export interface KernelPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly metric: number | null;
}

/** The caller's arrays: those of the matrix, and what a task wants besides. */
export type InputArray = 'indptr' | 'indices' | 'values' | 'users' | 'items' | 'lambdas';

/** What the thread that leads a task says to the one that asked for it … */
export type FromLead =
  | { readonly kind: 'read'; readonly array: InputArray; readonly from: number; readonly to: number }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'point'; readonly point: KernelPoint }
  /** Asks whether to keep the state; the answer is a boolean. */
  | { readonly kind: 'step' }
  | { readonly kind: 'state'; readonly state: Uint8Array<ArrayBuffer>; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly message: string; readonly outOfMemory: boolean };

/** … and the answers: the piece of the matrix that was asked for, or whether the state is to be kept. */
export type ToLead = Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | boolean;

/** What a task is given on the thread that leads it. */
export interface Lead {
  readonly shape: Shape;
  readonly threads: number;
  /** Fills `into` with one of the caller's arrays, piece by piece, so that no second whole copy exists. */
  read(array: InputArray, into: Int32Array | Float32Array): Promise<void>;
  /** The planned memory with threads on it; `scratch` starts the room of the first, each has `scratchBytes`. All threads unless told. */
  open(plan: Plan, scratch: number, scratchBytes: number, threads?: number): Crew;
  progress(done: number, total: number): void;
  point(point: KernelPoint): void;
  /** What an earlier task of this kind kept. */
  readonly state: Uint8Array | undefined;
  /** Between two steps: keeps what `copy` answers where the caller wants it now. */
  step(done: number, total: number, copy: () => Uint8Array<ArrayBuffer>): Promise<void>;
}

/** The caller's matrix in the task's memory, checked. */
export async function readMatrix(lead: Lead, crew: Crew, at: { indptr: number; indices: number; values: number }): Promise<Csr> {
  const { rows, columns, nonzeros } = lead.shape;
  const matrix = { rows, columns, indptr: crew.words(at.indptr, rows + 1), indices: crew.words(at.indices, nonzeros), values: crew.floats(at.values, nonzeros) };
  await lead.read('indptr', matrix.indptr);
  await lead.read('indices', matrix.indices);
  await lead.read('values', matrix.values);
  checkCsr(matrix);
  return matrix;
}

/** The same of a matrix whose values are not wanted. */
export async function readPattern(lead: Lead, crew: Crew, at: { indptr: number; indices: number }): Promise<Pattern> {
  const { rows, columns, nonzeros } = lead.shape;
  const pattern = { rows, columns, indptr: crew.words(at.indptr, rows + 1), indices: crew.words(at.indices, nonzeros) };
  await lead.read('indptr', pattern.indptr);
  await lead.read('indices', pattern.indices);
  checkPattern(pattern);
  return pattern;
}
