import { Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { OwnRule, type RuleProblem } from '../../../shared/contract/index.ts';
import { commonKeys, keyWords, kindFacts, type RuleKind, ruleKinds } from '../../../shared/domain/own-rules.ts';
import { isRecord, nearest } from './parameter-schema.ts';

/** One rule as text: what it says, or what is wrong with it and on which of its lines. */
export interface RuleText {
  readonly yaml: string;
  readonly rule: OwnRule | null;
  readonly problems: readonly RuleProblem[];
  /** What it calls itself, also when something else is wrong with it. */
  readonly id: string | null;
  /** Line of a key, or of the first line when the rule lacks it. */
  readonly lineOf: (key: string | null) => number;
}

const MOST_ALIASES = 20;
const MOST_PROBLEMS = 10;

/** Reads one rule. Plain data only (YAML 1.2 core schema); never throws. */
export function parseRule(yaml: string): RuleText {
  const lines = new LineCounter();
  const failed = (line: number, message: string): RuleText => ({ yaml, rule: null, id: null, problems: [{ line, key: null, message }], lineOf: () => line });
  let document: Document;
  let data: unknown;
  try {
    document = parseDocument(yaml, { schema: 'core', resolveKnownTags: false, lineCounter: lines, prettyErrors: false });
    const error = document.errors[0] ?? document.warnings[0];
    if (error) return failed(lines.linePos(error.pos[0]).line, `This is not valid YAML: ${error.message}`);
    data = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    return failed(1, `This cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(data)) return failed(1, 'A rule is a group of keys, such as "id: ratings.half_stars" with "kind: range" below it.');
  const { contents } = document;
  const lineOf = (key: string | null): number => {
    const pair = isMap(contents) ? contents.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key) : undefined;
    return pair && isScalar(pair.key) && pair.key.range ? lines.linePos(pair.key.range[0]).line : 1;
  };
  const found = problemsOf(data);
  const parsed = found.length === 0 ? OwnRule.safeParse(data) : undefined;
  return {
    yaml, id: typeof data['id'] === 'string' ? data['id'] : null, lineOf,
    rule: parsed?.success ? parsed.data : null,
    problems: found.slice(0, MOST_PROBLEMS).map(({ key, message }) => ({ line: lineOf(key), key, message })),
  };
}

interface Found {
  readonly key: string | null;
  readonly message: string;
}

function problemsOf(data: Record<string, unknown>): Found[] {
  const kind = ruleKinds.find((known) => known === data['kind']);
  if (kind === undefined) {
    const near = typeof data['kind'] === 'string' ? nearest(data['kind'], ruleKinds) : undefined;
    return [{ key: 'kind', message: `kind is ${shown(data['kind'])}; it must be ${keyWords['kind']}.${near === undefined ? '' : ` Did you mean ${near}?`}` }];
  }
  const { needs, takes } = kindFacts[kind];
  const allowed: readonly string[] = [...commonKeys, ...needs, ...takes];
  const unknown = Object.keys(data).filter((key) => !allowed.includes(key)).map((key): Found => {
    const near = nearest(key, allowed);
    return { key, message: `A rule of kind ${kind} has no key ${key}; it may have ${allowed.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}` };
  });
  const missing = ['id', 'table', ...needs].filter((key) => data[key] === undefined).map((key): Found => ({ key, message: `${key} is missing: a rule of kind ${kind} needs it, ${keyWords[key]}.` }));
  const known = Object.fromEntries(Object.entries(data).filter(([key]) => allowed.includes(key)));
  const parsed = OwnRule.safeParse(known);
  const wrong = parsed.success ? [] : parsed.error.issues.map((issue) => String(issue.path[0] ?? '')).filter((key) => data[key] !== undefined);
  const values = [...new Set(wrong)].map((key): Found => ({ key, message: `${key} is ${shown(data[key])}; it must be ${kind !== 'range' && (key === 'min' || key === 'max') ? 'a number' : (keyWords[key] ?? 'another value')}.` }));
  return [...unknown, ...missing, ...values, ...(unknown.length + missing.length + values.length === 0 ? boundsOf(kind, data) : [])];
}

function boundsOf(kind: RuleKind, { min, max }: Record<string, unknown>): Found[] {
  if (kind !== 'range' && kind !== 'table' && kind !== 'volume') return [];
  if (min === undefined && max === undefined) return [{ key: 'min', message: `A rule of kind ${kind} needs min or max, ${keyWords['min']}.` }];
  if (min === undefined || max === undefined) return [];
  if (typeof min !== typeof max) return [{ key: 'max', message: `min is ${shown(min)} and max is ${shown(max)}; both must be numbers, or both dates.` }];
  return (typeof min === 'number' && typeof max === 'number' && min > max) || (typeof min === 'string' && typeof max === 'string' && min > max)
    ? [{ key: 'max', message: `max is ${shown(max)}, below min, which is ${shown(min)}; no value could pass.` }]
    : [];
}

const shown = (value: unknown): string => (value === undefined ? 'missing' : value === null ? 'empty' : JSON.stringify(value).slice(0, 80));

/** The text of a rule with the fields of a form: those that are as before stay as they stand, comments and all. */
export function ruleWithFields(fields: Readonly<Record<string, unknown>>, before?: string): string {
  const kind = ruleKinds.find((known) => known === fields['kind']);
  const order = [...commonKeys.slice(0, 3), ...(kind === undefined ? [] : [...kindFacts[kind].needs, ...kindFacts[kind].takes]), ...commonKeys.slice(3)];
  const document: Document = before === undefined ? new Document({}, { schema: 'core' }) : parseDocument(before, { schema: 'core', resolveKnownTags: false });
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0));
  const old: unknown = document.toJS();
  for (const key of Object.keys(isRecord(old) ? old : {})) if (!present.some(([name]) => name === key)) document.delete(key);
  const place = (key: string) => (order.indexOf(key) < 0 ? order.length : order.indexOf(key));
  for (const [key, value] of present.toSorted(([a], [b]) => place(a) - place(b))) {
    if (isRecord(old) && JSON.stringify(old[key]) === JSON.stringify(value)) continue;
    const short = Array.isArray(value) && JSON.stringify(value).length < 100;
    document.set(key, short ? document.createNode(value, { flow: true }) : value);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
