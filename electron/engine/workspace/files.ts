import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type FileRef, ReelbenchError } from '../../../shared/contract/index.ts';
import { toReelbenchError } from './failures.ts';

/** Paths that the host granted, each behind an opaque reference: the page never sees or sends a path. */
export class GrantedFiles {
  readonly #paths = new Map<string, string>();

  async grant(file: string): Promise<FileRef> {
    try {
      const info = await stat(file);
      const reference: FileRef = { id: randomUUID(), name: path.basename(file), size: info.size, directory: info.isDirectory() };
      this.#paths.set(reference.id, path.resolve(file));
      return reference;
    } catch (error) {
      throw toReelbenchError(error);
    }
  }

  /** Takes over a grant of an engine that was lost. */
  restore(id: string, file: string): void {
    this.#paths.set(id, file);
  }

  path(reference: { id: string }): string {
    const file = this.#paths.get(reference.id);
    if (file === undefined) throw new ReelbenchError('forbidden', 'This file was not granted by the host.', { hint: 'Choose the file again.' });
    return file;
  }
}
