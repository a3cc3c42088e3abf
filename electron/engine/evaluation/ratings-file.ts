import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import { type Rows, UNTIMED } from './interactions.ts';

/**
 * Ratings out of a text file: a line each, `user, item, rating, timestamp` by commas, tabs, `::`, semicolons or bars, with a
 * header or without one. Without a header the columns stand in that order, and the last two may be missing: every rating is 1
 * then, and their order in the file is their order in time. Ids are whole numbers below 2³¹; times are Unix seconds or
 * milliseconds. A name that ends in .gz is of a gzipped file. Whatever cannot be read is `invalid-input` with file, line and column.
 */
export async function readRatingsFile(file: string, options: { signal?: AbortSignal | undefined; progress?: (rows: number) => void } = {}): Promise<Rows> {
  const rows = new Growing();
  const reader = new LineReader(path.basename(file), rows);
  await eachLine(file, options.signal, (buffer, from, to) => {
    reader.line(buffer, from, to);
    if (rows.length % 1_000_000 === 0) options.progress?.(rows.length);
  });
  if (rows.length === 0) throw new ReelbenchError('invalid-input', `${path.basename(file)} has no ratings.`, { file, hint: 'Each line is user, item, rating, timestamp.' });
  return rows.cut();
}

const NEWLINE = 10;

/** Calls `take` with each line that is not blank, as bytes without the line's end. */
export async function eachLine(file: string, signal: AbortSignal | undefined, take: (buffer: Buffer, from: number, to: number) => void): Promise<void> {
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of bytesOf(file, signal)) {
      const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = buffer.indexOf(NEWLINE, from); end >= 0; end = buffer.indexOf(NEWLINE, from)) {
        take(buffer, from, end);
        from = end + 1;
      }
      rest = buffer.subarray(from);
    }
    if (rest.length > 0) take(rest, 0, rest.length);
  } catch (error) {
    if (signal?.aborted) throw new ReelbenchError('cancelled', 'Cancelled.', { cause: error });
    if (file.endsWith('.gz') && error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new ReelbenchError('invalid-input', `${path.basename(file)} cannot be unpacked: it is cut short, or not gzipped.`, { file: path.basename(file), hint: 'Fetch the file again.', cause: error });
    }
    throw toReelbenchError(error);
  }
}

function bytesOf(file: string, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
  const stream = createReadStream(file, { highWaterMark: 4 * 2 ** 20, ...(signal && { signal }) });
  if (!file.endsWith('.gz')) return stream as AsyncIterable<Buffer>;
  const unpacked = createGunzip({ chunkSize: 2 ** 20 });
  stream.on('error', (error) => unpacked.destroy(error));
  return stream.pipe(unpacked) as AsyncIterable<Buffer>;
}

/** Columns that grow as rows come. */
class Growing {
  length = 0;
  #users = new Int32Array(65_536);
  #films = new Int32Array(65_536);
  #ratings = new Float32Array(65_536);
  #seconds = new Int32Array(65_536);

  add(user: number, film: number, rating: number, seconds: number): void {
    if (this.length === this.#users.length) {
      this.#users = grown(this.#users);
      this.#films = grown(this.#films);
      this.#ratings = grown(this.#ratings);
      this.#seconds = grown(this.#seconds);
    }
    this.#users[this.length] = user;
    this.#films[this.length] = film;
    this.#ratings[this.length] = rating;
    this.#seconds[this.length++] = seconds;
  }

  cut(): Rows {
    return { users: this.#users.subarray(0, this.length), films: this.#films.subarray(0, this.length), ratings: this.#ratings.subarray(0, this.length), seconds: this.#seconds.subarray(0, this.length) };
  }
}

function grown<T extends Int32Array | Float32Array>(array: T): T {
  const larger = array instanceof Float32Array ? new Float32Array(array.length * 2) : new Int32Array(array.length * 2);
  larger.set(array);
  return larger as T;
}

const fields = ['user', 'item', 'rating', 'timestamp'] as const;
type Field = (typeof fields)[number];
const names: Record<Field, RegExp> = {
  user: /^(user|uid|userid|user_id)$/,
  item: /^(item|itemid|item_id|iid|movie|movieid|movie_id|film|filmid|film_id)$/,
  rating: /^(rating|score|value|stars)$/,
  timestamp: /^(timestamp|time|ts|unixtime|unix_time|seconds)$/,
};
const delimiters = ['::', '\t', ',', ';', '|'];
const MOST = 2 ** 31;
/** Times beyond this are milliseconds. */
const MILLISECONDS = 1e11;

class LineReader {
  readonly #file: string;
  readonly #rows: Growing;
  #number = 0;
  #delimiter = '';
  /** For each column what it holds. */
  #columns: readonly (Field | undefined)[] = [];
  readonly #values = new Float64Array(4);

  constructor(file: string, rows: Growing) {
    this.#file = file;
    this.#rows = rows;
  }

