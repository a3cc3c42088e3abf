import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Encoding, FileFormat, ImportOptions, ImportOverrides, SourceKind } from '../../../shared/contract/index.ts';
import { ImportOptions as ImportOptionsSchema, ReelbenchError } from '../../../shared/contract/index.ts';
import { type HeadRows, looksLikeHeader, readHead, sniffDelimiter } from './dialect.ts';
import { Decoder, detectEncoding, isBinary } from './encoding.ts';
import { coreFields, keepsOtherColumns, kindOfColumns, kindOfName, matchColumns, snakeCase } from './fields.ts';
import { ArrayReader } from './json-array.ts';
import { parseObject } from './ndjson.ts';
import { type Dialect, MAX_COLUMNS } from './records.ts';
import { type Release, recogniseRelease } from './release.ts';
import type { SheetPlace } from './sheet.ts';
import type { SourceFile } from './source-file.ts';
import { type Unfolding, unfoldings } from './unfold.ts';
import { type CellType, cellTypeOf, inferType } from './values.ts';

export interface FileColumn {
  readonly name: string;
  readonly type: CellType;
  /** The core field that it fills. */
  readonly field: string | null;
}

/** A column of the raw table and where its cells come from. */
export interface TargetColumn {
  readonly name: string;
  readonly cell: CellType;
  readonly required: boolean;
  /** Column of the file; `null` when it has none; `'row'` the number of its row; several flags with the words that they stand for. */
  readonly from: number | null | 'row' | { first: number; words: readonly string[] };
}

/** How one file will be read and where its rows go: everything an import decides before it reads the whole file. */
export interface FilePlan {
  readonly file: SourceFile;
  readonly kind: SourceKind;
  readonly table: string;
  readonly release: Release | null;
  readonly format: FileFormat;
  readonly encoding: Encoding;
  readonly dialect: Dialect;
  readonly header: boolean;
  readonly nullTokens: ReadonlySet<string>;
  readonly columns: readonly FileColumn[];
  readonly targets: readonly TargetColumn[];
  /** Columns whose cells become rows of other tables; with `onlyUnfolds` the file gives no other rows. */
  readonly unfoldings: readonly Unfolding[];
  readonly onlyUnfolds: boolean;
  readonly head: HeadRows;
  /** Where the table lies in its sheet. */
  readonly place?: SheetPlace;
  /** What keeps this file from being imported as planned. */
  readonly problems: readonly ReelbenchError[];
}

export const HEAD_BYTES = 256 * 1024;
const RESERVED = new Set(['files', 'lines', 'rejects', 'table']);
/** The flags of a film in MovieLens 100K, in their order. */
const flagWords = ['(no genres listed)', 'Action', 'Adventure', 'Animation', "Children's", 'Comedy', 'Crime', 'Documentary', 'Drama', 'Fantasy', 'Film-Noir', 'Horror', 'Musical', 'Mystery', 'Romance', 'Sci-Fi', 'Thriller', 'War', 'Western'];

/** The columns of the releases that have no header. */
const headerless: Readonly<Record<string, readonly string[]>> = {
  'u.data': ['user_id', 'movie_id', 'rating', 'timestamp'],
  'u.item': ['movie_id', 'title', 'release_date', 'video_release_date', 'imdb_url', ...flagWords.map((word) => (word.startsWith('(') ? 'unknown' : word))],
  'u.user': ['user_id', 'age', 'gender', 'occupation', 'zip_code'],
  'u.genre': ['genre', 'genre_id'],
  'ratings.dat': ['user_id', 'movie_id', 'rating', 'timestamp'],
  'movies.dat': ['movie_id', 'title', 'genres'],
  'users.dat': ['user_id', 'gender', 'age', 'occupation', 'zip_code'],
  'tags.dat': ['user_id', 'movie_id', 'tag', 'timestamp'],
};

