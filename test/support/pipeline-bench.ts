import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnyEvent, Job, RunRequest, RunResult } from '../../shared/contract/index.ts';
import { featuresStage } from '../../electron/engine/features/features.ts';
import { pipelineCalls } from '../../electron/engine/pipeline/calls.ts';
import { extractStage } from '../../electron/engine/pipeline/extract.ts';
import { finalizeStage } from '../../electron/engine/pipeline/finalize.ts';
import { loadStage } from '../../electron/engine/transform/load.ts';
import { transformStage } from '../../electron/engine/transform/transform.ts';
import { OpenEngine } from '../../electron/engine/workspace/open-engine.ts';
import type { Stage } from '../../electron/engine/workspace/stage.ts';

/**
 * Stands where the quality stage does and lets a test say which rows the rules set aside: it copies `raw.test_quarantine`,
 * `raw.test_fixes` and `raw.test_merges`.
 */
export const plainValidateStage: Stage = {
  name: 'validate', title: 'Check', reads: ['raw.ratings', 'raw.movies'], writes: ['quarantine', 'fixes', 'merges'], parameters: ['quality'], version: 1,
  async run({ session, write }) {
    await session.run(`CREATE TABLE ${write('quarantine')} AS FROM raw.test_quarantine; CREATE TABLE ${write('fixes')} AS FROM raw.test_fixes; CREATE TABLE ${write('merges')} AS FROM raw.test_merges`);
    return { rowsIn: 0, rowsOut: 0 };
  },
};

export function stagesWith(...more: Stage[]): Stage[] {
  const stages = [extractStage, plainValidateStage, transformStage, loadStage, featuresStage, ...more];
  return [...stages, finalizeStage(stages)];
}

/** A workspace in a temporary folder with the calls of the pipeline. */
export class PipelineBench {
  readonly engine: OpenEngine;
  readonly directory: string;
  readonly events: AnyEvent[] = [];
  readonly calls: ReturnType<typeof pipelineCalls>;

  private constructor(engine: OpenEngine, directory: string, calls: ReturnType<typeof pipelineCalls>) {
    this.engine = engine;
    this.directory = directory;
    this.calls = calls;
  }

  static async open(stages: readonly Stage[] = stagesWith(), directory?: string): Promise<PipelineBench> {
    const home = directory ?? (await mkdtemp(path.join(tmpdir(), 'reelbench-pipeline-')));
    const events: AnyEvent[] = [];
    const engine = new OpenEngine({ clock: () => new Date(), resources: home, home, version: '0.0.0', onEvent: (event) => events.push(event) });
    const calls = pipelineCalls(engine, stages);
    await engine.openWorkspace(path.join(home, 'workspace'));
    const bench = new PipelineBench(engine, home, calls);
    engine.emit = (event) => void bench.events.push(event);
    await bench.sql(`
      CREATE TABLE IF NOT EXISTS raw.test_quarantine (table_name VARCHAR, row_id BIGINT, text_row_id BIGINT, rule VARCHAR, key JSON, column_name VARCHAR, value VARCHAR, reason VARCHAR, file VARCHAR, line BIGINT);
      CREATE TABLE IF NOT EXISTS raw.test_fixes (table_name VARCHAR, row_id BIGINT, text_row_id BIGINT, column_name VARCHAR, action VARCHAR, before VARCHAR, after VARCHAR, rule VARCHAR);
      CREATE TABLE IF NOT EXISTS raw.test_merges (from_id BIGINT, into_id BIGINT, score DOUBLE, decision INTEGER);
    `);
    return bench;
  }

  sql(text: string): Promise<number> {
    return this.engine.workspace().write((session) => session.run(text));
  }

  all<T = Record<string, unknown>>(text: string): Promise<T[]> {
    return this.engine.workspace().read((session) => session.all<T>(text));
  }

  /** Makes `raw.<kind>` of a query, with an empty table for unreadable rows, as an import would. */
  async import(kind: string, query: string, { content = 'a', text }: { content?: string; text?: string } = {}): Promise<void> {
    await this.sql(`
      CREATE OR REPLACE TABLE raw.${kind} AS ${query};
      CREATE OR REPLACE TABLE raw.${kind}_text AS ${text ?? `SELECT COLUMNS(*)::VARCHAR, 0 AS file_id, 0::BIGINT AS line FROM raw.${kind} LIMIT 0`};
      DELETE FROM raw.files WHERE table_name = '${kind}';
      INSERT INTO raw.files (file_id, path, kind, table_name, release, format, encoding, bytes, sha256, modified_at, first_row, rows, rejected, unreadable, scale_min, scale_max, scale_step, imported_at, first_imported_at)
      SELECT coalesce(max(file_id), 0) + 1, '${kind}.csv', '${kind}', '${kind}', NULL, 'csv', 'utf-8', 1, '${content}', NULL, 0,
        (SELECT count(*) FROM raw.${kind}), 0, (SELECT count(*) FROM raw.${kind}_text), 0.5, 5, 0.5, TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-01' FROM raw.files;
    `);
  }

  /** A small set: 40 users, 60 films, every pair at most once, half-star ratings over some years. */
  async importSmall(): Promise<void> {
    await this.import('movies', `SELECT i AS movie_id, 'Film ' || i || ' (' || (1960 + i % 50) || ')' AS title, CASE i % 4 WHEN 0 THEN 'Comedy|Drama' WHEN 1 THEN 'Drama' WHEN 2 THEN 'Horror|Comedy' ELSE '(no genres listed)' END AS genres FROM range(1, 61) t(i)`);
    await this.import('ratings', `
      SELECT u AS user_id, m AS movie_id, ((u * 7 + m * 3) % 10 + 1) / 2 AS rating, 1000000000 + u * 86400 + m * 3600 AS timestamp
      FROM range(1, 41) a(u), range(1, 61) b(m) WHERE (u * 31 + m * 17) % 3 <> 0 ORDER BY u, m`);
  }

  /** Runs the pipeline and waits; answers the result even when the run failed. */
  async run(request: Partial<RunRequest> = {}): Promise<RunResult & { job: Job }> {
    const { jobId } = this.calls['pipeline.run']({ stages: [], force: false, dry: false, resume: false, ...request });
    const job = await this.engine.jobs.ended(jobId);
    if (job.result === undefined) throw new Error(JSON.stringify(job.error));
    return { ...(job.result as RunResult), job };
  }

  async status() {
    const { stages } = await this.calls['pipeline.status']({}, { signal: new AbortController().signal });
    return stages;
  }

  async close({ keep = false } = {}): Promise<void> {
    await this.engine.close();
    if (!keep) await rm(this.directory, { recursive: true });
  }
}

/** Stage → state of a run. */
export function states({ run }: RunResult): Record<string, string> {
  return Object.fromEntries(run.stages.map(({ name, state }) => [name, state]));
}
