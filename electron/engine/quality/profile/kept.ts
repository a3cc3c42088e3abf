import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type ColumnProfile, TableProfile } from '../../../../shared/contract/index.ts';
import { writeFileAtomically } from '../../workspace/atomic-file.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { alertsOf } from './alerts.ts';
import { changesInPlace, type Source } from './source.ts';

/** What is known of one version of a table. */
interface Known {
  readonly version: string;
  estimate?: TableProfile | undefined;
  exact?: TableProfile | undefined;
  /** Columns that an exact profile has finished, also one that was cancelled. */
  readonly columns: Map<string, ColumnProfile>;
}

// Raise it when the same rows would give other figures.
const FORMAT = 1;
const Stored = z.object({ format: z.literal(FORMAT), version: z.string(), profile: TableProfile });

/** The profiles of a workspace's tables: those of the tables as they stand, and no others. Exact ones outlive the process. */
export class KeptProfiles {
  readonly #workspace: Workspace;
  readonly #tables = new Map<string, Known>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  of(source: Source): Known {
    const key = JSON.stringify([source.schema, source.table]);
    let known = this.#tables.get(key);
    if (known?.version !== source.version) this.#tables.set(key, (known = { version: source.version, columns: new Map() }));
    return known;
  }

  /** All that is known of the table as it stands: exact columns in place of estimated ones; undefined when there is not even an estimate. */
  async read(source: Source): Promise<TableProfile | undefined> {
    const known = this.of(source);
    known.exact ??= await this.#stored(source);
    if (known.exact || !known.estimate) return known.exact;
    const columns = known.estimate.columns.map((column) => known.columns.get(column.name) ?? column);
    return {
      ...known.estimate, columns, sample: columns.every(({ exact }) => exact) ? null : known.estimate.sample,
      alerts: alertsOf({ rows: source.rows, columns, relations: null, duplicates: null }),
    };
  }

  async keep(source: Source, profile: TableProfile): Promise<void> {
    const known = this.of(source);
    if (!profile.exact) {
      known.estimate = profile;
      return;
    }
    known.exact = profile;
    if (changesInPlace(source)) return;
    await mkdir(this.#workspace.path('profiles'), { recursive: true });
    await writeFileAtomically(this.#file(source), JSON.stringify({ format: FORMAT, version: source.version, profile } satisfies z.input<typeof Stored>));
  }

  async #stored(source: Source): Promise<TableProfile | undefined> {
    const text = await readFile(this.#file(source), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const { version, profile } = Stored.parse(JSON.parse(text));
      return version === source.version ? profile : undefined;
    } catch {
      // Of another release, or harmed from outside: it is made again.
      return undefined;
    }
  }

  #file({ schema, table }: Source): string {
    return this.#workspace.path('profiles', `${createHash('sha256').update(JSON.stringify([schema, table])).digest('hex').slice(0, 32)}.json`);
  }
}
