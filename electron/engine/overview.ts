import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import { type DoctorItem, ReelbenchError, type WorkspaceSummary } from '../../shared/contract/index.ts';
import { tableExists } from './workspace/catalog.ts';
import { openWorkspaceFolder } from './workspace/calls.ts';
import { holderWords } from './workspace/door/holder.ts';
import type { CallContext, Calls } from './workspace/context.ts';
import type { OpenEngine } from './workspace/open-engine.ts';
import { RecentWorkspaces } from './workspace/recent.ts';
import type { Session } from './workspace/session.ts';
import type { z } from 'zod';

/** Calls that look at several rooms at once: what is in the workspace, the sample, and whether all is well. */
export function overviewCalls(engine: OpenEngine, rooms: Calls) {
  const recent = new RecentWorkspaces(engine.home);
  const room = <M extends keyof Calls>(method: M): NonNullable<Calls[M]> => {
    const handler = rooms[method];
    if (handler === undefined) throw new ReelbenchError('internal', `${method} has no handler.`);
    return handler;
  };

  return {
    'app.info': async () => {
      const kernels = await engine.kernels();
      return { version: engine.version, duckdb: await duckdbVersion(engine), node: process.version, platform: process.platform, kernels: kernels.variant, threads: engine.threads };
    },

    'workspaces.openSample': async (_input, call: CallContext) => {
      const directory = path.join(engine.home, 'workspaces', 'sample');
      await openWorkspaceFolder(engine, directory, { sample: true });
      const { files } = await engine.workspace().read((session) => session.one<{ files: number }>('SELECT count(*) AS files FROM raw.files'), call.signal);
      if (files === 0) {
        const sample = await engine.files.grant(path.join(engine.resources, 'sample'));
        const { jobId } = await room('import.start')({ files: [sample], options: {}, perFile: {} }, call);
        const job = await engine.jobs.ended(jobId);
        if (job.error) throw ReelbenchError.from(job.error);
      }
      const entry = (await recent.list(directory)).find((candidate) => candidate.current);
      if (!entry) throw new ReelbenchError('internal', 'The sample is not in the list of workspaces.');
      return entry;
    },

    'workspace.summary': async (_input, call: CallContext): Promise<WorkspaceSummary | null> => {
      if (!engine.hasWorkspace()) return null;
      const workspace = engine.workspace();
      const known = await recent.findByPath(workspace.directory);
      const [lastRun] = await room('runs.list')({ limit: 1, offset: 0 }, call);
      const models = (await room('models.list')({}, call)).filter((model) => model.trained).map(({ model }) => model);
      const report = await room('quality.report')({}, call);
      return workspace.read(async (session) => {
        const files = await session.all<WorkspaceSummary['files'][number]>(
          'SELECT path AS name, kind, rows, rejected, imported_at AS "importedAt" FROM raw.files ORDER BY file_id');
        const built = await tableExists(session, 'main', 'ratings');
        const count = (table: string) => countRows(session, built ? 'main' : 'raw', table);
        return {
          id: known?.id ?? '',
          name: known?.name ?? path.basename(workspace.directory),
          sample: known?.sample ?? false,
          bytes: await folderBytes(workspace.directory),
          files,
          ratings: await count('ratings'),
          users: built ? await countRows(session, 'main', 'users') : await countDistinctUsers(session),
          movies: await count('movies'),
          built,
          lastRun: lastRun ?? null,
          models,
          next: files.length === 0 ? 'import' : report === null && !lastRun ? 'check quality' : lastRun?.status === 'succeeded' ? 'recommend' : 'run',
        };
      }, call.signal);
    },

    'doctor.check': async () => {
      const items: z.infer<typeof DoctorItem>[] = [];
      const check = async (name: string, hint: string, work: () => Promise<string>) => {
        try {
          items.push({ name, ok: true, detail: await work() });
        } catch (error) {
          items.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error), hint });
        }
      };
      await check('Database', 'Install the packages again: npm ci.', async () => `DuckDB ${await duckdbVersion(engine)}`);
      await check('Kernels', 'Build them: npm run kernels.', async () => {
        const kernels = await engine.kernels();
        return `WebAssembly ${kernels.variant}, ${kernels.threads} threads`;
      });
      await check('Sample', 'Make it again: npm run sample.', async () => {
        const folder = path.join(engine.resources, 'sample');
        if (!existsSync(folder)) throw new Error('The built-in sample is missing.');
        return `${(await readdir(folder)).length} files`;
      });
      await check('Memory', 'Close other programs, or lower engine.memory_limit_mb.', async () => {
        const limit = engine.parameters().values.engine.memory_limit_mb;
        if (totalmem() / 2 ** 20 < limit) throw new Error(`The database may take ${limit} MB, and the machine has ${Math.round(totalmem() / 2 ** 20)} MB.`);
        return `${Math.round(freemem() / 2 ** 20)} MB free of ${Math.round(totalmem() / 2 ** 20)} MB; the database takes at most ${limit} MB`;
      });
      if (engine.hasWorkspace()) {
        await check('Workspace', 'Restore a backup, or import the files again.', async () => {
          const tables = await engine.workspace().read((session) => session.all<{ name: string }>("SELECT table_name AS name FROM duckdb_tables() WHERE schema_name IN ('raw', 'store', 'main')"));
          return `${tables.length} tables, ${Math.round((await folderBytes(engine.workspace().directory)) / 1e6)} MB`;
        });
        const held = engine.holder();
        if (held) items.push({ name: 'Open in', ok: true, detail: `${holderWords(held.holder, engine.clock())}; other processes ${held.readable ? 'read it through this one' : 'cannot read it: nothing can be listened on in its folder or the system’s'}` });
      }
      return { ok: items.every((item) => item.ok), items };
    },
  } satisfies Calls;
}

async function duckdbVersion(engine: OpenEngine): Promise<string> {
  if (!engine.hasWorkspace()) return (await import('@duckdb/node-api')).version();
  return (await engine.workspace().read((session) => session.one<{ v: string }>('SELECT version() AS v'))).v;
}

async function countRows(session: Session, schema: string, table: string): Promise<number> {
  if (!(await tableExists(session, schema, table))) return 0;
  return (await session.one<{ n: number }>(`SELECT count(*) AS n FROM "${schema}"."${table}"`)).n;
}

async function countDistinctUsers(session: Session): Promise<number> {
  if (!(await tableExists(session, 'raw', 'ratings'))) return 0;
  return (await session.one<{ n: number }>('SELECT count(DISTINCT user_id) AS n FROM raw.ratings')).n;
}

async function folderBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => stat(path.join(entry.parentPath, entry.name)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
