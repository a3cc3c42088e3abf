import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entry, runCommandLine } from '../support/command-line.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-cli-'));
const workspace = path.join(folder, 'workspace');
const environment = { ...process.env, REELBENCH_HOME: path.join(folder, 'home') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reelbench = (...words: string[]) => runCommandLine(words, { cwd: folder, env: environment });

/** With `--json` standard output holds one document and nothing else. */
async function json(...words: string[]): Promise<{ status: number; document: Record<string, never> & { error?: { code: string; message: string; hint?: string } } }> {
  const { status, out } = await reelbench(...words, '--json', '-w', workspace);
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  return { status, document: JSON.parse(out) as never };
}

beforeAll(async () => {
  const { status, err } = await reelbench('import', path.join(root, 'resources/sample'), '-w', workspace);
  if (status !== 0) throw new Error(err);
});

describe('the command line', () => {
  it('lists what there is, and nothing else', async () => {
    const { status, out } = await reelbench('--help');
    expect(status).toBe(0);
    const commands = [...out.matchAll(/^ {2}(\w+) \[options\]/gm)].map((match) => match[1] ?? '');
    expect(commands.toSorted((a, b) => a.localeCompare(b, 'en'))).toEqual(['alerts', 'dag', 'doctor', 'evaluate', 'export', 'gc', 'import', 'jobs', 'lineage', 'log', 'params', 'precompute', 'profile', 'quality', 'quarantine', 'recommend', 'rollback', 'run', 'runs', 'search', 'serve', 'similar', 'status', 'train', 'tune']);
  });

  it('takes a newcomer from files to recommendations', async () => {
    const imported = await json('import', path.join(root, 'resources/sample'));
    expect(imported.status).toBe(0);
    expect(imported.document).toMatchObject({ tables: expect.arrayContaining([expect.objectContaining({ name: 'ratings', rejected: 2 })]), files: expect.any(Array) });

    const quality = await json('quality', '--rule', 'ratings.rating.range', '--rows', '3');
    expect(quality.document).toMatchObject({ rules: [{ id: 'ratings.rating.range', failed: 12, status: 'fail', rows: [{ file: expect.stringContaining('ratings'), line: expect.any(Number) }, {}, {}] }] });
    const page = path.join(folder, 'reports/quality.html');
    const sheet = path.join(folder, 'quality.csv');
    const whole = await json('quality', '--html', page, '--csv', sheet);
    expect(whole).toMatchObject({ status: 0, document: { scores: { completeness: expect.any(Number) }, tables: expect.any(Array), files: [{ format: 'html', path: page }, { format: 'csv', path: sheet }] } });
    const ids = (whole.document['rules'] as unknown as { id: string; status: string }[]).map(({ id }) => id);
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[^]*ratings\.rating\.range/);
    expect(readFileSync(sheet, 'utf8').split('\r\n').slice(1, -1).map((line) => line.split(',')[0])).toEqual(ids);

    const run = await json('run', 'features');
    expect(run).toMatchObject({ status: 0, document: { run: { status: 'succeeded', stages: expect.arrayContaining([expect.objectContaining({ name: 'transform', state: 'ran' })]) } } });
    expect(existsSync(String(run.document['report']))).toBe(true);
    expect(await json('status')).toMatchObject({ status: 0, document: { stages: expect.arrayContaining([expect.objectContaining({ name: 'features', state: 'current', reasons: [] })]) } });

    const trained = await json('train', 'ease', 'popularity');
    expect(trained.document).toMatchObject({ models: [{ model: 'popularity' }, { model: 'ease' }] });
    const { document } = await json('recommend', '--user', '5', '--model', 'ease', '--explain', '--top', '4');
    const lists = document['lists'] as unknown as { user: number; items: { score: number; reasons: { evidence: { contribution: number }[] }[] }[] }[];
    expect(lists).toHaveLength(1);
    expect(lists[0]?.items).toHaveLength(4);
    const [best] = lists[0]?.items ?? [];
    const sum = best?.reasons.flatMap(({ evidence }) => evidence).reduce((total, { contribution }) => total + contribution, 0);
    expect(sum).toBeCloseTo(best?.score ?? Number.NaN, 4);

    const group = await json('recommend', '--group', '1,2, 3', '--model', 'ease', '--strategy', 'least-misery', '--top', '4');
    expect(group.document).toMatchObject({ lists: [{ group: [1, 2, 3], model: 'ease', strategy: 'least-misery', members: [{ userId: 1, satisfaction: expect.any(Number) }, {}, {}], items: [{ movieId: expect.any(Number), members: [{ rank: expect.any(Number) }, {}, {}] }, {}, {}, {}] }] });
    const [listed] = (lists[0]?.items ?? []) as unknown as { movieId: number }[];
    expect((await json('recommend', '--user', '5', '--model', 'ease', '--why-not', String(listed?.movieId))).document).toMatchObject({ whyNot: { verdict: 'listed', rank: 1 } });
    const precomputed = await json('precompute', '--model', 'ease', '--top', '4');
    expect(precomputed).toMatchObject({ status: 0, document: { users: expect.any(Number), seconds: expect.any(Number), path: expect.stringContaining(workspace) } });
    expect(existsSync(String(precomputed.document['path']))).toBe(true);
    expect((await json('precompute', '--status')).document).toMatchObject({ lists: [{ model: 'ease', valid: true, why: null }] });
    expect((await json('recommend', '--user', '5', '--model', 'ease', '--top', '4')).document).toMatchObject({ lists: [{ from: 'precomputed', items: [{ movieId: listed?.movieId }, {}, {}, {}] }] });

    const file = path.join(folder, 'films.csv');
    expect((await json('export', 'movies', '--to', file)).document).toMatchObject({ path: file });
    expect(readFileSync(file, 'utf8')).toMatch(/^movie_id,title,/);
    expect((await json('export', '--sql', 'SELECT count(*) AS films FROM movies', '--to', path.join(folder, 'count.json'))).document).toMatchObject({ rows: 1 });
    expect(await json('export', '--sql', `SELECT * FROM read_csv('${path.join(root, 'package.json')}')`, '--to', path.join(folder, 'stolen.csv'))).toMatchObject({ status: 2 });
    expect(existsSync(path.join(folder, 'stolen.csv'))).toBe(false);
    expect((await json('doctor')).document).toMatchObject({ ok: true });
  }, 120_000);

  it('answers wrong words with status 2, what is wrong and what is allowed', async () => {
    for (const words of [['nonsense'], ['run', 'nonsense'], ['recommend', '--model', 'nonsense', '--user', '1'], ['export', 'movies'], ['quality', '--rows', 'x'], ['recommend'], ['run', '--set', 'transform.nonsense=1']]) {
      const { status, document } = await json(...words);
      expect([words, status]).toEqual([words, 2]);
      expect(document.error?.code).toBe('invalid-arguments');
      expect(document.error?.message).not.toBe('');
    }
    const config = path.join(folder, 'wrong.yaml');
    writeFileSync(config, 'recommenders:\n  als:\n    factors: many\n');
    const { status, document } = await json('status', '--config', config);
    expect(status).toBe(2);
    expect(document.error).toMatchObject({ file: config, line: 3 });
    expect((await reelbench('status', '-w', path.join(folder, 'no-such'))).status).toBe(2);
    expect(existsSync(path.join(folder, 'no-such'))).toBe(false);
  });

  it('stops with status 3 at a blocking rule when the fixes are off', async () => {
    const { status, document } = await json('run', '--set', 'quality.fixes=false');
    expect(status).toBe(3);
    expect(document).toMatchObject({ run: { status: 'blocked' }, error: { code: 'blocked' } });
  });

  it('says who holds a workspace that is in use, with status 4', async () => {
    const holder = await hold(workspace);
    try {
      const { status, document } = await json('status');
      expect(status).toBe(4);
      expect(document.error?.message).toContain(String(holder.pid));
    } finally {
      await end(holder);
    }
  });

  it('is cancelled by Ctrl+C with status 130, within a second', async () => {
    const running = spawn(process.execPath, [entry, 'run', '--force', '-w', workspace], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    running.stderr.setEncoding('utf8');
    await new Promise<void>((resolve) => running.stderr.on('data', (text) => String(text).includes('train') && resolve()));
    const asked = performance.now();
    running.kill('SIGINT');
    const [status] = (await once(running, 'exit')) as [number];
    expect(status).toBe(130);
    // A second for the work, and some for a process on a busy machine to end.
    expect(performance.now() - asked).toBeLessThan(2500);
    expect((await json('status')).document).toMatchObject({ stages: expect.arrayContaining([expect.objectContaining({ name: 'features', state: 'current' })]) });
  });

  it('lists the rows that are set aside and puts them back', async () => {
    const listed = await json('quarantine', 'list', '--rule', 'ratings.rating.range');
    const rows = listed.document['rows'] as unknown as { table: string; id: string }[];
    expect(listed).toMatchObject({ status: 0, document: { total: 12, rows: expect.arrayContaining([expect.objectContaining({ table: 'ratings', rule: 'ratings.rating.range', key: { user_id: expect.any(Number), movie_id: expect.any(Number) }, value: expect.any(String), file: expect.stringContaining('ratings'), line: expect.any(Number) })]) } });
    expect(await json('quarantine', 'restore', '--table', 'ratings', '--row', rows[0]?.id ?? '', '--reason', 'It is right')).toMatchObject({ status: 0, document: { restored: 1, decision: 1 } });
    expect((await json('quarantine', 'list', '--rule', 'ratings.rating.range')).document).toMatchObject({ total: 11 });
    expect((await json('quarantine', 'restore', '--rule', 'ratings.rating.range')).document).toMatchObject({ restored: 12 });
    expect((await json('quarantine', 'restore', '--rule', 'ratings.rating.range')).document).toMatchObject({ restored: 0, decision: null });
    expect((await reelbench('quarantine', 'list', '-w', workspace)).out).toContain('ratings');
    for (const words of [['quarantine', 'restore'], ['quarantine', 'shred'], ['quarantine', 'list', '--rows', '0'], ['quarantine', 'restore', '--table', 'ratings', '--row', 'x1']]) expect([words, (await json(...words)).status]).toEqual([words, 2]);
    expect((await json('status')).document).toMatchObject({ stages: expect.arrayContaining([expect.objectContaining({ name: 'validate', state: 'changed' })]) });
  });
});

/** Another process with the workspace open. */
async function hold(directory: string): Promise<ChildProcess> {
  const program = `
    import { createEngine } from ${JSON.stringify(path.join(root, 'electron/engine/engine.ts'))};
    const engine = createEngine({ resources: '', home: ${JSON.stringify(folder)}, version: '0' });
    await engine.context.openWorkspace(${JSON.stringify(directory)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
