import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CheckedDraft, QualityReport, ReelbenchError, type RunResult } from '../../../../shared/contract/index.ts';
import { ruleKinds } from '../../../../shared/domain/own-rules.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

const now = new Date('2025-01-01T12:00:00Z');
let bench: TestEngine;
const open = async () => {
  bench = await openTestEngine({ clock: () => now });
  await importAll();
};


const seconds = (date: string) => Date.parse(date) / 1000;
const ratings = `userId,movieId,rating,timestamp
1,10,4,${seconds('2024-12-01T00:00:00Z')}
1,20,3.5,${seconds('2024-12-02T00:00:00Z')}
2,10,5,${seconds('2024-12-03T00:00:00Z')}
2,30,abc,${seconds('2024-12-04T00:00:00Z')}
2,99,1,
3,10,0.5,soon
3,20,2,${seconds('1999-12-31T12:00:00Z')}
`;
const movies = `movieId,title,genres
10,Heat (1995),Action|Crime
20,Alien (1979),Sci-Fi | horror
30,Heat (1995),Drama
`;
const prizes = `code,year,city,amount,note
A-01,1999,Paris,10,x
A-02,2001,Rome,20,
B1,2030,paris,-5,x
A-04,PG,Oslo,30,x
A-04,2003,Rome,40,x
`;

async function importAll(): Promise<void> {
  for (const [name, text] of Object.entries({ 'ratings.csv': ratings, 'movies.csv': movies, 'prizes.csv': prizes })) {
    await writeFile(path.join(bench.folder, name), text);
    await bench.imported(path.join(bench.folder, name), name === 'prizes.csv' ? { options: { as: 'table', types: { year: 'BIGINT' } } } : { options: {} });
  }
}

const file = () => path.join(bench.workspace, 'rules.yaml');
const tryOut = (fields: Record<string, unknown>): Promise<CheckedDraft> => bench.engine.call('rules.check', { fields: { id: 'own.rule', ...fields } });
const yaml = (text: string): Promise<CheckedDraft> => bench.engine.call('rules.check', { yaml: text });

async function check(): Promise<QualityReport> {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.run', {})).jobId);
  if (job.error) throw ReelbenchError.from(job.error);
  return QualityReport.parse(job.result);
}

async function run(): Promise<{ status: string; result: RunResult; message: string | undefined }> {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: ['extract', 'validate', 'transform', 'load'] })).jobId);
  return { status: job.status, result: job.result as RunResult, message: job.error?.message };
}

