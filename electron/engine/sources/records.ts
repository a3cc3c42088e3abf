export interface Dialect {
  /** Between two cells; one to four bytes of UTF-8. */
  readonly delimiter: string;
  /** Whether `"` may enclose a cell (and `""` stands for one within it). */
  readonly quoted: boolean;
}

/** Records longer than this are rejected: nothing sensible is, and a quote left open would swallow the file. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** More columns than this are refused. */
export const MAX_COLUMNS = 1000;

/** What the reader found; bytes are only valid during the call. */
export interface RecordVisitor {
  /** A record of `count` cells; cell `i` is `bytes[starts[i], ends[i])`, without its quotes. */
  record(bytes: Buffer, record: RecordPlace): void;
  /** One line that is no record. */
  broken(line: number, reason: string, text: Buffer): void;
}

export interface RecordPlace {
  line: number;
  start: number;
  end: number;
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where the cell holds doubled quotes, 2 where it may hold quotes after a backslash as well. */
  readonly doubled: Uint8Array;
  /** Whether any byte is outside ASCII. */
  wide: boolean;
}

const LF = 10;
const CR = 13;
const QUOTE = 34;

/**
 * Cuts UTF-8 bytes into records as RFC 4180 says, in one pass, exactly, and whatever the pieces that the bytes come in:
 * LF, CRLF and CR end a line, empty lines are passed over, a quoted cell may hold line ends. After a quote that is
 * never closed, or is followed by text, only its own line is broken: the next line is read again for itself.
 */
