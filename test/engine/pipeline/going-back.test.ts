import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PipelineBench, states } from '../../support/pipeline-bench.ts';

let bench: PipelineBench;
const call = { signal: new AbortController().signal };
beforeEach(async () => {
  bench = await PipelineBench.open();
  await bench.importSmall();
});
afterEach(() => bench.close());

const dump = async () => Object.fromEntries(await Promise.all(['ratings', 'movies', 'user_profiles', 'movie_features', 'lineage'].map(async (table) => [table, JSON.stringify(await bench.all(`SELECT * FROM ${table}`))])));
const rollback = async (id: string, parameters = true) => bench.engine.jobs.ended(bench.calls['runs.rollback']({ id, parameters }).jobId);

test('earlier parameters bring earlier tables back without making them', async () => {
  await bench.run();
  const first = await dump();
  await bench.engine.parameters().set('features.damping', 3);
  const second = await bench.run();
  expect(await dump()).not.toEqual(first);
  await bench.engine.parameters().set('features.damping', 25);
  expect((await bench.status()).map(({ state }) => state)).toEqual(['current', 'current', 'current', 'current', 'cached', 'cached']);
  const back = await bench.run();
  expect(back.run.stages.find(({ name }) => name === 'features')).toMatchObject({ state: 'cached', restored: true, reasons: [{ what: 'features.damping', change: 'modified', from: '3', to: '25' }] });
  expect(await dump()).toEqual(first);
  expect(second.run.stages.find(({ name }) => name === 'features')?.builtBy).toBe(second.run.id);
});

describe('rollback', () => {
  test('makes the tables and parameters of an earlier run those in force, and is itself a run', async () => {
    const { run: one } = await bench.run();
    const first = await dump();
    await bench.engine.parameters().set('features.damping', 3);
    await bench.engine.parameters().set('quality.ratings.volume.threshold', 3);
    const { run: two } = await bench.run();
    const second = await dump();
    expect((await rollback(one.id)).status).toBe('succeeded');
    expect(await dump()).toEqual(first);
    expect(bench.engine.parameters().values.features.damping).toBe(25);
    expect(bench.engine.parameters().values.quality.rules).toEqual({});
    expect((await bench.status()).every(({ state }) => state === 'current')).toBe(true);
    const [last] = await bench.calls['runs.list']({ limit: 1, offset: 0 }, call);
    expect(last).toMatchObject({ status: 'succeeded', after: { run: one.id, how: 'rollback' } });

    expect((await rollback(two.id, false)).status).toBe('succeeded');
    expect(await dump()).toEqual(second);
    expect((await bench.status()).filter(({ state }) => state !== 'current').map(({ name, state }) => `${name} ${state}`)).toEqual(['validate cached', 'features cached', 'finalize cached']);
  });

  test('says what is missing when the cache no longer has it, and refuses runs that did not succeed', async () => {
    const { run: one } = await bench.run();
    await bench.engine.parameters().set('features.damping', 3);
    await bench.run();
    const now = await dump();
    const removed = await bench.calls['cache.collect']({ dry: true, keepMB: 0 });
    expect(removed.removed.map(({ stage, about, kind }) => [stage, about, kind])).toEqual([['features', 'features.damping = 25', 'cached'], ['finalize', 'movie_features modified', 'cached']]);
    expect((await bench.calls['cache.list']()).filter(({ kind }) => kind === 'cached')).toHaveLength(2);
    await bench.calls['cache.collect']({ dry: false, keepMB: 0 });
    const failed = await rollback(one.id);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'not-found', message: `What features, finalize made in run ${one.id} is no longer in the cache.` } });
    expect(bench.engine.parameters().values.features.damping).toBe(3);
    expect(await dump()).toEqual(now);
    expect((await rollback('none')).error?.message).toBe('There is no run none.');
    expect((await bench.status()).every(({ state }) => state === 'current')).toBe(true);
  });
});

