import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type CacheEntry, type Garbage, StageName } from '../../../shared/contract/index.ts';
import { type Build, dropBuild, filesOfBuilds, readBuilds } from '../workspace/builds.ts';
import type { Session } from '../workspace/session.ts';
import { versionName } from '../workspace/versions.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { CHECKPOINTS } from './checkpoints.ts';
import { reasonsFor } from './inputs.ts';

/** All that the cache holds: visible builds, those that can be brought back, and checkpoints; the last used first. */
export async function listCache(workspace: Workspace): Promise<CacheEntry[]> {
  const entries = await workspace.read(async (session) => {
    const builds = await readBuilds(session, workspace);
    const visible = new Map((await session.all<{ stage: string; runId: string }>('SELECT stage, run_id AS "runId" FROM store.stages')).map(({ stage, runId }) => [stage, runId]));
    const used = new Map((await session.all<{ id: string; at: string }>(`SELECT stage || ' ' || run_id AS id, strftime(used_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS at FROM store.builds`)).map(({ id, at }) => [id, at]));
    const found: CacheEntry[] = [];
    for (const build of builds) {
      const live = visible.get(build.stage) === build.runId;
      const standing = builds.find(({ stage, runId }) => stage === build.stage && visible.get(stage) === runId);
      found.push({
        stage: build.stage, run: build.runId, builtAt: build.builtAt, usedAt: used.get(`${build.stage} ${build.runId}`) ?? build.builtAt,
        tables: Object.entries(build.outputs).map(([name, print]) => ({ name, rows: Number(print.split(':', 1)[0]) })),
        files: [...build.files], seconds: build.seconds, kind: live ? 'live' : 'cached',
        bytes: (await tableBytes(session, build)) + (await fileBytes(workspace, build.files)),
        about: live ? 'Visible now' : aboutOf(build, standing),
      });
    }
    return found;
  });
  return [...entries, ...(await checkpoints(workspace))].toSorted((a, b) => (a.usedAt < b.usedAt ? 1 : -1));
}

/**
 * Removes builds that are not visible, the longest unused first, until those that stay take at most `keepMB`, and with 0
 * checkpoints too. With `dry`, says what would go.
 */
export async function collectGarbage(workspace: Workspace, keepMB: number, { dry = false } = {}): Promise<Garbage> {
  const entries = await listCache(workspace);
  let room = keepMB * 2 ** 20;
  const [removed, kept]: [CacheEntry[], CacheEntry[]] = [[], []];
  for (const entry of entries) {
    const stays = entry.kind === 'live' || (room > 0 && entry.bytes <= room);
    if (entry.kind !== 'live' && stays) room -= entry.bytes;
    (stays ? kept : removed).push(entry);
  }
  if (!dry && removed.length > 0) {
    await workspace.write(async (session) => {
      for (const { stage, run, tables, kind } of removed) if (kind === 'cached') await dropBuild(session, { stage, runId: run, outputs: Object.fromEntries(tables.map(({ name }) => [name, ''])) });
    });
    for (const { files } of removed) for (const file of files) await rm(workspace.path(file), { force: true });
  }
  return { removed, kept, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Collects what is beyond `keepMB`; at once where all that the workspace holds is less. */
export async function keepCacheWithin(workspace: Workspace, keepMB: number): Promise<void> {
  const files = await workspace.read(filesOfBuilds);
  if (workspace.databaseBytes() + (await fileBytes(workspace, [...files])) > keepMB * 2 ** 20) await collectGarbage(workspace, keepMB);
}

/** In words, what tells a build from the visible one. */
function aboutOf(build: Build, standing: Build | undefined): string {
  if (!standing) return 'Of a stage that has no visible build';
  const reasons = reasonsFor(standing.inputs, build.inputs);
  if (reasons.length === 0) return 'Same inputs as the visible build';
  return reasons.slice(0, 4).map(({ what, to, change }) => (to === undefined ? `${what} ${change}` : `${what} = ${to}`)).join(', ') + (reasons.length > 4 ? `, and ${reasons.length - 4} more` : '');
}

async function checkpoints(workspace: Workspace): Promise<CacheEntry[]> {
  const files = await readdir(workspace.path(CHECKPOINTS)).catch(() => []);
  const found = await Promise.all(files.map(async (name): Promise<CacheEntry | undefined> => {
    const stage = StageName.safeParse(/^(.*)-[0-9a-f]{32}\.checkpoint$/.exec(name)?.[1]);
    if (!stage.success) return undefined;
    const file = `${CHECKPOINTS}/${name}`;
    const { size, mtime } = await stat(workspace.path(file));
    const detail = (await readFile(workspace.path(file))).toString('utf8').split('\n', 1)[0] ?? '';
    return { stage: stage.data, run: '', builtAt: mtime.toISOString(), usedAt: mtime.toISOString(), tables: [], files: [file], bytes: size, seconds: 0, kind: 'checkpoint', about: `Stopped at ${detail}` };
  }));
  return found.filter((entry) => entry !== undefined);
}

/** Bytes of the database's blocks that hold the build's tables; those still in its log count nothing yet. */
async function tableBytes(session: Session, { outputs, runId }: Build): Promise<number> {
  let bytes = 0;
  for (const table of Object.keys(outputs)) {
    const { blocks } = await session.one<{ blocks: number }>(`SELECT count(DISTINCT block_id) AS blocks FROM pragma_storage_info('store.${versionName(table, runId).replaceAll("'", "''")}') WHERE block_id >= 0`);
    bytes += blocks * 2 ** 18;
  }
  return bytes;
}

async function fileBytes(workspace: Workspace, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => stat(path.join(workspace.directory, file)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
