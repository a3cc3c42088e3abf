import path from 'node:path';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import yauzl from 'yauzl';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { throwIfCancelled } from '../workspace/session.ts';
import { isDateFormat, serialText } from './sheet-dates.ts';
import { MAX_RATIO, RATIO_FROM_BYTES } from './source-file.ts';

/** Excel's own bounds are 1,048,576 rows and 16,384 columns; more of the latter than this are refused. */
const MAX_SHEET_COLUMNS = 16_384;
const MAX_ENTRIES = 10_000;
const MAX_STRINGS_BYTES = 512 * 1024 * 1024;
const MAX_PART_BYTES = 8 * 1024 ** 3;

/** One row of a sheet: `line` is its number there, cells are texts as they are read, `null` where there is nothing. */
export interface SheetRow {
  readonly line: number;
  readonly cells: readonly (string | null)[];
  /** Cells that hold an error of a formula (`#DIV/0!`), by their place; `#N/A` says that there is no value and is none. */
  readonly errors: ReadonlySet<number>;
}

export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Size of its part of the workbook, unpacked. */
  readonly bytes: number;
  /** Its rows in order, a batch at a time; nothing but the texts that cells share is held in memory. */
  rows(signal: AbortSignal): AsyncGenerator<SheetRow[]>;
}

/**
 * The worksheets of an Excel workbook (.xlsx, .xlsm), without unpacking it. Dates become ISO 8601 texts, by the format of
 * their cell and the workbook's own epoch (1900 or 1904); booleans `true` and `false`; of formulas the stored results.
 * @throws invalid-input when it is damaged, encrypted, no workbook, or unpacks beyond all bounds.
 */
export async function openWorkbook(file: string, shown: string, signal: AbortSignal): Promise<Sheet[]> {
  const parts = new Parts(file, shown, signal);
  await parts.open();
  const main = parts.target('', (await parts.relations('_rels/.rels')).find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml');
  if (!parts.has(main)) throw parts.refusal('is no Excel workbook: it has no list of sheets');
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const relations = await parts.relations(`${folder}_rels/${main.slice(folder.length)}.rels`);
  const listed: { name: string; hidden: boolean; id: string }[] = [];
  let from1904 = false;
  await parts.read(main, {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      if (name === 'sheet') listed.push({ name: attributes['name'] ?? '', hidden: /hidden/i.test(attributes['state'] ?? ''), id: attributes['id'] ?? '' });
    },
  });
  const partOf = (type: string) => relations.filter((relation) => relation.type.endsWith(type)).map(({ target }) => parts.target(folder, target))[0];
  const known = { strings: memoised(() => readStrings(parts, partOf('/sharedStrings'))), dates: memoised(() => readStyles(parts, partOf('/styles'))), from1904 };
  return listed.flatMap(({ name, hidden, id }) => {
    const relation = relations.find((entry) => entry.id === id && entry.type.endsWith('/worksheet'));
    const part = relation && parts.target(folder, relation.target);
    if (part === undefined || !parts.has(part)) return [];
    return [{ name, hidden, bytes: parts.bytes(part), rows: (reading: AbortSignal) => readRows(parts, part, known, reading) }];
  });
}

function memoised<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}

interface Handlers {
  open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

/** The parts of a workbook's archive, read as XML. Entities are only XML's own; a document type is refused. */
class Parts {
  readonly #file: string;
  readonly #shown: string;
  readonly #signal: AbortSignal;
  readonly #entries = new Map<string, yauzl.Entry>();

  constructor(file: string, shown: string, signal: AbortSignal) {
    this.#file = file;
    this.#shown = shown;
    this.#signal = signal;
  }

  async open(): Promise<void> {
    await this.#refusing(async () => {
      const zip = await yauzl.openPromise(this.#file, { lazyEntries: true, autoClose: false });
      try {
        if (zip.entryCount > MAX_ENTRIES) throw this.refusal(`holds ${zip.entryCount} parts; ${MAX_ENTRIES} at most are read`);
        for await (const entry of zip.eachEntry()) {
          if (entry.isEncrypted()) throw this.refusal('is encrypted', 'Open it with its password, save it without one, and import that.');
          const large = entry.uncompressedSize > RATIO_FROM_BYTES && entry.uncompressedSize > entry.compressedSize * MAX_RATIO;
          if (large || entry.uncompressedSize > MAX_PART_BYTES) throw this.refusal(`would unpack to far more than its size (${entry.fileName})`);
          this.#entries.set(entry.fileName.toLowerCase(), entry);
        }
      } finally {
        zip.close();
      }
    });
  }

