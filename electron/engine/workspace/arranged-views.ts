import { type Arranged, ReelbenchError, type TableView } from '../../../shared/contract/index.ts';
import type { Session } from './session.ts';
import { identifier } from './sql.ts';
import { type ViewSql, viewSql } from './views.ts';
import type { Workspace } from './workspace.ts';

/** How many views' orders are kept at once. One of 32 million rows takes 128 MB of the database's memory, which spills to disk. */
const KEPT = 3;
const SCRATCH = 'scratch';

interface Arrangement {
  readonly table: string;
  readonly abort: AbortController;
  /** Resolves with the number of rows. */
  readonly done: Promise<number>;
  /** Set when it is done. */
  rows: number | undefined;
  share: number | null;
  readers: number;
  dropped: boolean;
}

/**
 * The rows of sorted or filtered views by place: for each view a list of row numbers in its order, worked out once, in a
 * database of its own in memory that is never part of the workspace. A page anywhere inside is then a look-up.
 */
export class ArrangedViews {
  readonly #workspace: Workspace;
  readonly #arranged = new Map<string, Arrangement>();
  #made = 0;
  #scratch: Promise<unknown> | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Works the order of a view out, or says how far that is; nothing needs to be done for a table as it stands or for a view of SQL. */
  async arrange(view: TableView, wait: number, signal: AbortSignal): Promise<Arranged> {
    const sql = await this.#workspace.read((session) => viewSql(session, view), signal);
    if (!needsOrder(sql)) return { ready: true, share: 1 };
    const arrangement = this.#started(sql);
    const give = () => {
      if (arrangement.rows === undefined) this.#drop(keyOf(sql), arrangement);
    };
    signal.addEventListener('abort', give, { once: true });
    try {
      await Promise.race([arrangement.done, new Promise((resolve) => setTimeout(resolve, wait).unref())]);
    } finally {
      signal.removeEventListener('abort', give);
    }
    return { ready: arrangement.rows !== undefined, share: arrangement.rows === undefined ? arrangement.share : 1 };
  }

  /** How many rows a view has, when its order is known. */
  rowsOf(sql: ViewSql): number | undefined {
    return this.#arranged.get(keyOf(sql))?.rows;
  }

  /** Row numbers of `limit` rows from `offset` on, in the view's order, which is worked out first when it is not known. */
  async rowIds(sql: ViewSql, limit: number, offset: number, signal: AbortSignal | undefined): Promise<{ total: number; ids: number[] }> {
    const arrangement = this.#started(sql);
    arrangement.readers++;
    try {
      const total = await settledOr(arrangement.done, signal);
      const ids = await this.#workspace.read(
        (session) => session.all<{ id: number }>(`SELECT id FROM ${arrangement.table} WHERE rowid >= ${offset} AND rowid < ${offset + limit} ORDER BY rowid`),
        signal,
      );
      return { total, ids: ids.map(({ id }) => id) };
    } finally {
      arrangement.readers--;
      this.#removeWhenFree(arrangement);
    }
  }

  /** Forgets every order: rows may have changed. */
  clear(): void {
    for (const [key, arrangement] of this.#arranged) this.#drop(key, arrangement);
  }

  #started(sql: ViewSql): Arrangement {
    const key = keyOf(sql);
    const known = this.#arranged.get(key);
    if (known !== undefined) {
      this.#arranged.delete(key);
      this.#arranged.set(key, known);
      return known;
    }
    const abort = new AbortController();
    const arrangement: Arrangement = { table: `${SCRATCH}.${identifier(`order_${++this.#made}`)}`, abort, done: this.#build(sql, () => arrangement), rows: undefined, share: null, readers: 0, dropped: false };
    // Whoever waits hears of it; nobody need be waiting.
    arrangement.done.catch(() => this.#drop(key, arrangement));
    this.#arranged.set(key, arrangement);
    const [oldest] = this.#arranged;
    if (this.#arranged.size > KEPT && oldest !== undefined) this.#drop(...oldest);
    return arrangement;
  }

  async #build({ from, order, parameters }: ViewSql, itself: () => Arrangement): Promise<number> {
    await (this.#scratch ??= this.#workspace.read((session) => session.run(`ATTACH IF NOT EXISTS ':memory:' AS ${SCRATCH}`)));
    const arrangement = itself();
    await this.#workspace.read(async (session) => {
      await session.run('SET enable_progress_bar = true; SET enable_progress_bar_print = false');
      const poll = setInterval(() => {
        const percent = session.progress();
        if (percent >= 0) arrangement.share = Math.min(percent, 100) / 100;
      }, 100);
      try {
        await session.run(`CREATE TABLE ${arrangement.table} AS SELECT rowid::${rowIdType} AS id ${from} ${order}`, parameters);
      } finally {
        clearInterval(poll);
      }
      const { rows } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${arrangement.table}`);
      arrangement.rows = rows;
    }, arrangement.abort.signal);
    if (arrangement.dropped) this.#removeWhenFree(arrangement);
    return arrangement.rows ?? 0;
  }

  #drop(key: string, arrangement: Arrangement): void {
    if (this.#arranged.get(key) === arrangement) this.#arranged.delete(key);
    arrangement.dropped = true;
    arrangement.abort.abort();
    this.#removeWhenFree(arrangement);
  }

  #removeWhenFree(arrangement: Arrangement): void {
    if (!arrangement.dropped || arrangement.readers > 0 || arrangement.rows === undefined) return;
    // The workspace may be closing, and with it everything in memory goes.
    this.#workspace.read((session) => session.run(`DROP TABLE IF EXISTS ${arrangement.table}`)).catch(() => undefined);
  }
}

/** Tables of more than four thousand million rows are not of this world. */
const rowIdType = 'UINTEGER';

const keyOf = ({ from, order, parameters }: ViewSql): string => JSON.stringify([from, order, parameters]);

/** Whether the rows of a view lie elsewhere than their row numbers say, and have such numbers. */
export const needsOrder = ({ source, from, order, physical, numbered }: ViewSql): boolean => physical && !(numbered && order === '' && from === `FROM ${source}`);

async function settledOr<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const aborted = Promise.withResolvers<never>();
  const give = () => aborted.reject(new ReelbenchError('cancelled', 'Cancelled.'));
  if (signal.aborted) give();
  signal.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', give);
    aborted.promise.catch(() => undefined);
  }
}

/** Reads rows by their numbers, in the order of the numbers given. The bounds let the scan leave out what lies outside. */
export async function rowsById(session: Session, { source, columns }: ViewSql, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const names = columns.map(({ name }) => identifier(name)).join(', ');
  const [low, high] = ids.reduce(([a, b], id) => [Math.min(a, id), Math.max(b, id)], [ids[0] ?? 0, ids[0] ?? 0]);
  const { rows } = await session.table(`SELECT rowid, ${names} FROM ${source} WHERE rowid >= ${low} AND rowid <= ${high} AND rowid IN (${ids.join(', ')})`);
  const found = new Map(rows.map(([id, ...cells]) => [id, cells]));
  return ids.flatMap((id) => {
    const cells = found.get(id);
    return cells === undefined ? [] : [cells];
  });
}
