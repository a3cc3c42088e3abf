import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ReelbenchError, type WorkspaceEntry } from '../../../shared/contract/index.ts';
import { writeFileAtomically } from './atomic-file.ts';

const Entry = z.object({ id: z.string(), name: z.string(), path: z.string(), openedAt: z.string(), sample: z.boolean() });
type Entry = z.infer<typeof Entry>;
const KEPT = 30;

/** The workspaces that were opened on this machine, newest first: `workspaces.json` in the product's home folder. */
export class RecentWorkspaces {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  async list(current: string | undefined): Promise<WorkspaceEntry[]> {
    return (await this.#read()).map(({ path: directory, ...entry }) => ({ ...entry, current: directory === current, exists: existsSync(directory) }));
  }

  async find(id: string): Promise<Entry> {
    const entry = (await this.#read()).find((candidate) => candidate.id === id);
    if (!entry) throw new ReelbenchError('not-found', 'This workspace is no longer in the list.', { hint: 'Open its folder again.' });
    return entry;
  }

  async findByPath(directory: string): Promise<Entry | undefined> {
    return (await this.#read()).find((entry) => entry.path === directory);
  }

  /** A folder for a new workspace of this name, not used by any other. */
  async folderFor(name: string): Promise<string> {
    const slug = name.normalize('NFKD').replaceAll(/[^\w-]+/g, '-').replaceAll(/^-+|-+$/g, '').toLowerCase() || 'workspace';
    await mkdir(path.join(this.#home, 'workspaces'), { recursive: true });
    for (let n = 1; ; n++) {
      const directory = path.join(this.#home, 'workspaces', n === 1 ? slug : `${slug}-${n}`);
      if (!existsSync(directory)) return directory;
    }
  }

  /** Puts the workspace at the head of the list. */
  async opened(directory: string, openedAt: Date, about: { name?: string; sample?: boolean } = {}): Promise<Entry> {
    const entries = await this.#read();
    const known = entries.find((entry) => entry.path === directory);
    const entry: Entry = {
      id: known?.id ?? randomUUID(),
      name: about.name ?? known?.name ?? path.basename(directory),
      path: directory,
      openedAt: openedAt.toISOString(),
      sample: about.sample ?? known?.sample ?? false,
    };
    await this.#write([entry, ...entries.filter((other) => other.path !== directory)].slice(0, KEPT));
    return entry;
  }

  async forget(id: string): Promise<void> {
    await this.#write((await this.#read()).filter((entry) => entry.id !== id));
  }

  async #read(): Promise<Entry[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => '[]');
    try {
      return z.array(Entry).parse(JSON.parse(text));
    } catch {
      return []; // a list cut short loses convenience, not data
    }
  }

  async #write(entries: Entry[]): Promise<void> {
    await mkdir(this.#home, { recursive: true });
    await writeFileAtomically(this.#file, JSON.stringify(entries, null, 2));
  }

  get #file(): string {
    return path.join(this.#home, 'workspaces.json');
  }
}
