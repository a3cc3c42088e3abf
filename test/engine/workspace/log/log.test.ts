import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { array, assert, asyncProperty, dictionary, jsonValue, string, tuple } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseLine } from '../../../../electron/engine/workspace/log/filter.ts';
import { WorkspaceLog } from '../../../../electron/engine/workspace/log/log.ts';
import { readLog } from '../../../../electron/engine/workspace/log/reader.ts';
import { LogWriter } from '../../../../electron/engine/workspace/log/writer.ts';
import { type Input, LogRequest } from '../../../../shared/contract/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reelbench-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settings = { level: 'debug', file_mb: 10, files: 3 } as const;
const read = (request: Input<'log.read'> = {}) => readLog(folder, LogRequest.parse(request));
const files = () => readdirSync(path.join(folder, 'logs')).toSorted();
const text = (file = 'reelbench.log') => readFileSync(path.join(folder, 'logs', file), 'utf8');

function openLog(clock: () => Date = () => new Date(), redact: (value: string) => string = (value) => value, use: { level: 'debug' | 'info' | 'warn' | 'error'; file_mb: number; files: number } = settings): WorkspaceLog {
  const log = new WorkspaceLog(clock);
  log.open(folder, () => use, redact);
  return log;
}

describe('the log', () => {
  test('one line a message, whatever it and its fields hold', async () => {
    await assert(
      asyncProperty(array(tuple(string({ unit: 'binary' }), dictionary(string(), jsonValue())), { minLength: 1, maxLength: 8 }), async (lines) => {
        rmSync(path.join(folder, 'logs'), { recursive: true, force: true });
        const log = openLog();
        for (const [message, fields] of lines) log.info(message, fields);
        log.close();
        expect(text().split('\n').length).toBe(lines.length + 1);
        const { entries } = await read();
        expect(entries.map(({ message }) => message)).toEqual(lines.map(([message]) => message.toWellFormed()));
      }),
      { numRuns: 60 },
    );
  });

  test('fields cannot take the place of time, level or message', async () => {
    const log = openLog(() => new Date('2024-05-01T10:00:00Z'));
    log.warn('true', { level: 'debug', time: 'never', message: 'false', job: 'a' });
    log.close();
    expect(text()).toBe('{"level":"warn","time":"2024-05-01T10:00:00.000Z","job":"a","message":"true"}\n');
    expect((await read()).entries[0]).toMatchObject({ level: 'warn', message: 'true', fields: { job: 'a' } });
  });

  test('lines below the level are not written, and a changed level counts at once', () => {
    const use = { level: 'warn' as 'warn' | 'debug', file_mb: 10, files: 3 };
    const log = openLog(undefined, undefined, use);
    log.info('one');
    log.error('two');
    use.level = 'debug';
    log.debug('three');
    log.close();
    expect(text().match(/two|three|one/g)).toEqual(['two', 'three']);
  });

  test('secrets are taken out of message, fields and nested fields', () => {
    const log = openLog(undefined, (value) => value.replaceAll('hunter2', '***'));
    log.info('the key hunter2', { url: 'https://x/hunter2', deep: { list: ['hunter2'], hunter2: 1 } });
    log.close();
    expect(text()).not.toContain('hunter2');
    expect(text()).toContain('the key ***');
  });

  test('a message of a megabyte is cut', () => {
    const log = openLog();
    log.info('x'.repeat(2 ** 20), { other: 'y'.repeat(2 ** 20) });
    log.close();
    expect(text().length).toBeLessThan(10_000);
  });
});

