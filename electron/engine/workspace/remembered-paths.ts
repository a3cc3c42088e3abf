import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from './atomic-file.ts';

const KEPT = 1000;

/**
 * The paths that hosts of this machine granted for imports: `imported-paths.json` in the product's home folder. A workspace that
 * comes from elsewhere may name any path as where its files lay; only those that stand here are looked at or read again.
 */
export class RememberedPaths {
  readonly #home: string;
  readonly #resources: string;

  constructor({ home, resources }: { readonly home: string; readonly resources: string }) {
    this.#home = path.resolve(home);
    this.#resources = path.resolve(resources);
  }

  /** Whether a path is still the same file later on: what a browser sent is removed, and the product's own files come and go with it. */
  lasts(file: string): boolean {
    return ![path.join(this.#home, 'uploads'), this.#resources].some((folder) => file.startsWith(folder + path.sep));
  }

  async add(paths: readonly string[]): Promise<void> {
    const added = paths.filter((file) => this.lasts(file));
    const known = await this.all();
    if (added.every((file) => known.has(file))) return;
    await mkdir(this.#home, { recursive: true });
    await writeFileAtomically(this.#file, JSON.stringify([...new Set([...added, ...known])].slice(0, KEPT), null, 2));
  }

  async all(): Promise<Set<string>> {
    const text = await readFile(this.#file, 'utf8').catch(() => '[]');
    try {
      return new Set(z.array(z.string()).parse(JSON.parse(text)));
    } catch {
      return new Set(); // a list cut short loses convenience, not data
    }
  }

  get #file(): string {
    return path.join(this.#home, 'imported-paths.json');
  }
}
