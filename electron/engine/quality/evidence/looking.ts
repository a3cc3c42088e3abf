import type { EngineContext } from '../../workspace/context.ts';
import { decisionsPrint } from '../../workspace/journal.ts';
import { type Session, throwIfCancelled } from '../../workspace/session.ts';
import { identifier } from '../../workspace/sql.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { buildDecided } from '../decisions/decided.ts';
import { Relations } from '../relations/index.ts';
import { readScope, type Scope } from '../relations/scope.ts';
import { fingerprint } from '../report.ts';
import { ownRulesOf, readOwnRules } from '../rules/own/index.ts';

/** Rows that all kept tables together may have; beyond it the least recently used go. */
const MOST_ROWS = 4_000_000;
const IDLE_MS = 120_000;
/** Names of tables that rest on what is decided begin with this. */
export const DECIDED_NAME = 'decided: ';
const heavyJobs = new Set(['import', 'run', 'train', 'quality']);

/** A temporary table that is kept while people look at it. */
export interface KeptTable {
  /** Its name, to be used in SQL as it is. */
  readonly sql: string;
  readonly rows: number;
}

/** What someone who looks at evidence works with. */
export interface Look {
  readonly session: Session;
  readonly scope: Scope;
  readonly relations: Relations;
  /** A temporary table known by `name`, made by `build` when it is not there; `build` is given the name to create. */
  table(name: string, build: (sql: string) => Promise<void>): Promise<KeptTable>;
}

interface Kept {
  readonly workspace: Workspace;
  readonly data: string;
  readonly relations: Relations;
  readonly tables: Map<string, KeptTable>;
  decisions: string | null | undefined;
  readonly close: () => void;
}

/**
 * Relations and results of one state of the data and parameters, kept on one connection between calls, so that paging,
 * sorting and filtering do not group everything anew. Dropped when the state changes, when nobody looked for two
 * minutes, and when heavy work begins, which needs the memory. Calls wait for one another.
 */
export class Looking {
  readonly #engine: EngineContext;
  #kept: Kept | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #made = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(engine: EngineContext) {
    this.#engine = engine;
    engine.listen((event) => {
      if (event.name === 'job.changed' && event.data.status === 'running' && heavyJobs.has(event.data.kind) && this.#kept) this.#afterTurn(() => this.#drop());
    });
  }

  /** Does `work` with the state as it is; once more when files came in meanwhile. */
  look<T>(work: (look: Look) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#turn.then(() => this.#work(work, signal));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #work<T>(work: (look: Look) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    throwIfCancelled(signal);
    clearTimeout(this.#idle);
    try {
      for (let attempt = 1; ; attempt++) {
        const look = await this.#look(signal);
        const result = await work(look);
        if (attempt === 2 || (await this.#print(look.session)) === this.#kept?.data) return result;
      }
    } catch (error) {
      if (!signal?.aborted) this.#drop();
      throw error;
    } finally {
      this.#idle = setTimeout(() => this.#afterTurn(() => this.#drop()), IDLE_MS).unref();
    }
  }

  async #look(signal: AbortSignal | undefined): Promise<Look> {
    const workspace = this.#engine.workspace();
    const kept = await this.#open(workspace, signal);
    const { relations, tables } = kept;
    const { session, scope } = relations;
    const decisions = await decisionsPrint(session);
    if (decisions !== kept.decisions) {
      await buildDecided(session, scope);
      for (const [name, { sql }] of tables) {
        if (!name.startsWith(DECIDED_NAME)) continue;
        await session.run(`DROP TABLE ${sql}`);
        tables.delete(name);
      }
      kept.decisions = decisions;
    }
    const table: Look['table'] = async (name, build) => {
      const known = tables.get(name);
      if (known) {
        tables.delete(name);
        tables.set(name, known);
        return known;
      }
      const sql = `temp.${identifier(`kept_${++this.#made}`)}`;
      await build(sql);
      const { rows } = await session.one<{ rows: number }>(`SELECT count(*) AS rows FROM ${sql}`);
      const made = { sql, rows };
      tables.set(name, made);
      let all = [...tables.values()].reduce((sum, each) => sum + each.rows, 0);
      for (const [other, { sql: old, rows: size }] of tables) {
        if (all <= MOST_ROWS || other === name) break;
        await session.run(`DROP TABLE ${old}`);
        tables.delete(other);
        all -= size;
      }
      return made;
    };
    return { session, scope, relations, table };
  }

  async #open(workspace: Workspace, signal: AbortSignal | undefined): Promise<Kept> {
    if (this.#kept && this.#kept.workspace === workspace) {
      this.#kept.relations.session.signal = signal;
      if ((await this.#print(this.#kept.relations.session)) === this.#kept.data) return this.#kept;
    }
    this.#drop();
    const { session, close } = await workspace.keep();
    session.signal = signal;
    try {
      const { quality } = this.#engine.parameters().values;
      const data = await this.#print(session);
      const relations = new Relations(session, await readScope(session, quality, this.#engine.clock(), null, await ownRulesOf(workspace, session)));
      this.#kept = { workspace, data, relations, tables: new Map(), decisions: undefined, close };
      return this.#kept;
    } catch (error) {
      close();
      throw error;
    }
  }

  async #print(session: Session): Promise<string> {
    return fingerprint(session, this.#engine.parameters().values.quality, await readOwnRules(this.#engine.workspace()));
  }

  #afterTurn(work: () => void): void {
    this.#turn = this.#turn.then(work, work);
  }

  #drop(): void {
    this.#kept?.close();
    this.#kept = undefined;
  }
}
