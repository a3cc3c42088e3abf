import { createReadStream } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { retrying } from '../workspace/retry.ts';
import { throwIfCancelled } from '../workspace/session.ts';
import { archiveFiles } from './archive.ts';
import { openWorkbook, type Sheet } from './workbook.ts';
import { headOf, type SourceFile, unpack } from './source-file.ts';

export interface Selection {
  readonly files: SourceFile[];
  readonly ignored: { path: string; reason: string }[];
}

const MAX_DEPTH = 4;
const MAX_FILES = 1000;
/** The files of what was chosen: files, folders and .zip archives. @throws invalid-input, not-found */
export async function selectFiles(paths: readonly string[], signal: AbortSignal): Promise<Selection> {
  const selection: Selection = { files: [], ignored: [] };
  for (const file of paths) {
    throwIfCancelled(signal);
    const info = await retrying(() => stat(file), signal);
    if (info.isDirectory()) await walk(file, path.basename(file), 1, selection, signal);
    else if (isWorkbook(file)) await addWorkbook(file, path.basename(file), info.mtime, true, selection, signal);
    else if (await isArchive(file)) await addArchive(file, selection);
    else if (paths.length > 1 && /^read_?me(?:\.|$)/i.test(path.basename(file))) selection.ignored.push({ path: path.basename(file), reason: 'a text that describes the other files' });
    else if (info.isFile()) selection.files.push(diskFile(file, path.basename(file), info.size, info.mtime, true));
    else selection.ignored.push({ path: path.basename(file), reason: 'not a file' });
  }
  return { files: withDistinctPaths(selection.files), ignored: selection.ignored };
}

async function walk(folder: string, name: string, depth: number, selection: Selection, signal: AbortSignal): Promise<void> {
  for (const entry of (await readdir(folder)).sort()) {
    throwIfCancelled(signal);
    const file = path.join(folder, entry);
    const shown = `${name}/${entry}`;
    const info = await lstat(file);
    const ignore = (reason: string) => selection.ignored.push({ path: shown, reason });
    if (entry.startsWith('.')) continue;
    if (info.isSymbolicLink()) ignore('a link');
    else if (info.isDirectory()) {
      if (depth < MAX_DEPTH) await walk(file, shown, depth + 1, selection, signal);
      else ignore(`a folder more than ${MAX_DEPTH} levels down`);
    } else if (!info.isFile()) ignore('not a file');
    else if (/\.zip$/i.test(entry)) ignore('an archive inside a folder: import it by itself');
    else if (!hasDataName(entry)) ignore(notDataReason(entry));
    else if (selection.files.length >= MAX_FILES) throw new ReelbenchError('invalid-input', `${name} holds more than ${MAX_FILES} data files.`, { file: name, hint: 'Choose the files themselves.' });
    else if (isWorkbook(entry)) {
      try {
        await addWorkbook(file, shown, info.mtime, false, selection, signal);
      } catch (error) {
        if (!(error instanceof ReelbenchError) || error.code !== 'invalid-input') throw error;
        ignore(error.message);
      }
    } else selection.files.push(diskFile(file, shown, info.size, info.mtime, false));
  }
}

function isWorkbook(name: string): boolean {
  return /\.xls[xm]$/i.test(name);
}

