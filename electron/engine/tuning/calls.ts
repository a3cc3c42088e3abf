import { randomUUID } from 'node:crypto';
import { type ModelName, type Parsed, ReelbenchError, type Tuning } from '../../../shared/contract/index.ts';
import { metricWords, modelWords } from '../../../shared/domain/metric-words.ts';
import { FILES_NOT_SEARCHED, whyNotSearched } from '../../../shared/domain/unsearched.ts';
import type { Contests } from '../evaluation/contest.ts';
import { workspaceProblem } from '../evaluation/problem.ts';
import type { Recommender } from '../recommenders/recommender.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import type { JobOwner } from '../workspace/jobs.ts';
import { parameterPath, toCell, valueAt } from '../workspace/parameter-schema.ts';
import { type Record, Tunings } from './records.ts';
import { checkUnfinished, search } from './search.ts';
import { checkDimensions, cornersOf } from './space.ts';
import { type TrainingPart, trainingPart } from './training-part.ts';
import { metricOf } from './trial.ts';

type Request = Parsed<'tune.start'>;

/** A round of halving on fewer users than this says nothing. */
const FEWEST_USERS = 150;

/** Searches for parameters: jobs whose trials are kept one by one. What it must know of algorithms is handed to it. */
export function tuningCalls(engine: EngineContext, contests: Contests<ModelName>, recommenders: Readonly<{ [M in ModelName]: Pick<Recommender, 'space' | 'effort'> }>) {
  engine.whenOpened((workspace) => new Tunings(workspace).open());
  const tunings = () => new Tunings(engine.workspace());

  /** Works on a search as a job; `begin` answers it once the training part is divided. */
  function start(request: Request, begin: (part: TrainingPart, jobId: string) => Record): { jobId: string } {
    const other = engine.jobs.list().find(({ kind, status }) => kind === 'tune' && status === 'running');
    if (other) throw new ReelbenchError('not-ready', `This is still running: ${other.title}.`, { hint: 'Wait for its end or cancel it.' });
    const started = engine.jobs.start('tune', `Search parameters of ${modelWords(request.model)} by ${metricWords(request.metric)}`, async (job) => {
      job.phase('divide the training part');
      const part = trainingPart(await workspaceProblem(engine.workspace(), contests, request.protocol, job.signal), request.protocol);
      return work(begin(part, started.jobId), part, job);
    });
    return { jobId: started.jobId };
  }

  async function work(record: Record, part: TrainingPart, job: JobOwner): Promise<Tuning> {
    const store = tunings();
    const path = recommenders[record.request.model].effort;
    const { values } = engine.parameters();
    return tuningOf(await search(record, part, {
      contests, job, clock: engine.clock, environment: { kernels: await engine.kernels(), parameters: { ...values, engine: { ...values.engine, seed: record.request.protocol.seed } } },
      effort: path === undefined ? undefined : { path, value: Number(inForce(record.request.model, path)) },
      keep: (head, trial) => store.keep(head, trial),
    }));
  }

  const spaceOf = (model: ModelName) => [...(recommenders[model].space?.(engine.parameters().values) ?? [])];
  const inForce = (model: ModelName, path: string) => valueAt(engine.parameters().values, parameterPath(wholePath(model, path)));
  /** The ratings as they are divided, and the model's parameters that are not searched. */
  const fingerprintOf = (model: ModelName, part: TrainingPart) => `${part.fingerprint} ${JSON.stringify(valueAt(engine.parameters().keyed, ['recommenders', model]) ?? null)}`;

  return {
    'tune.space': ({ model }) => spaceOf(model),
    'tune.list': async () => (await tunings().list()).map(tuningOf),
    'tune.get': async ({ id }) => tuningOf(await tunings().get(id)),

    'tune.start': (request) => {
      const { model } = request;
      const space = request.space.length > 0 ? request.space : spaceOf(model);
      if (space.length === 0) throw new ReelbenchError('invalid-arguments', `${modelWords(model)} has no parameters to search. ${whyNotSearched(model)}`, { hint: 'Name parameters with their ranges, or search another model.' });
      if (request.protocol.name === 'files') throw new ReelbenchError('invalid-arguments', 'Protocol files cannot be searched.', { hint: FILES_NOT_SEARCHED });
      checkDimensions(space);
      metricOf(request.metric);
      for (const params of cornersOf(space)) contests.check(model, params, engine.parameters().values);
      return start(request, (part, jobId) => ({
        id: randomUUID(), createdAt: engine.clock().toISOString(), request, state: 'running', seconds: 0, trials: [], best: null, space, check: null, verdict: null, jobId, applied: false, error: null,
        current: Object.fromEntries(space.map(({ path }) => [path, toCell(inForce(model, path))])),
        rounds: recommenders[model].effort === undefined ? 1 + Math.max(0, Math.floor(Math.log(part.users / FEWEST_USERS) / Math.log(3))) : 3,
        fingerprint: fingerprintOf(model, part), basis: basisOf(request, part),
      }));
    },

    'tune.resume': async ({ id, trials, seconds }) => {
      const before = await tunings().get(id);
      if (trials !== undefined && before.request.method === 'halving') throw new ReelbenchError('invalid-arguments', 'A search by halving cannot be given more trials: they decide how many it begins with.', { hint: 'Start another one.' });
      const request = { ...before.request, trials: trials ?? before.request.trials, seconds: seconds ?? before.request.seconds };
      checkUnfinished({ ...before, request });
      return start(request, (part, jobId) => {
        if (fingerprintOf(request.model, part) !== before.fingerprint) {
          throw new ReelbenchError('not-ready', 'The ratings, or the parameters of the model, are no longer those of this search.', { hint: 'Start another one: trials of the two could not be compared.' });
        }
        return { ...before, request, jobId, error: null, check: null, verdict: null };
      });
    },

    'tune.remove': async ({ id }) => {
      const { jobId } = await tunings().get(id);
      if (jobId !== null && engine.jobs.list().some((job) => job.id === jobId && job.status === 'running')) throw new ReelbenchError('not-ready', 'This search is still running.', { hint: 'Cancel it first.' });
      await tunings().remove(id);
      return {};
    },

    'tune.apply': async ({ id }) => {
      const { trials: _, ...head } = await tunings().get(id);
      if (!head.best) throw new ReelbenchError('not-ready', 'This search has not found parameters yet.');
      try {
        for (const [path, value] of Object.entries(head.best.params)) await engine.parameters().set(wholePath(head.request.model, path), toCell(value));
      } finally {
        engine.emit({ name: 'workspace.changed', data: { what: 'params' } });
      }
      await tunings().keep({ ...head, applied: true });
      return engine.parameters().list();
    },
  } satisfies Calls;
}

/** Parameters are named as after `recommenders.<model>.`, or whole where they are another model's. */
const wholePath = (model: ModelName, path: string): string => (path.startsWith('recommenders.') ? path : `recommenders.${model}.${path}`);

function tuningOf({ fingerprint: _fingerprint, current: _current, rounds: _rounds, ...tuning }: Record): Tuning {
  return tuning;
}

function basisOf({ metric, method }: Request, { users, ratings, test, about }: TrainingPart): string {
  const count = (n: number) => n.toLocaleString('en');
  return `Measured by ${metricWords(metric)} on ${about}: ${count(ratings)} ratings of ${count(users)} users. Half of the users are kept for the check of the best${method === 'halving' ? '; a round with a smaller budget says less' : ''}. The test part (${count(test)} ratings) was left out before the search began.`;
}
