import { type DuckDBAppender, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { Session } from '../workspace/session.ts';

const CHUNK_ROWS = 2048;

/** Adds rows at the end of a table within the session's transaction, a vector at a time. */
export class TableAppender {
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;
  readonly #columns: DuckDBValue[][];
  #rows = 0;

  private constructor(appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.#appender = appender;
    this.#chunk = DuckDBDataChunk.create(types);
    this.#columns = types.map(() => []);
  }

  static async open(session: Session, schema: string, table: string, types: readonly DuckDBType[]): Promise<TableAppender> {
    return new TableAppender(await session.connection.createAppender(table, schema), types);
  }

  /** One row, a value for each column of the table. */
  add(row: readonly DuckDBValue[]): void {
    const at = this.#rows++;
    for (const [i, column] of this.#columns.entries()) column[at] = row[i] ?? null;
    if (this.#rows === CHUNK_ROWS) this.#flush();
  }

  close(): void {
    if (this.#rows > 0) this.#flush();
    this.#appender.closeSync();
  }

  /** Gives up what was not flushed: the transaction is rolled back anyway. */
  discard(): void {
    try {
      this.#appender.clear();
      this.#appender.closeSync();
    } catch {
      // The transaction has ended already.
    }
  }

  #flush(): void {
    this.#chunk.reset();
    this.#chunk.rowCount = this.#rows;
    for (const [i, column] of this.#columns.entries()) {
      column.length = this.#rows;
      this.#chunk.setColumnValues(i, column);
    }
    this.#appender.appendDataChunk(this.#chunk);
    this.#rows = 0;
  }
}
