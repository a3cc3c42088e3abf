import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunComparison } from '../../shared/contract/index.ts';
import { runCommandLine } from '../support/command-line.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-runs-'));
const environment = { ...process.env, REELBENCH_HOME: path.join(folder, 'home'), REELBENCH_WORKSPACE: path.join(folder, 'workspace') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reelbench = (...words: string[]) => runCommandLine(words, { cwd: folder, env: environment });

interface Document {
  readonly run: { readonly id: string; readonly status: string; readonly after: { run: string; how: string } | null; readonly stages: readonly { name: string; state: string }[] };
  readonly runs: readonly { id: string; status: string }[];
  readonly items: readonly { stage: string; run: string; kind: string; bytes: number; about: string }[];
  readonly kept: readonly { kind: string }[];
  readonly stages: readonly { name: string; state: string }[];
  readonly error?: { code: string; message: string; hint: string };
}

async function json(...words: string[]): Promise<{ status: number; document: Document & Record<string, unknown> }> {
  const { status, out } = await reelbench(...words, '--json');
  return { status, document: JSON.parse(out) as Document & Record<string, unknown> };
}

const stateOf = ({ stages }: { readonly stages: readonly { name: string; state: string }[] }, name: string) => stages.find((stage) => stage.name === name)?.state;
let first = '';
let second = '';

beforeAll(async () => {
  await reelbench('import', path.join(root, 'resources/sample'));
  first = (await json('run', 'features')).document.run.id;
  second = (await json('run', 'features', '--set', 'transform.min_ratings_per_user=20')).document.run.id;
}, 120_000);

describe('runs at the command line', () => {
  it('are listed, the newest first', async () => {
    expect((await json('runs')).document.runs.map(({ id }) => id)).toEqual([second, first]);
    expect((await json('runs', '--top', '1')).document.runs).toHaveLength(1);
    expect((await reelbench('runs')).out).toMatch(new RegExp(`${second} +succeeded.*\n${first} +succeeded`));
  });

  it('are compared, also by the beginning of an id, and say which is which', async () => {
    const { status, document } = await json('runs', '--compare', first, second);
    expect(status).toBe(0);
    expect(RunComparison.parse(document)).toMatchObject({ a: { id: first }, b: { id: second }, parameters: [{ name: 'transform.min_ratings_per_user', a: 1, b: 20 }] });
    expect((await reelbench('runs', '--compare', first, second)).out).toMatch(/transform\.min_ratings_per_user +1 +20/);
    for (const words of [[first], [first, second, first]]) expect((await json('runs', '--compare', ...words)).status).toBe(2);
    expect(await json('runs', '--compare', first, '2')).toMatchObject({ status: 2, document: { error: { message: expect.stringContaining('is the beginning of 2 runs') } } });
    expect(await json('runs', '--compare', first, 'x')).toMatchObject({ status: 1, document: { error: { code: 'not-found' } } });
  });

  it('are gone back to, with their parameters or without, until gc has removed what they made', async () => {
    const back = await json('rollback', first);
    expect(back).toMatchObject({ status: 0, document: { ok: true, run: { status: 'succeeded', after: { run: first, how: 'rollback' } }, report: expect.stringContaining(folder) } });
    expect(existsSync(String(back.document['report']))).toBe(true);
    expect(stateOf((await json('status')).document, 'transform')).toBe('current');
    expect((await json('rollback', second, '--keep-parameters')).status).toBe(0);
    // Of the two builds of transform the parameters in force want the first, which the cache has.
    expect(stateOf((await json('status')).document, 'transform')).toBe('cached');
    expect((await reelbench('rollback', first)).out).toMatch(new RegExp(`^Back at run ${first}, in [\\d.]+ s; brought back: transform, load, features\\.\n`));

    const dry = await json('gc', '--dry', '--keep', '0');
    expect(dry).toMatchObject({ status: 0, document: { ok: true, dry: true, bytes: expect.any(Number), items: expect.arrayContaining([expect.objectContaining({ stage: 'transform', run: second, about: 'transform.min_ratings_per_user = 20' })]) } });
    expect((await json('gc')).document.items).toEqual([]);
    const gone = await json('gc', '--keep', '0');
    expect(gone.document.items.map(({ stage }) => stage)).toEqual(dry.document.items.map(({ stage }) => stage));
    expect(gone.document.kept.every(({ kind }) => kind === 'live')).toBe(true);
    expect(await json('rollback', second)).toMatchObject({ status: 1, document: { error: { code: 'not-found', message: expect.stringContaining('no longer in the cache'), hint: expect.any(String) } } });
    for (const keep of ['-1', 'x', '']) expect([keep, (await json('gc', '--keep', keep)).status]).toEqual([keep, 2]);
  }, 120_000);

  it('that were stopped are gone on with', async () => {
    const stopped = await json('run', 'features', '--force', '--set', 'quality.fixes=false');
    expect(stopped).toMatchObject({ status: 3, document: { run: { status: 'blocked' } } });
    expect((await json('status')).document).toMatchObject({ resumable: { run: stopped.document.run.id, status: 'blocked', stage: 'validate' } });
    expect((await reelbench('status')).out).toContain('reelbench run --resume goes on with it.');
    const resumed = await json('run', '--resume');
    expect(resumed).toMatchObject({ status: 0, document: { run: { status: 'succeeded', after: { run: stopped.document.run.id, how: 'resume' } } } });
    expect(await json('run', '--resume')).toMatchObject({ status: 1, document: { error: { code: 'not-ready' } } });
  }, 60_000);

  it('take stages of training together or alone, and how many go side by side', async () => {
    const dry = await json('run', 'train', '--dry', '-j', '2');
    expect(['train-ease', 'train-als', 'evaluate'].map((name) => stateOf(dry.document.run, name))).toEqual(['ran', 'ran', 'skipped']);
    const one = await json('run', '--only', 'train-popularity', '--jobs', '2');
    expect(one.document.run.stages.filter(({ state }) => state === 'ran').map(({ name }) => name)).toEqual(['train-popularity']);
    for (const words of [['-j', '0'], ['-j', 'many'], ['--only', 'nonsense']]) expect([words, (await json('run', ...words)).status]).toEqual([words, 2]);
  }, 60_000);
});
