import { MAX_RECORD_BYTES, type RecordPlace, type RecordVisitor } from './records.ts';

const [QUOTE, BACKSLASH, COMMA, LF, CR] = [34, 92, 44, 10, 13];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [91, 93, 123, 125];
const isBlank = (byte: number) => byte === 32 || byte === 9 || byte === LF || byte === CR;

/**
 * Cuts a JSON array into its items, in one pass and whatever the pieces that the bytes come in. Each item is one record
 * with the line that it begins on. An item that is never closed, or what stands where none may, is broken, with its line.
 */
export class ArrayReader {
  readonly #visitor: RecordVisitor;
  readonly #place: RecordPlace = { line: 0, start: 0, end: 0, count: 1, wide: false, starts: new Int32Array(1), ends: new Int32Array(1), doubled: new Uint8Array(1) };
  #state: 'before' | 'item' | 'between' | 'within' | 'after' = 'before';
  #rest: Buffer[] = [];
  #restBytes = 0;
  #line = 1;
  #itemLine = 1;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #wide = false;
  #afterCr = false;

  constructor(visitor: RecordVisitor) {
    this.#visitor = visitor;
  }

  push(piece: Buffer): void {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      if (this.#state === 'within') {
        const ends = this.#step(byte);
        if (ends === undefined) {
          this.#countLine(byte);
          continue;
        }
        const end = ends === 'including' ? at + 1 : at;
        this.#emit(piece, from, end);
        this.#state = 'between';
        if (ends === 'including') continue;
      }
      this.#countLine(byte);
      if (isBlank(byte)) continue;
      if (this.#state === 'before') {
        if (byte === OPEN_LIST) this.#state = 'item';
        else if (byte !== 0xef && byte !== 0xbb && byte !== 0xbf) return this.#stop(piece, at, 'The file is no JSON array.');
      } else if (this.#state === 'after') {
        return this.#stop(piece, at, 'Something stands behind the end of the array.');
      } else if (byte === CLOSE_LIST) this.#state = 'after';
      else if (byte === COMMA) {
        if (this.#state === 'item') this.#visitor.broken(this.#line, 'A comma stands where an item is expected.', piece.subarray(at, at + 1));
        this.#state = 'item';
      } else {
        if (this.#state === 'between') this.#visitor.broken(this.#line, 'A comma is missing before this item.', piece.subarray(at, at + 500));
        this.#begin(byte);
        from = at;
      }
    }
    if (this.#state !== 'within') return;
    this.#rest.push(Buffer.from(piece.subarray(from)));
    this.#restBytes += piece.length - from;
    if (this.#restBytes > MAX_RECORD_BYTES) this.#stop(Buffer.concat(this.#rest), 0, `The item is longer than ${MAX_RECORD_BYTES / 1024 / 1024} MB, or never closed.`, this.#itemLine);
  }

  end(): void {
    if (this.#state === 'within') this.#visitor.broken(this.#itemLine, 'The item is never closed.', Buffer.concat(this.#rest));
    else if (this.#state !== 'after') this.#visitor.broken(this.#line, this.#state === 'before' ? 'The file is no JSON array.' : 'The array is never closed.', Buffer.alloc(0));
  }

  #begin(byte: number): void {
    this.#state = 'within';
    this.#itemLine = this.#line;
    this.#depth = byte === OPEN || byte === OPEN_LIST ? 1 : 0;
    this.#inText = byte === QUOTE;
    this.#escaped = false;
    this.#wide = byte >= 0x80;
    this.#rest = [];
    this.#restBytes = 0;
  }

  /** Takes one byte of an item; answers whether the item ends with it or before it. */
  #step(byte: number): 'including' | 'before' | undefined {
    if (byte >= 0x80) this.#wide = true;
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inText = false;
      return undefined;
    }
    if (byte === QUOTE) this.#inText = true;
    else if (byte === OPEN || byte === OPEN_LIST) this.#depth++;
    else if (byte === CLOSE || byte === CLOSE_LIST) {
      if (this.#depth === 0) return 'before';
      if (--this.#depth === 0) return 'including';
    } else if (byte === COMMA && this.#depth === 0) return 'before';
    return undefined;
  }

  #emit(piece: Buffer, from: number, end: number): void {
    const place = this.#place;
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece.subarray(0, end)]);
    place.start = this.#rest.length === 0 ? from : 0;
    place.end = this.#rest.length === 0 ? end : bytes.length;
    place.line = this.#itemLine;
    place.wide = this.#wide;
    this.#rest = [];
    this.#visitor.record(bytes, place);
  }

  #countLine(byte: number): void {
    if (byte === CR || (byte === LF && !this.#afterCr)) this.#line++;
    this.#afterCr = byte === CR;
  }

  /** Nothing sensible follows: what is left is passed over. */
  #stop(bytes: Buffer, at: number, reason: string, line = this.#line): void {
    this.#visitor.broken(line, reason, bytes.subarray(at, at + 500));
    this.#state = 'after';
    this.#rest = [];
    this.push = () => undefined;
  }
}