/** The sheets of a workbook that have rows, each as a file of its own. */
async function addWorkbook(file: string, shown: string, modifiedAt: Date, chosen: boolean, selection: Selection, signal: AbortSignal): Promise<void> {
  const { bytes: signature } = await headOf(createReadStream(file, { end: 7 }), 8);
  const refuse = (what: string, hint: string) => new ReelbenchError('invalid-input', `The workbook ${shown} ${what}`, { file: shown, hint });
  if (signature.toString('hex') === 'd0cf11e0a1b11ae1') throw refuse('is protected with a password, or of Excel 2003 or before.', 'Open it, save it as .xlsx without a password, and import that.');
  if (signature.length === 0) throw refuse('is empty.', 'Check that the file was written or downloaded in full.');
  if (!(await isArchive(file))) throw refuse('is damaged: it does not begin like one.', 'Check that the file was written or downloaded in full. A text by another name must end in .csv.');
  const found: Sheet[] = [];
  for (const sheet of await openWorkbook(file, shown, signal)) {
    const ignore = (reason: string) => selection.ignored.push({ path: `${shown} › ${sheet.name}`, reason });
    if (sheet.hidden) ignore('a hidden sheet');
    else if (await isEmpty(sheet, signal)) ignore('an empty sheet');
    else found.push(sheet);
  }
  if (found.length === 0) throw refuse('has no sheet with rows.', 'Check that it was saved with its data, and that the sheet is not hidden.');
  const book = path.parse(path.basename(file)).name;
  for (const sheet of found) {
    const generic = /^(?:sheet|tabelle|feuil|hoja|blad|лист)\s?\d*$/i.test(sheet.name);
    selection.files.push({
      path: found.length === 1 ? shown : `${shown} › ${sheet.name}`, name: !generic ? sheet.name : found.length === 1 ? book : `${book} ${sheet.name}`,
      disk: path.resolve(file), surroundings: `${path.basename(path.dirname(file))}/${shown}`, bytes: sheet.bytes, modifiedAt, chosen, sheet,
      head: (limit) => headOf(createReadStream(file, { end: limit }), limit),
      onDisk: () => Promise.resolve(file),
    });
  }
}

async function isEmpty(sheet: Sheet, signal: AbortSignal): Promise<boolean> {
  for await (const rows of sheet.rows(signal)) if (rows.length > 0) return false;
  return true;
}

async function isArchive(file: string): Promise<boolean> {
  const { bytes } = await headOf(createReadStream(file, { end: 3 }), 4);
  return bytes.toString('latin1') === 'PK\u0003\u0004' || bytes.toString('latin1') === 'PK\u0005\u0006';
}

async function addArchive(file: string, selection: Selection): Promise<void> {
  for (const entry of await archiveFiles(file)) {
    const base = path.posix.basename(entry.path);
    if (/(?:^|\/)(?:\.|__MACOSX)/.test(entry.path)) continue;
    if (isWorkbook(base)) selection.ignored.push({ path: entry.path, reason: 'a workbook inside an archive: unpack it first' });
    else if (!hasDataName(base)) selection.ignored.push({ path: entry.path, reason: notDataReason(base) });
    else selection.files.push({ ...entry, name: base, surroundings: `${path.basename(file)}/${entry.path}`, chosen: false });
  }
}

function diskFile(file: string, shown: string, bytes: number, modifiedAt: Date, chosen: boolean): SourceFile {
  const packed = /\.gz$/i.test(file);
  const name = path.basename(file).replace(/\.gz$/i, '');
  const surroundings = path.join(path.basename(path.dirname(file)), shown);
  return {
    path: shown, disk: path.resolve(file), name, surroundings, bytes, modifiedAt, chosen,
    head: (limit) => retrying(() => (packed ? headOf(createReadStream(file).pipe(createGunzip()), limit) : headOf(createReadStream(file, { end: limit }), limit))),
    onDisk: async (target, signal) => {
      if (!packed) return file;
      await retrying(() => unpack(createReadStream(file).pipe(createGunzip()), target, bytes, shown, signal), signal);
      return target;
    },
  };
}

function hasDataName(name: string): boolean {
  return /\.(?:csv|tsv|tab|dat|parquet|pq|ndjson|jsonl|json)(?:\.gz)?$/i.test(name) || isWorkbook(name) || /^u\.(?:data|item|user|genre)$/i.test(name);
}

function notDataReason(name: string): string {
  if (/^(?:u[1-5ab]\.(?:base|test)|u\.info|u\.occupation)$/i.test(name)) return 'a part of MovieLens 100K that repeats or describes the others';
  if (/\.(?:xlsb?|ods|xml|db|sqlite|duckdb)$/i.test(name)) return 'a format that is not read';
  return 'not a data file by its name';
}

function withDistinctPaths(files: readonly SourceFile[]): SourceFile[] {
  const seen = new Map<string, number>();
  return files.map((file) => {
    const count = (seen.get(file.path) ?? 0) + 1;
    seen.set(file.path, count);
    return count === 1 ? file : { ...file, path: `${file.path} (${count})` };
  });
}
