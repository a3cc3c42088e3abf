import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import type { ErrorData } from '../../../shared/contract/index.ts';
import { Workspace } from '../../../electron/engine/workspace/workspace.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let engine: TestEngine;
let folder: string;
beforeEach(async () => {
  engine = await openTestEngine();
  folder = path.join(engine.folder, 'given');
  await mkdir(folder);
});
afterEach(() => engine.close());

const ratings = 'userId,movieId,rating,timestamp\n1,2,3.5,964982703\n1,3,4.0,964982704\n';

async function given(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** Imports what must fail; then the workspace is as before, with nothing left behind. */
async function refused(file: string, options = {}): Promise<ErrorData> {
  await engine.imported(await given('before/ratings.csv', ratings));
  const before = await state();
  const job = await engine.import(file, options);
  expect(job.status).toBe('failed');
  expect(await state()).toEqual(before);
  expect(await readdir(path.join(engine.folder, 'home')).then((names) => names.filter((name) => name.startsWith('unpacked')))).toEqual([]);
  if (!job.error) throw new Error('The job has no error.');
  expect(job.error.hint).toBeTruthy();
  expect(job.error.message).not.toMatch(/Error:|duckdb/i);
  return job.error;
}

const state = async () => ({
  ratings: await engine.rows('SELECT * FROM raw.ratings'),
  files: await engine.rows('SELECT * FROM raw.files'),
  tables: await engine.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' ORDER BY 1"),
});

async function zip(name: string, entries: Readonly<Record<string, string>>, rename: readonly [string, string] = ['', '']): Promise<string> {
  const archive = new yazl.ZipFile();
  for (const [entry, content] of Object.entries(entries)) archive.addBuffer(Buffer.from(content), entry);
  archive.end();
  const file = path.join(folder, name);
  await finished(archive.outputStream.pipe(createWriteStream(file)));
  const bytes = await readFile(file);
  if (rename[0] !== '') await writeFile(file, Buffer.from(bytes.toString('latin1').replaceAll(rename[0], rename[1]), 'latin1'));
  return file;
}

describe('is refused with the place and a remedy, and nothing changes:', () => {
  it('an empty file', async () => {
    expect(await refused(await given('ratings.csv', ''))).toMatchObject({ code: 'invalid-input', file: 'ratings.csv', message: 'ratings.csv is empty.' });
  });

  it('a header alone', async () => {
    expect(await refused(await given('ratings.csv', 'userId,movieId,rating,timestamp\n'))).toMatchObject({ code: 'invalid-input', line: 1, message: 'ratings.csv has a header and no rows.' });
  });

  it('a binary file', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256));
    expect(await refused(await given('ratings.csv', bytes))).toMatchObject({ code: 'invalid-input', message: 'ratings.csv is not a text: it holds binary data.' });
  });

  it('a broken Parquet file', async () => {
    expect(await refused(await given('ratings.parquet', 'PAR1 and then nothing of the kind'))).toMatchObject({ code: 'invalid-input', file: 'ratings.parquet' });
  });

  it('an archive that names files outside itself, which are not written', async () => {
    const file = await zip('evil.zip', { 'xx/ratings.csv': ratings }, ['xx/', '../']);
    expect(await refused(file)).toMatchObject({ code: 'invalid-input', file: 'evil.zip', message: 'The archive evil.zip names a file outside itself (../ratings.csv).' });
    expect(await readdir(folder)).not.toContain('ratings.csv');
  });

  it('an archive with an absolute name, and a damaged one', async () => {
    expect(await refused(await zip('absolute.zip', { 'x/ratings.csv': ratings }, ['x/', '//']))).toMatchObject({ code: 'invalid-input', file: 'absolute.zip' });
    expect((await engine.import(await given('cut.zip', 'PK\u0003\u0004 and no more'))).error).toMatchObject({ code: 'invalid-input', file: 'cut.zip' });
  });

  it('an archive that unpacks to far more than its size', async () => {
    expect(await refused(await zip('bomb.zip', { 'ratings.csv': '0'.repeat(70 * 1024 * 1024) }))).toMatchObject({ code: 'invalid-input', file: 'bomb.zip' });
  });

  it('a missing column', async () => {
    const error = await refused(await given('ratings.csv', 'userId,movieId,timestamp\n1,2,3\n'));
    expect(error).toMatchObject({ code: 'invalid-input', file: 'ratings.csv', column: 'rating', message: 'ratings.csv has no column for rating.' });
    expect(error.hint).toContain('userId, movieId, timestamp');
  });

  it('10,000 columns', async () => {
    const row = Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',');
    expect(await refused(await given('wide.csv', `${row}\n${row}\n`))).toMatchObject({ code: 'invalid-input', file: 'wide.csv', message: 'wide.csv has more than 1000 columns.' });
  });

  it('nothing but a line of 50 MB', async () => {
    expect(await refused(await given('long.csv', Buffer.alloc(50 * 1024 * 1024, 'x')))).toMatchObject({ code: 'invalid-input', file: 'long.csv', line: 1 });
  });

  it('a folder without data', async () => {
    await given('none/README.txt', 'about');
    expect(await refused(path.join(folder, 'none'))).toMatchObject({ code: 'invalid-input', message: 'There is no data in none. It holds none/README.txt.' });
  });

  it('a file where no line is like the others say', async () => {
    expect(await refused(await given('ratings.dat', '1,2,3,4\n1,2,3,4\n'))).toMatchObject({ code: 'invalid-input', file: 'ratings.dat', line: 1 });
  });

  it('one bad file among good ones, unless it is skipped', async () => {
    await given('set/ratings.csv', ratings);
    await given('set/tags.csv', '');
    expect(await refused(path.join(folder, 'set'))).toMatchObject({ file: 'set/tags.csv' });
    expect((await engine.import(path.join(folder, 'set'), { perFile: { 'set/tags.csv': { skip: true } } })).status).toBe('succeeded');
  });
});

