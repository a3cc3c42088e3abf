import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCommandLine } from '../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-cli-sources-'));
const environment = { ...process.env, REELBENCH_HOME: path.join(folder, 'home') };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reelbench = (...words: string[]) => runCommandLine([...words, '-w', path.join(folder, 'workspace')], { cwd: folder, env: environment });

it('status names the source files that changed, and import --changed reads them again', async () => {
  const ratings = path.join(folder, 'ratings.csv');
  writeFileSync(ratings, 'userId,movieId,rating,timestamp\n1,2,3.5,4\n');
  expect((await reelbench('import', 'ratings.csv')).status).toBe(0);
  const before = JSON.parse((await reelbench('status', '--json')).out) as { sources: unknown };
  expect(before.sources).toMatchObject([{ path: 'ratings.csv', kind: 'ratings', change: 'unchanged' }]);
  expect((await reelbench('import', '--changed')).out).toContain('No imported file changed on disk.');

  writeFileSync(ratings, 'userId,movieId,rating,timestamp\n7,2,3.5,4\n');
  const { out } = await reelbench('status');
  expect(out).toMatch(/ratings\.csv was modified on disk since it was imported \(42 bytes, [0-9a-f]{12} → 42 bytes, [0-9a-f]{12}\)\./);
  expect(out).toContain('reelbench import --changed');
  const again = JSON.parse((await reelbench('import', '--changed', '--json')).out) as unknown;
  expect(again).toMatchObject({ files: [{ path: 'ratings.csv', rows: 1 }], resumed: 0 });
  const after = JSON.parse((await reelbench('status', '--json')).out) as { sources: unknown };
  expect(after.sources).toMatchObject([{ change: 'unchanged' }]);

  const wrong = await reelbench('import');
  expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('--changed')]);
});
