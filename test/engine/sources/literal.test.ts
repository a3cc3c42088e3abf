import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Literal, MAX_LITERAL_DEPTH, MAX_LITERAL_LENGTH, parseLiteral } from '../../../electron/engine/sources/literal.ts';

const value = (text: string) => {
  const parsed = parseLiteral(text);
  return 'value' in parsed ? parsed.value : parsed;
};

/** What Python's `repr` writes for a value. */
function repr(literal: Literal): string {
  if (literal === null) return 'None';
  if (typeof literal === 'boolean') return literal ? 'True' : 'False';
  if (typeof literal === 'number') return Object.is(literal, -0) ? '-0.0' : String(literal);
  if (typeof literal === 'string') {
    const quote = literal.includes("'") && !literal.includes('"') ? '"' : "'";
    const escaped = literal.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replace(/[\p{Cc}\u00a0]/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
    return quote + escaped + quote;
  }
  if (Array.isArray(literal)) return `[${literal.map(repr).join(', ')}]`;
  return `{${Object.entries(literal).map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`;
}

const text = fc.string({ unit: 'grapheme' }).map((string) => string.replaceAll('\0', ''));
const { tree } = fc.letrec<{ tree: Literal }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom<Literal>(null, true, false), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number)), text,
    fc.array(tie('tree'), { maxLength: 5 }), fc.dictionary(text, tie('tree'), { maxKeys: 5 }).map((entries): Literal => ({ ...entries })),
  ),
}));

describe('a Python literal or JSON', () => {
  it.each<[string, Literal]>([
    [`[{'id': 12, 'name': "Tom O'Hara"}]`, [{ id: 12, name: "Tom O'Hara" }]],
    [`[{'profile_path': None, 'adult': False, 'video': True}]`, [{ profile_path: null, adult: false, video: true }]],
    [`{"a": [1, -2.5, 1e3, null, true], "b": {}}`, { a: [1, -2.5, 1000, null, true], b: {} }],
    [`('a', "b",)`, ['a', 'b']], ['[ ]', []], ['()', []], [`[1,\n 2]`, [1, 2]], [`u'x'`, 'x'], [`'\\'\\"\\n\\\\'`, `'"\n\\`],
    [`'caf\\xe9 \\u00e9 \\U0001F600 \\101 \\q'`, 'café é 😀 A \\q'], ['"\\ud83d\\ude00"', '😀'], ['12345678901234567890', '12345678901234567890'], [`{1: 'a'}`, { 1: 'a' }],
    [`{'__proto__': 1}`, Object.fromEntries([['__proto__', 1]])],
  ])('%s is read', (given, expected) => expect(value(given)).toEqual(expected));

  it.each([
    ['', 1], [`[{'id': 1`, 2], [`['a' 'b']`, 6], [`['a'`, 1], [`['a`, 2], [`[1 2]`, 4], [`{'a' 1}`, 6], [`{'a': }`, 7], [`[__import__('os')]`, 2], [`[1] + [2]`, 5], [`[x for x in y]`, 2],
    [`[1]]`, 4], [`{[1]: 2}`, 2], [`'\\x4'`, 2], [`'\\U00110000'`, 2], [`'\\0'`, 2], ["'\0'", 2], [`[1e999]`, 2], [`b'x'`, 1], [`[}`, 2], ['constructor', 1], [`f'{x}'`, 1],
  ])('%s is refused where it goes wrong', (given, position) => expect(value(given)).toEqual({ problem: expect.any(String), position }));

  it('comes back as it was, in Python’s form and in JSON', () => {
    fc.assert(fc.property(tree, (literal) => {
      const whole = JSON.parse(JSON.stringify(literal)) as Literal;
      expect(JSON.parse(JSON.stringify(value(repr(literal))))).toEqual(whole);
      expect(JSON.parse(JSON.stringify(value(JSON.stringify(literal))))).toEqual(whole);
    }), { numRuns: 1000 });
  });

  it('or anything else ends in a value or a problem with its place, whatever it is', () => {
    const sign = fc.constantFrom(...`[]{}(),:'"\\ \nNoneTrue0123456789.eE+-xuU`.split(''));
    const hostile = fc.oneof(fc.array(sign, { maxLength: 200 }).map((signs) => signs.join('')), tree.chain((literal) => fc.tuple(fc.constant(repr(literal)), fc.nat(60), fc.nat(5), sign)).map(([whole, at, length, other]) => whole.slice(0, at) + other + whole.slice(at + length)));
    fc.assert(fc.property(hostile, (given) => {
      const parsed = parseLiteral(given);
      expect('problem' in parsed ? parsed.position >= 1 && parsed.position <= given.length + 1 : 'value' in parsed).toBe(true);
    }), { numRuns: 5000 });
  });

  it('too deep or too long is refused at once', () => {
    expect(value('['.repeat(1_000_000))).toEqual({ problem: `lists lie more than ${MAX_LITERAL_DEPTH} deep`, position: MAX_LITERAL_DEPTH + 2 });
    expect(value(`'${'a'.repeat(MAX_LITERAL_LENGTH)}'`)).toMatchObject({ problem: expect.stringContaining('longer than') });
    const began = performance.now();
    expect(value(`[${'"\\u00e9\\n\\101", '.repeat(200_000)}]`)).toHaveLength(200_000);
    expect(value(`[${"'".padEnd(2_000_000, '\\\\')}`)).toMatchObject({ position: 2 });
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
