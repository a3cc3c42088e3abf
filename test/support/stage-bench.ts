import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openKernels, type Kernels } from '../../electron/engine/kernels/index.ts';
import { tableExists } from '../../electron/engine/workspace/catalog.ts';
import { defaultParameters } from '../../electron/engine/workspace/parameters.ts';
import type { Session } from '../../electron/engine/workspace/session.ts';
import type { Stage, StageContext, StageOutcome } from '../../electron/engine/workspace/stage.ts';
import { Workspace } from '../../electron/engine/workspace/workspace.ts';
import { Parameters } from '../../shared/domain/parameters.ts';

/** Parameters by their paths, over the defaults. */
export type Settings = Readonly<Record<string, unknown>>;

/** One stage on tables that a test made, without a pipeline around it. */
export class StageBench {
  readonly workspace: Workspace;
  readonly log: string[] = [];
  /** What a stage that did not end kept of how far it is. */
  readonly checkpoint: { kept: Buffer | undefined; readonly details: string[] } = { kept: undefined, details: [] };
  #kernels: Kernels | undefined;

  private constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  static async open(threads = 2): Promise<StageBench> {
    return new StageBench(await Workspace.open(await mkdtemp(path.join(tmpdir(), 'reelbench-stage-')), { memoryLimitMB: 1024, threads }));
  }

  sql(text: string): Promise<number> {
    return this.workspace.write((session) => session.run(text));
  }

  all<T = Record<string, unknown>>(text: string): Promise<T[]> {
    return this.workspace.read((session) => session.all<T>(text));
  }

  /** Makes the table `store.<name>` of a query. */
  table(name: string, query: string): Promise<number> {
    return this.sql(`CREATE OR REPLACE TABLE store.${name} AS ${query}`);
  }

  /** Runs the stage; its tables are `store.<name>` afterwards, in place of earlier ones. */
  run(stage: Stage, settings: Settings = {}, { signal = new AbortController().signal, runId = 'test', progress }: { signal?: AbortSignal; runId?: string; progress?: () => void } = {}): Promise<StageOutcome> {
    return this.workspace.write(async (session) => {
      for (const table of stage.writes) await session.run(`DROP TABLE IF EXISTS store.${table}`);
      const outcome = await stage.run(this.#context(session, settings, signal, runId, progress));
      this.checkpoint.kept = undefined;
      return outcome;
    }, signal);
  }

  #context(session: Session, settings: Settings, signal: AbortSignal, runId: string, progress: (() => void) | undefined): StageContext {
    const name = (table: string) => `store.${table}`;
    return {
      session, workspace: this.workspace, parameters: withSettings(settings), ownRules: [], clock: () => new Date(0), runId,
      kernels: async () => (this.#kernels ??= openKernels({ directory: path.resolve(import.meta.dirname, '../../resources/kernels') })),
      read: name, write: name, has: (table) => tableExists(session, 'store', table),
      signal, phase: () => undefined, phaseState: () => undefined, progress: () => progress?.(),
      log: (level, message) => this.log.push(`${level}: ${message}`),
      checkpoint: {
        read: () => Promise.resolve(this.checkpoint.kept),
        write: (data, detail) => {
          this.checkpoint.kept = Buffer.from(data);
          this.checkpoint.details.push(detail);
          return Promise.resolve();
        },
      },
    };
  }

  async close(): Promise<void> {
    await this.#kernels?.close();
    this.workspace.close();
    await rm(this.workspace.directory, { recursive: true });
  }
}

function withSettings(settings: Settings): Parameters {
  const values: Record<string, unknown> = structuredClone(defaultParameters);
  for (const [dotted, value] of Object.entries(settings)) {
    const keys = dotted.split('.');
    const last = keys.pop() ?? '';
    let group = values;
    for (const key of keys) group = group[key] as Record<string, unknown>;
    group[last] = value;
  }
  return Parameters.parse(values);
}
