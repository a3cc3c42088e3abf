import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { profileTable } from '../../../../electron/engine/quality/profile/profile.ts';
import { inSnapshot } from '../../../../electron/engine/quality/snapshot.ts';
import { literal } from '../../../../electron/engine/workspace/sql.ts';
import type { Workspace } from '../../../../electron/engine/workspace/workspace.ts';
import { temporaryWorkspace } from '../../../support/raw-tables.ts';
import { bins, counts, cramer, moments, pearson, quantile, spearman } from './plain.ts';

let workspace: Workspace;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ workspace, close } = await temporaryWorkspace());
});
afterAll(() => close());

interface Row {
  readonly whole: number | null;
  readonly real: number | null;
  readonly text: string | null;
}
const row = fc.record<Row>({
  whole: fc.option(fc.integer({ min: -4, max: 12 }), { freq: 6 }),
  real: fc.option(fc.oneof(fc.integer({ min: -1_024_000, max: 1_024_000 }).map((value) => value / 1024), fc.constantFrom(0, 1.5, 1e6)), { freq: 4 }),
  text: fc.option(fc.constantFrom('a', 'b', 'B', '', ' ', 'a ', 'Heat (1995)', 'é', '12'), { freq: 8 }),
});

async function profileOf(rows: readonly Row[]) {
  await workspace.write((session) =>
    session.run(`CREATE OR REPLACE TABLE raw.thing (whole BIGINT, "real" DOUBLE, "text" VARCHAR); INSERT INTO raw.thing VALUES ${rows.map((r) => `(${literal(r.whole)}, ${literal(r.real)}, ${literal(r.text)})`).join(', ')}`));
  return workspace.read((session) => inSnapshot(session, () => profileTable(session, 'raw', 'thing', () => new Date(0))));
}

/** Both sides of every comparison; figures within a billionth of each other count as equal. */
class Comparison {
  readonly found: unknown[] = [];
  readonly expected: unknown[] = [];

  add(what: string, found: unknown, expected: unknown): void {
    const near = typeof found === 'number' && typeof expected === 'number' && Math.abs(found - expected) <= 1e-8 * Math.max(1, Math.abs(expected));
    this.found.push([what, near ? expected : found]);
    this.expected.push([what, expected]);
  }
}

test('every figure of a column is what a plain recomputation gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
      const { columns } = await profileOf(rows);
      const compared = new Comparison();
      for (const name of ['whole', 'real'] as const) {
        const profile = columns.find((column) => column.name === name);
        const values = rows.flatMap((r) => r[name] ?? []);
        compared.add('counts', [profile?.rows, profile?.nulls, profile?.distinct, profile?.exact], [rows.length, rows.length - values.length, new Set(values).size, true]);
        if (values.length === 0) continue;
        const expected = moments(values);
        compared.add('extent', [profile?.min, profile?.max], [Math.min(...values), Math.max(...values)]);
        compared.add('mean', profile?.mean, expected.mean);
        compared.add('deviation', profile?.deviation, expected.deviation);
        // Of nearly equal values the skewness is rounding alone.
        if ((expected.deviation ?? 0) > 1e-4) compared.add('skewness', profile?.skewness, expected.skewness);
        compared.add('quantiles', profile?.quantiles.map(({ value }) => value), [1, 5, 25, 50, 75, 95, 99].map((percent) => quantile(values, percent)));
        compared.add('histogram', profile?.histogram.map(({ count }) => count), bins(values, 20));
        const [q1, q3] = [quantile(values, 25) ?? 0, quantile(values, 75) ?? 0];
        const far = values.filter((value) => value < q1 - 3 * (q3 - q1) || value > q3 + 3 * (q3 - q1)).length;
        compared.add('numbers', profile?.numbers, { zeros: values.filter((value) => value === 0).length, negative: values.filter((value) => value < 0).length, infinite: 0, nan: 0, farOut: q3 > q1 ? far : 0 });
        compared.add('top', profile?.top.map(({ value, count }) => [value, count]), [...counts(values)].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 10));
      }
      const texts = rows.flatMap((r) => r.text ?? []);
      const profile = columns.find(({ name }) => name === 'text');
      compared.add('text', [profile?.nulls, profile?.distinct], [rows.length - texts.length, new Set(texts).size]);
      compared.add('texts', [profile?.texts?.blank, profile?.texts?.padded, profile?.texts?.asNumber, profile?.texts?.asDate], [texts.filter((text) => text.trim() === '').length, texts.filter((text) => text === 'a ').length, texts.filter((text) => text === '12').length, 0]);
      compared.add('patterns', profile?.texts?.patterns.reduce((total, { count }) => total + count, 0), texts.filter((text) => text.trim() !== '').length);
      expect(compared.found).toEqual(compared.expected);
    }),
    { numRuns: 40 },
  );
});

