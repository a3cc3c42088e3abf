import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let engine: TestEngine;
beforeAll(async () => (engine = await openTestEngine()));
afterAll(() => engine.close());

type Line = { text: string; becomes: 'row' | 'text' | 'reject' | 'nothing'; tag?: string; takes: number };
const quoted = (tag: string) => `"${tag.replaceAll('"', '""')}"`;
const plainTag = fc.constantFrom('funny', 'sci-fi', "it's", 'é', 'a:b');
const quotedTag = fc.array(fc.constantFrom('x', ',', '"', '\n', '\r\n', ' ', 'ö'), { minLength: 1, maxLength: 6 }).map((parts) => `t${parts.join('')}t`);
const time = fc.nat(1e9).map(String);
const line: fc.Arbitrary<Line> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(plainTag, time).map(([tag, t]): Line => ({ text: `1,2,${tag},${t}`, becomes: 'row', tag, takes: 1 })) },
  { weight: 3, arbitrary: fc.tuple(quotedTag, time).map(([tag, t]): Line => ({ text: `1,2,${quoted(tag)},${t}`, becomes: 'row', tag, takes: tag.split('\n').length })) },
  fc.constantFrom('x', '1.5', '-3', '0', '1e3').map((id): Line => ({ text: `${id},2,bad,5`, becomes: 'text', tag: 'bad', takes: 1 })),
  quotedTag.map((tag): Line => ({ text: `1,2,${quoted(tag)},soon`, becomes: 'text', tag, takes: tag.split('\n').length })),
  fc.constantFrom('1,2,short', '1,2,long,3,4', 'one', '1,2,"a"b c,3x,y').map((text): Line => ({ text, becomes: 'reject', takes: 1 })),
  fc.constant<Line>({ text: '', becomes: 'nothing', takes: 1 }),
);

/** Each row of a raw table with the line that the map of lines gives it. */
const withLines = `
  SELECT l.first_line + (t.row - l.first_row) AS line, t.tag
  FROM (SELECT rowid AS row, tag FROM raw.tags) t
  ASOF JOIN (SELECT * FROM raw.lines WHERE table_name = 'tags') l ON t.row >= l.first_row
  ORDER BY t.row`;

describe('an import of a file with anything in it', () => {
  it('keeps each line as a row, a row with unreadable cells, or a reject, and knows where it stood', async () => {
    const file = path.join(engine.folder, 'tags.csv');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 30 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean(), fc.boolean(), async (lines, eol, bom, header, last) => {
        // Good rows around them, so that there is something to import and, without a header, most lines have four cells.
        const good: Line = { text: '7,8,good,9', becomes: 'row', tag: 'good', takes: 1 };
        const all = [good, ...lines, ...lines.map(() => good)];
        await writeFile(file, `${bom ? '\uFEFF' : ''}${header ? `userId,movieId,tag,timestamp${eol}` : ''}${all.map(({ text }) => text).join(eol)}${last ? eol : ''}`);
        let at = header ? 2 : 1;
        const expected = all.map((one) => ({ ...one, line: (at += one.takes) - one.takes }));
        const of = (becomes: Line['becomes']) => expected.filter((one) => one.becomes === becomes);

        await engine.imported(file, { options: { as: 'tags', header } });
        expect(await engine.rows(withLines)).toEqual(of('row').map(({ line: l, tag }) => ({ line: l, tag })));
        expect(await engine.rows('SELECT line, tag FROM raw.tags_text ORDER BY rowid')).toEqual(of('text').map(({ line: l, tag }) => ({ line: l, tag })));
        expect(await engine.rows("SELECT line, text FROM raw.rejects WHERE table_name = 'tags' ORDER BY line")).toEqual(of('reject').map(({ line: l, text }) => ({ line: l, text })));
        const [counts] = await engine.rows("SELECT rows, unreadable, rejected FROM raw.files WHERE table_name = 'tags'");
        expect(counts).toEqual({ rows: of('row').length, unreadable: of('text').length, rejected: of('reject').length });
      }),
      { numRuns: 60 },
    );
  });

  it('adds to what is there when asked to, with rows and lines going on', async () => {
    const first = path.join(engine.folder, 'tags.csv');
    const second = path.join(engine.folder, 'more-tags.csv');
    await writeFile(first, 'userId,movieId,tag,timestamp\n1,2,a,3\n\n1,2,b,3\n');
    await writeFile(second, 'userId,movieId,tag,timestamp\n\n1,2,c,3\nx,2,d,3\n1,2,e,3\n');
    await engine.imported(first);
    await engine.imported(second, { options: { append: true, as: 'tags' } });
    expect(await engine.rows(withLines)).toEqual([{ line: 2, tag: 'a' }, { line: 4, tag: 'b' }, { line: 3, tag: 'c' }, { line: 5, tag: 'e' }]);
    expect(await engine.rows("SELECT first_row, rows, unreadable FROM raw.files WHERE table_name = 'tags' ORDER BY file_id")).toEqual([{ first_row: 0, rows: 2, unreadable: 0 }, { first_row: 2, rows: 2, unreadable: 1 }]);
    await engine.imported(first);
    expect(await engine.rows("SELECT count(*) AS files FROM raw.files WHERE table_name = 'tags'")).toEqual([{ files: 1 }]);
  });
});
