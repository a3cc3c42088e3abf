import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../shared/contract/index.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { openTraining } from '../../support/open-training.ts';
import { buildTables } from '../../support/small-world.ts';

/** Some seconds of sweeps. */
const slow = ['recommenders.als.factors=256', 'recommenders.als.cg_steps=20', 'recommenders.als.iterations=60'];
const random = seededRandom(11);

describe('a training of ALS that was interrupted', () => {
  let expected: string;
  let seconds: number;
  let folder: string;
  let engine: Engine;

  const begin = async (overrides: readonly string[]) => {
    folder = await mkdtemp(path.join(tmpdir(), 'reelbench-checkpoints-'));
    engine = await openTraining(folder, overrides);
    await buildTables(engine, 'world', 1);
  };
  const end = async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  };
  const train = async (cancelAfter?: number): Promise<Job> => {
    const { jobId } = await engine.call('models.train', { models: ['als'] });
    if (cancelAfter !== undefined) {
      await setTimeout(cancelAfter);
      await engine.call('jobs.cancel', { id: jobId });
    }
    return engine.context.jobs.ended(jobId);
  };
  const model = async () => (await engine.context.workspace().read((session) => session.one<{ sha256: string }>("SELECT sha256 FROM main.models WHERE model = 'als'"))).sha256;
  const kept = () => {
    const directory = path.join(folder, 'workspace', 'checkpoints');
    return existsSync(directory) ? readdirSync(directory).map((file) => path.join(directory, file)) : [];
  };
  const wentOn = ({ log }: Job) => log.some(({ message }) => /goes on from step \d+ of 60/.test(message));
  /** Trains until there is a checkpoint, and cancels. */
  const untilKept = async () => {
    for (let wait = 300 * seconds; kept().length === 0; wait += 50) expect((await train(wait)).status).toBe('cancelled');
    return kept()[0] ?? '';
  };

  beforeAll(async () => {
    await begin([...slow, 'engine.threads=2']);
    const began = performance.now();
    await train();
    seconds = (performance.now() - began) / 1000;
    expected = await model();
    await end();
  }, 60_000);
  afterEach(end);

  it.each([1, 2])('cancelled at random moments goes on, and gives the very same file, on %i threads', async (threads) => {
    await begin([...slow, `engine.threads=${threads}`]);
    let resumed = 0;
    let slowest = 0;
    for (let turn = 0; ; turn++) {
      // On a busy machine all of them may have come before the first checkpoint.
      if (turn === 6 && resumed === 0) await untilKept();
      const asked = performance.now();
      const wait = turn < 6 ? random() * seconds * 500 : undefined;
      const job = await train(wait);
      if (wait !== undefined && job.status === 'cancelled') slowest = Math.max(slowest, performance.now() - asked - wait);
      if (wentOn(job)) resumed++;
      if (job.status === 'succeeded') break;
      expect(job.status).toBe('cancelled');
    }
    expect(await model()).toBe(expected);
    expect(resumed).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(2000);
    expect(kept()).toEqual([]);
  }, 60_000);

  it('killed at random moments goes on in another process, and gives the very same file', async () => {
    const overrides = [...slow, 'engine.threads=2'];
    await begin(overrides);
    await engine.close();
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/training-child.ts', import.meta.url)), folder, 'als', ...overrides], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      await Promise.race([once(child.stdout, 'data'), exited]);
      await setTimeout((0.2 + 0.3 * random()) * seconds * 1000);
      child.kill('SIGKILL');
      await exited;
    }
    engine = await openTraining(folder, overrides);
    expect(kept().filter((file) => file.endsWith('.tmp'))).toEqual([]);
    const job = await train();
    expect(job.status).toBe('succeeded');
    expect(await model()).toBe(expected);
  }, 60_000);

  it('leaves a checkpoint aside that is cut short, damaged or of another training, and says so', async () => {
    await begin([...slow, 'engine.threads=2']);
    const file = await untilKept();
    const whole = readFileSync(file);
    const damaged = Uint8Array.from(whole, (byte, at) => (at === whole.length - 100 ? byte ^ 1 : byte));
    await end();

    await begin([...slow, 'recommenders.als.alpha=2', 'engine.threads=2']);
    const foreign = readFileSync(await untilKept());
    await end();

    for (const content of [whole.subarray(0, whole.length / 2), damaged, foreign]) {
      await begin([...slow, 'engine.threads=2']);
      const here = await untilKept();
      writeFileSync(here, content);
      const job = await train();
      expect(job.log).toContainEqual(expect.objectContaining({ level: 'warn', message: expect.stringContaining('begins at its beginning') }));
      expect(await model()).toBe(expected);
      await end();
    }
    await begin([]);
  }, 120_000);
});
