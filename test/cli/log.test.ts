import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entry, runCommandLine } from '../support/command-line.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-log-'));
const workspace = path.join(folder, 'films');
const environment = { ...process.env, REELBENCH_HOME: path.join(folder, 'home') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reelbench = (...words: string[]) => runCommandLine([...words, '-w', workspace], { cwd: folder, env: environment });
const lines = async (...words: string[]) => (JSON.parse((await reelbench('log', '--json', ...words)).out) as { lines: Record<string, unknown>[] }).lines;

beforeAll(async () => {
  await reelbench('import', path.join(root, 'resources/sample'));
  writeFileSync(path.join(workspace, 'reelbench.yaml'), `alerts:\n  command: ${JSON.stringify([process.execPath, '--eval', `require('fs').writeFileSync(${JSON.stringify(path.join(folder, 'told'))}, process.env.REELBENCH_EVENT)`])}\nquality:\n  rules:\n    ratings.rating.range: { fix: false }\n`);
});

describe('log', () => {
  test('prints what was done, by level, run and words', async () => {
    const blocked = await reelbench('run', '--quiet');
    expect(blocked.status).toBe(3);
    const all = await lines();
    expect(all.map(({ message }) => message)).toEqual(expect.arrayContaining(['The workspace is open.', expect.stringMatching(/^Import .*: done$/), 'Run the pipeline: started']));
    const errors = await lines('--level', 'error');
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors.map(({ level }) => level))).toEqual(new Set(['error']));
    const run = String(errors[0]?.['run']);
    const ofRun = await lines('--run', run, '--stage', 'validate');
    expect(ofRun.length).toBeGreaterThan(1);
    expect(new Set(ofRun.map((line) => `${String(line['run'])} ${String(line['stage'])}`))).toEqual(new Set([`${run} validate`]));
    expect(await lines('--text', 'RATINGS.rating.range (12)', '--since', '1h', '--lines', '1')).toHaveLength(1);
    expect(await lines('--until', '2020-01-01')).toEqual([]);
    expect((await reelbench('log', '--lines', '1')).out).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z INFO {2}.*The workspace is closed\.\n$/);
  });

  test('says what it cannot read', async () => {
    expect(await reelbench('log', '--since', 'yesterday')).toMatchObject({ status: 2, err: expect.stringContaining('expected a time such as') });
    expect(await reelbench('log', '--level', 'loud')).toMatchObject({ status: 2, err: expect.stringContaining('debug, info, warn, error') });
  });

  test('follows while another process holds the workspace', async () => {
    const following = spawn(process.execPath, [entry, 'log', '--follow', '--json', '--lines', '0', '-w', workspace], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    following.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await wait(1500);
    await reelbench('status');
    for (let tries = 0; tries < 50 && !out.includes('closed'); tries++) await wait(100);
    following.kill('SIGTERM');
    const [status] = (await once(following, 'exit')) as [number | null];
    expect(status).toBe(0);
    expect(out.trim().split('\n').map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(expect.arrayContaining(['The workspace is open.', 'The workspace is closed.']));
  });
});

describe('alerts', () => {
  test('are asked for, allowed here, sent, and forbidden', async () => {
    expect(existsSync(path.join(folder, 'told'))).toBe(false);
    expect(await reelbench('alerts', 'allow', 'command')).toMatchObject({ status: 2, err: expect.stringContaining('--yes') });
    expect(await reelbench('alerts', 'allow')).toMatchObject({ status: 2 });
    expect((await reelbench('alerts', 'allow', 'command', '--yes')).out).toMatch(/command .* yes/);
    // A command line that fails tells before it ends.
    expect((await reelbench('run', '--quiet')).status).toBe(3);
    expect(readFileSync(path.join(folder, 'told'), 'utf8')).toBe('blocked');
    expect(JSON.parse((await reelbench('alerts', 'test', '--json')).out)).toMatchObject({ deliveries: [{ channel: 'desktop' }, { channel: 'webhook', state: 'off' }, { channel: 'command', state: 'sent' }] });
    await reelbench('alerts', 'forbid', 'command');
    expect(JSON.parse((await reelbench('alerts', 'test', '--json')).out)).toMatchObject({ deliveries: [{}, {}, { channel: 'command', state: 'not allowed' }] });
  });
});
