import { type AnyEvent, type Input, type Method, methods, type Output, ReelbenchError } from '../../shared/contract/index.ts';
import type { CallContext, Calls } from './workspace/context.ts';
import { sourceCalls } from './sources/calls.ts';
import { workspaceCalls } from './workspace/calls.ts';
import { type Clock, systemClock } from './workspace/clock.ts';
import { redactError, toReelbenchError } from './workspace/failures.ts';
import { OpenEngine } from './workspace/open-engine.ts';
import { qualityCalls } from './quality/calls.ts';
import { overviewCalls } from './overview.ts';
import { recommendCalls } from './recommenders/calls.ts';
import { pipelineCalls } from './pipeline/calls.ts';
import { publishCalls } from './publish/calls.ts';
import { stages } from './stages.ts';

export { exportQuery } from './publish/query.ts';

export interface EngineOptions {
  /** Folder of the product's own resources: the sample and the kernels. */
  readonly resources: string;
  /** Folder for what outlives a workspace: the list of recent ones, exports. */
  readonly home: string;
  readonly version: string;
  readonly clock?: Clock;
  /** Parameters from this file instead of the workspace's `reelbench.yaml`. */
  readonly configFile?: string;
  /** `path=value` overrides of single parameters; not saved. */
  readonly overrides?: readonly string[];
  readonly onEvent?: (event: AnyEvent) => void;
}

/** The engine: opens a workspace and answers the contract. Knows no Electron, no HTTP and no terminal. */
export interface Engine {
  readonly context: OpenEngine;
  /** Checks the input against the contract and answers; rejects with a ReelbenchError and nothing else. */
  call<M extends Method>(method: M, input: Input<M>, call?: Partial<CallContext>): Promise<Output<M>>;
  /** Cancels what runs, waits for it, and gives the workspace back. */
  close(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const context = new OpenEngine({ clock: systemClock, ...options });
  const rooms: Calls = {
    ...workspaceCalls(context),
    ...sourceCalls(context),
    ...recommendCalls(context),
    ...qualityCalls(context),
    ...pipelineCalls(context, stages),
    ...publishCalls(context),
  };
  const handlers: Calls = { ...rooms, ...overviewCalls(context, rooms) };

  return {
    context,
    async call(method, input, call = {}) {
      const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
      if (handler === undefined) throw new ReelbenchError('invalid-arguments', `There is no method ${method}.`);
      const parsed = methods[method].input.safeParse(input);
      if (!parsed.success) {
        const issues = parsed.error.issues.map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message));
        throw new ReelbenchError('invalid-arguments', `${method}: ${issues.join('; ')}`);
      }
      try {
        return await (handler as (input: unknown, call: CallContext) => Promise<never>)(parsed.data, { signal: call.signal ?? new AbortController().signal });
      } catch (error) {
        throw redactError(toReelbenchError(error), (text) => context.parameters().redact(text));
      }
    },
    close: () => context.close(),
  };
}