  line(buffer: Buffer, from: number, to: number): void {
    this.#number++;
    const end = to > from && buffer[to - 1] === 13 ? to - 1 : to;
    if (end === from) return;
    if (this.#columns.length > 0 && this.#plain(buffer, from, end)) return;
    const text = buffer.toString('utf8', from, end).replace(/^\uFEFF/, '');
    if (text.trim() === '') return;
    if (this.#columns.length === 0) {
      this.#delimiter = delimiters.find((candidate) => text.includes(candidate)) ?? ' ';
      const cells = this.#cells(text);
      const header = !/^\d/.test(cells[0] ?? '');
      this.#columns = header ? this.#named(cells) : this.#counted(cells);
      if (header) return;
    }
    this.#checked(text);
  }

  /** Reads a line of nothing but plain numbers; false for any other, which is then read with care. */
  #plain(buffer: Buffer, from: number, end: number): boolean {
    const values = this.#values.fill(Number.NaN);
    const width = this.#delimiter.length;
    const first = this.#delimiter.charCodeAt(0);
    let at = from;
    for (let column = 0; column < this.#columns.length; column++) {
      let value = 0;
      let digits = 0;
      for (let byte = buffer[at] ?? 0; at < end && byte >= 48 && byte <= 57; byte = buffer[++at] ?? 0, digits++) value = value * 10 + byte - 48;
      if (digits === 0 || digits > 15) return false;
      if (at < end && buffer[at] === 46) {
        let scale = 1;
        at++;
        for (let byte = buffer[at] ?? 0; at < end && byte >= 48 && byte <= 57; byte = buffer[++at] ?? 0) {
          value = value * 10 + byte - 48;
          scale *= 10;
        }
        if (scale > 1e6) return false;
        value /= scale;
      }
      const field = this.#columns[column];
      if (field !== undefined) values[fields.indexOf(field)] = value;
      if (column + 1 < this.#columns.length) {
        if (buffer[at] !== first || at + width > end) return false;
        at += width;
      }
    }
    if (at !== end) return false;
    const [user = 0, item = 0, rating = 0, time = 0] = values;
    if (!Number.isInteger(user) || !Number.isInteger(item) || user >= MOST || item >= MOST) return false;
    this.#rows.add(user, item, Number.isNaN(rating) ? 1 : rating, secondsOf(time));
    return true;
  }

  #checked(text: string): void {
    const cells = this.#cells(text);
    if (cells.length !== this.#columns.length) {
      throw this.#wrong(`has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'}, not ${this.#columns.length} as the first line`, undefined, 'Every line has as many columns as the first.');
    }
    const values: Record<Field, number> = { user: Number.NaN, item: Number.NaN, rating: 1, timestamp: Number.NaN };
    this.#columns.forEach((field, column) => {
      if (field === undefined) return;
      const cell = cells[column] ?? '';
      const value = cell === '' ? Number.NaN : Number(cell);
      const id = field === 'user' || field === 'item';
      if (field === 'timestamp' && cell === '') return;
      if (!Number.isFinite(value) || (id && (!Number.isInteger(value) || value < 0 || value >= MOST))) {
        throw this.#wrong(`has ${JSON.stringify(cell)} for ${field}`, field, id ? 'Ids of users and items are whole numbers from 0, below 2,147,483,648.' : field === 'timestamp' ? 'Times are Unix seconds or milliseconds.' : 'A rating is a number.');
      }
      values[field] = value;
    });
    this.#rows.add(values.user, values.item, values.rating, secondsOf(values.timestamp));
  }

  #cells(text: string): string[] {
    return (this.#delimiter === ' ' ? text.trim().split(/\s+/) : text.split(this.#delimiter)).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  }

  #named(cells: readonly string[]): (Field | undefined)[] {
    const columns = cells.map((cell) => fields.find((field) => names[field].test(cell.toLowerCase())));
    for (const field of ['user', 'item'] as const) {
      if (!columns.includes(field)) throw this.#wrong(`is a header without a column for the ${field}: ${cells.join(', ')}`, field, 'Columns are user, item, rating and timestamp; also userId, movieId and the like.');
    }
    return columns;
  }

  #counted(cells: readonly string[]): Field[] {
    if (cells.length < 2 || cells.length > 4) throw this.#wrong(`has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'}`, undefined, 'Without a header, lines are user, item and where known rating and timestamp.');
    return fields.slice(0, cells.length);
  }

  #wrong(what: string, column: string | undefined, hint: string): ReelbenchError {
    return new ReelbenchError('invalid-input', `Line ${this.#number} of ${this.#file} ${what}.`, { file: this.#file, line: this.#number, ...(column === undefined ? {} : { column }), hint });
  }
}

function secondsOf(time: number): number {
  if (Number.isNaN(time)) return UNTIMED;
  return Math.max(UNTIMED + 1, Math.min(MOST - 1, Math.floor(time >= MILLISECONDS ? time / 1000 : time)));
}
