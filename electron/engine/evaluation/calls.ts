import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Evaluation, type EvaluateRequest, type FileRef, type ModelName, type Protocol, ReelbenchError, type UnfinishedEvaluation } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import type { JobOwner } from '../workspace/jobs.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { RememberedPaths } from '../workspace/remembered-paths.ts';
import type { Contests } from './contest.ts';
import { listDifference, userDifferences } from './differences.ts';
import { segmentsOf } from './segments.ts';
import { evaluate, labelled, type Order } from './evaluate.ts';
import { compareKept } from './inference/kept-comparisons.ts';
import { KeptEvaluations } from './kept.ts';
import { offered, orderOf, presetNamed, presetProblem } from './reproduce.ts';
import { filesProblem, filmsOf, type GivenFiles, type Problem, workspaceProblem } from './problem.ts';
import { type Again, UnfinishedEvaluations } from './unfinished.ts';

/** Evaluations: made as jobs, kept, and looked into. What it must know of algorithms is handed to it. */
export function evaluationCalls(engine: EngineContext, contests: Contests<ModelName>) {
  engine.whenOpened((workspace) => new UnfinishedEvaluations(workspace).clear(engine.clock));
  const kept = () => new KeptEvaluations(engine.workspace());
  const unfinished = () => new UnfinishedEvaluations(engine.workspace());
  /** The evaluation that is under way. */
  const running: { id?: string } = {};

  const ask = (request: EvaluateRequest) => {
    const competitors = labelled(request.entrants).map((named) => ({ ...named, published: [] }));
    for (const { entrant } of competitors) contests.check(entrant.model, entrant.params, engine.parameters().values);
    const workspace = engine.workspace();
    const { protocol } = request;
    const files = givenFiles(engine, protocol);
    const again: Again = { kind: 'request', request, files: files === undefined ? null : { train: files.train, test: files.test, negatives: files.negatives ?? null } };
    return start(engine, contests, running, { title: titleOf(request), preset: null, protocol, competitors }, again, (signal) =>
      files ? filesProblem(files, protocol, (movieIds) => filmsOf(workspace, movieIds), signal) : workspaceProblem(workspace, contests, protocol, signal));
  };
  const askPreset = ({ preset: name, data, models, seed }: { preset: string; data: FileRef; models: readonly string[]; seed?: number | undefined }) => {
    const preset = presetNamed(name);
    const { order, leftOut } = orderOf(preset, models, seed, contests, engine.parameters().values);
    const folder = engine.files.path(data);
    const again: Again = { kind: 'preset', preset: name, models: [...models], seed: seed ?? null, data: folder };
    return start(engine, contests, running, order, again, (signal) => presetProblem(preset, order.protocol, folder, leftOut, signal));
  };

  return {
    'evaluation.start': ask,
    'evaluation.presets': () => offered(),
    'evaluation.preset': askPreset,
    'evaluation.unfinished': async (): Promise<UnfinishedEvaluation[]> => {
      const granted = await new RememberedPaths(engine).all();
      const orders = (await unfinished().list()).filter(({ id }) => id !== running.id);
      return orders.map(({ id, title, createdAt, preset, protocol, models, prints, folds, done, bytes, again }) => ({ id, title, createdAt, preset, protocol, models, done, total: prints.length * folds, bytes, hindrance: hindranceOf(again, granted) }));
    },
    'evaluation.resume': async ({ id }) => {
      const { again } = await unfinished().get(id);
      const hindrance = hindranceOf(again, await new RememberedPaths(engine).all());
      if (hindrance !== null) throw new ReelbenchError('forbidden', hindrance, { hint: 'Set it up anew with the same files: what is finished is taken up.' });
      const grant = (file: string) => engine.files.grant(file);
      if (again.kind === 'preset') return askPreset({ preset: again.preset, data: await grant(again.data), models: again.models, ...(again.seed === null ? {} : { seed: again.seed }) });
      if (again.files === null) return ask(again.request);
      const { train, test, negatives } = again.files;
      return ask({ ...again.request, protocol: { ...again.request.protocol, train: await grant(train), test: await grant(test), negatives: negatives === null ? null : await grant(negatives) } });
    },
    'evaluation.compare': ({ id, metric, against }, { signal }) => compareKept(kept(), id, metric, against, signal),
    'evaluation.list': () => kept().list(),
    'evaluation.get': ({ id }) => kept().get(id),
    'evaluation.segments': (input, { signal }) => segmentsOf(kept(), input, signal),
    'evaluation.users': (input) => userDifferences(kept(), input),
    'evaluation.lists': (input) => listDifference(kept(), input),
    'evaluation.remove': async ({ id }) => {
      if (id === running.id) throw new ReelbenchError('not-ready', 'This evaluation is under way.', { hint: 'Cancel it first.' });
      if (!(await unfinished().remove(id))) await kept().remove(id);
      return {};
    },
  } satisfies Calls;
}

