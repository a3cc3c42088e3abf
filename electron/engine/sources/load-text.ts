import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { DuckDBValue } from '@duckdb/node-api';
import { readPieces } from '../workspace/disk-files.ts';
import { Decoder } from './encoding.ts';
import { ArrayReader } from './json-array.ts';
import { parseObject } from './ndjson.ts';
import type { FilePlan, TargetColumn } from './plan.ts';
import { cellsOf, type RawTable, sourcesOf } from './raw-tables.ts';
import { cellText, RecordReader, type RecordPlace, type RecordVisitor } from './records.ts';
import { type CellType, keptText, readDigits, readText } from './values.ts';
import { RestOfRow, type Writers } from './rest-of-row.ts';

export interface Loading {
  readonly signal: AbortSignal;
  /** Bytes of the file read so far. */
  readonly progress: (bytes: number) => void;
  /** Bytes that are read at once; left out: a megabyte. The rows do not depend on it. */
  readonly pieceBytes?: number;
}

/**
 * Reads a delimited text or NDJSON file cell by cell, in one pass, exactly as `records.ts` and `values.ts` define rows and
 * cells. Answers the file's SHA-256 and size.
 */
export async function loadText(plan: FilePlan, path: string, table: RawTable, writers: Writers, loading: Loading): Promise<{ sha256: string; bytes: number }> {
  const { main: writer } = writers;
  const rows = plan.format === 'ndjson' || plan.format === 'json' ? objectRows(plan, table, writers) : delimitedRows(plan, table, writers);
  const visitor: RecordVisitor = { record: rows, broken: (line, reason, text) => writer.reject(line, null, reason, text.toString('utf8', 0, 2000)) };
  const reader = plan.format === 'json' ? new ArrayReader(visitor) : new RecordReader(plan.dialect, visitor);
  const decoder = new Decoder(plan.encoding);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of readPieces(path, loading.signal, loading.pieceBytes)) {
    hash.update(piece);
    reader.push(decoder.decode(piece, plan.file.path));
    loading.progress((bytes += piece.length));
  }
  reader.end();
  return { sha256: hash.digest('hex'), bytes };
}

function delimitedRows(plan: FilePlan, table: RawTable, writers: Writers) {
  const { nullTokens, columns } = plan;
  const { main: writer } = writers;
  const width = columns.length;
  const sources = sourcesOf(table, plan);
  const cells = cellsOf(table, plan.targets);
  const rest = new RestOfRow(plan, table, writers);
  const values: DuckDBValue[] = sources.map(() => null);
  // A token of digits, as -1 or 999, must be looked for before digits are read.
  const digitTokens = [...nullTokens].some((token) => /\d/.test(token));
  let header = plan.header;

  return (bytes: Buffer, place: RecordPlace): void => {
    if (header) {
      header = false;
      return;
    }
    const whole = () => bytes.toString('utf8', place.start, Math.min(place.end, place.start + 2000));
    if (place.count !== width) {
      const column = place.count < width ? (columns[place.count]?.name ?? null) : null;
      return writer.reject(place.line, column, `The line has ${counted(place.count, 'cell')} where ${width} are expected.`, whole());
    }
    if (place.wide && !isUtf8(bytes.subarray(place.start, place.end))) return writer.reject(place.line, null, 'The line is not valid UTF-8.', whole());
    const number = rest.begin();
    let readable = true;
    for (let i = 0; i < sources.length; i++) {
      const from = sources[i] ?? null;
      if (typeof from !== 'number') {
        values[i] = from === null ? null : from === 'row' ? number : flaggedWords(bytes, place, from);
        continue;
      }
      const start = place.starts[from] ?? 0;
      const end = place.ends[from] ?? 0;
      if (start === end) {
        values[i] = null;
        continue;
      }
      const cell = cells[i] ?? 'text';
      let value = digitTokens ? undefined : readDigits(cell, bytes, start, end);
      if (value === undefined) {
        const text = cellText(bytes, place, from);
        if (text.includes('\0')) return writer.reject(place.line, columns[from]?.name ?? null, 'The line holds a NUL character.', whole());
        const trimmed = text.trim();
        value = trimmed === '' || nullTokens.has(trimmed) ? null : cell === 'text' ? text : readText(cell, trimmed);
      }
      if (value === undefined) readable = false;
      else values[i] = value;
    }
    const texts = () => sources.map((from, i) => {
      if (from === null || typeof from === 'object') return from === null ? null : flaggedWords(bytes, place, from);
      return from === 'row' ? String(number) : presentText(cellText(bytes, place, from), nullTokens, cells[i] ?? 'text');
    });
    rest.end(readable ? values : undefined, texts, (column) => cellText(bytes, place, column), place.line);
  };
}

