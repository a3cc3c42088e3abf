import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QualityReport, type RunResult } from '../../../shared/contract/index.ts';
import { rules } from '../../../electron/engine/quality/rules/index.ts';
import { columnsOf, csv, type DefectiveSet, defectiveSet, shuffled } from '../../support/defects.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const now = new Date('2025-01-01T12:00:00Z');
const importedAt = Date.UTC(2025, 0, 1, 12) / 1000;
const injected = rules.filter(({ unit }) => unit !== 'table').map(({ id }) => id);
const some = (count: number) => Object.fromEntries(injected.map((id) => [id, count]));

let bench: TestEngine;
beforeEach(async () => {
  bench = await openTestEngine({ clock: () => now });
});
afterEach(() => bench.close());

/** Writes the set as files (each in two, of other line ends) and imports them. */
async function importSet({ tables }: Pick<DefectiveSet, 'tables'>): Promise<void> {
  const paths = [];
  for (const name of ['movies', 'ratings', 'tags', 'links', 'genome-scores', 'genome-tags', 'persons'] as const) {
    const rows = tables[name];
    const columns = columnsOf[name];
    const half = Math.floor(rows.length / 2);
    for (const [folder, text] of [['a', csv(columns, rows.slice(0, half))], ['b', csv(columns, rows.slice(half)).replaceAll('\n', '\r\n')]] as const) {
      const file = path.join(bench.folder, folder, `${name}.csv`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      paths.push(file);
    }
  }
  await bench.imported(paths, { options: {}, perFile: {} });
}

async function check(): Promise<QualityReport> {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.run', {})).jobId);
  if (job.status !== 'succeeded') throw new Error(job.error?.message);
  return QualityReport.parse(job.result);
}

async function runPipeline(): Promise<{ status: string; result: RunResult }> {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: ['load'] })).jobId);
  if (!job.result) throw new Error(job.error?.message);
  return { status: job.status, result: job.result as RunResult };
}

const failed = (report: QualityReport) => Object.fromEntries(report.rules.filter(({ id }) => injected.includes(id)).map(({ id, failed }) => [id, failed]));
const counted = ({ expected }: DefectiveSet) => Object.fromEntries(injected.map((id) => [id, expected[id]]));

test('files with known defects: every rule reports exactly what was injected', async () => {
  const set = defectiveSet(some(5), { seed: 21, importedAt });
  await importSet({ tables: { ...set.tables, ratings: shuffled(set.tables.ratings, 3) } });
  expect(failed(await check())).toEqual(counted(set));
});

test('the report is kept with the workspace until the data change', async () => {
  expect(await bench.engine.call('quality.report', {})).toBeNull();
  const set = defectiveSet(some(2), { seed: 22, importedAt });
  await importSet(set);
  expect(await bench.engine.call('quality.report', {})).toBeNull();
  const report = await check();
  expect(await bench.engine.call('quality.report', {})).toEqual(report);
  await bench.engine.context.openWorkspace(bench.workspace);
  expect(await bench.engine.call('quality.report', {})).toEqual(report);
  await bench.engine.call('params.set', { path: 'quality.min_ratings_per_user', value: 30 });
  expect(await bench.engine.call('quality.report', {})).toBeNull();
  await bench.engine.call('params.reset', { path: 'quality.min_ratings_per_user' });
  expect(await bench.engine.call('quality.report', {})).toEqual(report);
  await writeFile(path.join(bench.folder, 'ratings.csv'), csv(columnsOf.ratings, set.tables.ratings.slice(0, 100)));
  await bench.imported(path.join(bench.folder, 'ratings.csv'));
  expect(await bench.engine.call('quality.report', {})).toBeNull();
});

