import type { AnyEvent, Method, Output, Parsed } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Clock } from './clock.ts';
import type { GrantedFiles } from './files.ts';
import type { Jobs } from './jobs.ts';
import type { Log } from './log/log.ts';
import type { ParameterStore } from './parameters.ts';
import type { Workspace } from './workspace.ts';

/** What every room of the engine is handed: the open workspace, jobs, parameters, time and the host's grants. */
export interface EngineContext {
  readonly clock: Clock;
  readonly jobs: Jobs;
  /** The workspace's log. */
  readonly log: Log;
  readonly files: GrantedFiles;
  /** The folder of the product's own resources: the sample, the kernels, default parameters. */
  readonly resources: string;
  /** Folder for what outlives a workspace: the list of recent ones, temporary exports. */
  readonly home: string;
  readonly version: string;
  /** The open workspace; throws `not-ready` when there is none. */
  workspace(): Workspace;
  parameters(): ParameterStore;
  kernels(): Promise<Kernels>;
  emit(event: AnyEvent): void;
  /** Calls `listener` with every event from now on, before the hosts get it: rooms drop what they keep in memory. */
  listen(listener: (event: AnyEvent) => void): void;
  /** Does `work` with every workspace that is opened from now on, before anyone uses it. A failure is logged and opens it all the same. */
  whenOpened(work: (workspace: Workspace) => Promise<void>): void;
}

export interface CallContext {
  /** Aborts when the caller no longer wants the answer. */
  readonly signal: AbortSignal;
}

export type Handlers = { [M in Method]: (input: Parsed<M>, call: CallContext) => Promise<Output<M>> | Output<M> };
/** The calls that one room answers: `export function sourceCalls(engine: EngineContext) { return { … } satisfies Calls; }`. */
export type Calls = Partial<Handlers>;
