import { randomUUID } from 'node:crypto';
import { type Evaluation, type EvaluateRequest, type ModelName, type Protocol, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import type { JobOwner } from '../workspace/jobs.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Contests } from './contest.ts';
import { listDifference, userDifferences } from './differences.ts';
import { segmentsOf } from './segments.ts';
import { evaluate, labelled, type Order } from './evaluate.ts';
import { compareKept } from './inference/kept-comparisons.ts';
import { KeptEvaluations } from './kept.ts';
import { offered, orderOf, presetNamed, presetProblem } from './reproduce.ts';
import { filesProblem, filmsOf, type GivenFiles, type Problem, workspaceProblem } from './problem.ts';

/** Evaluations: made as jobs, kept, and looked into. What it must know of algorithms is handed to it. */
export function evaluationCalls(engine: EngineContext, contests: Contests<ModelName>) {
  engine.whenOpened((workspace) => new KeptEvaluations(workspace).clear());
  const kept = () => new KeptEvaluations(engine.workspace());

  return {
    'evaluation.start': (request) => {
      const competitors = labelled(request.entrants).map((named) => ({ ...named, published: [] }));
      for (const { entrant } of competitors) contests.check(entrant.model, entrant.params, engine.parameters().values);
      const workspace = engine.workspace();
      const { protocol } = request;
      const files = givenFiles(engine, protocol);
      return start(engine, contests, { title: titleOf(request), preset: null, protocol, competitors }, (signal) =>
        files ? filesProblem(files, protocol, (movieIds) => filmsOf(workspace, movieIds), signal) : workspaceProblem(workspace, contests, protocol, signal));
    },
    'evaluation.presets': () => offered(),
    'evaluation.preset': ({ preset: name, data, models, seed }) => {
      const preset = presetNamed(name);
      const { order, leftOut } = orderOf(preset, models, seed, contests, engine.parameters().values);
      const folder = engine.files.path(data);
      return start(engine, contests, order, (signal) => presetProblem(preset, order.protocol, folder, leftOut, signal));
    },
    'evaluation.compare': ({ id, metric, against }, { signal }) => compareKept(kept(), id, metric, against, signal),
    'evaluation.list': () => kept().list(),
    'evaluation.get': ({ id }) => kept().get(id),
    'evaluation.segments': (input, { signal }) => segmentsOf(kept(), input, signal),
    'evaluation.users': (input) => userDifferences(kept(), input),
    'evaluation.lists': (input) => listDifference(kept(), input),
    'evaluation.remove': async ({ id }) => {
      await kept().remove(id);
      return {};
    },
  } satisfies Calls;
}

/** Starts an evaluation as a job; it is listed from its end on, as a whole. */
function start(engine: EngineContext, contests: Contests<ModelName>, order: Omit<Order, 'id'>, read: (signal: AbortSignal) => Promise<Problem>): { jobId: string } {
  const other = engine.jobs.list().find(({ kind, status }) => kind === 'evaluate' && status === 'running');
  if (other) throw new ReelbenchError('not-ready', `This is still running: ${other.title}.`, { hint: 'Wait for its end or cancel it.' });
  const kept = new KeptEvaluations(engine.workspace());
  const values = engine.parameters().values;
  const { jobId } = engine.jobs.start('evaluate', order.title, async (job: JobOwner): Promise<Evaluation> => {
    job.phase('read ratings');
    const problem = await read(job.signal);
    const id = `${engine.clock().toISOString().replaceAll(/[-:]|\.\d+Z/g, '')}_${randomUUID().slice(0, 6)}`;
    const parameters: ParameterValues = { ...values, engine: { ...values.engine, seed: order.protocol.seed } };
    const writer = await kept.begin(id);
    try {
      const evaluation = await evaluate(problem, { ...order, id }, { contests, environment: { kernels: await engine.kernels(), parameters }, job, clock: engine.clock }, writer);
      await writer.finish(evaluation);
      return evaluation;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  });
  return { jobId };
}

/** Paths of the files that a protocol names; undefined where it names none. */
function givenFiles({ files }: EngineContext, { name, train, test, negatives }: Protocol): GivenFiles | undefined {
  if (name !== 'files') {
    if (train ?? test ?? negatives) throw new ReelbenchError('invalid-arguments', `Protocol ${name} divides the ratings itself: files go with protocol files.`, { hint: 'Leave the files out, or choose protocol files.' });
    return undefined;
  }
  if (!train || !test) throw new ReelbenchError('invalid-arguments', 'Protocol files needs a training file and a test file.', { hint: 'At a terminal: --train FILE --test FILE.' });
  return { train: files.path(train), test: files.path(test), negatives: negatives === null ? undefined : files.path(negatives) };
}

function titleOf({ title, entrants, protocol }: EvaluateRequest): string {
  return title ?? `${[...new Set(entrants.map(({ model }) => model))].join(', ')}: ${protocol.name}`;
}
