import { z } from 'zod';
import { Cell } from './common.ts';
import { RowId, RowState } from './decisions.ts';

export const dimensions = ['completeness', 'accuracy', 'consistency', 'timeliness', 'uniqueness'] as const;
export const Dimension = z.enum(dimensions);
export type Dimension = z.infer<typeof Dimension>;
export const Severity = z.enum(['error', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;
export const RuleUnit = z.enum(['row', 'group', 'table']);

/** A failing row or group: `key` and `values` are shown, `file` and `line` say where it came from. */
export const FailingRow = z.object({
  table: z.string(),
  key: z.record(z.string(), Cell),
  column: z.string().nullable(),
  value: Cell,
  reason: z.string(),
  file: z.string().nullable(),
  line: z.number().nullable(),
  /** Rows alone: how to name the row when something is decided about it, and what becomes of it. */
  id: RowId.optional(),
  state: RowState.optional(),
});
export type FailingRow = z.infer<typeof FailingRow>;

export const RuleResult = z.object({
  id: z.string(),
  table: z.string(),
  column: z.string().nullable(),
  dimension: Dimension,
  severity: Severity,
  unit: RuleUnit,
  title: z.string(),
  /** Rows or groups looked at; 1 for a table rule. */
  checked: z.number(),
  failed: z.number(),
  /** Failing units allowed. */
  threshold: z.number(),
  /** The share of what was checked that the threshold stands for, where it was given as one (0 to 1). */
  thresholdShare: z.number().optional(),
  /** A table rule's figure, for instance the newest rating's age in days. */
  figure: z.number().nullable(),
  status: z.enum(['pass', 'warn', 'fail', 'info']),
  /** In words, what the fix does. */
  fix: z.string().optional(),
  fixEnabled: z.boolean(),
  /** Of the failing rows, those that a hand set aside and those that a hand put back. Neither blocks a run. */
  byHand: z.object({ setAside: z.number(), putBack: z.number() }).optional(),
  /** Says why there are no rows, for table rules, or why a rule could not run. */
  note: z.string().optional(),
  /** Set on a rule of the person's own (`rules.yaml`). */
  own: z.boolean().optional(),
  rows: z.array(FailingRow).optional(),
});
export type RuleResult = z.infer<typeof RuleResult>;

export const QualityReport = z.object({
  version: z.literal(1),
  madeAt: z.string(),
  rules: z.array(RuleResult),
  scores: z.record(Dimension, z.number().nullable()),
  tables: z.array(z.object({ name: z.string(), rows: z.number(), rejected: z.number(), unreadable: z.number() })),
  seconds: z.number(),
  /** True when an error rule without an enabled fix is over its threshold. */
  blocked: z.boolean(),
});
export type QualityReport = z.infer<typeof QualityReport>;