  has(part: string): boolean {
    return this.#entries.has(part.toLowerCase());
  }

  bytes(part: string): number {
    return this.#entries.get(part.toLowerCase())?.uncompressedSize ?? 0;
  }

  /** A part that a relation of the folder names. */
  target(folder: string, name: string): string {
    return name.startsWith('/') ? name.slice(1) : path.posix.normalize(folder + name);
  }

  async relations(part: string): Promise<{ id: string; type: string; target: string }[]> {
    const found: { id: string; type: string; target: string }[] = [];
    if (!this.has(part)) return found;
    await this.read(part, { open: (name, attributes) => { if (name === 'Relationship') found.push({ id: attributes['Id'] ?? '', type: attributes['Type'] ?? '', target: attributes['Target'] ?? '' }); } });
    return found;
  }

  async read(part: string, handlers: Handlers): Promise<void> {
    const pieces = this.pieces(part, handlers, this.#signal, () => undefined);
    while (!(await pieces.next()).done);
  }

  /** Feeds a part to `handlers` piece by piece, and gives on what `take` has of it after each. */
  async *pieces<T>(part: string, handlers: Handlers, signal: AbortSignal, take: () => T | undefined): AsyncGenerator<T> {
    const entry = this.#entries.get(part.toLowerCase());
    if (!entry) throw this.refusal(`lacks its part ${part}`);
    const parser = new SaxesParser();
    const plain = (name: string) => name.slice(name.indexOf(':') + 1);
    const own = ({ attributes }: SaxesTagPlain) => Object.fromEntries(Object.entries(attributes).map(([name, value]) => [plain(name), value]));
    parser.on('error', (error) => { throw this.refusal(`is damaged (${part}: ${error.message.replace(/^(\d+):(\d+): /, 'line $1, character $2: ')})`, undefined, error); });
    parser.on('doctype', () => { throw this.refusal(`has a document type in ${part}, which no workbook has`); });
    parser.on('opentag', (tag) => handlers.open?.(plain(tag.name), own(tag)));
    parser.on('closetag', (tag) => handlers.close?.(plain(tag.name)));
    parser.on('text', (text) => handlers.text?.(text));
    parser.on('cdata', (text) => handlers.text?.(text));
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const decode = (bytes?: Buffer): string => {
      try {
        return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
      } catch (error) {
        throw this.refusal(`is damaged (${part} is not valid UTF-8)`, undefined, error);
      }
    };
    const zip = await this.#refusing(() => yauzl.openPromise(this.#file, { lazyEntries: true, autoClose: false }));
    try {
      const stream = await this.#refusing(() => zip.openReadStreamPromise(entry));
      const pieces = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      try {
        for (;;) {
          throwIfCancelled(signal);
          const { value, done } = await this.#refusing(() => pieces.next());
          if (done) break;
          parser.write(decode(value));
          const taken = take();
          if (taken !== undefined) yield taken;
        }
      } finally {
        stream.destroy();
      }
      parser.write(decode());
      parser.close();
      const taken = take();
      if (taken !== undefined) yield taken;
    } finally {
      zip.close();
    }
  }

  async #refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ReelbenchError || (error instanceof Error && 'code' in error && typeof error.code === 'string' && !error.code.startsWith('Z_'))) throw error;
      throw this.refusal(`is damaged (${error instanceof Error ? error.message : String(error)})`, undefined, error);
    }
  }

  refusal(what: string, hint = 'Open it with Excel or LibreOffice, save it as a new .xlsx or as CSV, and import that.', cause?: unknown): ReelbenchError {
    return new ReelbenchError('invalid-input', `The workbook ${this.#shown} ${what}.`, { file: this.#shown, hint, cause });
  }
}

/** The texts that cells share, in their order. Of rich text the letters, of phonetic guides nothing. */
async function readStrings(parts: Parts, part: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (part === undefined || !parts.has(part)) return strings;
  if (parts.bytes(part) > MAX_STRINGS_BYTES) throw parts.refusal(`holds more than ${MAX_STRINGS_BYTES / 1024 / 1024} MB of texts`);
  let text = '';
  let within = false;
  let phonetic = false;
  await parts.read(part, {
    open: (name) => {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic = true;
      within = name === 't' && !phonetic;
    },
    text: (found) => { if (within) text += found; },
    close: (name) => {
      if (name === 'si') strings.push(unescaped(text));
      if (name === 'rPh') phonetic = false;
      if (name === 't') within = false;
    },
  });
  return strings;
}

/** Of each style of a cell, whether it shows a number as a date, a time, or neither. */
async function readStyles(parts: Parts, part: string | undefined): Promise<('date' | 'time' | undefined)[]> {
  const styles: ('date' | 'time' | undefined)[] = [];
  if (part === undefined || !parts.has(part)) return styles;
  const codes = new Map<number, string>();
  let within = false;
  await parts.read(part, {
    open: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      if (name === 'cellXfs') within = true;
      if (name === 'xf' && within) styles.push(isDateFormat(Number(attributes['numFmtId'] ?? 0), codes.get(Number(attributes['numFmtId']))));
    },
    close: (name) => { if (name === 'cellXfs') within = false; },
  });
  return styles;
}

