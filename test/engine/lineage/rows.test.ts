import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRows } from '../../../electron/engine/lineage/row/candidates.ts';
import { rawKind } from '../../../electron/engine/lineage/row/kinds.ts';
import { fates } from '../../../electron/engine/lineage/row/outcome.ts';
import { mergesOf, worldOf } from '../../../electron/engine/lineage/row/world.ts';
import { rules } from '../../../electron/engine/quality/rules/index.ts';
import { columnsOf, csv, defectiveSet, type SetFile } from '../../support/defects.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const importedAt = Date.UTC(2025, 0, 1, 12) / 1000;

/** How many imported rows of each kind had each fate, told row by row, and what the run's own reconciliation says. */
async function outcomes(bench: TestEngine, kinds: readonly string[]) {
  const told: Record<string, Record<string, number>> = {};
  for (const name of kinds) {
    const counts: Record<string, number> = {};
    const kind = rawKind(name);
    if (!kind) throw new Error(`No kind ${name}.`);
    await bench.engine.context.workspace().read(async (session) => {
      const places = async (table: string) => (await session.all<{ n: number }>(`SELECT rowid AS n FROM raw.${table}`)).map(({ n }) => n);
      const { total, rows } = await findRows(session, kind, { places: { typed: await places(name), text: await places(`${name}_text`) } }, true, 100_000);
      expect([name, rows.length]).toEqual([name, total]);
      for (const { outcome } of fates(kind, rows, await worldOf(session, kind, rows, await mergesOf(session))).values()) {
        const booked = outcome === 'set aside by hand' ? 'set aside' : outcome;
        counts[booked] = (counts[booked] ?? 0) + 1;
      }
    });
    told[name] = counts;
  }
  const booked: Record<string, Record<string, number>> = {};
  for (const row of await bench.rows<Record<string, number> & { table_name: string }>('SELECT * FROM reconciliation')) {
    if (!kinds.includes(row.table_name)) continue;
    const counts = { loaded: row['loaded'], 'set aside': row['quarantined'], dropped: row['dropped'], unusable: row['unusable'], orphan: row['orphans'], duplicate: row['duplicates'], merged: row['merged'], 'k-core': row['k_core'] };
    booked[row.table_name] = Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0));
  }
  return { told, booked };
}

const run = async (bench: TestEngine, stages: readonly ('load' | 'transform')[] = ['load']) => {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: [...stages] })).jobId);
  if (job.error) throw new Error(job.error.message);
};

test('asked one by one, all imported rows of a set with defects of every rule add up to the reconciliation', { timeout: 60_000 }, async () => {
  const bench = await openTestEngine({ clock: () => new Date(importedAt * 1000) });
  try {
    const counts = Object.fromEntries(rules.filter(({ unit, fix }) => unit !== 'table' && fix !== undefined).map(({ id }) => [id, 3]));
    const set = defectiveSet(counts, { seed: 31, importedAt });
    const files = set.tables;
    for (const [name, rows] of Object.entries(files)) await writeFile(path.join(bench.folder, `${name}.csv`), csv(columnsOf[name as SetFile], rows));
    await bench.imported(Object.keys(files).map((name) => path.join(bench.folder, `${name}.csv`)), { perFile: { 'persons.csv': { as: 'persons' } } });
    for (const id of ['ratings.volume', 'dataset.completeness', 'dataset.referential']) await bench.engine.call('params.set', { path: `quality.rules.${id}.enabled`, value: false });
    await bench.engine.call('params.set', { path: 'transform.min_ratings_per_movie', value: 30 });
    await run(bench);
    const { told, booked } = await outcomes(bench, ['ratings', 'movies', 'links', 'tags', 'genome_tags', 'genome_scores', 'persons']);
    expect(told).toEqual(booked);
    expect(told['ratings']?.['k-core']).toBeGreaterThan(0);
  } finally {
    await bench.close();
  }
});

