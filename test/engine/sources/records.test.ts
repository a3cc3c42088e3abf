import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, type Dialect, MAX_RECORD_BYTES, RecordReader } from '../../../electron/engine/sources/records.ts';

interface Found {
  line: number;
  cells?: string[];
  broken?: string;
  /** Physical lines that it takes up. */
  lines: number;
}

function read(pieces: readonly (string | Buffer)[], dialect: Dialect = { delimiter: ',', quoted: true }): Found[] {
  const found: Found[] = [];
  const reader = new RecordReader(dialect, {
    record: (bytes, place) => {
      const whole = bytes.toString('utf8', place.start, place.end);
      found.push({ line: place.line, cells: Array.from({ length: place.count }, (_, i) => cellText(bytes, place, i)), lines: 1 + (whole.match(/\r\n|\n|\r/g)?.length ?? 0) });
    },
    broken: (line, reason, text) => found.push({ line, broken: `${reason} ${text.toString('utf8', 0, 20)}`, lines: 1 }),
  });
  for (const piece of pieces) reader.push(Buffer.from(piece));
  reader.end();
  return found;
}

const cells = (...pieces: string[]) => read(pieces).map((found) => found.cells ?? found.broken);

describe('records of a delimited text', () => {
  it('end at LF, CRLF and CR, mixed, with or without a last one; empty lines are none', () => {
    expect(read(['a,b\r\n\r\nc,d\re,f\n\n\ng,h'])).toEqual([
      { line: 1, cells: ['a', 'b'], lines: 1 }, { line: 3, cells: ['c', 'd'], lines: 1 }, { line: 4, cells: ['e', 'f'], lines: 1 }, { line: 7, cells: ['g', 'h'], lines: 1 },
    ]);
  });

  it('hold delimiters, quotes and line ends within quotes', () => {
    expect(read(['1,"a, ""b""\r\nc",2\n3,,""\n'])).toEqual([{ line: 1, cells: ['1', 'a, "b"\r\nc', '2'], lines: 2 }, { line: 3, cells: ['3', '', ''], lines: 1 }]);
  });

  it('lose only one line to a quote that is left open', () => {
    expect(read(['1,"open,x\n2,"b, c",x\n3,d,x\n'])).toEqual([
      { line: 1, broken: 'A quote is opened here and not closed before the next cell. 1,"open,x', lines: 1 },
      { line: 2, cells: ['2', 'b, c', 'x'], lines: 1 }, { line: 3, cells: ['3', 'd', 'x'], lines: 1 },
    ]);
    expect(read(['1,"open,x\n2,b,x\n'])).toEqual([{ line: 1, broken: 'A quote is opened here and never closed. 1,"open,x', lines: 1 }, { line: 2, cells: ['2', 'b', 'x'], lines: 1 }]);
  });

  it('forgive quotes that are not doubled, when the cell still ends before a delimiter', () => {
    expect(cells('1,"say "hi" now",2\n', '3,"\\"\\"Great\\"\\" Cats","Musical"\n')).toEqual([['1', 'say "hi" now', '2'], ['3', '"Great" Cats', 'Musical']]);
  });

  it('may be cut at `::`, where a single colon is text', () => {
    expect(read(['1::Star Wars: A "New" Hope::x\n2::b:::c'], { delimiter: '::', quoted: false }).map((found) => found.cells)).toEqual([['1', 'Star Wars: A "New" Hope', 'x'], ['2', 'b', ':c']]);
  });

  it('longer than 16 MB are passed over, and what follows is read', () => {
    const long = Buffer.alloc(MAX_RECORD_BYTES + 3_000_000, 'x');
    const found = read(['1,a\n', long.subarray(0, 9_000_000), long.subarray(9_000_000), '\n2,b\n']);
    expect(found.map(({ line, cells: c, broken }) => [line, c ?? broken])).toEqual([[1, ['1', 'a']], [2, 'The line is longer than 16 MB. xxxxxxxxxxxxxxxxxxxx'], [3, ['2', 'b']]]);
    const open = read(['1,"a\n', long, '\n2,b\n']);
    expect(open.map(({ line, broken, cells: c }) => [line, c ?? broken?.slice(0, 30)])).toEqual([[1, 'A quote is opened here and not'], [2, 'The line is longer than 16 MB.'], [3, ['2', 'b']]]);
  });

  const anyText = fc.array(fc.constantFrom('a', 'é', '"', '""', ',', '\n', '\r', '\r\n', ':', '::', '\\"', ' '), { maxLength: 60 }).map((parts) => parts.join(''));
  const dialects = fc.constantFrom<Dialect>({ delimiter: ',', quoted: true }, { delimiter: '::', quoted: false }, { delimiter: '::', quoted: true });

  it('are the same however the text arrives in pieces', () => {
    fc.assert(
      fc.property(anyText, dialects, fc.array(fc.nat(120), { maxLength: 8 }), (text, dialect, cuts) => {
        const bytes = Buffer.from(text);
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(read(pieces, dialect)).toEqual(read([bytes], dialect));
      }),
      { numRuns: 2000 },
    );
  });

  it('account for every line that is not empty, exactly once', () => {
    fc.assert(
      fc.property(anyText, dialects, (text, dialect) => {
        const lines = text.split(/\r\n|\n|\r/);
        const taken = read([text], dialect).flatMap(({ line, lines: count }) => Array.from({ length: count }, (_, i) => line + i));
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken).toEqual(expect.arrayContaining(lines.flatMap((content, i) => (content === '' ? [] : [i + 1]))));
        expect(Math.max(0, ...taken)).toBeLessThanOrEqual(lines.length);
      }),
      { numRuns: 2000 },
    );
  });
});
