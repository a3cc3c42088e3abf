import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { SourceChange } from '../../../shared/contract/index.ts';
import { retrying } from './retry.ts';
import { type Session, throwIfCancelled } from './session.ts';

/** What the system says of a file without reading it. Times in nanoseconds, as texts, for they are beyond 2^53. */
const Stamp = z.object({ bytes: z.number(), modified: z.string(), changed: z.string(), inode: z.string() });
type Stamp = z.infer<typeof Stamp>;

/** A file as it was when it was last read to its end: `hashedAt` is when that began, in Unix milliseconds. */
export const KnownFile = Stamp.extend({ sha256: z.string(), hashedAt: z.number() });
export type KnownFile = z.infer<typeof KnownFile>;

/**
 * A file may be written again within the grain of its system's clock, and then its times do not tell. Only a hash begun
 * this much after the file's own times vouches for them (FAT has the coarsest clock, of 2 s).
 */
const GRAIN_MS = 2500;

/** Undefined where there is no such file, or something that is no file. */
export async function stampOf(file: string): Promise<Stamp | undefined> {
  try {
    const info = await retrying(() => stat(file, { bigint: true }));
    if (!info.isFile()) return undefined;
    return { bytes: Number(info.size), modified: String(info.mtimeNs), changed: String(info.ctimeNs), inode: String(info.ino) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Whether a file is what it was by its size and times alone. False when that is in doubt, and only a hash can tell. */
export function isSurelySame(known: KnownFile, now: Stamp): boolean {
  const newest = Math.max(Number(BigInt(now.modified) / 1_000_000n), Number(BigInt(now.changed) / 1_000_000n));
  return known.bytes === now.bytes && known.modified === now.modified && known.changed === now.changed && known.inode === now.inode && known.hashedAt - newest >= GRAIN_MS;
}

/** A file's pieces one after another; nothing is read ahead. Where reading fails for a reason that may pass, it goes on from there. */
export async function* readPieces(file: string, signal: AbortSignal, size = 1024 * 1024): AsyncGenerator<Buffer> {
  let handle: FileHandle | undefined;
  let position = 0;
  try {
    const buffer = Buffer.from(new ArrayBuffer(size));
    for (;;) {
      throwIfCancelled(signal);
      const at = position;
      const bytesRead = await retrying(async () => {
        try {
          handle ??= await open(file);
          return (await handle.read(buffer, 0, size, at)).bytesRead;
        } catch (error) {
          await handle?.close().catch(() => undefined);
          handle = undefined;
          throw error;
        }
      }, signal);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle?.close();
  }
}

/** A file's SHA-256 and size. */
export async function hashOf(file: string, { signal, progress }: { signal: AbortSignal; progress?: (bytes: number) => void }): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of readPieces(file, signal)) {
    hash.update(piece);
    progress?.((bytes += piece.length));
  }
  return { sha256: hash.digest('hex'), bytes };
}

export interface Looked {
  readonly change: SourceChange['change'];
  readonly now: (Stamp & { readonly sha256: string | null }) | null;
  /** What is known now, where more was learnt than was known. */
  readonly learnt?: KnownFile;
}

interface Looking {
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What became of a file since it was read: by its size and times where they tell, else by its hash, read in pieces and cancellable. `unknown` where it may not be read. */
export async function lookAgain(file: string, known: KnownFile, looking: Looking): Promise<Looked> {
  try {
    return await look(file, known, looking);
  } catch (error) {
    throwIfCancelled(looking.signal, error);
    return { change: 'unknown', now: null };
  }
}

async function look(file: string, known: KnownFile, { signal, now }: Looking): Promise<Looked> {
  const stamp = await stampOf(file);
  if (stamp === undefined) return { change: 'deleted', now: null };
  if (isSurelySame(known, stamp)) return { change: 'unchanged', now: { ...stamp, sha256: known.sha256 } };
  if (stamp.bytes !== known.bytes) return { change: 'modified', now: { ...stamp, sha256: null } };
  const hashedAt = now().getTime();
  const { sha256 } = await hashOf(file, { signal });
  if (sha256 !== known.sha256) return { change: 'modified', now: { ...stamp, sha256 } };
  return { change: 'unchanged', now: { ...stamp, sha256 }, learnt: { ...stamp, sha256, hashedAt } };
}

/**
 * Where imported files lie on disk. The page never sees any of it:
 *
 * - `contents.imports` one row an import: what was chosen, by absolute path, and the options, so that it can be done again;
 * - `contents.origins` one row a file of `raw.files`: the import, the file's name in it, and the file on disk that holds it;
 * - `contents.disk`    one row a file on disk: its size, times and hash (`KnownFile`).
 */
export const diskFilesSchema = `
  CREATE TABLE IF NOT EXISTS contents.imports (import_id INTEGER NOT NULL, roots JSON NOT NULL, options JSON NOT NULL, per_file JSON NOT NULL);
  CREATE TABLE IF NOT EXISTS contents.origins (file_id INTEGER NOT NULL, import_id INTEGER NOT NULL, path VARCHAR NOT NULL, disk VARCHAR NOT NULL);
  CREATE TABLE IF NOT EXISTS contents.disk (import_id INTEGER NOT NULL, disk VARCHAR NOT NULL, known JSON NOT NULL);
`;

/** An imported file and what is known of where it came from; `known` is null where it came from no file that lasts. */
export interface Origin {
  readonly fileId: number;
  readonly path: string;
  readonly kind: SourceChange['kind'];
  readonly importId: number | null;
  readonly disk: string | null;
  readonly known: KnownFile | null;
  readonly roots: readonly string[];
}

export async function readOrigins(session: Session): Promise<Origin[]> {
  const rows = await session.all<{ fileId: number; path: string; kind: Origin['kind']; importId: number | null; disk: string | null; known: string | null; roots: string | null }>(`
    SELECT f.file_id AS "fileId", f.path, f.kind, o.import_id AS "importId", o.disk, d.known, i.roots
    FROM (SELECT file_id, any_value(path) AS path, arg_min(kind, CASE WHEN kind IN ('persons', 'keywords') THEN 1 ELSE 0 END) AS kind FROM raw.files GROUP BY file_id) f
    LEFT JOIN contents.origins o ON o.file_id = f.file_id LEFT JOIN contents.imports i ON i.import_id = o.import_id
    LEFT JOIN contents.disk d ON d.import_id = o.import_id AND d.disk = o.disk ORDER BY f.file_id`);
  return rows.map(({ known, roots, ...row }) => ({
    ...row, known: known === null ? null : KnownFile.parse(JSON.parse(known)), roots: roots === null ? [] : z.array(z.string()).parse(JSON.parse(roots)),
  }));
}

/** Keeps what was learnt of files since they were imported, so that the next look need not read them. */
export async function keepLearnt(session: Session, learnt: readonly { readonly importId: number; readonly disk: string; readonly known: KnownFile }[]): Promise<void> {
  for (const { importId, disk, known } of learnt) await session.run('UPDATE contents.disk SET known = ? WHERE import_id = ? AND disk = ?', [JSON.stringify(known), importId, disk]);
}