describe('rollback that is killed after the tables moved and before the parameters did', () => {
  const file = () => path.join(bench.directory, 'workspace', 'reelbench.yaml');
  async function killedBetween(): Promise<{ tables: unknown }> {
    const { run: one } = await bench.run();
    const tables = await dump();
    await bench.engine.parameters().set('features.damping', 3);
    await bench.engine.parameters().set('quality.ratings.volume.threshold', 3);
    await bench.run();
    await bench.close({ keep: true });
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/going-back-child.ts', import.meta.url)), bench.directory, one.id], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const [said] = await once(child.stdout, 'data');
    expect(String(said)).toBe('between\n');
    child.kill('SIGKILL');
    await exited;
    expect(readFileSync(file(), 'utf8')).toMatch(/damping: 3[^]*threshold: 3|threshold: 3[^]*damping: 3/);
    return { tables };
  }
  const damping = () => bench.engine.parameters().values.features.damping;

  test('has its parameters in force, all of them, when the workspace is opened again', async () => {
    const { tables } = await killedBetween();
    bench = await PipelineBench.open(undefined, bench.directory);
    expect(await dump()).toEqual(tables);
    expect(damping()).toBe(25);
    expect(bench.engine.parameters().values.quality.rules).toEqual({});
    expect((await bench.status()).every(({ state }) => state === 'current')).toBe(true);
    // Once: what is changed from now on stays.
    await bench.engine.parameters().set('features.damping', 7);
    await bench.close({ keep: true });
    bench = await PipelineBench.open(undefined, bench.directory);
    expect(damping()).toBe(7);
  });

  test('leaves what was changed by hand since then, and says so in the log', async () => {
    await killedBetween();
    const text = readFileSync(file(), 'utf8');
    writeFileSync(file(), text.replace('damping: 3', 'damping: 11'));
    bench = await PipelineBench.open(undefined, bench.directory);
    expect(damping()).toBe(11);
    expect(bench.engine.parameters().values.quality.rules).toEqual({});
    expect(readFileSync(path.join(bench.directory, 'workspace', 'logs', 'reelbench.log'), 'utf8')).toMatch(/changed since: features\.damping/);
  });
});

test('a roll-back whose parameters could not be put in force moves no table', async () => {
  const { run: one } = await bench.run();
  await bench.engine.parameters().set('features.damping', 3);
  await bench.run();
  const now = await dump();
  writeFileSync(path.join(bench.directory, 'workspace', 'reelbench.yaml'), 'features:\n  damping: 4\n');
  expect(await rollback(one.id)).toMatchObject({ status: 'failed', error: { code: 'not-ready', message: expect.stringContaining('features.damping was changed') } });
  expect(await dump()).toEqual(now);
  expect(bench.engine.parameters().values.features.damping).toBe(4);
});

test('two runs side by side: parameters, files, tables, durations', async () => {
  const { run: a } = await bench.run();
  await bench.import('ratings', 'SELECT * FROM raw.ratings WHERE user_id < 30', { content: 'b' });
  await bench.engine.parameters().set('features.damping', 3);
  const { run: b } = await bench.run();
  const compared = await bench.calls['runs.compare']({ a: a.id, b: b.id }, call);
  expect(compared.parameters).toEqual([{ name: 'features.damping', a: 25, b: 3 }]);
  expect(compared.files.map(({ name }) => name)).toEqual(['ratings.csv']);
  const table = (name: string) => compared.tables.find((each) => each.name === name);
  expect(table('ratings')).toEqual({ name: 'ratings', a: 1600, b: 1160, same: false });
  expect(table('genres')).toMatchObject({ same: true });
  expect(compared.stages.find(({ name }) => name === 'features')).toMatchObject({ states: { a: 'ran', b: 'ran' } });
  await expect(bench.calls['runs.compare']({ a: a.id, b: 'none' }, call)).rejects.toMatchObject({ code: 'not-found' });
});

test('a forced run that is resumed repeats nothing that it had done', async () => {
  await bench.run();
  await bench.sql('CREATE TABLE raw.blocker (x INTEGER)');
  const { jobId } = bench.calls['pipeline.run']({ stages: [], force: true, dry: false, resume: false });
  while (!bench.engine.jobs.get(jobId).phases.some(({ name }) => name === 'load')) await new Promise((resolve) => setTimeout(resolve, 1));
  bench.engine.jobs.cancel(jobId);
  await bench.engine.jobs.ended(jobId);
  const { resumable } = await bench.calls['pipeline.status']({}, call);
  expect(resumable).toMatchObject({ status: 'cancelled', done: expect.arrayContaining(['extract', 'validate', 'transform']) });
  const dry = await bench.calls['pipeline.plan']({ stages: [], force: false, dry: false, resume: true }, call);
  expect(dry.stages.filter(({ action }) => action === 'run').map(({ name }) => name)).toEqual(expect.arrayContaining(['features', 'finalize']));
  const resumed = await bench.run({ resume: true });
  expect(states(resumed)).toMatchObject({ extract: 'cached', validate: 'cached', transform: 'cached', features: 'ran', finalize: 'ran' });
  expect(resumed.run.after).toEqual({ run: expect.any(String), how: 'resume' });
  const { jobId: none } = bench.calls['pipeline.run']({ stages: [], force: false, dry: false, resume: true });
  expect((await bench.engine.jobs.ended(none)).error).toMatchObject({ code: 'not-ready', message: 'There is no run to continue.' });
});
