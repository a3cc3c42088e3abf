import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../workspace/atomic-file.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Workspace } from '../workspace/workspace.ts';

export const OUTPUTS = 'outputs';
const MANIFEST = 'published.json';
const RUN = /^\d{8}T\d{6}_/;

/** What lies in `outputs` and where it is from: written for whoever reads the files, and to know them again. */
const Entry = z.object({ table: z.string(), rows: z.number(), bytes: z.number(), sha256: z.string(), from: z.string(), modified: z.number() });
type Entry = z.infer<typeof Entry>;
const Manifest = z.object({ version: z.literal(1), files: z.array(Entry) });

interface Published {
  readonly table: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

const turns = new WeakMap<Workspace, Promise<unknown>>();

/**
 * Makes `outputs/<table>.parquet` the published files that are visible now: after a run, after going back to an earlier
 * one, and when a workspace is opened. Each is replaced as a whole; one that is right already is left alone, and one that is
 * published no more is taken away unless somebody changed it. They are copies, so that a program that writes into one of
 * them cannot change what the cache holds.
 */
export async function settleOutputs(workspace: Workspace): Promise<void> {
  const before = turns.get(workspace);
  const turn = (async () => {
    await before?.catch(() => undefined);
    await settle(workspace);
  })();
  turns.set(workspace, turn);
  return turn;
}

async function settle(workspace: Workspace): Promise<void> {
  const published = await workspace.read(async (session) =>
    (await tableExists(session, 'main', 'published_files')) ? session.all<Published>('SELECT table_name AS "table", path, rows, bytes, sha256 FROM main.published_files ORDER BY table_name') : []);
  const known = await readManifest(workspace);
  if (published.length === 0 && known.length === 0) return;
  const entries: Entry[] = [];
  for (const file of published) {
    const there = known.find(({ table }) => table === file.table);
    const right = there?.sha256 === file.sha256 && (await isUntouched(workspace, there));
    if (right) entries.push({ ...there, rows: file.rows, from: file.path });
    else if (existsSync(workspace.path(file.path))) entries.push(await copyOf(workspace, file));
  }
  for (const entry of known) {
    if (!published.some(({ table }) => table === entry.table) && (await isUntouched(workspace, entry))) await rm(visibleFile(workspace, entry.table), { force: true });
  }
  if (JSON.stringify(entries) !== JSON.stringify(known)) await writeFileAtomically(workspace.path(OUTPUTS, MANIFEST), `${JSON.stringify({ version: 1, files: entries }, null, 2)}\n`);
  await removeEmptyFolders(workspace.path(OUTPUTS));
}

async function copyOf(workspace: Workspace, { table, path: from, rows, bytes, sha256 }: Published): Promise<Entry> {
  await mkdir(workspace.path(OUTPUTS), { recursive: true });
  const to = visibleFile(workspace, table);
  const temporary = `${to}.tmp`;
  try {
    await copyFile(workspace.path(from), temporary, constants.COPYFILE_FICLONE);
    const handle = await open(temporary, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { table, rows, bytes, sha256, from, modified: (await stat(to)).mtimeMs };
}

async function isUntouched(workspace: Workspace, { table, bytes, modified }: Entry): Promise<boolean> {
  const found = await stat(visibleFile(workspace, table)).catch(() => undefined);
  return found?.size === bytes && found.mtimeMs === modified;
}

function visibleFile(workspace: Workspace, table: string): string {
  return workspace.path(OUTPUTS, `${table}.parquet`);
}

/** Nothing where there is none, or it is not ours. */
async function readManifest(workspace: Workspace): Promise<Entry[]> {
  try {
    return Manifest.parse(JSON.parse(await readFile(workspace.path(OUTPUTS, MANIFEST), 'utf8'))).files;
  } catch {
    return [];
  }
}

/** Folders of runs of which the cache holds no file any more. */
async function removeEmptyFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && RUN.test(entry.name)) await rmdir(path.join(folder, entry.name)).catch(() => undefined);
  }
}
