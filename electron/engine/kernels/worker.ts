/** Entry of the kernels' threads: one leads a task and opens the memory, its peers take blocks of rows. Bundled as kernel-worker.js. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Crew, drain, instantiate, type Loop, type PeerData } from './crew.ts';
import type { Shape } from './csr.ts';
import type { FromLead, Lead, ToLead } from './lead.ts';
import type { TaskOrder } from './tasks.ts';

export interface LeadData {
  readonly role: 'lead';
  readonly module: WebAssembly.Module;
  readonly threads: number;
  readonly shape: Shape;
  readonly order: TaskOrder;
  /** Whether the caller wants to be asked between steps. */
  readonly steps: boolean;
  readonly state: Uint8Array | undefined;
}

/** Elements of a piece of the matrix: 8 MB. */
const PIECE = 2_097_152;

async function leadTask(port: NonNullable<typeof parentPort>, { module, threads, shape, order, steps, state }: LeadData): Promise<void> {
  const say = (message: FromLead, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const ask = (message: FromLead) => new Promise<ToLead>((resolve) => {
    port.once('message', resolve);
    say(message);
  });
  let told = -1;
  const lead: Lead = {
    shape,
    threads,
    async read(array, into) {
      for (let from = 0; from < into.length; from += PIECE) {
        const piece = await ask({ kind: 'read', array, from, to: Math.min(into.length, from + PIECE) });
        if (typeof piece !== 'boolean') into.set(piece, from);
      }
    },
    open: (plan, scratch, scratchBytes, crew = threads) => new Crew(module, plan.open(), crew, new URL(import.meta.url), scratch, scratchBytes),
    progress(done, total) {
      const percent = Math.floor((done * 100) / total);
      if (percent === told) return;
      told = percent;
      say({ kind: 'progress', done, total });
    },
    point: (point) => say({ kind: 'point', point }),
    state,
    async step(done, total, copy) {
      if (!steps || (await ask({ kind: 'step' })) !== true) return;
      const taken = copy();
      say({ kind: 'state', state: taken, done, total }, [taken.buffer]);
    },
  };
  const { runTask } = await import('./tasks.ts');
  const { result, transfer } = await runTask(order, lead);
  say({ kind: 'done', result }, transfer);
}

function followLead(port: NonNullable<typeof parentPort>, { module, memory, counters, scratch }: PeerData): void {
  const run = instantiate(module, memory);
  const shared = new Int32Array(counters);
  port.on('message', (loops: readonly Loop[]) => {
    drain(loops, shared, scratch, run);
    port.postMessage('done');
  });
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  const data: LeadData | PeerData = workerData;
  if (data.role === 'peer') {
    followLead(port, data);
  } else {
    leadTask(port, data).catch((error: unknown) => {
      port.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error), outOfMemory: error instanceof RangeError } satisfies FromLead);
    });
  }
}
