import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Blocker, Cell, ErrorData, type Job, ReelbenchError, type Run, RunReport, RunRequest, type RunResult, RunStage, type RunTable, StageName } from '../../../shared/contract/index.ts';
import { writeFileAtomically } from '../workspace/atomic-file.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { RawFiles } from './inputs.ts';

/** All that is kept of a run: what the tables and the report are written from. */
export interface RunRecord {
  readonly run: Run;
  readonly request: RunRequest;
  readonly version: string;
  /** By path, as they may be shown. */
  readonly parameters: Readonly<Record<string, Cell>>;
  readonly files: RawFiles;
  readonly blockers: readonly Blocker[];
  readonly report: string;
}

/** The parameters in force by path, as they may be shown: what a run's record holds. */
export function shownParameters(engine: EngineContext): Record<string, Cell> {
  return Object.fromEntries(engine.parameters().list().map(({ path, value }) => [path, value]));
}

/** Takes note that a run begins, so that one that is never heard of again is known. */
export async function recordBegin(session: Session, { run, request, version, parameters, files }: Pick<RunRecord, 'run' | 'request' | 'version' | 'parameters' | 'files'>): Promise<void> {
  await session.run('INSERT INTO store.running VALUES (?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?)', [
    run.id, run.startedAt.replace('Z', ''), version, JSON.stringify(parameters), JSON.stringify(Object.fromEntries(files)), JSON.stringify(request), JSON.stringify(run.after)]);
}

/** Adds the run to `etl_runs` and its stages to `etl_stages`. */
export async function recordRun(session: Session, { run, request, version, parameters, files, blockers, report }: RunRecord): Promise<void> {
  await session.run('DELETE FROM store.running WHERE run_id = ?', [run.id]);
  await session.run(`INSERT INTO main.etl_runs (run_id, status, started_at, seconds, version, parameters, files, blockers, error, report, request, after) VALUES (?, ?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?, ?, ?, ?)`, [
    run.id, run.status, run.startedAt.replace('Z', ''), run.seconds, version, JSON.stringify(parameters), JSON.stringify(Object.fromEntries(files)),
    JSON.stringify(blockers), run.error === null ? null : JSON.stringify(run.error), report, JSON.stringify(request), run.after === null ? null : JSON.stringify(run.after),
  ]);
  await session.insert(
    'main.etl_stages (run_id, position, stage, state, reasons, seconds, rows_in, rows_out, began, built_by, restored, attempts, peak_memory_mb, figures, error)',
    run.stages.map((stage, position) => [
      run.id, position, stage.name, stage.state, JSON.stringify(stage.reasons), stage.seconds, BigInt(stage.rowsIn), BigInt(stage.rowsOut),
      stage.began, stage.builtBy, stage.restored, stage.attempts, stage.peakMemoryMB, JSON.stringify(stage.figures), stage.error === null ? null : JSON.stringify(stage.error),
    ]));
}

/** Where the JSON report of a run is, inside the workspace. */
export function reportPath(runId: string): string {
  return `runs/${runId}.json`;
}

/** The tables that were visible after a run, with the runs that built them. */
export async function tablesAfter(session: Session, runId: string): Promise<RunTable[]> {
  const rows = await session.all<{ stage: string; builtBy: string; outputs: string }>('SELECT stage, built_by AS "builtBy", outputs FROM store.run_builds WHERE run_id = ?', [runId]);
  return rows.flatMap(({ stage, builtBy, outputs }) => {
    const known = StageName.safeParse(stage);
    if (!known.success) return [];
    return Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(outputs))).map(([name, fingerprint]): RunTable => ({ name, stage: known.data, rows: Number(fingerprint.split(':', 1)[0]), fingerprint, builtBy }));
  });
}

/** Writes the JSON report of a run. */
export async function writeReport(workspace: Workspace, { run, request, version, parameters, files, blockers, report }: RunRecord, log: Job['log']): Promise<void> {
  const { reconciliation, tables } = await workspace.read(async (session) => {
    const live = await session.first(`SELECT 1 FROM store.live WHERE table_name = 'reconciliation'`);
    return { reconciliation: live ? await session.all('SELECT * FROM main.reconciliation ORDER BY table_name') : [], tables: await tablesAfter(session, run.id) };
  });
  const content: RunReport = { version: 2, program: version, run, request, blockers: [...blockers], error: run.error, parameters, files: Object.fromEntries(files), tables, reconciliation, log };
  await mkdir(workspace.path('runs'), { recursive: true });
  await writeFileAtomically(workspace.path(report), `${JSON.stringify(content, null, 2)}\n`);
}

