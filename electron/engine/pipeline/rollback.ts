import { ReelbenchError, type Run, RunRequest, type RunResult, type StageName } from '../../../shared/contract/index.ts';
import { type Build, readBuilds } from '../workspace/builds.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { JobOwner } from '../workspace/jobs.ts';
import { publish } from '../workspace/versions.ts';
import type { Graph } from './graph.ts';
import { rawFiles } from './inputs.ts';
import { getRun, getRunInputs, recordRun, reportPath, shownParameters, writeReport } from './records.ts';
import { editsTo, noteRestoring, restore } from './restoring.ts';
import { newRunId, outcomeOf, recordVisible } from './runner.ts';

/**
 * Makes all that was visible after the run `id` visible again, in one transaction, and with `parameters` then puts that
 * run's parameters in force, in one write of their file. That they can be is looked at before; where the program ends between
 * the two, they are put in force when the workspace is next opened. Imported rows stay as they are: `status` says where they are others than that run had.
 * @throws not-found when the run is not known, did not succeed, or its builds are no longer in the cache
 */
export async function rollBack(engine: EngineContext, graph: Graph, id: string, { parameters }: { parameters: boolean }, job: JobOwner): Promise<RunResult> {
  const workspace = engine.workspace();
  const began = engine.clock();
  const runId = newRunId(began);
  const { inputs, files, run } = await workspace.read(async (session) => ({
    inputs: await getRunInputs(session, id), files: await rawFiles(session), run: (await getRun(workspace, session, id)).run,
  }), job.signal);
  if (run.status !== 'succeeded') throw new ReelbenchError('not-found', `Run ${id} is ${run.status}: nothing became visible with it.`, { hint: 'Choose a run that succeeded.' });
  const edits = parameters ? editsTo(engine.parameters(), inputs.parameters) : [];
  await engine.parameters().setAll(edits.map(({ path, to }) => ({ path, value: to })), { dry: true });
  job.phase('Go back');
  const record = await workspace.write(async (session) => {
    const builds = await readBuilds(session, workspace);
    const wanted = await session.all<{ stage: StageName; builtBy: string }>('SELECT stage, built_by AS "builtBy" FROM store.run_builds WHERE run_id = ?', [id]);
    if (wanted.length === 0) throw new ReelbenchError('not-found', `What run ${id} stood for is not known.`, { hint: 'It is of an earlier version of the program.' });
    const found = new Map<StageName, Build>();
    const gone: string[] = [];
    for (const { stage, builtBy } of wanted) {
      const build = builds.find((other) => other.stage === stage && other.runId === builtBy);
      if (build) found.set(stage, build);
      else if (graph.stages.some(({ name }) => name === stage)) gone.push(stage);
    }
    if (gone.length > 0) throw new ReelbenchError('not-found', `What ${gone.join(', ')} made in run ${id} is no longer in the cache.`, { hint: 'Put that run’s parameters in force and run the pipeline: it makes the same tables from the same files.' });
    const before = new Map((await session.all<{ stage: string; runId: string }>('SELECT stage, run_id AS "runId" FROM store.stages')).map(({ stage, runId: made }) => [stage, made]));
    const versions = new Map(graph.stages.flatMap(({ name, writes }) => writes.map((table): [string, string | undefined] => {
      const build = found.get(name);
      return [table, build && Object.hasOwn(build.outputs, table) ? build.runId : undefined];
    })));
    await publish(session, versions);
    await session.run('DELETE FROM store.stages');
    await session.run('DELETE FROM store.marks');
    for (const [stage, build] of found) await session.run('INSERT INTO store.stages VALUES (?, ?)', [stage, build.runId]);
    await recordVisible(session, runId, graph, (stage) => found.get(stage), engine.clock());
    const stages = graph.stages.map(({ name }): Run['stages'][number] => {
      const build = found.get(name);
      if (!build) return outcomeOf(name, 'skipped');
      return outcomeOf(name, 'cached', { rowsIn: build.rowsIn, rowsOut: build.rowsOut, builtBy: build.runId, restored: before.get(name) !== build.runId, figures: { ...build.figures } });
    });
    const made = {
      run: { id: runId, status: 'succeeded' as const, startedAt: began.toISOString(), seconds: (engine.clock().getTime() - began.getTime()) / 1000, stages, error: null, after: { run: id, how: 'rollback' as const } },
      request: RunRequest.parse({}), version: engine.version, parameters: parameters ? inputs.parameters : shownParameters(engine), files, blockers: [], report: reportPath(runId),
    };
    await recordRun(session, made);
    await noteRestoring(session, id, edits);
    return made;
  }, job.signal);
  await restore(engine, workspace, edits);
  for (const stage of graph.stages) await stage.settle?.(workspace);
  await writeReport(workspace, record, []);
  for (const what of ['tables', 'quality', 'runs', 'models', 'params'] as const) engine.emit({ name: 'workspace.changed', data: { what } });
  return { run: record.run, report: record.report, blockers: [] };
}
