import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { LogEntry, LogFilter, LogPage, Parsed } from '../../../../shared/contract/index.ts';
import { throwIfCancelled } from '../session.ts';
import { logFiles, logFolder } from './files.ts';
import { lineReader, timeOf } from './filter.ts';

const CHUNK_BYTES = 256 * 1024;
/** So much of the log is read by one call; where that is not enough for a page, the next call goes on. */
const CALL_BYTES = 16 * 2 ** 20;
const LINE_FEED = 0x0a;

/** A place between two lines: a file's number and a byte in it. */
interface Place {
  readonly number: number;
  readonly byte: number;
}
const cursorOf = ({ number, byte }: Place): string => `${number}:${byte}`;

function placeOf(cursor: string): Place {
  const [number = 0, byte = 0] = cursor.split(':').map(Number);
  return { number, byte };
}

type Found = Omit<LogPage, 'failing'>;
type LogRequest = Parsed<'log.read'>;

/**
 * Lines of the log of the workspace in a folder that the filter wants: those before the cursor (before the end without
 * one), or those after it with `direction: 'newer'`. Half lines, and lines that are none of ours, are skipped. The log may
 * be written meanwhile, by this process or another, and its files may be put aside: places stay what they are.
 */
export async function readLog(workspaceDirectory: string, request: LogRequest, signal?: AbortSignal): Promise<Found> {
  const pieces = openPieces(logFolder(workspaceDirectory));
  try {
    const place = request.cursor === undefined ? undefined : placeOf(request.cursor);
    return await (request.direction === 'newer' && place ? readNewer(pieces, place, request, signal) : readOlder(pieces, place, request, signal));
  } finally {
    for (const piece of pieces) piece.close();
  }
}

/** All lines that the filter wants, the oldest first, as they stand in the files, in batches. */
export async function* allLines(workspaceDirectory: string, filter: LogFilter, signal?: AbortSignal): AsyncGenerator<string[]> {
  const wanted = lineReader(filter);
  const pieces = openPieces(logFolder(workspaceDirectory));
  try {
    for (const piece of pieces) {
      for (let byte = 0; ; ) {
        throwIfCancelled(signal);
        const { lines, end } = piece.after(byte);
        if (end === byte) break;
        yield lines.flatMap(({ text }) => (wanted(text) ? [text] : []));
        byte = end;
      }
    }
  } finally {
    for (const piece of pieces) piece.close();
  }
}

async function readOlder(pieces: readonly Piece[], cursor: Place | undefined, { limit, ...filter }: LogRequest, signal: AbortSignal | undefined): Promise<Found> {
  const wanted = lineReader(filter);
  const since = filter.since === undefined ? -Infinity : Date.parse(filter.since);
  const entries: LogEntry[] = [];
  const last = pieces.at(-1);
  const newer = cursor ?? (last ? { number: last.number, byte: last.whole() } : { number: 1, byte: 0 });
  let reached = NaN;
  let read = 0;
  const found = (older: Place | null): Found => ({ entries: entries.toReversed(), older: older === null ? null : cursorOf(older), newer: cursorOf(newer), reached: isoOf(reached) });

  for (const piece of pieces.filter(({ number }) => number <= newer.number).toReversed()) {
    let end = piece.number === newer.number ? newer.byte : piece.whole();
    while (end > 0) {
      throwIfCancelled(signal);
      const { lines, start } = piece.before(end);
      for (const { byte, text } of lines.toReversed()) {
        const time = timeOf(text);
        if (!Number.isNaN(time)) reached = time;
        if (time < since) return found(null);
        const entry = wanted(text);
        if (!entry) continue;
        const place = { number: piece.number, byte };
        entries.push({ at: cursorOf(place), ...entry });
        if (entries.length === limit) return found(byte === 0 && piece === pieces[0] ? null : place);
      }
      read += end - start;
      end = start;
      if (read >= CALL_BYTES) return found(end === 0 && piece === pieces[0] ? null : { number: piece.number, byte: end });
      await setImmediate();
    }
  }
  return found(null);
}

