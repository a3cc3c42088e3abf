import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParameterFile } from '../../../electron/engine/workspace/parameter-file.ts';
import { parameterPath } from '../../../electron/engine/workspace/parameter-schema.ts';

const edited = (text: string, name: string, value: unknown) => ParameterFile.parse('reelbench.yaml', text).with(parameterPath(name), value).text;

/** A file as people write them: comments in every place, odd spaces, quotes of both kinds, variables. */
const handmade = `# Our workspace


engine:   # the machine
    seed:    7      # lucky
    # leave this alone
    threads: 2

quality:
    earliest: '\${SINCE}'   # not before we began
    genres: [Drama,   "Sci-Fi", '\${EXTRA}']
    ratings.volume: {threshold: 5}
# the end
`;

describe('an edit changes the lines of its key and no others', () => {
  test.each<[string, string, unknown, string, string]>([
    ['a value', 'engine.seed', 9, 'seed:    7      # lucky', 'seed:    9      # lucky'],
    ['a text', 'quality.earliest', '2001-02-03', `'\${SINCE}'   #`, '2001-02-03   #'],
    ['a text to another variable', 'quality.earliest', '${OTHER}', `'\${SINCE}'   #`, '"${OTHER}"   #'],
    ['a list in brackets', 'quality.genres', ['Drama', 'a: b'], `[Drama,   "Sci-Fi", '\${EXTRA}']`, '[Drama, "a: b"]'],
    ['a new key', 'engine.memory_limit_mb', 512, '    threads: 2\n', '    threads: 2\n    memory_limit_mb: 512\n'],
    ['a new section', 'recommenders.als.factors', 8, '# the end\n', 'recommenders:\n  als:\n    factors: 8\n# the end\n'],
    ['a setting of a rule where the file has it', 'quality.ratings.volume.threshold', '1%', '{threshold: 5}', '{threshold: 1%}'],
    ['a key taken out', 'engine.threads', undefined, '    threads: 2\n', ''],
    ['a text that looks like something else', 'quality.earliest', 'true # no', `'\${SINCE}'   #`, '"true # no"   #'],
  ])('%s', (_, name, value, before, after) => {
    expect(handmade).toContain(before);
    expect(edited(handmade, name, value)).toBe(handmade.replace(before, () => after));
  });

  test('a section that would be empty goes with its last key; comments between its lines stay', () => {
    expect(edited('a: 1\nengine: # machine\n  # why\n  seed: 3 # so\nfeatures:\n  damping: 2\n', 'engine.seed', undefined)).toBe('a: 1\n  # why\nfeatures:\n  damping: 2\n');
  });

  test('an empty file, a section without keys, a file without a last line break', () => {
    expect(edited('', 'engine.seed', 3)).toBe('engine:\n  seed: 3\n');
    expect(edited('# only this', 'engine.seed', 3)).toBe('# only this\nengine:\n  seed: 3\n');
    expect(ParameterFile.parse('f', edited('engine: # nothing yet\nfeatures:\n', 'engine.seed', 3)).data).toEqual({ engine: { seed: 3 } });
    expect(edited('engine:\n  seed: 3', 'engine.threads', 1)).toBe('engine:\n  seed: 3\n  threads: 1\n');
  });

  test('line ends of Windows and a byte order mark stay', () => {
    expect(edited('\uFEFF# a\r\nengine:\r\n  seed: 3 # b\r\n  threads: 1\r\n', 'engine.seed', 4)).toBe('\uFEFF# a\r\nengine:\r\n  seed: 4 # b\r\n  threads: 1\r\n');
    expect(edited('engine:\r\n  seed: 3\r\n  threads: 1\r\n', 'engine.seed', undefined)).toBe('engine:\r\n  threads: 1\r\n');
    expect(edited('engine:\r\n  seed: 3\r\n', 'engine.threads', 1)).toBe('engine:\r\n  seed: 3\r\n  threads: 1\r\n');
  });

  test('anchors, block texts and lists over lines are edited, too', () => {
    expect(ParameterFile.parse('f', edited('engine:\n  seed: &s 3\nrecommenders:\n  random: { seed: *s }\n', 'recommenders.random.seed', 4)).data).toEqual({ engine: { seed: 3 }, recommenders: { random: { seed: 4 } } });
    expect(ParameterFile.parse('f', edited('train:\n  models:\n    - ease # best\n    - als\n', 'train.models', ['als'])).data).toEqual({ train: { models: ['als'] } });
    expect(ParameterFile.parse('f', edited('quality:\n  earliest: >-\n    1999-01-01\n  fixes: true\n', 'quality.earliest', '2000-01-01')).data).toEqual({ quality: { earliest: '2000-01-01', fixes: true } });
  });
});

test('whatever is set and reset in whatever order, the file says exactly that, and every comment is still there', () => {
  const names = ['engine.seed', 'engine.threads', 'features.damping', 'recommenders.als.factors', 'recommenders.ease.lambda', 'quality.ratings.volume.threshold', 'quality.earliest'];
  const step = fc.record({ name: fc.constantFrom(...names), value: fc.option(fc.oneof(fc.integer({ min: 1, max: 99 }), fc.string({ maxLength: 12 })), { nil: undefined }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), fc.constantFrom(handmade, '', '# a\nengine: {seed: 3}\n', 'features:\r\n  damping: 2 # c\r\n'), (steps, start) => {
    let file = ParameterFile.parse('f', start);
    const said = new Map(names.map((name) => [name, file.at(parameterPath(name))]));
    for (const { name, value } of steps) {
      file = file.with(parameterPath(name), value);
      said.set(name, value);
      for (const [other, expected] of said) expect(file.at(parameterPath(other))).toEqual(expected);
    }
    for (const comment of ['# Our workspace', '# leave this alone', '# the end', '# a'].filter((one) => start.includes(one))) expect(file.text).toContain(comment);
  }), { numRuns: 150, seed: 1 });
});
