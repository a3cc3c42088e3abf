import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Job, QualityReport } from '../../shared/contract/index.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { rules } from '../../electron/engine/quality/rules/index.ts';
import { likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { generatedSet } from '../support/tags-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'quality';

const ROUNDS = 3;

/**
 * All rules on ratings, films, tags and links against DuckDB's bare `CREATE TABLE … AS read_csv` of the same four files: each
 * in a process of its own, in turns; medians of three, the highest peak. The rules run on a workspace that was imported and
 * opened before, from the call to the finished report.
 */
export async function run(size: Size): Promise<Figure[]> {
  const shape = size === 'full' ? likeMovieLens32M : likeMovieLens1M;
  const files = await generatedSet(shape);
  const paths = [files.ratings, files.movies, files.tags, files.links];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
  try {
    await inChild(import.meta.url, 'prepare', folder, ...paths);
    const rounds: Record<'bare' | 'rules', Record<string, number>[]> = { bare: [], rules: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rounds.bare.push(await inChild(import.meta.url, 'bare', ...paths));
      rounds.rules.push(await inChild(import.meta.url, 'rules', folder));
    }
    const median = (what: keyof typeof rounds) => quantile(rounds[what].map((r) => r['seconds'] ?? Number.NaN), 0.5);
    const peak = (what: keyof typeof rounds) => Math.max(...rounds[what].map((r) => r['peakMB'] ?? Number.NaN));
    const what = `${shape.ratings.toLocaleString('en')} ratings, ${shape.movies.toLocaleString('en')} films, ${files.rows.tags.toLocaleString('en')} tags, ${files.rows.links.toLocaleString('en')} links`;
    return [
      { what: `${what} from CSV, bare read_csv`, value: median('bare'), unit: 's' },
      { what: `${rules.length} rules over them`, value: median('rules'), unit: 's', ratio: median('rules') / median('bare'), against: 'bare read_csv', aim: '≤ 3.0 ×' },
      { what: `${rules.length} rules over them, peak memory`, value: peak('rules'), unit: 'MB', aim: '≤ 2000 MB' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function finished(engine: Engine, start: Promise<{ jobId: string }>): Promise<Job> {
  const job = await engine.context.jobs.ended((await start).jobId);
  if (job.status !== 'succeeded') throw new Error(`The job is ${job.status}: ${job.error?.message ?? ''}`);
  return job;
}

const columns = {
  ratings: { user_id: 'BIGINT', movie_id: 'BIGINT', rating: 'DOUBLE', timestamp: 'BIGINT' },
  movies: { movie_id: 'BIGINT', title: 'VARCHAR', genres: 'VARCHAR' },
  tags: { user_id: 'BIGINT', movie_id: 'BIGINT', tag: 'VARCHAR', timestamp: 'BIGINT' },
  links: { movie_id: 'BIGINT', imdb_id: 'VARCHAR', tmdb_id: 'BIGINT' },
} as const;

const measures = {
  prepare: async (folder = '', ...files: string[]) => {
    const opened = await openTestEngine({ folder });
    await opened.imported(files);
    await opened.engine.close();
    return {};
  },
  bare: async (...files: string[]) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
    try {
      const instance = await DuckDBInstance.create(path.join(folder, 'bare.duckdb'), { memory_limit: '1024MB', temp_directory: path.join(folder, 'tmp') });
      const connection = await instance.connect();
      const create = ([table, types]: [string, Record<string, string>], i: number) => `CREATE TABLE ${table} AS
        FROM read_csv(${literal(files[i] ?? '')}, auto_detect = false, header = true, columns = { ${Object.entries(types).map(([name, type]) => `${name}: '${type}'`).join(', ')} })`;
      return { seconds: await seconds(() => connection.run(Object.entries(columns).map(create).join(';\n'))) };
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
