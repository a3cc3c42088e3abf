import { z } from 'zod';
import { type Cell, type ParameterInfo, ReelbenchError } from '../../../shared/contract/index.ts';
import { keyWords } from '../../../shared/domain/own-rules.ts';
import { builtInRules } from '../../../shared/domain/quality-rules.ts';
import { Parameters, RuleSettings } from '../../../shared/domain/parameters.ts';

type Schema = z.core.JSONSchema.BaseSchema;
export type ParameterPath = readonly string[];

const root: Schema = z.toJSONSchema(Parameters, { io: 'input' });
const ruleSettings: Schema = z.toJSONSchema(RuleSettings, { io: 'input' });
const leaves = new Map<string, Schema>(leavesBelow(root, []));

/**
 * The keys that lead to the parameter called `name`: `quality.<rule id>.threshold` stands for
 * `quality.rules[<rule id>].threshold`. Fails with `invalid-arguments` when there is no such parameter.
 */
export function parameterPath(name: string): ParameterPath {
  if (leaves.has(name)) return leafKeys(name);
  const rule = /^quality\.(?:rules\.)?(.+)\.([^.]+)$/.exec(name);
  if (rule?.[1] !== undefined && rule[2] !== undefined && rule[1].includes('.') && Object.hasOwn(ruleSettings.properties ?? {}, rule[2])) return ['quality', 'rules', rule[1], rule[2]];
  const section = [...leaves.keys()].filter((leaf) => leaf.startsWith(`${name}.`));
  if (section.length > 0) throw new ReelbenchError('invalid-arguments', `${name} is a group of parameters, not one.`, { hint: `Its parameters: ${section.join(', ')}.` });
  const known = [...leaves.keys()];
  const near = nearest(name, known);
  throw new ReelbenchError('invalid-arguments', `There is no parameter ${name}.`, { hint: near === undefined ? `Parameters begin with ${sections().join(', ')}.` : `Did you mean ${near}?` });
}

/**
 * Fails with `invalid-arguments` when the parameter at `path` is a setting of a rule that there is not: neither built in nor
 * one of `ownRules` (undefined when these cannot be told). `place` says where the setting stands.
 */
export function checkRule(path: ParameterPath, ownRules: readonly string[] | undefined, place: { file?: string; line?: number } = {}): void {
  const [section, rules, id] = path;
  if (section !== 'quality' || rules !== 'rules' || id === undefined || ownRules === undefined) return;
  const known = [...builtInRules, ...ownRules];
  if (known.includes(id)) return;
  const near = nearest(id, known);
  throw new ReelbenchError('invalid-arguments', `${parameterName(path)}: there is no rule ${id}.`, { ...place, hint: near === undefined ? `Rules begin with ${[...new Set(known.map((name) => name.split('.')[0]))].join(', ')}.` : `Did you mean ${near}?` });
}

/** The parameter's name, as `--set` takes it. */
export function parameterName(path: ParameterPath): string {
  return path[0] === 'quality' && path[1] === 'rules' && path.length > 2 ? ['quality', ...path.slice(2)].join('.') : path.join('.');
}

/** What people call the parameter. */
export function parameterTitle(path: ParameterPath): string {
  const title = schemaAt(path).title ?? parameterName(path);
  return path[1] === 'rules' && path.length === 4 ? `${title} of ${path[2]}` : title;
}

/** What the parameter at `path` may be, in words, for instance `a whole number from 1 to 10000`. */
export function allowed(path: ParameterPath): string {
  return describe(schemaAt(path));
}

/** Whether the parameter at `path` takes any text: only there may `${NAME}` stand for an environment variable. */
export function isFreeText(path: ParameterPath): boolean {
  const { type, enum: choices } = schemaAt(path);
  return type === 'string' && choices === undefined;
}

/** Whether `path` leads to a group of parameters. */
export function isSection(path: ParameterPath): boolean {
  return schemaAt(path).type === 'object';
}

/** Where a parameter's value comes from. */
export type SourceOf = (path: ParameterPath) => Pick<ParameterInfo, 'source' | 'line'>;

/** Every parameter with its explanation, bounds, default and value, in the schema's order; rule settings only where they are set. */
export function parameterList(values: Parameters, sourceOf: SourceOf = () => ({ source: 'default' })): ParameterInfo[] {
  const rules = Object.entries(values.quality.rules).flatMap(([id, settings]) =>
    Object.keys(settings).map((setting) => ['quality', 'rules', id, setting] as const));
  return [...[...leaves.keys()].map(leafKeys), ...rules].map((path) => ({ ...info(path, values), ...sourceOf(path) }));
}

/** A text of `--set` as the value that the parameter takes. */
export function valueFromText(path: ParameterPath, text: string): unknown {
  return textAs(schemaAt(path), text);
}

