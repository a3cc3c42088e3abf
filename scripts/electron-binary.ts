import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Electron's executable when it can run here, else why not. It never loads the package `electron` itself, which would
 * start a download.
 */
export function findElectron(): { executable: string } | { reason: string } {
  const folder = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const executable = path.join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(folder, 'dist'), executableName(folder));
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return { reason: 'there is no display' };
  if (process.platform === 'linux' && process.getuid?.() === 0) return { reason: 'its sandbox does not run as root' };
  if (!existsSync(executable)) {
    const failure = download(folder);
    if (failure !== undefined) return { reason: failure };
  }
  const probe = spawnSync(executable, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  if (probe.status !== 0) return { reason: `its program does not run here (${firstLine(probe.stderr || String(probe.error ?? probe.signal))})` };
  return { executable };
}

/** The package comes without its program and fetches it when first needed. Answers why it could not. */
function download(folder: string): string | undefined {
  console.error('Fetching Electron’s program, once…');
  const fetched = spawnSync(process.execPath, [path.join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 300_000 });
  if (fetched.status === 0) return undefined;
  const said = fetched.stderr.split('\n').find((line) => /error/i.test(line)) ?? 'timed out';
  return `its program could not be fetched (${firstLine(said)})`;
}

function executableName(folder: string): string {
  const stated = path.join(folder, 'path.txt');
  if (existsSync(stated)) return readFileSync(stated, 'utf8');
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
