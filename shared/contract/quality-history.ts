import { z } from 'zod';
import { Cell } from './common.ts';
import { Dimension, RuleUnit, Severity } from './quality.ts';

/** One rule's outcome at one check. */
export const HistoryResult = z.object({
  rule: z.string(),
  checked: z.number(),
  failed: z.number(),
  status: z.enum(['pass', 'warn', 'fail', 'info']),
  figure: z.number().nullable(),
});
export type HistoryResult = z.infer<typeof HistoryResult>;

/** One check that was kept: of a run's validation, or asked for by itself. */
export const HistoryPoint = z.object({
  id: z.string(),
  /** When the check began. */
  at: z.string(),
  source: z.enum(['run', 'check']),
  /** How the run that it belongs to ended; null for a check, and while the run goes on. */
  runStatus: z.string().nullable(),
  /** Checks with the same fingerprint saw the same files under the same settings. */
  fingerprint: z.string(),
  blocked: z.boolean(),
  seconds: z.number(),
  /** Imported rows of all tables. */
  rows: z.number(),
  scores: z.record(Dimension, z.number().nullable()),
  results: z.array(HistoryResult),
});
export type HistoryPoint = z.infer<typeof HistoryPoint>;

/** What a rule was when it was last checked. */
export const HistoryRule = z.object({ id: z.string(), table: z.string(), column: z.string().nullable(), dimension: Dimension, severity: Severity, unit: RuleUnit, title: z.string() });
export type HistoryRule = z.infer<typeof HistoryRule>;

export const QualityHistory = z.object({
  /** How many checks are kept; older ones are let go. */
  kept: z.number(),
  rules: z.array(HistoryRule),
  /** Oldest first. */
  points: z.array(HistoryPoint),
});
export type QualityHistory = z.infer<typeof QualityHistory>;

/** What a table is compared with: the data of an earlier check, or another table of the workspace. */
export const DriftReference = z.union([z.object({ point: z.string() }), z.object({ schema: z.string(), table: z.string() })]);
export type DriftReference = z.infer<typeof DriftReference>;

/** One bin of both distributions; shares are of all rows looked at, missing ones included. */
export const DriftBin = z.object({
  kind: z.enum(['range', 'value', 'other', 'missing']),
  /** Ends of a range: above `low`, up to and with `high`; null where it is open. Times in Unix milliseconds. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  value: Cell,
  reference: z.number(),
  current: z.number(),
});
export type DriftBin = z.infer<typeof DriftBin>;

export const ColumnDrift = z.object({
  name: z.string(),
  /** What is compared: numbers, times, values of texts, or lengths of texts that seldom repeat. */
  kind: z.enum(['numbers', 'times', 'values', 'lengths']),
  /** Population stability index over `bins`. */
  psi: z.number(),
  /** Two-sample Kolmogorov–Smirnov statistic and its asymptotic p-value, over present values; null for values of texts. */
  ks: z.object({ d: z.number(), p: z.number() }).nullable(),
  /** By the index: below 0.1, below 0.25, and from there on. */
  verdict: z.enum(['stable', 'some drift', 'strong drift', 'no rows']),
  bins: z.array(DriftBin),
  /** Both cumulative distributions at the same places, for numbers, times and lengths. */
  curve: z.array(z.object({ at: z.number(), reference: z.number(), current: z.number() })),
  missing: z.object({ reference: z.number(), current: z.number() }),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;

const DriftSide = z.object({
  schema: z.string(),
  table: z.string(),
  /** When its data were checked; null for a table as it stands. */
  at: z.string().nullable(),
  rows: z.number(),
  /** Rows looked at: all of them, or a sample of a large table. */
  sampled: z.number(),
});

export const Drift = z.object({
  reference: DriftSide,
  current: DriftSide,
  /** True when both are the same import, so that nothing can have changed. */
  same: z.boolean(),
  columns: z.array(ColumnDrift),
  /** Columns that only one side has, or that hold another kind of value on each. */
  incomparable: z.array(z.object({ name: z.string(), why: z.string() })),
});
export type Drift = z.infer<typeof Drift>;

/** Where each imported row went, a line a kind of table; columns as the run wrote them. */
export const Reconciliation = z.object({
  runId: z.string(),
  builtAt: z.string().nullable(),
  /** Columns that add up to `imported`, in the run's order. */
  outcomes: z.array(z.string()),
  rows: z.array(z.object({
    table: z.string(),
    imported: z.number(),
    /** Rows of each outcome. */
    counts: z.record(z.string(), z.number()),
    /** Of the loaded rows, those that a fix changed. */
    fixed: z.number(),
    /** `imported` less the sum of the outcomes; 0 when the table adds up. */
    difference: z.number(),
  })),
});
export type Reconciliation = z.infer<typeof Reconciliation>;

export const QualityExportRequest = z.object({
  format: z.enum(['json', 'csv', 'html']),
  /** These rules alone; all when empty. */
  rules: z.array(z.string()).default([]),
  /** Failing rows shown of each rule, in JSON and HTML. */
  rows: z.number().int().min(0).max(10_000).default(10),
});