test('coefficients between columns, and the count of duplicate rows, are what a plain recomputation gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 50 }), async (rows) => {
      const { relations, duplicates } = await profileOf(rows);
      const compared = new Comparison();
      const found = (method: string, a: string, b: string) => relations?.correlations.find((entry) => entry.method === method && entry.a === a && entry.b === b);
      const both = rows.flatMap(({ whole, real }) => (whole === null || real === null ? [] : [{ whole, real }]));
      const [a, b] = [both.map(({ whole }) => whole), both.map(({ real }) => real)];
      // A column that does not vary, but for rounding, has no coefficient.
      const varies = (values: readonly number[]) => values.length > 1 && Math.max(...values) - Math.min(...values) > 1e-4;
      if (varies(a) && varies(b)) {
        compared.add('pearson', found('pearson', 'whole', 'real')?.value, pearson(a, b));
        compared.add('spearman', found('spearman', 'whole', 'real')?.value, spearman(a, b));
        compared.add('rows', found('pearson', 'whole', 'real')?.rows, both.length);
      }
      const pairs = rows.flatMap(({ whole, text }) => (whole === null || text === null ? [] : [{ whole, text }]));
      const v = pairs.length > 2 ? cramer(pairs.map(({ whole }) => whole), pairs.map(({ text }) => text)) : Number.NaN;
      // Squares: a root makes 10^-8 of the rounding 10^-16.
      if (Number.isFinite(v)) compared.add('cramer', (found('cramer', 'whole', 'text')?.value ?? Number.NaN) ** 2, v ** 2);
      const lacking = (name: string) => rows.map((r) => (r[name as keyof Row] === null ? 1 : 0));
      for (const { a: one, b: other, both: together, correlation } of relations?.missing.pairs ?? []) {
        const [x, y] = [lacking(one), lacking(other)];
        compared.add('missing', [together], [x.filter((value, i) => value === 1 && y[i] === 1).length]);
        compared.add('phi', correlation, pearson(x, y));
      }
      compared.add('duplicates', duplicates, rows.length - new Set(rows.map((r) => JSON.stringify([r.whole, r.real, r.text]))).size);
      expect(compared.found).toEqual(compared.expected);
    }),
    { numRuns: 40 },
  );
});

test('columns of more than a million values: quantiles, distinct values, commonest ones and duplicate rows stay exact', async () => {
  const n = 1_400_000;
  await workspace.write((session) => session.run(`CREATE OR REPLACE TABLE raw.thing AS SELECT CASE WHEN i % 700 = 0 THEN -5 ELSE (i * 7919) % ${n} END AS id, i % 3 AS part FROM range(0, ${n}) t(i)`));
  const { columns: [id], duplicates, alerts } = await workspace.read((session) => inSnapshot(session, () => profileTable(session, 'raw', 'thing', () => new Date(0))));
  const values = Array.from({ length: n }, (_, i) => (i % 700 === 0 ? -5 : (i * 7919) % n));
  expect(id).toMatchObject({ exact: true, distinct: new Set(values).size, top: expect.arrayContaining([{ value: -5, count: n / 700 }]) });
  const sorted = Float64Array.from(values).sort();
  for (const { at, value } of id?.quantiles ?? []) expect([at, value]).toEqual([at, sorted[Math.ceil((Math.round(at * 100) * n) / 100) - 1]]);
  expect(duplicates).toBe(n / 700 - 3);
  expect(alerts.map(({ kind }) => kind)).toContain('duplicate-rows');
});
