import { setTimeout } from 'node:timers/promises';
import { isPassing } from './failures.ts';
import { throwIfCancelled } from './session.ts';

/** Milliseconds waited before the second, third, … attempt. */
const WAITS = [50, 200, 800];

/** Tries again, a little later each time, what failed for a reason that may pass: a busy file, a network drive that hiccups. Throws the last error. */
export async function retrying<T>(work: () => Promise<T>, signal?: AbortSignal, waits: readonly number[] = WAITS): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const wait = waits[attempt];
      if (wait === undefined || !isPassing(error)) throw error;
      await setTimeout(wait, undefined, signal ? { signal } : {}).catch(() => throwIfCancelled(signal, error));
    }
  }
}
