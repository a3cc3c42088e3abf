import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import { RuleFile, ruleInputs, RULES_FILE } from '../workspace/rule-file.ts';
import type { Stage } from '../workspace/stage.ts';
import { compareRuns } from './compare.ts';
import { collectGarbage, listCache } from './garbage.ts';
import { Graph } from './graph.ts';
import type { InputValues } from './inputs.ts';
import { plan, readState, status } from './plan.ts';
import { getRun, listRuns, readRunReport, unfinishedRun } from './records.ts';
import { endInterruptedRollback } from './restoring.ts';
import { rollBack } from './rollback.ts';
import { PipelineRun } from './runner.ts';

/** The pipeline made of the rooms' stages, in running order, its runs, and its cache. */
export function pipelineCalls(engine: EngineContext, stages: readonly Stage[]) {
  const graph = new Graph(stages);
  engine.whenOpened((workspace) => endInterruptedRollback(engine, workspace));
  engine.whenOpened(async (workspace) => {
    for (const stage of stages) await stage.settle?.(workspace);
  });
  /** What stages are keyed by, the file of parameters as it stands now. */
  const values = async (): Promise<InputValues> => {
    await engine.parameters().refresh();
    return { ...engine.parameters().keyed, rules: ruleInputs(await RuleFile.read(engine.workspace().path(RULES_FILE))) };
  };

  return {
    'pipeline.status': async (_input, { signal }) => {
      const workspace = engine.workspace();
      const inForce = await values();
      return workspace.read(async (session) => {
        const state = await readState(session, workspace);
        const unfinished = await unfinishedRun(session);
        const done = unfinished?.run.stages.filter(({ name, builtBy }) => state.builds.some((build) => build.stage === name && build.runId === builtBy && unfinished.chain.includes(build.runId))).map(({ name }) => name) ?? [];
        return {
          ...status(graph, inForce, state),
          resumable: unfinished && unfinished.run.status !== 'succeeded' ? { run: unfinished.run.id, status: unfinished.run.status, stage: unfinished.run.stages.find((stage) => stage.state === 'failed')?.name ?? null, done } : null,
        };
      }, signal);
    },
    'pipeline.plan': async (request, { signal }) => {
      const workspace = engine.workspace();
      const inForce = await values();
      return workspace.read(async (session) => {
        const unfinished = request.resume ? await unfinishedRun(session) : undefined;
        if (request.resume && !unfinished) throw new ReelbenchError('not-ready', 'There is no run to continue.');
        const asked = unfinished?.request ?? request;
        return plan(graph, inForce, await readState(session, workspace), graph.select(asked, inForce), asked.force ? { onlyFrom: new Set(unfinished?.chain) } : {});
      }, signal);
    },
    'pipeline.run': (request) => {
      graph.select(request, engine.parameters().values);
      if (!request.dry) engine.jobs.requireNoWriter();
      engine.workspace();
      const { jobId } = engine.jobs.start('run', request.dry ? 'Plan a run' : 'Run the pipeline', (job) => new PipelineRun(engine, graph, request, job).run());
      return { jobId };
    },
    'runs.list': (page, { signal }) => engine.workspace().read((session) => listRuns(session, page), signal),
    'runs.get': ({ id }, { signal }) => engine.workspace().read((session) => getRun(engine.workspace(), session, id), signal),
    'runs.report': ({ id }, { signal }) => engine.workspace().read((session) => readRunReport(engine.workspace(), session, id), signal),
    'runs.file': async ({ id }, { signal }) => {
      const { report } = await engine.workspace().read((session) => getRun(engine.workspace(), session, id), signal);
      if (report === null) throw new ReelbenchError('not-found', `The report of run ${id} is not there.`, { hint: 'A run that was interrupted has none.' });
      return engine.files.grant(engine.workspace().path(report));
    },
    'runs.compare': (ids, { signal }) => engine.workspace().read((session) => compareRuns(engine.workspace(), session, graph, ids), signal),
    'runs.rollback': ({ id, parameters }) => {
      engine.jobs.requireNoWriter();
      engine.workspace();
      const { jobId } = engine.jobs.start('run', `Go back to run ${id}`, (job) => rollBack(engine, graph, id, { parameters }, job));
      return { jobId };
    },
    'cache.list': () => listCache(engine.workspace()),
    'cache.collect': ({ dry, keepMB }) => {
      if (!dry) engine.jobs.requireNoWriter();
      return collectGarbage(engine.workspace(), keepMB ?? engine.parameters().values.pipeline.cache_mb, { dry });
    },
  } satisfies Calls;
}
