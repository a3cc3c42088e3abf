import { hashOf, type KnownFile, stampOf } from '../workspace/disk-files.ts';
import type { Session } from '../workspace/session.ts';
import type { Choice } from './choice.ts';
import type { SourceFile } from './source-file.ts';

/** Takes note, while an import reads, of the files on disk that it reads: as they were before, and what they held. */
export class OriginNotes {
  readonly #now: () => Date;
  readonly #lasts: (file: string) => boolean;
  readonly #stamps = new Map<string, Promise<Omit<KnownFile, 'sha256'> | undefined>>();
  readonly #hashes = new Map<string, string>();
  readonly #files: { fileId: number; choice: Choice; file: SourceFile }[] = [];

  /** `lasts` says whether a path will still be the same file later on: nothing is noted of others. */
  constructor(now: () => Date, lasts: (file: string) => boolean) {
    this.#now = now;
    this.#lasts = lasts;
  }

  /** Call it before a file is read: what happens to it from then on is a change. */
  async begin({ disk }: SourceFile): Promise<void> {
    const hashedAt = this.#now().getTime();
    if (!this.#stamps.has(disk)) this.#stamps.set(disk, stampOf(disk).then((stamp) => (stamp ? { ...stamp, hashedAt } : undefined)));
    await this.#stamps.get(disk);
  }

  /** What a file on disk held, when it was read as a whole. */
  hashed(disk: string, sha256: string): void {
    this.#hashes.set(disk, sha256);
  }

  /** What is known of a file on disk that an import of before read. */
  adopt(disk: string, { sha256, ...stamp }: KnownFile): void {
    this.#stamps.set(disk, Promise.resolve(stamp));
    this.#hashes.set(disk, sha256);
  }

  /** Call it when a file was read into the tables. */
  read(fileId: number, choice: Choice, file: SourceFile): void {
    this.#files.push({ fileId, choice, file });
  }

  /** The import begins again to fill its tables. */
  restart(): void {
    this.#files.length = 0;
  }

  /** What is known of a file on disk that was read; an archive is hashed for it. */
  async known(disk: string, signal: AbortSignal): Promise<KnownFile | undefined> {
    const stamp = await this.#stamps.get(disk);
    if (!stamp) return undefined;
    const sha256 = this.#hashes.get(disk) ?? (await this.#hash(disk, stamp, signal));
    this.#hashes.set(disk, sha256);
    return { ...stamp, sha256 };
  }

  /** The hash of an archive whose files were read; of one that was written meanwhile there is none that could be trusted. */
  async #hash(disk: string, before: Omit<KnownFile, 'sha256'>, signal: AbortSignal): Promise<string> {
    const { sha256 } = await hashOf(disk, { signal });
    const after = await stampOf(disk);
    return after && after.modified === before.modified && after.changed === before.changed && after.bytes === before.bytes ? sha256 : 'written while it was read';
  }

  /** Writes the notes down, in the transaction of the import, and lets go of those on files that are no longer imported. */
  async keep(session: Session, signal: AbortSignal): Promise<void> {
    const ids = new Map<Choice, number>();
    for (const { fileId, choice, file } of this.#files) {
      if (!choice.roots.every((root) => this.#lasts(root))) continue;
      const known = await this.known(file.disk, signal);
      if (!known) continue;
      const importId = ids.get(choice) ?? choice.again?.importId ?? (await this.#newImport(session, choice));
      ids.set(choice, importId);
      await session.run('INSERT INTO contents.origins VALUES (?, ?, ?, ?)', [fileId, importId, file.path, file.disk]);
      await session.run('DELETE FROM contents.disk WHERE import_id = ? AND disk = ?', [importId, file.disk]);
      await session.run('INSERT INTO contents.disk VALUES (?, ?, ?)', [importId, file.disk, JSON.stringify(known)]);
    }
    await session.run(`
      DELETE FROM contents.origins WHERE file_id NOT IN (SELECT file_id FROM raw.files);
      DELETE FROM contents.disk WHERE NOT EXISTS (SELECT 1 FROM contents.origins o WHERE o.import_id = disk.import_id AND o.disk = disk.disk);
      DELETE FROM contents.imports WHERE import_id NOT IN (SELECT import_id FROM contents.origins);
    `);
  }

  async #newImport(session: Session, { roots, options, perFile }: Choice): Promise<number> {
    const { id } = await session.one<{ id: number }>('SELECT coalesce(max(import_id), 0) + 1 AS id FROM contents.imports');
    await session.run('INSERT INTO contents.imports VALUES (?, ?, ?, ?)', [id, JSON.stringify(roots), JSON.stringify(options), JSON.stringify(perFile)]);
    return id;
  }
}
