import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Blocker, type OwnRule, ReelbenchError, type StageName } from '../../../shared/contract/index.ts';
import { type Build, type Inputs, recordBuild } from '../workspace/builds.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { EngineContext } from '../workspace/context.ts';
import { isPassing, toReelbenchError } from '../workspace/failures.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { seededRandom } from '../workspace/random.ts';
import { type Session, throwIfCancelled } from '../workspace/session.ts';
import { identifier, qualified } from '../workspace/sql.ts';
import { readsWith, type Stage, type StageContext } from '../workspace/stage.ts';
import { versionName, versionSql } from '../workspace/versions.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { checkpointOf } from './checkpoints.ts';
import { type Graph, isRaw } from './graph.ts';
import { fingerprintOf, type InputValues, keyOf } from './inputs.ts';
import { type State, visibleBuild } from './plan.ts';

interface Surroundings {
  readonly engine: EngineContext;
  readonly workspace: Workspace;
  readonly graph: Graph;
  readonly state: State;
  readonly runId: string;
  readonly values: InputValues;
  readonly rules: readonly OwnRule[];
  readonly retries: number;
  /** The first wait before another try; doubled each time. */
  readonly retrySeconds: number;
  readonly ignoreCheckpoints: boolean;
  /** What the run stands for so far: later stages read these. */
  readonly builds: ReadonlyMap<StageName, Build>;
  readonly say: JobContext['log'];
  readonly signal: AbortSignal;
}

export interface StageRunOutcome {
  /** Undefined when `blockers` forbid the run to go on. */
  readonly build: Build | undefined;
  readonly blockers: readonly Blocker[];
  readonly attempts: number;
  readonly peakMemoryMB: number;
}

const MEMORY_EVERY_MS = 50;

