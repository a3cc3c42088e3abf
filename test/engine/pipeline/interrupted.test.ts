import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input, PipelineStatus, Run, RunResult } from '../../../shared/contract/index.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { type SmallRatings, writeSmallRatings } from '../../support/small-ratings.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

/** Random moments of each kind; CI takes fewer than `INTERRUPTIONS=50`. */
const ROUNDS = Number(process.env['INTERRUPTIONS'] ?? 8);
const shape: SmallRatings = { users: 400, films: 150 };
const random = seededRandom(11);

/** What everybody reads, by content: each visible table with its fingerprint, and which build stands for each stage. */
async function visible(opened: TestEngine) {
  const builds = await opened.rows<{ stage: string; run_id: string; outputs: string }>('SELECT stage, run_id, outputs FROM store.stages JOIN store.builds USING (stage, run_id) ORDER BY stage');
  return {
    runs: Object.fromEntries(builds.map(({ stage, run_id }) => [stage, run_id])),
    tables: Object.assign({}, ...builds.map(({ outputs }) => JSON.parse(outputs) as Record<string, string>)) as Record<string, string>,
    live: (await opened.rows<{ table_name: string }>('SELECT table_name FROM store.live ORDER BY 1')).map(({ table_name }) => table_name),
    ratings: await opened.rows('SELECT count(*) AS n, sum(rating) AS total FROM ratings'),
    models: (await opened.engine.call('models.list', {})).filter(({ trained }) => trained).map(({ model }) => model),
  };
}

/** Files in the workspace that are neither the database, nor reports, logs or parameters, nor say who holds it, nor are named by a build. */
async function strayFiles(opened: TestEngine): Promise<string[]> {
  const named = new Set((await opened.rows<{ files: string }>('SELECT files FROM store.builds')).flatMap(({ files }) => JSON.parse(files) as string[]));
  const { workspace } = opened;
  const found = await readdir(workspace, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`.slice(workspace.length + 1));
  return files.filter((file) => !named.has(file) && !/^(workspace\.duckdb(\.wal)?|quality\.json|reelbench\.yaml|runs\/[^/]+\.json|logs\/.*|outputs\/[^/]+|holder\/[^/]+|checkpoints\/.*\.checkpoint)$/.test(file));
}

let bench: TestEngine;
let seconds: number;
const run = async (request: Input<'pipeline.run'> = {}) => {
  const { jobId } = await bench.engine.call('pipeline.run', request);
  const job = await bench.engine.context.jobs.ended(jobId);
  return { job, result: job.result as RunResult | undefined };
};

beforeAll(async () => {
  bench = await openTestEngine();
  await bench.imported(await writeSmallRatings(bench.folder, shape));
  const first = await run();
  if (first.job.status !== 'succeeded') throw new Error(JSON.stringify(first.job.error));
  seconds = (await run({ force: true })).job.seconds;
}, 120_000);
afterAll(async () => {
  await bench.engine.close();
  await rm(bench.folder, { recursive: true, force: true });
});

describe('an interrupted run', () => {
  test('cancelled at any moment ends within a second, changes nothing that is visible and leaves no stray file', async () => {
    let before = await visible(bench);
    let slowest = 0;
    const stages = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const { jobId } = await bench.engine.call('pipeline.run', { force: true });
      await setTimeout(random() * seconds * 900);
      const at = bench.engine.context.jobs.get(jobId).phases.at(-1)?.name ?? 'start';
      const asked = performance.now();
      bench.engine.context.jobs.cancel(jobId);
      const job = await bench.engine.context.jobs.ended(jobId);
      if (job.status === 'succeeded') {
        before = await visible(bench);
        continue;
      }
      slowest = Math.max(slowest, performance.now() - asked);
      stages.set(at, (stages.get(at) ?? 0) + 1);
      expect(job.error?.code).toBe('cancelled');
      expect(await visible(bench)).toEqual(before);
      expect(await strayFiles(bench)).toEqual([]);
    }
    console.info(`${ROUNDS} cancels, the slowest ended after ${slowest.toFixed(0)} ms; cancelled at ${[...stages].map(([name, n]) => `${name} (${n})`).join(', ')}.`);
    expect(slowest).toBeLessThan(1000);
  }, 600_000);

  test('killed at any moment leaves the last good state; resumed, it gives what an undisturbed run gives', async () => {
    let before = await visible(bench);
    const undisturbed = before.tables;
    const stages = new Map<string, number>();
    let [again, saved] = [0, 0];
    await bench.engine.close();
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/pipeline-child.ts', import.meta.url)), bench.folder], { stdio: ['ignore', 'pipe', 'ignore'] });
      const exited = once(child, 'exit');
      // It may also end before it says anything.
      await Promise.race([once(child.stdout, 'data'), exited]);
      await setTimeout(random() * seconds * 1100);
      child.kill('SIGKILL');
      await exited;

      bench = await openTestEngine({ folder: bench.folder });
      const [last] = await bench.engine.call('runs.list', { limit: 1 });
      const { resumable } = await bench.engine.call('pipeline.status', {});
      if (last?.status !== 'succeeded') {
        // Else it was killed after its end, or before it began.
        const found = await checkResume(before, last, resumable);
        again += found.again;
        saved += found.saved;
        stages.set(found.after, (stages.get(found.after) ?? 0) + 1);
      }
      expect(await strayFiles(bench)).toEqual([]);
      before = await visible(bench);
      expect(before.tables).toEqual(undisturbed);
      if (round < ROUNDS - 1) await bench.engine.close();
    }
    console.info(`${ROUNDS} kills, after ${[...stages].map(([name, n]) => `${name} (${n})`).join(', ')}; resumed runs took ${saved} stages from the cache and ran ${again}.`);
  }, 600_000);
});

/** The interrupted run is known, changed nothing that is visible, and is continued without repeating what it had done. */
async function checkResume(before: Awaited<ReturnType<typeof visible>>, last: Run | undefined, resumable: PipelineStatus['resumable']) {
  expect(await visible(bench)).toEqual(before);
  expect(last).toMatchObject({ status: 'failed', error: { code: 'engine-lost' } });
  expect(resumable?.run).toBe(last?.id);
  const { job, result } = await run({ resume: true });
  expect(job.status).toBe('succeeded');
  const done = resumable?.done ?? [];
  expect(result?.run.stages.filter(({ name, state }) => state === 'ran' && done.includes(name))).toEqual([]);
  return { after: done.at(-1) ?? 'start', saved: done.length, again: result?.run.stages.filter(({ state }) => state === 'ran').length ?? 0 };
}
