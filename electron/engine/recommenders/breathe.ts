import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../workspace/session.ts';

/** Lets the process answer others between two pieces of a long computation, and ends it when it was cancelled. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  throwIfCancelled(signal);
}