/** What the first bytes of a file, its name and the options say about it. @throws invalid-input when it holds no table */
export async function planFile(file: SourceFile, all: readonly SourceFile[], given: ImportOverrides): Promise<FilePlan> {
  const options = ImportOptionsSchema.parse(given);
  const { bytes, complete } = await file.head(HEAD_BYTES);
  const refuse = (message: string, hint: string, place: { line?: number; column?: string } = {}) => new ReelbenchError('invalid-input', message, { file: file.path, hint, ...place });
  if (bytes.length === 0) throw refuse(`${file.path} is empty.`, 'Check that the file was written or downloaded in full.');
  const name = file.name.toLowerCase();
  const known = options.format === undefined && options.delimiter === undefined ? headerless[name] : undefined;
  if (isBinary(bytes)) throw refuse(`${file.path} is not a text: it holds binary data.`, 'CSV, TSV, NDJSON and .dat files are read as text; Parquet by its own signature.');
  const latin = known !== undefined && recogniseRelease(file, all, [], false)?.encoding === 'latin-1';
  const encoding = options.encoding ?? (detectEncoding(bytes) === 'utf-8' && !latin ? 'utf-8' : detectEncoding(bytes) === 'utf-16' ? 'utf-16' : 'latin-1');
  const text = new Decoder(encoding).decode(encoding === 'utf-16' ? bytes.subarray(0, bytes.length & ~1) : bytes, file.path);
  const format = options.format ?? formatOf(name, text);
  if (format === 'xlsx') throw refuse(`${file.path} is no Excel workbook.`, 'Choose its own format, or leave the format out.');
  if (format === 'ndjson' || format === 'json') return planObjects(file, all, options, { format, encoding }, text, complete);

  const dialect: Dialect = { delimiter: options.delimiter ?? delimiterOf(format, name, text, complete), quoted: format !== 'dat' };
  const head = readHead(text, complete, dialect);
  const first = head.rows[0];
  if (!first) {
    const broken = head.broken[0];
    throw broken
      ? refuse(`${file.path}, line ${broken.line}: ${broken.reason}`, 'Check the quotes, the delimiter and the encoding.', { line: broken.line })
      : refuse(complete ? `${file.path} has no rows.` : `${file.path}, line 1 is longer than ${HEAD_BYTES / 1024} KB.`, 'Check that this is a table with one row a line.', { line: 1 });
  }
  const header = known === undefined && (options.header ?? looksLikeHeader(head.rows));
  const width = header ? first.cells.length : commonest(head.rows.map(({ cells }) => cells.length));
  if (width > MAX_COLUMNS) throw refuse(`${file.path} has more than ${MAX_COLUMNS} columns.`, 'Check the delimiter; wide tables must be brought into rows first.', { line: first.line });
  const rows = header ? head.rows.slice(1) : head.rows;
  if (rows.length === 0 && complete && head.broken.length === 0) throw refuse(`${file.path} has a header and no rows.`, 'Check that the file was written or downloaded in full.', { line: first.line });
  const names = known ?? (header ? distinct(first.cells) : positional(file, options.as, width));
  return finish(file, all, options, { format, encoding, dialect, header, names, head: { rows, broken: head.broken } });
}

function planObjects(file: SourceFile, all: readonly SourceFile[], options: ImportOptions, { format, encoding }: { format: 'ndjson' | 'json'; encoding: Encoding }, text: Buffer, complete: boolean): FilePlan {
  const lines = format === 'json' ? readItems(text, complete) : readHead(text, complete, { delimiter: '\n', quoted: false });
  const objects: { line: number; cells: Map<string, string | null> }[] = [];
  const broken = [...lines.broken];
  for (const { line, cells } of lines.rows) {
    const parsed = parseObject(cells[0] ?? '', format === 'json' ? 'item' : 'line');
    if (typeof parsed === 'string') broken.push({ line, reason: parsed, text: (cells[0] ?? '').slice(0, 500) });
    else objects.push({ line, cells: parsed });
  }
  if (objects.length === 0) {
    throw new ReelbenchError('invalid-input', `${file.path}, line ${broken[0]?.line ?? 1}: ${broken[0]?.reason ?? 'There is no row.'}`, { file: file.path, line: broken[0]?.line ?? 1, hint: 'JSON is read as an array of objects (`[{…}, {…}]`), or as NDJSON: one object a line.' });
  }
  const names = [...new Set(objects.flatMap(({ cells }) => [...cells.keys()]))];
  if (names.length > MAX_COLUMNS) throw new ReelbenchError('invalid-input', `${file.path} has more than ${MAX_COLUMNS} different keys.`, { file: file.path, hint: 'Import the fields that matter, one name each.' });
  const rows = objects.map(({ line, cells }) => ({ line, cells: names.map((name) => cells.get(name) ?? '') }));
  return finish(file, all, options, { format, encoding, dialect: { delimiter: '\n', quoted: false }, header: false, names, head: { rows, broken } });
}

