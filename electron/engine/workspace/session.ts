import type { DuckDBConnection, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import { type Cell, ReelbenchError } from '../../../shared/contract/index.ts';
import { toCell } from './cells.ts';
import { toReelbenchError } from './failures.ts';

export type Parameters = readonly DuckDBValue[];
export type Row = Record<string, Cell>;

/**
 * One connection to the workspace's database. When `signal` aborts, the statement that runs is interrupted and rejects
 * with code `cancelled`; the connection stays usable.
 */
export class Session {
  readonly connection: DuckDBConnection;
  /** Of the call at hand, on a connection that outlives calls. */
  signal: AbortSignal | undefined;

  constructor(connection: DuckDBConnection, signal?: AbortSignal) {
    this.connection = connection;
    this.signal = signal;
  }

  /** Runs one or more statements; answers how many rows the last one changed. */
  async run(sql: string, parameters: Parameters = []): Promise<number> {
    return this.#guard(async () => (await this.connection.run(sql, [...parameters])).rowsChanged);
  }

  /** Adds rows of values to a table (a SQL name, with its columns where not all are given) in one statement. */
  async insert(into: string, rows: readonly Parameters[]): Promise<void> {
    if (rows.length === 0) return;
    await this.run(`INSERT INTO ${into} VALUES ${rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ')}`, rows.flat());
  }

  /** All rows of a query as plain JSON objects. For results that a person or a report reads, not for bulk data. */
  async all<T = Row>(sql: string, parameters: Parameters = []): Promise<T[]> {
    const { columns, rows } = await this.table(sql, parameters);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])) as T);
  }

  async first<T = Row>(sql: string, parameters: Parameters = []): Promise<T | undefined> {
    return (await this.all<T>(sql, parameters))[0];
  }

  /** The first row of a query that always has one. */
  async one<T = Row>(sql: string, parameters: Parameters = []): Promise<T> {
    const row = await this.first<T>(sql, parameters);
    if (row === undefined) throw new ReelbenchError('internal', `A query that always has a row had none: ${sql}`);
    return row;
  }

  async table(sql: string, parameters: Parameters = []): Promise<{ columns: { name: string; type: string }[]; rows: Cell[][] }> {
    return this.#guard(async () => {
      const reader = await this.connection.runAndReadAll(sql, [...parameters]);
      const types = reader.columnTypes();
      return {
        columns: reader.columnNames().map((name, i) => ({ name, type: String(types[i]) })),
        rows: reader.getRows().map((row) => row.map(toCell)),
      };
    });
  }

  /** A result to be fetched chunk by chunk (`fetchChunk`), for bulk data into typed arrays. */
  async stream(sql: string, parameters: Parameters = []): Promise<DuckDBResult> {
    return this.#guard(() => this.connection.stream(sql, [...parameters]));
  }

  /** How far DuckDB says the running statement is, from 0 to 100; -1 when it does not know. */
  progress(): number {
    return this.connection.progress.percentage;
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    throwIfCancelled(this.signal);
    const interrupt = () => this.connection.interrupt();
    this.signal?.addEventListener('abort', interrupt, { once: true });
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(this.signal, error);
      throw toReelbenchError(error);
    } finally {
      this.signal?.removeEventListener('abort', interrupt);
    }
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined, cause?: unknown): void {
  if (signal?.aborted) throw new ReelbenchError('cancelled', 'Cancelled.', { cause });
}
