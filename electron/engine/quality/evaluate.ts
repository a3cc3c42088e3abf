import type { QualityReport, RuleResult } from '../../../shared/contract/index.ts';
import { relations as relationsByName, type Relations } from './relations.ts';
import { fixEnabled, obstacle, type Rule } from './rule.ts';

/** Failing and checked units of a rule that ran, or why it did not. */
type Counted = { readonly checked: number; readonly failed: number; readonly figure: number | null } | { readonly obstacle: string };

export interface EvaluationProgress {
  /** Called before each part of the work: what it is, how many rules are done and how many there are. */
  (part: string, done: number, total: number): void;
}

/** Runs the rules: those over one relation are counted in one pass over it. Answers them in the order given. */
export async function evaluate(relations: Relations, rules: readonly Rule[], progress: EvaluationProgress = () => undefined): Promise<RuleResult[]> {
  const { session, scope } = relations;
  const counted = new Map<string, Counted>();
  for (const rule of rules) {
    const why = obstacle(rule, scope);
    if (why !== undefined) counted.set(rule.id, { obstacle: why });
  }
  const running = Map.groupBy(rules.filter(({ id }) => !counted.has(id)), ({ over }) => over);
  for (const [over, group] of running) {
    progress(relationsByName[over].title, counted.size, rules.length);
    await relations.need(over);
    const columns = group.flatMap((rule, i) => [
      `count(*) FILTER (${rule.fails(scope)}) AS failed_${i}`, `${rule.checked} AS checked_${i}`, `${rule.figure?.(scope) ?? 'NULL'}::DOUBLE AS figure_${i}`,
    ]);
    const row = await session.one<Record<string, number | null>>(`SELECT ${columns.join(', ')} FROM ${over}`);
    group.forEach((rule, i) => counted.set(rule.id, { failed: row[`failed_${i}`] ?? 0, checked: row[`checked_${i}`] ?? 0, figure: row[`figure_${i}`] ?? null }));
  }
  return rules.map((rule) => result(rule, counted.get(rule.id) ?? { obstacle: 'Not run.' }, relations));
}

function result(rule: Rule, counted: Counted, { scope }: Relations): RuleResult {
  const settings = scope.quality.rules[rule.id];
  const severity = settings?.severity ?? rule.severity;
  const threshold = settings?.threshold ?? rule.threshold ?? 0;
  const ran = 'obstacle' in counted ? { checked: 0, failed: 0, figure: null } : counted;
  const note = 'obstacle' in counted ? counted.obstacle : rule.note?.(scope);
  return {
    id: rule.id, table: rule.table, column: rule.column, dimension: rule.dimension, severity, unit: rule.unit, title: rule.title,
    ...ran, threshold,
    status: 'obstacle' in counted ? 'info' : ran.failed > threshold ? statusOf[severity] : 'pass',
    ...(rule.fix ? { fix: rule.fix.text } : {}), fixEnabled: fixEnabled(rule, scope),
    ...(note === undefined ? {} : { note }),
  };
}

const statusOf = { error: 'fail', warning: 'warn', info: 'info' } as const;

/** Error rules over their threshold that no enabled fix takes care of: with one or more, a run is blocked. */
export function blocking(results: readonly RuleResult[]): RuleResult[] {
  return results.filter(({ status, fixEnabled }) => status === 'fail' && !fixEnabled);
}

/**
 * A score a dimension: the mean, over its rules that checked anything, of the share of units that passed
 * (1 − failed / checked); null when none did. All rules weigh the same, whatever their severity.
 */
export function scores(results: readonly RuleResult[]): QualityReport['scores'] {
  const score = (dimension: RuleResult['dimension']) => {
    const shares = results.filter((r) => r.dimension === dimension && r.checked > 0).map((r) => 1 - r.failed / r.checked);
    return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };
  return { completeness: score('completeness'), accuracy: score('accuracy'), consistency: score('consistency'), timeliness: score('timeliness'), uniqueness: score('uniqueness') };
}