describe('rotation', () => {
  test('a file that is full is put aside under a number of its own, and the oldest beyond the count is deleted', async () => {
    const writer = new LogWriter(path.join(folder, 'logs'), () => ({ bytes: 1000, files: 2 }), () => new Date());
    const line = (n: number) => `${JSON.stringify({ level: 'info', time: new Date(1e12 + n * 1000).toISOString(), n, message: 'x'.repeat(100) })}\n`;
    for (let n = 0; n < 60; n++) writer.write(line(n), () => '');
    writer.close();
    const numbers = files().flatMap((name) => /\d+/.exec(name)?.[0] ?? []).map(Number);
    expect(files()).toHaveLength(3);
    expect(numbers[1]).toBe((numbers[0] ?? 0) + 1);
    expect(numbers[0]).toBeGreaterThan(4);
    const kept = (await read({ limit: 1000 })).entries.map(({ fields }) => fields['n']);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 60 - kept.length + i));
    for (const name of files()) expect(text(name).length).toBeLessThanOrEqual(1000);
  });

  test('pages hold every line once, also when files are put aside between two of them', async () => {
    const writer = new LogWriter(path.join(folder, 'logs'), () => ({ bytes: 3000, files: 50 }), () => new Date());
    let n = 0;
    const write = (count: number) => {
      for (let i = 0; i < count; i++, n++) writer.write(`${JSON.stringify({ level: 'info', time: new Date(1e12 + n * 1000).toISOString(), n, message: 'line' })}\n`, () => '');
    };
    write(300);
    const first = await read({ limit: 40 });
    let seen = first.entries;
    const atFirst = n;
    for (let older = first.older; older !== null; ) {
      write(37);
      const page = await read({ limit: 40, cursor: older });
      seen = [...page.entries, ...seen];
      older = page.older;
    }
    expect(seen.map(({ fields }) => fields['n'])).toEqual(Array.from({ length: atFirst }, (_, i) => i));
    let newer = first.newer;
    const after: unknown[] = [];
    for (;;) {
      const page = await read({ limit: 25, cursor: newer, direction: 'newer' });
      if (page.entries.length === 0) break;
      after.push(...page.entries.map(({ fields }) => fields['n']));
      newer = page.newer;
    }
    expect(after).toEqual(Array.from({ length: n - atFirst }, (_, i) => atFirst + i));
    writer.close();
  });
});

describe('a log that cannot be written', () => {
  test('stops nothing, says so, and tells how much was lost once it can be written again', async () => {
    let now = 1e12;
    writeFileSync(path.join(folder, 'logs'), 'a file where the folder should be');
    const log = openLog(() => new Date(now));
    log.info('lost one');
    log.info('lost two');
    expect(log.failing).toMatchObject({ lost: 2 });
    rmSync(path.join(folder, 'logs'));
    now += 2000;
    log.info('written');
    expect(log.failing).toBeUndefined();
    log.close();
    const { entries } = await read();
    expect(entries.map(({ message }) => message)).toEqual([expect.stringMatching(/^2 lines could not be written/), 'written']);
  });

  test('a full disk stops nothing', () => {
    const log = new LogWriter('/dev/full/logs', () => ({ bytes: 1000, files: 1 }), () => new Date());
    log.write('{}\n', () => '');
    expect(log.failing?.lost).toBe(1);
  });
});

describe('what a killed process leaves', () => {
  test('half a line is skipped, and the next line stands by itself', async () => {
    mkdirSync(path.join(folder, 'logs'));
    writeFileSync(path.join(folder, 'logs', 'reelbench.log'), '{"level":"info","time":"2024-01-01T00:00:00.000Z","message":"whole"}\n{"level":"info","time":"2024-01-01T0');
    expect((await read()).entries.map(({ message }) => message)).toEqual(['whole']);
    const { newer } = await read();
    const log = openLog();
    log.info('next');
    log.close();
    expect((await read()).entries.map(({ message }) => message)).toEqual(['whole', 'next']);
    expect((await read({ cursor: newer, direction: 'newer' })).entries.map(({ message }) => message)).toEqual(['next']);
  });

  test('kill -9 while lines are written leaves whole lines but for the last', async () => {
    const module = path.resolve('electron/engine/workspace/log/log.ts');
    const program = `const { WorkspaceLog } = await import(${JSON.stringify(module)}); const log = new WorkspaceLog(() => new Date());
      log.open(${JSON.stringify(folder)}, () => (${JSON.stringify(settings)}), (text) => text); console.log('ready'); for (let n = 0; ; n++) log.info('line', { n, pad: 'x'.repeat(n % 900) });`;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, 20 + round * 15));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    const lines = files().flatMap((name) => text(name).split('\n')).filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => parseLine(line) === undefined).length).toBeLessThanOrEqual(3);
  });

  test('lines of another program are skipped', async () => {
    const log = openLog();
    log.info('ours');
    appendFileSync(path.join(folder, 'logs', 'reelbench.log'), 'not json\n[1]\n{"level":"loud","time":"2024-01-01","message":"x"}\n\n');
    log.info('ours too');
    log.close();
    expect((await read()).entries.map(({ message }) => message)).toEqual(['ours', 'ours too']);
  });
});

