import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandProblem, runCommand } from '../../../electron/engine/alerts/command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reelbench-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const around = (more: Partial<Parameters<typeof runCommand>[1]> = {}) => ({ json: '{"version":1}', environment: { REELBENCH_EVENT: 'failed' }, folder, timeoutMs: 10_000, signal: new AbortController().signal, ...more });
const node = (program: string, ...args: string[]) => [process.execPath, '--eval', program, ...args];

describe('a command', () => {
  test('reads the JSON, knows the event, and gets its arguments as they are written: no shell looks at them', async () => {
    const program = `let text = ''; process.stdin.on('data', (d) => text += d).on('end', () => require('fs').writeFileSync('out.json', JSON.stringify({ text, event: process.env.REELBENCH_EVENT, args: process.argv.slice(1) })))`;
    expect(await runCommand(node(program, '$(touch evil)', '; touch evil', '*', '"quoted"'), around())).toEqual({ ok: true, detail: expect.stringContaining('ended with status 0') });
    expect(JSON.parse(readFileSync(path.join(folder, 'out.json'), 'utf8'))).toEqual({ text: '{"version":1}', event: 'failed', args: ['$(touch evil)', '; touch evil', '*', '"quoted"'] });
    expect(existsSync(path.join(folder, 'evil'))).toBe(false);
  });

  test('that fails is told with its status and what it said last', async () => {
    expect(await runCommand(node(`console.error('first'); console.error('no such channel'); process.exitCode = 3`), around())).toEqual({ ok: false, detail: expect.stringContaining('ended with status 3: no such channel') });
  });

  test('that does not read its input is no failure', async () => {
    expect(await runCommand(node('process.exit(0)'), around({ json: 'x'.repeat(5_000_000) }))).toMatchObject({ ok: true });
  });

  test('that is not there is told as such', async () => {
    expect(await runCommand(['reelbench-no-such-program'], around())).toEqual({ ok: false, detail: 'There is no program reelbench-no-such-program.' });
  });

  test('that hangs is killed, with what it started', async () => {
    const child = `setInterval(() => require('fs').appendFileSync('alive', 'x'), 20)`;
    const began = performance.now();
    const run = await runCommand(node(`require('child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(child)}], { stdio: 'ignore' }); setInterval(() => {}, 1000); process.on('SIGTERM', () => {})`), around({ timeoutMs: 700 }));
    expect(run).toEqual({ ok: false, detail: expect.stringContaining('had not ended after 0.7 s and was killed') });
    expect(performance.now() - began).toBeLessThan(3000);
    await wait(100);
    const size = () => (existsSync(path.join(folder, 'alive')) ? readFileSync(path.join(folder, 'alive')).length : 0);
    const before = size();
    await wait(200);
    expect(before).toBeGreaterThan(0);
    expect(size()).toBe(before);
  });

  test('may not be sought in whichever folder is at hand', () => {
    writeFileSync(path.join(folder, 'evil.sh'), '#!/bin/sh\n');
    for (const program of ['./evil.sh', 'bin/evil', '..\\evil.exe', ' ', 'a\0b']) expect(commandProblem([program])).toBeTypeOf('string');
    for (const program of ['notify-send', '/usr/bin/notify-send']) expect(commandProblem([program])).toBeUndefined();
  });
});
