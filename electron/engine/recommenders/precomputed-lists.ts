import type { DuckDBAppender } from '@duckdb/node-api';
import { DuckDBDataChunk, FLOAT, INTEGER } from '@duckdb/node-api';
import { ModelName, type Precomputed } from '../../../shared/contract/index.ts';
import { itemsOf, readColumns } from '../workspace/columns.ts';
import { isRecord } from '../workspace/parameter-schema.ts';
import type { Session } from '../workspace/session.ts';
import { literal } from '../workspace/sql.ts';
import { positionOf } from './catalogue.ts';
import { readModels } from './saved-models.ts';

/** Folder of the files, in the workspace's. */
export const PRECOMPUTED = 'precomputed';

/** Lists of all users as they are recorded: which model and data they are of. */
export interface PrecomputedRow extends Precomputed {
  readonly sha256: string;
  readonly data: string;
  readonly personal: boolean;
}

/** The recorded lists, one entry a model. */
export async function readPrecomputed(session: Session): Promise<PrecomputedRow[]> {
  const rows = await session.all<Omit<PrecomputedRow, 'params' | 'model'> & { model: string; params: string }>(`
    SELECT model, top, users, strftime(made_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "madeAt", seconds, peak_memory_mb AS "peakMemoryMB", bytes, path, run_id AS run, params::VARCHAR AS params,
      sha256, data, personal
    FROM store.precomputed ORDER BY made_at DESC`);
  return rows.flatMap((row) => {
    const model = ModelName.safeParse(row.model);
    const params: unknown = JSON.parse(row.params);
    return model.success ? [{ ...row, model: model.data, params: isRecord(params) ? params : {} }] : [];
  });
}

/** Records the lists in place of those that there are of the model; answers the path of these. */
export async function recordPrecomputed(session: Session, row: PrecomputedRow): Promise<string | undefined> {
  const before = await session.first<{ path: string }>('SELECT path FROM store.precomputed WHERE model = ?', [row.model]);
  await session.run('DELETE FROM store.precomputed WHERE model = ?', [row.model]);
  await session.run(`INSERT INTO store.precomputed (model, top, users, made_at, seconds, peak_memory_mb, bytes, path, run_id, params, sha256, data, personal)
    VALUES (?, ?, ?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?, ?, ?, ?)`, [
    row.model, row.top, BigInt(row.users), row.madeAt.replace('Z', ''), row.seconds, row.peakMemoryMB, BigInt(row.bytes), row.path, row.run, JSON.stringify(row.params), row.sha256, row.data, row.personal,
  ]);
  return before?.path;
}

/** What the visible ratings and films are, by their content: the same where a run built the same again. */
export async function dataKey(session: Session): Promise<string> {
  const rows = await session.all<{ name: string; print: string }>(`
    SELECT l.table_name AS name, coalesce(any_value(json_extract_string(b.outputs, '$."' || l.table_name || '"')), l.run_id) AS print
    FROM store.live l LEFT JOIN store.builds b ON b.run_id = l.run_id AND json_extract_string(b.outputs, '$."' || l.table_name || '"') IS NOT NULL
    WHERE l.table_name IN ('ratings', 'movies') GROUP BY l.table_name, l.run_id ORDER BY name`);
  return rows.map(({ name, print }) => `${name} ${print}`).join(', ');
}

/** Why recorded lists are no longer what the model would say; null where they are. */
export async function staleness(session: Session, row: PrecomputedRow): Promise<string | null> {
  const model = (await readModels(session)).find(({ model: name }) => name === row.model);
  if (!model) return 'The model is no longer there.';
  if (model.sha256 !== row.sha256) return 'The model was trained again since.';
  if ((await dataKey(session)) !== row.data) return 'The ratings or films changed since.';
  return null;
}

const CHUNK = 2048;
const columns = ['user_id', 'rank', 'movie_id', 'score', 'cold_start', 'rated', 'unknown'] as const;
const types = columns.map((column) => (column === 'score' ? FLOAT : INTEGER));