describe('filters', () => {
  test('agree with a look at every line', async () => {
    let now = Date.parse('2024-01-01T00:00:00Z');
    const log = openLog(() => new Date(now));
    const levels = ['debug', 'info', 'warn', 'error'] as const;
    const stages = ['transform', 'load', 'features'];
    for (let n = 0; n < 500; n++) {
      now += 60_000;
      log[levels[n % 4] ?? 'info'](`Line ${n} “Ünïcode” ${n % 7 === 0 ? 'Disk "full"' : ''}`, { job: `j${n % 3}`, run: `r${n % 5}`, stage: stages[n % 3], n });
    }
    log.close();
    const all = (await read({ limit: 2000 })).entries;
    expect(all).toHaveLength(500);
    const since = '2024-01-01T02:00:00Z';
    const until = '2024-01-01T05:00:00+00:00';
    const cases: [Input<'log.read'>, (entry: (typeof all)[number]) => boolean][] = [
      [{ levels: ['warn', 'error'] }, ({ level }) => level === 'warn' || level === 'error'],
      [{ text: 'DISK "FULL"' }, ({ message }) => message.includes('Disk "full"')],
      [{ text: 'ünïcode' }, () => true],
      [{ text: '137' }, ({ message, fields }) => message.includes('137') || fields['n'] === 137],
      [{ text: 'stage' }, () => false],
      [{ run: 'r2', stage: 'load' }, ({ fields }) => fields['run'] === 'r2' && fields['stage'] === 'load'],
      [{ job: 'j1', levels: ['error'], since, until }, ({ fields, level, time }) => fields['job'] === 'j1' && level === 'error' && time >= '2024-01-01T02:00' && time < '2024-01-01T05:00'],
    ];
    for (const [filter, wanted] of cases) {
      const expected = all.filter(wanted);
      let found: typeof all = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await read({ ...filter, limit: 7, ...(cursor === undefined ? {} : { cursor }) });
        found = [...page.entries, ...found];
        cursor = page.older;
      }
      expect(found).toEqual(expected);
    }
  });
});

test('200,000 lines: the last page and the next to it at once, words that stand nowhere within seconds', async () => {
  const writer = new LogWriter(path.join(folder, 'logs'), () => ({ bytes: 10 * 2 ** 20, files: 10 }), () => new Date());
  for (let n = 0; n < 200_000; n++) writer.write(`${JSON.stringify({ level: 'info', time: new Date(1e12 + n).toISOString(), job: 'f5083d43-4dec-4b34-9ca4-fc57e8154f0d', kind: 'run', run: '20260301T100001_0ff78b', stage: 'transform', n, message: `Line ${n} of many, as long as most are` })}\n`, () => '');
  writer.close();
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const began = performance.now();
    return [await work(), performance.now() - began];
  };
  const [last, first] = await timed(() => read({ limit: 500 }));
  const [before, second] = await timed(() => read({ limit: 500, ...(last.older === null ? {} : { cursor: last.older }) }));
  const seek = async (request: Input<'log.read'>) => {
    let found = 0;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await read({ ...request, limit: 2000, ...(cursor === undefined ? {} : { cursor }) });
      found += page.entries.length;
      cursor = page.older;
    }
    return found;
  };
  const [nowhere, words] = await timed(() => seek({ text: 'no line holds this' }));
  const [all, every] = await timed(() => seek({}));
  console.log(`200,000 lines: newest page ${first.toFixed(0)} ms, next older page ${second.toFixed(0)} ms, words that stand nowhere ${words.toFixed(0)} ms, all lines ${every.toFixed(0)} ms`);
  expect([last.entries.length, before.entries.length, nowhere, all]).toEqual([500, 500, 0, 200_000]);
  expect(first).toBeLessThan(1000);
  expect(words).toBeLessThan(10_000);
});
