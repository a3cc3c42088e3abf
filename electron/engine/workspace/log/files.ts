import { readdirSync } from 'node:fs';
import path from 'node:path';

/** A file of a workspace's log. Files that were put aside keep their number for good, so a place in one stays its place. */
export interface LogFile {
  readonly number: number;
  readonly path: string;
}

const aside = /^reelbench\.(\d+)\.log$/;

/** The folder of the log in a workspace's. */
export const logFolder = (workspaceDirectory: string): string => path.join(workspaceDirectory, 'logs');
/** The file that is written now. */
export const currentFile = (folder: string): string => path.join(folder, 'reelbench.log');
/** The name of the file once it is put aside. */
export const asideFile = (folder: string, number: number): string => path.join(folder, `reelbench.${String(number).padStart(6, '0')}.log`);

/** The files that were put aside, the oldest first; none where there is no folder. */
export function filesAside(folder: string): LogFile[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const number = aside.exec(name)?.[1];
      return number === undefined ? [] : [{ number: Number(number), path: path.join(folder, name) }];
    })
    .toSorted((a, b) => a.number - b.number);
}

/** All files of the log, the oldest first; the last one is written now, and may not be there yet. */
export function logFiles(folder: string): LogFile[] {
  const before = filesAside(folder);
  return [...before, { number: (before.at(-1)?.number ?? 0) + 1, path: currentFile(folder) }];
}
