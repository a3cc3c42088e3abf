import type { InferenceSession } from 'onnxruntime-node';
import { ReelbenchError } from '../../../shared/domain/error.ts';
import type { Feed } from './learner.ts';

type Runtime = typeof import('onnxruntime-node');

let loading: Promise<Runtime> | undefined;

/** ONNX Runtime, loaded when it is first needed: its package carries no binary for some systems (Intel Macs), and the app runs without. */
export async function loadRuntime(): Promise<Runtime> {
  loading ??= import('onnxruntime-node');
  try {
    return await loading;
  } catch (cause) {
    throw new ReelbenchError('not-ready', `Neural models cannot run here: ONNX Runtime has no program for ${process.platform} on ${process.arch}, or it cannot be loaded.`, {
      hint: 'All other models work; ease is the most accurate of them. Intel Macs are not supported by ONNX Runtime.', cause,
    });
  }
}

/** Rejects where neural models cannot run, with the reason. */
export async function requireRuntime(): Promise<void> {
  await loadRuntime();
}

export interface Session {
  /** Runs the graph with every input given; outputs by their names. The thread waits meanwhile: keep runs short. */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/** A graph, ready to run on one thread: the same inputs give the same bytes. */
export async function openSession(graph: Uint8Array): Promise<Session> {
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(graph, {
    intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ['cpu'], logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const shapes = new Map(session.inputMetadata.map((input) => [input.name, shapeOf(input)]));
  return {
    async run(feeds) {
      const tensors = Object.fromEntries(Array.from(shapes, ([name, shape]) => {
        const feed = feeds[name];
        if (!feed) throw new Error(`The graph's input ${name} is not given.`);
        return [name, feed instanceof Float32Array ? new runtime.Tensor('float32', feed, shape) : new runtime.Tensor('int32', feed, shape)];
      }));
      const outputs = await session.run(tensors);
      return Object.fromEntries(Object.entries(outputs).flatMap(([name, { data }]) => (data instanceof Float32Array ? [[name, data]] : [])));
    },
    release: () => session.release(),
  };
}

function shapeOf(input: InferenceSession.ValueMetadata): number[] {
  return input.isTensor ? input.shape.map(Number) : [];
}
