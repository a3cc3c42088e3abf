import type { ImportOverrides } from '../../../shared/contract/index.ts';
import { ImportOptions, ReelbenchError } from '../../../shared/contract/index.ts';
import { hashOf } from '../workspace/disk-files.ts';
import { looksLikeHeader } from './dialect.ts';
import { cellRows, counted, type Loading } from './load-text.ts';
import { distinct, type FilePlan, finish, positional } from './plan.ts';
import type { RawTable } from './raw-tables.ts';
import { MAX_COLUMNS } from './records.ts';
import type { Writers } from './rest-of-row.ts';
import type { SourceFile } from './source-file.ts';
import type { SheetRow } from './workbook.ts';

const HEAD_ROWS = 400;
const shownText = (cells: readonly (string | null)[]) => cells.map((cell) => cell ?? '').join('\t');

/** Where the table of a sheet lies: its first column, and the row with the names, or that before the first of its rows. */
export interface SheetPlace {
  readonly left: number;
  readonly headerLine: number;
}

/** What the first rows of a sheet say about it. Rows above the header that hold no more than a heading are left out. @throws invalid-input */
export async function planSheet(file: SourceFile, all: readonly SourceFile[], given: ImportOverrides, signal: AbortSignal): Promise<FilePlan> {
  const options = ImportOptions.parse(given);
  const found: SheetRow[] = [];
  for await (const rows of file.sheet?.rows(signal) ?? []) {
    found.push(...rows);
    if (found.length >= HEAD_ROWS) break;
  }
  const head = found.slice(0, HEAD_ROWS);
  const filled = ({ cells }: SheetRow) => cells.filter((cell) => cell !== null).length;
  const most = Math.max(0, ...head.map(filled));
  const first = head.findIndex((row) => filled(row) * 3 > most || (most < 3 && filled(row) > 0));
  const table = head.slice(Math.max(0, first));
  const top = table[0];
  if (!top) throw new ReelbenchError('invalid-input', `${file.path} has no rows.`, { file: file.path, hint: 'Choose another sheet, or leave this one out.' });
  const left = Math.min(...table.map(({ cells }) => cells.findIndex((cell) => cell !== null)));
  const width = Math.max(...table.map(({ cells }) => cells.length)) - left;
  if (width > MAX_COLUMNS) throw new ReelbenchError('invalid-input', `${file.path} has more than ${MAX_COLUMNS} columns.`, { file: file.path, line: top.line, hint: 'Wide tables must be brought into rows first.' });
  const rows = table.map(({ line, cells }) => ({ line, cells: Array.from({ length: width }, (_, i) => cells[left + i] ?? '') }));
  const named = options.header ?? (looksLikeHeader(rows) || headed(rows));
  if (named && rows.length === 1 && found.length <= HEAD_ROWS) throw new ReelbenchError('invalid-input', `${file.path} has a header and no rows.`, { file: file.path, line: top.line, hint: 'Choose another sheet, or leave this one out.' });
  return {
    ...finish(file, all, options, {
      format: 'xlsx', encoding: 'utf-8', dialect: { delimiter: '\t', quoted: false }, header: named,
      names: named ? distinct(rows[0]?.cells ?? []) : positional(file, options.as, width),
      head: { rows: named ? rows.slice(1) : rows, broken: head.slice(0, Math.max(0, first)).map(({ line, cells }) => ({ line, reason: 'The row stands above the table.', text: shownText(cells) })) },
    }),
    place: { left, headerLine: named ? top.line : top.line - 1 },
  };
}

/** A header with blanks in it, as merged cells leave them: texts alone above rows that have numbers. */
function headed(rows: readonly { readonly cells: readonly string[] }[]): boolean {
  const [names, ...others] = rows;
  const isNumber = (cell: string) => cell.trim() !== '' && Number.isFinite(Number(cell));
  return names !== undefined && !names.cells.some(isNumber) && others.slice(0, 20).some(({ cells }) => cells.some(isNumber));
}

/** Loads a sheet row by row; `line` is the row's number in the sheet. Answers the workbook's SHA-256 and size. */
export async function loadSheet(plan: FilePlan, path: string, table: RawTable, writers: Writers, loading: Loading): Promise<{ sha256: string; bytes: number }> {
  const read = await hashOf(path, { signal: loading.signal });
  const { left, headerLine } = plan.place ?? { left: 0, headerLine: 0 };
  const width = plan.columns.length;
  const take = cellRows(plan, table, writers);
  let done = 0;
  for await (const rows of plan.file.sheet?.rows(loading.signal) ?? []) {
    for (const { line, cells, errors } of rows) {
      if (line === headerLine && plan.header) continue;
      const reject = (reason: string) => writers.main.reject(line, null, reason, shownText(cells));
      if (line <= headerLine) reject('The row stands above the table.');
      else if (cells.length > left + width) reject(`The row has ${counted(cells.length - left, 'cell')} where ${width} are expected.`);
      else if (cells.findIndex((cell) => cell !== null) < left) reject('The row begins to the left of the table.');
      else take(Array.from({ length: width }, (_, i) => cells[left + i] ?? null), line, shownText(cells), errors.size === 0 ? undefined : new Set([...errors].map((at) => at - left)));
    }
    // A sheet's part says nothing of how far into the workbook it is; rows are some 30 bytes a cell.
    done = Math.min(plan.file.bytes, done + rows.length * width * 30);
    loading.progress(done);
  }
  return read;
}