describe('is read as it is meant:', () => {
  const read = async (name: string, content: string | Buffer) => {
    await engine.imported(await given(name, content));
    return engine.rows('SELECT user_id, movie_id, rating, timestamp FROM raw.ratings ORDER BY rowid');
  };
  const expected = [{ user_id: 1, movie_id: 2, rating: 3.5, timestamp: 964982703 }, { user_id: 1, movie_id: 3, rating: 4, timestamp: 964982704 }];

  it('a path with an apostrophe, a space, an umlaut and brackets', async () => expect(await read("it's ä [1]*?/ratings.csv", ratings)).toEqual(expected));
  it('mixed line ends', async () => expect(await read('ratings.csv', 'userId,movieId,rating,timestamp\r\n1,2,3.5,964982703\r1,3,4.0,964982704\n')).toEqual(expected));
  it('a byte order mark', async () => expect(await read('ratings.csv', `\uFEFF${ratings}`)).toEqual(expected));
  it('UTF-16 with and without a byte order mark', async () => {
    expect(await read('ratings.csv', Buffer.from(`\uFEFF${ratings}`, 'utf16le'))).toEqual(expected);
    expect(await read('ratings.csv', Buffer.from(`\uFEFF${ratings}`, 'utf16le').swap16())).toEqual(expected);
    expect(await read('ratings.csv', Buffer.from(ratings, 'utf16le'))).toEqual(expected);
  });
  it('a line of 50 MB among others, which is rejected', async () => {
    const lines = Buffer.concat([Buffer.from(ratings), Buffer.alloc(50 * 1024 * 1024, 'x'), Buffer.from('\n9,9,1.0,5\n')]);
    expect(await read('ratings.csv', lines)).toEqual([...expected, { user_id: 9, movie_id: 9, rating: 1, timestamp: 5 }]);
    const { total, rows } = await engine.engine.call('import.rejects', {});
    expect(total).toBe(1);
    expect(rows[0]).toMatchObject({ file: 'ratings.csv', line: 4, column: null, reason: 'The line is longer than 16 MB.' });
    expect(rows[0]?.text.length).toBe(500);
    expect(await engine.rows('SELECT first_row, first_line FROM raw.lines')).toEqual([{ first_row: 0, first_line: 2 }, { first_row: 2, first_line: 5 }]);
  });
  it('cells that say that there is no value, by default and as told', async () => {
    const text = 'userId,movieId,rating,timestamp\n1,2,NA,\\N\n1,  ,4,-99\n';
    expect(await read('ratings.csv', text)).toEqual([{ user_id: 1, movie_id: 2, rating: null, timestamp: null }, { user_id: 1, movie_id: null, rating: 4, timestamp: -99 }]);
    await engine.imported(path.join(folder, 'ratings.csv'), { options: { nullTokens: ['-99'] } });
    expect(await engine.rows('SELECT timestamp FROM raw.ratings')).toEqual([{ timestamp: null }]);
    expect(await engine.rows('SELECT line, user_id, rating, timestamp FROM raw.ratings_text')).toEqual([{ line: 2, user_id: '1', rating: 'NA', timestamp: '\\N' }]);
  });
});

describe('a workspace', () => {
  it('that another engine holds is said to be in use', async () => {
    const script = `import { Workspace } from ${JSON.stringify(new URL('../../../electron/engine/workspace/workspace.ts', import.meta.url).href)};
      try { await Workspace.open(process.argv[1], { memoryLimitMB: 128, threads: 1 }); } catch (error) { console.log(JSON.stringify(error.toData())); }`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script, engine.workspace], { encoding: 'utf8' });
    expect(JSON.parse(out)).toMatchObject({ code: 'workspace-in-use' });
  });

  it('in a folder that cannot be written says so', async (test) => {
    const locked = path.join(engine.folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    if (process.getuid?.() === 0) {
      // Root may write anywhere but on a file system that is mounted read-only.
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', locked], { stdio: 'pipe' });
      } catch {
        test.skip('root may write everywhere, and mounting is not allowed here');
      }
    }
    try {
      await expect(Workspace.open(path.join(locked, 'w'), { memoryLimitMB: 128, threads: 1 })).rejects.toMatchObject({ code: 'workspace-read-only' });
    } finally {
      if (process.getuid?.() === 0) execFileSync('umount', [locked]);
    }
  });

  it('on a full disk keeps its last good state', async (test) => {
    const small = path.join(engine.folder, 'small');
    await mkdir(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small], { stdio: 'pipe' });
    } catch {
      test.skip('mounting a small tmpfs needs root');
    }
    const other = await openTestEngine({ folder: small });
    try {
      await other.imported(await given('ratings.csv', ratings));
      const lines = Array.from({ length: 120_000 }, (_, i) => `${i + 1},1,${createHash('sha512').update(String(i)).digest('hex')},1`);
      const job = await other.import(await given('tags.csv', `userId,movieId,tag,timestamp\n${lines.join('\n')}\n`));
      expect(job.error).toMatchObject({ code: 'disk-full' });
      expect(job.error?.hint).toBeTruthy();
      expect(await other.rows('SELECT count(*) AS n FROM raw.ratings')).toEqual([{ n: 2 }]);
      expect(await other.rows("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'tags'")).toEqual([{ n: 0 }]);
    } finally {
      await other.engine.close();
      execFileSync('umount', [small]);
    }
  });
});
