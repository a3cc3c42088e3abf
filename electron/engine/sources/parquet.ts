import { DuckDBInstance } from '@duckdb/node-api';
import type { ImportOverrides } from '../../../shared/contract/index.ts';
import { ImportOptions, ReelbenchError } from '../../../shared/contract/index.ts';
import { hashOf } from '../workspace/disk-files.ts';
import { Session, throwIfCancelled } from '../workspace/session.ts';
import { exactPath, identifier, literal } from '../workspace/sql.ts';
import { type Loading, readCell } from './load-text.ts';
import { type FilePlan, finish, type TargetColumn } from './plan.ts';
import { cellsOf, type RawTable, type RowWriter, sourcesOf, tableIn } from './raw-tables.ts';
import type { SourceFile } from './source-file.ts';
import { type CellType, keptText } from './values.ts';
import { MAX_COLUMNS } from './records.ts';

const SAMPLE_ROWS = 200;

/** Whether the file shows Parquet's signature. */
export async function isParquet(file: SourceFile): Promise<boolean> {
  return (await file.head(4)).bytes.toString('latin1') === 'PAR1';
}

/** What a Parquet file's own schema and its first rows say about it. @throws invalid-input when it cannot be read */
export async function planParquet(file: SourceFile, path: string, all: readonly SourceFile[], given: ImportOverrides, signal: AbortSignal): Promise<FilePlan> {
  try {
    const { columns, rows } = await apart(signal, (session) => session.table(`SELECT * FROM ${reader(path)} LIMIT ${SAMPLE_ROWS}`));
    if (columns.length > MAX_COLUMNS) throw new ReelbenchError('invalid-input', `${file.path} has more than ${MAX_COLUMNS} columns.`, { file: file.path, hint: 'Wide tables must be brought into rows first.' });
    if (rows.length === 0) throw new ReelbenchError('invalid-input', `${file.path} has no rows.`, { file: file.path, hint: 'Check that the file was written in full.' });
    return finish(file, all, ImportOptions.parse(given), {
      format: 'parquet', encoding: 'utf-8', dialect: { delimiter: ',', quoted: false }, header: false,
      names: columns.map(({ name }) => name), types: columns.map(({ type }) => cellOf(type)),
      head: { rows: rows.map((cells, i) => ({ line: i + 1, cells: cells.map((cell) => (cell === null ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell))) })), broken: [] },
    });
  } catch (error) {
    throw unreadable(file.path, error);
  }
}

/** Reads in a database of its own, in memory: no workspace need be open, and its transaction is left alone. */
async function apart<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
  try {
    return await work(new Session(await instance.connect(), signal));
  } finally {
    instance.closeSync();
  }
}

/** Loads a Parquet file, in its own order. Cells that are of the column's type already stay in DuckDB; others are read as texts. */
export async function loadParquet(plan: FilePlan, path: string, table: RawTable, fileId: number, writer: RowWriter, session: Session, loading: Loading): Promise<{ sha256: string; bytes: number }> {
  const hashing = hashOf(path, loading);
  try {
    const types = new Map((await session.all<{ column_name: string; column_type: string }>(`DESCRIBE SELECT * FROM ${reader(path)}`)).map((row) => [row.column_name, row.column_type]));
    const sources = sourcesOf(table, plan).map((from) => columnName(plan, from));
    const cells = cellsOf(table, plan.targets);
    const fitting = cells.map((cell, i) => {
      const name = sources[i];
      return name === undefined ? { value: 'NULL', ok: 'true' } : fit(cell, identifier(name), types.get(name) ?? '', plan.nullTokens);
    });
    if (fitting.every((column) => column !== undefined)) await copyRows(path, table, fileId, fitting, sources, writer, session);
    else await readRows(plan, path, cells, sources.map((name) => textOf(name, types.get(name ?? '') ?? '')), writer, loading.signal);
  } catch (error) {
    await hashing.catch(() => undefined);
    throw unreadable(plan.file.path, error);
  }
  return hashing;
}

