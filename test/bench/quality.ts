import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Job, QualityReport } from '../../shared/contract/index.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'quality';

const ROUNDS = 3;

/**
 * All rules on ratings and films, against DuckDB's bare `CREATE TABLE … AS read_csv` of the
 * ratings: each in a process of its own, in turns; medians of three, the highest peak. The rules run on a workspace that was
 * imported and opened before, from the call to the finished report.
 */
export async function run(size: Size): Promise<Figure[]> {
  const shape = size === 'full' ? likeMovieLens32M : likeMovieLens1M;
  const files = await generatedRatings(shape);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
  try {
    await inChild(import.meta.url, 'prepare', folder, files.folder);
    const rounds: Record<'bare' | 'rules', Record<string, number>[]> = { bare: [], rules: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rounds.bare.push(await inChild(import.meta.url, 'bare', files.ratings));
      rounds.rules.push(await inChild(import.meta.url, 'rules', folder));
    }
    const median = (what: keyof typeof rounds) => quantile(rounds[what].map((r) => r['seconds'] ?? Number.NaN), 0.5);
    const peak = (what: keyof typeof rounds) => Math.max(...rounds[what].map((r) => r['peakMB'] ?? Number.NaN));
    const millions = `${(shape.ratings / 1e6).toFixed(0)} M ratings`;
    const figure = (what: 'rules', title: string): Figure[] => [
      { what: `${millions}, ${title}`, value: median(what), unit: 's', ratio: median(what) / median('bare'), against: 'bare read_csv', aim: '≤ 2.0 ×' },
      { what: `${millions}, ${title}, peak memory`, value: peak(what), unit: 'MB', aim: '≤ 2000 MB' },
    ];
    return [{ what: `${millions} from CSV, bare read_csv`, value: median('bare'), unit: 's' }, ...figure('rules', 'all ratings and movies rules')];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function finished(engine: Engine, start: Promise<{ jobId: string }>): Promise<Job> {
  const job = await engine.context.jobs.ended((await start).jobId);
  if (job.status !== 'succeeded') throw new Error(`The job is ${job.status}: ${job.error?.message ?? ''}`);
  return job;
}

const measures = {
  prepare: async (folder = '', source = '') => {
    const opened = await openTestEngine({ folder });
    await opened.imported([path.join(source, 'ratings.csv'), path.join(source, 'movies.csv')]);
    await opened.engine.close();
    return {};
  },
  bare: async (file = '') => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
    try {
      const instance = await DuckDBInstance.create(path.join(folder, 'bare.duckdb'), { memory_limit: '1024MB', temp_directory: path.join(folder, 'tmp') });
      const connection = await instance.connect();
      return {
        seconds: await seconds(() => connection.run(`CREATE TABLE ratings AS
          FROM read_csv(${literal(file)}, auto_detect = false, header = true, columns = { user_id: 'BIGINT', movie_id: 'BIGINT', rating: 'DOUBLE', timestamp: 'BIGINT' })`)),
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  rules: async (folder = '') => {
    const { engine } = await openTestEngine({ folder });
    const began = performance.now();
    const job = await finished(engine, engine.call('quality.run', {}));
    const took = (performance.now() - began) / 1000;
    for (const { name, seconds } of job.phases) console.error(`  ${name}: ${seconds.toFixed(2)} s`);
    for (const { id, failed, checked } of QualityReport.parse(job.result).rules) if (failed > 0) console.error(`  ${id}: ${failed} of ${checked}`);
    await engine.close();
    return { seconds: took };
  },
};

if (import.meta.main) await answer(measures);
