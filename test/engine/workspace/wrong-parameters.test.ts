import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelNames, ReelbenchError } from '../../../shared/contract/index.ts';
import { openParameters } from '../../../electron/engine/workspace/parameters.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'reelbench-wrong-'));
});
afterEach(() => rm(directory, { recursive: true }));

const yaml = () => path.join(directory, 'reelbench.yaml');
async function failure(overrides: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<ReelbenchError> {
  try {
    await openParameters(directory, { overrides, environment });
  } catch (error) {
    if (error instanceof ReelbenchError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

interface Wrong {
  readonly what: string;
  readonly text: string | Uint8Array;
  readonly line: number;
  /** The key that the message is about. */
  readonly key: string;
  readonly message: string | RegExp;
}

/** Each message names the line, the key, what was found and what is allowed. */
const files: readonly Wrong[] = [
  // Values of the wrong kind
  { what: 'a text for a whole number', text: 'transform:\n  # a comment\n  min_ratings_per_user: many\n', line: 3, key: 'transform.min_ratings_per_user', message: 'transform.min_ratings_per_user is "many"; it must be a whole number from 1 to 10000.' },
  { what: 'a number in quotes', text: 'engine:\n  seed: "7"\n', line: 2, key: 'engine.seed', message: 'engine.seed is "7"; it must be a whole number from 0 to 2147483647. Write it without quotes.' },
  { what: 'a fraction for a whole number', text: 'engine:\n  threads: 2.5\n', line: 2, key: 'engine.threads', message: 'engine.threads is 2.5; it must be a whole number from 0 to 256.' },
  { what: 'a text for a number', text: 'features:\n  damping: strong\n', line: 2, key: 'features.damping', message: 'features.damping is "strong"; it must be a number from 0 to 100000.' },
  { what: 'a switch for a number', text: 'features: { damping: true }\n', line: 1, key: 'features.damping', message: 'features.damping is true; it must be a number from 0 to 100000.' },
  { what: 'a number for a switch', text: 'quality:\n  fixes: 1\n', line: 2, key: 'quality.fixes', message: 'quality.fixes is 1; it must be true or false.' },
  { what: 'yes for true', text: 'quality:\n  fixes: yes\n', line: 2, key: 'quality.fixes', message: 'quality.fixes is "yes"; it must be true or false. Write true.' },
  { what: 'off for false', text: 'quality:\n  fixes: Off\n', line: 2, key: 'quality.fixes', message: 'quality.fixes is "Off"; it must be true or false. Write false.' },
  { what: 'a number for a text', text: 'quality:\n  earliest: 1995\n', line: 2, key: 'quality.earliest', message: 'quality.earliest is 1995; it must be a date like 1995-01-31.' },
  { what: 'no such date', text: 'quality:\n  earliest: 1995-02-30\n', line: 2, key: 'quality.earliest', message: 'quality.earliest is "1995-02-30"; it must be a date like 1995-01-31.' },
  { what: 'an empty value', text: 'engine:\n  seed:\n', line: 2, key: 'engine.seed', message: 'engine.seed is empty; it must be a whole number from 0 to 2147483647. Write a value behind the colon, or take the line out for the default.' },
  { what: 'not a number', text: 'features:\n  damping: .nan\n', line: 2, key: 'features.damping', message: 'features.damping is .nan; it must be a number from 0 to 100000.' },
  { what: 'infinity', text: 'recommenders:\n  ease:\n    lambda: .inf\n', line: 3, key: 'recommenders.ease.lambda', message: 'recommenders.ease.lambda is .inf; it must be a number from 0.001 to 1000000.' },
  { what: 'minus infinity', text: 'quality:\n  scale_min: -.inf\n', line: 2, key: 'quality.scale_min', message: 'quality.scale_min is -.inf; it must be a number.' },
  // Bounds
  { what: 'too small', text: 'features:\n  damping: -1\n', line: 2, key: 'features.damping', message: 'features.damping is -1; it must be a number from 0 to 100000.' },
  { what: 'too large', text: 'pipeline:\n  jobs: 65\n', line: 2, key: 'pipeline.jobs', message: 'pipeline.jobs is 65; it must be a whole number from 1 to 64.' },
  { what: 'on a bound that is left out', text: 'quality:\n  scale_step: 0\n', line: 2, key: 'quality.scale_step', message: 'quality.scale_step is 0; it must be a number above 0.' },
  // Lists and groups
  { what: 'a list for one value', text: 'engine:\n  seed: [3]\n', line: 2, key: 'engine.seed', message: 'engine.seed is a list ([3]); it must be a whole number from 0 to 2147483647. Take the brackets or the dash away.' },
  { what: 'one value for a list', text: 'train:\n  models: ease\n', line: 2, key: 'train.models', message: `train.models is "ease"; it must be a list, each one of ${modelNames.join(', ')}. Write [ease].` },
  { what: 'a list for a group', text: 'engine:\n  - seed: 3\n', line: 1, key: 'engine', message: 'engine is a list ([{"seed":3}]); it must be a group of the keys memory_limit_mb, threads, seed.' },
  { what: 'a group for one value', text: 'engine:\n  seed:\n    value: 3\n    unit: none\n', line: 2, key: 'engine.seed', message: 'engine.seed is a group of keys (value, unit); it must be a whole number from 0 to 2147483647.' },
  { what: 'a group for a list', text: 'train:\n  models:\n    ease: 1\n', line: 2, key: 'train.models', message: `train.models is a group of keys (ease); it must be a list, each one of ${modelNames.join(', ')}.` },
  { what: 'a colon without a space', text: 'engine:\n  seed:4\n', line: 1, key: 'engine', message: 'engine is "seed:4"; it must be a group of the keys memory_limit_mb, threads, seed. A colon needs a space behind it.' },
  { what: 'a wrong item of a list', text: 'quality:\n  genres:\n    - Drama\n    - 7\n', line: 4, key: 'quality.genres.1', message: 'quality.genres, item 2, is 7; it must be a text.' },
  { what: 'a model that there is not', text: 'train:\n  models:\n    - ease\n    - eese\n', line: 4, key: 'train.models.1', message: `train.models, item 2, is "eese"; it must be one of ${modelNames.join(', ')}. Did you mean ease?` },
  // Keys
  { what: 'an unknown section', text: 'engine:\n  threads: 1\ntransfrom:\n  x: 1\n', line: 3, key: 'transfrom', message: /^There is no section transfrom; allowed here: engine, pipeline, .*transform.*\. Did you mean transform\?$/ },
  { what: 'an unknown parameter', text: 'engine:\n  thraeds: 1\n', line: 2, key: 'engine.thraeds', message: 'There is no parameter engine.thraeds; allowed here: memory_limit_mb, threads, seed. Did you mean threads?' },
  { what: 'the parameters of an unknown model', text: 'recommenders:\n  itemknn: { neighbours: 5 }\n', line: 2, key: 'recommenders.itemknn', message: /^There is no parameter recommenders\.itemknn; allowed here: .* Did you mean item-knn\?$/ },
  { what: 'a key that JavaScript keeps for itself', text: 'engine:\n  __proto__: { seed: 1 }\n', line: 2, key: 'engine.__proto__', message: 'There is no parameter engine.__proto__; allowed here: memory_limit_mb, threads, seed.' },
  { what: 'a merge key', text: 'quality: &all\n  fixes: false\nengine:\n  <<: *all\n', line: 4, key: 'engine.<<', message: 'There is no parameter engine.<<; allowed here: memory_limit_mb, threads, seed.' },
  { what: 'an unknown rule', text: 'quality:\n  fixes: true\n  rules:\n    ratings.rating.rnage: { threshold: 4 }\n', line: 4, key: 'quality.ratings.rating.rnage', message: 'quality.ratings.rating.rnage: there is no rule ratings.rating.rnage.' },
  { what: 'an unknown setting of a rule', text: 'quality:\n  ratings.volume:\n    thresold: 4\n', line: 3, key: 'quality.ratings.volume.thresold', message: 'There is no parameter quality.ratings.volume.thresold; allowed here: threshold, severity, enabled, fix. Did you mean threshold?' },
  { what: 'a wrong threshold', text: 'quality:\n  ratings.volume:\n    threshold: 5 percent\n', line: 3, key: 'quality.ratings.volume.threshold', message: 'quality.ratings.volume.threshold is "5 percent"; it must be a count such as 10 or a share such as 0.5%.' },
  { what: 'a wrong severity', text: 'quality:\n  ratings.volume:\n    severity: warn\n', line: 3, key: 'quality.ratings.volume.severity', message: 'quality.ratings.volume.severity is "warn"; it must be one of error, warning, info.' },
  { what: 'the settings of a rule twice, in both places', text: 'quality:\n  ratings.volume: { threshold: 1 }\n  rules:\n    ratings.volume: { threshold: 2 }\n', line: 4, key: 'quality.ratings.volume', message: /ratings\.volume stand twice, below quality and below quality\.rules; they may stand once/ },
  { what: 'a key twice', text: 'engine:\n  seed: 1\n  seed: 2\n', line: 3, key: 'engine.seed', message: 'engine.seed stands twice, the second time on line 3; a key may stand once. Keep one of the two.' },
  { what: 'a section twice', text: 'engine:\n  seed: 1\nfeatures: {}\nengine:\n  threads: 2\n', line: 4, key: 'engine', message: /^engine stands twice, the second time on line 4/ },
  // YAML itself
  { what: 'a tab', text: 'engine:\n\tseed: 1\n', line: 2, key: 'engine.seed', message: /"seed: 1", a tab indents this line; only spaces may\.$/ },
  { what: 'a quote that stays open', text: 'quality:\n  earliest: "1995-01-01\n  fixes: true\n', line: 2, key: 'quality.earliest', message: /something that was opened is not closed; a quote or bracket that opens must close/ },
  { what: 'a bracket that stays open', text: 'train:\n  models: [ease, als\nengine:\n  seed: 3\n', line: 2, key: 'train.models', message: /"models: \[ease, als", something that was opened is not closed.*; brackets close before the next key/ },
  { what: 'a line too far to the right', text: 'engine:\n  seed: 1\n   threads: 2\n', line: 2, key: 'engine.seed', message: /keys of one group stand exactly below each other/ },
  { what: 'two keys on one line', text: 'engine: seed: 1\n', line: 1, key: 'engine', message: /a key and its value stand where a value should end; each key stands on a line of its own/ },
  { what: 'a character that YAML keeps for itself', text: 'quality:\n  earliest: @monday\n', line: 2, key: 'quality.earliest', message: /"earliest: @monday", a value begins with a character that YAML keeps for itself; put such a text in quotes/ },
  { what: 'an unknown escape', text: 'quality:\n  earliest: "19\\q"\n', line: 2, key: 'quality.earliest', message: /a backslash begins something unknown; in double quotes write \\\\ for a backslash/ },
  { what: 'a tag that would call code', text: 'engine:\n  seed: !!js/function "x"\n', line: 2, key: 'engine.seed', message: /a tag \(! or !!\) stands before the value; plain texts, numbers, true, false, lists and groups are allowed/ },
  { what: 'an own tag', text: 'engine: !mine {}\n', line: 1, key: 'engine', message: /a tag \(! or !!\)/ },
  { what: 'two documents', text: 'engine:\n  seed: 1\n---\nengine:\n  seed: 2\n', line: 3, key: 'engine.seed', message: /a second document begins here \(---\); a file holds one/ },
  { what: 'an alias to nowhere', text: 'engine:\n  seed: *lucky\n', line: 2, key: 'engine.seed', message: 'engine.seed is *lucky, but there is no &lucky above it; write the value itself, or put &lucky before the one that is meant.' },
  // Environment variables
  { what: 'a variable that is not set', text: 'quality:\n  earliest: "${NOT_SET_HERE}"\n', line: 2, key: 'quality.earliest', message: 'quality.earliest names the environment variable NOT_SET_HERE, which is not set. Set it, or write the text itself.' },
  { what: 'a variable with a wrong name', text: 'quality:\n  earliest: "${not a name}"\n', line: 2, key: 'quality.earliest', message: 'quality.earliest holds ${not a name}; between the braces stands the name of an environment variable: letters, digits and _, no digit first.' },
  { what: 'a variable in a number’s place', text: 'engine:\n  seed: ${SEED}\n', line: 2, key: 'engine.seed', message: 'engine.seed is "${SEED}"; it must be a whole number from 0 to 2147483647. An environment variable can only stand in a text.' },
  { what: 'a variable in a choice’s place', text: 'train:\n  models: ["${SEED}"]\n', line: 2, key: 'train.models.0', message: /^train\.models, item 1, is "\$\{SEED\}"; it must be one of .* An environment variable can only stand in a text\.$/ },
  { what: 'a variable that holds something wrong', text: 'quality:\n  earliest: ${SEED}\n', line: 2, key: 'quality.earliest', message: 'quality.earliest is "${SEED}"; it must be a date like 1995-01-31.' },
];

describe(`${files.length} kinds of wrong files`, () => {
  test.each(files.map((wrong) => [wrong.what, wrong] as const))('%s', async (_, { text, line, key, message }) => {
    await writeFile(yaml(), text);
    const error = await failure([], { SEED: '7771234' });
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: 'invalid-arguments', file: yaml(), line, column: key });
    expect(JSON.stringify(error.toData())).not.toContain('7771234');
  });
});

describe('files that cannot be read at all', () => {
  test.each([
    ['a list', '- 1\n', 'The file holds a list; it must hold keys and values'],
    ['a text', 'engine\n  seed 3\n', 'The file holds "engine seed 3"; it must hold keys and values'],
    ['a number', '42\n', 'The file holds 42; it must hold keys and values'],
  ])('%s at the top', async (_, text, message) => {
    await writeFile(yaml(), text);
    const error = await failure();
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code: 'invalid-arguments', file: yaml(), line: 1 });
  });

  test('other encodings', async () => {
    await writeFile(yaml(), Buffer.concat([Buffer.from('engine:\n  seed: 3 # caf'), Buffer.from([0xe9]), Buffer.from('\n')]));
    expect(await failure()).toMatchObject({ message: 'Line 2 holds the byte 0xE9, which is not UTF-8; a file of parameters is UTF-8.', line: 2, file: yaml() });
    await writeFile(yaml(), Buffer.from('\uFEFFengine:\n', 'utf16le'));
    expect(await failure()).toMatchObject({ message: 'This file is UTF-16; a file of parameters is UTF-8.', file: yaml() });
  });

  test('too large, too many aliases, too deep', async () => {
    await writeFile(yaml(), `# ${'x'.repeat(300_000)}`);
    expect(await failure()).toMatchObject({ message: 'A file of parameters may be 256 KB long; this one has 293 KB.', file: yaml() });
    await writeFile(yaml(), Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(',')}]`).join('\n'));
    expect(await failure()).toMatchObject({ message: 'This file repeats parts of itself (*name) too often: together more than 50 times is not allowed.', file: yaml() });
    await writeFile(yaml(), `a: ${'['.repeat(100_000)}`);
    expect(await failure()).toMatchObject({ code: 'invalid-arguments', file: yaml() });
  });

  test('a folder in its place', async () => {
    await mkdir(yaml());
    expect(await failure()).toMatchObject({ message: 'This is a folder; parameters stand in a YAML file.', code: 'invalid-arguments', file: yaml() });
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    await writeFile(yaml(), 'engine: {}\n');
    await chmod(yaml(), 0);
    expect(await failure()).toMatchObject({ message: 'This file may not be read.', code: 'invalid-arguments', file: yaml() });
  });

  test('a file of --config that is not there', async () => {
    const missing = path.join(directory, 'no.yaml');
    await expect(openParameters(directory, { configFile: missing })).rejects.toMatchObject({ code: 'invalid-arguments', message: `There is no file of parameters ${missing}.`, file: missing });
  });
});

describe('files that look odd and are fine', () => {
  test.each([
    ['nothing', '', 42],
    ['comments alone', '# all by default\n', 42],
    ['sections without keys', 'engine:\nrecommenders:\n  ease:\nquality:\n  rules:\n', 42],
    ['a byte order mark', '\uFEFFengine:\n  seed: 3\n', 3],
    ['lines that end as on Windows', 'engine:\r\n  seed: 3\r\n', 3],
    ['an anchor and its alias', 'engine:\n  seed: &s 3\nrecommenders:\n  random: { seed: *s }\n', 3],
    ['JSON', '{"engine": {"seed": 3}}', 3],
  ])('%s', async (_, text, seed) => {
    await writeFile(yaml(), text);
    expect((await openParameters(directory)).values.engine.seed).toBe(seed);
  });
});

test.each([
  ['transform.min_ratings_per_user=x', '--set transform.min_ratings_per_user=x: transform.min_ratings_per_user is "x"; it must be a whole number from 1 to 10000.'],
  ['transform.min_ratings_per_user=0', '--set transform.min_ratings_per_user=0: transform.min_ratings_per_user is 0; it must be a whole number from 1 to 10000.'],
  ['transform.min_rating_per_user=3', '--set transform.min_rating_per_user=3: There is no parameter transform.min_rating_per_user.'],
  ['transform=3', '--set transform=3: transform is a group of parameters, not one.'],
  ['nothing', '--set nothing: it must be path=value, for instance transform.min_ratings_per_user=5.'],
  ['=3', '--set =3: it must be path=value, for instance transform.min_ratings_per_user=5.'],
  ['train.models=ease,alss', `--set train.models=ease,alss: train.models, item 2, is "alss"; it must be one of ${modelNames.join(', ')}. Did you mean als?`],
  ['quality.earliest=${NOT_SET_HERE}', '--set quality.earliest=${NOT_SET_HERE}: quality.earliest names the environment variable NOT_SET_HERE, which is not set. Set it, or write the text itself.'],
  ['quality.ratings.ratin.range.threshold=1', '--set quality.ratings.ratin.range.threshold=1: quality.ratings.ratin.range: there is no rule ratings.ratin.range.'],
  ['quality.ratings.volume.threshold=-1', '--set quality.ratings.volume.threshold=-1: quality.ratings.volume.threshold is -1; it must be a count such as 10 or a share such as 0.5%.'],
])('--set %s is refused with the reason', async (override, message) => {
  const error = await failure([override]);
  expect(error).toMatchObject({ code: 'invalid-arguments', message });
  expect(error.line).toBeUndefined();
});

test('several things that are wrong are all named, in the order of the file, then of --set', async () => {
  await writeFile(yaml(), 'engine:\n  seed: x\n  threads: 1\n  threads: 2\ntrian: {}\nquality:\n  earliest: ${NOT_SET_HERE}\n  ratings.rnage:\n    threshold: 4\nfeatures:\n  damping: -1\n');
  const error = await failure(['transform=3', 'pipeline.jobs=0']);
  expect(error).toMatchObject({ code: 'invalid-arguments', file: yaml(), line: 2, column: 'engine.seed' });
  expect(error.message.split('\n')).toEqual([
    '8 things are wrong with the parameters:',
    'Line 2: engine.seed is "x"; it must be a whole number from 0 to 2147483647.',
    'Line 4: engine.threads stands twice, the second time on line 4; a key may stand once. Keep one of the two.',
    expect.stringMatching(/^Line 5: There is no section trian; allowed here: .* Did you mean train\?$/),
    'Line 7: quality.earliest names the environment variable NOT_SET_HERE, which is not set. Set it, or write the text itself.',
    expect.stringMatching(/^Line 8: quality\.ratings\.rnage: there is no rule ratings\.rnage\./),
    'Line 11: features.damping is -1; it must be a number from 0 to 100000.',
    expect.stringMatching(/^--set pipeline\.jobs=0: pipeline\.jobs is 0/),
    expect.stringMatching(/^--set transform=3: transform is a group of parameters, not one\. Its parameters: transform/),
  ]);
});
