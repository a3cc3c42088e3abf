import type { Column, OwnRule } from '../../../../../shared/contract/index.ts';
import { kindFacts } from '../../../../../shared/domain/own-rules.ts';
import type { OwnRelation, RelationName } from '../../relations/index.ts';
import { MILLISECONDS_FROM } from '../../relations/readable.ts';
import { asOf, type Scope } from '../../relations/scope.ts';
import { identifier, literal } from '../../../workspace/sql.ts';
import type { Rule } from '../rule.ts';
import { isUnixTime } from './problems.ts';
import type { Split } from './predicate.ts';
import { keyOf, type RawTables, rowsOf, rowsSql, textOf } from './tables.ts';

/** What a kind adds to the rule that all kinds share. */
type Parts = Pick<Rule, 'over' | 'fails' | 'checked' | 'key' | 'value' | 'title' | 'reason'> & Partial<Pick<Rule, 'figure' | 'note'>> & { readonly column: string | null; readonly relations: readonly OwnRelation[] };

/** Where a rule's rows come from: its relation, and the relations that must be there. */
interface Rows {
  readonly over: `own_${string}`;
  readonly relations: readonly OwnRelation[];
}

/**
 * A checked rule as one of the engine's, so that count, failing rows, fix, report and gate are those of every rule.
 * `number` tells its relations from those of other rules; `split` is its SQL with aggregates. A rule with a `problem` is listed and does not run.
 */
export function compile(rule: OwnRule, number: number, tables: RawTables, texts: ReadonlySet<string>, split?: Split, problem?: string): Rule {
  const { unit, dimension } = kindFacts[rule.kind];
  const shared = {
    id: rule.id, table: rule.table, unit, dimension: rule.dimension ?? dimension, severity: rule.severity ?? 'warning', requires: [rule.table],
    ...(rule.threshold === undefined ? {} : { threshold: rule.threshold }), ...(rule.enabled === undefined ? {} : { enabled: rule.enabled }),
    ...('fix' in rule && rule.fix === 'quarantine' ? { fix: { text: 'Quarantine the row.', action: { kind: 'quarantine' } } as const } : {}),
  } as const;
  const columns = tables.get(rule.table);
  if (columns === undefined || problem !== undefined) {
    return {
      ...shared, column: 'column' in rule ? (rule.column ?? null) : null, title: rule.title ?? kindFacts[rule.kind].about, over: rowsOf(rule.table), fails: () => 'false', checked: 'SELECT 0', key: [], value: 'NULL',
      reason: () => '', own: { relations: [], ...(problem === undefined || columns === undefined ? {} : { problem: `It could not run. ${problem}` }) },
    };
  }
  const { relations, title, reason, ...parts } = partsOf(rule, number, columns, tables, texts, split ?? { aggregates: [], outer: 'NULL' });
  return { ...shared, ...parts, title: rule.title ?? title, reason: rule.reason === undefined ? reason : () => rule.reason ?? '', own: { relations } };
}

