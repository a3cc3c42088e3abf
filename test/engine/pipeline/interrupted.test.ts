import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { PipelineBench } from '../../support/pipeline-bench.ts';

const random = seededRandom(7);
const RATINGS = `
  SELECT u AS user_id, m AS movie_id, ((u * 7 + m * 3) % 10 + 1) / 2 AS rating, 1000000000 + u * 86400 + (m * 7919) % 86400 AS timestamp
  FROM range(1, 1501) a(u), range(1, 301) b(m) WHERE (u * 31 + m * 17) % 3 <> 0 ORDER BY u, m`;

/** What everybody reads, and what lies in the store. */
async function snapshot(bench: PipelineBench) {
  return {
    live: await bench.all('SELECT * FROM store.live ORDER BY table_name'),
    stages: await bench.all('SELECT stage, run_id FROM store.stages ORDER BY stage'),
    ratings: await bench.all('SELECT count(*) AS n, sum(rating) AS total, sum(hash(user_id, movie_id, rated_at)) AS h FROM ratings'),
    profiles: await bench.all('SELECT count(*) AS n FROM user_profiles'),
  };
}

let bench: PipelineBench;
let seconds: number;
beforeAll(async () => {
  bench = await PipelineBench.open();
  await bench.importSmall();
  await bench.import('movies', `SELECT i AS movie_id, 'Film ' || i || ' (2001)' AS title, 'Comedy|Drama' AS genres FROM range(1, 301) t(i)`);
  await bench.import('ratings', RATINGS);
  const { run } = await bench.run();
  if (run.status !== 'succeeded') throw new Error(run.status);
  seconds = run.seconds;
});
afterAll(() => rm(bench.directory, { recursive: true, force: true }));

describe('an interrupted run', () => {
  test('cancelled at any moment ends within a second and changes nothing', async () => {
    const before = await snapshot(bench);
    let slowest = 0;
    const ends: string[] = [];
    for (let round = 0; round < 6; round++) {
      const { jobId } = bench.calls['pipeline.run']({ stages: [], force: true, dry: false, resume: false });
      await setTimeout(random() * seconds * 600);
      const asked = performance.now();
      bench.engine.jobs.cancel(jobId);
      const job = await bench.engine.jobs.ended(jobId);
      slowest = Math.max(slowest, performance.now() - asked);
      ends.push(`${job.status} ${job.error?.code}`);
    }
    expect(ends).toEqual(Array(6).fill('cancelled cancelled'));
    expect(slowest).toBeLessThan(1000);
    expect(await snapshot(bench)).toEqual(before);
    expect(await bench.all('SELECT status, count(*) AS n FROM etl_runs GROUP BY 1 ORDER BY 1')).toEqual([{ status: 'cancelled', n: 6 }, { status: 'succeeded', n: 1 }]);
  });

  test('killed at any moment leaves the last good state, and the next run succeeds', async () => {
    const before = await snapshot(bench);
    await bench.close({ keep: true });
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/pipeline-child.ts', import.meta.url)), bench.directory], { stdio: ['ignore', 'pipe', 'ignore'] });
      const exited = once(child, 'exit');
      // It may also end before it says anything, for instance while the workspace is still held.
      await Promise.race([once(child.stdout, 'data'), exited]);
      await setTimeout(random() * seconds * 600);
      child.kill('SIGKILL');
      await exited;

      bench = await PipelineBench.open(undefined, bench.directory);
      expect(await snapshot(bench)).toEqual(before);
      if (round < 2) await bench.close({ keep: true });
    }
    const { run } = await bench.run({ force: true });
    expect(run.status).toBe('succeeded');
    expect((await snapshot(bench)).ratings).toEqual(before.ratings);
    await bench.close({ keep: true });
  });
});
