import { DuckDBDateValue, DuckDBTimestampValue } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CellType, inferType, isoSeconds, readDigits, readText } from '../../../electron/engine/sources/values.ts';

describe('cells', () => {
  it.each(['1', '007', '12.0', '9223372036854775807'])('%s is an id', (text) => expect(readText('id', text)).toBe(BigInt(text.replace('.0', ''))));
  it.each(['0', '-3', '1.5', '1e3', '0x10', '+5', 'abc', '12a', 'NaN', '9223372036854775808', '1_000', '١'])('%s is no id', (text) => expect(readText('id', text)).toBeUndefined());
  it.each([['4', 4], ['3.5', 3.5], ['-1', -1], ['.5', 0.5], ['5.', 5], ['1e1', 10], ['0.1', 0.1], ['123456789.123456', 123456789.123456]])('%s is a number', (text, value) => expect(readText('number', text)).toBe(value));
  it.each(['NaN', 'inf', '-Infinity', 'Infinity', '4,5', 'four', '1e999', '0x1', '--1', '.', '+4'])('%s is no number', (text) => expect(readText('number', text)).toBeUndefined());
  it.each([['964982703', 964982703n], ['964982703000', 964982703000n], ['-5', -5n], ['99999999999999', 99999999999999n], ['964982703.0', 964982703n],
    ['2005-04-02 23:53:47', 1112486027n], ['2005-04-02T23:53:47Z', 1112486027n], ['2005-04-02T23:53:47.9+02:00', 1112478827n], ['1970-01-02', 86400n]] as const)('%s is a time', (text, value) => expect(readText('time', text)).toBe(value));
  it.each(['100000000000000', '1.5', 'yesterday', '2005-02-30', '2005-13-01', '2005-04-02 24:00', '02/04/2005', '1e9'])('%s is no time', (text) => expect(readText('time', text)).toBeUndefined());

  it('that are dates and booleans become those', () => {
    expect(readText('date', '2001-02-03')).toEqual(new DuckDBDateValue(11356));
    expect(readText('timestamp', '1970-01-01T00:00:01.5Z')).toEqual(new DuckDBTimestampValue(1_500_000n));
    expect(readText('boolean', 'TRUE')).toBe(true);
    expect(readText('boolean', 'yes')).toBeUndefined();
  });

  it('of plain digits have the same value by either way of reading', () => {
    const numeric = fc.constantFrom<CellType>('id', 'whole', 'number', 'time');
    const digits = fc.array(fc.constantFrom(...'0123456789.-'.split('')), { minLength: 1, maxLength: 16 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(numeric, digits, (type, text) => {
        const value = readDigits(type, Buffer.from(text), 0, text.length);
        fc.pre(value !== undefined);
        expect(value).toBe(readText(type, text));
      }),
      { numRuns: 2000, maxSkipsPerRun: 50 },
    );
  });

  it('of a column say its type; leading zeros keep it a text', () => {
    expect(inferType(['1', '2'])).toBe('whole');
    expect(inferType(['1', '2.0'])).toBe('number');
    expect(inferType(['02139', '10001'])).toBe('text');
    expect(inferType(['2001-02-03'])).toBe('date');
    expect(inferType(['2001-02-03', '2001-02-03 04:05'])).toBe('timestamp');
    expect(inferType([])).toBe('text');
  });

  it('agree with the calendar of the platform', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
        expect(isoSeconds(date.toISOString())).toBeCloseTo(date.getTime() / 1000, 6);
      }),
    );
  });
});