export class RecordReader {
  readonly #delimiter: Buffer;
  readonly #quoted: boolean;
  readonly #visitor: RecordVisitor;
  readonly #place: RecordPlace = {
    line: 0, start: 0, end: 0, count: 0, wide: false,
    starts: new Int32Array(MAX_COLUMNS + 1), ends: new Int32Array(MAX_COLUMNS + 1), doubled: new Uint8Array(MAX_COLUMNS + 1),
  };
  #line = 1;
  #rest: Buffer = Buffer.alloc(0);
  #filled = 0;
  #skipping = false;

  constructor(dialect: Dialect, visitor: RecordVisitor) {
    this.#delimiter = Buffer.from(dialect.delimiter, 'utf8');
    this.#quoted = dialect.quoted;
    this.#visitor = visitor;
  }

  /** Reads on; a record that is not complete waits for the next piece. */
  push(piece: Buffer): void {
    if (this.#filled + piece.length > this.#rest.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#rest.length, this.#filled + piece.length));
      this.#rest.copy(larger, 0, 0, this.#filled);
      this.#rest = larger;
    }
    piece.copy(this.#rest, this.#filled);
    this.#filled += piece.length;
    this.#consume(false);
  }

  /** Reads what is left: the last record needs no line end. */
  end(): void {
    this.#consume(true);
  }

  #consume(last: boolean): void {
    const bytes = this.#rest.subarray(0, this.#filled);
    let at = 0;
    while (at < bytes.length) {
      const next = this.#skipping ? this.#skipLine(bytes, at, last) : this.#readRecord(bytes, at, last);
      if (next < 0) break;
      at = next;
    }
    if (!last && at === 0 && bytes.length > MAX_RECORD_BYTES) {
      at = this.#overlong(bytes);
      this.#keep(bytes, at);
      if (at > 0) this.#consume(false);
      return;
    }
    this.#keep(bytes, at);
  }

  #keep(bytes: Buffer, from: number): void {
    if (from > 0) bytes.copyWithin(0, from);
    this.#filled = bytes.length - from;
  }

  /** Where the next record begins, or -1 when this one is not complete yet. */
  #readRecord(bytes: Buffer, from: number, last: boolean): number {
    const place = this.#place;
    const { starts, ends, doubled } = place;
    const first = this.#delimiter[0] ?? 0;
    const width = this.#delimiter.length;
    const length = bytes.length;
    const quote = this.#quoted ? QUOTE : -1;
    let at = from;
    let count = 0;
    let seen = 0;
    let inner = 0;
    for (;;) {
      const index = count < MAX_COLUMNS ? count : MAX_COLUMNS;
      doubled[index] = 0;
      let byte = at < length ? (bytes[at] as number) : -1;
      if (byte === quote && at < length) {
        starts[index] = ++at;
        for (;;) {
          if (at >= length) return last ? this.#breakLine(bytes, from, last, 'A quote is opened here and never closed.') : -1;
          byte = bytes[at] as number;
          seen |= byte;
          if (byte === QUOTE) {
            if (at + 1 >= length && !last) return -1;
            if (bytes[at + 1] !== QUOTE) break;
            doubled[index] = 1;
            at++;
          } else if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) inner++;
          at++;
        }
        ends[index] = at++;
        byte = at < length ? (bytes[at] as number) : -1;
        if (byte !== -1 && byte !== LF && byte !== CR && !this.#delimiterAt(bytes, at, byte)) {
          if (byte === first && at + width > length && !last) return -1;
          return this.#readStrayQuotes(bytes, from, last);
        }
      } else {
        starts[index] = at;
        while (at < length) {
          byte = bytes[at] as number;
          if (byte === LF || byte === CR || (byte === first && (width === 1 || this.#delimiterAt(bytes, at, byte)))) break;
          seen |= byte;
          at++;
        }
        ends[index] = at;
      }
      if (at >= length) {
        if (!last) return -1;
        break;
      }
      byte = bytes[at] as number;
      if (byte === LF || byte === CR) break;
      at += width;
      count++;
    }
    if (bytes[at] === CR && at + 1 >= length && !last) return -1;
    const next = at >= length ? length : bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
    if (at > from) {
      place.line = this.#line;
      place.start = from;
      place.end = at;
      place.count = count + 1;
      place.wide = seen >= 0x80;
      this.#visitor.record(bytes, place);
    }
    this.#line += inner + 1;
    return next;
  }

  #delimiterAt(bytes: Buffer, at: number, byte: number): boolean {
    const delimiter = this.#delimiter;
    if (byte !== delimiter[0]) return false;
    for (let i = 1; i < delimiter.length; i++) if (bytes[at + i] !== delimiter[i]) return false;
    return true;
  }

  /**
   * A line with quotes inside a quoted cell that are not doubled, or come after a backslash as in Kaggle's MovieLens 20M
   * (`"\"\"Great Performances\"\" Cats"`): within its own line, a quote closes the cell only before a delimiter or the line's end.
   */
  #readStrayQuotes(bytes: Buffer, from: number, last: boolean): number {
    const found = lineEnd(bytes, from);
    if (!last && (found < 0 || (bytes[found] === CR && found + 1 >= bytes.length))) return -1;
    const end = found < 0 ? bytes.length : found;
    const place = this.#place;
    const closes = (at: number) => at + 1 === end || this.#delimiterAt(bytes, at + 1, bytes[at + 1] ?? -1);
    let at = from;
    for (place.count = 1; ; place.count++) {
      const index = Math.min(place.count - 1, MAX_COLUMNS);
      const quoted = bytes[at] === QUOTE;
      place.doubled[index] = quoted ? 2 : 0;
      place.starts[index] = quoted ? ++at : at;
      while (at < end && !(quoted ? bytes[at] === QUOTE && closes(at) : this.#delimiterAt(bytes, at, bytes[at] ?? -1))) at++;
      if (quoted && at >= end) return this.#breakLine(bytes, from, last, 'A quote is opened here and not closed before the next cell.');
      place.ends[index] = at;
      if (quoted) at++;
      if (at >= end) break;
      at += this.#delimiter.length;
    }
    place.line = this.#line++;
    place.start = from;
    place.end = end;
    place.wide = true;
    this.#visitor.record(bytes, place);
    return found < 0 ? end : bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
  }

  #breakLine(bytes: Buffer, from: number, last: boolean, reason: string): number {
    const end = lineEnd(bytes, from);
    if (!last && (end < 0 || (bytes[end] === CR && end + 1 >= bytes.length))) return -1;
    if (end < 0) {
      this.#visitor.broken(this.#line, reason, bytes.subarray(from));
      this.#line++;
      return bytes.length;
    }
    this.#visitor.broken(this.#line, reason, bytes.subarray(from, end));
    this.#line++;
    return bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
  }

  #overlong(bytes: Buffer): number {
    const end = lineEnd(bytes, 0);
    if (end >= 0 && end + 1 < bytes.length) return this.#breakLine(bytes, 0, false, `A quote is opened here and not closed within ${MAX_RECORD_BYTES / 1024 / 1024} MB.`);
    this.#visitor.broken(this.#line, `The line is longer than ${MAX_RECORD_BYTES / 1024 / 1024} MB.`, bytes);
    this.#skipping = true;
    return bytes.length;
  }

  #skipLine(bytes: Buffer, from: number, last: boolean): number {
    const end = lineEnd(bytes, from);
    if (end < 0) return bytes.length;
    if (bytes[end] === CR && end + 1 >= bytes.length && !last) return -1;
    this.#skipping = false;
    this.#line++;
    return bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  for (let i = from; i < bytes.length; i++) if (bytes[i] === LF || bytes[i] === CR) return i;
  return -1;
}

/** The text of one cell; doubled quotes are single again. */
export function cellText(bytes: Buffer, place: RecordPlace, index: number): string {
  const text = bytes.toString('utf8', place.starts[index] ?? 0, place.ends[index] ?? 0);
  if (place.doubled[index] === 0) return text;
  return (place.doubled[index] === 2 ? text.replaceAll('\\"', '"') : text).replaceAll('""', '"');
}
