import { expect, test } from 'vitest';
import { RuleFile, ruleInputs } from '../../../electron/engine/workspace/rule-file.ts';
import { parseRule, ruleWithFields } from '../../../electron/engine/workspace/rule-text.ts';

const rule = (lines: string) => `rules:\n  - id: a.b\n${lines.split('\n').map((line) => `    ${line}`).join('\n')}\n`;
const range = 'kind: range\ntable: ratings\ncolumn: rating';

/** What is wrong with the file, where, and words of the message. */
const wrong: readonly [string, string, number, string | null, readonly string[]][] = [
  ['not YAML', 'rules:\n  - id: [a\n', 3, null, ['not valid YAML']],
  ['tabs for blanks', 'rules:\n\t- id: a.b\n', 2, null, ['not valid YAML']],
  ['a key twice', rule(`${range}\nmin: 1\nmin: 2`), 7, null, ['not valid YAML']],
  ['a text', 'just a text', 1, null, ['"rules:"']],
  ['a list at the top', '- id: a.b\n', 1, null, ['"rules:"']],
  ['another key at the top', 'rulez:\n  - id: a.b\n', 1, 'rulez', ['no key rulez', 'Did you mean rules?']],
  ['a second document', 'rules: []\n---\nrules: []\n', 2, null, ['not valid YAML']],
  ['rules as a map', 'rules:\n  a.b:\n    kind: range\n', 1, 'rules', ['must be a list']],
  ['a rule that is a text', 'rules:\n  - ratings\n', 2, null, ['A rule is a group of keys']],
  ['an alias', `rules:\n  - &x\n    id: a.b\n    kind: *y\n`, 3, null, ['Unresolved alias']],
  ['no kind', rule('table: ratings'), 2, 'kind', ['kind is missing', 'one of missing, type, range']],
  ['a kind that there is not', rule('kind: rnage\ntable: ratings'), 3, 'kind', ['kind is "rnage"', 'Did you mean range?']],
  ['a kind that is a number', rule('kind: 3'), 3, 'kind', ['kind is 3']],
  ['no table', rule('kind: range\ncolumn: rating\nmin: 1'), 2, 'table', ['table is missing']],
  ['no column', rule('kind: range\ntable: ratings\nmin: 1'), 2, 'column', ['column is missing', 'a rule of kind range needs it']],
  ['a key that is misspelt', rule(`${range}\nmin: 1\nsevrity: error`), 7, 'sevrity', ['no key sevrity', 'Did you mean severity?']],
  ['a key of another kind', rule(`${range}\nmin: 1\nvalues: [1]`), 7, 'values', ['A rule of kind range has no key values']],
  ['a bad id', rule(`${range}\nmin: 1`).replace('a.b', 'Ratings Rule'), 2, 'id', ['id is "Ratings Rule"', 'ratings.half_stars']],
  ['an id without a dot', rule(`${range}\nmin: 1`).replace('a.b', 'ratings'), 2, 'id', ['two or more parts']],
  ['an empty id', rule(`${range}\nmin: 1`).replace('a.b', ''), 2, 'id', ['id is empty']],
  ['the same id twice', `${rule(`${range}\nmin: 1`)}  - { id: a.b, kind: volume, table: ratings, min: 1 }\n`, 7, 'id', ['the rule on line 2 is called']],
  ['neither min nor max', rule(range), 2, 'min', ['needs min or max']],
  ['min above max', rule(`${range}\nmin: 5\nmax: 1`), 7, 'max', ['max is 1, below min, which is 5']],
  ['a number and a date', rule(`${range}\nmin: 5\nmax: 2020-01-31`), 7, 'max', ['both must be numbers, or both dates']],
  ['min as a text', rule(`${range}\nmin: five`), 6, 'min', ['min is "five"', 'a number, or a date']],
  ['a date that there is not', rule(`${range}\nmin: 2020-02-31`), 6, 'min', ['min is "2020-02-31"']],
  ['a severity that there is not', rule(`${range}\nmin: 1\nseverity: fatal`), 7, 'severity', ['severity is "fatal"', 'error, warning, info']],
  ['a threshold in words', rule(`${range}\nmin: 1\nthreshold: few`), 7, 'threshold', ['threshold is "few"', '0.5%']],
  ['a threshold below nought', rule(`${range}\nmin: 1\nthreshold: -1`), 7, 'threshold', ['threshold is -1']],
  ['a dimension that there is not', rule(`${range}\nmin: 1\ndimension: beauty`), 7, 'dimension', ['one of completeness']],
  ['a fix that there is not', rule(`${range}\nmin: 1\nfix: drop`), 7, 'fix', ['quarantine or none']],
  ['no values', rule('kind: set\ntable: ratings\ncolumn: rating\nvalues: []'), 6, 'values', ['values is []']],
  ['values that are a text', rule('kind: set\ntable: ratings\ncolumn: rating\nvalues: a, b'), 6, 'values', ['values is "a, b"', 'a list']],
  ['an age in words', rule('kind: freshness\ntable: ratings\ncolumn: timestamp\nmax_age: a month'), 6, 'max_age', ['30 days']],
  ['a reference without its column', rule('kind: reference\ntable: ratings\ncolumn: movie_id\nto: movies'), 6, 'to', ['TABLE.COLUMN']],
  ['an empty condition', rule('kind: sql\ntable: ratings\nmust: ""'), 5, 'must', ['a condition in SQL']],
  ['columns that are numbers', rule('kind: unique\ntable: ratings\ncolumns: [1, 2]'), 5, 'columns', ['columns is [1,2]', 'a list of names of columns']],
  ['on as a word', rule(`${range}\nmin: 1\nenabled: on`), 7, 'enabled', ['enabled is "on"', 'true or false']],
];