function readItems(text: Buffer, complete: boolean): HeadRows {
  const rows: { line: number; cells: string[] }[] = [];
  const broken: { line: number; reason: string; text: string }[] = [];
  const reader = new ArrayReader({
    record: (bytes, { line, start, end }) => rows.push({ line, cells: [bytes.toString('utf8', start, end)] }),
    broken: (line, reason, bytes) => broken.push({ line, reason, text: bytes.toString('utf8', 0, 500) }),
  });
  reader.push(text);
  if (complete) reader.end();
  return { rows, broken };
}

interface Read {
  readonly format: FileFormat;
  readonly encoding: Encoding;
  readonly dialect: Dialect;
  readonly header: boolean;
  readonly names: readonly string[];
  readonly head: HeadRows;
  /** Types that the format itself knows (Parquet). */
  readonly types?: readonly CellType[];
}

/** Chooses kind, table and columns for what was read of a file. */
export function finish(file: SourceFile, all: readonly SourceFile[], options: ImportOptions, read: Read): FilePlan {
  const { names, head } = read;
  const nullTokens = new Set(options.nullTokens);
  const kind = options.as ?? recogniseKind(file, names, options.map);
  const problems: ReelbenchError[] = [];
  const refuse = (message: string, column: string, hint: string) => problems.push(new ReelbenchError('invalid-input', message, { file: file.path, column, hint }));
  const mapped = kind === 'table' ? new Map<string, number>() : matchColumns(kind, names);
  for (const [field, column] of Object.entries(options.map)) {
    const index = names.indexOf(column);
    if (kind !== 'table' && !coreFields[kind].some((core) => core.name === field)) refuse(`${kind} has no field ${field}.`, field, `Its fields are ${coreFields[kind].map((core) => core.name).join(', ')}.`);
    else if (index < 0) refuse(`${file.path} has no column ${column}.`, column, `Its columns are ${shortList(names)}.`);
    else {
      for (const [other, taken] of mapped) if (taken === index) mapped.delete(other);
      mapped.set(field, index);
    }
  }
  const cells = names.map((_, i) => head.rows.map((row) => (row.cells[i] ?? '').trim()).filter((cell) => cell !== '' && !nullTokens.has(cell)));
  const fieldOf = new Map([...mapped].map(([field, index]) => [index, field]));
  const columns = names.map((name, i): FileColumn => {
    const override = options.types[name];
    const type = override === undefined ? (read.types?.[i] ?? inferType(cells[i] ?? [])) : cellTypeOf(override);
    if (type === undefined) refuse(`${override} is not a type that a column can have.`, name, 'Use BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP, VARCHAR, MINUTES, COUNT, MONEY or LIST.');
    return { name, type: type ?? 'text', field: fieldOf.get(i) ?? null };
  });
  const flags = file.name.toLowerCase() === 'u.item' && names.length === 24 ? { first: 5, words: flagWords } : undefined;
  const flat = mapped.has('name') || mapped.has('keyword') || read.format === 'parquet';
  const unfolds = flat ? [] : unfoldings(kind, names, cells, new Set(mapped.values()));
  const onlyUnfolds = (kind === 'persons' || kind === 'keywords') && unfolds.length > 0;
  // Films without ids are numbered; anything else needs its required columns.
  const numbered = read.format !== 'parquet' && kind === 'movies' && !mapped.has('movie_id') && mapped.has('title') && coreFields.movies.filter(({ name, extra }) => extra && mapped.has(name)).length >= 2;
  const targets: TargetColumn[] = [];
  if (kind !== 'table') {
    for (const { name, cell, required, extra } of coreFields[kind]) {
      const from = mapped.get(name) ?? null;
      if (from === null && extra) continue;
      if (required && from === null && !(onlyUnfolds && name !== 'movie_id') && !(numbered && name === 'movie_id')) {
        refuse(`${file.path} has no column for ${name}.`, name, `Its columns are ${shortList(names)}. Say which one it is, for instance --map ${name}=${names[0] ?? 'COLUMN'}, or import it --as table.`);
      }
      targets.push({ name, cell: writtenAs(name, cell, from === null ? [] : (cells[from] ?? [])), required, from: name === 'genres' && flags ? flags : numbered && name === 'movie_id' ? 'row' : from });
    }
  }
  const taken = new Set(['file_id', 'line', ...targets.map(({ name }) => name)]);
  if (kind === 'table' || keepsOtherColumns.has(kind)) {
    columns.forEach((column, i) => {
      if (column.field !== null || (flags && i >= flags.first)) return;
      let name = snakeCase(column.name);
      for (let n = 2; taken.has(name); n++) name = `${snakeCase(column.name)}_${n}`;
      taken.add(name);
      targets.push({ name, cell: kind === 'table' ? column.type : 'text', required: false, from: i });
    });
  }
  const ratingAt = mapped.get('rating');
  const halves = ratingAt !== undefined && (cells[ratingAt] ?? []).some((cell) => cell.endsWith('.5'));
  const table = kind === 'table' ? tableName(file.name) : kind;
  return { file, kind, table, release: recogniseRelease(file, all, names, halves), nullTokens, columns, targets, problems, unfoldings: unfolds, onlyUnfolds, ...read };
}

