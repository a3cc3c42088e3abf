import { z } from 'zod';
import { ErrorData } from './errors.ts';
import { type ModelName, modelNames } from './recommend.ts';

/** Training is one stage a model: `train-ease`. `train` names all of them where stages are asked for. */
const trainStages = modelNames.map((model): `train-${ModelName}` => `train-${model}`);
export const stageNames = ['extract', 'validate', 'transform', 'load', 'features', 'split', ...trainStages, 'evaluate', 'publish', 'finalize'] as const;
export const StageName = z.enum(stageNames);
export type StageName = z.infer<typeof StageName>;
/** How a person names stages: one, or `train` for all that train. */
export const StageSelector = z.enum([...stageNames, 'train']);
export type StageSelector = z.infer<typeof StageSelector>;

export const Reason = z.object({
  /** A parameter, table, file or `code`. */
  what: z.string(),
  change: z.enum(['new', 'modified', 'deleted', 'not in cache']),
  from: z.string().optional(),
  to: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

/** What stands since a stage of a run failed without stopping it: its tables are those of an earlier build. */
export const StageMark = z.object({ run: z.string(), message: z.string() });

export const StageStatus = z.object({
  name: StageName,
  title: z.string(),
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  /** Paths of the parameters that change what it makes; a path covers all below it, `rules` stands for the person's own rules. */
  parameters: z.array(z.string()),
  /** `cached`: not current, but the cache holds what it would make. */
  state: z.enum(['current', 'changed', 'never run', 'cached']),
  reasons: z.array(Reason),
  /** False where it depends on what a stage before it will make: should that come out the same, it will not run. */
  certain: z.boolean(),
  /** Whether its failure ends a run. */
  critical: z.boolean(),
  /** Whether a run of everything includes it. */
  enabled: z.boolean(),
  mark: StageMark.nullable(),
  /** The build that is visible now. */
  built: z.object({ run: z.string(), at: z.string(), seconds: z.number(), rowsIn: z.number(), rowsOut: z.number() }).nullable(),
});
export type StageStatus = z.infer<typeof StageStatus>;

export const PipelineStatus = z.object({
  stages: z.array(StageStatus),
  edges: z.array(z.object({ from: StageName, to: StageName, tables: z.array(z.string()) })),
  /** The last run, when it ended before its end and can be continued: what it had done is in the cache. */
  resumable: z.object({ run: z.string(), status: z.enum(['failed', 'cancelled', 'blocked']), stage: StageName.nullable(), done: z.array(StageName) }).nullable(),
});
export type PipelineStatus = z.infer<typeof PipelineStatus>;

export const RunRequest = z.object({
  stages: z.array(StageSelector).default([]),
  from: StageSelector.optional(),
  downstream: StageSelector.optional(),
  /** One stage alone, or several. */
  only: z.union([StageSelector, z.array(StageSelector).min(1)]).optional(),
  force: z.boolean().default(false),
  dry: z.boolean().default(false),
  /** Goes on with the last run that did not succeed: its request, and what it had done, also where it was forced. */
  resume: z.boolean().default(false),
  /** How many stages may run side by side; left out: `pipeline.jobs`. */
  jobs: z.number().int().min(1).max(64).optional(),
});
export type RunRequest = z.infer<typeof RunRequest>;

/** What a run would do with a stage. */
export const PlannedStage = z.object({
  name: StageName,
  action: z.enum(['run', 'restore', 'nothing', 'left out']),
  certain: z.boolean(),
  reasons: z.array(Reason),
  /** How long the visible build of the stage took, in seconds; null where there is none. */
  seconds: z.number().nullable(),
});
export type PlannedStage = z.infer<typeof PlannedStage>;
export const Plan = z.object({ stages: z.array(PlannedStage) });
export type Plan = z.infer<typeof Plan>;

export const RunStage = z.object({
  name: StageName,
  state: z.enum(['ran', 'cached', 'skipped', 'failed']),
  reasons: z.array(Reason),
  /** When it began, in seconds after the run did. */
  began: z.number(),
  seconds: z.number(),
  rowsIn: z.number(),
  rowsOut: z.number(),
  /** The run that built what the stage stands for after this run; null where there is nothing. */
  builtBy: z.string().nullable(),
  /** True when a `cached` stage had to be brought back from the cache: it was not the visible build. */
  restored: z.boolean(),
  /** How often it was tried. */
  attempts: z.number(),
  /** Highest resident memory of the process while it ran, in MB. */
  peakMemoryMB: z.number(),
  /** Figures that the stage gives of what it made, for instance `ease ndcg@10`. */
  figures: z.record(z.string(), z.number()),
  /** Why it failed, where the run went on without it. */
  error: ErrorData.nullable(),
});
export type RunStage = z.infer<typeof RunStage>;
export const Run = z.object({
  id: z.string(),
  status: z.enum(['succeeded', 'failed', 'cancelled', 'blocked']),
  startedAt: z.string(),
  seconds: z.number(),
  stages: z.array(RunStage),
  /** What stopped it. */
  error: ErrorData.nullable(),
  /** The run that it continued (`resume`) or went back to (`rollback`). */
  after: z.object({ run: z.string(), how: z.enum(['resume', 'rollback']) }).nullable(),
});
export type Run = z.infer<typeof Run>;
/** A quality rule that stopped a run. */
export const Blocker = z.object({ rule: z.string(), failed: z.number(), message: z.string() });
export type Blocker = z.infer<typeof Blocker>;
export const RunResult = z.object({
  run: Run,
  /** The JSON report, as a path inside the workspace. */
  report: z.string().nullable(),
  blockers: z.array(Blocker),
});
export type RunResult = z.infer<typeof RunResult>;
