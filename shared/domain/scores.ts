import type { Dimension, QualityReport, RuleResult } from '../contract/quality.ts';

/** What one rule puts into the score of its dimension. */
export interface ScorePart {
  readonly rule: string;
  readonly checked: number;
  readonly failed: number;
  /** Share of what it looked at that passed: 1 − failed / checked. */
  readonly passed: number;
}

type Counts = Pick<RuleResult, 'id' | 'dimension' | 'checked' | 'failed'>;

/** The rules that a dimension's score is made of, those that take off most first: the ones that looked at anything. */
export function scoreParts(rules: readonly Counts[], dimension: Dimension): ScorePart[] {
  return rules
    .filter((rule) => rule.dimension === dimension && rule.checked > 0)
    .map(({ id, checked, failed }) => ({ rule: id, checked, failed, passed: 1 - failed / checked }))
    .sort((a, b) => a.passed - b.passed || (a.rule < b.rule ? -1 : 1));
}

/**
 * The score of a dimension: the mean, over its rules that looked at anything, of the share that passed. All rules weigh the
 * same, whatever their severity; null when no rule looked at anything.
 */
export function score(rules: readonly Counts[], dimension: Dimension): number | null {
  const parts = scoreParts(rules, dimension);
  return parts.length === 0 ? null : parts.reduce((sum, { passed }) => sum + passed, 0) / parts.length;
}

/** All five. */
export function scores(rules: readonly Counts[]): QualityReport['scores'] {
  return {
    completeness: score(rules, 'completeness'), accuracy: score(rules, 'accuracy'), consistency: score(rules, 'consistency'),
    timeliness: score(rules, 'timeliness'), uniqueness: score(rules, 'uniqueness'),
  };
}
