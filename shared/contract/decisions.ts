import { z } from 'zod';
import { Cell, Sort } from './common.ts';

// Apart from the schemas, so that the page can use it without loading zod.
export { BY_HAND } from '../domain/decisions.ts';

/**
 * `quarantine`: rows set aside by hand; `restore`: rows taken back that a rule or a hand set aside; `fix`: a rule's fix
 * switched on or off; `merge` and `refuse`: films that are one, or are not.
 */
export const DecisionKind = z.enum(['fix', 'quarantine', 'restore', 'merge', 'refuse']);
export type DecisionKind = z.infer<typeof DecisionKind>;

/** One entry of the journal. */
export const Decision = z.object({
  id: z.number().int(),
  madeAt: z.string(),
  kind: DecisionKind,
  /** What was decided, in words. */
  title: z.string(),
  reason: z.string().nullable(),
  rule: z.string().nullable(),
  /** Rows or films that it names. */
  names: z.number(),
  undoneAt: z.string().nullable(),
});
export type Decision = z.infer<typeof Decision>;

/** Names an imported row: `r12` is the row 12 of raw.<table> (from 0), `t3` the row 3 of raw.<table>_text. */
export const RowId = z.string().regex(/^[rt](?:0|[1-9]\d{0,15})$/, 'A row is named r12 or t3.');

/** What becomes of a failing row in the next run, as far as its rule and the decisions go. */
export const rowStates = ['stays', 'fixed', 'set aside', 'set aside by hand', 'put back'] as const;
export const RowState = z.enum(rowStates);
export type RowState = z.infer<typeof RowState>;

const page = { limit: z.number().int().min(1).max(10_000).default(100), offset: z.number().int().min(0).default(0) };
const evidenceOperators = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'starts with', 'is empty', 'is not empty'] as const;
export const EvidenceFilter = z.object({ column: z.string(), op: z.enum(evidenceOperators), value: z.string().optional() });
export type EvidenceFilter = z.infer<typeof EvidenceFilter>;
const view = { sort: z.array(Sort).max(8).default([]), filters: z.array(EvidenceFilter).max(32).default([]) };

/** Rows of one table by id, or all that a rule finds (to set aside) or set aside (to put back). */
export const RowChoice = z.object({ table: z.string().optional(), rows: z.array(RowId).min(1).max(100_000).optional(), rule: z.string().optional() });
export type RowChoice = z.infer<typeof RowChoice>;

/** A row that is set aside as things stand, once for each rule that sets it aside. */
export const QuarantinedRow = z.object({
  id: RowId,
  table: z.string(),
  /** A rule's id, or `by hand`. */
  rule: z.string(),
  key: z.record(z.string(), Cell),
  column: z.string().nullable(),
  value: Cell,
  reason: z.string(),
  file: z.string().nullable(),
  line: z.number().nullable(),
});
export type QuarantinedRow = z.infer<typeof QuarantinedRow>;

/** What a fix would do to one row: `column` and `after` are null where the row is left out. */
export const FixedRow = z.object({
  id: RowId,
  key: z.record(z.string(), Cell),
  column: z.string().nullable(),
  before: Cell,
  after: Cell,
  file: z.string().nullable(),
  line: z.number().nullable(),
});
export type FixedRow = z.infer<typeof FixedRow>;

export const FixPreview = z.object({
  action: z.enum(['quarantine', 'drop', 'set', 'keep', 'propose']),
  /** Rows that the fix would set aside, leave out or change, with the other fixes and decisions as they stand. */
  total: z.number(),
  /** Rows that fail the rule and that the fix would leave as they are: set aside or left out by another, or put back by hand. */
  untouched: z.number(),
  rows: z.array(FixedRow),
});
export type FixPreview = z.infer<typeof FixPreview>;

export const RowsRequest = z.object({ rule: z.string(), ...view, ...page });
export const RowsExportRequest = z.object({ rule: z.string(), ...view, format: z.enum(['csv', 'parquet']).default('csv'), neutralise: z.boolean().default(true) });
export const PreviewRequest = z.object({ rule: z.string(), ...page });
export const FixRequest = z.object({ rule: z.string(), enabled: z.boolean().default(true) });
export const QuarantineRequest = RowChoice.extend({ reason: z.string().trim().min(1).max(500) });
export const RestoreRequest = RowChoice.extend({ reason: z.string().trim().min(1).max(500).optional() });
export const QuarantinedRequest = z.object({ table: z.string().optional(), rule: z.string().optional(), ...view, ...page });
export const Quarantined = z.object({
  total: z.number(),
  rows: z.array(QuarantinedRow),
  /** Rows set aside in all, by table and rule, whatever the filter; one set aside by two rules counts for each. */
  rules: z.array(z.object({ table: z.string(), rule: z.string(), rows: z.number() })),
  /** Different rows that are set aside. */
  distinct: z.number(),
});
export type Quarantined = z.infer<typeof Quarantined>;

/** The decision's id, null where nothing was left to decide, and how many rows it names. */
export const Decided = z.object({ decision: z.number().nullable(), rows: z.number() });
export type Decided = z.infer<typeof Decided>;
export const Decisions = z.object({
  total: z.number(),
  /** Decisions that stand. */
  standing: z.number(),
  /** Decisions made or taken back since the tables were built. */
  pending: z.number(),
  rows: z.array(Decision),
});
export const DecisionsRequest = z.object(page);
export const UndoRequest = z.object({ decision: z.number().int() });