function textAs(schema: Schema, text: string): unknown {
  const type = typeOf(schema);
  if (type === 'boolean') return text === 'true' || text === 'on' || text === 'yes' ? true : text === 'false' || text === 'off' || text === 'no' ? false : text;
  if (type === 'integer' || type === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (schema.anyOf !== undefined && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (type === 'list') {
    const items = isRecord(schema.items) ? schema.items : {};
    return text.replace(/^\[|\]$/g, '').split(',').map((part) => part.trim()).filter((part) => part !== '').map((part) => textAs(items, part));
  }
  return text;
}

/** Names of the keys that stand below `path`, for messages about a key that is not known. */
export function keysBelow(path: ParameterPath): string[] {
  return Object.keys(schemaAt(path).properties ?? {});
}

/** The name closest to `name` by edit distance, when it is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) })).toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, name.length / 4) ? best.candidate : undefined;
}

/**
 * Parameters as one value a name, `recommenders.ease.lambda` → 250, in the order of the schema. Takes values as the
 * schema has them and what runs recorded, flat or nested; parameters that are left out have no entry.
 */
export function flattenParameters(values: unknown): Record<string, Cell> {
  const below = (value: unknown, path: ParameterPath): [string, Cell][] => {
    if (isRecord(value)) return Object.entries(value).flatMap(([key, inner]) => below(inner, [...path, key]));
    return value === undefined ? [] : [[parameterName(path), toCell(value)]];
  };
  return Object.fromEntries(below(values, []));
}

export function valueAt(values: unknown, path: ParameterPath): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined), values);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function info(path: ParameterPath, values: Parameters): Omit<ParameterInfo, 'source' | 'line'> {
  const schema = schemaAt(path);
  const items = isRecord(schema.items) ? schema.items : undefined;
  const choices = schema.enum ?? items?.enum;
  return {
    path: parameterName(path),
    title: parameterTitle(path),
    help: helpOf(schema),
    group: groupOf(path),
    unit: typeof schema['unit'] === 'string' ? schema['unit'] : null,
    type: typeOf(schema),
    ...(choices === undefined ? {} : { choices: choices.map(String) }),
    ...(schema.minimum === undefined ? {} : { minimum: schema.minimum }),
    ...(schema.maximum === undefined ? {} : { maximum: schema.maximum }),
    allowed: describe(schema),
    default: toCell(schema.default),
    value: toCell(valueAt(values, path)),
  };
}

/** The section that a parameter stands in: the nearest above it with a title. */
function groupOf(path: ParameterPath): ParameterInfo['group'] {
  if (path[1] === 'rules') return { title: 'Single rules', about: 'Rules with settings of their own' };
  for (let above = path.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
    const schema = schemaAt(above);
    if (schema.title !== undefined) return { title: schema.title, about: helpOf(schema) };
  }
  return { title: path[0] ?? '', about: '' };
}

const helpOf = (schema: Schema): string => (typeof schema['help'] === 'string' ? schema['help'] : '');

/** A value as it crosses to a host; null for one that is left out. */
export function toCell(value: unknown): Cell {
  return value === undefined ? null : z.json().parse(value);
}

function typeOf(schema: Schema): ParameterInfo['type'] {
  if (schema.enum !== undefined) return 'choice';
  switch (schema.type) {
    case 'integer': return 'integer';
    case 'number': return 'number';
    case 'boolean': return 'boolean';
    case 'array': return 'list';
    default: return 'text';
  }
}

function describe(schema: Schema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  const bounds = [
    schema.minimum === undefined ? '' : schema.maximum === undefined ? `at least ${schema.minimum}` : `from ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? '' : `above ${schema.exclusiveMinimum}`,
    schema.maximum === undefined ? '' : schema.minimum === undefined ? `at most ${schema.maximum}` : `to ${schema.maximum}`,
  ].filter((part) => part !== '').join(' ');
  const number = (noun: string) => (bounds === '' ? noun : `${noun} ${bounds}`);
  switch (schema.type) {
    case 'integer': return number('a whole number');
    case 'number': return number('a number');
    case 'boolean': return 'true or false';
    case 'array': return isRecord(schema.items) ? `a list, each ${describe(schema.items)}` : 'a list';
    case 'object': return schema.properties === undefined ? 'a group of keys' : `a group of the keys ${Object.keys(schema.properties).join(', ')}`;
    case undefined: return schema.anyOf === undefined ? 'another value' : (keyWords['threshold'] ?? 'another value');
    case 'string': return schema.format === 'date' ? 'a date like 1995-01-31' : schema.format === 'uri' ? 'a web address like https://example.org/hook' : 'a text';
    default: return 'another value';
  }
}

function schemaAt(path: ParameterPath): Schema {
  let schema: Schema = root;
  for (const key of path) {
    const next = schema.properties?.[key] ?? schema.additionalProperties ?? schema.items;
    if (!isRecord(next)) return {};
    schema = next;
  }
  return schema;
}

function sections(): string[] {
  return Object.keys(root.properties ?? {});
}

function leavesBelow(schema: Schema, path: ParameterPath): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]): [string, Schema][] => {
    if (!isRecord(child)) return [];
    const below: Schema = child;
    if (below.properties !== undefined) return leavesBelow(below, [...path, key]);
    return below.type === 'object' ? [] : [[[...path, key].join('.'), below]];
  });
}

/** No key of the schema holds a dot. */
function leafKeys(name: string): string[] {
  return name.split('.');
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
