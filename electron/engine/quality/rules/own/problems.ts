import type { Column, OwnRule } from '../../../../../shared/contract/index.ts';
import { nearest } from '../../../workspace/parameter-schema.ts';
import { rules } from '../index.ts';
import { keyOf, type RawTables } from './tables.ts';
import type { PredicateCheck } from './predicate.ts';

/** What is wrong with a rule, at which of its keys. */
export interface Finding {
  readonly key: string;
  readonly message: string;
}

const numeric = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)(?!.*\]$)/;
const temporal = /^(?:DATE|TIMESTAMP)(?!.*\]$)/;
/** Tables whose quarantined rows the pipeline leaves out. */
const loaded = new Set(['ratings', 'movies', 'tags', 'links', 'users', 'genome_tags', 'genome_scores']);

export const isNumeric = (type: string): boolean => numeric.test(type);
export const isTemporal = (type: string): boolean => temporal.test(type);
/** Unix seconds or milliseconds, as the core tables keep times. */
export const isUnixTime = ({ name, type }: Column): boolean => name === 'timestamp' && type === 'BIGINT';

/** Checks a rule against the data as imported, before it runs: names, types, and the SQL in it. */
export async function problemsOf(rule: OwnRule, tables: RawTables, check: PredicateCheck): Promise<Finding[]> {
  const found: Finding[] = [];
  const report = (key: string, message: string | undefined) => {
    if (message !== undefined) found.push({ key, message });
  };
  if (rules.some(({ id }) => id === rule.id)) report('id', `id is ${rule.id}, which is a built-in rule; choose another name, for instance ${rule.id}.own.`);
  const columns = tables.get(rule.table);
  if (columns === undefined) {
    report('table', noSuch('table', rule.table, [...tables.keys()], 'imported tables'));
    return found;
  }
  const known = (key: string, names: readonly string[]) => {
    for (const name of names) if (!columns.some((column) => column.name === name)) report(key, noSuch('column', name, columns.map((c) => c.name), `columns of ${rule.table}`));
  };
  const column = 'column' in rule && rule.column !== undefined ? rule.column : undefined;
  const type = columns.find(({ name }) => name === column);
  if (column !== undefined) known('column', [column]);
  if ('columns' in rule) known('columns', rule.columns);
  if ('by' in rule) known('by', rule.by);
  if ('key' in rule && rule.key) known('key', rule.key);
  if ('fix' in rule && rule.fix === 'quarantine' && !loaded.has(rule.table)) report('fix', `The pipeline does not load the table ${rule.table}, so there is nothing to keep its rows out of; leave fix out.`);
  if (rule.where !== undefined) report('where', await check.problem(rule.where, 'row', columns));
  if (found.length > 0) return found;

  switch (rule.kind) {
    case 'range':
      for (const key of ['min', 'max'] as const) if (rule[key] !== undefined && type) report(key, boundProblem(key, rule[key], type));
      break;
    case 'set':
      if (type) report('values', valuesProblem(rule.values, type));
      if (rule.separator !== undefined && type?.type !== 'VARCHAR') report('separator', `${column} holds ${type?.type}, not texts, so there are no parts to separate.`);
      if (rule.ignore_case && type?.type !== 'VARCHAR' && type?.type !== 'VARCHAR[]') report('ignore_case', `${column} holds ${type?.type}, not texts.`);
      break;
    case 'pattern':
      report('pattern', await check.patternProblem(rule.pattern));
      break;
    case 'type':
      if (type?.type === 'VARCHAR') report('column', `${column} is a column of texts, and every text can be read as one.`);
      break;
    case 'reference':
      report('to', referenceProblem(rule.to, tables));
      break;
    case 'freshness':
      if (type && !isTemporal(type.type) && !isUnixTime(type)) report('column', `${column} holds ${type.type}; freshness needs dates or times.`);
      break;
    case 'sql':
      report('must', await check.problem(rule.must, 'row', columns));
      break;
    case 'group':
      report('must', await check.problem(rule.must, 'group', columns, rule.by));
      break;
    case 'table':
      report('figure', await check.problem(rule.figure, 'figure', columns));
      break;
    case 'missing': case 'unique': case 'volume':
      break;
  }
  if (found.length === 0 && 'columns' in rule && keyOf(rule.table, columns).length === 0) report('table', `The table ${rule.table} has no columns.`);
  return found;
}

function noSuch(what: string, name: string, known: readonly string[], where: string): string {
  const near = nearest(name, known);
  const some = known.slice(0, 30);
  return `There is no ${what} ${name}; ${where}: ${some.length === 0 ? 'none' : some.join(', ')}${known.length > some.length ? ', …' : ''}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

function boundProblem(key: string, bound: number | string, column: Column): string | undefined {
  if (typeof bound === 'number') return isNumeric(column.type) ? undefined : `${key} is ${bound}, a number, but ${column.name} holds ${column.type}; ${isTemporal(column.type) ? 'it must be a date such as 1995-01-31' : 'a range needs a column of numbers or times'}.`;
  return isTemporal(column.type) || isUnixTime(column) ? undefined : `${key} is ${JSON.stringify(bound)}, a date, but ${column.name} holds ${column.type}; ${isNumeric(column.type) ? 'it must be a number' : 'a range needs a column of numbers or times'}.`;
}

function valuesProblem(values: readonly (string | number | boolean)[], { name, type }: Column): string | undefined {
  const wanted = type === 'BOOLEAN' ? 'boolean' : isNumeric(type) ? 'number' : 'string';
  const other = values.find((value) => typeof value !== wanted);
  if (other === undefined) return undefined;
  return `values has ${JSON.stringify(other)}, but ${name} holds ${type}: each must be ${wanted === 'string' ? `a text${typeof other === 'string' ? '' : ` (in YAML: "${String(other)}")`}` : wanted === 'number' ? 'a number' : 'true or false'}.`;
}

function referenceProblem(to: string, tables: RawTables): string | undefined {
  const at = to.indexOf('.');
  const columns = tables.get(to.slice(0, at));
  if (columns === undefined) return noSuch('table', to.slice(0, at), [...tables.keys()], 'imported tables');
  return columns.some(({ name }) => name === to.slice(at + 1)) ? undefined : noSuch('column', to.slice(at + 1), columns.map((c) => c.name), `columns of ${to.slice(0, at)}`);
}
