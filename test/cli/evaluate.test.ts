import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Evaluation, Preset } from '../../shared/contract/index.ts';
import { entry, runCommandLine } from '../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-evaluate-test-'));
const environment = { ...process.env, REELBENCH_HOME: path.join(folder, 'home'), TMPDIR: folder };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Document = Evaluation & { presets: Preset[]; error?: { code: string; message: string; hint?: string; file?: string; line?: number } };
async function json(...words: string[]): Promise<{ status: number; document: Document }> {
  const { status, out } = await runCommandLine(['evaluate', ...words, '--json', '-w', path.join(folder, 'workspace')], { cwd: folder, env: environment });
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  return { status, document: JSON.parse(out) as never };
}

const file = (name: string, lines: readonly string[]) => {
  writeFileSync(path.join(folder, name), lines.join('\n'));
  return name;
};
const lines = Array.from({ length: 20 }, (_, user) => Array.from({ length: 6 }, (_, at) => `${user + 1},${((user * 5 + at * 7) % 12) + 1},${1 + ((user + at) % 5)},${1000 + at}`)).flat();
const train = file('train.csv', lines.filter((_, at) => at % 6 !== 5));
const test = file('test.csv', lines.filter((_, at) => at % 6 === 5));

describe('evaluate', () => {
  it('measures on given files without a workspace, and leaves nothing behind', async () => {
    const { status, document } = await json('popularity', 'ease:lambda=5', 'ease', '--train', train, '--test', test, '--cutoffs', '3,5');
    expect(status).toBe(0);
    expect(document).toMatchObject({
      protocol: { name: 'files', cutoffs: [3, 5], threshold: null, seed: 42 }, data: { users: 20, items: 12, train: 100, test: 20 },
      models: [{ label: 'popularity' }, { label: 'ease lambda=5', params: { lambda: 5 } }, { label: 'ease' }],
    });
    expect(document.models[0]?.metrics['ndcg@3']).toEqual({ value: expect.any(Number), low: expect.any(Number), high: expect.any(Number), users: 20, definition: expect.any(String) });
    expect(document.comparisons).toHaveLength(3);
    expect(document.comparisons[0]).toMatchObject({ a: expect.any(String), b: expect.any(String), metric: 'ndcg@3', difference: expect.any(Number), low: expect.any(Number), high: expect.any(Number), p: expect.any(Number), adjustedP: expect.any(Number) });
    expect(existsSync(path.join(folder, 'workspace'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('reelbench-evaluate-'))).toEqual([]);
  });

  it('lists presets, and makes one again from a folder', async () => {
    const { document } = await json('--preset', 'list');
    expect(document.presets).toHaveLength(6);
    file('u.data', lines.map((line) => line.replaceAll(',', '\t')));
    const made = await json('svd', '--preset', 'surprise-100k', '--data', '.', '--seed', '7');
    expect(made.document).toMatchObject({ preset: 'surprise-100k', protocol: { name: 'kfold', seed: 7 }, models: [{ label: 'svd', published: [{ metric: 'rmse', value: 0.934 }, { metric: 'mae' }] }, { label: 'global-mean' }, { label: 'baseline', published: [{ value: 0.944 }, {}] }] });
    const words = await runCommandLine(['evaluate', 'svd', '--preset', 'surprise-100k', '--data', '.', '-w', 'none', '--quiet'], { cwd: folder, env: environment });
    expect(words.out).toMatch(/svd +rmse +[\d.]+ +\.9340/);
  });

  it.each([
    [['--preset', 'random-1m', '--data', '.', '--folds', '3'], 2, 'A preset has its protocol: leave out folds.'],
    [['--preset', 'random-1m', '--data', '.'], 1, 'There is no ratings.dat in '],
    [['ease:lambda', '--train', train, '--test', test], 2, 'ease:lambda: lambda is not NAME=VALUE.'],
    [['ease'], 2, 'There is no workspace in '],
  ])('%j is refused', async (words, status, message) => {
    const refused = await json(...words);
    expect(refused.status).toBe(status);
    expect(refused.document.error?.message).toContain(message);
  });

  it('says where a file is wrong', async () => {
    const { status, document } = await json('ease', '--train', file('wrong.csv', ['user,item', '1,2', '1,two']), '--test', test);
    expect(status).toBe(1);
    expect(document.error).toMatchObject({ code: 'invalid-input', file: 'wrong.csv', line: 3, column: 'item' });
  });
});

describe('kill -9 in mid-evaluation', () => {
  const many = Array.from({ length: 150 }, (_, user) => Array.from({ length: 12 }, (_, at) => `${user + 1},${((user * 5 + at * at * 7 + at * 3) % 60) + 1},${1 + ((user + at) % 5)},${1000 + at}`)).flat();
  const files = ['--train', file('many.csv', many.filter((_, at) => at % 12 !== 11)), '--test', file('last.csv', many.filter((_, at) => at % 12 === 11))];
  const models = ['ease', 'popularity', 'sasrec:epochs=6'];
  const home = path.join(folder, 'home', 'evaluations');
  /** Starts the evaluation, and kills it as soon as two models are finished. */
  async function killed(): Promise<void> {
    const child = spawn(process.execPath, [entry, 'evaluate', ...models, ...files, '--quiet', '-w', 'none'], { cwd: folder, env: environment, stdio: 'ignore' });
    const gone = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const parts = () => (existsSync(home) ? readdirSync(home, { recursive: true, encoding: 'utf8' }) : []).filter((name) => /part-1-\w+\.arrays$/.test(name)).length;
    while (parts() < 2 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    expect(await gone).toBeNull();
  }
  const run = (...more: string[]) => runCommandLine(['evaluate', ...more, '-w', 'none'], { cwd: folder, env: environment });
  const figures = (document: Document) => document.models.map(({ label, metrics }) => [label, metrics]);

  it('the same command goes on, prints what it had printed without, and leaves nothing', async () => {
    await killed();
    const { unfinished } = JSON.parse((await run('--unfinished', '--json')).out) as { unfinished: { id: string; done: number; total: number; place: string }[] };
    expect(unfinished).toMatchObject([{ done: 2, total: 3, place: 'files' }]);
    const resumed = await run(...models, ...files, '--json', '--log-level', 'info');
    expect([resumed.status, resumed.err]).toEqual([0, expect.stringContaining('ease is there')]);
    expect(resumed.err).toMatch(/fit sasrec/);
    expect(readdirSync(home)).toEqual([]);
    const whole = await run(...models, ...files, '--json', '--log-level', 'info');
    expect([whole.status, whole.err]).toEqual([0, expect.not.stringContaining('is there')]);
    expect(figures(JSON.parse(resumed.out) as Document)).toEqual(figures(JSON.parse(whole.out) as Document));
  }, 60_000);

  it('what is kept can be removed', async () => {
    await killed();
    expect((await run('--unfinished')).out).toMatch(/ease, popularity, sasrec.* 2 of 3/s);
    expect((await run('--forget', 'none')).status).toBe(1);
    expect((await run('--forget', 'all')).out).toMatch(/^Removed /);
    expect((await run('--unfinished')).out).toBe('No evaluation was broken off.\n');
  }, 60_000);
});
