import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReelbenchError } from '../../shared/contract/index.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const FILES_PER_BATCH = 10_000;
const BYTES_PER_FILE = 64 * 2 ** 30;
const DEPTH = 32;
const NAME_BYTES = 255;

/**
 * Files that the browser sends, streamed to a folder of this process and removed with it. A batch is one drop or one
 * choice: files keep their place in dropped folders.
 */
export class Uploads {
  readonly #parent: string;
  readonly #folder: string;
  readonly #batches = new Map<string, number>();

  constructor(home: string) {
    this.#parent = path.join(home, 'uploads');
    this.#folder = path.join(this.#parent, `${process.pid}-${randomUUID()}`);
  }

  /** Takes one file; `relativePath` is URI-encoded part by part, as it came in the URL. */
  async receive(batch: string, relativePath: string, bytes: Readable, announced: number): Promise<void> {
    const parts = pathParts(relativePath);
    const count = (this.#batches.get(checkBatch(batch)) ?? 0) + 1;
    if (count > FILES_PER_BATCH) throw new ReelbenchError('invalid-input', `More than ${FILES_PER_BATCH} files at once cannot be taken.`, { hint: 'Put them into a .zip, or drop fewer.' });
    this.#batches.set(batch, count);
    const target = path.join(this.#folder, batch, ...parts);
    await mkdir(path.dirname(target), { recursive: true });
    const space = await statfs(this.#folder);
    const free = space.bavail * space.bsize;
    if (announced > free) throw new ReelbenchError('disk-full', `${parts.at(-1)} needs ${announced} bytes, and ${free} are free.`, { hint: 'Free some space and try again; nothing was changed.' });
    try {
      await pipeline(bytes, bounded(BYTES_PER_FILE), createWriteStream(target, { flags: 'wx' }));
    } catch (error) {
      // An existing file is another one of the same name: it stays.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) await rm(target, { force: true });
      throw error;
    }
  }

  /** What lies at the top of a batch; nothing can be added to it any more. */
  async finish(batch: string): Promise<string[]> {
    if (!this.#batches.delete(checkBatch(batch))) return [];
    const folder = path.join(this.#folder, batch);
    return (await readdir(folder)).map((name) => path.join(folder, name));
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Removes what processes left that ended without a chance to. */
  async clearOld(): Promise<void> {
    for (const name of await readdir(this.#parent).catch(() => [])) {
      if (!isAlive(Number.parseInt(name, 10))) await rm(path.join(this.#parent, name), { recursive: true, force: true });
    }
  }
}

function checkBatch(batch: string): string {
  if (!UUID.test(batch)) throw new ReelbenchError('invalid-arguments', 'A batch of files is named by a UUID.');
  return batch;
}

function pathParts(encoded: string): string[] {
  let parts: string[];
  try {
    parts = encoded.split('/').map(decodeURIComponent);
  } catch {
    parts = [];
  }
  const named = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[/\\\p{Cc}]/u.test(part) && Buffer.byteLength(part) <= NAME_BYTES;
  if (parts.length === 0 || parts.length > DEPTH || !parts.every(named)) throw new ReelbenchError('invalid-arguments', 'This is not a usable file name.');
  return parts;
}

function bounded(limit: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) done(new ReelbenchError('invalid-input', `The file is larger than ${limit} bytes.`));
      else done(null, chunk);
    },
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