/** Takes lists into a temporary table of the session, which `save` writes as a Parquet file. */
export class ListWriter {
  readonly #session: Session;
  readonly #appender: DuckDBAppender;
  readonly #rows = columns.map((column) => (column === 'score' ? new Float32Array(CHUNK) : new Int32Array(CHUNK)));
  #count = 0;

  private constructor(session: Session, appender: DuckDBAppender) {
    this.#session = session;
    this.#appender = appender;
  }

  static async open(session: Session): Promise<ListWriter> {
    await session.run(`CREATE TEMP TABLE lists (${columns.map((column) => `${column} ${column === 'score' ? 'FLOAT' : 'INTEGER'} NOT NULL`).join(', ')})`);
    return new ListWriter(session, await session.connection.createAppender('lists', 'main', 'temp'));
  }

  add(user: number, films: Int32Array, scores: Float32Array, { coldStart, rated, unknown }: { coldStart: boolean; rated: number; unknown: number }): void {
    for (let rank = 0; rank < films.length; rank++) {
      const row = [user, rank + 1, films[rank] ?? 0, scores[rank] ?? 0, Number(coldStart), rated, unknown];
      for (let column = 0; column < row.length; column++) {
        const values = this.#rows[column];
        if (values) values[this.#count] = row[column] ?? 0;
      }
      if (++this.#count === CHUNK) this.#flush();
    }
  }

  /** Writes all that was added to `file`, by user and rank; `about` stands in its metadata. */
  async save(file: string, about: Readonly<Record<string, string>>): Promise<void> {
    this.#flush();
    this.#appender.closeSync();
    const metadata = Object.entries(about).map(([key, value]) => `${key}: ${literal(value)}`).join(', ');
    await this.#session.run(`COPY (SELECT user_id, rank, movie_id, score, cold_start = 1 AS cold_start, rated, unknown FROM lists) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${metadata}})`);
  }

  #flush(): void {
    if (this.#count === 0) return;
    const chunk = DuckDBDataChunk.create(types, this.#count);
    this.#rows.forEach((values, column) => {
      const vector = chunk.getColumnVector(column);
      itemsOf(vector)?.set(values.subarray(0, this.#count));
      vector.flush();
    });
    this.#appender.appendDataChunk(chunk);
    this.#count = 0;
  }
}

/** One user's list as it was worked out. */
export interface UserList {
  readonly movieIds: Int32Array;
  readonly scores: Float32Array;
  readonly coldStart: boolean;
  /** Films of the history, and those of them that the model knows nothing of. */
  readonly rated: number;
  readonly unknown: number;
}

/** The lists of a file in memory, 12 bytes a film and 20 a user. */
export async function readLists(session: Session, file: string): Promise<(user: number) => UserList | undefined> {
  const from = `read_parquet(${literal(file)})`;
  const { rows, users } = await session.one<{ rows: number; users: number }>(`SELECT count(*) AS rows, count(*) FILTER (rank = 1) AS users FROM ${from}`);
  const [movieIds, scores] = await readColumns(session, `SELECT movie_id, score FROM ${from} ORDER BY user_id, rank`, rows, [Int32Array, Float32Array]);
  const [ids, lengths, cold, rated, unknown] = await readColumns(
    session, `SELECT user_id, count(*)::INTEGER, max(cold_start::INTEGER), max(rated), max(unknown) FROM ${from} GROUP BY user_id ORDER BY user_id`, users, [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array]);
  const starts = new Int32Array(users + 1);
  for (let user = 0; user < users; user++) starts[user + 1] = (starts[user] ?? 0) + (lengths[user] ?? 0);
  return (id) => {
    const at = positionOf(ids, id);
    if (at === undefined) return undefined;
    const [start, end] = [starts[at], starts[at + 1]];
    return { movieIds: movieIds.subarray(start, end), scores: scores.subarray(start, end), coldStart: cold[at] === 1, rated: rated[at] ?? 0, unknown: unknown[at] ?? 0 };
  };
}
