import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

export const version = manifest.version;

/** The product's own resources: the sample, the kernels, icons. Programs and DuckDB read them by path, so they lie outside the archive. */
export function resourcesDirectory(): string {
  // The same two steps up from electron/engine/ and from dist/main/.
  return fileURLToPath(new URL('../../resources', import.meta.url)).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
}

/** Where the product keeps what outlives a workspace, one folder for all hosts: `$REELBENCH_HOME`, else the system's place for it. */
export function homeDirectory(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const chosen = environment['REELBENCH_HOME'];
  if (chosen) return path.resolve(chosen);
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Reelbench');
  if (platform === 'win32') return path.join(environment['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming'), 'Reelbench');
  return path.join(environment['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share'), 'reelbench');
}
