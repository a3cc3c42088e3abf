import type { Blocker, OwnRule, StageName } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Clock } from './clock.ts';
import type { JobContext } from './jobs.ts';
import type { ParameterValues } from './parameters.ts';
import type { Session } from './session.ts';
import type { Workspace } from './workspace.ts';

/**
 * One step of the pipeline: a declaration and a function. Plan, `status`, the drawn graph, lineage and `--dry` follow
 * from the declaration; `run` reads tables and makes new versions of the tables that it writes.
 */
export interface Stage {
  readonly name: StageName;
  readonly title: string;
  /** Tables read, `raw.*` by their qualified name, built tables by their plain name. */
  readonly reads: readonly string[];
  /** Those of `reads` that it can do without: no run includes a stage only because of them. */
  readonly optional?: readonly string[];
  /** Whether it reads a table of `reads` with these parameters; left out: all of them, always. */
  uses?(table: string, parameters: ParameterValues): boolean;
  /** Built tables written: all of them, each run. */
  readonly writes: readonly string[];
  /**
   * Of what the stage reads and writes, the tables that the content of one that it writes depends on; `has` tells which there
   * are. Left out: on all that it reads. Lineage shows it, the cache does not use it.
   */
  madeFrom?(table: string, has: (table: string) => boolean): readonly string[];
  /** Parameter paths that change the outputs, for instance `transform.min_ratings_per_user`; a prefix covers all below it. `rules` stands for the person's own rules. */
  readonly parameters: readonly string[];
  /** Raised when the code would give other outputs from the same inputs. */
  readonly version: number;
  /** Columns of the tables written that tell how they were made (times, run ids, paths of files), not what they hold: no fingerprint counts them. */
  readonly measured?: readonly string[];
  /** False where a run goes on when this stage fails: its tables stay as they were and are marked. */
  readonly critical?: boolean;
  /** Whether a run of everything includes it; where it is left out, it still runs when it is asked for. */
  enabled?(parameters: ParameterValues): boolean;
  /** Memory in bytes that it will take besides the database's own, as far as can be told: stages run side by side only while they fit together. */
  memory?(context: StageContext): Promise<number>;
  run(context: StageContext): Promise<StageOutcome>;
  /** Brings files beside the database in line with the visible tables: after a run that is committed, after going back to an earlier one, and when the workspace is opened. May be repeated. */
  settle?(workspace: Workspace): Promise<void>;
}

export interface StageOutcome {
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** Rules that forbid the run to go on: with one or more, it ends as `blocked` and nothing of it becomes visible. */
  readonly blockers?: readonly Blocker[];
  /** Files that the tables written name, relative to the workspace's folder: they live as long as these versions do. */
  readonly files?: readonly string[];
  /** Figures of what was made, for the run's record and for comparing runs, for instance `ease ndcg@10`. */
  readonly figures?: Readonly<Record<string, number>>;
}

/**
 * Where a long stage keeps how far it is. One checkpoint for each stage and inputs: it is found again only by a run whose
 * inputs are the same, after a cancel, a failure or a kill, and is gone when the stage succeeds.
 */
export interface Checkpoint {
  /** What was kept last; undefined where there is nothing, and in a run that is forced. */
  read(): Promise<Buffer | undefined>;
  /** Keeps `data` in place of what was kept; `detail` says how far it is, for instance `sweep 7 of 15`. */
  write(data: Uint8Array, detail: string): Promise<void>;
}

export interface StageContext extends JobContext {
  /** In a transaction of this stage: what it writes is visible to later stages of the run once the stage ended. */
  readonly session: Session;
  readonly workspace: Workspace;
  readonly parameters: ParameterValues;
  /** The person's own rules as they stood when the run began. */
  readonly ownRules: readonly OwnRule[];
  readonly clock: Clock;
  readonly runId: string;
  readonly kernels: () => Promise<Kernels>;
  /** SQL name of a table as this run sees it: the version this run built, else the live one. Raw tables as they are. */
  readonly read: (table: string) => string;
  /** True when there is such a table: raw tables exist only when a source filled them. */
  readonly has: (table: string) => Promise<boolean>;
  /** SQL name under which to `CREATE TABLE` the new version of a table that the stage declares in `writes`. */
  readonly write: (table: string) => string;
  readonly checkpoint: Checkpoint;
}

/** The tables that a stage reads with these parameters. */
export function readsWith({ reads, uses }: Pick<Stage, 'reads' | 'uses'>, parameters: ParameterValues): readonly string[] {
  return uses ? reads.filter((table) => uses(table, parameters)) : reads;
}
