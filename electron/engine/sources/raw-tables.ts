import { BIGINT, type DuckDBValue, INTEGER, VARCHAR } from '@duckdb/node-api';
import { ReelbenchError, type SourceKind } from '../../../shared/contract/index.ts';
import { firstImported } from '../workspace/contents.ts';
import type { Session } from '../workspace/session.ts';
import { identifier, literal, qualified } from '../workspace/sql.ts';
import { TableAppender } from './appender.ts';
import { type FilePlan, readingOf, type TargetColumn } from './plan.ts';
import { type CellType, cellTypeOf, columnTypes } from './values.ts';

/** Longest raw text that is kept of a rejected line. */
const REJECT_TEXT = 500;

export interface FileCounts {
  rows: number;
  rejected: number;
  unreadable: number;
}

/** Where the tables of an import are: in `raw`, for all to see, or kept aside under names of their own. */
export interface Place {
  readonly schema: string;
  readonly prefix: string;
}
const visible: Place = { schema: 'raw', prefix: '' };

/** SQL name of an import's table, or of its `lines` and `rejects`. */
export function tableIn({ schema, prefix }: Place, name: string): string {
  return qualified(schema, `${prefix}${name}`);
}

export interface TableColumn {
  readonly name: string;
  readonly cell: CellType;
}

/** A raw table as one import fills it: its columns, and how many rows it has so far. */
export interface RawTable {
  readonly name: string;
  readonly place: Place;
  columns: TableColumn[];
  rows: number;
  /** The largest film id so far, where the films of some file are numbered. */
  lastId?: number;
}

/**
 * The raw tables of one import. The first file of a table replaces what was there, unless the import appends; columns
 * that a later file brings are added.
 */
export class RawTables {
  readonly #session: Session;
  readonly #append: boolean;
  readonly #place: Place;
  readonly #columns: ReadonlyMap<string, readonly TableColumn[]>;
  readonly #tables = new Map<string, RawTable>();

  /** `aside`: the tables are kept aside, and those that they will be moved to have these columns already. */
  constructor(session: Session, append: boolean, aside?: { readonly place: Place; readonly columns: ReadonlyMap<string, readonly TableColumn[]> }) {
    this.#session = session;
    this.#append = append;
    this.#place = aside?.place ?? visible;
    this.#columns = aside?.columns ?? new Map();
  }

