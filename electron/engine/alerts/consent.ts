import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../workspace/atomic-file.ts';

const Consent = z.object({ workspace: z.string(), channel: z.enum(['webhook', 'command']), digest: z.string(), at: z.string() });
type Consent = z.infer<typeof Consent>;
type Channel = Consent['channel'];

/**
 * What this computer's user allows workspaces to reach: `alert-consents.json` in the product's home folder, never in the
 * workspace, so that a workspace from a stranger runs and calls nothing. It holds for one folder and for exactly the
 * webhook or command that was allowed.
 */
export class Consents {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /** Whether this very target of the workspace in `directory` is allowed. */
  async allows(directory: string, channel: Channel, target: string): Promise<boolean> {
    const workspace = await place(directory);
    return (await this.#read()).some((consent) => consent.workspace === workspace && consent.channel === channel && consent.digest === digest(target));
  }

  /** Allows the target, in place of what was allowed to the workspace before. */
  async allow(directory: string, channel: Channel, target: string, at: Date): Promise<void> {
    const workspace = await place(directory);
    await this.#write([...(await this.#without(workspace, channel)), { workspace, channel, digest: digest(target), at: at.toISOString() }]);
  }

  async forbid(directory: string, channel: Channel): Promise<void> {
    await this.#write(await this.#without(await place(directory), channel));
  }

  async #without(workspace: string, channel: Channel): Promise<Consent[]> {
    return (await this.#read()).filter((consent) => consent.workspace !== workspace || consent.channel !== channel);
  }

  async #read(): Promise<Consent[]> {
    try {
      return z.array(Consent).parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch {
      return []; // without a list that can be read nothing is allowed
    }
  }

  async #write(consents: readonly Consent[]): Promise<void> {
    await mkdir(this.#home, { recursive: true });
    await writeFileAtomically(this.#file, `${JSON.stringify(consents, null, 2)}\n`);
  }

  get #file(): string {
    return path.join(this.#home, 'alert-consents.json');
  }
}

/** The target's print: the list tells nothing of tokens in it. */
export function digest(target: string): string {
  return createHash('sha256').update(target).digest('hex');
}

function place(directory: string): Promise<string> {
  return realpath(directory).catch(() => path.resolve(directory));
}