test('a run applies the fixes, counts each, and leaves every pair once', async () => {
  const set = defectiveSet(some(4), { seed: 23, importedAt });
  await importSet(set);
  const { status, result } = await runPipeline();
  expect([status, result.blockers]).toEqual(['succeeded', []]);

  const entries = await bench.rows<{ rule: string; n: number }>('SELECT rule, count(*) AS n FROM quarantine GROUP BY rule');
  const keeping = ['tags.tag.length'];
  const quarantining = rules.filter(({ id, fix }) => injected.includes(id) && (fix?.action.kind === 'quarantine' || keeping.includes(id))).map(({ id }) => id);
  expect(Object.fromEntries(entries.map(({ rule, n }) => [rule, n]))).toEqual(Object.fromEntries(quarantining.map((id) => [id, set.expected[id]])));
  expect(await bench.rows('SELECT * FROM quarantine WHERE file IS NULL OR line IS NULL OR reason IS NULL')).toEqual([]);

  const fixes = await bench.rows<{ rule: string; n: number }>('SELECT rule, count(*) AS n FROM fixes GROUP BY rule');
  const count = Object.fromEntries(fixes.map(({ rule, n }) => [rule, n]));
  for (const rule of ['ratings.rating.step', 'ratings.timestamp.unit', 'ratings.duplicate.exact', 'ratings.duplicate.conflict', 'movies.movie_id.unique', 'movies.title.whitespace', 'movies.year.range', 'movies.genres.format', 'tags.tag.length', 'tags.duplicate.exact']) {
    expect([rule, count[rule]]).toEqual([rule, set.expected[rule]]);
  }
  // Rows that are gone: those quarantined, extra copies, older ratings; film ids of quarantined films take theirs with them.
  const [ratings] = await bench.rows<{ n: number; pairs: number }>('SELECT count(*) AS n, count(DISTINCT (user_id, movie_id)) AS pairs FROM ratings');
  const gone = quarantining.filter((id) => id.startsWith('ratings.')).reduce((sum, id) => sum + (set.expected[id] ?? 0), 0) + 8;
  expect(ratings).toEqual({ n: set.tables.ratings.length - gone, pairs: set.tables.ratings.length - gone });
  expect(await bench.rows('SELECT DISTINCT rating FROM ratings WHERE rating * 2 <> round(rating * 2) OR rating NOT BETWEEN 0.5 AND 5')).toEqual([]);
  expect(await bench.rows(`SELECT rated_at FROM ratings WHERE rated_at > TIMESTAMP '2025-01-01 12:00:00'`)).toEqual([]);
  expect(await bench.rows(`SELECT title FROM movies WHERE title <> trim(title) OR contains(title, '  ') OR contains(title, 'Ã')`)).toEqual([]);
  const [findings] = await bench.rows<{ n: number }>('SELECT count(*) AS n FROM data_quality_findings');
  expect(findings?.n).toBe(rules.length);
});

