import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { profileTable } from '../../../../electron/engine/quality/profile/profile.ts';
import type { Workspace } from '../../../../electron/engine/workspace/workspace.ts';
import { type ProfileAlertKind, profileAlerts } from '../../../../shared/domain/profile-alerts.ts';
import { temporaryWorkspace } from '../../../support/raw-tables.ts';

let workspace: Workspace;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ workspace, close } = await temporaryWorkspace());
});
afterAll(() => close());

async function alerts(sql: string) {
  await workspace.write((session) => session.run(`CREATE OR REPLACE TABLE raw.thing AS ${sql}`));
  return (await workspace.read((session) => profileTable(session, 'raw', 'thing', () => new Date(0)))).alerts;
}

/** A column `x` of `rows` rows; `i` counts from 0. A second column keeps rows apart. */
const column = (x: string, rows = 100): string => `SELECT ${x} AS x, i AS row_id FROM range(0, ${rows}) t(i)`;

/** For each alert: data on its threshold, or just over it, and data just short of it. */
const cases: Record<ProfileAlertKind, { readonly at: string; readonly beside: string }> = {
  'all-missing': { at: column("CASE WHEN i % 2 = 0 THEN ' ' END"), beside: column("CASE WHEN i = 0 THEN 'x' END") },
  'mostly-missing': { at: column('CASE WHEN i >= 50 THEN i % 7 END'), beside: column('CASE WHEN i >= 49 THEN i % 7 END') },
  blank: { at: column(String.raw`CASE WHEN i = 3 THEN chr(9) ELSE 'a' || i END`), beside: column("CASE WHEN i = 3 THEN 'b' ELSE 'a' || i END") },
  padded: { at: column("CASE WHEN i = 3 THEN 'a b ' ELSE 'a' || i END"), beside: column("CASE WHEN i = 3 THEN 'a b' ELSE 'a' || i END") },
  constant: { at: column('7'), beside: column('CASE WHEN i = 9 THEN NULL ELSE 7 END') },
  unique: { at: column('i * 3', 20), beside: column('greatest(i, 1) * 3', 21) },
  'high-cardinality': { at: column("'v' || (i % 50)", 100), beside: column("'v' || (i % 50)", 101) },
  imbalance: { at: column('CASE WHEN i < 90 THEN 1 ELSE 2 END'), beside: column('CASE WHEN i < 89 THEN 1 ELSE 2 END') },
  // Of two values, the rarer in a share p, the skewness is (1 − 2p) / √(p (1 − p)); a third value near the first changes little.
  skew: { at: column('CASE WHEN i < 13 THEN 100 WHEN i = 50 THEN 1 ELSE 0 END'), beside: column('CASE WHEN i < 16 THEN 100 WHEN i = 50 THEN 1 ELSE 0 END') },
  zeros: { at: column('CASE WHEN i < 50 THEN 0 ELSE i END'), beside: column('CASE WHEN i < 49 THEN 0 ELSE i END') },
  infinite: { at: column("CASE WHEN i = 0 THEN 'inf'::DOUBLE ELSE i END"), beside: column('i::DOUBLE') },
  outliers: { at: column('CASE WHEN i < 2 THEN 100000 ELSE i END'), beside: column('CASE WHEN i < 1 THEN 100000 ELSE i END') },
  'date-as-text': { at: column("CASE WHEN i < 95 THEN '2001-02-' || lpad((1 + i % 28)::VARCHAR, 2, '0') ELSE 'unknown' END"), beside: column("CASE WHEN i < 94 THEN '2001-02-' || lpad((1 + i % 28)::VARCHAR, 2, '0') ELSE 'unknown' END") },
  'number-as-text': { at: column("CASE WHEN i < 95 THEN (i / 4)::VARCHAR ELSE 'n.a.' END"), beside: column("CASE WHEN i < 94 THEN (i / 4)::VARCHAR ELSE 'n.a.' END") },
  'mixed-patterns': { at: column("CASE WHEN i < 90 THEN 'ab-' || (i % 10) ELSE 'AB' END"), beside: column("CASE WHEN i < 89 THEN 'ab-' || (i % 10) ELSE 'AB' END") },
  'duplicate-rows': { at: 'SELECT i % 99 AS x, (i % 99) % 2 AS y FROM range(0, 100) t(i)', beside: 'SELECT i % 99 AS x, i // 99 AS y FROM range(0, 100) t(i)' },
  correlated: { at: 'SELECT i AS a, i + (i * 7919) % 40 AS b FROM range(0, 100) t(i)', beside: 'SELECT i AS a, i + (i * 7919) % 100 AS b FROM range(0, 100) t(i)' },
  'missing-together': { at: 'SELECT CASE WHEN i < 20 THEN NULL ELSE i % 7 END AS a, CASE WHEN i < 21 THEN NULL ELSE i % 5 END AS b, i FROM range(0, 100) t(i)', beside: 'SELECT CASE WHEN i < 20 THEN NULL ELSE i % 7 END AS a, CASE WHEN i < 26 THEN NULL ELSE i % 5 END AS b, i FROM range(0, 100) t(i)' },
};

describe.each(Object.entries(cases))('%s', (kind, { at, beside }) => {
  test('is given on its threshold, with its columns and its figure', async () => {
    const given = (await alerts(at)).find((alert) => alert.kind === kind);
    expect(given).toMatchObject({ kind, estimate: false, figure: expect.any(Number), text: expect.stringMatching(/\.$/) });
  });

  test('is not given beside it', async () => {
    expect((await alerts(beside)).filter((alert) => alert.kind === kind && !alert.columns.includes('row_id'))).toEqual([]);
  });
});

test('codes with a leading zero are no numbers, dates are no numbers, and of identifiers no shape is expected', async () => {
  const found = await alerts("SELECT lpad(i::VARCHAR, 7, '0') AS code, '31/12/' || (1950 + i) AS day, CASE WHEN i < 13 THEN 1000000 + i ELSE i END AS movie_id FROM range(0, 60) t(i)");
  expect(found.map(({ kind, columns }) => `${columns.join(' ')}: ${kind}`)).toEqual(['code: unique', 'day: unique', 'day: date-as-text', 'movie_id: unique']);
});

test('the docs state every alert', () => {
  const docs = readFileSync(new URL('../../../../docs/quality.md', import.meta.url), 'utf8');
  expect(Object.keys(profileAlerts).filter((kind) => !docs.includes(`| \`${kind}\` |`))).toEqual([]);
});
