import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { serialText } from '../../../electron/engine/sources/sheet-dates.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';
import { columnName, type TestCell, type TestSheet, workbookParts, writeParts, writeWorkbook } from '../../support/workbook.ts';

let engine: TestEngine;
beforeAll(async () => (engine = await openTestEngine()));
afterAll(() => engine.close());

const at = (name: string) => path.join(engine.folder, name);
async function preview(file: string) {
  return engine.engine.call('import.preview', { files: [await engine.engine.context.files.grant(file)] });
}

const ratings: TestSheet = { name: 'ratings', rows: [['userId', 'movieId', 'rating', 'timestamp'], [1, 11, 4.5, { number: 36_526.5, style: 2 }], [1, 12, { error: '#DIV/0!' }, { number: 36_526, style: 1 }], [2, 11, 'abc', 964982703], [2, 12, 3, { error: '#N/A' }]] };
const films: TestSheet = { name: 'Films 2020', rows: [['movieId', 'title', 'genres'], [11, 'Köln & <Rom> (1999)', 'Drama'], [12, { inline: ' Inline_x0041_ ' }, null]] };

describe('a workbook', () => {
  it('is one file a sheet: each is recognised, hidden and empty ones are left aside', async () => {
    await writeWorkbook(at('book.xlsx'), [ratings, films, { name: 'secret', rows: [[1]], hidden: true }, { name: 'Sheet3', rows: [] }]);
    const { files, ignored } = await preview(at('book.xlsx'));
    expect(files.map(({ path: name, kind, table, format, problems }) => ({ name, kind, table, format, problems }))).toEqual([
      { name: 'book.xlsx › ratings', kind: 'ratings', table: 'ratings', format: 'xlsx', problems: [] },
      { name: 'book.xlsx › Films 2020', kind: 'movies', table: 'movies', format: 'xlsx', problems: [] },
    ]);
    expect(ignored).toEqual([{ path: 'book.xlsx › secret', reason: 'a hidden sheet' }, { path: 'book.xlsx › Sheet3', reason: 'an empty sheet' }]);

    const job = await engine.imported(at('book.xlsx'));
    expect(job.result).toMatchObject({ files: [{ path: 'book.xlsx › ratings', rows: 4, rejected: 0 }, { path: 'book.xlsx › Films 2020', rows: 2 }] });
    expect(await engine.rows('SELECT * FROM raw.ratings')).toEqual([{ user_id: 1, movie_id: 11, rating: 4.5, timestamp: 946728000 }, { user_id: 2, movie_id: 12, rating: 3, timestamp: null }]);
    expect(await engine.rows('SELECT * EXCLUDE (file_id) FROM raw.ratings_text')).toEqual([
      { line: 3, user_id: '1', movie_id: '12', rating: '#DIV/0!', timestamp: '2000-01-01' }, { line: 4, user_id: '2', movie_id: '11', rating: 'abc', timestamp: '964982703' },
    ]);
    expect(await engine.rows('SELECT title, genres FROM raw.movies')).toEqual([{ title: 'Köln & <Rom> (1999)', genres: 'Drama' }, { title: ' InlineA ', genres: null }]);
    expect(await engine.rows("SELECT first_row, first_line FROM raw.lines WHERE table_name = 'ratings' ORDER BY first_row")).toEqual([{ first_row: 0, first_line: 2 }, { first_row: 1, first_line: 5 }]);
  });

  it('has the sheets imported that one chooses', async () => {
    await writeWorkbook(at('choice.xlsx'), [ratings, films]);
    const job = await engine.imported(at('choice.xlsx'), { perFile: { 'choice.xlsx › ratings': { skip: true } } });
    expect(job.result).toMatchObject({ files: [{ path: 'choice.xlsx › Films 2020' }] });
    expect((await engine.imported(at('choice.xlsx'), { options: { sheets: ['ratings'] } })).result).toMatchObject({ files: [{ path: 'choice.xlsx › ratings' }] });
    expect((await engine.import(at('choice.xlsx'), { options: { sheets: ['Ratings'] } })).error).toMatchObject({ code: 'not-found', message: 'There is no sheet Ratings with rows.', hint: 'The sheets are ratings, Films 2020.' });
  });

  it('may have headings, blank names and a table that begins anywhere', async () => {
    const rows: TestCell[][] = [[null, 'Sold in 2020'], [], [null, 'Film', null, 'Sold', 'On', 'At', 'Long', 'Good'], [null, 'Up', 'x', 12, { number: 44_000, style: 1 }, { number: 0.75, style: 3 }, { number: 96.5, style: 4 }, true],
      [null, 'Heat', null, 7, { number: 44_001.25, style: 2 }, { number: 0.5, style: 3 }, { number: 170, style: 4 }, false], ...Array.from({ length: 400 }, () => [null, 'Any', null, 1]), [null, 'Wide', null, 1, null, null, null, null, 'more'], ['left', 'Odd', null, 2]];
    await writeWorkbook(at('shop.xlsx'), [{ name: 'Sheet1', rows, after: '<mergeCells count="1"><mergeCell ref="B3:C3"/></mergeCells>' }]);
    const { files } = await preview(at('shop.xlsx'));
    expect(files[0]).toMatchObject({ path: 'shop.xlsx', table: 'shop', header: true, rejects: [{ line: 1, reason: 'The row stands above the table.', text: '\tSold in 2020' }] });
    const job = await engine.import(at('shop.xlsx'), { options: { types: { Sold: 'BIGINT' } } });
    expect(job.error).toBeUndefined();
    expect(await engine.rows('SELECT * FROM raw.shop LIMIT 2')).toEqual([
      { film: 'Up', column2: 'x', sold: 12, on: '2020-06-18T00:00:00Z', at: '18:00:00', long: 96.5, good: true }, { film: 'Heat', column2: null, sold: 7, on: '2020-06-19T06:00:00Z', at: '12:00:00', long: 170, good: false },
    ]);
    expect(await engine.rows("SELECT line, reason FROM raw.rejects WHERE table_name = 'shop' ORDER BY line")).toEqual([
      { line: 1, reason: 'The row stands above the table.' }, { line: 406, reason: 'The row has 8 cells where 7 are expected.' }, { line: 407, reason: 'The row begins to the left of the table.' },
    ]);
  });

  it('counts its days from 1904 where it says so', async () => {
    await writeWorkbook(at('mac.xlsx'), [{ name: 'days', rows: [['day'], [{ number: 0, style: 1 }], [{ number: 36_526, style: 1 }]] }], { from1904: true });
    await engine.imported(at('mac.xlsx'));
    expect(await engine.rows('SELECT day FROM raw.days')).toEqual([{ day: '1904-01-01' }, { day: '2004-01-02' }]);
    expect([serialText(1, 'date', false), serialText(59, 'date', false), serialText(61, 'date', false), serialText(45_292.999_99, 'date', false)]).toEqual(['1900-01-01', '1900-02-28', '1900-03-01', '2024-01-01T23:59:59.136']);
  });

  it('gives back whatever texts and numbers it holds', async () => {
    const cell = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)), fc.string({ unit: fc.constantFrom('a', 'ß', '<', '&', '"', ' ', '\n', '😀', '_x', ']') }).map((text) => `t${text}t`), fc.constant(null));
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(99), cell, cell), { minLength: 1, maxLength: 20 }), async (rows) => {
      await writeWorkbook(at('any.xlsx'), [{ name: 'any', rows: [['no', 'a', 'b'], ...rows.map(([no, a, b]) => [no, a, typeof b === 'string' ? { inline: b } : b])] }]);
      await engine.imported(at('any.xlsx'), { options: { header: true, types: { a: 'VARCHAR', b: 'VARCHAR' } } });
      const text = (value: string | number | null) => (value === null ? null : String(value));
      expect(await engine.rows('SELECT no, a, b FROM raw.any')).toEqual(rows.map(([no, a, b]) => ({ no, a: text(a), b: text(b) })));
    }), { numRuns: 25 });
  });
});

