import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { listTables } from '../../../electron/engine/workspace/catalog.ts';
import type { Stage } from '../../../electron/engine/workspace/stage.ts';
import { PipelineBench, states } from '../../support/pipeline-bench.ts';

let bench: PipelineBench;
afterEach(() => bench.close());

const open = async (...stages: Stage[]) => {
  bench = await PipelineBench.open(stages);
  await bench.importSmall();
  await bench.engine.parameters().set('pipeline.retry_seconds', 0.01);
};
/** A stage that makes a table of one row, or does what `run` says. */
const stage = (name: Stage['name'], rest: Partial<Stage> & { reads?: string[] } = {}): Stage => ({
  name, title: name, reads: ['raw.ratings'], writes: [`${name}_made`], parameters: [], version: 1,
  run: async ({ session, write }) => {
    await session.run(`CREATE TABLE ${write(`${name}_made`)} AS SELECT 1 AS x`);
    return { rowsIn: 1, rowsOut: 1 };
  },
  ...rest,
});
const busy = () => Object.assign(new Error('EBUSY: resource busy or locked'), { code: 'EBUSY' });

describe('retries', () => {
  test('what may pass is tried again with longer waits, what will not is not', async () => {
    let calls = 0;
    const made = stage('extract');
    await open(stage('extract', {
      run: async (context) => {
        const outcome = await made.run(context);
        if (++calls < 3) throw busy();
        return outcome;
      },
    }));
    const { run, job } = await bench.run();
    expect([run.status, run.stages[0]?.attempts]).toEqual(['succeeded', 3]);
    expect(job.log.filter(({ level }) => level === 'warn').map(({ message }) => message.replace(/in [\d.]+ s/, 'in … s'))).toEqual([
      'extract: EBUSY: resource busy or locked Trying again in … s (1 of 2).', 'extract: EBUSY: resource busy or locked Trying again in … s (2 of 2).']);
    expect(job.warnings).toBe(2);
    calls = -10;
    const tired = await bench.run({ force: true });
    expect([tired.run.status, calls]).toEqual(['failed', -7]);
  });

  test('a defect is not tried again', async () => {
    let calls = 0;
    await open(stage('extract', { run: () => Promise.reject(new Error(`Broken ${++calls}.`)) }));
    expect((await bench.run()).run).toMatchObject({ status: 'failed', error: { message: 'Broken 1.' }, stages: [{ state: 'failed', error: { message: 'Broken 1.' } }] });
  });

  test('a cancel ends a long wait at once', async () => {
    await open(stage('extract', { run: () => Promise.reject(busy()) }));
    await bench.engine.parameters().set('pipeline.retry_seconds', 1000);
    const { jobId } = bench.calls['pipeline.run']({ stages: [], force: false, dry: false, resume: false });
    while (bench.engine.jobs.get(jobId).warnings === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const asked = performance.now();
    bench.engine.jobs.cancel(jobId);
    expect((await bench.engine.jobs.ended(jobId)).status).toBe('cancelled');
    expect(performance.now() - asked).toBeLessThan(1000);
  });
});

test('a stage that is not critical leaves a mark and its earlier tables, and what reads them goes on', async () => {
  let broken = false;
  const publish = stage('publish', { critical: false, parameters: ['features.damping'] });
  await open(
    stage('extract'),
    { ...publish, run: (context) => (broken ? Promise.reject(new Error('No room.')) : publish.run(context)) },
    stage('finalize', { reads: ['publish_made', 'extract_made'], optional: ['publish_made'] }));
  expect((await bench.run()).run.status).toBe('succeeded');
  broken = true;
  await bench.engine.parameters().set('features.damping', 7);
  const { run, job } = await bench.run();
  expect([run.status, ...Object.values(states({ run, report: null, blockers: [] }))]).toEqual(['succeeded', 'cached', 'failed', 'cached']);
  expect(run.stages[1]?.error?.message).toBe('No room.');
  expect(job.log.at(-1)?.message ?? '').toContain('goes on without it');
  expect(await bench.all('SELECT * FROM publish_made')).toEqual([{ x: 1 }]);
  const [, marked] = await bench.status();
  expect(marked).toMatchObject({ state: 'changed', mark: { run: run.id, message: 'No room.' } });
  const table = async () => (await bench.engine.workspace().read(listTables)).find(({ name }) => name === 'publish_made');
  expect((await table())?.mark).toBe('No room.');
  broken = false;
  expect(states(await bench.run())).toMatchObject({ publish: 'ran' });
  expect((await table())?.mark).toBeNull();
  expect((await bench.status())[1]).toMatchObject({ state: 'current', mark: null });
});

describe('side by side', () => {
  test('independent stages run at the same time, those that read from one another do not, and a failure stops the others', async () => {
    const running = new Set<string>();
    let most = 0;
    const slow = (name: Stage['name'], reads: string[], fails = false): Stage => {
      const made = stage(name, { reads });
      return {
        ...made,
        run: async (context) => {
          running.add(name);
          most = Math.max(most, running.size);
          await new Promise((resolve) => setTimeout(resolve, fails ? 30 : 100));
          running.delete(name);
          if (fails) throw new Error('Broken.');
          return made.run(context);
        },
      };
    };
    await open(slow('extract', ['raw.ratings']), slow('validate', ['raw.ratings']), slow('transform', ['extract_made', 'validate_made']), slow('features', ['transform_made']), slow('split', ['transform_made']));
    const { run } = await bench.run({ jobs: 2 });
    expect([run.status, most]).toEqual(['succeeded', 2]);
    const at = Object.fromEntries(run.stages.map(({ name, began, seconds }) => [name, { began, ended: began + seconds }]));
    expect(at['transform']?.began ?? 0).toBeGreaterThanOrEqual(Math.max(at['extract']?.ended ?? 9, at['validate']?.ended ?? 9) - 0.01);
    expect(at['split']?.began ?? 9).toBeLessThan(at['features']?.ended ?? 0);
    most = 0;
    await bench.run({ force: true, jobs: 1 });
    expect(most).toBe(1);
    await bench.close();

    await open(slow('extract', ['raw.ratings'], true), slow('validate', ['raw.ratings']), slow('transform', ['extract_made', 'validate_made']));
    const failed = await bench.run({ jobs: 3 });
    expect(states(failed)).toEqual({ extract: 'failed', validate: 'skipped', transform: 'skipped' });
  });

  test('stages that do not fit into memory together run one after the other', async () => {
    const memory = () => Promise.resolve(process.availableMemory() * 0.6);
    await open(stage('extract', { memory }), stage('validate', { memory }));
    const { run } = await bench.run({ jobs: 2 });
    const [first, second] = run.stages;
    expect(second?.began ?? 0).toBeGreaterThanOrEqual((first?.began ?? 9) + (first?.seconds ?? 9) - 0.005);
  });
});

describe('checkpoints', () => {
  test('a stage goes on from where it was kept, unless it is forced, and the checkpoint goes when it succeeds', async () => {
    const steps: string[] = [];
    let stop = true;
    const made = stage('features', { parameters: ['features.damping'] });
    await open({
      ...made,
      run: async (context) => {
        const kept = await context.checkpoint.read();
        const from = kept === undefined ? 0 : Number(kept.toString());
        for (let at = from; at < 4; at++) {
          steps.push(`step ${at}`);
          await context.checkpoint.write(Buffer.from(String(at + 1)), `step ${at + 1} of 4`);
          if (stop && at === 1) throw new Error('Power cut.');
        }
        return made.run(context);
      },
    });
    await bench.run();
    expect((await bench.calls['cache.list']()).map(({ kind, about }) => `${kind}: ${about}`)).toEqual(['checkpoint: Stopped at step 2 of 4']);
    await bench.engine.parameters().set('features.damping', 9);
    stop = false;
    await bench.engine.parameters().set('features.damping', 25);
    const { job } = await bench.run({ resume: true });
    expect(steps).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
    expect(job.log.map(({ message }) => message)).toContain('features goes on from step 2 of 4.');
    expect(await readdir(bench.engine.workspace().path('checkpoints'))).toEqual([]);

    stop = true;
    await bench.engine.parameters().set('features.damping', 11);
    await bench.run();
    steps.length = 0;
    stop = false;
    await bench.run({ force: true });
    expect(steps).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
    expect(existsSync(bench.engine.workspace().path('checkpoints'))).toBe(true);
  });
});