/** The JSON report of a run as it was written. @throws not-found */
export async function readRunReport(workspace: Workspace, session: Session, id: string): Promise<RunReport> {
  const { run, report } = await getRun(workspace, session, id);
  if (report === null) throw new ReelbenchError('not-found', `The report of run ${id} is not there.`, { hint: 'A run that was interrupted has none.' });
  const parsed = RunReport.safeParse(JSON.parse(await readFile(workspace.path(report), 'utf8')));
  if (!parsed.success) throw new ReelbenchError('not-found', `The report of run ${run.id} is of another version of the program.`, { file: report });
  return parsed.data;
}

const columns = 'run_id AS id, status, started_at AS "startedAt", seconds, error, after';
type StoredRun = Omit<Run, 'stages' | 'error' | 'after'> & { error: string | null; after: string | null };
const StoredStage = z.object({ reasons: z.string(), figures: z.string().nullable(), error: z.string().nullable() }).loose();
const After = z.object({ run: z.string(), how: z.enum(['resume', 'rollback']) });

/** Runs, the newest first. */
export async function listRuns(session: Session, { limit, offset }: { limit: number; offset: number }): Promise<Run[]> {
  const runs = await session.all<StoredRun>(`SELECT ${columns} FROM main.etl_runs ORDER BY started_at DESC, run_id DESC LIMIT ${limit} OFFSET ${offset}`);
  return Promise.all(runs.map((run) => withStages(session, run)));
}

export async function getRun(workspace: Workspace, session: Session, id: string): Promise<RunResult> {
  const found = await session.first<StoredRun & { blockers: string; report: string | null }>(`SELECT ${columns}, blockers, report FROM main.etl_runs WHERE run_id = ?`, [id]);
  if (!found) throw new ReelbenchError('not-found', `There is no run ${id}.`);
  const { blockers, report, ...run } = found;
  return { run: await withStages(session, run), report: report !== null && existsSync(workspace.path(report)) ? report : null, blockers: z.array(Blocker).parse(JSON.parse(blockers)) };
}

/** What a run was asked to do and what it was given. @throws not-found */
export async function getRunInputs(session: Session, id: string): Promise<{ request: RunRequest; parameters: Record<string, Cell>; files: Record<string, Record<string, string>> }> {
  const found = await session.first<{ request: string | null; parameters: string; files: string }>('SELECT request, parameters, files FROM main.etl_runs WHERE run_id = ?', [id]);
  if (!found) throw new ReelbenchError('not-found', `There is no run ${id}.`);
  return {
    request: RunRequest.parse(found.request === null ? {} : JSON.parse(found.request)),
    parameters: z.record(z.string(), Cell).parse(JSON.parse(found.parameters)),
    files: z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(found.files)),
  };
}

/** The last run and those that it went on from, when it did not succeed: what can be continued. */
export async function unfinishedRun(session: Session): Promise<{ run: Run; request: RunRequest; chain: string[] } | undefined> {
  const [last] = await listRuns(session, { limit: 1, offset: 0 });
  if (!last || last.status === 'succeeded') return undefined;
  const chain = [last.id];
  let earlier = last.after;
  while (earlier?.how === 'resume' && !chain.includes(earlier.run)) {
    chain.push(earlier.run);
    const row = await session.first<{ after: string | null }>('SELECT after FROM main.etl_runs WHERE run_id = ?', [earlier.run]);
    earlier = row?.after == null ? null : After.parse(JSON.parse(row.after));
  }
  return { run: last, request: (await getRunInputs(session, last.id)).request, chain };
}

async function withStages(session: Session, { error, after, ...run }: StoredRun): Promise<Run> {
  const rows = await session.all(`
    SELECT stage AS name, state, reasons, coalesce(began, 0) AS began, seconds, rows_in AS "rowsIn", rows_out AS "rowsOut", built_by AS "builtBy", coalesce(restored, false) AS restored,
      coalesce(attempts, 1) AS attempts, coalesce(peak_memory_mb, 0) AS "peakMemoryMB", figures, error
    FROM main.etl_stages WHERE run_id = ? ORDER BY position`, [run.id]);
  return {
    ...run,
    error: error === null ? null : ErrorData.parse(JSON.parse(error)),
    after: after === null ? null : After.nullable().parse(JSON.parse(after)),
    stages: z.array(StoredStage).parse(rows).flatMap((stage) => {
      // A stage of an earlier version of the program may be none of today's.
      const parsed = RunStage.safeParse({ ...stage, reasons: JSON.parse(stage.reasons), figures: stage.figures === null ? {} : JSON.parse(stage.figures), error: stage.error === null ? null : JSON.parse(stage.error) });
      return parsed.success ? [parsed.data] : [];
    }),
  };
}
