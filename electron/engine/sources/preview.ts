import path from 'node:path';
import { type FilePreview, type ImportPreview, type ImportRequest, ReelbenchError } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import { coreFields } from './fields.ts';
import { chosenFiles, optionsFor } from './choice.ts';
import { withScratch } from './import.ts';
import { counted, readCell } from './load-text.ts';
import { isParquet, planParquet } from './parquet.ts';
import { type FilePlan, planFile } from './plan.ts';
import { planSheet } from './sheet.ts';
import type { SourceFile } from './source-file.ts';
import { unfold } from './unfold.ts';
import { type CellType, columnTypes, oddity, typeName } from './values.ts';

const SAMPLE_ROWS = 50;

/**
 * How each file would be read, from its first 256 KB: nothing is stored. A file that cannot be read has its reason in
 * `problems`, and must be skipped or given other options before the import.
 */
export async function previewImport(engine: EngineContext, request: ImportRequest, signal: AbortSignal): Promise<ImportPreview> {
  const { files, ignored } = await chosenFiles({ roots: request.files.map((reference) => engine.files.path(reference)), options: request.options, perFile: request.perFile }, signal);
  return withScratch(engine, async (scratch) => {
    const previews: FilePreview[] = [];
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      try {
        const options = optionsFor(request, file);
        const plan = file.sheet ? await planSheet(file, files, options, signal) : (await isParquet(file))
          ? await planParquet(file, await file.onDisk(path.join(scratch, `file-${i}`), signal), files, options, signal)
          : await planFile(file, files, options);
        previews.push(previewOf(plan));
      } catch (error) {
        if (!(error instanceof ReelbenchError) || error.code !== 'invalid-input') throw error;
        previews.push(unreadable(file, error));
      }
    }
    return { release: previews.find(({ release }) => release !== null)?.release ?? null, files: previews, ignored };
  });
}

function previewOf(plan: FilePlan): FilePreview {
  const { file, head, columns, kind } = plan;
  const width = columns.length;
  const nested = plan.format !== 'csv' && plan.format !== 'tsv' && plan.format !== 'dat';
  const rejects = head.broken.map(({ line, reason, text }) => ({ file: file.path, line, column: null as string | null, reason, text }));
  const rows = head.rows.filter(({ line, cells }) => {
    if (cells.length === width) return true;
    rejects.push({ file: file.path, line, column: columns[cells.length]?.name ?? null, reason: `The line has ${counted(cells.length, 'cell')} where ${width} are expected.`, text: cells.join(plan.dialect.delimiter).slice(0, 500) });
    return false;
  });
  const odd = oddCells(plan, rows);
  const isMissing = (cell: string) => cell.trim() === '' || plan.nullTokens.has(cell.trim());
  return {
    path: file.path, key: file.path, kind, table: plan.table, release: plan.release?.name ?? null, format: plan.format, encoding: plan.encoding,
    delimiter: nested ? null : plan.dialect.delimiter, header: plan.header, bytes: file.bytes,
    columns: columns.map(({ name, type, field }) => ({ name, type: typeName(type), field })),
    fields: kind === 'table' ? [] : coreFields[kind].map(({ name, cell, required }) => ({ name, type: String(columnTypes[cell]), required: required && !filledOtherwise(plan, name) })),
    sample: rows.slice(0, SAMPLE_ROWS).map(({ cells }) => cells.map((cell) => (isMissing(cell) ? null : cell))),
    odd, unfolds: plan.unfoldings.map(({ table, columns: unfolded }) => ({ table, columns: unfolded.map(({ name }) => name) })), numbered: plan.targets.some(({ from }) => from === 'row'),
    rejects: rejects.sort((a, b) => a.line - b.line).slice(0, SAMPLE_ROWS),
    problems: plan.problems.map((problem) => `${problem.message} ${problem.hint ?? ''}`.trim()),
  };
}

/** Whether a field needs no column: films are numbered, names come out of the cells that are unfolded. */
function filledOtherwise(plan: FilePlan, field: string): boolean {
  return field === 'movie_id' ? plan.targets.some(({ from }) => from === 'row') : plan.onlyUnfolds;
}

/** How the cells of a column of the file are read, where they go into one of the table. */
function cellAt(plan: FilePlan, column: number): CellType | undefined {
  return plan.targets.find(({ from }) => from === column)?.cell;
}

function oddCells(plan: FilePlan, rows: FilePlan['head']['rows']): FilePreview['odd'] {
  const odd: FilePreview['odd'] = [];
  const found = (line: number, row: number, at: number, reason: string, text: string) => odd.push({ file: plan.file.path, line, column: plan.columns[at]?.name ?? null, reason, text: text.slice(0, 500), row, at });
  const cells = plan.columns.map((_, i) => cellAt(plan, i) ?? 'text');
  const unfolded = plan.unfoldings.flatMap(({ columns }) => columns);
  for (const [row, { line, cells: texts }] of rows.entries()) {
    if (odd.length >= SAMPLE_ROWS) break;
    for (const [at, text] of texts.entries()) {
      const type = cells[at] ?? 'text';
      if (readCell(type, text, plan.nullTokens) === undefined) found(line, row, at, oddity(type, text.trim()), text);
    }
    for (const column of unfolded) {
      const text = texts[column.from] ?? '';
      const problem = readCell('text', text, plan.nullTokens) === null ? undefined : unfold(column, text.trim(), null).find((one) => 'problem' in one);
      if (problem) found(line, row, column.from, problem.problem, text);
    }
  }
  return odd.slice(0, SAMPLE_ROWS);
}

function unreadable(file: SourceFile, error: ReelbenchError): FilePreview {
  return {
    path: file.path, key: file.path, kind: 'table', table: '', release: null, format: 'csv', encoding: 'utf-8', delimiter: null, header: false, bytes: file.bytes,
    columns: [], fields: [], sample: [], odd: [], unfolds: [], numbered: false, rejects: [], problems: [`${error.message} ${error.hint ?? ''}`.trim()],
  };
}
