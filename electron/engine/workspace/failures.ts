import path from 'node:path';
import { ReelbenchError } from '../../../shared/contract/index.ts';

/** Any thrown value as the product's error: what the system or DuckDB said becomes a code, a place and a remedy. */
export function toReelbenchError(error: unknown): ReelbenchError {
  if (error instanceof ReelbenchError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  const file = error instanceof Error && 'path' in error && typeof error.path === 'string' ? { file: error.path } : {};
  if (errno === 'ENOSPC' || /No space left on device|could not (?:write|allocate).*(?:space|disk)|max_temp_directory_size/i.test(message)) {
    return new ReelbenchError('disk-full', `The disk is full: ${firstLine(message)}`, { hint: 'Free some space and try again; nothing was changed.', cause: error });
  }
  // The second sentence is that of Windows.
  const lock = /(?:Could not set lock on file|Cannot open file[^]*?(?:being used|used by another process)).*?(?:PID (\d+)|$)/s.exec(message);
  if (lock) {
    const holder = lock[1] ? ` by process ${lock[1]}` : ' by another process';
    return new ReelbenchError('workspace-in-use', `The workspace is in use${holder}.`, { hint: 'Close the other window or wait for the other command to end.', cause: error });
  }
  const broken = /The file "([^"]+)" exists, but it is not a valid DuckDB database file/.exec(message);
  if (broken?.[1] !== undefined) {
    return new ReelbenchError('invalid-input', 'This file is not the database of a workspace, or it is damaged.', { file: broken[1], hint: 'Restore it from a backup, or move it away and import the files again.', cause: error });
  }
  if (errno === 'EACCES' || errno === 'EROFS' || errno === 'EPERM' || /Permission denied|Read-only file system/i.test(message)) {
    return new ReelbenchError('workspace-read-only', `This cannot be written or read: ${firstLine(message)}`, { ...file, hint: 'Check the permissions of the folder, or choose another one.', cause: error });
  }
  if (errno === 'EISDIR' || errno === 'ENOTDIR') {
    const place = error instanceof Error && 'dest' in error && typeof error.dest === 'string' ? error.dest : file.file;
    return new ReelbenchError('workspace-read-only', `There is a ${errno === 'EISDIR' ? 'folder where the file' : 'file where the folder'} ${place === undefined ? '' : `${path.basename(place)} `}should be.`, {
      ...(place === undefined ? {} : { file: place }), hint: 'Move it away and try again.', cause: error });
  }
  if (errno === 'ENOENT') return new ReelbenchError('not-found', `There is no such file: ${'file' in file ? file.file : firstLine(message)}`, { ...file, cause: error });
  if (/^Out of Memory Error|failed to allocate|could not allocate block/i.test(message)) {
    return new ReelbenchError('out-of-memory', firstLine(message), { hint: 'Raise engine.memory_limit_mb or close other programs.', cause: error });
  }
  return new ReelbenchError('internal', firstLine(message), { cause: error });
}

const PASSING = new Set(['EAGAIN', 'EBUSY', 'EINTR', 'EIO', 'EMFILE', 'ENFILE', 'ESTALE', 'ETIMEDOUT', 'ECONNRESET']);

/** Whether trying again may help: the system was busy, or two transactions met. */
export function isPassing(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && PASSING.has(String(cause.code))) return true;
    if (/Transaction conflict|write-write conflict|Conflict on (?:update|tuple)|Resource temporarily unavailable|device or resource busy/i.test(cause.message)) return true;
  }
  return false;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

/** The error with every text of it, and of what caused it, passed through `redact`; the very same one where that changes nothing. */
export function redactError(error: ReelbenchError, redact: (text: string) => string): ReelbenchError {
  const whole = JSON.stringify([error.toData(), stacks(error)]);
  if (redact(whole) === whole) return error;
  const { code, message, file, line, column, hint } = error;
  const or = (text: string | undefined) => (text === undefined ? undefined : redact(text));
  const cause = new Error(redact(message));
  cause.stack = redact(stacks(error).join('\n'));
  return new ReelbenchError(code, redact(message), { file: or(file), line, column: or(column), hint: or(hint), cause });
}

function stacks(error: unknown): string[] {
  return error instanceof Error ? [error.stack ?? error.message, ...stacks(error.cause)] : [];
}
