import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PipelineBench, stagesWith, states } from '../../support/pipeline-bench.ts';
import type { Stage } from '../../../electron/engine/workspace/stage.ts';

const SECRET = 'hunter2-never-to-be-seen';
const failing: Stage = {
  name: 'split', title: 'Ask the vault', reads: ['ratings'], writes: ['vault'], parameters: ['engine.seed'], version: 1,
  run: ({ parameters, session, write }) => {
    const [, key] = parameters.quality.genres;
    if (parameters.engine.seed === 13) throw new Error(`The vault at ${key} did not answer.`);
    return session.run(`CREATE TABLE ${write('vault')} AS SELECT 1 AS one`).then(() => ({ rowsIn: 0, rowsOut: 1 }));
  },
};

let bench: PipelineBench;
beforeEach(async () => {
  process.env['REELBENCH_TEST_SECRET'] = SECRET;
  bench = await PipelineBench.open(stagesWith(failing));
  await bench.importSmall();
  await writeFile(bench.engine.workspace().path('reelbench.yaml'), 'quality:\n  genres: [Drama, "${REELBENCH_TEST_SECRET}"]\n');
  await bench.engine.parameters().refresh();
});
afterEach(async () => {
  delete process.env['REELBENCH_TEST_SECRET'];
  await bench.close();
});

const files = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile());

test('stages get the value; no table, report, log, reason or event holds it, also after a failure that names it', async () => {
  const first = await bench.run();
  expect(states(first)).toMatchObject({ validate: 'ran', split: 'ran' });
  expect(bench.engine.parameters().values.quality.genres).toContain(SECRET);

  process.env['REELBENCH_TEST_SECRET'] = `${SECRET}-other`;
  await bench.engine.parameters().set('engine.seed', 13);
  const reasons = (await bench.status()).find(({ name }) => name === 'validate')?.reasons;
  expect(reasons).toEqual([{ what: 'quality.genres', change: 'modified', from: expect.stringMatching(/\$\{REELBENCH_TEST_SECRET\} #[0-9a-f]{12}/), to: expect.stringMatching(/\$\{REELBENCH_TEST_SECRET\} #[0-9a-f]{12}/) }]);
  const failed = await bench.run();
  expect(failed.run).toMatchObject({ status: 'failed', error: { message: 'The vault at ${REELBENCH_TEST_SECRET} did not answer.' } });
  expect(failed.job.error?.message).toBe('The vault at ${REELBENCH_TEST_SECRET} did not answer.');

  const tables = await bench.all<{ name: string }>(`SELECT '"' || schema_name || '"."' || table_name || '"' AS name FROM duckdb_tables()`);
  const rows = await Promise.all(tables.map(({ name }) => bench.all<{ row: string }>(`SELECT CAST(t AS VARCHAR) AS row FROM ${name} t`)));
  expect(rows.flat().length).toBeGreaterThan(1000);
  const said = JSON.stringify([rows, first, failed, bench.events, bench.engine.jobs.list(), await bench.status(), bench.engine.parameters().list()]);
  expect(said).toContain('${REELBENCH_TEST_SECRET}');
  expect(said).not.toContain('hunter2');
  await bench.sql('CHECKPOINT');
  expect(files(bench.directory).filter((file) => readFileSync(file).includes('hunter2'))).toEqual([]);
});

test('a file of parameters that was changed by hand counts from the next run, and a wrong one stops it before anything is done', async () => {
  await bench.run();
  await writeFile(bench.engine.workspace().path('reelbench.yaml'), 'features:\n  damping: 3\n');
  expect(states(await bench.run())).toMatchObject({ transform: 'cached', features: 'ran' });
  await writeFile(bench.engine.workspace().path('reelbench.yaml'), 'features:\n  damping: x\n');
  await expect(bench.status()).rejects.toMatchObject({ code: 'invalid-arguments', line: 2 });
  await expect(bench.run()).rejects.toThrow(/features\.damping is/);
});
