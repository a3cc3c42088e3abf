import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArrayReader } from '../../../electron/engine/sources/json-array.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let engine: TestEngine;
beforeAll(async () => (engine = await openTestEngine()));
afterAll(() => engine.close());

function items(text: string, size = text.length): { read: { line: number; text: string }[]; broken: { line: number; reason: string }[] } {
  const read: { line: number; text: string }[] = [];
  const broken: { line: number; reason: string }[] = [];
  const reader = new ArrayReader({ record: (bytes, { line, start, end }) => read.push({ line, text: bytes.toString('utf8', start, end) }), broken: (line, reason) => broken.push({ line, reason }) });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.push(Buffer.from(bytes.subarray(at, at + size)));
  reader.end();
  return { read, broken };
}

describe('a JSON array', () => {
  it('gives its items as they are written, whatever the pieces that it comes in', () => {
    fc.assert(fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.constantFrom(0, 2), fc.integer({ min: 1, max: 50 }), (values, indent, size) => {
      const { read, broken } = items(JSON.stringify(values, null, indent), size);
      expect(read.map(({ text }) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
      expect(broken).toEqual([]);
    }), { numRuns: 500 });
  });

  it.each<[string, number, { line: number; reason: string }[]]>([
    ['[{"a": 1},\r\n{"a": 2}', 2, [{ line: 2, reason: 'The array is never closed.' }]],
    ['[\n{"a": 1},\n{"a": [}\n', 1, [{ line: 3, reason: 'The item is never closed.' }]],
    ['[{"a": 1}\n{"a": 2}]', 2, [{ line: 2, reason: 'A comma is missing before this item.' }]],
    ['[{"a": 1},\n,{"a": 2}]', 2, [{ line: 2, reason: 'A comma stands where an item is expected.' }]],
    ['[{"a": 1}]\n[]', 1, [{ line: 2, reason: 'Something stands behind the end of the array.' }]],
    ['{"a": 1}', 0, [{ line: 1, reason: 'The file is no JSON array.' }]],
    ['', 0, [{ line: 1, reason: 'The file is no JSON array.' }]],
  ])('%j with a fault says where it is, and the other items are read', (text, count, broken) => {
    for (const size of [1, 3, 100]) {
      const found = items(text, size);
      expect(found.broken).toEqual(broken);
      expect(found.read).toHaveLength(count);
    }
  });

  it('imports with the line that each object begins on; nested values are JSON texts', async () => {
    const file = path.join(engine.folder, 'opinions.json');
    await writeFile(file, '[\n  {"who": 12345678901234567890, "what": {"a": [1, null]}, "score": 4.5},\n  {"who": null,\n   "score": 3},\n  7,\n  {"score": 1, "what": "x\\u00e9"}\n]\n');
    const { files } = await engine.engine.call('import.preview', { files: [await engine.engine.context.files.grant(file)] });
    expect(files[0]).toMatchObject({ format: 'json', table: 'opinions', rejects: [{ line: 5, reason: 'The item is not a JSON object.' }], problems: [] });
    await engine.imported(file);
    expect(await engine.rows('SELECT what, score FROM raw.opinions')).toEqual([{ what: '{"a":[1,null]}', score: 4.5 }, { what: null, score: 3 }, { what: 'xé', score: 1 }]);
    expect(await engine.rows("SELECT first_row, first_line FROM raw.lines WHERE table_name = 'opinions'")).toEqual([{ first_row: 0, first_line: 2 }, { first_row: 2, first_line: 6 }]);
    expect(await engine.rows('SELECT line, reason FROM raw.rejects')).toEqual([{ line: 5, reason: 'The item is not a JSON object.' }]);
  });

  it('is told from one object, which is refused with a remedy', async () => {
    const file = path.join(engine.folder, 'one.json');
    await writeFile(file, '{\n  "results": []\n}\n');
    const job = await engine.import(file);
    expect(job.error).toMatchObject({ code: 'invalid-input', file: 'one.json', line: 1, hint: expect.stringContaining('array of objects') });
  });
});