  get names(): string[] {
    return [...this.#tables.keys()];
  }

  async prepare(table: string, targets: readonly TargetColumn[]): Promise<RawTable> {
    const raw = this.#tables.get(table) ?? (await this.#begin(table, targets));
    for (const { name, cell: own } of targets) {
      const cell = this.#cell(table, name, own);
      if (raw.columns.some((column) => column.name === name)) continue;
      await this.#session.run(`
        ALTER TABLE ${tableIn(this.#place, table)} ADD COLUMN ${identifier(name)} ${String(columnTypes[cell])};
        ALTER TABLE ${tableIn(this.#place, `${table}_text`)} ADD COLUMN ${identifier(name)} VARCHAR;
      `);
      raw.columns.push({ name, cell });
    }
    this.#tables.set(table, raw);
    return raw;
  }

  /** How a column's cells are kept: as the table that they go to has them. */
  #cell(table: string, name: string, own: CellType): CellType {
    return this.#columns.get(table)?.find((column) => column.name === name)?.cell ?? own;
  }

  /** Numbers films on from the largest id that the table has. */
  async number(raw: RawTable): Promise<void> {
    const { last } = await this.#session.one<{ last: number | null }>(`SELECT greatest((SELECT max(movie_id) FROM ${qualified('raw', raw.name)}), (SELECT max(TRY_CAST(movie_id AS BIGINT)) FROM ${qualified('raw', `${raw.name}_text`)})) AS last`);
    raw.lastId = last ?? 0;
  }

  /** Why a file gave no rows, in words, with the first line that was refused. */
  async nothingRead({ file: { path: file } }: FilePlan, fileId: number, rejected: number): Promise<ReelbenchError> {
    const reject = await this.#session.first<{ line: number; reason: string; column_name: string | null }>(`SELECT line, reason, column_name FROM ${tableIn(this.#place, 'rejects')} WHERE file_id = $1 ORDER BY line LIMIT 1`, [fileId]);
    if (!reject) return new ReelbenchError('invalid-input', `${file} has no rows.`, { file, hint: 'Check that the file was written or downloaded in full.' });
    return new ReelbenchError('invalid-input', `None of the ${rejected} line${rejected === 1 ? '' : 's'} of ${file} could be read. Line ${reject.line}: ${reject.reason}`, {
      file, line: reject.line, ...(reject.column_name === null ? {} : { column: reject.column_name }), hint: 'Check the delimiter, the quotes and the encoding in the preview.',
    });
  }

  async #begin(table: string, targets: readonly TargetColumn[]): Promise<RawTable> {
    const session = this.#session;
    if (this.#append) {
      const columns = await existingColumns(session, table, targets);
      if (columns) {
        const { rows } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${qualified('raw', table)}`);
        return { name: table, place: this.#place, columns, rows };
      }
    }
    if (this.#place === visible) for (const records of ['files', 'lines', 'rejects']) await session.run(`DELETE FROM raw.${records} WHERE table_name = $1`, [table]);
    const columns = targets.map(({ name, cell }) => ({ name, cell: this.#cell(table, name, cell) }));
    await session.run(`
      DROP TABLE IF EXISTS ${tableIn(this.#place, table)};
      DROP TABLE IF EXISTS ${tableIn(this.#place, `${table}_text`)};
      CREATE TABLE ${tableIn(this.#place, table)} (${columns.map(({ name, cell }) => `${identifier(name)} ${String(columnTypes[cell])}`).join(', ')});
      CREATE TABLE ${tableIn(this.#place, `${table}_text`)} (file_id INTEGER NOT NULL, line BIGINT, ${columns.map(({ name }) => `${identifier(name)} VARCHAR`).join(', ')});
    `);
    return { name: table, place: this.#place, columns, rows: 0 };
  }
}

/** The columns of a table that is there, as cells of a file with these targets are kept in it; undefined when it is not there. */
export async function existingColumns(session: Session, table: string, targets: readonly TargetColumn[], place: Place = visible): Promise<TableColumn[] | undefined> {
  const existing = await session.all<{ column_name: string; data_type: string }>(
    `SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2 ORDER BY column_index`, [place.schema, `${place.prefix}${table}`]);
  if (existing.length === 0) return undefined;
  const cells = new Map(targets.map(({ name, cell }) => [name, cell]));
  return existing.map(({ column_name: name, data_type }) => ({ name, cell: sameType(cells.get(name), data_type) ?? cellTypeOf(data_type) ?? 'text' }));
}

function sameType(cell: CellType | undefined, type: string): CellType | undefined {
  return cell !== undefined && String(columnTypes[cell]) === type ? cell : undefined;
}

/**
 * Writes the rows of one file: readable ones to `raw.<table>`, others to `raw.<table>_text`, broken lines to
 * `raw.rejects`, and where each row stands to `raw.lines`.
 */
export class RowWriter {
  readonly counts: FileCounts = { rows: 0, rejected: 0, unreadable: 0 };
  readonly #fileId: number;
  readonly #table: RawTable;
  readonly #rows: TableAppender;
  readonly #texts: TableAppender;
  readonly #lines: TableAppender;
  readonly #rejects: TableAppender;
  /** Line minus row number of the row before: a new entry of the map begins where it changes. */
  #offset: number | undefined;

  private constructor(fileId: number, table: RawTable, appenders: readonly [TableAppender, TableAppender, TableAppender, TableAppender]) {
    this.#fileId = fileId;
    this.#table = table;
    [this.#rows, this.#texts, this.#lines, this.#rejects] = appenders;
  }

  static async open(session: Session, table: RawTable, fileId: number): Promise<RowWriter> {
    const { schema, prefix } = table.place;
    return new RowWriter(fileId, table, [
      await TableAppender.open(session, schema, `${prefix}${table.name}`, table.columns.map(({ cell }) => columnTypes[cell])),
      await TableAppender.open(session, schema, `${prefix}${table.name}_text`, [INTEGER, BIGINT, ...table.columns.map(() => VARCHAR)]),
      await TableAppender.open(session, schema, `${prefix}lines`, [INTEGER, VARCHAR, BIGINT, BIGINT]),
      await TableAppender.open(session, schema, `${prefix}rejects`, [INTEGER, VARCHAR, BIGINT, VARCHAR, VARCHAR, VARCHAR]),
    ]);
  }

  /** A row whose cells could all be read, in the order of the table's columns. */
  row(values: readonly DuckDBValue[], line: number | null): void {
    this.#rows.add(values);
    const row = this.#table.rows++;
    this.counts.rows++;
    if (line === null || this.#offset === line - row) return;
    this.#offset = line - row;
    this.#lines.add([this.#fileId, this.#table.name, BigInt(row), BigInt(line)]);
  }

  /** A row with a cell that could not be read, as it came. */
  unreadable(cells: readonly (string | null)[], line: number | null): void {
    this.#texts.add([this.#fileId, line === null ? null : BigInt(line), ...cells]);
    this.counts.unreadable++;
  }

  /** A line that is no row. */
  reject(line: number, column: string | null, reason: string, text: string): void {
    this.#rejects.add([this.#fileId, this.#table.name, BigInt(line), column, reason, text.replaceAll('\0', '\uFFFD').slice(0, REJECT_TEXT)]);
    this.counts.rejected++;
  }

  close(): void {
    for (const appender of [this.#rows, this.#texts, this.#lines, this.#rejects]) appender.close();
  }

  discard(): void {
    for (const appender of [this.#rows, this.#texts, this.#lines, this.#rejects]) appender.discard();
  }
}

/** How the cells of each column of the table are read in this file, in the table's order. */
export function cellsOf(table: RawTable, targets: readonly { name: string; cell: CellType }[]): CellType[] {
  return table.columns.map(({ name, cell }) => sameType(targets.find((target) => target.name === name)?.cell, String(columnTypes[cell])) ?? cell);
}

/** Where the cells of each column of the table come from, in the table's order. */
export function sourcesOf(table: RawTable, plan: FilePlan): TargetColumn['from'][] {
  return table.columns.map(({ name }) => plan.targets.find((target) => target.name === name)?.from ?? null);
}

/** `raw.files`' row about one file. */
export async function recordFile(session: Session, file: { fileId: number; plan: FilePlan; kind: SourceKind; table: string; bytes: number; sha256: string; firstRow: number; counts: FileCounts; importedAt: Date }): Promise<void> {
  const { plan, counts } = file;
  const scale = plan.kind === 'ratings' ? plan.release?.scale : undefined;
  const time = (date: Date | null) => (date === null ? 'NULL' : `TIMESTAMP ${literal(date.toISOString().slice(0, -1).replace('T', ' '))}`);
  const reading = readingOf(plan);
  const firstAt = await firstImported(session, { sha256: file.sha256, table: file.table, reading }, file.importedAt);
  await session.run(
    `INSERT INTO raw.files (file_id, path, kind, table_name, release, format, encoding, bytes, sha256, modified_at, first_row, rows, rejected, unreadable, scale_min, scale_max, scale_step, imported_at, reading, first_imported_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, ${time(plan.file.modifiedAt)}, $10, $11, $12, $13, ${scale?.min ?? 'NULL'}, ${scale?.max ?? 'NULL'}, ${scale?.step ?? 'NULL'}, ${time(file.importedAt)}, $14, TIMESTAMP ${literal(firstAt)})`,
    [file.fileId, plan.file.path, file.kind, file.table, plan.release?.name ?? null, plan.format, plan.encoding, BigInt(file.bytes), file.sha256,
      BigInt(file.firstRow), BigInt(counts.rows), BigInt(counts.rejected), BigInt(counts.unreadable), reading],
  );
}
