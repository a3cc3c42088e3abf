import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** Replaces `file` as a whole by what `write` writes: readers see the old content or the new, also after a kill at any moment. */
export async function replaceFile(file: string, write: (handle: FileHandle) => Promise<void>, { mode }: { mode?: number } = {}): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export function writeFileAtomically(file: string, content: string | Uint8Array, options: { mode?: number } = {}): Promise<void> {
  return replaceFile(file, (handle) => handle.writeFile(content), options);
}