/** Runs single stages: in a transaction, again where that may help, with what they read resolved to what this run stands for. */
export class StageRun {
  readonly #around: Surroundings;
  readonly #random = seededRandom(7);
  readonly #peaks = new Map<StageName, number>();
  readonly #watch: NodeJS.Timeout;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#watch = setInterval(() => this.#look(), MEMORY_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#watch);
  }

  /** The fingerprint of a built table as this run sees it; undefined where there is none. */
  print(table: string): string | undefined {
    return this.#buildOf(table)?.outputs[table];
  }

  /** Memory in bytes that the stage says it will take besides the database's; 0 where it says nothing. */
  async memory(stage: Stage): Promise<number> {
    const { workspace, signal } = this.#around;
    if (!stage.memory) return 0;
    const quiet: JobContext = { signal, phase: () => undefined, progress: () => undefined, phaseState: () => undefined, log: () => undefined };
    return workspace.read((session) => stage.memory?.(this.#context(session, stage, '', quiet)) ?? Promise.resolve(0), signal);
  }

  async run(stage: Stage, inputs: Inputs, job: JobContext): Promise<StageRunOutcome> {
    this.#requireInputs(stage);
    this.#peaks.set(stage.name, 0);
    try {
      return await this.#attempts(stage, inputs, job);
    } finally {
      this.#peaks.delete(stage.name);
    }
  }

  async #attempts(stage: Stage, inputs: Inputs, job: JobContext): Promise<StageRunOutcome> {
    const { retries, retrySeconds, say, signal } = this.#around;
    for (let attempts = 1; ; attempts++) {
      try {
        const outcome = await this.#attempt(stage, inputs, job);
        this.#look();
        return { ...outcome, attempts, peakMemoryMB: (this.#peaks.get(stage.name) ?? 0) / 2 ** 20 };
      } catch (error) {
        if (signal.aborted || attempts > retries || !isPassing(error)) throw error;
        const seconds = retrySeconds * 2 ** (attempts - 1) * (0.5 + this.#random());
        say('warn', `${stage.name}: ${toReelbenchError(error).message} Trying again in ${seconds.toFixed(1)} s (${attempts} of ${retries}).`, { stage: stage.name });
        await wait(seconds * 1000, undefined, { signal }).catch(() => throwIfCancelled(signal));
      }
    }
  }

  async #attempt(stage: Stage, inputs: Inputs, job: JobContext): Promise<Pick<StageRunOutcome, 'build' | 'blockers'>> {
    const { workspace, runId, engine, signal } = this.#around;
    const key = keyOf(inputs);
    const began = engine.clock().getTime();
    let files: readonly string[] = [];
    try {
      return await workspace.writeBeside(async (session) => {
        const outcome = await stage.run(this.#context(session, stage, key, job));
        files = outcome.files ?? [];
        if (outcome.blockers && outcome.blockers.length > 0) {
          for (const table of stage.writes) await session.run(`DROP TABLE IF EXISTS ${versionSql(table, runId)}`);
          return { build: undefined, blockers: outcome.blockers };
        }
        const outputs: Record<string, string> = {};
        for (const table of stage.writes) {
          if (await tableExists(session, 'store', versionName(table, runId))) outputs[table] = await fingerprintOf(session, versionSql(table, runId), stage.measured);
        }
        const now = engine.clock();
        const build: Build = {
          stage: stage.name, runId, key, inputs, outputs, rowsIn: outcome.rowsIn, rowsOut: outcome.rowsOut, seconds: (now.getTime() - began) / 1000,
          builtAt: now.toISOString(), files, figures: outcome.figures ?? {},
        };
        await recordBuild(session, build);
        return { build, blockers: [] };
      }, signal);
    } catch (error) {
      for (const file of files) await rm(workspace.path(file), { force: true });
      throw error;
    }
  }

  #context(session: Session, stage: Stage, key: string, job: JobContext): StageContext {
    const { engine, workspace, runId, values, rules, graph, state, ignoreCheckpoints, say } = this.#around;
    return {
      session, workspace, runId, parameters: values, ownRules: rules, clock: engine.clock,
      kernels: () => engine.kernels(),
      read: (table) => {
        if (isRaw(table)) return table.split('.').map(identifier).join('.');
        const build = this.#buildOf(table);
        if (build && Object.hasOwn(build.outputs, table)) return versionSql(table, build.runId);
        const live = state.live.get(table);
        if (live && !build) return qualified('store', live.physical);
        throw new ReelbenchError('not-ready', `${stage.name} needs the table ${table}, which is not built.`, { hint: `Run ${graph.producer(table)?.name ?? 'the pipeline'} first.` });
      },
      has: async (table) => {
        if (isRaw(table)) return tableExists(session, 'raw', table.slice('raw.'.length));
        const build = this.#buildOf(table);
        return build ? Object.hasOwn(build.outputs, table) : state.live.has(table);
      },
      write: (table) => {
        if (!stage.writes.includes(table)) throw new ReelbenchError('internal', `${stage.name} does not declare that it writes ${table}.`);
        return versionSql(table, runId);
      },
      checkpoint: checkpointOf(workspace, stage.name, key, { ignore: ignoreCheckpoints, note: (detail) => say('info', `${stage.name} goes on from ${detail}.`, { stage: stage.name }) }),
      signal: job.signal,
      // A stage is one phase of the run's job; steps inside it are its detail.
      phase: (name, { total, unit = 'rows' } = {}) => job.progress(0, total, name, unit),
      phaseState: () => undefined,
      progress: (done, total, detail, unit) => job.progress(done, total, detail, unit),
      log: (level, message, fields) => say(level, message, { stage: stage.name, ...fields }),
    };
  }

  /** The build of a table that this run stands for, else the visible one. */
  #buildOf(table: string): Build | undefined {
    const producer = this.#around.graph.producer(table);
    return producer && (this.#around.builds.get(producer.name) ?? visibleBuild(this.#around.state, producer.name));
  }

  #requireInputs(stage: Stage): void {
    const needed = readsWith(stage, this.#around.values).filter((table) => !isRaw(table) && !stage.optional?.includes(table));
    const missing = needed.map((table) => this.#around.graph.producer(table)).find((producer) => producer && !this.#around.builds.has(producer.name) && !this.#around.state.visible.has(producer.name));
    if (missing) throw new ReelbenchError('not-ready', `${stage.name} needs what ${missing.name} makes, which has never run.`, { hint: `Run ${missing.name} first.` });
  }

  #look(): void {
    const memory = process.memoryUsage.rss();
    for (const [stage, peak] of this.#peaks) this.#peaks.set(stage, Math.max(peak, memory));
  }
}
