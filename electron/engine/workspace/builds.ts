import { existsSync } from 'node:fs';
import { z } from 'zod';
import { StageName } from '../../../shared/contract/index.ts';
import type { Session } from './session.ts';
import { identifier } from './sql.ts';
import { versionName } from './versions.ts';
import type { Workspace } from './workspace.ts';

/** All that decides what a stage gives: the same inputs give the same tables. */
export const Inputs = z.object({
  code: z.number(),
  parameters: z.record(z.string(), z.string()),
  /** Imported files by path, as fingerprints. */
  files: z.record(z.string(), z.string()),
  /** Built tables by name, as fingerprints of their content. */
  tables: z.record(z.string(), z.string()),
});
export type Inputs = z.infer<typeof Inputs>;

const Figures = z.record(z.string(), z.number());
const Outputs = z.record(z.string(), z.string());

/** What one run of a stage made: a version `store.<table>_<run id>` of each table in `outputs`. */
export interface Build {
  readonly stage: StageName;
  readonly runId: string;
  /** Hash of `inputs`. */
  readonly key: string;
  readonly inputs: Inputs;
  /** Tables made, each with the fingerprint of its content. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly builtAt: string;
  /** Files that its tables name, relative to the workspace's folder. */
  readonly files: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * The cache of builds, and what a run stood for:
 *
 * - `store.builds`      one row a build that is kept, visible or not;
 * - `store.stages`      which build of each stage is visible;
 * - `store.marks`       stages whose last attempt failed without stopping its run;
 * - `store.run_builds`  the builds that were visible after each successful run; outlives the cache;
 * - `store.running`     the run under way: what is found here when the workspace is opened was interrupted;
 * - `store.restoring`   parameters that belong to tables which a roll-back made visible, until the file of parameters has them.
 */
export const buildsSchema = `
  CREATE TABLE IF NOT EXISTS store.builds (
    stage VARCHAR NOT NULL, run_id VARCHAR NOT NULL, key VARCHAR NOT NULL, inputs JSON NOT NULL, outputs JSON NOT NULL,
    rows_in BIGINT NOT NULL, rows_out BIGINT NOT NULL, seconds DOUBLE NOT NULL, built_at TIMESTAMP NOT NULL, used_at TIMESTAMP NOT NULL,
    files JSON NOT NULL, figures JSON NOT NULL
  );
  CREATE TABLE IF NOT EXISTS store.stages (stage VARCHAR PRIMARY KEY, run_id VARCHAR NOT NULL);
  CREATE TABLE IF NOT EXISTS store.marks (stage VARCHAR PRIMARY KEY, run_id VARCHAR NOT NULL, message VARCHAR NOT NULL);
  CREATE TABLE IF NOT EXISTS store.run_builds (
    run_id VARCHAR NOT NULL, stage VARCHAR NOT NULL, built_by VARCHAR NOT NULL, outputs JSON NOT NULL, rows_in BIGINT NOT NULL, rows_out BIGINT NOT NULL,
    seconds DOUBLE NOT NULL, figures JSON NOT NULL
  );
  CREATE TABLE IF NOT EXISTS store.running (run_id VARCHAR NOT NULL, started_at TIMESTAMP NOT NULL, version VARCHAR NOT NULL, parameters JSON NOT NULL, files JSON NOT NULL, request JSON NOT NULL, after JSON);
  CREATE TABLE IF NOT EXISTS store.restoring (run_id VARCHAR NOT NULL, edits JSON NOT NULL);
`;

/** Workspaces of before the cache kept in `store.stages` what the visible tables were built from: their tables stay until the next run, which builds all anew. */
export async function takeOverEarlierStages(session: Session): Promise<void> {
  const earlier = await session.first(`SELECT 1 FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'store' AND table_name = 'stages' AND column_name = 'inputs'`);
  if (earlier) await session.run(`DROP TABLE store.stages; DELETE FROM store.live WHERE table_name = 'models'; DROP VIEW IF EXISTS main.models`);
}

const columns = `stage, run_id AS "runId", key, inputs, outputs, rows_in AS "rowsIn", rows_out AS "rowsOut", seconds, strftime(built_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "builtAt", files, figures`;
type BuildRow = Omit<Build, 'inputs' | 'outputs' | 'files' | 'figures' | 'stage'> & { stage: string; inputs: string; outputs: string; files: string; figures: string };

/** The builds that are whole: every table and file of theirs is there. The newest first. */
export async function readBuilds(session: Session, workspace: Workspace): Promise<Build[]> {
  const rows = await session.all<BuildRow>(`SELECT ${columns} FROM store.builds ORDER BY built_at DESC, run_id DESC`);
  const tables = new Set((await session.all<{ name: string }>(`SELECT table_name AS name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'store'`)).map(({ name }) => name));
  return rows.flatMap((row): Build[] => {
    const stage = StageName.safeParse(row.stage);
    if (!stage.success) return [];
    const build: Build = {
      ...row, stage: stage.data, inputs: Inputs.parse(JSON.parse(row.inputs)), outputs: Outputs.parse(JSON.parse(row.outputs)),
      files: z.array(z.string()).parse(JSON.parse(row.files)), figures: Figures.parse(JSON.parse(row.figures)),
    };
    const whole = Object.keys(build.outputs).every((table) => tables.has(versionName(table, build.runId))) && build.files.every((file) => existsSync(workspace.path(file)));
    return whole ? [build] : [];
  });
}

/** Enters a build into the cache; in the transaction that made its tables. */
export async function recordBuild(session: Session, build: Build): Promise<void> {
  const at = build.builtAt.replace('Z', '');
  await session.run('INSERT INTO store.builds VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TIMESTAMP), CAST(? AS TIMESTAMP), ?, ?)', [
    build.stage, build.runId, build.key, JSON.stringify(build.inputs), JSON.stringify(build.outputs), BigInt(build.rowsIn), BigInt(build.rowsOut), build.seconds, at, at,
    JSON.stringify(build.files), JSON.stringify(build.figures),
  ]);
}

/** Takes a build out of the cache with its tables. Its files are of no consequence from then on: the caller removes them once this is committed. */
export async function dropBuild(session: Session, { stage, runId, outputs }: Pick<Build, 'stage' | 'runId' | 'outputs'>): Promise<void> {
  await session.run('DELETE FROM store.builds WHERE stage = ? AND run_id = ?', [stage, runId]);
  for (const table of Object.keys(outputs)) await session.run(`DROP TABLE IF EXISTS store.${identifier(versionName(table, runId))}`);
}

/** Files that any build of the cache names. */
export async function filesOfBuilds(session: Session): Promise<Set<string>> {
  const rows = await session.all<{ files: string }>('SELECT files FROM store.builds');
  return new Set(rows.flatMap(({ files }) => z.array(z.string()).parse(JSON.parse(files))));
}

/** Takes note of runs that never came to their end, in the transaction that opens the workspace: failed, with the stages that they had done. */
export async function recordInterrupted(session: Session): Promise<void> {
  const runs = await session.all<{ id: string }>('SELECT run_id AS id FROM store.running');
  for (const { id } of runs) {
    const error = { code: 'engine-lost', message: 'The program ended while this ran.', hint: 'Resume it: what it had done is in the cache.' };
    await session.run(`INSERT INTO main.etl_runs (run_id, status, started_at, seconds, version, parameters, files, blockers, error, report, request, after)
      SELECT run_id, 'failed', started_at, coalesce((SELECT epoch(max(built_at)) FROM store.builds b WHERE b.run_id = r.run_id) - epoch(started_at), 0), version, parameters, files, '[]', ?, NULL, request, nullif(CAST(after AS VARCHAR), 'null')
      FROM store.running r WHERE run_id = ?`, [JSON.stringify(error), id]);
    await session.run(`INSERT INTO main.etl_stages (run_id, position, stage, state, reasons, seconds, rows_in, rows_out, began, built_by, restored, attempts, peak_memory_mb, figures)
      SELECT run_id, row_number() OVER (ORDER BY built_at) - 1, stage, 'ran', '[]', seconds, rows_in, rows_out, 0, run_id, false, 1, 0, figures FROM store.builds WHERE run_id = ?`, [id]);
  }
  await session.run('DELETE FROM store.running');
}
