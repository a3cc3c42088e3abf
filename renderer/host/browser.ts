import type { Host } from '../../shared/contract/bridge.ts';
import type { FileRef } from '../../shared/contract/common.ts';
import type { ErrorData } from '../../shared/contract/errors.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import { ReelbenchError } from '../../shared/domain/error.ts';
import { Listeners } from './listeners.ts';

const isErrorData = (value: unknown): value is ErrorData =>
  typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string' && 'message' in value && typeof value.message === 'string';

/** Sends a request; what goes wrong becomes a ReelbenchError. */
async function request(path: string, init: Omit<RequestInit, 'headers'>, type?: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { 'x-reelbench': '1', ...(type === undefined ? {} : { 'content-type': type }) } });
  } catch (cause) {
    if (init.signal?.aborted) throw new ReelbenchError('cancelled', 'Cancelled.', { cause });
    throw new ReelbenchError('engine-lost', 'Reelbench does not answer any more.', { cause, hint: 'Start Reelbench again in the terminal, then reload this page.' });
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  if (isErrorData(body)) throw ReelbenchError.from(body);
  throw new ReelbenchError('internal', `The host answered ${response.status} ${response.statusText}.`.trim());
}

const os = (): Host['os'] => (navigator.userAgent.includes('Mac OS') ? 'macos' : navigator.userAgent.includes('Windows') ? 'windows' : 'linux');

/** Where a file lies in what was dropped or chosen, without leading dots and slashes. */
const place = (file: File): string => {
  const path = 'path' in file && typeof file.path === 'string' ? file.path : file.webkitRelativePath;
  return (path === '' ? file.name : path).replace(/^(?:\.?\/)+/, '');
};

async function upload(files: readonly File[]): Promise<FileRef[]> {
  if (files.length === 0) return [];
  const batch = crypto.randomUUID();
  for (const file of files) {
    const path = place(file).split('/').map(encodeURIComponent).join('/');
    await request(`/files/${batch}/${path}`, { method: 'PUT', body: file });
  }
  const response = await request(`/files/${batch}`, { method: 'POST' });
  return (await response.json()) as FileRef[];
}

/** The browser's own dialog; answers no files when it is dismissed. */
function choose(directories: boolean): Promise<File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = directories;
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

/** The page in a browser: calls go over HTTP to the host on loopback (see shared/contract/bridge.ts). */
export function browserHost(): Host {
  const listeners = new Listeners();
  const source = new EventSource('/events');
  let lost = false;
  source.addEventListener('message', (message: MessageEvent<string>) => listeners.tell(JSON.parse(message.data) as AnyEvent));
  source.addEventListener('error', () => {
    lost = true;
  });
  source.addEventListener('open', () => {
    // Events were missed while the line was down.
    if (lost) listeners.tell({ name: 'workspace.changed', data: { what: 'workspace' } });
    lost = false;
  });
  return {
    os: os(),
    takesFolders: false,
    async call(method, input, signal) {
      const response = await request(`/api/${method}`, { method: 'POST', body: JSON.stringify(input ?? {}), ...(signal === undefined ? {} : { signal }) }, 'application/json');
      return (await response.json()) as never;
    },
    on: (event, listener) => listeners.add(event, listener),
    grant: upload,
    pick: async (options = {}) => upload(await choose(options.directories ?? false)),
    save(file, suggestedName) {
      const link = document.createElement('a');
      link.href = `/downloads/${encodeURIComponent(file.id)}?name=${encodeURIComponent(suggestedName)}`;
      link.download = suggestedName;
      link.click();
      return Promise.resolve(true);
    },
  };
}
