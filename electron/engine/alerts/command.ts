import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface CommandRun {
  readonly ok: boolean;
  /** What came of it: how it ended, and the last line that it printed on standard error. */
  readonly detail: string;
}

const PRINTED_BYTES = 4096;

/** Why this cannot be a command; undefined where it can. A relative path is refused, for it would be sought in whichever folder. */
export function commandProblem([program]: readonly string[]): string | undefined {
  if (program === undefined) return undefined;
  if (program.trim() === '' || program.includes('\0')) return 'The first word of the command must be a program.';
  if (/[\\/]/.test(program) && !path.isAbsolute(program)) return `${program} must be the name of a program, or its path from the root.`;
  return undefined;
}

/**
 * Runs the program with its arguments, without a shell, in `folder`; `json` is its standard input. What has not ended by
 * `timeoutMs` is killed with all that it started. Never rejects.
 */
export function runCommand([program = '', ...args]: readonly string[], { json, environment, folder, timeoutMs, signal }: { json: string; environment: Readonly<Record<string, string>>; folder: string; timeoutMs: number; signal: AbortSignal }): Promise<CommandRun> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      // A process group of its own, so that what it starts can be ended with it.
      child = spawn(program, args, { cwd: folder, env: { ...process.env, ...environment }, stdio: ['pipe', 'ignore', 'pipe'], shell: false, detached: process.platform !== 'win32', windowsHide: true });
    } catch (error) {
      resolve({ ok: false, detail: failure(program, error) });
      return;
    }
    let printed = '';
    let ended = false;
    const end = (run: CommandRun) => {
      if (ended) return;
      ended = true;
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      child.stderr?.destroy();
      resolve(run);
    };
    const kill = (detail: string) => {
      end({ ok: false, detail });
      killGroup(child);
    };
    const stop = () => kill(`${program} was ended, because the program ends.`);
    const late = setTimeout(() => kill(`${program} had not ended after ${timeoutMs / 1000} s and was killed.`), timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-PRINTED_BYTES);
    });
    // A program that does not read its input is no failure.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(json);
    child.once('error', (error) => end({ ok: false, detail: failure(program, error) }));
    child.once('exit', (code, killedBy) => {
      const said = printed.trim().split('\n').at(-1) ?? '';
      const how = code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with status ${code}`;
      end({ ok: code === 0, detail: `${program} ${how}${code === 0 || said === '' ? '.' : `: ${said.slice(0, 300)}`}` });
    });
    if (signal.aborted) stop();
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    child.kill('SIGKILL'); // the group is gone already
  }
}

function failure(program: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return `There is no program ${program}.`;
  if (code === 'EACCES') return `${program} may not be run.`;
  return `${program} could not be started (${code || String(error)}).`;
}
