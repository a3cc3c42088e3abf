import { Worker } from 'node:worker_threads';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { type Csr, shapeOf } from './csr.ts';
import type { FromLead, MatrixArray } from './lead.ts';
import { planTask, type TaskOrder } from './tasks.ts';
import type { LeadData } from './worker.ts';

export interface KernelCall {
  readonly signal?: AbortSignal;
  /** Told how far the work is, in units done and in all, at most a hundred times. */
  readonly progress?: (done: number, total: number) => void;
}

export interface TaskHost {
  readonly module: WebAssembly.Module;
  readonly threads: number;
  /** Bytes that one task may take. */
  readonly memoryLimit: number;
}

const workerEntry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './kernel-worker.js', import.meta.url);

/**
 * Runs a task on threads of its own. The memory belongs to those threads alone, so that ending them frees it: on success,
 * on failure and on abort, when they are ended in mid-loop.
 */
export async function callTask(host: TaskHost, order: TaskOrder, matrix: Csr, { signal, progress }: KernelCall): Promise<unknown> {
  const cancelled = () => new ReelbenchError('cancelled', 'Cancelled.', { cause: signal?.reason });
  if (signal?.aborted) throw cancelled();
  const { plan, what, advice } = planTask(order, shapeOf(matrix), host.threads);
  if (plan.size > host.memoryLimit) {
    throw new ReelbenchError('out-of-memory', `${what} needs ${gigabytes(plan.size)} of memory, and ${gigabytes(host.memoryLimit)} is what it may take.`, { hint: advice });
  }

  const data: LeadData = { role: 'lead', module: host.module, threads: host.threads, shape: shapeOf(matrix), order };
  const outcome = Promise.withResolvers<unknown>();
  const onAbort = () => outcome.reject(cancelled());
  const worker = new Worker(workerEntry, { workerData: data });
  worker.on('message', (message: FromLead) => {
    if (message.kind === 'read') {
      const piece = pieceOf(matrix, message.array, message.from, message.to);
      worker.postMessage(piece, [piece.buffer]);
    } else if (message.kind === 'progress') progress?.(message.done, message.total);
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
  }
}

function failure({ message, outOfMemory }: Extract<FromLead, { kind: 'failed' }>, bytes: number): ReelbenchError {
  if (outOfMemory) return new ReelbenchError('out-of-memory', `The system does not give a kernel the ${gigabytes(bytes)} that it needs: ${message}`, { hint: 'Close other programs and try again.' });
  return new ReelbenchError('internal', `A kernel failed: ${message}`);
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function pieceOf(matrix: Csr, array: MatrixArray, from: number, to: number): Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  return array === 'values' ? new Float32Array(matrix.values.subarray(from, to)) : new Int32Array(matrix[array].subarray(from, to));
}
