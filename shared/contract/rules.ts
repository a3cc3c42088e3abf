import { z } from 'zod';
import { ruleKinds } from '../domain/own-rules.ts';
import { Column } from './common.ts';
import { Dimension, FailingRow, RuleResult, Severity } from './quality.ts';

/** Failing units that a rule allows: a count, or a share of the units looked at (`0.5%`). */
export const Threshold = z.union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?\s*%?$/)]);

const name = z.string().min(1).max(200);
const names = z.union([name.transform((one) => [one]), z.array(name).min(1).max(20)]);
const condition = z.string().trim().min(1).max(2000);
const bound = z.union([z.number(), z.iso.date()]);
const common = {
  id: z.string().regex(/^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+$/).max(100),
  table: name,
  /** Narrows the rows that the rule looks at. */
  where: condition.optional(),
  title: z.string().min(1).max(200).optional(),
  reason: z.string().min(1).max(500).optional(),
  dimension: Dimension.optional(),
  severity: Severity.optional(),
  threshold: Threshold.optional(),
  enabled: z.boolean().optional(),
};
const row = { ...common, key: names.optional(), fix: z.enum(['quarantine', 'none']).optional() };
const limits = (lowest?: number) => {
  const limit = lowest === undefined ? z.number() : z.number().min(lowest);
  return { min: limit.optional(), max: limit.optional() };
};
const kind = <K extends (typeof ruleKinds)[number]>(value: K) => z.literal(value);

/** A rule as a person writes it in `rules.yaml`. What each key means is written in docs/quality.md. */
export const OwnRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('missing'), ...row, columns: names }),
  z.strictObject({ kind: kind('type'), ...row, column: name }),
  z.strictObject({ kind: kind('range'), ...row, column: name, min: bound.optional(), max: bound.optional() }),
  z.strictObject({ kind: kind('set'), ...row, column: name, values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1).max(1000), separator: z.string().min(1).max(5).optional(), ignore_case: z.boolean().optional() }),
  z.strictObject({ kind: kind('pattern'), ...row, column: name, pattern: z.string().min(1).max(500), ignore_case: z.boolean().optional() }),
  z.strictObject({ kind: kind('unique'), ...row, columns: names }),
  z.strictObject({ kind: kind('reference'), ...row, column: name, to: z.string().regex(/^[^.]+\..+$/) }),
  z.strictObject({ kind: kind('sql'), ...row, column: name.optional(), must: condition }),
  z.strictObject({ kind: kind('group'), ...common, by: names, must: condition }),
  z.strictObject({ kind: kind('table'), ...common, figure: condition, ...limits() }),
  z.strictObject({ kind: kind('volume'), ...common, ...limits(0) }),
  z.strictObject({ kind: kind('freshness'), ...common, column: name, max_age: z.string().regex(/^\d+(\.\d+)?\s*(hours?|days?|weeks?|years?)$/) }),
]);
export type OwnRule = z.infer<typeof OwnRule>;

/** What is wrong with a rule, where, and what would be right. Lines count from 1. */
export const RuleProblem = z.object({ line: z.number(), key: z.string().nullable(), message: z.string() });
export type RuleProblem = z.infer<typeof RuleProblem>;

export const OwnRuleEntry = z.object({
  id: z.string().nullable(),
  /** The rule as it stands in the file, with its comments. */
  yaml: z.string(),
  /** Line of the file where it begins. */
  line: z.number(),
  rule: OwnRule.nullable(),
  /** Lines are those of `yaml`. */
  problems: z.array(RuleProblem),
});
export type OwnRuleEntry = z.infer<typeof OwnRuleEntry>;

/** A draft: its text, or the fields of a form (empty ones count as left out). `replaces` is the id of the rule that it changes. */
export const RuleDraft = z.object({ yaml: z.string().max(100_000).optional(), fields: z.record(z.string(), z.unknown()).optional(), replaces: z.string().optional() });
export type RuleDraft = z.infer<typeof RuleDraft>;

/** The rules of `rules.yaml` and the tables that rules can be about. */
export const OwnRules = z.object({
  file: z.string(),
  /** What keeps the file as a whole from being read, with the file's own lines. */
  problems: z.array(RuleProblem),
  rules: z.array(OwnRuleEntry),
  tables: z.array(z.object({ name: z.string(), columns: z.array(Column) })),
});
export type OwnRules = z.infer<typeof OwnRules>;

/** A draft as it would be saved, what is wrong with it, and what it finds in the data as they are. */
export const CheckedDraft = z.object({
  yaml: z.string(),
  rule: OwnRule.nullable(),
  problems: z.array(RuleProblem),
  result: RuleResult.nullable(),
  rows: z.array(FailingRow),
  seconds: z.number(),
});
export type CheckedDraft = z.infer<typeof CheckedDraft>;

/** A rule that the data suggest. */
export const SuggestedRule = z.object({
  rule: OwnRule,
  yaml: z.string(),
  /** The figures that it rests on, in a sentence. */
  why: z.string(),
  checked: z.number(),
  /** Units that it would find now. */
  failed: z.number(),
});
export type SuggestedRule = z.infer<typeof SuggestedRule>;
