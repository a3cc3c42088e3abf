import type { RuleResult } from '../../../shared/contract/index.ts';
import type { Relations } from './relations/index.ts';
import type { Scope } from './relations/scope.ts';
import { allowedUnits, fixEnabled, obstacle, type Rule } from './rules/rule.ts';

/** Failing and checked units of a rule that ran, or why it did not. */
type Counted = { readonly checked: number; readonly failed: number; readonly figure: number | null } | { readonly obstacle: string };

export interface EvaluationProgress {
  /** Called before each part of the work: what it is, how many rules are done and how many there are. */
  (part: string, done: number, total: number): void;
}

/**
 * Runs the rules and answers their results in the order given. Each condition is a query of its own: DuckDB's zone maps
 * answer most of them without reading a row, which one scan for all conditions would not allow.
 */
export async function evaluate(relations: Relations, rules: readonly Rule[], progress: EvaluationProgress = () => undefined): Promise<RuleResult[]> {
  const { session, scope } = relations;
  const counted = new Map<string, Counted>();
  for (const rule of rules) {
    const why = obstacle(rule, scope);
    if (why !== undefined) counted.set(rule.id, { obstacle: why });
  }
  const answers = new Map<string, number | null>();
  const number = async (sql: string): Promise<number | null> => {
    const known = answers.get(sql);
    if (known !== undefined) return known;
    const answer = Object.values((await session.first<Record<string, number | null>>(sql)) ?? {})[0] ?? null;
    answers.set(sql, answer);
    return answer;
  };
  for (const [over, group] of Map.groupBy(rules.filter(({ id }) => !counted.has(id)), ({ over }) => over)) {
    progress(relations.titleOf(over), counted.size, rules.length);
    await relations.need(over);
    for (const rule of group) {
      counted.set(rule.id, {
        failed: (await number(`SELECT count(*) FROM ${over} WHERE ${rule.fails(scope)}`)) ?? 0,
        checked: (await number(rule.checked)) ?? 0,
        figure: rule.figure ? await number(`SELECT CAST(${rule.figure(scope)} AS DOUBLE) FROM ${over}`) : null,
      });
    }
  }
  return rules.map((rule) => result(rule, counted.get(rule.id) ?? { obstacle: 'Not run.' }, relations));
}

function result(rule: Rule, counted: Counted, { scope }: Relations): RuleResult {
  const settings = scope.quality.rules[rule.id];
  const severity = settings?.severity ?? rule.severity;
  const ran = 'obstacle' in counted ? { checked: 0, failed: 0, figure: null } : counted;
  const { units: threshold, share } = allowedUnits(settings?.threshold ?? rule.threshold ?? 0, ran.checked);
  const note = 'obstacle' in counted ? counted.obstacle : rule.note?.(scope);
  // An own rule that cannot run guards nothing, which is as bad as if it had failed.
  const broken = rule.own?.problem !== undefined && 'obstacle' in counted && counted.obstacle === rule.own.problem;
  return {
    id: rule.id, table: rule.table, column: rule.column, dimension: rule.dimension, severity, unit: rule.unit, title: rule.title,
    ...ran, threshold, ...(share === undefined ? {} : { thresholdShare: share }),
    status: broken ? statusOf[severity] : 'obstacle' in counted ? 'info' : ran.failed > threshold ? statusOf[severity] : 'pass',
    ...(rule.fix ? { fix: rule.fix.text } : {}), fixEnabled: !broken && fixEnabled(rule, scope),
    ...(note === undefined ? {} : { note }), ...(rule.own ? { own: true } : {}),
  };
}

/** A result counted before, under the threshold and severity that are in force now. */
export function judged(rule: Rule, { thresholdShare: _before, ...result }: RuleResult, quality: Scope['quality']): RuleResult {
  const settings = quality.rules[rule.id];
  const severity = settings?.severity ?? rule.severity;
  const { units: threshold, share } = allowedUnits(settings?.threshold ?? rule.threshold ?? 0, result.checked);
  const status = result.failed === 0 ? result.status : result.failed > threshold ? statusOf[severity] : 'pass';
  return { ...result, severity, threshold, ...(share === undefined ? {} : { thresholdShare: share }), status };
}

const statusOf = { error: 'fail', warning: 'warn', info: 'info' } as const;

/**
 * Error rules over their threshold that no enabled fix takes care of: with one or more, a run is blocked. Failing rows
 * that were set aside or put back by hand do not count here: somebody has decided about them.
 */
export function blocking(results: readonly RuleResult[]): RuleResult[] {
  return results.filter(({ status, fixEnabled, failed, threshold, byHand }) => status === 'fail' && !fixEnabled && (byHand === undefined || failed - byHand.setAside - byHand.putBack > threshold));
}
