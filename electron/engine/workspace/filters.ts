import { type Column, type Filter, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Session } from './session.ts';
import { identifier } from './sql.ts';

/** A condition on a row, values as `?`. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

const nested = /\[\d*\]$|^(?:STRUCT|MAP|UNION)\(/;
export const integers: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT']);

/** Whether a column's values lie on a line of numbers, whatever their type. */
export const isNumber = (type: string): boolean => integers.has(type) || /^(?:DOUBLE|FLOAT|DECIMAL)/.test(type);

/** The cell as text, whatever its type. */
export const asText = (column: string, type: string): string => (type === 'VARCHAR' ? column : `CAST(${column} AS VARCHAR)`);

/** A text's shape: runs of capitals as `A`, of small letters as `a`, of digits as `9`; the rest as it is. */
function patternOf(text: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const kinds = `translate(${text}, '${letters.toUpperCase()}${letters}0123456789', '${'A'.repeat(26)}${'a'.repeat(26)}${'9'.repeat(10)}')`;
  return ['A', 'a', '9'].reduce((shape, kind) => `regexp_replace(${shape}, '${kind}+', '${kind}', 'g')`, kinds);
}

/** What of a column a filter or a facet looks at: an expression and its type. */
export function aspectOf({ name, type }: Column, of?: 'pattern' | 'length'): { sql: string; type: string } {
  const column = identifier(name);
  if (of === 'length') return { sql: `length(${asText(column, type)})`, type: 'BIGINT' };
  if (of === 'pattern') return { sql: patternOf(asText(column, type)), type: 'VARCHAR' };
  return nested.test(type) ? { sql: asText(column, type), type: 'VARCHAR' } : { sql: column, type };
}

/** A filter as SQL. Fails with `invalid-arguments` when a value is not of the column's type, or values are missing. */
export async function conditionOf(session: Session, filter: Filter, column: Column): Promise<Condition> {
  const condition = build(filter, column);
  const { type } = aspectOf(column, filter.of);
  if (!textual.has(filter.op)) await checkValues(session, filter, type, condition.values);
  return condition;
}

const textual = new Set<Filter['op']>(['contains', 'starts with', 'is empty', 'is not empty']);

function build(filter: Filter, column: Column): Condition {
  const { sql, type } = aspectOf(column, filter.of);
  const text = asText(sql, type);
  const value = filter.value ?? '';
  switch (filter.op) {
    case 'is empty':
      return { sql: `(${sql} IS NULL OR trim(${text}) = '')`, values: [] };
    case 'is not empty':
      return { sql: `(${sql} IS NOT NULL AND trim(${text}) <> '')`, values: [] };
    case 'contains':
      return { sql: `contains(lower(${text}), lower(?))`, values: [value] };
    case 'starts with':
      return { sql: `starts_with(lower(${text}), lower(?))`, values: [value] };
    case 'between':
    case 'within': {
      const [low, high] = endsOf(filter);
      return { sql: `(${line(sql, type)} >= ${typed(type, low)} AND ${line(sql, type)} ${filter.op === 'between' ? '<=' : '<'} ${typed(type, high)})`, values: [low, high] };
    }
    case 'one of':
    case 'not one of':
      return oneOf(filter, sql, type);
    case '=':
      return { sql: `${sql} = ${same(type, value)}`, values: [value] };
    case '!=':
      return { sql: `${sql} IS DISTINCT FROM ${same(type, value)}`, values: [value] };
    default:
      return { sql: `${line(sql, type)} ${filter.op} ${typed(type, value)}`, values: [value] };
  }
}

function endsOf({ column, op, values }: Filter): [string, string] {
  const [low, high] = values ?? [];
  if (typeof low !== 'string' || typeof high !== 'string') throw new ReelbenchError('invalid-arguments', `The filter “${op}” on ${column} needs a lower and an upper end.`, { column });
  return [low, high];
}

function oneOf({ column, op, values = [] }: Filter, sql: string, type: string): Condition {
  if (values.length === 0) throw new ReelbenchError('invalid-arguments', `The filter “${op}” on ${column} needs a value.`, { column });
  const texts = values.filter((value) => value !== null);
  const listed = texts.map((text) => same(type, text)).join(', ');
  const missing = values.length > texts.length;
  // Conditions of the plainest form, which the database can use to leave out what it need not read.
  if (op === 'one of') {
    const one = [...(texts.length === 0 ? [] : [`${sql} IN (${listed})`]), ...(missing ? [`${sql} IS NULL`] : [])];
    return { sql: `(${one.join(' OR ')})`, values: texts };
  }
  if (texts.length === 0) return { sql: `${sql} IS NOT NULL`, values: [] };
  return { sql: missing ? `${sql} NOT IN (${listed})` : `(${sql} NOT IN (${listed}) OR ${sql} IS NULL)`, values: texts };
}

/** What is compared with ends: FLOAT and DECIMAL as DOUBLE, as bins are counted. */
const line = (sql: string, type: string): string => (/^(?:DECIMAL|FLOAT)/.test(type) ? `CAST(${sql} AS DOUBLE)` : sql);

/** A whole number is compared with a whole number exactly, with another as DOUBLE, so that `> 3.5` means what it says. */
function typed(type: string, value: string): string {
  if (integers.has(type)) return `CAST(? AS ${/^[+-]?\d{1,38}$/.test(value.trim()) ? 'HUGEINT' : 'DOUBLE'})`;
  return `CAST(? AS ${isNumber(type) ? 'DOUBLE' : type})`;
}

/** The same for equality, where a FLOAT must be compared with the FLOAT that its text names. */
const same = (type: string, value: string): string => (type === 'FLOAT' ? 'CAST(? AS FLOAT)' : typed(type, value));

async function checkValues(session: Session, { column }: Filter, type: string, values: readonly string[]): Promise<void> {
  if (type === 'VARCHAR' || values.length === 0) return;
  const wanted = isNumber(type) ? 'DOUBLE' : type;
  const wrong = await session.first<{ v: string }>(`SELECT v FROM (VALUES ${values.map(() => '(?::VARCHAR)').join(', ')}) t(v) WHERE TRY_CAST(v AS ${wanted}) IS NULL LIMIT 1`, values);
  if (wrong !== undefined) throw new ReelbenchError('invalid-arguments', `${JSON.stringify(wrong.v)} is not a ${type}, which is what the column ${column} holds.`, { column });
}
