import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { extractStage } from '../../../electron/engine/pipeline/extract.ts';
import { featuresStage } from '../../../electron/engine/features/features.ts';
import { validateStage } from '../../../electron/engine/quality/stage.ts';
import { sourceCalls } from '../../../electron/engine/sources/calls.ts';
import { loadStage } from '../../../electron/engine/transform/load.ts';
import { transformStage } from '../../../electron/engine/transform/transform.ts';
import { dataFolder } from '../../support/movielens.ts';
import { PipelineBench, states } from '../../support/pipeline-bench.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const small = path.join(dataFolder, 'ml-latest-small');

let bench: PipelineBench | undefined;
afterEach(() => bench?.close());

async function imported(folder: string): Promise<PipelineBench> {
  const opened = await PipelineBench.open([extractStage, validateStage, transformStage, loadStage, featuresStage]);
  bench = opened;
  const { jobId } = sourceCalls(opened.engine)['import.start']({ files: [await opened.engine.files.grant(folder)], options: {}, perFile: {} });
  const { error } = await opened.engine.jobs.ended(jobId);
  if (error) throw new Error(error.message);
  return opened;
}

/** Lines of each kind by what became of them; the run itself fails unless the differences are 0. */
const reconciliation = (of: PipelineBench) => of.all<Record<string, number>>('SELECT * FROM reconciliation ORDER BY table_name');

describe('the sample with its planted defects', () => {
  test('every line is accounted for, and what the rules count is what the transform leaves out', async () => {
    const of = await imported(path.join(root, 'resources/sample'));
    const result = await of.run();
    expect(result.run.status).toBe('succeeded');
    const [movies, ratings] = await reconciliation(of);
    for (const row of [movies, ratings]) {
      expect(row?.['difference']).toBe(0);
      expect(row?.['quarantined']).toBeGreaterThan(0);
      expect(row?.['dropped']).toBeGreaterThan(0);
      expect(row?.['fixed']).toBeGreaterThan(0);
      expect([row?.['unusable'], row?.['duplicates'], row?.['orphans']]).toEqual([0, 0, 0]);
    }
    expect(states(await of.run())).toEqual({ extract: 'cached', validate: 'cached', transform: 'cached', load: 'cached', features: 'cached' });
  });

  test('with the fixes off the run is blocked, and nothing is built', async () => {
    const of = await imported(path.join(root, 'resources/sample'));
    await of.engine.parameters().set('quality.fixes', false);
    const { run, blockers } = await of.run();
    expect(run.status).toBe('blocked');
    expect(blockers.map(({ rule }) => rule)).toContain('ratings.rating.range');
    expect(await of.all('SELECT * FROM store.live')).toEqual([]);
  });
});

test.skipIf(!existsSync(small))(`ml-latest-small in ${dataFolder}: all of it is loaded, and fifteen titles tidied`, async () => {
  const of = await imported(small);
  expect((await of.run()).run.status).toBe('succeeded');
  expect((await reconciliation(of)).map(({ table_name, imported: lines, loaded, fixed, difference }) => [table_name, lines, loaded, fixed, difference])).toEqual([
    ['links', 9742, 9742, 0, 0], ['movies', 9742, 9742, 15, 0], ['ratings', 100_836, 100_836, 0, 0], ['tags', 3683, 3683, 0, 0]]);
  expect(await of.all('SELECT count(*) AS films, count(year) AS dated, count(tmdb_id) AS linked FROM movies')).toEqual([{ films: 9742, dated: 9729, linked: 9734 }]);
  expect(await of.all('SELECT count(*) AS n FROM user_profiles')).toEqual([{ n: 610 }]);
});
