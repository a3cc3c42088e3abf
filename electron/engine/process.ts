/**
 * The engine in a process of its own: Electron's utility process on the desktop, a forked Node process under `serve`.
 * Speaks the messages of messages.ts with the RemoteEngine that started it.
 */
import { createEngine, type Engine } from './engine.ts';
import { openWorkspaceFolder } from './workspace/calls.ts';
import { toReelbenchError } from './workspace/failures.ts';
import type { EngineStart, FromEngine, HostRequests, ToEngine } from './messages.ts';

/** `process.parentPort` of an Electron utility process, as far as it is used here. */
interface ParentPort {
  postMessage(message: FromEngine): void;
  on(event: 'message', listener: (event: { data: ToEngine }) => void): void;
}
const parentPort = 'parentPort' in process ? (process.parentPort as ParentPort | undefined) : undefined;

const send = (message: FromEngine): void => {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
};

/** The host ends a process that takes longer to close than a few seconds. */
const ALERTS_MS = 1500;

const asked = new Map<number, AbortController>();
let engine: Promise<Engine> | undefined;

async function start({ before, ...options }: EngineStart): Promise<Engine> {
  const made: Engine = createEngine({
    ...options,
    onEvent: (event) => {
      if (event.name === 'workspace.changed' && event.data.what === 'workspace' && made.context.hasWorkspace()) {
        send({ type: 'opened', directory: made.context.workspace().directory });
      }
      send({ type: 'event', event });
    },
  });
  for (const { id, path } of before?.grants ?? []) made.context.files.restore(id, path);
  for (const job of before?.jobs ?? []) made.context.jobs.restore(job);
  // A workspace that cannot be opened again leaves the engine without one: the page then shows Home.
  if (before?.directory !== undefined) await openWorkspaceFolder(made.context, before.directory).catch(() => undefined);
  if (before?.lost !== undefined) made.lost(before.lost.reason, before.lost.jobs);
  send({ type: 'ready' });
  return made;
}

const requests: { [R in keyof HostRequests]: (engine: Engine, input: HostRequests[R]['input']) => Promise<HostRequests[R]['output']> } = {
  grant: ({ context }, { paths }) => Promise.all(paths.map((path) => context.files.grant(path))),
  pathOf: async ({ context }, { id }) => context.files.path({ id }),
  openFolder: async ({ context }, { directory }) => {
    await openWorkspaceFolder(context, directory);
    return null;
  },
};

async function answer(id: number, work: (engine: Engine, signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const abort = new AbortController();
  asked.set(id, abort);
  try {
    if (!engine) throw new Error('The engine was asked before it was started.');
    send({ type: 'answer', id, ok: true, value: await work(await engine, abort.signal) });
  } catch (error) {
    send({ type: 'answer', id, ok: false, error: toReelbenchError(error).toData() });
  } finally {
    asked.delete(id);
  }
}

async function close(): Promise<void> {
  for (const abort of asked.values()) abort.abort();
  await (await engine)?.close(ALERTS_MS);
  process.exit(0);
}

function receive(message: ToEngine): void {
  switch (message.type) {
    case 'start':
      engine = start(message.start);
      return;
    case 'call':
      void answer(message.id, (open, signal) => open.call(message.method, message.input as never, { signal }));
      return;
    case 'request':
      void answer(message.id, (open) => requests[message.request](open, message.input as never));
      return;
    case 'cancel':
      asked.get(message.id)?.abort();
      return;
    case 'close':
      void close();
  }
}

if (parentPort) parentPort.on('message', ({ data }) => receive(data));
else process.on('message', receive);
process.on('disconnect', () => void close());
// Ctrl+C at a terminal reaches the whole process group; the host decides when the engine ends.
process.on('SIGINT', () => undefined);