async function copyRows(path: string, table: RawTable, fileId: number, columns: readonly { value: string; ok: string }[], sources: readonly (string | undefined)[], writer: RowWriter, session: Session): Promise<void> {
  const ok = columns.map((column) => column.ok).join(' AND ');
  const rows = await session.run(`INSERT INTO ${tableIn(table.place, table.name)} SELECT ${columns.map(({ value }) => value).join(', ')} FROM ${reader(path)} WHERE ${ok}`);
  const texts = sources.map((name) => (name === undefined ? 'NULL' : `${identifier(name)}::VARCHAR`));
  const unread = await session.run(`INSERT INTO ${tableIn(table.place, `${table.name}_text`)} SELECT ${fileId}, NULL, ${texts.join(', ')} FROM ${reader(path)} WHERE NOT (${ok})`);
  table.rows += rows;
  writer.counts.rows += rows;
  writer.counts.unreadable += unread;
}

/** A column as text: lists and structs as JSON. */
function textOf(name: string | undefined, type: string): string {
  if (name === undefined) return 'NULL::VARCHAR';
  return /[[(]/.test(type) && !type.startsWith('DECIMAL') ? `to_json(${identifier(name)})::VARCHAR` : `${identifier(name)}::VARCHAR`;
}

async function readRows(plan: FilePlan, path: string, types: readonly CellType[], texts: readonly string[], writer: RowWriter, signal: AbortSignal): Promise<void> {
  await apart(signal, async (session) => {
    const result = await session.stream(`SELECT ${texts.join(', ')} FROM ${reader(path)}`);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      throwIfCancelled(signal);
      for (const row of chunk.getRows()) {
        const cells = row.map((cell) => (typeof cell === 'string' ? cell : null));
        const values = cells.map((cell, i) => readCell(types[i] ?? 'text', cell, plan.nullTokens));
        if (values.every((value) => value !== undefined)) writer.row(values, null);
        else writer.unreadable(cells.map((cell, i) => (cell === null ? null : keptText(types[i] ?? 'text', cell))), null);
      }
    }
  });
}

/** How a column of a Parquet type becomes a cell, and when it can be read; `undefined` when only its text tells. */
function fit(cell: CellType, column: string, type: string, nullTokens: ReadonlySet<string>): { value: string; ok: string } | undefined {
  const integer = /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/.test(type);
  const real = /^(?:FLOAT|DOUBLE|DECIMAL.*)$/.test(type);
  const present = `CASE WHEN isnan(${column}::DOUBLE) THEN NULL ELSE ${column} END`;
  switch (cell) {
    case 'id':
    case 'whole':
    case 'time': {
      if (cell === 'time' && /^(?:TIMESTAMP|DATE)/.test(type)) return { value: `floor(epoch(${column}))::BIGINT`, ok: 'true' };
      const bounds = cell === 'id' ? ` AND ${column} >= 1` : cell === 'time' ? ` AND ${column} < 100000000000000` : '';
      if (integer) return { value: `${column}::BIGINT`, ok: `(${column} IS NULL OR (TRY_CAST(${column} AS BIGINT) IS NOT NULL${bounds}))` };
      if (real) return { value: `(${present})::BIGINT`, ok: `(${column} IS NULL OR isnan(${column}::DOUBLE) OR (${column} = floor(${column}) AND abs(${column}) < 9e15${bounds}))` };
      return undefined;
    }
    case 'number':
      return integer || real ? { value: `(${present})::DOUBLE`, ok: `(${column} IS NULL OR NOT isinf(${column}::DOUBLE))` } : undefined;
    case 'text': {
      const tokens = [...nullTokens].map(literal).join(', ');
      if (type !== 'VARCHAR') return undefined;
      return { value: `CASE WHEN trim(${column}) = ''${tokens === '' ? '' : ` OR trim(${column}) IN (${tokens})`} THEN NULL ELSE ${column} END`, ok: 'true' };
    }
    default:
      return type.toLowerCase() === cell ? { value: column, ok: 'true' } : undefined;
  }
}

function cellOf(type: string): CellType {
  if (/^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/.test(type)) return 'whole';
  if (/^(?:FLOAT|DOUBLE|DECIMAL.*)$/.test(type)) return 'number';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  return type.startsWith('TIMESTAMP') ? 'timestamp' : 'text';
}

function columnName(plan: FilePlan, from: TargetColumn['from']): string | undefined {
  return typeof from === 'number' ? plan.columns[from]?.name : undefined;
}

function reader(path: string): string {
  return `read_parquet(${literal(exactPath(path))})`;
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof ReelbenchError) || error.code !== 'internal') return error;
  return new ReelbenchError('invalid-input', `${file} cannot be read as Parquet: ${error.message.replace(/^[A-Z][A-Za-z ]*Error: /, '')}`, { file, hint: 'Check that the file was written or downloaded in full.', cause: error });
}
