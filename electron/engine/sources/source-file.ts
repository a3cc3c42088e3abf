import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Sheet } from './workbook.ts';
import { throwIfCancelled } from '../workspace/session.ts';

/** One file that may hold rows, wherever it lies. */
export interface SourceFile {
  /** Name within the selection: `ml-latest-small/ratings.csv`. */
  readonly path: string;
  /** Base name, without `.gz`. */
  readonly name: string;
  /** Absolute path of the file on disk that holds it: itself, or the archive or workbook that it is in. */
  readonly disk: string;
  /** Names of the folder or archive around it and of the file, for recognising a release. */
  readonly surroundings: string;
  /** Bytes on disk; of an archive's file, unpacked. */
  readonly bytes: number;
  readonly modifiedAt: Date | null;
  /** Chosen by itself rather than found in a folder or archive. */
  readonly chosen: boolean;
  /** The sheet of a workbook that this is. */
  readonly sheet?: Pick<Sheet, 'name' | 'rows'>;
  /** Its first bytes, and whether they are all. */
  head(limit: number): Promise<{ bytes: Buffer; complete: boolean }>;
  /** A plain file with its bytes: itself, or a copy unpacked to `target`. */
  onDisk(target: string, signal: AbortSignal): Promise<string>;
}

/** Unpacked bytes that a compressed file may have for each packed one, once it is large. */
export const MAX_RATIO = 200;
export const RATIO_FROM_BYTES = 64 * 1024 * 1024;

/** The first `limit` bytes of a stream, which is then closed. @throws invalid-input when it cannot be unpacked */
export async function headOf(stream: Readable, limit: number): Promise<{ bytes: Buffer; complete: boolean }> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length > limit) break;
  }
  return { bytes: Buffer.concat(pieces).subarray(0, limit), complete: length <= limit };
}

/** Unpacks a stream into a file, within bounds. `packedBytes` is what the ratio is measured against. */
export async function unpack(stream: Readable, file: string, packedBytes: number, shown: string, signal: AbortSignal): Promise<void> {
  let length = 0;
  const bounded = async function* (source: AsyncIterable<Buffer>) {
    for await (const piece of source) {
      length += piece.length;
      if (length > RATIO_FROM_BYTES && length > packedBytes * MAX_RATIO) {
        throw new ReelbenchError('invalid-input', `${shown} unpacks to more than ${MAX_RATIO} times its size.`, { file: shown, hint: 'This is not how ratings compress; unpack it yourself if you trust it.' });
      }
      yield piece;
    }
  };
  try {
    await pipeline(stream, bounded, createWriteStream(file, { flags: 'wx' }), { signal });
  } catch (error) {
    // It may be tried again, and must find nothing there.
    await rm(file, { force: true });
    throwIfCancelled(signal, error);
    throw error;
  }
}
