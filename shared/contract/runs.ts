import { z } from 'zod';
import { Cell } from './common.ts';
import { ErrorData } from './errors.ts';
import { LogLine } from './jobs.ts';
import { Blocker, Run, RunRequest, StageName } from './pipeline.ts';

/** A built table as a run left it. */
export const RunTable = z.object({ name: z.string(), stage: StageName, rows: z.number(), fingerprint: z.string(), builtBy: z.string() });
export type RunTable = z.infer<typeof RunTable>;

/** The JSON report of a run, `runs/<id>.json`. `version` is raised when a key changes its meaning or goes. */
export const RunReport = z.object({
  version: z.literal(2),
  program: z.string(),
  run: Run,
  request: RunRequest,
  blockers: z.array(Blocker),
  error: ErrorData.nullable(),
  /** All parameters in force, by path; `${NAME}` stands where a secret was. */
  parameters: z.record(z.string(), Cell),
  /** Imported files by table and path, as fingerprints of their content. */
  files: z.record(z.string(), z.record(z.string(), z.string())),
  tables: z.array(RunTable),
  reconciliation: z.array(z.record(z.string(), Cell)),
  log: z.array(LogLine),
});
export type RunReport = z.infer<typeof RunReport>;

const sides = <T extends z.ZodType>(value: T) => z.object({ name: z.string(), a: value.nullable(), b: value.nullable() });

/** Two runs side by side; lists hold all that either has, in the order of the pipeline or by name. */
export const RunComparison = z.object({
  a: Run,
  b: Run,
  /** Parameters that differ. */
  parameters: z.array(sides(Cell)),
  /** Imported files that differ, as fingerprints. */
  files: z.array(sides(z.string())),
  /** Rows of every built table. `same`: the content is the same. */
  tables: z.array(sides(z.number()).extend({ same: z.boolean() })),
  /** Seconds of every stage as it was built. */
  stages: z.array(sides(z.number()).extend({ states: z.object({ a: z.string().nullable(), b: z.string().nullable() }) })),
  /** Quality scores (0 to 1), and rules of which the count of failing units differs. */
  quality: z.object({ scores: z.array(sides(z.number())), rules: z.array(sides(z.number())) }),
  /** Figures that the stages gave, metrics among them. */
  figures: z.array(sides(z.number())),
});
export type RunComparison = z.infer<typeof RunComparison>;

/** One build of a stage that the cache holds. */
export const CacheEntry = z.object({
  stage: StageName,
  run: z.string(),
  builtAt: z.string(),
  usedAt: z.string(),
  tables: z.array(z.object({ name: z.string(), rows: z.number() })),
  files: z.array(z.string()),
  bytes: z.number(),
  seconds: z.number(),
  /** `live`: visible now. `cached`: can be restored. `checkpoint`: where a stage that did not end would go on. */
  kind: z.enum(['live', 'cached', 'checkpoint']),
  /** What it is: the parameters that tell it from the visible build, in words. */
  about: z.string(),
});
export type CacheEntry = z.infer<typeof CacheEntry>;

export const GarbageRequest = z.object({
  dry: z.boolean().default(false),
  /** Keep at most this many MB of builds that are not visible, the last used first; 0 keeps none. Left out: `pipeline.cache_mb`. */
  keepMB: z.number().min(0).optional(),
});
export const Garbage = z.object({ removed: z.array(CacheEntry), kept: z.array(CacheEntry), bytes: z.number() });
export type Garbage = z.infer<typeof Garbage>;
