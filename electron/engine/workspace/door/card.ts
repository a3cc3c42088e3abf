import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../atomic-file.ts';

/** What the process that has a workspace open leaves in `holder/card.json`, for others to find it by. */
export const Card = z.object({
  version: z.literal(1),
  pid: z.number().int(),
  name: z.string(),
  program: z.string(),
  since: z.string(),
  /** Where it listens, and the key that it asks for; not there when others cannot read through it. */
  door: z.object({ address: z.string(), token: z.string() }).optional(),
});
export type Card = z.infer<typeof Card>;

/** A socket's path may have 104 bytes on macOS and 108 on Linux, the last one a zero. */
const ADDRESS_BYTES = 103;
const CARD_BYTES = 10_000;

const folderOf = (workspace: string): string => path.join(workspace, 'holder');
const cardOf = (workspace: string): string => path.join(folderOf(workspace), 'card.json');

/** Makes the workspace's folder for card and socket, for this user alone; answers whether it is. */
export async function makeHolderFolder(workspace: string): Promise<boolean> {
  return makePrivate(folderOf(workspace));
}

export async function writeCard(workspace: string, card: Card): Promise<void> {
  await writeFileAtomically(cardOf(workspace), JSON.stringify(card), { mode: 0o600 });
}

export async function removeCard(workspace: string): Promise<void> {
  await rm(cardOf(workspace), { force: true });
}

/** The card of whoever has, or had, the workspace open; nothing where the folder is not this user's alone. */
export async function readCard(workspace: string): Promise<Card | undefined> {
  if (!(await isPrivate(folderOf(workspace)))) return undefined;
  const info = await lstat(cardOf(workspace)).catch(() => undefined);
  if (!info?.isFile() || info.size > CARD_BYTES) return undefined;
  try {
    return Card.parse(JSON.parse(await readFile(cardOf(workspace), 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Where the holder of a workspace may listen, the best place first: inside the workspace, or, where that path is too long
 * or the file system knows no sockets, in a private folder of the system's under a name made from the workspace's path.
 */
export async function doorAddresses(workspace: string): Promise<string[]> {
  const name = createHash('sha256').update(await realpath(workspace)).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return [String.raw`\\.\pipe\reelbench-${name}-${randomBytes(12).toString('hex')}`];
  const shared = process.env['XDG_RUNTIME_DIR'] ? path.join(process.env['XDG_RUNTIME_DIR'], 'reelbench') : path.join(tmpdir(), `reelbench-${process.getuid?.() ?? 0}`);
  const elsewhere = (await makePrivate(shared)) ? [path.join(shared, name)] : [];
  return [path.join(folderOf(workspace), 'socket'), ...elsewhere].filter((address) => Buffer.byteLength(address) <= ADDRESS_BYTES);
}

/** Whether only this user can have put a socket there. */
export async function isTrustedAddress(address: string): Promise<boolean> {
  return process.platform === 'win32' ? address.startsWith(String.raw`\\.\pipe\reelbench-`) : isPrivate(path.dirname(address));
}

async function makePrivate(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700, recursive: true });
    if (!(await isPrivate(folder)) && (await isOwn(folder))) await chmod(folder, 0o700);
  } catch {
    return false;
  }
  return isPrivate(folder);
}

async function isPrivate(folder: string): Promise<boolean> {
  const info = await lstat(folder).catch(() => undefined);
  if (!info?.isDirectory()) return false;
  // Windows has no modes: there the folder's rights and the key in the card keep others out.
  return process.platform === 'win32' || (info.uid === process.getuid?.() && (info.mode & 0o077) === 0);
}

async function isOwn(folder: string): Promise<boolean> {
  const info = await lstat(folder);
  return info.isDirectory() && info.uid === process.getuid?.();
}