function partsOf(rule: OwnRule, number: number, columns: readonly Column[], tables: RawTables, texts: ReadonlySet<string>, split: Split): Parts {
  const rows = rowsFor(rule, number, tables, texts);
  const keys = 'key' in rule && rule.key ? rule.key : keyOf(rule.table, columns);
  const where = (condition?: string) => `SELECT count(*) FROM ${rows.over}${condition === undefined ? '' : ` WHERE ${condition}`}`;
  const about = 'column' in rule ? (rule.column ?? '') : '';
  const column = identifier(about);
  const type = columns.find(({ name }) => name === about);
  const plain = { ...rows, key: keys, column: about === '' ? null : about };
  const text = textOf(about);
  const each = { ...plain, checked: where(`${column} IS NOT NULL`), value: text };

  switch (rule.kind) {
    case 'missing': {
      const absent = (name: string) => `(${identifier(name)} IS NULL AND ${textOf(name)} IS NULL)`;
      const [only] = rule.columns.length === 1 ? rule.columns : [];
      const list = rule.columns.join(', ');
      return {
        ...plain, column: only ?? null, checked: where(), fails: () => rule.columns.map(absent).join(' OR '), title: only === undefined ? `One of ${list} is missing` : `${only} is missing`,
        value: only === undefined ? `concat_ws(', ', ${rule.columns.map((name) => `CASE WHEN ${absent(name)} THEN ${literal(name)} END`).join(', ')})` : 'NULL',
        reason: () => (only === undefined ? 'There is no {value}.' : `There is no ${only}.`),
      };
    }
    case 'type':
      return { ...plain, checked: where(`${column} IS NOT NULL OR ${text} IS NOT NULL`), value: text, fails: () => `${column} IS NULL AND ${text} IS NOT NULL`, title: `${about} cannot be read as ${type?.type}`, reason: () => `“{value}” cannot be read as ${type?.type}.` };
    case 'range': {
      const { min, max } = rule;
      const value = type && isUnixTime(type) && (typeof min === 'string' || typeof max === 'string') ? seconds(column) : column;
      const bound = (limit: number | string, end: boolean) => (typeof limit === 'number' ? literal(limit) : value === column ? `DATE ${literal(limit)}${end ? ' + INTERVAL 1 DAY' : ''}` : String(Date.parse(`${limit}T00:00:00Z`) / 1000 + (end ? 86_400 : 0)));
      const above = typeof max === 'string' ? '>=' : '>';
      const words = min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
      return {
        ...each, value: value === column ? text : `strftime(make_timestamp(${value} * 1000000), '%Y-%m-%d %H:%M:%S')`,
        fails: () => [...(min === undefined ? [] : [`${value} < ${bound(min, false)}`]), ...(max === undefined ? [] : [`${value} ${above} ${bound(max, true)}`])].join(' OR '),
        title: `${about} is not ${words}`, reason: () => `{value} is not ${words}.`,
      };
    }
    case 'set': {
      const lower = (sql: string) => (rule.ignore_case ? `lower(${sql})` : sql);
      const among = rule.values.map((value) => lower(literal(value))).join(', ');
      const parts = type?.type.endsWith('[]') ? column : `string_split(${column}, ${literal(rule.separator ?? '')})`;
      const listed = rule.separator !== undefined || type?.type.endsWith('[]');
      return {
        ...each, fails: () => (listed ? `len(list_filter(${parts}, lambda part: ${lower(type?.type === 'VARCHAR' ? 'trim(part)' : 'part')} NOT IN (${among}))) > 0` : `${lower(column)} NOT IN (${among})`),
        title: listed ? `${about} has a part outside the set` : `${about} is outside the set`, reason: () => (listed ? `“{value}” has a part that is not among the ${rule.values.length} allowed ones.` : `“{value}” is not among the ${rule.values.length} allowed values.`),
      };
    }
    case 'pattern':
      return {
        ...each, fails: () => `NOT regexp_full_match(CAST(${column} AS VARCHAR), ${literal(rule.pattern)}${rule.ignore_case ? `, 'i'` : ''})`,
        title: `${about} does not match the pattern`, reason: () => `“{value}” does not match ${rule.pattern}.`,
      };
    case 'unique': {
      const names = rule.columns.map(identifier);
      const present = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
      const over = `own_copies_${number}` as const;
      const list = rule.columns.join(', ');
      return {
        ...plain, column: rule.columns.length === 1 ? list : null, checked: where(present), over, key: [...new Set([...keys, ...rule.columns])],
        relations: [...rows.relations, {
          name: over, title: `Copies in ${rule.table}`, needs: [rows.over],
          build: (session) => session.run(`CREATE OR REPLACE TEMP TABLE ${over} AS SELECT *, row_number() OVER (PARTITION BY ${names.join(', ')} ORDER BY row_id NULLS LAST, text_row_id) AS "own copy"
            FROM ${rows.over} SEMI JOIN (SELECT ${names.join(', ')} FROM ${rows.over} WHERE ${present} GROUP BY ALL HAVING count(*) > 1) USING (${names.join(', ')})`).then(nothing),
        }],
        fails: () => '"own copy" > 1', value: names.length === 1 ? textOf(list) : `concat_ws(', ', ${rule.columns.map(textOf).join(', ')})`,
        title: `${list} ${rule.columns.length === 1 ? 'is' : 'are'} not unique`, reason: () => `A row before has the same ${list}: {value}.`,
      };
    }
    case 'reference': {
      const at = rule.to.indexOf('.');
      const [table, name] = [rule.to.slice(0, at), rule.to.slice(at + 1)];
      const target = tables.get(table) ?? [];
      const same = target.find((other) => other.name === name)?.type === type?.type;
      const compared = (sql: string) => (same ? sql : `CAST(${sql} AS VARCHAR)`);
      const found = `own_found_${number}` as const;
      return {
        ...each,
        relations: [...rows.relations, ...rowsFor({ ...rule, table, where: undefined }, number, tables, texts).relations, {
          name: found, title: `Values of ${rule.to}`, needs: [rowsOf(table), rows.over],
          build: (session) => session.run(`CREATE OR REPLACE TEMP TABLE ${found}_values AS SELECT DISTINCT ${compared(identifier(name))} AS value FROM ${rowsOf(table)} WHERE ${identifier(name)} IS NOT NULL;
            CREATE OR REPLACE TEMP VIEW ${found} AS SELECT * FROM ${rows.over}`).then(nothing),
        }],
        over: found, fails: () => `${column} IS NOT NULL AND ${compared(column)} NOT IN (SELECT value FROM ${found}_values)`,
        title: `${about} is not in ${rule.to}`, reason: () => `There is no {value} in ${rule.to}.`,
      };
    }
    case 'sql':
      return { ...plain, checked: where(), value: about === '' ? 'NULL' : text, fails: () => `NOT ${holds(rule.must)}`, title: `Not true: ${short(rule.must)}`, reason: () => `Not true of this row: ${rule.must}.` };
    case 'group': {
      const over = `own_groups_${number}` as const;
      const names = rule.by.map(identifier).join(', ');
      const figures = split.aggregates.map(({ sql }, at) => `, ${sql} AS ${aggregate(at)}`).join('');
      return {
        ...plain, column: rule.by.length === 1 ? (rule.by[0] ?? null) : null, key: rule.by, over, checked: `SELECT count(*) FROM ${over}`, fails: () => `NOT ${holds(split.outer)}`,
        value: `concat_ws(', ', ${split.aggregates.map(({ label }, at) => `${literal(`${label} = `)} || coalesce(CAST(${aggregate(at)} AS VARCHAR), 'NULL')`).join(', ')})`,
        relations: [...rows.relations, {
          name: over, title: `${rule.table} by ${rule.by.join(', ')}`, needs: [rows.over],
          build: (session) => session.run(`CREATE OR REPLACE TEMP TABLE ${over} AS SELECT ${names}${figures} FROM ${rows.over} WHERE ${rule.by.map((name) => `${identifier(name)} IS NOT NULL`).join(' AND ')} GROUP BY ${names}`).then(nothing),
        }],
        title: `Not true of a group: ${short(rule.must)}`, reason: () => `Not true of this group: ${rule.must}. Here {value}.`,
      };
    }
    case 'table': case 'volume': {
      const all: Split = rule.kind === 'table' ? split : { aggregates: [{ sql: 'count(*)', label: 'count(*)' }], outer: aggregate(0) };
      const { min, max } = rule;
      const words = min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
      const named = rule.kind === 'table' ? short(rule.figure) : 'The number of rows';
      return {
        ...oneFigure(rows, rule.table, number, all), fails: () => [...(min === undefined ? [] : [`figure < ${min}`]), ...(max === undefined ? [] : [`figure > ${max}`])].join(' OR '),
        title: `${named} is not ${words}`, reason: () => `${named} is {value}, not ${words}.`, note: () => `${named}; a table rule has no failing rows.`,
      };
    }
    default: {
      const time = type && isUnixTime(type) ? seconds(column) : `CAST(epoch(CAST(${column} AS TIMESTAMP)) AS BIGINT)`;
      const days = daysOf(rule.max_age);
      const imported = (scope: Scope) => Math.floor(asOf(scope, rule.table) / 1000);
      const over = `own_figure_${number}` as const;
      return {
        ...oneFigure(rows, rule.table, number, split), column: about, fails: (scope) => `(${imported(scope)} - newest) / 86400.0 > ${days}`, value: `strftime(make_timestamp(newest * 1000000), '%Y-%m-%d %H:%M:%S')`, checked: `SELECT count(newest) FROM ${over}`,
        relations: [...rows.relations, {
          name: over, title: `Times of ${rule.table}`, needs: [rows.over],
          build: (session, scope) => session.run(`CREATE OR REPLACE TEMP TABLE ${over} AS SELECT max(time) AS newest FROM (SELECT ${time} AS time FROM ${rows.over} WHERE ${column} IS NOT NULL) WHERE time <= ${imported(scope)}`).then(nothing),
        }],
        figure: (scope) => `any_value(round((${imported(scope)} - newest) / 86400.0, 2))`, title: `The newest ${about} is older than ${rule.max_age}`, reason: () => `The newest ${about} is of {value}, more than ${rule.max_age} before these data were first imported.`,
        note: () => `Age of the newest ${about} in days when these data were first imported; a table rule has no failing rows.`,
      };
    }
  }
}

