import path from 'node:path';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { retrying } from '../workspace/retry.ts';
import { headOf, MAX_RATIO, RATIO_FROM_BYTES, type SourceFile, unpack } from './source-file.ts';

const MAX_ENTRIES = 10_000;
const MAX_TOTAL_BYTES = 64 * 1024 ** 3;

/**
 * The files of a .zip archive, without unpacking it. Nothing is ever written under a name that the archive gives.
 * @throws invalid-input when it is damaged, encrypted, names files outside itself, or unpacks beyond all bounds.
 */
export async function archiveFiles(file: string): Promise<Omit<SourceFile, 'name' | 'surroundings' | 'chosen'>[]> {
  const archive = path.basename(file);
  const zip = await refusing(archive, () => yauzl.openPromise(file, { lazyEntries: true, autoClose: false }));
  try {
    if (zip.entryCount > MAX_ENTRIES) throw refusal(archive, `holds ${zip.entryCount} entries; ${MAX_ENTRIES} at most are read`);
    const entries: yauzl.Entry[] = [];
    let total = 0;
    await refusing(archive, async () => {
      for await (const entry of zip.eachEntry()) {
        total += entry.uncompressedSize;
        const large = entry.uncompressedSize > RATIO_FROM_BYTES && entry.uncompressedSize > entry.compressedSize * MAX_RATIO;
        if (large || total > MAX_TOTAL_BYTES) throw refusal(archive, `would unpack to far more than its size (${entry.fileName})`);
        if (entry.isEncrypted()) throw refusal(archive, `is encrypted (${entry.fileName})`);
        if (!entry.fileName.endsWith('/')) entries.push(entry);
      }
    });
    return entries.map((entry) => ({
      path: entry.fileName,
      disk: path.resolve(file),
      bytes: entry.uncompressedSize,
      modifiedAt: entry.getLastModDate(),
      head: (limit) => retrying(() => withEntry(file, entry, (stream) => headOf(stream, limit))),
      onDisk: async (target, signal) => {
        await retrying(() => withEntry(file, entry, (stream) => unpack(stream, target, entry.compressedSize, entry.fileName, signal)), signal);
        return target;
      },
    }));
  } finally {
    zip.close();
  }
}

async function withEntry<T>(file: string, entry: yauzl.Entry, work: (stream: Readable) => Promise<T>): Promise<T> {
  const zip = await yauzl.openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    return await work(await refusing(path.basename(file), () => zip.openReadStreamPromise(entry)));
  } finally {
    zip.close();
  }
}

async function refusing<T>(archive: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReelbenchError || (error instanceof Error && 'code' in error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (/^(?:absolute path|invalid relative path|invalid characters)/.test(message)) throw refusal(archive, `names a file outside itself (${message.replace(/^[^:]*: /, '')})`, error);
    throw refusal(archive, `is damaged (${message})`, error);
  }
}

function refusal(archive: string, what: string, cause?: unknown): ReelbenchError {
  return new ReelbenchError('invalid-input', `The archive ${archive} ${what}.`, { file: archive, hint: 'Nothing was unpacked. Get the archive again, or unpack it yourself and import the folder.', cause });
}