function objectRows(plan: FilePlan, table: RawTable, writers: Writers) {
  const { main: writer } = writers;
  const row = cellRows(plan, table, writers);
  return (bytes: Buffer, place: RecordPlace): void => {
    const line = bytes.toString('utf8', place.start, place.end);
    const what = plan.format === 'json' ? 'item' : 'line';
    const reject = (reason: string) => writer.reject(place.line, null, reason, line.slice(0, 2000));
    if (place.wide && !isUtf8(bytes.subarray(place.start, place.end))) return reject(`The ${what} is not valid UTF-8.`);
    const object = parseObject(line, what);
    if (typeof object === 'string') return reject(object);
    row(plan.columns.map(({ name }) => object.get(name) ?? null), place.line, line);
  };
}

/** Takes rows whose cells are texts already, a cell for each column of the file; `errors` are columns that cannot be read whatever their text. */
export function cellRows(plan: FilePlan, table: RawTable, writers: Writers): (cells: readonly (string | null)[], line: number, text: string, errors?: ReadonlySet<number>) => void {
  const { nullTokens } = plan;
  const sources = sourcesOf(table, plan);
  const types = cellsOf(table, plan.targets);
  const rest = new RestOfRow(plan, table, writers);
  return (found, line, text, errors) => {
    if (found.some((cell) => cell?.includes('\0'))) return writers.main.reject(line, null, 'The row holds a NUL character.', text.slice(0, 2000));
    const number = rest.begin();
    const cells = sources.map((from) => (from === 'row' ? String(number) : typeof from === 'number' ? (found[from] ?? null) : null));
    const values = cells.map((cell, i) => {
      const from = sources[i];
      return typeof from === 'number' && errors?.has(from) ? undefined : readCell(types[i] ?? 'text', cell, nullTokens);
    });
    const readable = values.every((value) => value !== undefined) ? values : undefined;
    rest.end(readable, () => cells.map((cell, i) => presentText(cell, nullTokens, types[i] ?? 'text')), (column) => found[column] ?? '', line);
  };
}

/** The value of a cell: `null` when it is missing, `undefined` when it cannot be read. */
export function readCell(cell: CellType, text: string | null, nullTokens: ReadonlySet<string>): DuckDBValue | undefined {
  const trimmed = text?.trim() ?? '';
  if (text === null || trimmed === '' || nullTokens.has(trimmed)) return null;
  return cell === 'text' ? text : readText(cell, trimmed);
}

/** A cell as a row with an unreadable cell keeps it; `null` when it is missing. */
function presentText(text: string | null, nullTokens: ReadonlySet<string>, cell: CellType): string | null {
  const trimmed = text?.trim() ?? '';
  return text === null || trimmed === '' || nullTokens.has(trimmed) ? null : keptText(cell, text);
}

function flaggedWords(bytes: Buffer, place: RecordPlace, { first, words }: Extract<TargetColumn['from'], object>): string | null {
  const set = words.filter((_, i) => cellText(bytes, place, first + i).trim() === '1');
  return set.length === 0 ? null : set.join('|');
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