/** Ids in IMDb's form, and genres in lists or between commas, as a column shows them in its first cells. */
function writtenAs(name: string, cell: CellType, cells: readonly string[]): CellType {
  if (cell === 'id' && cells.some((text) => /^(?:tt|nm)\d+$/.test(text))) return 'code';
  if (name === 'genres' && (cells.some((text) => text.startsWith('[')) || (cells.some((text) => text.includes(',')) && !cells.some((text) => text.includes('|'))))) return 'names';
  return cell;
}

function recogniseKind(file: SourceFile, names: readonly string[], map: Readonly<Record<string, string>>): SourceKind {
  const renamed = names.map((name) => Object.entries(map).find(([, column]) => column === name)?.[0] ?? name);
  const stem = /^u\./i.test(file.name) ? file.name : path.parse(file.name).name;
  const byName = kindOfName(stem);
  if (byName && coreFields[byName].some(({ name, required }) => required && matchColumns(byName, renamed).has(name))) return byName;
  return kindOfColumns(renamed);
}

/** Names for the columns of a table without a header. */
export function positional(file: SourceFile, as: SourceKind | undefined, width: number): string[] {
  const kind = as ?? kindOfName(path.parse(file.name).name) ?? 'table';
  const fields = kind === 'table' ? [] : coreFields[kind].map(({ name }) => name);
  return Array.from({ length: width }, (_, i) => fields[i] ?? `column${i + 1}`);
}

function formatOf(name: string, text: Buffer): FileFormat {
  if (/\.(?:ndjson|jsonl)$/.test(name)) return 'ndjson';
  if (/\.(?:tsv|tab)$/.test(name)) return 'tsv';
  if (name in headerless || name.endsWith('.dat')) return 'dat';
  const begins = text.toString('latin1', 0, 200).trimStart();
  if (name.endsWith('.json')) return begins.startsWith('[') ? 'json' : 'ndjson';
  return begins.startsWith('{"') ? 'ndjson' : /^\[\s*\{/.test(begins) ? 'json' : 'csv';
}

function delimiterOf(format: FileFormat, name: string, text: Buffer, complete: boolean): string {
  if (format === 'tsv' || name === 'u.data') return '\t';
  if (name.startsWith('u.') && name in headerless) return '|';
  if (name in headerless) return '::';
  return sniffDelimiter(text, complete);
}

/** The name of the free table for a file: a plain identifier that is no table of the import's own. */
function tableName(file: string): string {
  const name = snakeCase(path.parse(file).name);
  return RESERVED.has(name) || name in coreFields || name.endsWith('_text') ? `table_${name}` : name;
}

/** How a file is read, as a short text: the same bytes read in the same way give the same rows. */
export function readingOf({ kind, table, release, format, encoding, dialect, header, nullTokens, columns, targets, unfoldings: unfolded, onlyUnfolds, place }: FilePlan): string {
  const how = { kind, table, release, format, encoding, dialect, header, nullTokens: [...nullTokens].toSorted(), columns, targets, unfolded, onlyUnfolds, place };
  return createHash('sha256').update(JSON.stringify(how)).digest('hex').slice(0, 16);
}

/** The names of a header, blank ones by their place, repeated ones numbered. */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((given, i) => {
    const base = given.trim() === '' ? `column${i + 1}` : given.trim();
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
    taken.add(name);
    return name;
  });
}

/** The value that comes most often; among equals the one that comes first. */
function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function shortList(names: readonly string[]): string {
  return names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`;
}
