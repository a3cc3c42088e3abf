import type { DuckDBValue } from '@duckdb/node-api';
import type { FilePlan } from './plan.ts';
import type { RawTable, RowWriter } from './raw-tables.ts';
import { unfold, unfoldedFields } from './unfold.ts';

/** Where the rows of one file go: its own table, and the tables that its cells are unfolded into. */
export interface Writers {
  readonly main: RowWriter;
  readonly unfolded: ReadonlyMap<string, { readonly table: RawTable; readonly writer: RowWriter }>;
}

/** What happens to each row of a file once its cells were read: it is numbered, written, and its lists are unfolded. */
export class RestOfRow {
  readonly #plan: FilePlan;
  readonly #table: RawTable;
  readonly #writers: Writers;
  /** Of each table of unfolded rows, where each of its columns is among the unfolded values. */
  readonly #orders: ReadonlyMap<string, readonly number[]>;
  readonly #idAt: number;
  #number: bigint | null = null;

  constructor(plan: FilePlan, table: RawTable, writers: Writers) {
    this.#plan = plan;
    this.#table = table;
    this.#writers = writers;
    this.#idAt = table.columns.findIndex(({ name }) => name === 'movie_id');
    this.#orders = new Map(plan.unfoldings.map(({ table: name }) => {
      const fields = unfoldedFields(name);
      return [name, writers.unfolded.get(name)?.table.columns.map((column) => fields.findIndex((field) => field.name === column.name)) ?? []];
    }));
  }

  /** The film id of the next row, where films are numbered. */
  begin(): bigint | null {
    if (this.#table.lastId !== undefined) this.#number = BigInt(++this.#table.lastId);
    return this.#number;
  }

  /** `values` are undefined when a cell cannot be read: then the row is kept as `texts`. */
  end(values: readonly DuckDBValue[] | undefined, texts: () => readonly (string | null)[], cell: (column: number) => string, line: number): void {
    const kept = values === undefined ? texts() : undefined;
    if (!this.#plan.onlyUnfolds) {
      if (values !== undefined) this.#writers.main.row(values, line);
      else if (kept !== undefined) this.#writers.main.unreadable(kept, line);
    }
    const id = values?.[this.#idAt] ?? kept?.[this.#idAt] ?? null;
    // The id of a row with another cell that is unreadable comes as its text.
    const movieId = typeof id === 'string' && /^\d{1,18}$/.test(id) && id !== '0' ? BigInt(id) : id;
    for (const { table, columns } of this.#plan.unfoldings) {
      const writer = this.#writers.unfolded.get(table)?.writer;
      const order = this.#orders.get(table);
      if (!writer || !order) continue;
      for (const column of columns) {
        const text = cell(column.from).trim();
        if (text === '' || this.#plan.nullTokens.has(text)) continue;
        for (const row of unfold(column, text, movieId)) {
          if ('problem' in row) writer.reject(line, column.name, row.problem, text);
          else if (typeof movieId === 'string') writer.unreadable(order.map((at) => asText(row.values[at] ?? null)), line);
          else writer.row(order.map((at) => row.values[at] ?? null), line);
        }
      }
    }
  }
}

function asText(value: DuckDBValue): string | null {
  return value === null ? null : String(value);
}
