import { randomInt } from 'node:crypto';
import { type AnyEvent, type Input, type Method, methods, type Output, ReelbenchError } from '../../shared/contract/index.ts';
import type { CallContext, Calls } from './workspace/context.ts';
import { alertCalls } from './alerts/calls.ts';
import { sourceCalls } from './sources/calls.ts';
import { workspaceCalls } from './workspace/calls.ts';
import { type Clock, systemClock } from './workspace/clock.ts';
import { redactError, toReelbenchError } from './workspace/failures.ts';
import { noteChange, noteRefused } from './workspace/log/call-lines.ts';
import { OpenEngine } from './workspace/open-engine.ts';
import { qualityCalls } from './quality/calls.ts';
import { overviewCalls } from './overview.ts';
import { recommendCalls } from './recommenders/calls.ts';
import { pipelineCalls } from './pipeline/calls.ts';
import { lineageCalls } from './lineage/calls.ts';
import { evaluationCalls } from './evaluation/calls.ts';
import { contests } from './recommenders/contest.ts';
import { recommenders } from './recommenders/registry.ts';
import { publishCalls } from './publish/calls.ts';
import { type Random, seededRandom } from './workspace/random.ts';
import { stages } from './stages.ts';
import { trainingCalls } from './training.ts';
import { tuningCalls } from './tuning/calls.ts';

export { readLog } from './workspace/log/reader.ts';
export { exportQuery } from './publish/query.ts';
export { pipelineDag } from './lineage/dag.ts';
export { findHolder, type Visit } from './workspace/door/visit.ts';

/** So long an engine that ends waits for alerts: a webhook's attempts or a command take their time. */
const ALERTS_MS = 40_000;

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
  /** For what needs no seed: waits between attempts. */
  readonly random?: Random;
  readonly onEvent?: (event: AnyEvent) => void;
  /** What the program is and the process that a person would end, for those who find the workspace in use. */
  readonly host?: { readonly name: string; readonly pid: number };
}

/** The engine: opens a workspace and answers the contract. Knows no Electron, no HTTP and no terminal. */
export interface Engine {
  readonly context: OpenEngine;
  /** Checks the input against the contract and answers; rejects with a ReelbenchError and nothing else. */
  call<M extends Method>(method: M, input: Input<M>, call?: Partial<CallContext>): Promise<Output<M>>;
  /** Tells of an engine that was lost: why, and which of the restored jobs went down with it. */
  lost(reason: string, jobs: readonly string[]): void;
  /** Cancels what runs, waits for it and for alerts that are being sent, for these at most `patienceMs`, and gives the workspace back. */
  close(patienceMs?: number): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const context = new OpenEngine({ clock: systemClock, ...options });
  const pipeline = pipelineCalls(context, stages);
  const alerts = alertCalls(context, pipeline['runs.list'], { random: options.random ?? seededRandom(randomInt(2 ** 31)) });
  const rooms: Calls = {
    ...workspaceCalls(context),
    ...sourceCalls(context),
    ...recommendCalls(context),
    ...qualityCalls(context),
    ...pipeline,
    ...alerts.calls,
    ...trainingCalls(context),
    ...evaluationCalls(context, contests),
    ...tuningCalls(context, contests, recommenders),
    ...publishCalls(context),
    ...lineageCalls(context, stages),
  };
  const handlers: Calls = { ...rooms, ...overviewCalls(context, rooms) };

  const dispatch = async <M extends Method>(method: M, input: Input<M>, call: Partial<CallContext>): Promise<Output<M>> => {
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (handler === undefined) throw new ReelbenchError('invalid-arguments', `There is no method ${method}.`);
    const parsed = methods[method].input.safeParse(input);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message));
      throw new ReelbenchError('invalid-arguments', `${method}: ${issues.join('; ')}`);
    }
    return (handler as (input: unknown, call: CallContext) => Promise<Output<M>>)(parsed.data, { signal: call.signal ?? new AbortController().signal });
  };

  const engine: Engine = {
    context,
    async call(method, input, call = {}) {
      try {
        const answer = await dispatch(method, input, call);
        noteChange(context.log, method, input, answer);
        return answer;
      } catch (thrown) {
        const error = redactError(toReelbenchError(thrown), (text) => context.parameters().redact(text));
        noteRefused(context.log, method, error);
        throw error;
      }
    },
    lost(reason, jobs) {
      context.log.error(`The engine was started again. ${reason}`, { code: 'engine-lost', jobs });
      for (const id of jobs) alerts.lost(context.jobs.get(id));
    },
    async close(patienceMs = ALERTS_MS) {
      await context.jobs.close();
      await alerts.close(patienceMs);
      await context.close();
    },
  };
  context.answerOthers((method, input, signal) => engine.call(method, input as never, { signal }));
  return engine;
}
