import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Job } from '../../shared/contract/index.ts';
import { type Answer, entry, runCommandLine } from '../support/command-line.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-in-use-'));
const workspace = path.join(folder, 'workspace');
const environment = { ...process.env, REELBENCH_HOME: path.join(folder, 'home'), REELBENCH_WORKSPACE: workspace };

const reelbench = (...words: string[]) => runCommandLine(words, { cwd: folder, env: environment });

async function done(...words: string[]): Promise<Answer> {
  const answer = await reelbench(...words);
  if (answer.status !== 0) throw new Error(`${words.join(' ')}: ${answer.out}${answer.err}`);
  return answer;
}

let running: ChildProcess;
const started: ChildProcess[] = [];
const before: Record<string, string> = {};
const csv = path.join(folder, 'ratings.csv');

beforeAll(async () => {
  await done('import', path.join(root, 'resources/sample'));
  await done('run', 'features');
  await done('quality', '--json');
  await done('train', 'ease', 'content');
  // The first question after nearness in content trains what answers it.
  for (const words of ['similar --movie 842', 'recommend --user 5,7 --model ease --explain', 'status']) before[words] = (await done(...words.split(' '), '--json')).out.replaceAll(/"milliseconds":[\d.]+/g, '');
  await done('export', 'ratings', '--to', csv);
  before['ratings'] = readFileSync(csv, 'utf8');
  before['quality'] = (await done('quality', '--json', '--rule', 'ratings.rating.range')).out;
  // Long enough for all that follows; it is ended by force.
  running = spawn(process.execPath, [entry, 'run', '--only', 'train-als', '--force', '--set', 'recommenders.als.iterations=500', '--set', 'recommenders.als.factors=320', '--set', 'recommenders.als.cg_steps=20', '--set', 'engine.threads=1'], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(running);
  const { stderr } = running;
  if (stderr === null) throw new Error('It has no standard error.');
  stderr.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => {
    stderr.on('data', (text) => String(text).includes('als') && resolve());
    running.on('exit', () => reject(new Error('The run ended.')));
  });
}, 180_000);
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('a workspace in which another command runs the pipeline', () => {
  it('is read through that one, and prints the same', async () => {
    for (const words of ['recommend --user 5,7 --model ease --explain', 'similar --movie 842']) {
      const { status, out, err } = await reelbench(...words.split(' '), '--json');
      expect([words, status]).toEqual([words, 0]);
      expect(out.replaceAll(/"milliseconds":[\d.]+/g, '')).toBe(before[words]);
      expect(err.trim()).toBe(`Read through process ${running.pid} (reelbench run), which has the workspace open.`);
    }
    const { stages } = JSON.parse((await done('status', '--json')).out) as { stages: { name: string; state: string }[] };
    expect(stages).toContainEqual(expect.objectContaining({ name: 'transform', state: 'current' }));
    expect((await reelbench('status', '--quiet')).err).toBe('');
    expect(JSON.parse((await done('profile', 'raw.movies', '--json')).out)).toMatchObject({ columns: expect.arrayContaining([expect.objectContaining({ name: 'title' })]) });
    expect(JSON.parse((await done('doctor', '--json')).out)).toMatchObject({ ok: true, items: expect.arrayContaining([expect.objectContaining({ name: 'Open in', detail: expect.stringContaining(`reelbench run (process ${running.pid})`) })]) });
  }, 120_000);

  it('gives its tables and its last quality report as they were before the run', async () => {
    rmSync(csv);
    expect(await reelbench('export', 'ratings', '--to', csv, '--json')).toMatchObject({ status: 0, out: expect.stringContaining(csv) });
    expect(readFileSync(csv, 'utf8')).toBe(before['ratings']);
    expect(existsSync(`${csv}.part`)).toBe(false);
    const page = path.join(folder, 'quality.html');
    const quality = await reelbench('quality', '--json', '--rule', 'ratings.rating.range', '--html', page);
    expect(quality.status).toBe(0);
    expect(JSON.parse(quality.out)).toMatchObject({ rules: (JSON.parse(before['quality'] ?? '') as { rules: object[] }).rules });
    expect(readFileSync(page, 'utf8')).toContain('ratings.rating.range');
  }, 60_000);

  it('lets nobody else write: status 4, and a sentence that says who is there and what it does', async () => {
    const writing = [['run', '--force'], ['train', 'popularity'], ['import', path.join(root, 'resources/sample')], ['quarantine', 'restore', '--rule', 'ratings.rating.range'], ['recommend', '--user', '5', '--model', 'item-knn'], ['status', '--set', 'engine.threads=1'], ['export', '--sql', 'SELECT 1', '--to', path.join(folder, 'one.csv')], ['serve']];
    for (const words of writing) {
      const { status, out } = await reelbench(...words, '--json');
      expect([words, status]).toEqual([words, 4]);
      const { error } = JSON.parse(out) as { error: { code: string; message: string; hint: string } };
      expect(error.code).toBe('workspace-in-use');
      expect(error.message).toMatch(new RegExp(String.raw`The workspace is in use by reelbench run \(process ${running.pid}\), since \d\d:\d\d; it is busy \(Run the pipeline: .*als.*, [\d.]+ s\)\.$`));
      expect(error.hint).toMatch(/^Wait for its end or close it there\./);
    }
    const { status, out, err } = await reelbench('run');
    expect([status, out]).toEqual([4, '']);
    expect(err).toMatch(/^Error: The workspace is in use by .*\nWait for its end .*\n$/);
  }, 120_000);

  it('can be watched from another terminal', async () => {
    const { holder, jobs } = JSON.parse((await done('jobs', '--json')).out) as { holder: object; jobs: unknown[] };
    expect(holder).toMatchObject({ pid: running.pid, name: 'reelbench run', since: expect.any(String) });
    expect(jobs.map((job) => Job.parse(job))).toContainEqual(expect.objectContaining({ kind: 'run', status: 'running', memory: expect.any(Number), phases: expect.arrayContaining([expect.objectContaining({ state: 'running', unit: expect.any(String) })]) }));
    const words = (await done('jobs')).out;
    expect(words).toContain(`reelbench run, process ${running.pid}`);
    expect(words).toMatch(/▸ .*als.* \(\d+ %\), .*\/s/);

    const watching = spawn(process.execPath, [entry, 'jobs', '--watch', '--json'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    started.push(watching);
    let text = '';
    watching.stdout.setEncoding('utf8').on('data', (more) => (text += String(more)));
    await expect.poll(() => text.split('\n').length, { timeout: 20_000 }).toBeGreaterThan(4);
    watching.kill('SIGTERM');
    const lines = text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as { job?: unknown });
    expect(lines[0]).toMatchObject({ holder: { pid: running.pid } });
    for (const { job } of lines.slice(1)) expect(Job.parse(job)).toMatchObject({ kind: 'run', status: 'running' });
  }, 60_000);

  it('is free at once when that one is killed, as it was before the run', async () => {
    const watching = spawn(process.execPath, [entry, 'jobs', '--watch'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(watching);
    await once(watching.stdout, 'data');
    running.kill('SIGKILL');
    expect((await once(watching, 'exit'))[0]).toBe(0);
    expect(existsSync(path.join(workspace, 'holder/socket'))).toBe(true);

    const { status, out, err } = await reelbench('status', '--json');
    expect([status, err]).toEqual([0, '']);
    // All as it was, but that the killed run is known and can be gone on with.
    expect(JSON.parse(out)).toEqual({ ...(JSON.parse(before['status'] ?? '') as object), resumable: expect.objectContaining({ status: 'failed' }) });
    expect(existsSync(path.join(workspace, 'holder/socket'))).toBe(false);
    expect(existsSync(path.join(workspace, 'holder/card.json'))).toBe(false);
    expect((await done('jobs')).out).toBe('No other process has the workspace open.\n');
    expect(JSON.parse((await done('jobs', '--watch', '--json')).out)).toEqual({ holder: null, jobs: [] });
  }, 60_000);
});
