import { randomUUID } from 'node:crypto';
import { type Evaluation, type EvaluateRequest, type ModelName, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import type { JobOwner } from '../workspace/jobs.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Contests } from './contest.ts';
import { evaluate, labelled, type Order } from './evaluate.ts';
import { compareKept } from './inference/kept-comparisons.ts';
import { KeptEvaluations } from './kept.ts';
import { type Problem, workspaceProblem } from './problem.ts';

/** Evaluations: made as jobs, kept, and looked into. What it must know of algorithms is handed to it. */
export function evaluationCalls(engine: EngineContext, contests: Contests<ModelName>) {
  engine.whenOpened((workspace) => new KeptEvaluations(workspace).clear());
  const kept = () => new KeptEvaluations(engine.workspace());

  return {
    'evaluation.start': (request) => {
      const competitors = labelled(request.entrants).map((named) => ({ ...named, published: [] }));
      for (const { entrant } of competitors) contests.check(entrant.model, entrant.params, engine.parameters().values);
      const workspace = engine.workspace();
      return start(engine, contests, { title: titleOf(request), preset: null, protocol: request.protocol, competitors }, async (signal) => workspaceProblem(workspace, contests, request.protocol, signal));
    },
    'evaluation.compare': ({ id, metric, against }, { signal }) => compareKept(kept(), id, metric, against, signal),
    'evaluation.list': () => kept().list(),
    'evaluation.get': ({ id }) => kept().get(id),
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

function titleOf({ title, entrants, protocol }: EvaluateRequest): string {
  return title ?? `${[...new Set(entrants.map(({ model }) => model))].join(', ')}: ${protocol.name}`;
}
