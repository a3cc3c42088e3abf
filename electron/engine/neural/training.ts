import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type CurvePoint, ReelbenchError } from '../../../shared/contract/index.ts';
import type { KernelCheckpoint } from '../kernels/index.ts';
import type { FromLead, LeadData, ToLead, TrainingOptions } from './lead.ts';
import { Layout } from './learner.ts';
import { type LearnerOrder, learnerOf } from './learners.ts';
import { requireRuntime } from './runtime.ts';

export interface TrainingCall {
  readonly signal?: AbortSignal | undefined;
  /** Steps done and in all, and how it stands in words. */
  readonly progress?: ((done: number, total: number, detail?: string) => void) | undefined;
  /** Takes the points of the curve, an epoch each, and the epoch that is the best so far; those of before an interruption again. */
  readonly curve?: ((point: CurvePoint, best: number) => void) | undefined;
  readonly checkpoint?: KernelCheckpoint | undefined;
}

export interface Trained {
  /** By the parameters' names: those of the best epoch. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly points: readonly CurvePoint[];
  /** The epoch whose weights these are. */
  readonly best: number;
  readonly ended: 'epochs' | 'no better' | 'time';
}

/** A cancel waits so long for the threads to end; those that still load the library end by themselves a little later. */
const PATIENCE_MS = 200;

const workerEntry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './neural-worker.js', import.meta.url);

/**
 * Trains on threads of its own: one that leads (batches, Adam, checks), and as many as `options.threads` that compute, so that
 * the caller's event loop stays free. When the signal aborts, it rejects with `cancelled` within .3 s: no further piece of a step
 * is begun, and each thread ends after the one that it is at, because ONNX Runtime must not be torn down in mid-run.
 *
 * The same order, seed and data give the same bytes on any number of threads, unless the time limit ends the training.
 */
export async function trainLearner(order: LearnerOrder, options: TrainingOptions, { signal, progress, curve, checkpoint }: TrainingCall = {}): Promise<Trained> {
  const cancelled = () => new ReelbenchError('cancelled', 'Cancelled.', { cause: signal?.reason });
  if (signal?.aborted) throw cancelled();
  await requireRuntime();
  const data: LeadData = { role: 'lead', order, options, state: checkpoint?.state };
  const worker = new Worker(workerEntry, { workerData: data });
  const tell = (message: ToLead) => worker.postMessage(message);
  const outcome = Promise.withResolvers<Trained>();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const keeping: Promise<void>[] = [];
  const stop = () => {
    outcome.reject(cancelled());
    tell('stop');
  };
  worker.on('message', (message: FromLead) => {
    if (message.kind === 'progress') {
      progress?.(message.done, message.total, message.detail);
      if (checkpoint?.due()) tell('keep');
    } else if (message.kind === 'point') {
      curve?.(message.point, message.best);
    } else if (message.kind === 'state') {
      const kept = checkpoint?.keep(message.state, message.done, message.total);
      if (kept) keeping.push(kept.catch(outcome.reject));
    } else if (message.kind === 'failed') {
      outcome.reject(new ReelbenchError(message.outOfMemory ? 'out-of-memory' : 'internal', `Training failed: ${message.message}`, message.outOfMemory ? { hint: 'Close other programs, or take a smaller width, length or batch.' } : {}));
    } else {
      const { weights, points, best, ended: how } = message;
      outcome.resolve({ weights: new Layout(learnerOf(order).parameters).views(weights), points, best, ended: how });
    }
  });
  worker.on('error', (cause) => outcome.reject(new ReelbenchError('internal', `Training failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })));
  worker.on('exit', () => outcome.reject(new ReelbenchError('internal', 'Training ended before its work.')));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await outcome.promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    tell('stop');
    await (signal?.aborted ? Promise.race([ended, setTimeout(PATIENCE_MS)]) : ended);
    await Promise.all(keeping);
  }
}