const nothing = () => undefined;
/** Name of the nth aggregate of a rule in its relation. */
export const aggregate = (at: number): string => identifier(aggregateName(at));
export const aggregateName = (at: number): string => `own ${at}`;
/** A condition holds where it is true or NULL, as with a CHECK; where it cannot be computed, it does not hold. */
const holds = (condition: string) => `coalesce(TRY(coalesce((\n${condition}\n), true)), false)`;
const short = (sql: string) => (sql.length > 60 ? `${sql.slice(0, 59)}…` : sql).replaceAll(/\s+/g, ' ');

/** A time of the core tables in Unix seconds. */
const seconds = (column: string) => `CASE WHEN ${column} >= ${MILLISECONDS_FROM} THEN ${column} // 1000 ELSE ${column} END`;

const daysIn: Record<string, number> = { hour: 1 / 24, day: 1, week: 7, year: 365.25 };

function daysOf(age: string): number {
  const [, amount = '0', unit = 'day'] = /^([\d.]+)\s*([a-z]+?)s?$/.exec(age) ?? [];
  return Number(amount) * (daysIn[unit] ?? 1);
}

/** A relation of one row with one `figure` of all rows. */
function oneFigure(rows: Rows, table: string, number: number, { aggregates, outer }: Split): Pick<Parts, 'over' | 'relations' | 'checked' | 'key' | 'value' | 'column' | 'figure'> {
  const over = `own_figure_${number}` as const;
  return {
    over, column: null, key: [], checked: `SELECT count(figure) FROM ${over}`, value: 'figure', figure: () => 'any_value(figure)',
    relations: [...rows.relations, {
      name: over, title: `Figures of ${table}`, needs: [rows.over],
      build: (session) => session.run(`CREATE OR REPLACE TEMP TABLE ${over} AS SELECT TRY(CAST((${outer}) AS DOUBLE)) AS figure FROM (SELECT ${aggregates.map(({ sql }, at) => `${sql} AS ${aggregate(at)}`).join(', ')} FROM ${rows.over})`).then(nothing),
    }],
  };
}

/** The rows that a rule looks at: those of its table, narrowed by `where`. */
function rowsFor({ table, where }: Pick<OwnRule, 'table' | 'where'>, number: number, tables: RawTables, texts: ReadonlySet<string>): Rows {
  const all = rowsOf(table);
  const base: OwnRelation = {
    name: all, title: `Rows of ${table}`, needs: [],
    build: (session) => session.run(`CREATE OR REPLACE TEMP VIEW ${all} AS ${rowsSql(table, tables.get(table) ?? [], texts.has(table))}`).then(nothing),
  };
  if (where === undefined) return { over: all, relations: [base] };
  const over = `own_where_${number}` as const;
  const needs: readonly RelationName[] = [all];
  return { over, relations: [base, { name: over, title: `Rows of ${table}`, needs, build: (session) => session.run(`CREATE OR REPLACE TEMP VIEW ${over} AS SELECT * FROM ${all} WHERE coalesce(TRY(coalesce((\n${where}\n), false)), false)`).then(nothing) }] };
}
