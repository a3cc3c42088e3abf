import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { modelNames, type RunResult } from '../../../shared/contract/index.ts';
import { defaultParameters } from '../../../electron/engine/workspace/parameters.ts';
import { writeSmallRatings } from '../../support/small-ratings.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const opened: TestEngine[] = [];
afterAll(async () => {
  for (const each of opened) await each.close();
});

/** Keys of a report that tell when, how fast and by which run something was made, or how many threads there were. */
const OF_THE_OCCASION = new Set(['id', 'startedAt', 'began', 'seconds', 'builtBy', 'peakMemoryMB', 'at', 'madeAt', 'engine.threads']);

function withoutOccasion(value: unknown, runId: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutOccasion(item, runId));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([key]) => !OF_THE_OCCASION.has(key) && !key.endsWith('_seconds')).map(([key, item]) => [key, withoutOccasion(item, runId)]));
  }
  return typeof value === 'string' ? value.replaceAll(runId, 'RUN') : value;
}

/** Imports the same files into a new workspace, runs everything, and answers the reports and every built table without its measured columns. */
async function runOnce(threads: number, jobs: number) {
  const bench = await openTestEngine({ overrides: [`engine.threads=${threads}`], clock: () => new Date('2026-01-01T00:00:00Z') });
  opened.push(bench);
  await bench.imported(await writeSmallRatings(path.join(bench.folder, 'files'), { users: 300, films: 120 }));
  const { jobId } = await bench.engine.call('pipeline.run', { jobs });
  const job = await bench.engine.context.jobs.ended(jobId);
  const { run, report } = job.result as RunResult;
  const onDemand = modelNames.filter((name) => !defaultParameters.train.models.includes(name)).map((name) => `train-${name}`);
  expect([job.status, run.stages.filter(({ state }) => state !== 'ran').map(({ name }) => name)]).toEqual(['succeeded', onDemand]);
  const read = (file: string) => JSON.stringify(withoutOccasion(JSON.parse(readFileSync(path.join(bench.workspace, file), 'utf8')), run.id));
  const { request: _request, ...content } = JSON.parse(read(report ?? '')) as { request: unknown; log: { message: string }[] };
  return {
    // Side by side, lines of several stages come in the order in which they happen.
    report: { ...content, log: content.log.map(({ message }) => message).toSorted() },
    quality: JSON.parse(read('quality.json')) as unknown,
  };
}

test('the same files, parameters and seed give byte-identical reports apart from times, on one thread and on two, one by one and side by side', async () => {
  const first = await runOnce(1, 1);
  expect(first.report).toMatchObject({ version: 2, run: { status: 'succeeded' } });
  for (const [threads, jobs] of [[1, 1], [2, 1], [2, 2]] as const) {
    const again = await runOnce(threads, jobs);
    expect(again).toEqual(first);
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
  }
}, 120_000);