describe('each kind finds what fails it, with file and line', () => {
  beforeAll(open);
  afterAll(() => bench.close());
  const cases: readonly [string, Record<string, unknown>, { checked: number; failed: number; figure?: number; lines?: (number | null)[] }][] = [
    ['missing', { kind: 'missing', table: 'ratings', columns: ['timestamp'] }, { checked: 7, failed: 1, lines: [6] }],
    ['missing in one of several', { kind: 'missing', table: 'prizes', columns: ['code', 'note', 'year'] }, { checked: 5, failed: 1, lines: [3] }],
    ['type', { kind: 'type', table: 'prizes', column: 'year' }, { checked: 5, failed: 1, lines: [5] }],
    ['range', { kind: 'range', table: 'ratings', column: 'rating', min: 1, max: 4 }, { checked: 6, failed: 2, lines: [4, 7] }],
    ['range of dates on Unix times', { kind: 'range', table: 'ratings', column: 'timestamp', min: '2000-01-01', max: '2024-12-03' }, { checked: 5, failed: 2, lines: [8, 5] }],
    ['set', { kind: 'set', table: 'prizes', column: 'city', values: ['Paris', 'Rome', 'Oslo'] }, { checked: 5, failed: 1, lines: [4] }],
    ['set without regard to case', { kind: 'set', table: 'prizes', column: 'city', values: ['Paris', 'Rome', 'Oslo'], ignore_case: true }, { checked: 5, failed: 0 }],
    ['set of the parts of a list', { kind: 'set', table: 'movies', column: 'genres', values: ['Action', 'Crime', 'Drama', 'Sci-Fi'], separator: '|' }, { checked: 3, failed: 1, lines: [3] }],
    ['pattern', { kind: 'pattern', table: 'prizes', column: 'code', pattern: '[A-Z]-\\d{2}' }, { checked: 5, failed: 1, lines: [4] }],
    ['unique: copies less the first', { kind: 'unique', table: 'movies', columns: ['title'] }, { checked: 3, failed: 1, lines: [4] }],
    ['unique across readable and unreadable rows', { kind: 'unique', table: 'prizes', columns: ['code'] }, { checked: 5, failed: 1, lines: [5] }],
    ['reference', { kind: 'reference', table: 'ratings', column: 'movie_id', to: 'movies.movie_id' }, { checked: 7, failed: 1, lines: [6] }],
    ['sql', { kind: 'sql', table: 'prizes', must: `amount > 0 OR note = ''` }, { checked: 5, failed: 1, lines: [4] }],
    ['sql that cannot be computed fails, and NULL passes', { kind: 'sql', table: 'prizes', must: `CAST(substr(code, 3) AS INTEGER) > 0 AND year > 1900` }, { checked: 5, failed: 1, lines: [4] }],
    ['where narrows the rows', { kind: 'range', table: 'ratings', column: 'rating', min: 1, max: 4, where: 'user_id < 3' }, { checked: 4, failed: 1, lines: [4] }],
    ['group', { kind: 'group', table: 'ratings', by: ['user_id'], must: 'count(*) >= 3 OR avg(rating) > 3.6' }, { checked: 3, failed: 1, lines: [null] }],
    ['table', { kind: 'table', table: 'prizes', figure: 'avg(amount)', min: 0, max: 10 }, { checked: 1, failed: 1, figure: 19 }],
    ['table with a value that cannot be computed', { kind: 'table', table: 'prizes', figure: 'sum(CAST(substr(code, 3) AS INTEGER))', max: 11 }, { checked: 1, failed: 0, figure: 11 }],
    ['volume', { kind: 'volume', table: 'prizes', min: 6 }, { checked: 1, failed: 1, figure: 5 }],
    ['freshness', { kind: 'freshness', table: 'ratings', column: 'timestamp', max_age: '3 weeks' }, { checked: 1, failed: 1, figure: 28.5 }],
  ];
  test.each(cases)('%s', async (_, fields, { lines = [], ...expected }) => {
    const { problems, result, rows } = await tryOut(fields);
    expect(problems).toEqual([]);
    expect(result).toMatchObject(expected);
    expect(rows.map(({ line }) => line)).toEqual(lines);
    for (const row of rows) expect([row.file !== null || result?.unit === 'group', row.reason.includes('{value}')]).toEqual([true, false]);
  });

  test('every kind is tried', () => {
    expect(new Set(cases.map(([, { kind }]) => kind))).toEqual(new Set(ruleKinds));
  });

  test('a group says what its figures are', async () => {
    const { rows } = await tryOut({ kind: 'group', table: 'ratings', by: ['user_id'], must: 'count(*) >= 3 OR avg(rating) > 3.8' });
    expect(rows.map(({ key, value }) => [key, value])).toEqual([[{ user_id: 1 }, 'count(*) = 2, avg(rating) = 3.75'], [{ user_id: 3 }, 'count(*) = 2, avg(rating) = 1.25']]);
  });
});

