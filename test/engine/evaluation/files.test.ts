import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFilms } from '../../../electron/engine/evaluation/film-files.ts';
import { UNTIMED } from '../../../electron/engine/evaluation/interactions.ts';
import { readNegatives } from '../../../electron/engine/evaluation/negatives-file.ts';
import { readRatingsFile } from '../../../electron/engine/evaluation/ratings-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
function file(name: string, content: string): string {
  const at = path.join(folder, name);
  writeFileSync(at, content);
  return at;
}
async function read(content: string) {
  const { users, films, ratings, seconds } = await readRatingsFile(file('ratings', content));
  return Array.from(users, (user, row) => [user, films[row], ratings[row], seconds[row]]);
}

describe('a file of ratings', () => {
  test.each([
    ['commas and a header', 'userId,movieId,rating,timestamp\n1,2,3.5,964982703\n2,3,4,964982704\n'],
    ['another order of columns', 'timestamp,rating,item_id,user_id\n964982703,3.5,2,1\n964982704,4,3,2\n'],
    ['double colons, no header', '1::2::3.5::964982703\n2::3::4::964982704'],
    ['tabs, no header', '1\t2\t3.5\t964982703\n2\t3\t4\t964982704\n'],
    ['Windows line ends, a mark of order, blank lines', '\uFEFF1,2,3.5,964982703\r\n\r\n2,3,4,964982704\r\n'],
    ['quotes, milliseconds, a fraction of a second', '"1","2","3.5","964982703000"\n"2","3","4.0","964982704.9"\n'],
    ['a column that is something else', 'user,item,title,rating,timestamp\n1,2,x,3.5,964982703\n2,3,y,4,964982704\n'],
  ])('%s', async (_name, content) => {
    expect(await read(content)).toEqual([[1, 2, 3.5, 964_982_703], [2, 3, 4, 964_982_704]]);
  });

  test('without ratings every one is 1, and without times there are none', async () => {
    expect(await read('5,6\n5,7\n')).toEqual([[5, 6, 1, UNTIMED], [5, 7, 1, UNTIMED]]);
  });

  test.each([
    ['1,2,3,4\n1,x,3,4\n', 2, 'item', 'has "x" for item'],
    ['user,item,rating\n1,2,3\n1,3,good\n', 3, 'rating', 'has "good" for rating'],
    ['1,2,3\n1,2\n', 2, undefined, 'has 2 columns, not 3'],
    ['1,2,3,yesterday\n', 1, 'timestamp', 'has "yesterday" for timestamp'],
    ['1,3000000000,3\n', 1, 'item', 'has "3000000000" for item'],
    ['-1,2,3\n1,2,3\n', 1, 'user', 'header without a column for the user'],
    ['name,item\n1,2\n', 1, 'user', 'header without a column for the user'],
    ['1\n', 1, undefined, 'has 1 column'],
  ])('%j says line and column', async (content, line, column, message) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'invalid-input', line, message: expect.stringContaining(message), ...(column === undefined ? {} : { column }) });
  });

  test('an empty file has no ratings, and one that is not there is said', async () => {
    await expect(read('')).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no ratings') });
    await expect(read('user,item\n')).rejects.toThrow('no ratings');
    await expect(readRatingsFile(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('lines across the pieces that are read', async () => {
    const lines = Array.from({ length: 400_000 }, (_, at) => `${at % 1000}::${at % 77}::4::${964_982_703 + at}`).join('\n');
    const { users, seconds } = await readRatingsFile(file('long', lines));
    expect(users.length).toBe(400_000);
    expect(users[399_999]).toBe(999);
    expect(seconds[399_999]).toBe(964_982_703 + 399_999);
  });
});

test('films to be ranked: the test film among them is dropped and counted', async () => {
  const { films, dropped } = await readNegatives(file('negatives', '(0,25)\t1064\t25\t174\n(1,3)\t9\n'));
  expect([...films]).toEqual([[0, [1064, 174]], [1, [9]]]);
  expect(dropped).toBe(1);
  await expect(readNegatives(file('negatives', '(0,25)\t1064\n0,25\t3\n'))).rejects.toMatchObject({ code: 'invalid-input', line: 2, column: '1' });
  await expect(readNegatives(file('negatives', '(0,25)\t1064\tx\n'))).rejects.toMatchObject({ line: 1, column: '3' });
});

test('titles and genres of MovieLens folders', async () => {
  const at = mkdtempSync(path.join(folder, 'ml-'));
  expect(await readFilms(at)).toBeUndefined();
  writeFileSync(path.join(at, 'u.genre'), 'unknown|0\nAction|1\nComedy|2\n');
  writeFileSync(path.join(at, 'u.item'), '1|Toy Story (1995)|01-Jan-1995||http://x|0|0|1\n');
  expect([...((await readFilms(at))?.genres ?? [])]).toEqual([[1, ['Comedy']]]);
  writeFileSync(path.join(at, 'movies.dat'), "1::Toy Story (1995)::Animation|Children's\n");
  expect([...((await readFilms(at))?.genres ?? [])]).toEqual([[1, ['Animation', "Children's"]]]);
  writeFileSync(path.join(at, 'movies.csv'), 'movieId,title,genres\n11,"American President, The (1995)",Comedy|Drama\n12,"A ""B""",(no genres listed)\n');
  const films = await readFilms(at);
  expect([...(films?.titles ?? [])]).toEqual([[11, 'American President, The (1995)'], [12, 'A "B"']]);
  expect(films?.genres.get(12)).toEqual([]);
});
