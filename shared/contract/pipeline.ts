import { z } from 'zod';
import { Cell } from './common.ts';

export const stageNames = ['extract', 'validate', 'transform', 'load', 'features', 'train', 'finalize'] as const;
export const StageName = z.enum(stageNames);
export type StageName = z.infer<typeof StageName>;

export const Reason = z.object({
  /** A parameter, table, file or `code`. */
  what: z.string(),
  change: z.enum(['new', 'modified', 'deleted', 'not in cache']),
  from: z.string().optional(),
  to: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

export const StageStatus = z.object({
  name: StageName,
  title: z.string(),
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  state: z.enum(['current', 'changed', 'never run', 'cached']),
  reasons: z.array(Reason),
});
export type StageStatus = z.infer<typeof StageStatus>;

export const PipelineStatus = z.object({
  stages: z.array(StageStatus),
  edges: z.array(z.object({ from: StageName, to: StageName, tables: z.array(z.string()) })),
});
export type PipelineStatus = z.infer<typeof PipelineStatus>;

export const RunRequest = z.object({
  stages: z.array(StageName).default([]),
  from: StageName.optional(),
  downstream: StageName.optional(),
  only: StageName.optional(),
  force: z.boolean().default(false),
  dry: z.boolean().default(false),
});
export type RunRequest = z.infer<typeof RunRequest>;

export const RunStage = z.object({
  name: StageName,
  state: z.enum(['ran', 'cached', 'skipped', 'failed']),
  reasons: z.array(Reason),
  seconds: z.number(),
  rowsIn: z.number(),
  rowsOut: z.number(),
});
export const Run = z.object({
  id: z.string(),
  status: z.enum(['succeeded', 'failed', 'cancelled', 'blocked']),
  startedAt: z.string(),
  seconds: z.number(),
  stages: z.array(RunStage),
});
export type Run = z.infer<typeof Run>;
/** A quality rule that stopped a run. */
export const Blocker = z.object({ rule: z.string(), failed: z.number(), message: z.string() });
export type Blocker = z.infer<typeof Blocker>;
export const RunResult = z.object({
  run: Run,
  /** Path of the JSON report. */
  /** The JSON report, as a path inside the workspace. */
  report: z.string().nullable(),
  blockers: z.array(Blocker),
});
export type RunResult = z.infer<typeof RunResult>;

/** One parameter, as the Settings page and `--set` know it. */
export const ParameterInfo = z.object({
  path: z.string(),
  title: z.string(),
  help: z.string(),
  unit: z.string().nullable(),
  type: z.enum(['number', 'integer', 'boolean', 'text', 'choice', 'list']),
  choices: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: Cell,
  value: Cell,
});
export type ParameterInfo = z.infer<typeof ParameterInfo>;
