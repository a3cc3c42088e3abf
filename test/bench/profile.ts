import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'profile';

const ROUNDS = 3;
const table = { schema: 'raw', table: 'ratings' };

/**
 * The profile of the ratings, on a workspace that was imported and opened before: the first figures, and all of them exactly,
 * against DuckDB's bare `CREATE TABLE … AS read_csv`; how soon a cancel is heard; a second look. Each in a process of its own,
 * in turns; medians of three, the highest peak.
 */
export async function run(size: Size): Promise<Figure[]> {
  const shape = size === 'full' ? likeMovieLens32M : likeMovieLens1M;
  const files = await generatedRatings(shape);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
  try {
    await inChild(import.meta.url, 'prepare', folder, files.ratings);
    const rounds: Record<string, number>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await inChild(import.meta.url, 'bare', files.ratings);
      const profile = await inChild(import.meta.url, 'profile', folder);
      const cancel = await inChild(import.meta.url, 'cancel', folder);
      rounds.push({ bare: bare['seconds'] ?? Number.NaN, ...cancel, ...profile });
    }
    const median = (what: string) => quantile(rounds.map((r) => r[what] ?? Number.NaN), 0.5);
    const millions = `${(shape.ratings / 1e6).toFixed(0)} M ratings`;
    return [
      { what: `${millions} from CSV, bare read_csv`, value: median('bare'), unit: 's' },
      { what: `${millions}, first figures of all columns`, value: median('first') * 1000, unit: 'ms', aim: '≤ 1000 ms' },
      { what: `${millions}, the exact profile with correlations and duplicate rows`, value: median('exact'), unit: 's', ratio: median('exact') / median('bare'), against: 'bare read_csv', aim: '≤ 2.0 ×' },
      { what: `${millions}, the exact profile, peak memory`, value: Math.max(...rounds.map((r) => r['peakMB'] ?? Number.NaN)), unit: 'MB', aim: '≤ 2000 MB' },
      { what: `${millions}, a second look`, value: median('again') * 1000, unit: 'ms' },
      { what: `${millions}, a cancel halfway`, value: Math.max(...rounds.map((r) => r['cancel'] ?? Number.NaN)) * 1000, unit: 'ms', aim: '≤ 1000 ms' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const measures = {
  prepare: async (folder = '', ratings = '') => {
    const opened = await openTestEngine({ folder });
    await opened.imported(ratings);
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
  profile: async (folder = '') => {
    const { engine, workspace } = await openTestEngine({ folder });
    await rm(path.join(workspace, 'profiles'), { recursive: true, force: true });
    const first = await seconds(() => engine.call('tables.profile', table));
    const exact = await seconds(async () => {
      const { jobId } = await engine.call('tables.profileExact', table);
      const job = await engine.context.jobs.ended(jobId);
      for (const phase of job.phases) console.error(`  ${phase.name}: ${phase.seconds.toFixed(2)} s`);
      if (job.status !== 'succeeded') throw new Error(job.error?.message ?? job.status);
    });
    const again = await seconds(async () => {
      const profile = await engine.call('tables.profile', table);
      if (!profile.exact) throw new Error('The second look is not exact.');
      for (const { text } of profile.alerts) console.error(`  ${text}`);
    });
    await engine.close();
    return { first, exact, again };
  },
  cancel: async (folder = '') => {
    const { engine, workspace } = await openTestEngine({ folder });
    await rm(path.join(workspace, 'profiles'), { recursive: true, force: true });
    const { jobId } = await engine.call('tables.profileExact', table);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const cancel = await seconds(async () => {
      await engine.call('jobs.cancel', { id: jobId });
      await engine.context.jobs.ended(jobId);
    });
    await engine.close();
    return { cancel };
  },
};

if (import.meta.main) await answer(measures);
