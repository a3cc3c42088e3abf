import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Input } from '../../../shared/contract/index.ts';
import { rules } from '../../../electron/engine/quality/rules/index.ts';
import { csv, defectiveSet, movieColumns, ratingColumns } from '../../support/defects.ts';
import { dataset } from '../../support/movielens.ts';
import { worldRatings, world } from '../../support/small-world.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const importedAt = Date.UTC(2025, 0, 1, 12) / 1000;
let bench: TestEngine;
beforeEach(async () => {
  bench = await openTestEngine();
});
afterEach(() => bench.close());

/** Imports, runs up to the load, and answers the table that must add up, besides what the import counted itself. */
async function reconciled(paths: string | readonly string[], options?: Omit<Input<'import.start'>, 'files'>) {
  await bench.imported(paths, options);
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: ['load'] })).jobId);
  expect(job.error).toBeUndefined();
  const made = await bench.engine.call('quality.reconciliation', {});
  if (made === null) throw new Error('The run made no reconciliation.');
  for (const { table, imported, counts, difference } of made.rows) {
    expect([table, difference]).toEqual([table, 0]);
    expect([table, made.outcomes.reduce((sum, name) => sum + (counts[name] ?? 0), 0)]).toEqual([table, imported]);
  }
  const files = await bench.rows<{ table: string; lines: number }>(`SELECT table_name AS "table", CAST(sum(rows + unreadable + rejected) AS BIGINT) AS lines FROM raw.files GROUP BY table_name ORDER BY table_name`);
  const known = new Set(made.rows.map(({ table }) => table));
  expect(made.rows.map(({ table, imported }) => ({ table, lines: imported }))).toEqual(files.filter(({ table }) => known.has(table)));
  return new Map(made.rows.map((row) => [row.table, row]));
}

describe('every imported row is accounted for', () => {
  test('in the built-in sample', async () => {
    const rows = await reconciled(path.join(root, 'resources/sample'));
    expect([...rows.keys()]).toEqual(expect.arrayContaining(['movies', 'ratings', 'tags']));
    expect(rows.get('ratings')?.counts['quarantined']).toBeGreaterThan(0);
  });

  test('in the invented world, with users and films below the k-core left out', async () => {
    const ratings = worldRatings(3).map(({ user, film, rating, at }) => [user, film, rating, at].map(String));
    const movies = Array.from({ length: world.bare }, (_, i) => [String(i + 1), `Film ${i + 1} (1990)`, 'Drama']);
    const file = (name: string) => path.join(bench.folder, name);
    await writeFile(file('ratings.csv'), csv(ratingColumns, ratings));
    await writeFile(file('movies.csv'), csv(['movieId', 'title', 'genres'], movies));
    await bench.engine.call('params.set', { path: 'quality.rules.ratings.volume.enabled', value: false });
    await bench.engine.call('params.set', { path: 'transform.min_ratings_per_user', value: 17 });
    const rows = await reconciled([file('ratings.csv'), file('movies.csv')]);
    expect(rows.get('ratings')?.counts['k_core']).toBeGreaterThan(0);
  });

  test('in a set with defects of every rule, with a line that cannot be read', async () => {
    const counts = Object.fromEntries(rules.filter(({ unit }) => unit !== 'table').map(({ id }) => [id, 4]));
    const set = defectiveSet(counts, { seed: 31, importedAt });
    const file = (name: string) => path.join(bench.folder, name);
    await writeFile(file('ratings.csv'), `${csv(ratingColumns, set.ratings)}1,2,3\n`);
    await writeFile(file('movies.csv'), csv(movieColumns, set.movies));
    const rows = await reconciled([file('ratings.csv'), file('movies.csv')]);
    expect(rows.get('ratings')?.counts['rejected']).toBe(1);
    expect(rows.get('ratings')?.counts['quarantined']).toBeGreaterThan(20);
    expect(rows.get('ratings')?.fixed).toBeGreaterThan(0);
  });

  for (const [name, tables] of [['ml-latest-small', ['links', 'movies', 'ratings', 'tags']], ['ml-latest-2023-sample', ['genome_scores', 'genome_tags', 'movies', 'ratings', 'tags']], ['genome-20m-sample', ['genome_scores', 'genome_tags', 'movies']]] as const) {
    const folder = dataset(name);
    test.skipIf(folder === undefined || !existsSync(folder))(`in ${name}`, async () => {
      const rows = await reconciled(folder ?? '');
      expect([...rows.keys()]).toEqual(tables);
      for (const [table, { counts }] of rows) expect([table, (counts['loaded'] ?? 0) > 0 || table === 'links' || table === 'genome_scores']).toEqual([table, true]);
    }, 240_000);
  }
});
