import { Worker } from 'node:worker_threads';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { type Pattern, shapeOf } from './csr.ts';
import type { FromLead, InputArray, KernelPoint } from './lead.ts';
import { planTask, type TaskOrder } from './tasks.ts';
import type { LeadData } from './worker.ts';

export interface KernelCall {
  readonly signal?: AbortSignal;
  /** Told how far the work is, in units done and in all, and where there is more to say how it stands. */
  readonly progress?: (done: number, total: number, detail?: string) => void;
  /** Told of each epoch, where the task learns in epochs: SVD and SVD++. One that goes on from a state tells of the earlier ones again. */
  readonly point?: (point: KernelPoint) => void;
  /** Where a task of many steps keeps how far it is: ALS, SVD and SVD++. */
  readonly checkpoint?: KernelCheckpoint;
}

/** How far a task is between two of its steps, as bytes: with them the same task on the same matrix goes on to the very same result. */
export interface KernelCheckpoint {
  /** Where to go on. A state that does not fit the task is left aside, and it begins at the beginning. */
  readonly state: Uint8Array | undefined;
  /** Whether it is time to keep the state; asked after each step but the last. */
  due(): boolean;
  /** Takes the state after `done` of `total` steps. The task goes on meanwhile, and ends after the last of these did. */
  keep(state: Uint8Array<ArrayBuffer>, done: number, total: number): Promise<void>;
}

export interface TaskHost {
  readonly module: WebAssembly.Module;
  readonly threads: number;
  /** Bytes that one task may take. */
  readonly memoryLimit: number;
}

const workerEntry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './kernel-worker.js', import.meta.url);

/** The caller's arrays: a sparse matrix, and what the task wants besides. */
export type TaskInput = Pattern & Partial<Readonly<Record<Exclude<InputArray, 'indptr' | 'indices'>, Float32Array>>>;

/**
 * Runs a task on threads of its own. The memory belongs to those threads alone, so that ending them frees it: on success,
 * on failure and on abort, when they are ended in mid-loop.
 */
export async function callTask(host: TaskHost, order: TaskOrder, input: TaskInput, { signal, progress, point, checkpoint }: KernelCall): Promise<unknown> {
  const cancelled = () => new ReelbenchError('cancelled', 'Cancelled.', { cause: signal?.reason });
  if (signal?.aborted) throw cancelled();
  const { plan, what, advice } = planTask(order, shapeOf(input), host.threads);
  if (plan.size > host.memoryLimit) {
    throw new ReelbenchError('out-of-memory', `${what} needs ${gigabytes(plan.size)} of memory, and ${gigabytes(host.memoryLimit)} is what it may take.`, { hint: advice });
  }

  const data: LeadData = { role: 'lead', module: host.module, threads: host.threads, shape: shapeOf(input), order, steps: checkpoint !== undefined, state: checkpoint?.state };
  const outcome = Promise.withResolvers<unknown>();
  const onAbort = () => outcome.reject(cancelled());
  const keeping: Promise<void>[] = [];
  const worker = new Worker(workerEntry, { workerData: data });
  worker.on('message', (message: FromLead) => {
    if (message.kind === 'read') {
      const piece = pieceOf(input, message.array, message.from, message.to);
      worker.postMessage(piece, [piece.buffer]);
    } else if (message.kind === 'progress') progress?.(message.done, message.total);
    else if (message.kind === 'point') point?.(message.point);
    else if (message.kind === 'step') worker.postMessage(checkpoint?.due() === true);
    else if (message.kind === 'state') {
      const kept = checkpoint?.keep(message.state, message.done, message.total) ?? Promise.resolve();
      kept.catch(outcome.reject);
      keeping.push(kept);
    }
    else if (message.kind === 'failed') outcome.reject(failure(message, plan.size));
    else outcome.resolve(message.result);
  });
  worker.on('error', (cause) => outcome.reject(new ReelbenchError('internal', `A kernel failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })));
  worker.on('exit', () => outcome.reject(new ReelbenchError('internal', 'A kernel ended before its work.')));
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await outcome.promise;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
    await Promise.allSettled(keeping);
  }
}

function failure({ message, outOfMemory }: Extract<FromLead, { kind: 'failed' }>, bytes: number): ReelbenchError {
  if (outOfMemory) return new ReelbenchError('out-of-memory', `The system does not give a kernel the ${gigabytes(bytes)} that it needs: ${message}`, { hint: 'Close other programs and try again.' });
  return new ReelbenchError('internal', `A kernel failed: ${message}`);
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function pieceOf(input: TaskInput, array: InputArray, from: number, to: number): Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  if (array === 'indptr' || array === 'indices') return new Int32Array(input[array].subarray(from, to));
  return new Float32Array(input[array]?.subarray(from, to) ?? Array.from({ length: to - from }, () => 0));
}
