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
  /** Built tables written: all of them, each run. */
  readonly writes: readonly string[];
  /** Parameter paths that change the outputs, for instance `transform.min_ratings_per_user`; a prefix covers all below it. `rules` stands for the person's own rules. */
  readonly parameters: readonly string[];
  /** Raised when the code would give other outputs from the same inputs. */
  readonly version: number;
  run(context: StageContext): Promise<StageOutcome>;
}

export interface StageOutcome {
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** Rules that forbid the run to go on: with one or more, it ends as `blocked` and nothing of it becomes visible. */
  readonly blockers?: readonly Blocker[];
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
}
