import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Input } from '../../shared/contract/index.ts';
import { RunResult } from '../../shared/contract/pipeline.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import { answer, inChild } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'pipeline';

/**
 * The pipeline from imported files to features (check, clean, reconcile, features), the same run again when nothing
 * changed, a switch to another k-core and back, and the split, each in a process of its own against the import of the same
 * files.
 */
export async function run(size: Size): Promise<Figure[]> {
  const shape = size === 'full' ? likeMovieLens32M : likeMovieLens1M;
  const files = await generatedRatings(shape);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
  try {
    const imported = await inChild(import.meta.url, 'prepare', folder, files.folder);
    const first = await inChild(import.meta.url, 'run', folder);
    const again = await inChild(import.meta.url, 'run', folder);
    const other = await inChild(import.meta.url, 'run', folder, OTHER);
    const back = await inChild(import.meta.url, 'run', folder);
    const leftOut = await inChild(import.meta.url, 'split', folder);
    const drawn = await inChild(import.meta.url, 'split', folder, 'split.method=random');
    const value = (measured: Record<string, number>, what: string) => measured[what] ?? Number.NaN;
    const millions = `${(shape.ratings / 1e6).toFixed(0)} M ratings`;
    return [
      { what: `${millions}, import`, value: value(imported, 'seconds'), unit: 's' },
      { what: `${millions}, run to features`, value: value(first, 'seconds'), unit: 's', ratio: value(first, 'seconds') / value(imported, 'seconds'), against: 'import' },
      ...['validate', 'transform', 'load', 'features'].map((stage) => ({ what: `${millions}, of these ${stage}`, value: value(first, stage), unit: 's' })),
      { what: `${millions}, run, peak memory`, value: value(first, 'peakMB'), unit: 'MB', aim: '≤ 2000 MB' },
      { what: `${millions}, run with nothing to do`, value: value(again, 'seconds'), unit: 's', aim: '≤ 1 s' },
      { what: `${millions}, run with nothing to do, peak memory`, value: value(again, 'peakMB'), unit: 'MB', aim: '≤ 300 MB' },
      { what: `${millions}, run with another k-core`, value: value(other, 'seconds'), unit: 's' },
      { what: `${millions}, back to the first k-core`, value: value(back, 'seconds'), unit: 's', ratio: value(back, 'seconds') / value(first, 'seconds'), against: 'computing it', aim: '≤ 0.10 ×' },
      { what: `${millions}, split leave-last-out, with sequences`, value: value(leftOut, 'split'), unit: 's' },
      { what: `${millions}, split at random, with sequences`, value: value(drawn, 'split'), unit: 's' },
      { what: `${millions}, split, peak memory`, value: Math.max(value(leftOut, 'peakMB'), value(drawn, 'peakMB')), unit: 'MB', aim: '≤ 2000 MB' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const OTHER = 'transform.min_ratings_per_user=25';
type Named = NonNullable<Input<'pipeline.run'>['stages']>;

const measures = {
  prepare: async (folder = '', source = '') => {
    const opened = await openTestEngine({ folder });
    const { seconds } = await opened.imported([path.join(source, 'ratings.csv'), path.join(source, 'movies.csv')]);
    await opened.engine.close();
    return { seconds };
  },
  run: (folder = '', ...overrides: string[]) => runTo(['features'], folder, overrides),
  split: (folder = '', ...overrides: string[]) => runTo(['split'], folder, overrides),
};

async function runTo(stages: Named, folder: string, overrides: string[]): Promise<Record<string, number>> {
  const { engine } = await openTestEngine({ folder, overrides });
  const { jobId } = await engine.call('pipeline.run', { stages });
  const job = await engine.context.jobs.ended(jobId);
  const { run: result } = RunResult.parse(job.result);
  await engine.close();
  if (job.status !== 'succeeded') throw new Error(`The run is ${job.status}: ${job.error?.message ?? ''}`);
  return { seconds: result.seconds, ...Object.fromEntries(result.stages.map(({ name: stage, seconds }) => [stage, seconds])) };
}

if (import.meta.main) await answer(measures);
