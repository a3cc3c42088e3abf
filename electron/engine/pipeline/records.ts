import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import { Blocker, ErrorData, type Job, ReelbenchError, type Run, type RunResult, RunStage } from '../../../shared/contract/index.ts';
import { writeFileAtomically } from '../workspace/atomic-file.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { RawFiles } from './inputs.ts';

/** All that is kept of a run: what the tables and the report are written from. */
export interface RunRecord {
  readonly run: Run;
  readonly version: string;
  readonly parameters: ParameterValues;
  readonly files: RawFiles;
  readonly blockers: readonly Blocker[];
  readonly error: ErrorData | undefined;
  readonly report: string;
}

/** Adds the run to `etl_runs` and its stages to `etl_stages`. */
export async function recordRun(session: Session, { run, version, parameters, files, blockers, error, report }: RunRecord): Promise<void> {
  await session.run('INSERT INTO main.etl_runs VALUES (?, ?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?, ?)', [
    run.id, run.status, run.startedAt.replace('Z', ''), run.seconds, version, JSON.stringify(parameters), JSON.stringify(Object.fromEntries(files)),
    JSON.stringify(blockers), error === undefined ? null : JSON.stringify(error), report,
  ]);
  for (const [position, stage] of run.stages.entries()) {
    await session.run('INSERT INTO main.etl_stages VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
      run.id, position, stage.name, stage.state, JSON.stringify(stage.reasons), stage.seconds, BigInt(stage.rowsIn), BigInt(stage.rowsOut),
    ]);
  }
}

/** Where the JSON report of a run is, inside the workspace. */
export function reportPath(runId: string): string {
  return `runs/${runId}.json`;
}

/** Writes the JSON report of a run: its stages, parameters, files, blockers, reconciliation and log. */
export async function writeReport(workspace: Workspace, { run, version, parameters, files, blockers, error, report }: RunRecord, log: Job['log']): Promise<void> {
  const reconciliation = await workspace.read(async (session) => {
    const live = await session.first(`SELECT 1 FROM store.live WHERE table_name = 'reconciliation'`);
    return live ? session.all('SELECT * FROM main.reconciliation ORDER BY table_name') : [];
  });
  const content = { version: 1, program: version, run, blockers, error: error ?? null, parameters, files: Object.fromEntries(files), reconciliation, log };
  await mkdir(workspace.path('runs'), { recursive: true });
  await writeFileAtomically(workspace.path(report), `${JSON.stringify(content, null, 2)}\n`);
}

const columns = 'run_id AS id, status, started_at AS "startedAt", seconds';
const StoredStage = RunStage.extend({ reasons: z.string() });

/** Runs, the newest first. */
export async function listRuns(session: Session, { limit, offset }: { limit: number; offset: number }): Promise<Run[]> {
  const runs = await session.all<Omit<Run, 'stages'>>(`SELECT ${columns} FROM main.etl_runs ORDER BY started_at DESC, run_id DESC LIMIT ${limit} OFFSET ${offset}`);
  return Promise.all(runs.map(async (run) => ({ ...run, stages: await stagesOf(session, run.id) })));
}

export async function getRun(workspace: Workspace, session: Session, id: string): Promise<RunResult> {
  const found = await session.first<Omit<Run, 'stages'> & { blockers: string; report: string }>(`SELECT ${columns}, blockers, report FROM main.etl_runs WHERE run_id = ?`, [id]);
  if (!found) throw new ReelbenchError('not-found', `There is no run ${id}.`);
  const { blockers, report, ...run } = found;
  return { run: { ...run, stages: await stagesOf(session, id) }, report: existsSync(workspace.path(report)) ? report : null, blockers: z.array(Blocker).parse(JSON.parse(blockers)) };
}

async function stagesOf(session: Session, runId: string): Promise<Run['stages']> {
  const rows = await session.all(`SELECT stage AS name, state, reasons, seconds, rows_in AS "rowsIn", rows_out AS "rowsOut" FROM main.etl_stages WHERE run_id = ? ORDER BY position`, [runId]);
  return z.array(StoredStage).parse(rows).map((stage) => RunStage.parse({ ...stage, reasons: JSON.parse(stage.reasons) }));
}