test.each(wrong)('a wrong file is named with line, key and what is right: %s', (_, text, line, key, words) => {
  const file = RuleFile.parse('rules.yaml', text);
  let error: unknown;
  try {
    file.rules();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'invalid-arguments', file: 'rules.yaml', line, ...(key === null ? {} : { column: key }) });
  for (const word of words) expect(error).toHaveProperty('message', expect.stringContaining(word));
  expect(Object.keys(ruleInputs(file))).toEqual(['rules.yaml']);
});

test('hostile files are refused in no time', () => {
  const began = performance.now();
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nid: a.b\nkind: range\n`;
  expect(parseRule(bomb).rule).toBeNull();
  expect(parseRule('['.repeat(20_000)).problems).toHaveLength(1);
  expect(parseRule('id: a.b\nkind: !!js/function "x"\ntable: t\n').rule).toBeNull();
  expect(RuleFile.parse('rules.yaml', `rules:\n${'  - { id: a.b }\n'.repeat(600)}`).problems[0]?.message).toContain('There may be 500 rules');
  expect(performance.now() - began).toBeLessThan(5000);
});

test('an empty file, and one of comments alone, has no rules and takes the first', () => {
  for (const text of ['', '# ours\n', 'rules:\n', 'rules: []\n', '# ours\nrules: []\n']) {
    const file = RuleFile.parse('rules.yaml', text);
    expect(file.rules()).toEqual([]);
    const added = file.with('id: a.b\nkind: volume\ntable: ratings\nmin: 1\n');
    expect(added.rules()).toEqual([{ id: 'a.b', kind: 'volume', table: 'ratings', min: 1 }]);
    expect(added.text.startsWith('# ours')).toBe(text.startsWith('# ours'));
    expect(added.without('a.b').rules()).toEqual([]);
  }
});

test('files with line ends of Windows, lists in braces and other indents are edited, too', () => {
  const windows = RuleFile.parse('rules.yaml', 'rules:\r\n- id: a.b # one\r\n  kind: volume\r\n  table: ratings\r\n  min: 1\r\n- id: a.c\r\n  kind: volume\r\n  table: ratings\r\n  max: 9\r\n');
  expect(windows.with('id: a.d\nkind: volume\ntable: tags\nmin: 1\n').rules().map(({ id }) => id)).toEqual(['a.b', 'a.c', 'a.d']);
  expect(windows.without('a.b').text).toContain('- id: a.c\r\n');
  const braces = RuleFile.parse('rules.yaml', '# ours\nrules: [{ id: a.b, kind: volume, table: ratings, min: 1 }, { id: a.c, kind: volume, table: ratings, max: 9 }]\n');
  const changed = braces.with('id: a.b\nkind: volume\ntable: ratings\nmin: 2 # two\n', 'a.b');
  expect(changed.rules()).toEqual([{ id: 'a.b', kind: 'volume', table: 'ratings', min: 2 }, { id: 'a.c', kind: 'volume', table: 'ratings', max: 9 }]);
  expect(changed.text).toContain('# ours');
});

test('a form changes the keys that it changes and leaves the rest of the text', () => {
  const before = '# kept\nid: a.b # name\nkind: range\ntable: ratings\n\n# the bounds\ncolumn: rating\nmin: 1\n';
  expect(ruleWithFields({ id: 'a.b', kind: 'range', table: 'ratings', column: 'rating', min: 2, max: null, title: '' }, before)).toBe(before.replace('min: 1', 'min: 2'));
  expect(ruleWithFields({ id: 'a.b', kind: 'missing', table: 'ratings', columns: ['rating'], severity: 'error' })).toBe('id: a.b\nkind: missing\ntable: ratings\ncolumns: [rating]\nseverity: error\n');
});
