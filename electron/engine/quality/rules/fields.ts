import type { Dimension } from '../../../../shared/contract/index.ts';
import type { RelationName } from '../relations/index.ts';
import type { Rule } from './rule.ts';

/** Fixes that many rules share. */
export const quarantine = { text: 'Quarantine the row.', action: { kind: 'quarantine' } } as const;

interface FieldRules {
  readonly table: string;
  readonly over: RelationName;
  readonly column: string;
  /** What the field is called in a sentence, for instance 'film id'. */
  readonly name: string;
  readonly key: readonly string[];
}

/** `<table>.<column>.present`: the cell is NULL, empty, blank or one of the NULL tokens. */
export function presentRule({ table, over, column, name, key }: FieldRules, settings: Pick<Rule, 'severity' | 'fix'>): Rule {
  return {
    id: `${table}.${column}.present`, table, column, dimension: 'completeness', unit: 'row', title: `No ${name}`, ...settings,
    over, requires: [table, `${table}.${column}`], fails: () => `${column}_missing`, checked: `SELECT count(*) FROM ${over}`, key, value: 'NULL',
    reason: () => `There is no ${name}.`,
  };
}

/** `<table>.<column>.type`: there is a text, and it is not `expected`. What counts as one is written in readable.ts. */
export function typeRule({ table, over, column, name, key }: FieldRules, expected: string, dimension: Dimension = 'accuracy'): Rule {
  return {
    id: `${table}.${column}.type`, table, column, dimension, severity: 'error', unit: 'row', title: `The ${name} is not ${expected}`, fix: quarantine,
    over, requires: [table, `${table}.${column}`], fails: () => `${column}_unreadable`, checked: `SELECT count(*) FROM ${over} WHERE NOT ${column}_missing`, key, value: `${column}_text`,
    reason: () => `“{value}” is not ${expected}.`,
  };
}
