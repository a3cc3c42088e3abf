import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { entry, runCommandLine } from '../support/command-line.ts';
import { openTraining } from '../support/open-training.ts';
import { buildTables } from '../support/small-world.ts';

/** Some seconds of steps, however well it goes. */
const settings = ['recommenders.sasrec.width=32', 'recommenders.sasrec.length=50', 'recommenders.sasrec.epochs=40', 'recommenders.sasrec.patience=40', 'engine.threads=2'];
const words = settings.flatMap((setting) => ['--set', setting]);
const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

async function workspace() {
  const folder = await mkdtemp(path.join(tmpdir(), 'reelbench-train-'));
  folders.push(folder);
  const engine = await openTraining(folder);
  await buildTables(engine, 'world', 1);
  await engine.close();
  const directory = path.join(folder, 'workspace');
  const env = { ...process.env, REELBENCH_HOME: path.join(folder, 'home') };
  const kept = () => (existsSync(path.join(directory, 'checkpoints')) ? readdirSync(path.join(directory, 'checkpoints')) : []);
  return {
    kept,
    /** Kills `program` once `when` holds, which it must before the program's end. */
    async killed(program: readonly string[], when: (said: string) => boolean) {
      const child = spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const exited = once(child, 'exit');
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text; });
      while (child.exitCode === null && !when(said)) await setTimeout(5);
      child.kill('SIGKILL');
      expect({ said, exit: await exited }).toMatchObject({ exit: [null, 'SIGKILL'] });
    },
    child: [fileURLToPath(new URL('../support/training-child.ts', import.meta.url)), folder, 'sasrec', ...settings],
    commandLine: [entry, 'train', 'sasrec', '--log-level', 'info', '-w', directory, ...words],
    async train() {
      const { status, err } = await runCommandLine(['train', 'sasrec', '--log-level', 'info', '-w', directory, ...words], { cwd: folder, env });
      expect({ status, err }).toMatchObject({ status: 0 });
      return err;
    },
    /** SHA-256 of the model's file, and its training curve without times. */
    async trained() {
      const engine = await openTraining(folder);
      try {
        const { sha256 } = await engine.context.workspace().read((session) => session.one<{ sha256: string }>("SELECT sha256 FROM main.models WHERE model = 'sasrec'"));
        const { points } = await engine.call('models.curve', { model: 'sasrec' });
        return { sha256, curve: points.map(({ epoch, loss, metric }) => ({ epoch, loss, metric })) };
      } finally {
        await engine.close();
      }
    },
  };
}

it('a network whose training is killed goes on where it was, and comes to the very same model and curve', async () => {
  const [undisturbed, disturbed] = [await workspace(), await workspace()];
  expect(await undisturbed.train()).not.toContain('goes on from');

  const whole = () => disturbed.kept().some((file) => !file.endsWith('.tmp'));
  // Killed as soon as anything is kept, then again some time after, in other processes.
  await disturbed.killed(disturbed.child, whole);
  let asked = 0;
  await disturbed.killed(disturbed.child, (said) => said.includes('began') && ++asked > 100);
  await disturbed.killed(disturbed.commandLine, (said) => said.includes('goes on from step'));
  expect(whole()).toBe(true);
  expect(await disturbed.train()).toMatch(/goes on from step \d+ of \d+/);

  expect(await disturbed.trained()).toEqual(await undisturbed.trained());
  expect(disturbed.kept()).toEqual([]);
}, 60_000);
