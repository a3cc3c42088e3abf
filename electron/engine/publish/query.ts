import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance, StatementType } from '@duckdb/node-api';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import { Session } from '../workspace/session.ts';
import { listOf } from '../workspace/sql.ts';
import { copySql, type ExportFormat } from '../workspace/export-file.ts';

export interface QueryExport {
  readonly sql: string;
  /** Absolute path of the file to write; an existing one is replaced as a whole. */
  readonly to: string;
  readonly format: ExportFormat;
  readonly memoryLimitMB: number;
  readonly threads: number;
  readonly seconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Writes the result of a person's own query. The workspace is opened read-only for it, in an instance of its own that
 * sees no other file, no network and no extension, within limits of memory and time; it must be one SELECT.
 *
 * The workspace must not be open in this process. Fails with `invalid-arguments` for SQL that is wrong or not allowed.
 */
export async function exportQuery(workspaceDirectory: string, { sql, to, format, memoryLimitMB, threads, seconds, signal }: QueryExport): Promise<{ rows: number; path: string }> {
  const part = `${to}.part`;
  const limits = [AbortSignal.timeout(seconds * 1000), ...(signal === undefined ? [] : [signal])];
  let instance: DuckDBInstance | undefined;
  try {
    await mkdir(path.dirname(to), { recursive: true });
    instance = await DuckDBInstance.create(path.join(workspaceDirectory, 'workspace.duckdb'), {
      access_mode: 'READ_ONLY',
      threads: String(threads),
      memory_limit: `${memoryLimitMB}MB`,
      temp_directory: path.join(workspaceDirectory, 'tmp'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const session = new Session(await instance.connect(), AbortSignal.any(limits));
    await session.run(`SET allowed_paths = ${listOf([part])}; SET enable_external_access = false; SET lock_configuration = true`);
    const query = await oneSelect(session, sql);
    const rows = await session.run(copySql(query, part, format));
    await rename(part, to);
    return { rows, path: to };
  } catch (error) {
    await rm(part, { force: true });
    if (limits[0]?.aborted && !signal?.aborted) throw new ReelbenchError('invalid-arguments', `The query took more than ${seconds} seconds and was stopped.`, { hint: 'Narrow it down, or allow more time.', cause: error });
    const failure = toReelbenchError(error);
    if (/^(?:Parser|Binder|Catalog|Permission|Invalid Input|Conversion|Invalid) Error|^Failed to (?:extract|prepare)/.test(failure.message)) {
      throw new ReelbenchError('invalid-arguments', `The query cannot be run: ${failure.message}`, { cause: error });
    }
    throw failure;
  } finally {
    instance?.closeSync();
  }
}

/** The query without what would end it early, after a check that it is one SELECT and nothing else. */
async function oneSelect(session: Session, sql: string): Promise<string> {
  const statements = await session.connection.extractStatements(sql);
  if (statements.count !== 1) throw new ReelbenchError('invalid-arguments', `The query must be one SELECT; this text holds ${statements.count} statements.`);
  const { statementType } = await statements.prepare(0);
  if (statementType !== StatementType.SELECT) throw new ReelbenchError('invalid-arguments', 'The query must be a SELECT: the workspace is only read.');
  return sql.trim().replace(/;$/, '');
}
