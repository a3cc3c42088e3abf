import type { OwnRule, OwnRules } from '../../../../shared/contract/rules.ts';
import { commonKeys, kindFacts, type RuleKind, ruleKinds } from '../../../../shared/domain/own-rules.ts';
import { isNumeric } from '../../../components/format.ts';

export type Table = OwnRules['tables'][number];
/** What the form holds: texts as typed, until they are sent. */
export type Fields = Readonly<Record<string, unknown>>;

/** A rule being written. `replaces` is the saved rule that it will take the place of. */
export interface Draft {
  readonly mode: 'form' | 'yaml';
  readonly fields: Fields;
  /** The text, as typed or as it stands in the file; comments in it survive the form. */
  readonly yaml: string | null;
  readonly replaces: string | null;
}

export const kindNames: Record<RuleKind, string> = {
  missing: 'Missing', type: 'Type', range: 'Range', set: 'Set', pattern: 'Pattern', unique: 'Unique', reference: 'Reference', sql: 'SQL condition', group: 'Group', table: 'Table figure', volume: 'Volume', freshness: 'Freshness',
};

export const kindOf = (fields: Fields): RuleKind => ruleKinds.find((kind) => kind === fields['kind']) ?? 'range';

/** A new rule about a table, with a name that is not taken. */
export function newFields(tables: readonly Table[], taken: readonly (string | null)[]): Fields {
  const table = tables[0]?.name ?? '';
  let id = `${table === '' ? 'my' : table}.rule`;
  for (let n = 2; taken.includes(id); n++) id = `${table}.rule${n}`;
  return { id, kind: 'range', table, severity: 'warning' };
}

const lists = new Set(['columns', 'by', 'values', 'key']);

/** A saved rule as the fields of the form. */
export function fieldsOf(rule: OwnRule): Fields {
  return Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, Array.isArray(value) ? value.map(String) : typeof value === 'number' ? String(value) : value]));
}

/** The fields as data: numbers where the column holds numbers, and only the keys that a rule of this kind has. */
export function dataOf(fields: Fields, tables: readonly Table[]): Record<string, unknown> {
  const kind = kindOf(fields);
  const { needs, takes } = kindFacts[kind];
  const allowed: readonly string[] = [...commonKeys, ...needs, ...takes];
  const type = tables.find(({ name }) => name === fields['table'])?.columns.find(({ name }) => name === fields['column'])?.type ?? '';
  const typed = (value: unknown): unknown => {
    const text = String(value).trim();
    if (type === 'BOOLEAN' && (text === 'true' || text === 'false')) return text === 'true';
    return isNumeric(type) && text !== '' && Number.isFinite(Number(text)) ? Number(text) : value;
  };
  return Object.fromEntries(Object.entries(fields).flatMap(([key, value]): [string, unknown][] => {
    if (!allowed.includes(key) || (key === 'enabled' && value === true) || (key === 'fix' && value !== 'quarantine')) return [];
    if (key === 'values' && Array.isArray(value)) return [[key, value.map(typed)]];
    if (lists.has(key)) return [[key, value]];
    if ((key === 'min' || key === 'max' || key === 'threshold') && typeof value === 'string') {
      const text = value.trim();
      return [[key, text !== '' && Number.isFinite(Number(text)) ? Number(text) : text]];
    }
    return [[key, value]];
  }));
}

/** What is asked of the engine about a draft. */
export function inputOf({ mode, fields, yaml, replaces }: Draft, tables: readonly Table[]): { fields?: Record<string, unknown>; yaml?: string; replaces?: string } {
  return { ...(mode === 'form' ? { fields: dataOf(fields, tables) } : {}), ...(yaml === null ? {} : { yaml }), ...(replaces === null ? {} : { replaces }) };
}

/** What a rule asks, in a line. */
export function ruleWords(rule: OwnRule): string {
  const column = 'column' in rule && rule.column !== undefined ? rule.column : '';
  const bounds = (min: number | string | undefined, max: number | string | undefined) => (min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `from ${min} to ${max}`);
  switch (rule.kind) {
    case 'missing': return `${rule.columns.join(', ')} ${rule.columns.length === 1 ? 'is' : 'are'} never empty`;
    case 'type': return `every ${column} can be read as its type`;
    case 'range': return `${column} is ${bounds(rule.min, rule.max)}`;
    case 'set': return `${rule.separator === undefined ? column : `each part of ${column}`} is one of ${rule.values.slice(0, 4).join(', ')}${rule.values.length > 4 ? `, … (${rule.values.length})` : ''}`;
    case 'pattern': return `${column} matches ${rule.pattern}`;
    case 'unique': return `${rule.columns.join(' and ')} ${rule.columns.length === 1 ? 'is' : 'are together'} unique`;
    case 'reference': return `${column} is found in ${rule.to}`;
    case 'sql': return rule.must;
    case 'group': return `by ${rule.by.join(', ')}: ${rule.must}`;
    case 'table': return `${rule.figure} is ${bounds(rule.min, rule.max)}`;
    case 'volume': return `the number of rows is ${bounds(rule.min, rule.max)}`;
    case 'freshness': return `the newest ${column} is at most ${rule.max_age} old`;
    default: return '';
  }
}
