import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Csr, KernelCheckpoint } from '../kernels/index.ts';
import type { Clock } from '../workspace/clock.ts';
import type { Checkpoint } from '../workspace/stage.ts';
import type { FitContext } from './recommender.ts';

/**
 * How far a fit was: the magic text, the task (32 bytes), the CRC-32 of what follows (32 bits, little-endian), and what
 * the kernel answered. The task is a hash of the fit's name, version, options and matrix: bytes of any other fit, of a
 * damaged or of a shortened file are left aside, and the fit begins at its beginning.
 */
const MAGIC = Buffer.from('REELBENCH-FIT-1\n', 'latin1');
const TASK_BYTES = 32;
const HEAD = MAGIC.length + TASK_BYTES + 4;

/** At most so often is something kept … */
const EVERY_MS = 10_000;
/** … and nothing that is larger. */
const LARGEST = 2 ** 29;

/** Keeps the state of a fit in a stage's checkpoint; what was kept there by the same fit is where it goes on. */
export function keepFits(kept: Checkpoint, clock: Clock, log: (level: 'info' | 'warn', message: string) => void): NonNullable<FitContext['keep']> {
  return async (about, matrix): Promise<KernelCheckpoint> => {
    const task = taskOf(about, matrix);
    const before = await kept.read();
    const state = before && stateIn(before, task);
    if (before && !state) log('warn', 'What was kept of an interrupted training is damaged or of another one: it begins at its beginning.');
    let last = clock().getTime();
    let writing = false;
    let ended = false;
    return {
      state,
      due: () => !writing && !ended && clock().getTime() - last >= EVERY_MS,
      async keep(data, done, total) {
        ended = data.length > LARGEST;
        if (ended) return;
        writing = true;
        try {
          await kept.write(framed(data, task), `step ${done} of ${total}`);
        } catch (error) {
          ended = true;
          log('warn', `How far the training is could not be kept: ${error instanceof Error ? error.message : String(error)}`);
        }
        last = clock().getTime();
        writing = false;
      },
    };
  };
}

function taskOf(about: readonly unknown[], { rows, columns, indptr, indices, values }: Csr): Buffer {
  const parts = [indptr, indices, values].map((part) => crc32(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
  return createHash('sha256').update(JSON.stringify([about, rows, columns, ...parts])).digest();
}

function framed(data: Uint8Array, task: Buffer): Buffer {
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(data));
  return Buffer.concat([MAGIC, task, crc, data]);
}

function stateIn(file: Buffer, task: Buffer): Uint8Array | undefined {
  if (file.length < HEAD || !file.subarray(0, MAGIC.length).equals(MAGIC) || !file.subarray(MAGIC.length, MAGIC.length + TASK_BYTES).equals(task)) return undefined;
  const state = file.subarray(HEAD);
  return crc32(state) === file.readUInt32LE(HEAD - 4) ? state : undefined;
}
