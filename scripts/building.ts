import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBuilder } from 'vite';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What is built, into which folder of dist/, and from which sources. */
const parts = {
  client: { folder: 'renderer', sources: ['renderer', 'shared', 'resources/icons', 'index.html', 'vite.config.ts', 'package-lock.json'] },
  main: { folder: 'main', sources: ['electron', 'shared', 'vite.config.ts', 'package.json', 'package-lock.json'] },
  preload: { folder: 'preload', sources: ['electron/preload', 'shared', 'vite.config.ts', 'package-lock.json'] },
} as const;
type Part = keyof typeof parts;

/** Builds the parts whose sources changed since they were built: the page (`client`), the programs (`main`) and the bridge (`preload`). */
export async function build(wanted: readonly Part[], options: { force?: boolean } = {}): Promise<void> {
  const stale = wanted.filter((part) => options.force || readStamp(part) !== stamp(part));
  if (stale.length === 0) return;
  const builder = await createBuilder({ root, logLevel: 'warn' });
  for (const part of stale) {
    const environment = builder.environments[part];
    if (!environment) throw new Error(`vite.config.ts has no environment ${part}.`);
    const built = stamp(part);
    await builder.build(environment);
    writeFileSync(stampFile(part), built);
  }
}

function stampFile(part: Part): string {
  return path.join(root, 'dist', parts[part].folder, '.sources');
}

function readStamp(part: Part): string | undefined {
  return existsSync(stampFile(part)) ? readFileSync(stampFile(part), 'utf8') : undefined;
}

/** A hash of the names and contents of a part's sources. */
function stamp(part: Part): string {
  const hash = createHash('sha256');
  for (const source of parts[part].sources) {
    for (const file of filesUnder(path.join(root, source))) hash.update(path.relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesUnder(place: string): string[] {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
