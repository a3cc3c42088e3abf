import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { type ModelName, ReelbenchError } from '../../../shared/contract/index.ts';
import { replaceFile } from '../workspace/atomic-file.ts';
import type { NumberArray, SavedModel } from './recommender.ts';

/**
 * A saved model: the magic text, a header's length (32 bits), the header (JSON, UTF-8), zeros up to a multiple of 8, then
 * the arrays one after another, each padded to a multiple of 8. Numbers are little-endian. The header says the length
 * and the CRC-32 of all that follows it.
 */
const MAGIC = 'REELBENCH-MODEL\n';
const CONTAINER = 1;
const PIECE = 64 * 2 ** 20;
const types = { f32: Float32Array, f64: Float64Array, i32: Int32Array } as const;

interface Header {
  readonly container: number;
  readonly model: ModelName;
  /** The recommender's version when the model was saved. */
  readonly version: number;
  readonly meta: Record<string, unknown>;
  readonly arrays: readonly { name: string; type: keyof typeof types; length: number }[];
  readonly bytes: number;
  readonly crc: number;
}

const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** Writes the model as a whole or not at all; answers the file's size in bytes and the SHA-256 of its content. */
export async function writeModelFile(file: string, model: ModelName, version: number, { arrays, meta }: SavedModel, signal?: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  const entries = Object.entries(arrays);
  const parts = entries.flatMap(([, array]) => [bytesOf(array), new Uint8Array(padded(array.byteLength) - array.byteLength)]);
  const header: Header = {
    container: CONTAINER, model, version, meta: { ...meta },
    arrays: entries.map(([name, array]) => ({ name, type: typeOf(array), length: array.length })),
    bytes: parts.reduce((sum, part) => sum + part.byteLength, 0),
    crc: parts.reduce((crc, part) => crc32(part, crc), 0),
  };
  const text = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(padded(MAGIC.length + 4 + text.length));
  start.write(MAGIC, 'latin1');
  start.writeUInt32LE(text.length, MAGIC.length);
  text.copy(start, MAGIC.length + 4);

  const hash = createHash('sha256');
  await replaceFile(file, async (handle) => {
    for (const part of [start, ...parts]) {
      for (let at = 0; at < part.byteLength; at += PIECE) {
        signal?.throwIfAborted();
        const piece = part.subarray(at, at + PIECE);
        hash.update(piece);
        await handle.writeFile(piece);
      }
    }
  });
  return { bytes: start.byteLength + header.bytes, sha256: hash.digest('hex') };
}

/** Reads a model that `writeModelFile` wrote. A file that is cut short, damaged or of another version is `invalid-input` and named. */
export async function readModelFile(file: string, model: ModelName, version: number): Promise<SavedModel> {
  const unreadable = (what: string, cause?: unknown) => new ReelbenchError('invalid-input', `The saved model ${path.basename(file)} ${what}.`, { file, hint: `Train ${model} again.`, cause });
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    throw unreadable('is missing or cannot be opened', error);
  }
  try {
    const { size } = await handle.stat();
    const lead = Buffer.from(await readAt(handle, 0, Math.min(size, MAGIC.length + 4)));
    if (lead.length < MAGIC.length + 4 || lead.toString('latin1', 0, MAGIC.length) !== MAGIC) throw unreadable('is not a saved model, or is cut short');
    const length = lead.readUInt32LE(MAGIC.length);
    const start = padded(MAGIC.length + 4 + length);
    if (size < start) throw unreadable('is cut short');
    const header = parseHeader(Buffer.from(await readAt(handle, MAGIC.length + 4, length)).toString());
    if (header === undefined) throw unreadable('is damaged');
    if (header.container !== CONTAINER || header.model !== model || header.version !== version) {
      throw unreadable(`is ${header.model} in version ${header.version}, and this program reads ${model} in version ${version}`);
    }
    if (size !== start + header.bytes) throw unreadable('is cut short');
    const payload = await readAt(handle, start, header.bytes);
    if (crcOf(payload) !== header.crc) throw unreadable('is damaged: its checksum differs');
    const arrays: Record<string, NumberArray> = {};
    let at = 0;
    for (const { name, type, length: count } of header.arrays) {
      arrays[name] = new types[type](payload, at, count);
      at += padded(count * types[type].BYTES_PER_ELEMENT);
    }
    return { arrays, meta: header.meta };
  } finally {
    await handle.close();
  }
}

function bytesOf(array: NumberArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function typeOf(array: NumberArray): keyof typeof types {
  return array instanceof Float32Array ? 'f32' : array instanceof Float64Array ? 'f64' : 'i32';
}

/** In pieces, because one read ends at 2 GiB. */
async function readAt(handle: FileHandle, from: number, bytes: number): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(bytes);
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await handle.read(new Uint8Array(buffer, at, Math.min(PIECE, bytes - at)), { position: from + at });
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer;
}

function crcOf(buffer: ArrayBuffer): number {
  let crc = 0;
  for (let at = 0; at < buffer.byteLength; at += PIECE) crc = crc32(new Uint8Array(buffer, at, Math.min(PIECE, buffer.byteLength - at)), crc);
  return crc;
}

function parseHeader(text: string): Header | undefined {
  try {
    const header: unknown = JSON.parse(text);
    return isHeader(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

function isHeader(value: unknown): value is Header {
  return (
    typeof value === 'object' && value !== null &&
    'container' in value && typeof value.container === 'number' && 'model' in value && typeof value.model === 'string' &&
    'version' in value && typeof value.version === 'number' && 'meta' in value && typeof value.meta === 'object' && value.meta !== null &&
    'bytes' in value && typeof value.bytes === 'number' && 'crc' in value && typeof value.crc === 'number' &&
    'arrays' in value && Array.isArray(value.arrays) &&
    value.arrays.every((entry: unknown) => typeof entry === 'object' && entry !== null && 'name' in entry && 'type' in entry && String(entry.type) in types && 'length' in entry && typeof entry.length === 'number')
  );
}