describe('in a workspace', () => {
  beforeEach(open);
  afterEach(() => bench.close());

  test('own rules stand in the report beside the others, and their evidence can be asked for', async () => {
    await writeFile(file(), `# What we know of these data.
rules:
  - id: ratings.low        # too kind a world
    kind: range
    table: ratings
    column: rating
    min: 1
    severity: error
    threshold: 20%
  - id: prizes.code.form
    kind: pattern
    table: prizes
    column: code
    pattern: '[A-Z]-\\d{2}'
    title: The code has another form
    reason: The code {value} is of the old kind.
  - { id: nowhere.column, kind: missing, table: nowhere, columns: x }
`);
    const report = await check();
    const own = report.rules.filter((rule) => rule.own);
    expect(own.map(({ id, status, failed, checked, threshold, thresholdShare, note }) => ({ id, status, failed, checked, threshold, thresholdShare, note }))).toEqual([
      { id: 'ratings.low', status: 'pass', failed: 1, checked: 6, threshold: 1, thresholdShare: 0.2, note: undefined },
      { id: 'prizes.code.form', status: 'warn', failed: 1, checked: 5, threshold: 0, thresholdShare: undefined, note: undefined },
      { id: 'nowhere.column', status: 'info', failed: 0, checked: 0, threshold: 0, thresholdShare: undefined, note: 'There is no table nowhere.' },
    ]);
    expect(await bench.engine.call('quality.report', {})).toEqual(report);
    expect((await bench.engine.call('quality.rows', { rule: 'prizes.code.form' })).rows).toMatchObject([{ table: 'prizes', column: 'code', value: 'B1', reason: 'The code B1 is of the old kind.', file: 'prizes.csv', line: 4 }]);
    await bench.engine.call('params.set', { path: 'quality.rules.ratings.low.threshold', value: '10%' });
    expect((await check()).rules.find(({ id }) => id === 'ratings.low')).toMatchObject({ status: 'fail', threshold: 0, thresholdShare: 0.1 });
  });

  test('in the pipeline an own rule quarantines or blocks, and status names a changed rule', async () => {
    await bench.engine.call('params.set', { path: 'quality.rules.ratings.volume.enabled', value: false });
    await bench.engine.call('rules.save', { fields: { id: 'ratings.low', kind: 'range', table: 'ratings', column: 'rating', min: 1, severity: 'error', fix: 'quarantine' } });
    const first = await run();
    expect([first.message, first.status]).toEqual([undefined, 'succeeded']);
    expect(await bench.rows(`SELECT rule, column_name, value, line FROM quarantine WHERE rule = 'ratings.low'`)).toEqual([{ rule: 'ratings.low', column_name: 'rating', value: '0.5', line: 7 }]);
    expect(await bench.rows('SELECT count(*) AS n FROM ratings WHERE rating < 1')).toEqual([{ n: 0 }]);

    const reasons = async () => (await bench.engine.call('pipeline.status', {})).stages.find(({ name }) => name === 'validate')?.reasons;
    expect(await reasons()).toEqual([]);
    await bench.engine.call('rules.save', { fields: { id: 'ratings.low', kind: 'range', table: 'ratings', column: 'rating', min: 2, severity: 'error' }, replaces: 'ratings.low' });
    expect(await reasons()).toEqual([{ what: 'rules.ratings.low', change: 'modified', from: 'kind range, table ratings, severity error, fix quarantine, column rating, min 1', to: 'kind range, table ratings, severity error, column rating, min 2' }]);
    const second = await run();
    expect(second.status).toBe('blocked');
    expect(second.result.blockers.map(({ rule, failed }) => [rule, failed])).toEqual([['ratings.low', 2]]);
    await bench.engine.call('rules.remove', { id: 'ratings.low' });
    expect((await run()).status).toBe('succeeded');
  });

  test('an error rule that does not fit the data any more blocks as if it had failed, and says why', async () => {
    await writeFile(file(), 'rules:\n  - id: ratings.stars\n    kind: range\n    table: ratings\n    column: star\n    min: 1\n    severity: error\n');
    const report = await check();
    expect(report.rules.at(-1)).toMatchObject({ id: 'ratings.stars', status: 'fail', checked: 0, note: 'It could not run. There is no column star; columns of ratings: user_id, movie_id, rating, timestamp.' });
    expect(report.blocked).toBe(true);
  });

  test('a file that is wrong stops a check and a run with its file, line and key', async () => {
    await writeFile(file(), '# ours\nrules:\n  - id: ratings.low\n    kind: range\n    tabel: ratings\n    column: rating\n    min: 1\n');
    const error = await check().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-arguments', line: 5, column: 'tabel' });
    expect(error).toHaveProperty('message', expect.stringContaining('Did you mean table?'));
    expect((await run()).message).toContain('Did you mean table?');
    expect((await bench.engine.call('pipeline.status', {})).stages.find(({ name }) => name === 'validate')?.state).toBe('never run');
    const { rules } = await bench.engine.call('rules.list', {});
    expect(rules.map(({ line, problems }) => [line, problems.map((problem) => problem.line)])).toEqual([[3, [3, 1]]]);
  });

  test('rules are added, changed and removed without touching anything else in the file', async () => {
    const before = `# Rules of the archive, kept by the curators.

rules:
  # Stars
  - id: ratings.low   # never below one
    kind: range
    table:   ratings
    column: rating
    min: 1      # one star

  # Titles are short.
  - id: movies.short
    kind: sql
    table: movies
    must: >-
      length(title) < 100
      OR title LIKE 'The%'
# the end
`;
    await writeFile(file(), before);
    await bench.engine.call('rules.save', { fields: { id: 'ratings.low', kind: 'range', table: 'ratings', column: 'rating', min: 1, max: 5 }, replaces: 'ratings.low' });
    expect(await readFile(file(), 'utf8')).toBe(before.replace('    min: 1      # one star\n', '    min: 1 # one star\n    max: 5\n').replace('table:   ratings', 'table: ratings').replace('low   #', 'low # '.trimEnd()));
    await bench.engine.call('rules.save', { yaml: 'id: prizes.unique\nkind: unique\ntable: prizes\ncolumns: [code]\n# by hand\n' });
    const { rules } = await bench.engine.call('rules.list', {});
    expect(rules.map(({ id, problems }) => [id, problems])).toEqual([['ratings.low', []], ['movies.short', []], ['prizes.unique', []]]);
    const added = await readFile(file(), 'utf8');
    for (const comment of ['# Rules of the archive', '# Stars', '# never below one', '# one star', '# Titles are short.', '# by hand', '# the end']) expect(added).toContain(comment);
    expect(added).toContain("    must: >-\n      length(title) < 100\n      OR title LIKE 'The%'\n  - id: prizes.unique\n    kind: unique\n");
    await bench.engine.call('params.set', { path: 'quality.movies.short.severity', value: 'info' });
    await bench.engine.call('rules.remove', { id: 'movies.short' });
    expect(bench.engine.context.parameters().values.quality.rules).toEqual({});
    const removed = await readFile(file(), 'utf8');
    expect(removed).not.toMatch(/movies\.short|Titles are short/);
    expect(removed).toContain('# Stars\n  - id: ratings.low');
    await expect(bench.engine.call('rules.save', { yaml: 'id: ratings.low\nkind: volume\ntable: ratings\nmin: 1\n' })).rejects.toMatchObject({ code: 'invalid-arguments', column: 'id' });
    await expect(bench.engine.call('rules.remove', { id: 'ratings.none' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a draft is tried out without being saved, and one that is slow is not waited for for ever', async () => {
    const draft = await yaml('id: ratings.low\nkind: range\ntable: ratings\ncolumn: rating\nmin: 1\n');
    expect(draft.result).toMatchObject({ failed: 1, checked: 6 });
    expect(draft.rows).toHaveLength(1);
    expect((await bench.engine.call('rules.list', {})).rules).toEqual([]);
    await expect(readFile(file(), 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
    const built = await yaml('id: ratings.rating.range\nkind: range\ntable: ratings\ncolumn: rating\nmin: 1\n');
    expect(built.problems).toMatchObject([{ line: 1, key: 'id', message: expect.stringContaining('built-in') as unknown }]);
  });
});
