import type { AnyEvent, ErrorData, FileRef, Job, Method } from '../../shared/contract/index.ts';

/** What only a host may ask, because it deals in paths: the page has no way to send one of these. */
export interface HostRequests {
  /** References for paths that the user dropped or chose. */
  grant: { input: { paths: readonly string[] }; output: FileRef[] };
  /** The path behind a reference, for instance of a finished export. */
  pathOf: { input: { id: string }; output: string };
  /** Opens a folder as the workspace; makes it when it is not there. */
  openFolder: { input: { directory: string }; output: null };
}
export type HostRequest = keyof HostRequests;

export interface EngineStart {
  readonly resources: string;
  readonly home: string;
  readonly version: string;
  /** What the program is and its process, for those who find the workspace in use. */
  readonly host?: { readonly name: string; readonly pid: number };
  /** What an engine that was lost held: its workspace's folder, the host's grants, and the jobs that were lost with it. */
  readonly before?: { readonly directory: string | undefined; readonly grants: readonly { id: string; path: string }[]; readonly jobs: readonly Job[]; readonly lost: { readonly reason: string; /** Those of `jobs` that went down with this one. */ readonly jobs: readonly string[] } | undefined };
}

/** Host to engine. `id` numbers the requests of one host. */
export type ToEngine =
  | { readonly type: 'start'; readonly start: EngineStart }
  | { readonly type: 'call'; readonly id: number; readonly method: Method; readonly input: unknown }
  | { readonly type: 'request'; readonly id: number; readonly request: HostRequest; readonly input: HostRequests[HostRequest]['input'] }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

/** Engine to host. */
export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly ok: false; readonly error: ErrorData }
  | { readonly type: 'event'; readonly event: AnyEvent }
  /** Which folder is open now, so that a new engine can open it again. */
  | { readonly type: 'opened'; readonly directory: string };