describe('a workbook that cannot be read is refused with a remedy:', () => {
  const refusal = async (file: string) => {
    const error: unknown = await preview(at(file)).catch((thrown: unknown) => thrown);
    if (!(error instanceof ReelbenchError)) throw new Error('It was not refused.');
    expect(error).toMatchObject({ code: 'invalid-input', file, hint: expect.any(String) });
    return error.message;
  };

  it('one with a password', async () => {
    await writeFile(at('locked.xlsx'), Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)]));
    expect(await refusal('locked.xlsx')).toContain('protected with a password');
  });
  it('one that is none', async () => {
    await writeFile(at('text.xlsx'), 'a,b\n1,2\n');
    expect(await refusal('text.xlsx')).toContain('is damaged: it does not begin like one');
    await writeFile(at('empty.xlsx'), '');
    expect(await refusal('empty.xlsx')).toContain('is empty');
    await writeParts(at('other.xlsx'), new Map([['a.txt', 'b']]));
    expect(await refusal('other.xlsx')).toContain('no Excel workbook');
  });
  it('one cut short', async () => {
    await writeWorkbook(at('whole.xlsx'), [films]);
    const whole = await readFile(at('whole.xlsx'));
    await writeFile(at('cut.xlsx'), whole.subarray(0, whole.length - 100));
    expect(await refusal('cut.xlsx')).toContain('is damaged');
  });
  it.each([
    ['XML that does not close', 'xl/worksheets/sheet1.xml', '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></row>', /is damaged \(xl\/worksheets\/sheet1\.xml: line 1, character \d+: unexpected close tag/],
    ['entities that expand', 'xl/workbook.xml', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>', /document type/],
    ['a text that is not there', 'xl/worksheets/sheet1.xml', '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData></worksheet>', /row 1 of xl\/worksheets\/sheet1\.xml names a text that is not there/],
    ['a cell at no place', 'xl/worksheets/sheet1.xml', '<worksheet><sheetData><row r="1"><c r="1A"><v>9</v></c></row></sheetData></worksheet>', /has a cell at 1A/],
    ['no rows', 'xl/worksheets/sheet1.xml', '<worksheet><sheetData/></worksheet>', /no sheet with rows/],
  ])('one with %s', async (_, part, text, message) => {
    await writeParts(at('bad.xlsx'), new Map([...workbookParts([films]), [part, text]]));
    expect(await refusal('bad.xlsx')).toMatch(message);
  });
  it('one that unpacks to far more than its size', async () => {
    const line = ' '.repeat(1024 * 1024);
    await writeParts(at('bomb.xlsx'), new Map<string, string | Iterable<string>>([...workbookParts([films]), ['xl/sharedStrings.xml', Array.from({ length: 80 }, () => line)]]));
    expect(await refusal('bomb.xlsx')).toContain('would unpack to far more than its size');
  });
  it('and in a folder is left aside with the reason', async () => {
    await writeFile(at('locked2.xlsx'), Buffer.from('d0cf11e0a1b11ae1', 'hex'));
    await writeFile(at('tags.csv'), 'userId,movieId,tag,timestamp\n1,2,a,3\n');
    expect((await preview(engine.folder)).ignored).toContainEqual({ path: expect.stringContaining('locked2.xlsx'), reason: expect.stringContaining('password') });
  });
});

it('columns have the names that Excel gives them', () => expect([0, 25, 26, 701].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ']));
