import type { Calls, EngineContext } from '../workspace/context.ts';
import { RuleFile, ruleInputs, RULES_FILE } from '../workspace/rule-file.ts';
import type { Stage } from '../workspace/stage.ts';
import { Graph } from './graph.ts';
import { readState, status } from './plan.ts';
import { getRun, listRuns } from './records.ts';
import { PipelineRun } from './runner.ts';

/** The pipeline made of the rooms' stages, in running order, its runs, and the parameters. */
export function pipelineCalls(engine: EngineContext, stages: readonly Stage[]) {
  const graph = new Graph(stages);
  const changed = () => engine.emit({ name: 'workspace.changed', data: { what: 'params' } });

  return {
    'pipeline.status': async (_input, { signal }) => ({
      stages: status(graph, { ...engine.parameters().values, rules: ruleInputs(await RuleFile.read(engine.workspace().path(RULES_FILE))) }, await engine.workspace().read(readState, signal)),
      edges: graph.edges,
    }),
    'pipeline.run': (request) => {
      graph.select(request);
      if (!request.dry) engine.jobs.requireNoWriter();
      engine.workspace();
      const { jobId } = engine.jobs.start('run', request.dry ? 'Plan a run' : 'Run the pipeline', (job) => new PipelineRun(engine, graph, request, job).run());
      return { jobId };
    },
    'runs.list': (page, { signal }) => engine.workspace().read((session) => listRuns(session, page), signal),
    'runs.get': ({ id }, { signal }) => engine.workspace().read((session) => getRun(engine.workspace(), session, id), signal),

    'params.list': () => engine.parameters().list(),
    'params.set': async ({ path, value }) => {
      await engine.parameters().set(path, value);
      changed();
      return engine.parameters().list();
    },
    'params.reset': async ({ path }) => {
      await engine.parameters().reset(path);
      changed();
      return engine.parameters().list();
    },
  } satisfies Calls;
}