test('every line of every table is accounted for, and what is set aside is what the rules say', async () => {
  const set = defectiveSet(some(5), { seed: 28, importedAt });
  await importSet(set);
  expect((await runPipeline()).status).toBe('succeeded');
  const rows = await bench.rows<Record<string, number | string>>('SELECT * FROM reconciliation ORDER BY table_name');
  expect(rows.map(({ table_name, imported, difference }) => [table_name, imported, difference])).toEqual([
    ['genome_scores', set.tables['genome-scores'].length, 0], ['genome_tags', set.tables['genome-tags'].length, 0], ['links', set.tables.links.length, 0], ['movies', set.movies.length, 0],
    ['persons', set.tables.persons.length, 0], ['ratings', set.ratings.length, 0], ['tags', set.tables.tags.length, 0]]);
  const of = Object.fromEntries(rows.map((row) => [row['table_name'], row]));
  // Three and two defects of five rows each; the cut tags stay. Cells of tags that cannot be read are no one's fault but the row's: two users and films.
  expect(of['tags']).toMatchObject({ quarantined: 5 * 5, dropped: 5, fixed: 5, unusable: 2 });
  expect(of['links']).toMatchObject({ quarantined: 5, dropped: 0 });
  expect(of['genome_scores']).toMatchObject({ quarantined: 3 * 5 });
  expect(of['persons']).toMatchObject({ quarantined: 2 * 5 });

  const cut = await bench.rows<{ tag: string; value: string }>(`SELECT t.tag, q.value FROM quarantine q JOIN raw.tags r ON r.rowid = q.row_id JOIN tags t USING (user_id, movie_id) WHERE q.rule = 'tags.tag.length' ORDER BY q.row_id`);
  expect(cut.length).toBeGreaterThan(0);
  for (const { tag, value } of cut) {
    expect(Array.from(tag)).toHaveLength(255);
    expect(value.startsWith(tag) && value.length > tag.length).toBe(true);
  }
  const imdb = await bench.rows<{ before: string; after: string }>(`SELECT "before", "after" FROM fixes WHERE rule = 'links.imdb_id.format' ORDER BY "before"`);
  expect(imdb).toEqual([{ before: '114709', after: '0114709' }, { before: 'tt11470', after: 'tt0011470' }]);
  expect(await bench.rows(`SELECT tag FROM tags WHERE tag_normalised <> lower(trim(tag, ' \t\u00a0'))`)).toEqual([]);
});

test('of conflicting ratings the newest stays, and of copies that are partly quarantined one stays', async () => {
  const clean = defectiveSet({}, { seed: 24, importedAt });
  const [film, other] = ['3', '6'];
  const user = '77777';
  const conflict = [[user, film, '2', '1000000000'], [user, film, '5', '1100000000'], [user, film, '3', '1050000000'], [user, film, '5', '1100000000'], [user, other, '9', '1000000000'], [user, other, '4', '900000000'], [user, other, '4', '900000000']];
  await importSet({ tables: { ...clean.tables, ratings: [...conflict, ...clean.tables.ratings] } });
  await runPipeline();
  expect(await bench.rows('SELECT movie_id, rating FROM ratings WHERE user_id = 77777 ORDER BY movie_id')).toEqual([{ movie_id: 3, rating: 5 }, { movie_id: 6, rating: 4 }]);
});

test('with the fixes off, a run stops at the error rules and names them; the report of it stays', async () => {
  const set = defectiveSet({ 'ratings.rating.range': 3, 'movies.title.present': 2, 'ratings.rating.step': 4 }, { seed: 25, importedAt });
  await importSet(set);
  await bench.engine.call('params.set', { path: 'quality.fixes', value: false });
  const { status, result } = await runPipeline();
  expect(status).toBe('blocked');
  expect(result.blockers.map(({ rule, failed }) => [rule, failed])).toEqual([['ratings.rating.range', 3], ['movies.title.present', 2]]);
  expect(await bench.rows(`SELECT 1 FROM information_schema.tables WHERE table_schema = 'main' AND table_name IN ('ratings', 'quarantine')`)).toEqual([]);
  const report = await bench.engine.call('quality.report', {});
  expect(report?.blocked).toBe(true);
  expect(report?.rules.find(({ id }) => id === 'ratings.rating.step')).toMatchObject({ status: 'warn', failed: 4, fixEnabled: false });
});

test('drift is measured against the last good run when the ratings were first checked, and so is the same at every check of them', async () => {
  const set = defectiveSet({}, { seed: 26, importedAt });
  await importSet(set);
  const drift = (report: QualityReport) => report.rules.find(({ id }) => id === 'ratings.distribution.drift');
  expect(drift(await check())).toMatchObject({ figure: null, status: 'pass', note: 'There is no earlier run to compare with.' });
  await runPipeline();
  expect(drift(await check())).toMatchObject({ figure: null, failed: 0 });
  await importSet({ tables: { ...set.tables, ratings: set.tables.ratings.map(([u = '', m = '', r = '', t = '']) => [u, m, Number(r) < 3 ? '5' : r, t]) } });
  const after = drift(await check());
  expect(after?.status).toBe('warn');
  expect(after?.figure).toBeGreaterThan(0.2);
  await runPipeline();
  expect(drift(await check())).toEqual(after);
  await importSet(set);
  expect(drift(await check())).toMatchObject({ figure: null, note: 'There is no earlier run to compare with.' });
});

