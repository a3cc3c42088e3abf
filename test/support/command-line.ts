import { execFile } from 'node:child_process';
import path from 'node:path';

/** The program of the command line, run from source. */
export const entry = path.resolve(import.meta.dirname, '../../electron/cli/index.ts');

export interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in a process of its own, in the folder `cwd`. */
export function runCommandLine(words: readonly string[], { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...words], { env, maxBuffer: 2 ** 26, cwd }, (error, out, err) => resolve({ status: typeof error?.code === 'number' ? error.code : 0, out, err }));
  });
}
