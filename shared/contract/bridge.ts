import { z } from 'zod';
import type { FileRef } from './common.ts';
import type { ErrorData } from './errors.ts';
import type { AnyEvent, EventData, EventName } from './events.ts';
import type { Input, Method, Output } from './methods.ts';

/**
 * What the page asks of the host that it runs on. `renderer/host` makes one of these, from the preload's bridge on the
 * desktop or over HTTP in a browser; nothing else in the page knows which.
 *
 * Over HTTP (every request carries the host's cookie; those that write also need the header `x-reelbench: 1`):
 *
 * | request | answers |
 * | --- | --- |
 * | `POST /api/<method>`, the input as JSON | the output as JSON; else `ErrorData` with a status of 4xx or 5xx. Closing the request cancels the call |
 * | `GET /events` | server-sent events without a name, each one an `AnyEvent` as JSON |
 * | `PUT /files/<batch>/<relative path>`, the bytes | 204. `batch` is a UUID that the page makes; each part of the path is URI-encoded |
 * | `POST /files/<batch>` | `FileRef[]`: what lies at the top of the batch, folders as folders; closes the batch |
 * | `GET /downloads/<FileRef.id>?name=<suggested>` | the file as an attachment |
 */
export interface Host {
  readonly os: HostInfo['os'];
  /** Whether a dropped folder is granted as a whole, by its path, rather than file by file. */
  readonly takesFolders: boolean;
  /** Rejects with a ReelbenchError and nothing else; an aborted `signal` rejects with code `cancelled`. */
  call<M extends Method>(method: M, input: Input<M>, signal?: AbortSignal): Promise<Output<M>>;
  /** Answers the function that ends the subscription. */
  on<E extends EventName>(event: E, listener: (data: EventData<E>) => void): () => void;
  /**
   * Dropped or chosen files as references. In a browser a file's place in a dropped folder is its `webkitRelativePath`,
   * or the `path` that the drop zone gave it, and a folder comes back as one reference.
   */
  grant(files: readonly File[]): Promise<FileRef[]>;
  /** The host's own dialog for files, or for a folder; an empty list when it was dismissed. */
  pick(options?: PickOptions): Promise<FileRef[]>;
  /** Saves a file that the engine made; false when the dialog was dismissed. */
  save(file: FileRef, suggestedName: string): Promise<boolean>;
}

export interface HostInfo {
  readonly os: 'macos' | 'windows' | 'linux';
}

export const PickOptions = z.object({ directories: z.boolean().default(false) });
export type PickOptions = z.input<typeof PickOptions>;

/** An answer as data, because errors lose their fields between processes. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };

/** What the preload script puts into the page as `window.reelbench`: named functions and nothing else. */
export interface PreloadBridge {
  readonly info: HostInfo;
  /** `id` is the page's own number of the call, for `cancel`. */
  call(id: number, method: string, input: unknown): Promise<Answer<unknown>>;
  cancel(id: number): void;
  on(listener: (event: AnyEvent) => void): () => void;
  /** Files made by the page itself have no path and are left out. */
  grant(files: readonly File[]): Promise<Answer<FileRef[]>>;
  pick(options: PickOptions): Promise<Answer<FileRef[]>>;
  save(file: FileRef, suggestedName: string): Promise<Answer<boolean>>;
}

/** The channels between preload and main process; `event` alone goes towards the page. */
export type IpcChannel = 'call' | 'cancel' | 'grant' | 'pick' | 'save' | 'event';

/**
 * Stands in index.html where the hosts write the page's style nonce. The page reads it from
 * `document.querySelector('meta[property="csp-nonce"]').nonce` and hands it to whatever injects style sheets.
 */
export const NONCE_PLACEHOLDER = '__REELBENCH_NONCE__';
