import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import type { SourceChange } from '../../../shared/contract/index.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { retrying } from '../../../electron/engine/workspace/retry.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

/** The clock of the engine; file times are the system's own. */
let ahead = 0;
let engine: TestEngine;
let folder: string;
beforeEach(async () => {
  ahead = 0;
  engine = await openTestEngine({ clock: () => new Date(Date.now() + ahead) });
  folder = path.join(engine.folder, 'given');
  await mkdir(folder);
});
afterEach(() => engine.close());

const ratings = (user: number) => `userId,movieId,rating,timestamp\n${user},2,3.5,4\n`;
async function given(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}
const changes = () => engine.engine.call('sources.changes', {});
const summary = async () => Object.fromEntries((await changes()).map(({ path: name, change }) => [name, change]));
async function importChanged() {
  const { jobId } = await engine.engine.call('sources.importChanged', {});
  return engine.engine.context.jobs.ended(jobId);
}
const known = async () => (await engine.rows<{ known: string }>('SELECT known FROM contents.disk ORDER BY disk')).map(({ known: text }) => JSON.parse(text) as { hashedAt: number });

describe('what became of imported files on disk', () => {
  it('whatever is done to files within the grain of the clock, a change is a change and none is none', async () => {
    const random = seededRandom(5);
    const names = ['ratings.csv', 'movies.csv', 'tags.csv'];
    const text = (name: string, value: number) => ({ 'ratings.csv': `userId,movieId,rating,timestamp\n${value},2,3.5,4\n`, 'movies.csv': `movieId,title,genres\n${value},Film (1999),Drama\n`, 'tags.csv': `userId,movieId,tag,timestamp\n${value},2,dark,5\n` })[name] ?? '';
    const imported = new Map(names.map((name) => [name, 11]));
    const onDisk = new Map<string, number | null>(imported);
    await engine.imported(await Promise.all(names.map((name) => given(name, text(name, 11)))));
    for (let step = 0; step < 150; step++) {
      const name = names[Math.floor(random() * names.length)] ?? '';
      const file = path.join(folder, name);
      const before = await stat(file).catch(() => undefined);
      // Of the same size, mostly, and of another now and then.
      const value = random() < 0.15 ? 100 + step : 10 + Math.floor(random() * 3);
      const kind = Math.floor(random() * 6);
      if (kind === 0) await rm(file, { force: true });
      else if (kind === 1) await utimes(file, new Date(), new Date(Date.now() - 1000 * step)).catch(() => undefined);
      else if (kind === 2) {
        await writeFile(`${file}.new`, text(name, value));
        if (before) await utimes(`${file}.new`, before.atime, before.mtime);
        await rename(`${file}.new`, file);
      } else await writeFile(file, text(name, value));
      if (kind > 2 && before) await utimes(file, before.atime, before.mtime);
      if (kind === 0) onDisk.set(name, null);
      else if (kind !== 1) onDisk.set(name, value);
      // The engine may look within the grain of the clock, or when that has surely passed.
      const later = random() < 0.3;
      if (later) await setTimeout(30);
      ahead = later ? 60_000 : 0;
      const expected = Object.fromEntries(names.map((each) => [each, onDisk.get(each) === null ? 'deleted' : onDisk.get(each) === imported.get(each) ? 'unchanged' : 'modified']));
      expect(await summary(), `step ${step}`).toEqual(expected);
      if (later) await setTimeout(30);
      if (random() < 0.1 && !Object.values(expected).includes('deleted')) {
        await importChanged();
        for (const each of names) imported.set(each, onDisk.get(each) ?? 0);
      }
    }
  });

  it('a file of the same size that is written with its old times put back is found, and one that is not touched is not read', async () => {
    const file = await given('ratings.csv', ratings(1));
    await engine.imported(file);
    const [first] = await known();
    ahead = 60_000;
    expect(await summary()).toEqual({ 'ratings.csv': 'unchanged' });
    const [second] = await known();
    expect(second?.hashedAt).toBeGreaterThan((first?.hashedAt ?? 0) + 50_000);
    ahead = 120_000;
    expect(await summary()).toEqual({ 'ratings.csv': 'unchanged' });
    expect(await known()).toEqual([second]);
    await setTimeout(30);
    const { atime, mtime } = await stat(file);
    await writeFile(file, ratings(2));
    await utimes(file, atime, mtime);
    const [found] = await changes();
    expect(found).toMatchObject({ change: 'modified', kind: 'ratings', from: { bytes: 42 }, to: { bytes: 42 } });
    expect(found?.from?.sha256).not.toBe(found?.to?.sha256);
  });

  it('names no path, and knows nothing of what a browser sent or this machine was never given', async () => {
    await mkdir(path.join(engine.folder, 'home', 'uploads', 'x'), { recursive: true });
    await writeFile(path.join(engine.folder, 'home', 'uploads', 'x', 'movies.csv'), 'movieId,title,genres\n1,A (1999),Drama\n');
    await engine.imported(path.join(engine.folder, 'home', 'uploads', 'x', 'movies.csv'));
    await engine.imported(await given('ratings.csv', ratings(1)));
    expect(await summary()).toEqual({ 'movies.csv': 'unknown', 'ratings.csv': 'unchanged' });
    expect(JSON.stringify(await changes())).not.toContain(engine.folder);
    await writeFile(path.join(folder, 'ratings.csv'), ratings(22));
    await rm(path.join(engine.folder, 'home', 'imported-paths.json'));
    expect(await summary()).toEqual({ 'movies.csv': 'unknown', 'ratings.csv': 'unknown' });
    expect((await importChanged()).result).toMatchObject({ files: [] });
    expect(await engine.rows('SELECT user_id FROM raw.ratings')).toEqual([{ user_id: 1 }]);
  });

  it('of files in an archive, the archive counts; a look is given up when nobody waits for it', async () => {
    const zip = async (user: number) => {
      const archive = new yazl.ZipFile();
      archive.addBuffer(Buffer.from(ratings(user)), 'ml/ratings.csv');
      archive.addBuffer(Buffer.from('movieId,title,genres\n1,A (1999),Drama\n'), 'ml/movies.csv');
      archive.end();
      await finished(archive.outputStream.pipe(createWriteStream(path.join(folder, 'ml.zip'))));
    };
    await zip(1);
    await engine.imported(path.join(folder, 'ml.zip'));
    expect(await summary()).toEqual({ 'ml/ratings.csv': 'unchanged', 'ml/movies.csv': 'unchanged' });
    await zip(2);
    expect(await summary()).toEqual({ 'ml/ratings.csv': 'modified', 'ml/movies.csv': 'modified' });
    await expect(engine.engine.call('sources.changes', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect((await importChanged()).status).toBe('succeeded');
    expect(await engine.rows('SELECT user_id FROM raw.ratings')).toEqual([{ user_id: 2 }]);
    expect(await summary()).toEqual({ 'ml/ratings.csv': 'unchanged', 'ml/movies.csv': 'unchanged' });
  });
});

describe('importing what changed', () => {
  it('reads the changed files and what shares their tables, with the options of then, and leaves the others', async () => {
    await mkdir(path.join(folder, 'one'));
    await mkdir(path.join(folder, 'two'));
    await writeFile(path.join(folder, 'one', 'ratings.csv'), 'member;movieId;rating;timestamp\n1;2;3.5;4\n3;2;3.5;4\n');
    await writeFile(path.join(folder, 'one', 'movies.csv'), 'movieId,title,genres\n1,A (1999),Drama\n');
    await writeFile(path.join(folder, 'two', 'ratings.csv'), ratings(9));
    await engine.imported(path.join(folder, 'one'), { perFile: { 'one/ratings.csv': { delimiter: ';', map: { user_id: 'member' } } } });
    await engine.imported(path.join(folder, 'two', 'ratings.csv'), { options: { append: true } });
    await writeFile(path.join(folder, 'one', 'ratings.csv'), 'member;movieId;rating;timestamp\n5;2;3.5;4\n6;2;3.5;4\n7;2;3.5;4\n');
    expect(await summary()).toEqual({ 'one/ratings.csv': 'modified', 'one/movies.csv': 'unchanged', 'ratings.csv': 'unchanged' });
    const job = await importChanged();
    expect(job.result).toMatchObject({ files: [{ path: 'one/ratings.csv', rows: 3 }, { path: 'ratings.csv', rows: 1 }] });
    expect(job.log.map(({ message }) => message)).toContain('Changed since they were imported: one/ratings.csv.');
    expect(await engine.rows('SELECT user_id FROM raw.ratings')).toEqual([5, 6, 7, 9].map((user_id) => ({ user_id })));
    expect(new Set((await changes()).map(({ change }) => change))).toEqual(new Set<SourceChange['change']>(['unchanged']));
    expect((await importChanged()).result).toMatchObject({ files: [] });
  });

  it('changes nothing when a file that it needs is gone', async () => {
    const one = await given('ratings.csv', ratings(1));
    const two = await given('ratings_2.csv', ratings(2));
    await engine.imported([one, two]);
    await writeFile(one, ratings(33));
    await rm(two);
    expect(await importChanged()).toMatchObject({ status: 'failed', error: { code: 'not-found', file: 'ratings_2.csv' } });
    expect(await engine.rows('SELECT user_id FROM raw.ratings')).toEqual([{ user_id: 1 }, { user_id: 2 }]);
  });

  it('a run says which source files are no longer what was imported', async () => {
    await engine.imported(await given('ratings.csv', ratings(1)));
    await given('ratings.csv', ratings(2));
    const { jobId } = await engine.engine.call('pipeline.run', { only: 'extract' });
    const { log } = await engine.engine.context.jobs.ended(jobId);
    expect(log.map(({ message }) => message)).toContainEqual(expect.stringContaining('ratings.csv was modified on disk since it was imported'));
  });
});

describe('reading what may pass', () => {
  const failing = (code: string, times: number) => {
    let tries = 0;
    return async () => {
      if (tries++ < times) throw Object.assign(new Error(code), { code });
      return tries;
    };
  };
  it('a busy file or a drive that hiccups is tried again, a little later each time; what does not pass is not', async () => {
    expect(await retrying(failing('EBUSY', 2), undefined, [1, 2, 3])).toBe(3);
    expect(await retrying(failing('ESTALE', 3), undefined, [1, 2, 3])).toBe(4);
    await expect(retrying(failing('EIO', 4), undefined, [1, 2, 3])).rejects.toMatchObject({ code: 'EIO' });
    await expect(retrying(failing('ENOENT', 1), undefined, [1, 2, 3])).rejects.toMatchObject({ code: 'ENOENT' });
    const abort = new AbortController();
    void setTimeout(20).then(() => abort.abort());
    const asked = performance.now();
    await expect(retrying(failing('EBUSY', 9), abort.signal, [10_000])).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(1000);
  });
});
