import { type AnyEvent, type Input, type Method, methods, type Output, ReelbenchError } from '../../shared/contract/index.ts';
import type { CallContext, Calls, EngineContext } from './workspace/context.ts';
import { GrantedFiles } from './workspace/files.ts';
import { toReelbenchError } from './workspace/failures.ts';
import { Jobs } from './workspace/jobs.ts';
import { type Clock, systemClock } from './workspace/clock.ts';

export interface EngineOptions {
  readonly resources: string;
  readonly home: string;
  readonly version: string;
  readonly clock?: Clock;
  readonly onEvent?: (event: AnyEvent) => void;
}

/** The engine: opens a workspace and answers the contract. Knows no Electron, no HTTP and no terminal. */
export interface Engine {
  readonly context: EngineContext;
  /** Checks the input against the contract and answers; rejects with a ReelbenchError and nothing else. */
  call<M extends Method>(method: M, input: Input<M>, call?: Partial<CallContext>): Promise<Output<M>>;
  close(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const clock = options.clock ?? systemClock;
  const emit = (event: AnyEvent) => options.onEvent?.(event);
  const jobs = new Jobs(clock, (job) => emit({ name: 'job.changed', data: job }));
  const context = { clock, jobs, files: new GrantedFiles(), resources: options.resources, home: options.home, version: options.version, emit } as unknown as EngineContext;
  const handlers: Calls = {};
  return {
    context,
    async call(method, input, call = {}) {
      const definition = methods[method];
      const handler = handlers[method] as ((input: unknown, call: CallContext) => Promise<never>) | undefined;
      if (definition === undefined || handler === undefined) throw new ReelbenchError('invalid-arguments', `There is no method ${method}.`);
      const parsed = definition.input.safeParse(input ?? {});
      if (!parsed.success) throw new ReelbenchError('invalid-arguments', `${method}: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
      try {
        return await handler(parsed.data, { signal: call.signal ?? new AbortController().signal });
      } catch (error) {
        throw toReelbenchError(error);
      }
    },
    async close() {
      await jobs.close();
    },
  };
}
