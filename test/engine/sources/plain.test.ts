import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPlain, mayBePlain, NotPlain } from '../../../electron/engine/sources/load-plain.ts';
import { loadText } from '../../../electron/engine/sources/load-text.ts';
import { planFile } from '../../../electron/engine/sources/plan.ts';
import { RawTables, RowWriter } from '../../../electron/engine/sources/raw-tables.ts';
import { selectFiles } from '../../../electron/engine/sources/selection.ts';
import type { Session } from '../../../electron/engine/workspace/session.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let engine: TestEngine;
beforeAll(async () => (engine = await openTestEngine()));
afterAll(() => engine.close());

const loading = { signal: new AbortController().signal, progress: () => undefined };
class Undo extends Error {}

/** What each of the two loaders makes of a file; `null` when the fast one says that it is not plain. */
async function load(text: string, how: 'plain' | 'text', name = 'ratings.csv') {
  const file = path.join(engine.folder, name);
  await writeFile(file, text);
  const { files: [source] } = await selectFiles([file], loading.signal);
  if (!source) throw new Error('no file');
  const plan = await planFile(source, [source], {});
  let result: unknown;
  const work = async (session: Session) => {
    const table = await new RawTables(session, false).prepare('ratings', plan.targets);
    if (how === 'plain') {
      if (!mayBePlain(plan, 0)) throw new NotPlain('at the first look');
      const { sha256, bytes } = await loadPlain(plan, file, table, 0, session, loading);
      result = { sha256, bytes };
    } else {
      const writer = await RowWriter.open(session, table, 0);
      result = await loadText(plan, file, table, { main: writer, unfolded: new Map() }, loading);
      writer.close();
    }
    result = {
      file: result, rows: await session.all('SELECT * FROM raw.ratings'), lines: await session.all('SELECT * FROM raw.lines'),
      others: await session.all('SELECT count(*) AS n FROM raw.rejects UNION ALL SELECT count(*) FROM raw.ratings_text'),
    };
    throw new Undo();
  };
  try {
    await engine.engine.context.workspace().write(work);
  } catch (error) {
    if (error instanceof NotPlain) return null;
    if (!(error instanceof Undo)) throw error;
  }
  return result;
}

describe('a file of plain numbers', () => {
  it.each([
    ['LF', 'userId,movieId,rating,timestamp\n1,2,3.5,964982703\n1,3,4,964982704\n'],
    ['CRLF', 'userId,movieId,rating,timestamp\r\n1,2,3.5,964982703\r\n1,3,4,964982704\r\n'],
    ['no last line end', 'userId,movieId,rating,timestamp\n1,2,3.5,964982703\n1,3,4,964982704'],
    ['no header', '1,2,3.5,964982703\n1,3,4,964982704\n'],
    ['semicolons', 'userId;movieId;rating;timestamp\n1;2;3.5;964982703\n'],
    ['tabs', 'userId\tmovieId\trating\ttimestamp\n1\t2\t3.5\t964982703\n'],
    ['missing cells', 'userId,movieId,rating,timestamp\n1,,3.5,\n,,,\n'],
    ['values outside the scale', 'userId,movieId,rating,timestamp\n1,2,-3.5,-1\n1,3,700,1\n'],
    ['other order', 'timestamp,rating,movieId,userId\n5,3.5,2,1\n'],
  ])('is loaded by DuckDB’s reader as by our own: %s', async (_, text) => {
    const plain = await load(text, 'plain');
    expect(plain).not.toBeNull();
    expect(plain).toEqual(await load(text, 'text'));
  });

  it.each([
    ['a fraction in an id', '1,2,3.5,4\n1.5,2,3.5,4\n'], ['an id below one', '1,2,3.5,4\n0,2,3.5,4\n'], ['a negative id', '1,2,3.5,4\n1,-2,3.5,4\n'], ['a time with a fraction', '1,2,3.5,4.5\n'],
    ['a time too late', '1,2,3,100000000000000\n'], ['an empty line', '1,2,3,4\n\n1,2,3,4\n'], ['a short line', '1,2,3,4\n1,2\n'], ['a long line', '1,2,3,4\n1,2,3,4,5\n'], ['a text', `1,2,3,4\n${'1,2,3,4\n'.repeat(40_000)}abc,2,3,4\n`],
    ['a carriage return alone', '1,2,3,4\r1,2,3,4\n'], ['two points', '1,2,3..5,4\n'], ['an id beyond exact doubles', '9007199254740993,2,3,4\n'],
  ])('is told from one with %s', async (_, text) => expect(await load(`userId,movieId,rating,timestamp\n${text}`, 'plain')).toBeNull());

  it('never differs between the two readers', async () => {
    const cell = fc.oneof(fc.nat(99999).map(String), fc.constantFrom('', '3.5', '4.0', '.5', '5.', '-1', '0', '007', '1.50', '-0', '12.0', '-', '.', '1-2', '123456789012345678'));
    const row = fc.array(cell, { minLength: 4, maxLength: 4 }).map((cells) => cells.join(','));
    const eol = fc.constantFrom('\n', '\r\n');
    let loaded = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 3 }), eol, fc.boolean(), async (rows, end, last) => {
        const text = `userId,movieId,rating,timestamp${end}${rows.join(end)}${last ? end : ''}`;
        const plain = await load(text, 'plain');
        if (plain === null) return;
        loaded++;
        expect(plain).toEqual(await load(text, 'text'));
      }),
      { numRuns: 150 },
    );
    expect(loaded).toBeGreaterThan(5);
  });
});
