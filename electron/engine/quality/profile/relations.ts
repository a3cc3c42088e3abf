import { setImmediate } from 'node:timers/promises';
import type { Cell, Column, ColumnProfile, Correlation, Relations } from '../../../../shared/contract/index.ts';
import { readColumns } from '../../workspace/columns.ts';
import { type Session, throwIfCancelled } from '../../workspace/session.ts';
import { identifier } from '../../workspace/sql.ts';
import { ascending, cramer, spearman } from './association.ts';
import { type Source, takeRows } from './source.ts';
import { comparable, measure } from './values.ts';

/** Tables with more rows are sampled for what needs ranks or cross tables: a coefficient of so many rows is off by less than 0.005. */
const SAMPLE_ROWS = 250_000;
/** Pearson's coefficient is of all rows unless rows times pairs go beyond this. */
const PEARSON_STEPS = 2e9;
const NUMBERS = 30;
const CATEGORIES = 25;
const CATEGORY_VALUES = 30;
const PATTERNS = 10;

/** What the columns have to do with one another. `profiles` are exact ones of the source's columns. */
export async function relate(session: Session, source: Source, profiles: readonly ColumnProfile[]): Promise<Relations> {
  const numbers = profiles.filter(({ histogram, distinct }) => histogram.length > 0 && distinct > 1);
  const categories = profiles.filter(({ distinct }) => distinct > 1 && distinct <= CATEGORY_VALUES);
  const shownNumbers = numbers.slice(0, NUMBERS);
  const shownCategories = categories.slice(0, CATEGORIES);
  const sampled = source.rows > SAMPLE_ROWS && (shownNumbers.length > 1 || shownCategories.length > 1);
  const sample = sampled ? await takeRows(session, source, SAMPLE_ROWS) : source.rows;
  const few: Rows = { sql: sampled ? 'temp.profile_sample' : source.sql, rows: sample, estimate: sampled };
  const pearsonPairs = (shownNumbers.length * (shownNumbers.length - 1)) / 2;
  const all: Rows = source.rows * pearsonPairs > PEARSON_STEPS ? few : { sql: source.sql, rows: source.rows, estimate: false };
  const correlations = [
    ...(await pearson(session, all, shownNumbers)),
    ...(await rankCorrelations(session, few, shownNumbers)),
    ...(await categoryAssociations(session, few, shownCategories)),
  ];
  await session.run('DROP TABLE IF EXISTS temp.profile_sample');
  const shown = new Set([...shownNumbers, ...shownCategories].map(({ name }) => name));
  return {
    correlations: correlations.filter(({ value }) => Number.isFinite(value)),
    sample: sampled ? sample : null,
    leftOut: [...new Set([...numbers, ...categories].map(({ name }) => name))].filter((name) => !shown.has(name)),
    missing: await missingTogether(session, source, profiles),
  };
}

/** Where coefficients are taken from. */
interface Rows {
  readonly sql: string;
  readonly rows: number;
  readonly estimate: boolean;
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

const measured = ({ name, type }: Column): string => measure(identifier(name), type);
const number = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : Number.NaN);

async function pearson(session: Session, { sql, rows, estimate }: Rows, columns: readonly ColumnProfile[]): Promise<Correlation[]> {
  const pairs = pairsOf(columns.map((column, place) => ({ column, place })));
  if (pairs.length === 0) return [];
  const lacks = ({ nulls, numbers }: ColumnProfile) => nulls > 0 || (numbers !== null && numbers.infinite + numbers.nan > 0);
  const figures = pairs.map(([a, b], i) => `corr(m${a.place}, m${b.place}) AS c${i}${lacks(a.column) || lacks(b.column) ? `, regr_count(m${a.place}, m${b.place}) AS n${i}` : ''}`);
  const row = await session.one<Record<string, Cell>>(`SELECT ${figures.join(', ')} FROM (SELECT ${columns.map((column, i) => `${measured(column)} AS m${i}`).join(', ')} FROM ${sql})`);
  return pairs.map(([a, b], i) => ({ a: a.column.name, b: b.column.name, method: 'pearson', value: number(row[`c${i}`]), rows: `n${i}` in row ? number(row[`n${i}`]) : rows, estimate }));
}

