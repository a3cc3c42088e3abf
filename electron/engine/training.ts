import { type ModelInfo, type ModelName, ReelbenchError, type RunRequest, type TrainResult } from '../../shared/contract/index.ts';
import { Graph } from './pipeline/graph.ts';
import { readState, stepOf, visibleBuild } from './pipeline/plan.ts';
import { PipelineRun } from './pipeline/runner.ts';
import { readCurve } from './recommenders/curves.ts';
import { chosenBases, recommenders } from './recommenders/registry.ts';
import { trainStages } from './recommenders/stage.ts';
import { paramsOf, readModels, type SavedModelRow } from './recommenders/saved-models.ts';
import { stages } from './stages.ts';
import type { Calls, EngineContext } from './workspace/context.ts';
import type { JobOwner } from './workspace/jobs.ts';

/** Models, and their training by hand, which is a run of the stages that train: whether a model is up to date is what the pipeline would do with it. */
export function trainingCalls(engine: EngineContext) {
  const graph = new Graph(stages);

  /** The trained models, and whether one is what the tables, its bases and the parameters as they stand would give. */
  const look = (signal: AbortSignal) => engine.workspace().read(async (session) => {
    const state = await readState(session, engine.workspace());
    const values = { ...engine.parameters().keyed, rules: {} };
    const print = (table: string) => {
      const producer = graph.producer(table);
      return producer && visibleBuild(state, producer.name)?.outputs[table];
    };
    const upToDate = new Set(trainStages.filter((stage) => stepOf(stage, values, state, print).action === 'nothing').map(({ name }) => name));
    const current = (model: ModelName): boolean => upToDate.has(`train-${model}`) && chosenBases(recommenders[model], engine.parameters().values).every(current);
    return { rows: new Map((await readModels(session)).map((row) => [row.model, row])), current };
  }, signal);

  return {
    'models.list': async (_input, { signal }): Promise<ModelInfo[]> => {
      const { rows, current } = await look(signal);
      return Object.values(recommenders).map(({ name, title, about }) => {
        const row = rows.get(name);
        if (!row) {
          const params = paramsOf(name, engine.parameters().values);
          return { model: name, title, about, trained: false, trainedAt: null, seconds: null, peakMemoryMB: null, stale: false, params, users: null, items: null, bytes: null, run: null };
        }
        const { trainedAt, seconds, peakMemoryMB, params, users, items, bytes, run } = row;
        return { model: name, title, about, trained: true, trainedAt, seconds, peakMemoryMB, stale: !current(name), params, users, items, bytes, run };
      });
    },

    'models.curve': ({ model }, { signal }) => {
      const workspace = engine.workspace();
      return workspace.read((session) => readCurve(session, workspace, model), signal);
    },

    'models.train': async ({ models }, { signal }) => {
      engine.jobs.requireNoWriter();
      const { current } = await look(signal);
      const bases = models.flatMap((model) => chosenBases(recommenders[model], engine.parameters().values)).filter((base) => !current(base));
      const request: RunRequest = {
        stages: [], only: [...new Set([...models, ...bases])].map((model) => `train-${model}` as const), dry: false, resume: false,
        // One that is up to date is trained again because it was asked for; otherwise what the cache or a checkpoint holds will do.
        force: models.some(current),
      };
      engine.jobs.requireNoWriter();
      const { jobId } = engine.jobs.start('train', `Train ${models.join(', ')}`, (job) => train(engine, graph, models, request, job));
      return { jobId };
    },
  } satisfies Calls;
}

async function train(engine: EngineContext, graph: Graph, models: readonly ModelName[], request: RunRequest, job: JobOwner): Promise<TrainResult> {
  const { run } = await new PipelineRun(engine, graph, request, shownOf(job, request)).run();
  const failed = new Set(run.stages.filter(({ error }) => error !== null).map(({ name }) => name));
  const rows = new Map((await engine.workspace().read((session) => readModels(session))).map((row) => [row.model, row]));
  const trained = Object.values(recommenders).flatMap(({ name }): SavedModelRow[] => {
    const row = rows.get(name);
    return row && models.includes(name) && !failed.has(`train-${name}`) ? [row] : [];
  });
  const result: TrainResult = { models: trained.map(({ model, seconds, peakMemoryMB, path, params }) => ({ model, seconds, peakMemoryMB, path, params })) };
  const error = run.stages.find((stage) => stage.error !== null)?.error;
  if (!error) return result;
  job.answer(result);
  throw ReelbenchError.from(error);
}

/** The job as a training shows it: a phase for each model, named by it, and none for the stages that are left out. Its result is not the run's. */
function shownOf(job: JobOwner, { only }: RunRequest): JobOwner {
  const titles = new Map<string, string>(trainStages.filter(({ name }) => only?.includes(name)).map(({ name, title }) => [name, title]));
  return {
    ...job,
    answer: () => undefined,
    side() {
      const side = job.side();
      let shown = false;
      return {
        ...side,
        phase(name, options) {
          const title = titles.get(name);
          shown = title !== undefined;
          if (title !== undefined) side.phase(title, options);
        },
        progress(...how) {
          if (shown) side.progress(...how);
        },
        phaseState(state) {
          if (shown) side.phaseState(state);
        },
      };
    },
  };
}