describe('a small world of ten lines', () => {
  let bench: TestEngine;
  const files = {
    'movies.csv': 'movieId,title,genres\n1,Heat (1995),Crime\n2,"Heat, The (1995)",Crime|Drama\n3,Alien (1979),Horror\n3,Alien again (1979),Horror\n',
    'ratings.csv': [
      'userId,movieId,rating,timestamp', '1,1,4,1000000001', '1,2,3,1000000002', '2,1,3.7,1000000003', '2,3,9,1000000004', '3,3,4,1000000005', '3,3,5,1000000006',
      '3,3,5,1000000006', '4,9,4,1000000005', '5,1,4 stars,1000000005', '6,3,2.5,1000000009', '',
    ].join('\n'),
    'tags.csv': 'userId,movieId,tag,timestamp\n1,1,slow,1000000001\n1,2,slow,1000000002\n',
  };
  beforeAll(async () => {
    bench = await openTestEngine({ clock: () => new Date('2026-01-01T00:00:00Z') });
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(bench.folder, name), text);
    await bench.imported(Object.keys(files).map((name) => path.join(bench.folder, name)));
    await bench.engine.call('params.set', { path: 'quality.rules.ratings.volume.threshold', value: 1 });
    await bench.engine.call('duplicates.decide', { kind: 'merge', films: [1, 2], into: 1 });
    await bench.engine.call('quality.quarantine', { table: 'ratings', rows: ['r8'], reason: 'A robot' });
    await run(bench);
  });
  afterAll(() => bench.close());
  const ask = (table: string, key: Record<string, number | string>) => bench.engine.call('lineage.row', { table, key });

  test('adds up with films that became one', async () => {
    const { told, booked } = await outcomes(bench, ['ratings', 'movies', 'tags']);
    expect(told).toEqual(booked);
    expect([told['ratings']?.['merged'], told['movies']?.['merged'], told['tags']?.['merged']]).toEqual([1, 1, 1]);
  });

  test('a rating that a fix changed shows its line, the rule, before and after', async () => {
    const { row, sources, about } = await ask('ratings', { user_id: 2, movie_id: 1 });
    expect(row).toMatchObject({ rating: 3.5 });
    expect(sources).toHaveLength(1);
    expect(sources[0]).toMatchObject({
      table: 'raw.ratings', file: 'ratings.csv', line: 4, outcome: 'loaded', cells: { rating: 3.7 },
      fixes: [{ rule: 'ratings.rating.step', column: 'rating', action: 'set', before: '3.7', after: '3.5' }],
    });
    expect(about).toBe('It comes from line 4 of ratings.csv.');
  });

  test('a rating that is not there says why: the rule, the hand, the line that stands instead, what it names', async () => {
    expect(await ask('ratings', { user_id: 2, movie_id: 3 })).toMatchObject({
      row: null, sources: [{ line: 5, outcome: 'set aside', setAside: [{ rule: 'ratings.rating.range', value: '9.0' }] }],
      about: expect.stringMatching(/^It is not in ratings\. Line 5 of ratings\.csv: The rule ratings\.rating\.range set it aside: /),
    });
    expect((await ask('ratings', { user_id: 6, movie_id: 3 })).sources).toMatchObject([{ line: 11, outcome: 'set aside by hand', decisions: [{ kind: 'quarantine', reason: 'A robot' }] }]);
    expect((await ask('ratings', { user_id: 4, movie_id: 9 })).sources).toMatchObject([{ line: 9, why: expect.stringContaining('9') }]);
    expect((await ask('ratings', { user_id: 5, movie_id: 1 })).sources).toMatchObject([{ line: 10, id: 't0', cells: { rating: '4 stars' }, outcome: expect.stringMatching(/set aside|unusable/) }]);
    const copies = await ask('ratings', { user_id: 3, movie_id: 3 });
    expect(copies.row).toMatchObject({ rating: 5 });
    expect(copies.sources.map(({ line, outcome }) => [line, outcome]).filter(([, outcome]) => outcome === 'loaded')).toHaveLength(1);
    expect(copies.sources.filter(({ outcome }) => outcome !== 'loaded').every(({ instead }) => instead?.line === copies.sources.find(({ outcome }) => outcome === 'loaded')?.line)).toBe(true);
    expect(await ask('ratings', { user_id: 77, movie_id: 3 })).toMatchObject({ row: null, total: 0, about: expect.stringContaining('no imported row has its key') });
  });

  test('films that became one: each line says so, with the decision', async () => {
    const { sources } = await ask('ratings', { user_id: 1, movie_id: 1 });
    expect(sources.map(({ line, outcome, instead }) => [line, outcome, instead?.line])).toEqual([[2, 'merged', 3], [3, 'loaded', undefined]]);
    expect(sources[1]?.decisions).toMatchObject([{ kind: 'merge' }]);
    const film = await ask('movies', { movie_id: 1 });
    expect(film.sources.map(({ line, outcome }) => [line, outcome])).toEqual([[2, 'loaded'], [3, 'merged']]);
    expect(await ask('movies', { movie_id: 2 })).toMatchObject({ row: null, sources: [{ line: 3, outcome: 'merged' }] });
  });

  test('what is computed names what it sums up, with files and lines; what is set aside leads to its line', async () => {
    const user = await ask('users', { user_id: 3 });
    expect(user.computed).toMatchObject([{ table: 'ratings', rows: 1, files: [{ file: 'ratings.csv', rows: 3, firstLine: 6, lastLine: 8 }] }, { table: 'tags', rows: 0 }]);
    expect(user.about).toContain('1 row of ratings');
    const [aside] = await bench.rows<{ row_id: number; line: number }>(`SELECT row_id, line FROM quarantine WHERE rule = 'ratings.rating.range'`);
    expect((await ask('quarantine', { table_name: 'ratings', row_id: aside?.row_id ?? -1 })).sources).toMatchObject([{ line: aside?.line, outcome: 'set aside' }]);
    expect((await bench.engine.call('lineage.row', { table: 'raw.ratings', key: { user_id: 1, movie_id: 2, rating: 3, timestamp: 1000000002 } })).sources).toMatchObject([{ id: 'r1', line: 3, outcome: 'loaded' }]);
    await expect(ask('ratings', { nonsense: 1 })).rejects.toMatchObject({ code: 'not-found', hint: 'Its rows are named by user_id, movie_id.' });
    await expect(ask('no_such', { a: 1 })).rejects.toMatchObject({ code: 'not-found' });
  });
});
