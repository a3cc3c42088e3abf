import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-cli-params-'));
const workspace = path.join(folder, 'workspace');
const SECRET = 'hunter2-never-to-be-seen';
const environment = { ...process.env, REELBENCH_HOME: path.join(folder, 'home'), TEST_SINCE: '1996-03-04', TEST_SECRET: SECRET };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reelbench = (...words: string[]) => runCommandLine([...words, '-w', workspace], { cwd: folder, env: environment });

interface Param {
  readonly path: string;
  readonly value: unknown;
  readonly source: string;
  readonly line?: number;
}

const file = path.join(workspace, 'reelbench.yaml');

beforeAll(async () => {
  mkdirSync(workspace, { recursive: true });
  writeFileSync(path.join(folder, 'ratings.csv'), `userId,movieId,rating,timestamp\n${Array.from({ length: 40 }, (_, i) => `${i % 8},${i % 5},4,${1_000_000_000 + i}`).join('\n')}\n`);
  writeFileSync(path.join(folder, 'movies.csv'), `movieId,title,genres\n${Array.from({ length: 5 }, (_, i) => `${i},Film ${i} (199${i}),Drama`).join('\n')}\n`);
  for (const words of [['import', 'ratings.csv', 'movies.csv'], ['run', 'features', '--set', 'quality.min_volume=1', '--set', 'features.damping=3', '--set', 'quality.genres=Drama,${TEST_SECRET}', '--set', 'engine.seed=5']]) {
    const { status, err, out } = await reelbench(...words);
    if (status !== 0) throw new Error(`${err}${out}`);
  }
  writeFileSync(file, 'quality:\n  earliest: ${TEST_SINCE}\n  genres: [Drama, "${TEST_SECRET}"]\nengine:\n  seed: 5\n');
});

describe('reelbench params', () => {
  it('lists what is in force and where it comes from, variables as they are written', async () => {
    const { status, out } = await reelbench('params', '--json', '--set', 'features.damping=9', '--set', 'train.models=ease');
    expect(status).toBe(0);
    const { params } = JSON.parse(out) as { params: Param[] };
    const of = (name: string) => params.find((param) => param.path === name);
    expect(of('quality.earliest')).toMatchObject({ value: '${TEST_SINCE}', source: 'file', line: 2 });
    expect(of('features.damping')).toMatchObject({ value: 9, source: 'override', default: 25, unit: 'ratings' });
    expect(of('pipeline.retries')).toMatchObject({ value: 2, source: 'default', allowed: 'a whole number from 0 to 10' });
    const words = await reelbench('params', '--show', '--set', 'features.damping=9');
    expect(words.out).toMatch(/quality\.earliest +\$\{TEST_SINCE\} +1995-01-01 +file, line 2/);
    expect(words.out).toMatch(/features\.damping +9 +25 +ratings +--set/);
    expect(`${out}${words.out}${words.err}`).not.toContain(SECRET);
  });

  it('names what differs from the parameters of a run', async () => {
    const runs = readdirSync(path.join(workspace, 'runs'));
    const id = runs[0]?.replace('.json', '') ?? '';
    const { status, out } = await reelbench('params', '--diff', id, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ run: id, params: expect.any(Array), differences: [
      { path: 'quality.earliest', a: '1995-01-01', b: '${TEST_SINCE}' }, { path: 'quality.min_volume', a: 1, b: 10_000 }, { path: 'features.damping', a: 3, b: 25 },
    ] });
    expect((await reelbench('params', '--diff', id)).out).toMatch(/features\.damping +3 +25/);
    expect((await reelbench('params', '--diff', id, '--set', 'quality.min_volume=1', '--set', 'features.damping=3', '--set', 'quality.earliest=1995-01-01')).out).toBe(`Run ${id} had the parameters that are in force.\n`);
    const unknown = await reelbench('params', '--diff', 'nope', '--json');
    expect(unknown.status).toBe(1);
    expect(JSON.parse(unknown.out)).toMatchObject({ error: { code: 'not-found', message: 'There is no run nope.', hint: `The last runs: ${id}.` } });
    expect((await reelbench('params', '--diff', id, '--show')).status).toBe(2);
  });

  it.each([
    ['a wrong value', 'engine:\n  seed: x\n', /^Error: engine\.seed is "x"; it must be a whole number from 0 to 2147483647\. \(.*reelbench\.yaml, line 2, column engine\.seed\)$/m],
    ['broken YAML', 'engine:\n\tseed: 1\n', /a tab indents this line; only spaces may\. \(.*line 2/],
    ['several', 'engine:\n  seed: x\nquality:\n  earliest: ${NOT_SET_HERE}\n', /^Error: 2 things are wrong with the parameters:\nLine 2: engine\.seed is "x".*\nLine 4: quality\.earliest names the environment variable NOT_SET_HERE, which is not set/m],
    ['a variable that holds something wrong', 'quality:\n  earliest: ${TEST_SECRET}\n', /quality\.earliest is "\$\{TEST_SECRET\}"; it must be a date/],
  ])('ends with status 2 at %s, before anything is done', async (_, text, message) => {
    const other = path.join(folder, 'reelbench.yaml');
    writeFileSync(other, text);
    const { status, err, out } = await reelbench('run', '--config', other);
    expect(status).toBe(2);
    expect(err).toMatch(message);
    expect(`${out}${err}`).not.toContain(SECRET);
  });

  it('ends with status 2 at a wrong --set', async () => {
    const { status, out } = await reelbench('status', '--set', 'engine.sed=3', '--json');
    expect(status).toBe(2);
    expect(JSON.parse(out)).toEqual({ error: { code: 'invalid-arguments', message: '--set engine.sed=3: There is no parameter engine.sed.', hint: 'Did you mean engine.seed?' } });
  });
});