/** Starts an evaluation as a job; it is listed from its end on, as a whole. What it finishes before is kept, and taken up where the same is asked of the same data again. */
function start(engine: EngineContext, contests: Contests<ModelName>, running: { id?: string }, order: Omit<Order, 'id' | 'createdAt'>, again: Again, read: (signal: AbortSignal) => Promise<Problem>): { jobId: string } {
  const other = engine.jobs.list().find(({ kind, status }) => kind === 'evaluate' && status === 'running');
  if (other) throw new ReelbenchError('not-ready', `This is still running: ${other.title}.`, { hint: 'Wait for its end or cancel it.' });
  const workspace = engine.workspace();
  const [kept, unfinished] = [new KeptEvaluations(workspace), new UnfinishedEvaluations(workspace)];
  const values = engine.parameters().values;
  const { protocol, competitors } = order;
  const { jobId } = engine.jobs.start('evaluate', order.title, async (job: JobOwner): Promise<Evaluation> => {
    job.phase('read ratings');
    const problem = await read(job.signal);
    const parameters: ParameterValues = { ...values, engine: { ...values.engine, seed: protocol.seed } };
    await new RememberedPaths(engine).add(pathsOf(again));
    const { id, createdAt, parts } = await unfinished.begin({
      id: `${engine.clock().toISOString().replaceAll(/[-:]|\.\d+Z/g, '')}_${randomUUID().slice(0, 6)}`, createdAt: engine.clock().toISOString(), task: taskOf(protocol, await problem.print()),
      title: order.title, preset: order.preset, protocol: protocol.name, models: competitors.map(({ label }) => label),
      prints: competitors.map(({ entrant }) => contests.print(entrant.model, entrant.params, parameters)), folds: problem.foldCount, again,
    });
    running.id = id;
    try {
      const writer = await kept.begin(id);
      const evaluation = await evaluate(problem, { ...order, id, createdAt }, { contests, environment: { kernels: await engine.kernels(), parameters }, job, clock: engine.clock, parts }, writer);
      await writer.finish(evaluation);
      await unfinished.ended(id);
      return evaluation;
    } catch (error) {
      // What is wrong with what was asked stays wrong: nothing could go on.
      const { code } = toReelbenchError(error);
      const done = await unfinished.brokenOff(id, code !== 'invalid-arguments' && code !== 'invalid-input');
      if (done === 0) throw error;
      const left = `${done} of ${competitors.length * problem.foldCount} parts are finished and kept`;
      const hint = 'The same evaluation on the same data goes on from them.';
      job.log('info', `${left}. ${hint}`);
      throw job.signal.aborted ? new ReelbenchError('cancelled', `Cancelled; ${left}.`, { hint, cause: error }) : error;
    } finally {
      delete running.id;
    }
  });
  return { jobId };
}

/** What parts are of: the data and all that the protocol decides. */
function taskOf({ train: _train, test: _test, negatives: _negatives, ...protocol }: Protocol, data: string): string {
  return createHash('sha256').update(JSON.stringify([1, protocol, data])).digest('hex');
}

function pathsOf(again: Again): string[] {
  if (again.kind === 'preset') return [again.data];
  return again.files === null ? [] : [again.files.train, again.files.test, ...(again.files.negatives === null ? [] : [again.files.negatives])];
}

/** Why an evaluation cannot go on by itself: files of another machine, or that a browser sent, are to be given again. */
function hindranceOf(again: Again, granted: ReadonlySet<string>): string | null {
  const missing = pathsOf(again).find((file) => !granted.has(file) || !existsSync(file));
  return missing === undefined ? null : `${path.basename(missing)} is to be chosen again.`;
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