interface Known {
  readonly strings: () => Promise<string[]>;
  readonly dates: () => Promise<('date' | 'time' | undefined)[]>;
  readonly from1904: boolean;
}

async function* readRows(parts: Parts, part: string, known: Known, signal: AbortSignal): AsyncGenerator<SheetRow[]> {
  const strings = await known.strings();
  const dates = await known.dates();
  let rows: SheetRow[] = [];
  let line = 0;
  let cells: (string | null)[] = [];
  let errors = new Set<number>();
  let column = -1;
  let cell: { type: string; style: number; text: string; at: number } | undefined;
  let taking = false;
  const value = ({ type, style, text, at }: NonNullable<typeof cell>): string | null => {
    const trimmed = text.trim();
    switch (type) {
      case 's': {
        const shared = strings[Number(trimmed)];
        if (shared === undefined) throw parts.refusal(`is damaged (row ${line} of ${part} names a text that is not there)`);
        return shared;
      }
      case 'inlineStr':
      case 'str': return unescaped(text);
      case 'b': return trimmed === '1' ? 'true' : 'false';
      case 'e':
        if (trimmed === '#N/A') return null;
        errors.add(at);
        return trimmed;
      default: {
        const number = Number(trimmed);
        if (trimmed === '' || !Number.isFinite(number)) return trimmed === '' ? null : trimmed;
        const shown = dates[style];
        return shown === undefined || type === 'd' ? (type === 'd' ? trimmed : String(number)) : serialText(number, shown, known.from1904);
      }
    }
  };
  const handlers: Handlers = {
    open: (name, attributes) => {
      if (name === 'row') {
        line = attributes['r'] === undefined ? line + 1 : Number(attributes['r']);
        cells = [];
        errors = new Set();
        column = -1;
      } else if (name === 'c') {
        column = attributes['r'] === undefined ? column + 1 : columnOf(attributes['r']);
        if (column < 0 || column >= MAX_SHEET_COLUMNS) throw parts.refusal(`is damaged (row ${line} of ${part} has a cell at ${attributes['r'] ?? 'no place'})`);
        cell = { type: attributes['t'] ?? 'n', style: Number(attributes['s'] ?? 0), text: '', at: column };
      } else if (cell) taking = name === 'v' || name === 't';
    },
    text: (found) => { if (taking && cell) cell.text += found; },
    close: (name) => {
      if (name === 'v' || name === 't' || name === 'f') taking = false;
      else if (name === 'c' && cell) {
        const found = value(cell);
        if (found !== null && found !== '') {
          while (cells.length < cell.at) cells.push(null);
          cells[cell.at] = found;
        }
        cell = undefined;
      } else if (name === 'row' && cells.length > 0) rows.push({ line, cells, errors });
    },
  };
  yield* parts.pieces(part, handlers, signal, () => {
    if (rows.length === 0) return undefined;
    const batch = rows;
    rows = [];
    return batch;
  });
}

/** The place of a column by its letters: `A` is 0, `AB12` is 27. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** Texts with the characters that Excel writes as `_x000D_`. */
function unescaped(text: string): string {
  return text.includes('_x') ? text.replace(/_x([\dA-F]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
}