async function readNewer(pieces: readonly Piece[], cursor: Place, { limit, ...filter }: LogRequest, signal: AbortSignal | undefined): Promise<Found> {
  const wanted = lineReader(filter);
  const entries: LogEntry[] = [];
  const last = pieces.at(-1);
  // A log that was deleted begins anew.
  let place: Place = last === undefined || cursor.number > last.number ? { number: last?.number ?? 1, byte: 0 } : cursor;
  let reached = NaN;
  let read = 0;
  for (const piece of pieces.filter(({ number }) => number >= place.number)) {
    if (entries.length === limit || read >= CALL_BYTES) break;
    if (piece.number > place.number) place = { number: piece.number, byte: 0 };
    while (entries.length < limit && read < CALL_BYTES) {
      throwIfCancelled(signal);
      const { lines, end } = piece.after(place.byte);
      if (end === place.byte) break;
      read += end - place.byte;
      let byte = end;
      for (const [i, line] of lines.entries()) {
        const time = timeOf(line.text);
        if (!Number.isNaN(time)) reached = time;
        const entry = wanted(line.text);
        if (entry) entries.push({ at: cursorOf({ number: piece.number, byte: line.byte }), ...entry });
        if (entries.length === limit) {
          byte = lines[i + 1]?.byte ?? end;
          break;
        }
      }
      place = { number: piece.number, byte };
      await setImmediate();
    }
  }
  return { entries, older: cursorOf(cursor), newer: cursorOf(place), reached: isoOf(reached) };
}

function isoOf(time: number): string | null {
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

interface Line {
  /** Where it begins. */
  readonly byte: number;
  readonly text: string;
}

/** One file of the log, opened when it is first read. What is appended meanwhile is left to the next call. */
class Piece {
  readonly number: number;
  readonly #path: string;
  #open: { readonly fd: number; readonly size: number } | undefined;

  constructor(number: number, path: string) {
    this.number = number;
    this.#path = path;
  }

  /** Opens it now; one that is not there, or no longer, counts as empty. */
  open(): { readonly fd: number; readonly size: number } {
    if (this.#open) return this.#open;
    try {
      const fd = openSync(this.#path, 'r');
      this.#open = { fd, size: fstatSync(fd).size };
    } catch {
      this.#open = { fd: -1, size: 0 };
    }
    return this.#open;
  }

  close(): void {
    if (this.#open && this.#open.fd >= 0) closeSync(this.#open.fd);
    this.#open = undefined;
  }

  /** The end of its last whole line. */
  whole(): number {
    const { size } = this.open();
    for (let end = size; end > 0; end -= CHUNK_BYTES) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const feed = this.#bytes(start, end).lastIndexOf(LINE_FEED);
      if (feed >= 0) return start + feed + 1;
    }
    return 0;
  }

  /** The whole lines of a chunk that ends at `end`, which is the end of a line. */
  before(end: number): { lines: Line[]; start: number } {
    for (let length = CHUNK_BYTES; ; length *= 2) {
      const from = Math.max(0, end - length);
      const bytes = this.#bytes(from, end);
      const start = from === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
      // The last feed alone begins no line within the chunk.
      if (from === 0 || (start > 0 && start < bytes.length)) return { lines: linesOf(bytes, start, from), start: from + start };
    }
  }

  /** The whole lines of a chunk that begins at `start`, which is the beginning of a line; `end` is `start` where there is none. */
  after(start: number): { lines: Line[]; end: number } {
    const { size } = this.open();
    for (let length = CHUNK_BYTES; ; length *= 2) {
      const to = Math.min(size, start + length);
      if (to <= start) return { lines: [], end: start };
      const bytes = this.#bytes(start, to);
      const feed = bytes.lastIndexOf(LINE_FEED);
      if (feed >= 0) return { lines: linesOf(bytes.subarray(0, feed + 1), 0, start), end: start + feed + 1 };
      if (to === size) return { lines: [], end: start };
    }
  }

  #bytes(from: number, to: number): Buffer {
    const { fd } = this.open();
    const bytes = Buffer.alloc(fd < 0 ? 0 : Math.max(0, to - from));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(fd, bytes, length, bytes.length - length, from + length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  }
}

function linesOf(bytes: Buffer, from: number, offset: number): Line[] {
  const lines: Line[] = [];
  for (let start = from; start < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, start);
    if (feed < 0) break;
    if (feed > start) lines.push({ byte: offset + start, text: bytes.toString('utf8', start, feed) });
    start = feed + 1;
  }
  return lines;
}

/** The files, the oldest first. The one that is written now is opened at once, for it may be put aside any time. */
function openPieces(folder: string): Piece[] {
  for (;;) {
    const pieces = logFiles(folder).map(({ number, path }) => new Piece(number, path));
    const last = pieces.at(-1);
    last?.open();
    if (logFiles(folder).at(-1)?.number === last?.number) return pieces;
    last?.close();
  }
}
