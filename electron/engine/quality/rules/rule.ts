import type { Dimension, QualityReport } from '../../../../shared/contract/index.ts';
import type { OwnRelation, RelationName } from '../relations/index.ts';
import type { Scope } from '../relations/scope.ts';

type RuleResult = QualityReport['rules'][number];

/**
 * One quality rule, as data. `fails` is the only place that says what is wrong: the count, the failing rows and the fix
 * are all made from it. It is a condition in SQL over the columns of the relation `over`; on a NULL it does not hold, and
 * a missing or unreadable field is NULL there, so such a field is counted by its own `present` or `type` rule alone.
 */
export interface Rule {
  readonly id: string;
  /** Core table that the rule is about. */
  readonly table: string;
  readonly column: string | null;
  readonly dimension: Dimension;
  readonly severity: RuleResult['severity'];
  readonly unit: RuleResult['unit'];
  readonly title: string;
  /** Failing units allowed, as a count (`10`) or a share of the units checked (`0.5%`); 0 unless named. */
  readonly threshold?: number | string;
  readonly over: RelationName;
  /** Raw tables (`movies`) and columns (`ratings.timestamp`) without which the rule cannot run. */
  readonly requires: readonly string[];
  readonly fails: (scope: Scope) => string;
  /** How many units were looked at, as a query for one number: all but those that lack what the rule needs. */
  readonly checked: string;
  /** Columns of the relation that name a failing unit. */
  readonly key: readonly string[];
  /** The bad value, in SQL over the relation. */
  readonly value: string;
  /** Why it failed, in plain words; `{value}` stands for the value. */
  readonly reason: (scope: Scope) => string;
  /** A table rule's figure, an aggregate in SQL over the relation. */
  readonly figure?: (scope: Scope) => string;
  /** Said with the result of a rule that has no failing rows. */
  readonly note?: (scope: Scope) => string | undefined;
  readonly fix?: Fix;
  /** False for a rule that is off unless a parameter turns it on. */
  readonly enabled?: boolean;
  /** Of a person's own rule: the relations that it brings along, and why it cannot run on this data, if so. */
  readonly own?: { readonly relations: readonly OwnRelation[]; readonly problem?: string };
}

/** What the pipeline does with failing rows. `keep` and `propose` change no data. */
export interface Fix {
  /** In words, what the fix does. */
  readonly text: string;
  readonly action:
    | { readonly kind: 'quarantine' | 'keep' | 'propose' }
    /** Of the rows of `from` that agree in `by`, keeps the one that comes first by `order`, among those not yet taken away. */
    | { readonly kind: 'drop'; readonly from: RelationName; readonly by: readonly string[]; readonly order: string }
    /** Sets `column` to `to`, an expression in SQL over the relation; with `keepOriginal`, what stood there is kept in quarantine. */
    | { readonly kind: 'set'; readonly column: string; readonly to: (scope: Scope) => string; readonly keepOriginal?: boolean };
}

/** Whether the pipeline applies the rule's fix: the rule's own setting, else `quality.fixes`. */
export function fixEnabled(rule: Pick<Rule, 'id' | 'enabled'> & { readonly fix?: unknown }, scope: Pick<Scope, 'quality'>): boolean {
  return rule.fix !== undefined && isEnabled(rule, scope) && (scope.quality.rules[rule.id]?.fix ?? scope.quality.fixes);
}

export function isEnabled(rule: Pick<Rule, 'id' | 'enabled'>, scope: Pick<Scope, 'quality'>): boolean {
  return scope.quality.rules[rule.id]?.enabled ?? rule.enabled ?? true;
}

/** Why the rule cannot run on this data, or undefined when it can. */
export function obstacle(rule: Rule, scope: Scope): string | undefined {
  if (!isEnabled(rule, scope)) return 'Switched off.';
  for (const required of rule.requires) {
    const [table = '', column] = required.split('.');
    if (!scope.columns.has(table)) return `There is no table ${table}.`;
    if (column !== undefined && !scope.columns.get(table)?.has(column)) return `The table ${table} has no column ${column}.`;
  }
  return rule.own?.problem;
}

/** How many failing units a threshold allows among those checked, and the share that it was given as. */
export function allowedUnits(threshold: number | string, checked: number): { units: number; share?: number } {
  const text = String(threshold).trim();
  if (!text.endsWith('%')) return { units: Number(text) };
  const share = Number(text.slice(0, -1)) / 100;
  // A share such as 0.7 % of 1000 must not come out as 6.999….
  return { units: Math.floor(share * checked + 1e-9 * checked), share };
}