test('a check that is cancelled ends within a second and leaves the workspace as it was', async () => {
  await bench.engine.context.workspace().write((session) => session.run(`
    CREATE OR REPLACE TABLE raw.ratings AS SELECT (i // 20 + 1)::BIGINT AS user_id, (hash(i) % 50000 + 1)::BIGINT AS movie_id, (i % 10 + 1) / 2 AS rating, (1500000000 + hash(i) % 10000000)::BIGINT AS timestamp FROM range(0, 4000000) t(i)`));
  const { jobs } = bench.engine.context;
  const { jobId } = await bench.engine.call('quality.run', {});
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(jobs.get(jobId).status).toBe('running');
  const asked = performance.now();
  await bench.engine.call('jobs.cancel', { id: jobId });
  const job = await jobs.ended(jobId);
  expect(performance.now() - asked).toBeLessThan(1000);
  expect(job.status).toBe('cancelled');
  expect(await bench.engine.call('quality.report', {})).toBeNull();
  expect(await bench.rows('SELECT count(*) AS n FROM raw.ratings')).toEqual([{ n: 4_000_000 }]);
});

test('without films or timestamps, the rules that need them say so and the others run', async () => {
  await writeFile(path.join(bench.folder, 'ratings.csv'), 'userId,movieId,rating\n1,2,3\n1,2,3\n1,3,9\n');
  await bench.imported(path.join(bench.folder, 'ratings.csv'));
  const { rules: results } = await check();
  const of = (id: string) => results.find((result) => result.id === id);
  expect(of('ratings.movie_id.orphan')).toMatchObject({ checked: 0, failed: 0, status: 'info', note: 'There is no table movies.' });
  expect(of('ratings.timestamp.present')).toMatchObject({ checked: 0, failed: 0, status: 'info', note: 'The table ratings has no column timestamp.' });
  expect(of('movies.title.present')).toMatchObject({ checked: 0, note: 'There is no table movies.' });
  expect(of('ratings.duplicate.exact')).toMatchObject({ checked: 3, failed: 1, status: 'warn' });
  expect(of('ratings.duplicate.conflict')).toMatchObject({ checked: 2, failed: 0 });
  expect(of('ratings.rating.range')).toMatchObject({ checked: 3, failed: 1, status: 'fail', fixEnabled: true });
  expect(of('ratings.volume')).toMatchObject({ failed: 1, figure: 3, status: 'fail', fixEnabled: false });
  expect(results).toHaveLength(rules.length);
});

test('settings change a rule’s threshold, severity and fix, and switch it off', async () => {
  await importSet(defectiveSet({ 'ratings.rating.range': 3, 'ratings.rating.step': 2 }, { seed: 27, importedAt }));
  const settings = { 'ratings.rating.range.threshold': 3, 'ratings.rating.step.severity': 'error', 'ratings.rating.step.fix': false, 'ratings.user.sparse.enabled': false };
  for (const [path, value] of Object.entries(settings)) await bench.engine.call('params.set', { path: `quality.${path}`, value });
  const report = await check();
  const of = (id: string) => report.rules.find((result) => result.id === id);
  expect(of('ratings.rating.range')).toMatchObject({ failed: 3, threshold: 3, status: 'pass' });
  expect(of('ratings.rating.step')).toMatchObject({ failed: 2, severity: 'error', status: 'fail', fixEnabled: false });
  expect(of('ratings.user.sparse')).toMatchObject({ checked: 0, note: 'Switched off.' });
  expect(report.blocked).toBe(true);
});
