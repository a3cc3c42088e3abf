import { afterAll, beforeAll, expect, test } from 'vitest';
import { PredicateCheck } from '../../../../electron/engine/quality/rules/own/predicate.ts';

const columns = [{ name: 'rating', type: 'DOUBLE' }, { name: 'title', type: 'VARCHAR' }, { name: 'user_id', type: 'BIGINT' }, { name: 'genres', type: 'VARCHAR[]' }];
let check: PredicateCheck;
beforeAll(async () => {
  check = await PredicateCheck.open();
});
afterAll(() => check.close());

test.each([
  'rating > 1', `rating BETWEEN 0.5 AND 5 AND title <> ''`, `len(list_filter(genres, lambda g: g = title)) > 0`, `title LIKE 'x%' OR regexp_matches(title, '^a')`, `title NOT IN ('a', '-- b')`,
  'TRY_CAST(title AS INTEGER) > 1', `CASE WHEN rating > 3 THEN title <> '' ELSE true END`, 'rating IS DISTINCT FROM 3', `extract('year' FROM make_timestamp(user_id * 1000000)) > 2000`, `title SIMILAR TO 'a.*'`, `RATING > 1 AND "title" IS NOT NULL`,
])('may run: %s', async (text) => {
  expect(await check.problem(text, 'row', columns)).toBeUndefined();
});

test.each([
  [`(SELECT count(*) FROM read_csv('/etc/passwd')) > 0`, 'query inside'],
  [`EXISTS (FROM read_text('/etc/passwd'))`, 'query inside'],
  [`rating IN (FROM other.main.secrets)`, 'query inside'],
  [`read_csv('/etc/passwd') IS NULL`, 'no function read_csv'],
  [`read_text('/etc/passwd') = ''`, 'no function read_text'],
  [`glob('/*') = ''`, 'no function glob'],
  [`query('SELECT 1') = 1`, 'no function query'],
  [`ATTACH '/tmp/x.db'`, 'does not exist'],
  [`rating > 1; ATTACH '/tmp/x.db'`, 'one expression'],
  [`COPY (SELECT 1) TO '/tmp/x'`, 'not an expression'],
  [`INSTALL httpfs`, 'not an expression'],
  [`PRAGMA database_list`, 'not an expression'],
  [`rating > 1; DROP TABLE raw.ratings`, 'one expression'],
  [`rating > 1) OR (true`, 'not an expression'],
  [`true) FROM read_text('/etc/passwd') WHERE (true`, 'not an expression'],
  [`true FROM read_text('/etc/passwd')`, 'expression'],
  [`true, false`, 'one expression'],
  [`true AS x`, 'expression'],
  [`true UNION SELECT true`, 'expression'],
  [`true ORDER BY 1`, 'expression'],
  [`true -- and nothing else`, 'no comments'],
  [`/* hidden */ true`, 'no comments'],
  [`getenv('HOME') = ''`, 'no function getenv'],
  [`current_setting('memory_limit') = ''`, 'cannot be used'],
  [`getvariable('x') IS NULL`, 'cannot be used'],
  [`current_database() = 'x'`, 'cannot be used'],
  [`other.main.lower(title) = 'x'`, 'cannot be used'],
  [`nextval('s') > 0`, 'cannot be used'],
  [`random() > 0.5`, 'cannot be used'],
  [`now() > TIMESTAMP '2020-01-01'`, 'cannot be used'],
  [`sleep_ms(100000) IS NULL`, 'cannot be used'],
  [`pg_sleep(1000) IS NULL`, 'cannot be used'],
  [`len(range(1000000000000)) > 0`, 'cannot be used'],
  [`length(repeat('x', 1000000000)) > 0`, 'cannot be used'],
  [`json_serialize_sql('SELECT 1') IS NOT NULL`, 'cannot be used'],
  [`raw.ratings.rating > 1`, 'columns stand without their table'],
  [`ratng > 1`, 'Did you mean rating?'],
  [`rowid > 1`, 'There is no column rowid'],
  [`lowr(title) = 'x'`, 'Did you mean lower?'],
  [`rating > $1`, 'parameter'],
  [`row_number() OVER () = 1`, 'window'],
  [`count(*) > 1`, 'aggregate'],
  [`COLUMNS('.*') > 1`, 'star'],
  [`#1 > 1`, 'by its number'],
  [`rating`, 'must be true or false'],
  [`title + 1 > 2`, 'does not fit the columns'],
  [`unnest(genres) = 'x'`, 'function unnest'],
  [`'`, 'not an expression'],
])('is refused with a sentence: %s', async (text, expected) => {
  const problem = await check.problem(text, 'row', columns);
  expect(problem).toContain(expected);
  expect(problem).toMatch(/[.?!]$/);
});

test('what could grow without end is refused', async () => {
  const nested = `list_transform(genres, lambda a: list_transform(genres, lambda b: a))`;
  expect(await check.problem(`len(${nested}) > 0`, 'row', columns)).toContain('lambda inside a lambda');
  const grown = Array.from({ length: 5 }).reduce<string>((inner) => `replace(${inner}, 'a', '${'a'.repeat(200)}')`, 'title');
  expect(await check.problem(`${grown} = ''`, 'row', columns)).toContain('without end');
  expect(await check.problem(`list_reduce(genres, lambda x, y: x || x) = ''`, 'row', columns)).toContain('cannot be used');
  expect(await check.problem(`replace(replace(title, 'a', 'b'), 'b', 'c') <> '' AND len(list_filter(genres, lambda g: g = '')) = 0`, 'row', columns)).toBeUndefined();
});

test('conditions on groups and figures have aggregates, and are taken apart into them', async () => {
  expect(await check.problem('rating > 1', 'group', columns, ['user_id'])).toContain('needs an aggregate');
  expect(await check.problem('avg(sum(rating)) > 1', 'group', columns, ['user_id'])).toContain('inside another aggregate');
  expect(await check.problem('title = max(title)', 'group', columns, ['user_id'])).toContain('does not fit');
  expect(await check.problem('max(title)', 'figure', columns)).toContain('must be a number');
  expect(await check.problem('count(*) > (SELECT 1)', 'group', columns, ['user_id'])).toContain('query inside');
  const text = 'user_id > 3 OR count(DISTINCT title) FILTER (rating > 1) / count(*) > 0.5';
  expect(await check.problem(text, 'group', columns, ['user_id'])).toBeUndefined();
  expect(await check.split(text, (at) => `a${at}`)).toEqual({
    aggregates: [{ sql: 'count(DISTINCT title) FILTER (WHERE TRY((rating > 1)))', label: 'count(DISTINCT title) FILTER (WHERE (rating > 1))' }, { sql: 'count_star()', label: 'count(*)' }],
    outer: '((user_id > 3) OR ((a0 / a1) > 0.5))',
  });
});

test('a regular expression is checked as the engine reads it', async () => {
  expect(await check.patternProblem('tt[0-9]{7,8}')).toBeUndefined();
  expect(await check.patternProblem('(a')).toContain('not a regular expression');
  expect(await check.patternProblem('(?=x)')).toContain('not a regular expression');
});
