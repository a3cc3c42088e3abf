import type { z } from 'zod';
import { type Facet, type FacetRequest, ReelbenchError } from '../../../shared/contract/index.ts';
import { asText, aspectOf } from './filters.ts';
import type { Session } from './session.ts';
import { viewSql } from './views.ts';

/** Beyond this many different values a list of them says little and takes seconds. */
const MANY = 1_000_000;

/**
 * The values of a column with their counts in the rows that the view's filters leave: the commonest first, or in their own
 * order. A column of more than a million different values is only counted when asked for with `exact` or searched.
 */
export async function facet(session: Session, { column: name, by, search, order, limit, always, exact, ...view }: z.output<typeof FacetRequest>): Promise<Facet> {
  await session.run('BEGIN TRANSACTION READ ONLY');
  try {
    const { columns, from, parameters } = await viewSql(session, view);
    const column = columns.find((other) => other.name === name);
    if (column === undefined) throw new ReelbenchError('not-found', `${view.schema}.${view.table} has no column ${name}.`, { column: name });
    const { sql, type } = aspectOf(column, by === 'value' ? undefined : by);
    if (!exact && search === '' && (await looksDistinct(session, `SELECT ${sql} AS v ${from}`, parameters))) {
      const { rows, filled, distinct } = await session.one<{ rows: number; filled: number; distinct: number }>(
        `SELECT count(*) AS rows, count(v) AS filled, approx_count_distinct(v) AS distinct FROM (SELECT ${sql} AS v ${from})`, parameters);
      if (distinct > MANY) return { values: [], distinct, found: distinct, missing: rows - filled, rows, tooMany: true };
    }
    const text = asText('v', type);
    const fits = search === '' ? 'v IS NOT NULL' : `v IS NOT NULL AND contains(lower(${text}), lower(?))`;
    const searched = search === '' ? [] : [search];
    const wanted = always.length === 0 ? 'false' : `${text} IN (${always.map(() => '?').join(', ')})`;
    const sorted = order === 'count' ? 'n DESC, v' : 'v';
    const { rows } = await session.table(
      `WITH grouped AS MATERIALIZED (SELECT v, count(*) AS n FROM (SELECT ${sql} AS v ${from}) GROUP BY v),
        shown AS (SELECT v, n FROM grouped WHERE ${fits} ORDER BY ${sorted} LIMIT ${limit}),
        besides AS (SELECT v, n FROM grouped WHERE ${wanted} AND v NOT IN (SELECT v FROM shown)),
        listed AS (FROM shown UNION ALL FROM besides)
      SELECT NULL, count(v), coalesce(sum(n), 0)::BIGINT, coalesce(sum(n) FILTER (v IS NULL), 0)::BIGINT, count(v) FILTER (${fits}) FROM grouped
      UNION ALL (SELECT ${text}, n, NULL, NULL, NULL FROM listed ORDER BY ${sorted})`,
      [...parameters, ...searched, ...always, ...searched],
    );
    const [first = [], ...values] = rows;
    const [, distinct, all, missing, found] = first.map(Number);
    return {
      values: values.map(([value, count]) => ({ value: typeof value === 'string' ? value : '', count: Number(count) })),
      distinct: distinct ?? 0, found: found ?? 0, missing: missing ?? 0, rows: all ?? 0, tooMany: false,
    };
  } finally {
    await session.connection.run('ROLLBACK');
  }
}

/** Whether most of the first million rows differ: a quick look before an expensive count. */
async function looksDistinct(session: Session, values: string, parameters: readonly string[]): Promise<boolean> {
  const { rows, distinct } = await session.one<{ rows: number; distinct: number }>(`SELECT count(*) AS rows, approx_count_distinct(v) AS distinct FROM (${values} LIMIT ${MANY})`, parameters);
  return rows === MANY && distinct > MANY / 4;
}