async function rankCorrelations(session: Session, { sql, rows, estimate }: Rows, columns: readonly ColumnProfile[]): Promise<Correlation[]> {
  if (columns.length < 2) return [];
  const values = await readColumns(session, `SELECT ${columns.map((column) => `coalesce(${measured(column)}, 'NaN'::DOUBLE)`).join(', ')} FROM ${sql}`, rows, columns.map(() => Float64Array));
  const ranked = [];
  for (const [i, column] of columns.entries()) {
    const cells = values[i] ?? new Float64Array();
    ranked.push({ name: column.name, cells, order: ascending(cells) });
    await breathe(session);
  }
  const found: Correlation[] = [];
  for (const [a, b] of pairsOf(ranked)) {
    found.push({ a: a.name, b: b.name, method: 'spearman', ...spearman(a.cells, b.cells, a.order, b.order), estimate });
    await breathe(session);
  }
  return found;
}

/** Lets others run, and ends when cancelled. */
async function breathe(session: Session): Promise<void> {
  await setImmediate();
  throwIfCancelled(session.signal);
}

async function categoryAssociations(session: Session, { sql, estimate }: Rows, columns: readonly ColumnProfile[]): Promise<Correlation[]> {
  const found: Correlation[] = [];
  for (const [a, b] of pairsOf(columns)) {
    const cells = await session.all<{ a: Cell; b: Cell; count: number }>(`
      SELECT CAST(${comparable(a)} AS VARCHAR) AS a, CAST(${comparable(b)} AS VARCHAR) AS b, count(*) AS count FROM ${sql}
      WHERE ${identifier(a.name)} IS NOT NULL AND ${identifier(b.name)} IS NOT NULL GROUP BY ALL`);
    found.push({ a: a.name, b: b.name, method: 'cramer', ...cramer(cells), estimate });
  }
  return found;
}

/** Exact, from the combinations of missing columns that rows have. */
async function missingTogether(session: Session, { sql, rows }: Source, profiles: readonly ColumnProfile[]): Promise<Relations['missing']> {
  const columns = profiles.filter(({ nulls }) => nulls > 0 && nulls < rows).slice(0, NUMBERS);
  const names = columns.map(({ name }) => name);
  if (columns.length === 0) return { columns: names, pairs: [], patterns: [] };
  await session.run(`CREATE OR REPLACE TEMP TABLE profile_missing AS
    SELECT ${columns.map(({ name }, i) => `${identifier(name)} IS NULL AS x${i}`).join(', ')}, count(*) AS count FROM ${sql} GROUP BY ALL`);
  const pairs = pairsOf(columns.map((column, place) => ({ column, place })));
  const together = pairs.length === 0 ? {} : await session.one<Record<string, Cell>>(`SELECT ${pairs.map(([a, b], i) => `coalesce(sum(count) FILTER (x${a.place} AND x${b.place}), 0)::BIGINT AS p${i}`).join(', ')} FROM temp.profile_missing`);
  const patterns = await session.table(`SELECT * FROM temp.profile_missing ORDER BY count DESC LIMIT ${PATTERNS}`);
  await session.run('DROP TABLE temp.profile_missing');
  return {
    columns: names,
    pairs: pairs.map(([a, b], i) => {
      const both = number(together[`p${i}`]);
      const [m, n] = [a.column.nulls, b.column.nulls];
      return { a: a.column.name, b: b.column.name, both, correlation: (rows * both - m * n) / Math.sqrt(m * (rows - m)) / Math.sqrt(n * (rows - n)) };
    }),
    patterns: patterns.rows.map((row) => ({ columns: names.filter((_name, i) => row[i] === true), rows: number(row.at(-1)) })),
  };
}
