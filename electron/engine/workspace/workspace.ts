import { existsSync, statSync } from 'node:fs';
import { access, constants, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { filesOfBuilds } from './builds.ts';
import { toReelbenchError } from './failures.ts';
import { migrate } from './schema.ts';
import { Session, throwIfCancelled } from './session.ts';

/** Folders of the files that builds or records name, and which of the files there are such; the others are a person's, or copies for one. */
const FILE_FOLDERS = ['models', 'outputs', 'precomputed'];
const BUILD_FILE = /^(?:models\/|precomputed\/|outputs\/\d{8}T\d{6}_[0-9a-f]{6}\/)/;

export interface WorkspaceOptions {
  /** DuckDB's own limit, in MB; it does not bound the whole process. */
  readonly memoryLimitMB: number;
  readonly threads: number;
  readonly readOnly?: boolean;
}

/**
 * A folder with one DuckDB file, saved models, run reports and `reelbench.yaml`.
 * One process holds it at a time; a second one gets `workspace-in-use`.
 */
export class Workspace {
  readonly directory: string;
  readonly #instance: DuckDBInstance;
  readonly #kept = new Set<DuckDBConnection>();
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(directory: string, instance: DuckDBInstance) {
    this.directory = directory;
    this.#instance = instance;
  }

  /** Opens the workspace in `directory`, making it if it is not there, and clears away what an interrupted process left. */
  static async open(directory: string, options: WorkspaceOptions): Promise<Workspace> {
    try {
      if (!options.readOnly) await makeFolder(path.join(directory, 'models'));
      const instance = await DuckDBInstance.create(path.join(directory, 'workspace.duckdb'), {
        threads: String(options.threads),
        memory_limit: `${options.memoryLimitMB}MB`,
        temp_directory: path.join(directory, 'tmp'),
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        ...(options.readOnly ? { access_mode: 'READ_ONLY' } : {}),
      });
      const workspace = new Workspace(directory, instance);
      try {
        if (!options.readOnly) {
          await workspace.write((session) => migrate(session));
          await workspace.#removeAbandonedFiles();
        }
      } catch (error) {
        workspace.close();
        throw error;
      }
      return workspace;
    } catch (error) {
      throw toReelbenchError(error);
    }
  }

  /** A path inside the workspace's folder. */
  path(...parts: string[]): string {
    return path.join(this.directory, ...parts);
  }

  /** Reads on a connection of its own; sees the last committed state, also while a write runs. */
  async read<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await work(new Session(connection, signal));
    } finally {
      connection.closeSync();
    }
  }

  /** A connection to read on that outlives a call, for temporary tables worth keeping. Ends with `close`, at the latest the workspace's own. */
  async keep(): Promise<{ readonly session: Session; readonly close: () => void }> {
    const connection = await this.#instance.connect();
    this.#kept.add(connection);
    return {
      session: new Session(connection),
      close: () => {
        if (this.#kept.delete(connection)) connection.closeSync();
      },
    };
  }

  /**
   * Writes in one transaction: all of it happened or none of it. Writers wait for one another.
   * When `work` throws or `signal` aborts, everything is rolled back.
   */
  async write<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#writing;
    const turn = (async () => {
      await Promise.race([before, abortOf(signal)]);
      throwIfCancelled(signal);
      return this.writeBeside(work, signal);
    })();
    this.#writing = Promise.allSettled([before, turn]);
    return turn;
  }

  /** Writes in one transaction, waiting for no other writer: for work on tables that nobody else writes. */
  async writeBeside<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.read(async (session) => {
      await session.run('BEGIN TRANSACTION');
      try {
        const result = await work(session);
        await session.run('COMMIT');
        return result;
      } catch (error) {
        // The connection's own signal may be aborted by now, and rolling back must still happen.
        await session.connection.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    }, signal);
  }

  /** Removes what an interrupted process left in the folders of files: those that no build of the cache and no record names, and files half written. */
  async #removeAbandonedFiles(): Promise<void> {
    const named = await this.read(async (session) => {
      const recorded = await session.all<{ path: string }>('SELECT path FROM store.precomputed');
      return new Set([...(await filesOfBuilds(session)), ...recorded.map((row) => row.path)]);
    });
    for (const folder of FILE_FOLDERS) {
      if (!existsSync(this.path(folder))) continue;
      for (const entry of await readdir(this.path(folder), { recursive: true, withFileTypes: true })) {
        const file = path.relative(this.directory, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/');
        if (entry.isFile() && BUILD_FILE.test(file) && !named.has(file)) await rm(this.path(file), { force: true });
      }
    }
    // Held by this process now, so what lies here is nobody's.
    await rm(this.path('tmp'), { recursive: true, force: true });
    for (const folder of ['.', 'runs', 'checkpoints', 'outputs']) {
      if (!existsSync(this.path(folder))) continue;
      for (const file of await readdir(this.path(folder))) if (file.endsWith('.tmp')) await rm(this.path(folder, file), { force: true });
    }
  }

  /** Size in bytes of the database and of what is not yet written into it. */
  databaseBytes(): number {
    return ['workspace.duckdb', 'workspace.duckdb.wal'].reduce((sum, file) => sum + (statSync(this.path(file), { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  close(): void {
    for (const connection of this.#kept) connection.closeSync();
    this.#kept.clear();
    this.#instance.closeSync();
  }
}

/** Resolves when the signal aborts; never without one. */
function abortOf(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

/** Like `mkdir -p`; on a read-only file system Node's own says that the parent does not exist, so that is looked at first. */
async function makeFolder(folder: string): Promise<void> {
  let parent = folder;
  while (!existsSync(parent)) parent = path.dirname(parent);
  if (parent !== folder) await access(parent, constants.W_OK);
  await mkdir(folder, { recursive: true });
}
