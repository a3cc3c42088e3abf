import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findHolder, type Visit } from '../../../electron/engine/engine.ts';
import { type Input, type Method, methods, readingMethods, ReelbenchError } from '../../../shared/contract/index.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const version = 'test';
const program = fileURLToPath(new URL('../../support/holding-process.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-door-'));
const children: ChildProcess[] = [];
const sockets: Socket[] = [];
let holder: TestEngine;

beforeAll(async () => {
  holder = await openTestEngine();
  const file = path.join(folder, 'ratings.csv');
  writeFileSync(file, `userId,movieId,rating,timestamp\n${Array.from({ length: 20_000 }, (_, i) => `${(i % 400) + 1},${i + 1},4.0,${1_000_000_000 + i}`).join('\n')}\n`);
  await holder.imported(file);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await holder.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly code: string;
  readonly message: string;
}

/** Another process, and a way to have it open a workspace (or close it: null). */
async function another(): Promise<{ child: ChildProcess; open: (directory: string | null) => Promise<Said> }> {
  const child = fork(program, [path.join(folder, 'home')], { execArgv: [] });
  children.push(child);
  await once(child, 'message');
  return {
    child,
    open: async (directory) => {
      const answer = once(child, 'message');
      child.send({ open: directory });
      return ((await answer) as [Said])[0];
    },
  };
}

async function visit(directory: string): Promise<Visit> {
  const found = await findHolder(directory, version);
  if (!found?.visit) throw new Error('Nobody answers.');
  return found.visit;
}

const card = (directory: string) => JSON.parse(readFileSync(path.join(directory, 'holder/card.json'), 'utf8')) as { pid: number; door: { address: string; token: string } };

/** A socket at the door that has not said anything yet. */
async function stranger(): Promise<Socket> {
  const socket = connect(card(holder.workspace).door.address);
  sockets.push(socket);
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** One that has shown the key. */
async function guest(): Promise<Socket> {
  const socket = await stranger();
  socket.write(`${JSON.stringify({ hello: 1, token: card(holder.workspace).door.token, version })}\n`);
  await once(socket, 'data');
  return socket;
}

const gone = (socket: Socket) => new Promise<void>((resolve) => void (socket.closed ? resolve() : socket.once('close', () => resolve())));

/** That the workspace answers as ever, from inside and through the door. */
async function isWell(): Promise<void> {
  expect(await holder.engine.call('tables.list', {})).toContainEqual(expect.objectContaining({ name: 'ratings', rows: 20_000 }));
  const through = await visit(holder.workspace);
  expect((await through.call('tables.rows', { schema: 'raw', table: 'ratings', limit: 2 })).total).toBe(20_000);
  through.close();
}

describe('reading through the process that has a workspace open', () => {
  test('gives what that process answers itself', async () => {
    const through = await visit(holder.workspace);
    expect(through.holder).toMatchObject({ pid: process.pid, version, doing: [] });
    const same = async <M extends Method>(method: M, input: Input<M>) => expect([method, await through.call(method, input)]).toEqual([method, JSON.parse(JSON.stringify(await holder.engine.call(method, input)))]);
    await same('tables.rows', { schema: 'raw', table: 'ratings', limit: 10_000 });
    for (const method of ['pipeline.status', 'params.list', 'runs.list', 'tables.list', 'models.list'] as const) await same(method, {});
    await expect(through.call('tables.rows', { table: 'no_such' })).rejects.toMatchObject({ code: 'not-found' });
    through.close();
  });

  test('is refused for every method that is not known to change nothing, with who is there and what it does', async () => {
    const before = await holder.rows('SELECT * FROM duckdb_tables() ORDER BY ALL');
    const through = await visit(holder.workspace);
    const reading: readonly string[] = readingMethods;
    const others = (Object.keys(methods) as Method[]).filter((method) => !reading.includes(method));
    expect(others).toEqual(expect.arrayContaining(['pipeline.run', 'import.start', 'models.train', 'params.set', 'quality.run', 'jobs.cancel', 'tables.export', 'workspaces.open']));
    for (const method of others) {
      const error = await through.call(method, {}).catch((thrown: unknown) => thrown);
      expect([method, error instanceof ReelbenchError && error.code]).toEqual([method, 'workspace-in-use']);
      expect((error as Error).message).toMatch(new RegExp(`^The workspace is in use by another program \\(process ${process.pid}\\), since \\d\\d:\\d\\d\\.$`));
    }
    await expect(through.call('no.such' as Method, {})).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(through.export('pipeline.run' as 'tables.export', {} as never, () => undefined)).rejects.toMatchObject({ code: 'workspace-in-use' });
    through.close();
    expect(await holder.rows('SELECT * FROM duckdb_tables() ORDER BY ALL')).toEqual(before);
    expect(holder.engine.context.jobs.list().filter(({ status }) => status === 'running')).toEqual([]);
  });

  test('shows jobs as they go on, to their end', async () => {
    const through = await visit(holder.workspace);
    const seen: string[] = [];
    await through.watch((job) => seen.push(`${job.title} ${job.status}`));
    const { jobId } = await holder.engine.call('quality.run', {});
    expect((await through.call('jobs.get', { id: jobId })).title).toBe('Check the quality of the data');
    await holder.engine.context.jobs.ended(jobId);
    await expect.poll(() => seen.at(-1)).toBe('Check the quality of the data succeeded');
    through.close();
  });

  test('has files written outside the workspace, and takes back one that is no longer wanted', async () => {
    const through = await visit(holder.workspace);
    const { job, path: file } = await through.export('tables.export', { schema: 'raw', table: 'ratings', format: 'csv' }, () => undefined);
    expect(job.status).toBe('succeeded');
    expect(readFileSync(file ?? '', 'utf8').trimEnd().split('\n')).toHaveLength(20_001);
    expect(await through.export('tables.export', { table: 'no_such', format: 'csv' }, () => undefined)).toMatchObject({ path: null, job: { error: { code: 'not-found' } } });

    const asked = through.export('tables.export', { schema: 'raw', table: 'ratings', format: 'parquet', sort: [{ column: 'rating', descending: true }] }, () => through.close());
    await expect(asked).rejects.toMatchObject({ code: 'engine-lost' });
    await expect.poll(() => holder.engine.context.jobs.running()).toBe(false);
  });
});

describe('the door', () => {
  test('is the user’s own, and the key is asked for', async () => {
    const { door } = card(holder.workspace);
    expect(lstatSync(path.join(holder.workspace, 'holder')).mode & 0o777).toBe(0o700);
    expect(lstatSync(path.join(holder.workspace, 'holder/card.json')).mode & 0o777).toBe(0o600);
    expect(lstatSync(door.address).mode & 0o777).toBe(0o600);
    for (const hello of [{ hello: 1, token: 'x'.repeat(door.token.length), version }, { hello: 1, version }, { hello: 2, token: door.token, version }, { type: 'call', id: 1, method: 'tables.list', input: {} }]) {
      const socket = await stranger();
      let answered = '';
      socket.on('data', (text) => (answered += String(text)));
      socket.write(`${JSON.stringify(hello)}\n`);
      await gone(socket);
      expect(answered).toBe('');
    }
  });

  test.skipIf(process.getuid?.() !== 0)('is shut to another user (needs root to become one)', async () => {
    chmodSync(holder.folder, 0o755);
    const { address } = card(holder.workspace).door;
    const attempt = `require('net').connect(${JSON.stringify(address)}).on('error', (e) => console.log(e.code)).on('connect', () => console.log('in'));
      require('fs').readFile(${JSON.stringify(path.join(holder.workspace, 'holder/card.json'))}, (e) => console.log(e?.code ?? 'read'));`;
    // A binary that another user may run: the test's own may lie in a private folder.
    const said = await new Promise<string>((resolve) => execFile('/proc/self/exe', ['-e', attempt], { uid: 65_534, gid: 65_534, cwd: '/' }, (_error, out, err) => resolve(out + err)));
    expect(said.trim().split('\n')).toEqual(['EACCES', 'EACCES']);
  });

  test('lies elsewhere when the workspace’s path is too long for a socket, and is as private there', async () => {
    const deep = path.join(folder, 'a-folder-with-a-long-name'.repeat(3), 'and-another-one'.repeat(4));
    mkdirSync(deep, { recursive: true });
    const { open, child } = await another();
    expect(await open(deep)).toMatchObject({ code: 'done' });
    const { address } = card(deep).door;
    expect(Buffer.byteLength(address)).toBeLessThan(104);
    expect(lstatSync(path.dirname(address)).mode & 0o777).toBe(0o700);
    const through = await visit(deep);
    expect(through.holder.pid).toBe(child.pid);
    expect(await through.call('tables.list', {})).toEqual(expect.any(Array));
    through.close();
    await open(null);
    expect(existsSync(address)).toBe(false);
    expect(existsSync(path.join(deep, 'holder/card.json'))).toBe(false);
  });

  test('does not keep a workspace from being opened where nothing can be listened on', async () => {
    const odd = path.join(folder, 'odd');
    mkdirSync(odd);
    writeFileSync(path.join(odd, 'holder'), 'a file in the way');
    const { open, child } = await another();
    expect(await open(odd)).toMatchObject({ code: 'done' });
    const second = await another();
    expect(await second.open(odd)).toMatchObject({ code: 'workspace-in-use', message: expect.stringContaining(String(child.pid)) });
    await open(null);
    expect(await second.open(odd)).toMatchObject({ code: 'done' });
    expect(readFileSync(path.join(odd, 'holder'), 'utf8')).toBe('a file in the way');
  });

  test('goes with the workspace: closed when it is closed, at the next one when that is opened', async () => {
    const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')];
    const { open } = await another();
    await open(one);
    const through = await visit(one);
    await open(two);
    await through.ended();
    await expect(through.call('tables.list', {})).rejects.toMatchObject({ code: 'engine-lost' });
    expect(await findHolder(one, version)).toBeUndefined();
    expect(existsSync(path.join(one, 'holder/socket'))).toBe(false);
    (await visit(two)).close();
    await open(null);
    expect(await findHolder(two, version)).toBeUndefined();
  });

  test('of a program of another version tells who is there and no more', async () => {
    const found = await findHolder(holder.workspace, 'other');
    expect(found).toMatchObject({ holder: { pid: process.pid, version } });
    expect(found?.visit).toBeUndefined();
  });

  test('left over from a killed process is put aside at once by the next one', async () => {
    const directory = path.join(folder, 'killed');
    const first = await another();
    await first.open(directory);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(existsSync(path.join(directory, 'holder/socket'))).toBe(true);
    expect(await findHolder(directory, version)).toBeUndefined();

    const next = await another();
    const began = performance.now();
    expect(await next.open(directory)).toMatchObject({ code: 'done' });
    expect(performance.now() - began).toBeLessThan(1500);
    const through = await visit(directory);
    expect(through.holder.pid).toBe(next.child.pid);
    through.close();
    await next.open(null);
    expect(existsSync(path.join(directory, 'holder/socket'))).toBe(false);
  });

  test('has one owner when processes race: 60 rounds, one wins and the other is told who', async () => {
    const racers = [await another(), await another()];
    for (let round = 0; round < 60; round++) {
      // Every third round races to make the workspace, the others to open it.
      const directory = path.join(folder, `race-${round - (round % 3)}`);
      const answers = await Promise.all(racers.map(({ open }) => open(directory)));
      expect([round, answers.map(({ code }) => code).toSorted((a, b) => a.localeCompare(b, 'en'))]).toEqual([round, ['done', 'workspace-in-use']]);
      const winner = racers[answers.findIndex(({ code }) => code === 'done')];
      expect(answers.find(({ code }) => code !== 'done')?.message).toContain(`a test (process ${winner?.child.pid})`);
      const through = await visit(directory);
      expect(through.holder.pid).toBe(winner?.child.pid);
      through.close();
      await winner?.open(null);
      expect([round, existsSync(path.join(directory, 'holder/socket'))]).toEqual([round, false]);
    }
  }, 120_000);
});

describe('someone who means harm', () => {
  test('with bytes that are no words is hung up on', async () => {
    for (const bytes of [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), Buffer.from([0, 255, 254, 10, 10, 10]), Buffer.alloc(5000, 65)]) {
      const socket = await stranger();
      socket.write(bytes);
      await gone(socket);
    }
    for (const line of ['nonsense', '{"type":"call"}', '[]', '{"type":"call","id":1,"method":{},"input":0}', 'null']) {
      const socket = await guest();
      socket.write(`${line}\n`);
      await gone(socket);
    }
    const polluting = await guest();
    polluting.write('{"type":"call","id":1,"method":"__proto__","input":{}}\n');
    expect(JSON.parse(String((await once(polluting, 'data'))[0]))).toMatchObject({ ok: false, error: { code: 'invalid-arguments' } });
    await isWell();
  });

  test('with a line of 100 MB is hung up on before it is kept', async () => {
    const before = process.memoryUsage.rss();
    const socket = await guest();
    const chunk = Buffer.alloc(2 ** 20, 97);
    for (let sent = 0; sent < 100 && !socket.destroyed; sent++) await new Promise<void>((resolve) => void socket.write(chunk, () => resolve()));
    await gone(socket);
    expect(process.memoryUsage.rss() - before).toBeLessThan(80 * 2 ** 20);
    await isWell();
  });

  test('with a byte at a time is hung up on', async () => {
    const socket = await stranger();
    const drip = setInterval(() => socket.write('x'), 100);
    const began = performance.now();
    await gone(socket);
    clearInterval(drip);
    expect(performance.now() - began).toBeLessThan(5000);
    await isWell();
  });

  test('with requests without end, whose answers it does not read, is hung up on', async () => {
    const socket = await guest();
    socket.pause();
    const request = `${JSON.stringify({ type: 'call', id: 1, method: 'tables.rows', input: { schema: 'raw', table: 'ratings', limit: 10_000 } })}\n`;
    for (let sent = 0; sent < 500 && !socket.destroyed; sent++) socket.write(request);
    await expect.poll(() => {
      socket.write(request);
      return socket.destroyed;
    }, { timeout: 5000 }).toBe(true);
    await isWell();
  });

  test('with 200 connections keeps nobody out for long', async () => {
    await Promise.all(Array.from({ length: 200 }, () => stranger()));
    expect(await holder.engine.call('tables.list', {})).toContainEqual(expect.objectContaining({ name: 'ratings' }));
    await expect.poll(async () => {
      const found = await findHolder(holder.workspace, version);
      found?.visit?.close();
      return found?.visit !== undefined;
    }, { timeout: 8000, interval: 200 }).toBe(true);
    await isWell();
  });
});
