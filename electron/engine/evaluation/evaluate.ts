import { type Entrant, type EvaluatedModel, type Evaluation, type Figure, type ModelName, type Protocol, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Clock } from '../workspace/clock.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { watchMemory } from '../workspace/peak-memory.ts';
import type { Cases } from './cases.ts';
import type { Contestant, Contests, Environment, Training } from './contest.ts';
import { definitionOf } from './definitions.ts';
import { descriptionOf } from './description.ts';
import { casesOf, trainingOf } from './fold-data.ts';
import { type Fold, role } from './folds.ts';
import { compare } from './inference/compare.ts';
import { meansWithIntervals } from './intervals.ts';
import type { EvaluationWriter, UserValues } from './kept.ts';
import { genresOf, measure, measureNames } from './measure.ts';
import type { Definitions, Genres } from './metrics.ts';
import type { Problem } from './problem.ts';
import { errorsOf, RatingErrors } from './rating-errors.ts';
import { CasesOfFolds, Tally } from './tally.ts';
import type { Part, Parts } from './unfinished.ts';
import { warningsOf } from './warnings.ts';

/** A model that competes, by a name that is unique. */
interface Competitor {
  readonly label: string;
  readonly entrant: Entrant;
  readonly published: EvaluatedModel['published'];
}

export interface Order {
  readonly id: string;
  /** When it was asked for first; ISO 8601. */
  readonly createdAt: string;
  readonly title: string;
  readonly preset: string | null;
  readonly protocol: Protocol;
  readonly competitors: readonly Competitor[];
  /** Published figures of the predictions that stand beside all others, `baseline` say. */
  readonly references?: readonly { readonly model: string; readonly published: EvaluatedModel['published'] }[];
}

export interface Tools {
  readonly contests: Contests<ModelName>;
  readonly environment: Omit<Environment, 'progress' | 'signal' | 'log'>;
  readonly job: JobContext;
  readonly clock: Clock;
  /** Takes what is finished as it goes, and has what was finished before. */
  readonly parts: Parts;
}

/** What is known of one model so far. */
interface Progress {
  readonly competitor: Pick<Competitor, 'label' | 'published'> & { readonly model: EvaluatedModel['model'] };
  params: Readonly<Record<string, unknown>>;
  readonly tally: Tally | undefined;
  readonly errors: RatingErrors | undefined;
  fitSeconds: number;
  scoreSeconds: number;
  peakMemory: number;
  bytes: number | null;
  error: string | null;
}

/** Names for entrants: the model, and where it competes more than once what its parameters are. */
export function labelled(entrants: readonly Entrant[]): { label: string; entrant: Entrant }[] {
  const named = entrants.map((entrant) => {
    const alone = entrants.filter(({ model }) => model === entrant.model).length === 1;
    const params = Object.entries(entrant.params).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return { entrant, label: alone ? entrant.model : [entrant.model, ...params].join(' ') };
  });
  const twice = named.find(({ label }, at) => named.findIndex((other) => other.label === label) !== at);
  if (twice) throw new ReelbenchError('invalid-arguments', `${twice.label} is named twice.`, { hint: 'Give it other parameters the second time, or leave it out.' });
  return named;
}

/** Fits every competitor on every fold, measures them, and writes what is found; the record is the caller's to finish. */
export async function evaluate(problem: Problem, { id, createdAt, title, preset, protocol, competitors, references: known = [] }: Order, { contests, environment, job, clock, parts }: Tools, writer: EvaluationWriter): Promise<Evaluation> {
  const began = clock().getTime();
  const { interactions } = problem;
  const { cutoffs, measures, seed } = protocol;
  const definitions: Definitions = { ndcg_ideal: protocol.ndcgIdeal, recall_of: protocol.recallOf };
  const users = interactions.userIds.length;
  const ranked = measures.includes('ranking');
  const rated = measures.includes('rating');
  const scale = scaleOf(interactions.ratings);
  const progress = competitors.map((competitor): Progress => ({
    competitor: { ...competitor, model: competitor.entrant.model }, params: competitor.entrant.params,
    tally: ranked ? new Tally(users, cutoffs.length * measureNames.length, Math.max(...cutoffs)) : undefined, errors: rated ? new RatingErrors(users) : undefined,
    fitSeconds: 0, scoreSeconds: 0, peakMemory: 0, bytes: null, error: null,
  }));
  const references: Progress[] = [];
  let first: { training: Training; cases: Cases; data: Evaluation['data']; warnings: Evaluation['warnings']; genres: Genres | undefined } | undefined;
  const asked = new CasesOfFolds();

  let number = 0;
  /** Seconds of what was finished before. */
  let taken = 0;
  for (const fold of problem.folds()) {
    number++;
    const at = number;
    const which = problem.foldCount > 1 ? `fold ${number} of ${problem.foldCount}: ` : '';
    job.phase(`${which}divide ratings`);
    const training = { ...trainingOf(fold, problem.terms(fold)), ...(problem.texts ? { texts: problem.texts } : {}) };
    if (training.ratings.indices.length === 0) throw new ReelbenchError('invalid-arguments', 'The protocol leaves no rating to learn from.', { hint: 'Hold out less.' });
    const cases = casesOf(fold, training.counts, { ...protocol, candidates: problem.candidates });
    const genres = genresOf(training.terms);
    first ??= { training, cases, genres, data: dataOf(fold, training, cases), warnings: [...problem.warnings, ...warningsOf(fold, training.counts, cases, protocol)] };
    const none = ranked && cases.userIds.length === 0;
    if (none && !rated) throw nothingToMeasure(fold);
    const rows = rowsOfUsers(interactions.userIds, cases.userIds);
    asked.add(rows, cases);
    const signalled: Environment = {
      ...environment, signal: job.signal, progress: (done, total) => job.progress(done, total, undefined, 'steps'), log: (message) => job.log('info', message),
      keeping: { clock, checkpoint: (about) => parts.checkpoint(at, about) },
    };
    const contest = contests.on(training, signalled, competitors.map(({ entrant }) => entrant.model));

    for (const [place, of] of progress.entries()) {
      const competitor = competitors[place];
      if (of.error !== null || !competitor) continue;
      const { entrant, label } = competitor;
      const print = contests.print(entrant.model, entrant.params, environment.parameters);
      const memory = watchMemory();
      try {
        let part = await parts.take(at, print);
        if (part) {
          job.phase(`${which}${label} is there`);
          taken += part.fitSeconds + part.scoreSeconds;
        } else {
          part = await measured(competitor);
          await parts.keep(at, print, part);
        }
        if (part.ranked) of.tally?.add(rows, part.ranked.values, part.ranked.lists, part.ranked.coverage);
        if (part.errors) of.errors?.add(part.errors);
        of.params = part.params;
        of.bytes = part.bytes;
        of.fitSeconds += part.fitSeconds;
        of.scoreSeconds += part.scoreSeconds;
        of.peakMemory = Math.max(of.peakMemory, part.peakMemory);
      } catch (thrown) {
        const error = toReelbenchError(thrown);
        if (job.signal.aborted || error.code === 'cancelled' || error.code === 'internal') throw thrown;
        of.error = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
        job.log('warn', `${label} is left out: ${of.error}`);
      } finally {
        of.peakMemory = Math.max(of.peakMemory, memory.peak());
        memory.stop();
      }

      async function measured({ entrant: { model, params }, label: name }: Competitor): Promise<Part> {
        job.phase(`${which}fit ${name}`, { unit: 'steps' });
        const contestant: Contestant = await contest.fit(model, params);
        try {
          let ranking: Part['ranked'];
          let scoreSeconds = 0;
          if (ranked && cases.userIds.length > 0) {
            job.phase(`${which}lists of ${name}`, { total: cases.userIds.length, unit: 'users' });
            const found = await measure(contestant, contest, cases, {
              cutoffs, definitions, genres, signal: job.signal, top: (scores, count) => environment.kernels.top(scores, count), progress: (done) => job.progress(done),
            });
            ranking = { values: found.perUser.values, lists: found.lists, coverage: found.coverage };
            scoreSeconds += found.seconds;
          }
          let errors: Part['errors'];
          if (rated && ratesFilms(contestant)) {
            job.phase(`${which}ratings by ${name}`, { unit: 'users' });
            errors = await errorsOf(fold, contestant, scale, job.signal);
            scoreSeconds += errors.seconds;
          }
          return { params: contestant.params, bytes: contestant.bytes, fitSeconds: contestant.seconds, scoreSeconds, peakMemory: memory.peak(), ranked: ranking, errors };
        } finally {
          await contestant.close();
        }
      }
    }
    if (none && progress.every(({ errors, error }) => error === null && errors?.rows().length === 0)) throw nothingToMeasure(fold);
    if (rated && progress.some(({ errors }) => (errors?.rows().length ?? 0) > 0)) {
      for (const reference of contests.references(training)) {
        let of = references.find(({ competitor }) => competitor.model === reference.name);
        if (!of) references.push((of = { competitor: { label: reference.name, model: reference.name, published: known.find(({ model }) => model === reference.name)?.published ?? [] }, params: {}, tally: undefined, errors: new RatingErrors(users), fitSeconds: 0, scoreSeconds: 0, peakMemory: process.memoryUsage.rss(), bytes: null, error: null }));
        const found = await errorsOf(fold, reference, scale, job.signal);
        of.errors?.add(found);
        of.scoreSeconds += found.seconds;
      }
    }
  }
  if (!first) throw new ReelbenchError('internal', 'A protocol made no fold.');

  job.phase('intervals', { unit: 'models' });
  const all = [...progress, ...references];
  const idsOf = (rows: Int32Array) => rows.map((row) => interactions.userIds[row] ?? 0);
  const models: EvaluatedModel[] = [];
  const compared = ranked ? `ndcg@${cutoffs[0] ?? 10}` : 'rmse';
  const perUser = new Map<string, UserValues>();
  const measuredRows = asked.rows();
  const ratingRows = all.find(({ errors }) => (errors?.rows().length ?? 0) > 0)?.errors?.rows() ?? new Int32Array(0);
  for (const [at, of] of all.entries()) {
    job.progress(at, all.length);
    const { metrics, values, lists } = await figuresOf(of, measuredRows, cutoffs, definitions, seed, job.signal);
    if (of.error === null && Object.keys(metrics).length === 0) of.error = rated && !ranked ? 'It does not predict ratings.' : 'There was nothing to measure.';
    await writer.model(at, values, lists);
    const own = values[compared];
    if (own) perUser.set(of.competitor.label, { users: idsOf(ranked ? measuredRows : ratingRows), values: own });
    models.push({
      label: of.competitor.label, model: of.competitor.model, params: { ...of.params }, metrics, fitSeconds: of.fitSeconds, scoreSeconds: of.scoreSeconds, peakMemoryMB: of.peakMemory / 2 ** 20,
      bytes: of.bytes, published: [...of.competitor.published], error: of.error,
    });
  }
  if (models.every(({ error }) => error !== null)) throw new ReelbenchError('invalid-arguments', `No model could be measured. ${models[0]?.error ?? ''}`);
  await writer.cases(asked.kept(idsOf, first.training, first.genres, problem.titles, ranked ? Math.max(...cutoffs) : 0), idsOf(ratingRows));
  job.phase('comparisons');
  const comparisons = perUser.size < 2 ? [] : await compare(perUser, { metric: compared, seed, signal: job.signal });
  const data = { ...first.data, measuredUsers: ranked ? measuredRows.length : ratingRows.length };
  return {
    id, title, createdAt, seconds: taken + (clock().getTime() - began) / 1000, preset, protocol,
    description: descriptionOf(protocol, data), data, models, comparisons, warnings: first.warnings,
  };
}

/** Whether a model predicts ratings. */
function ratesFilms(contestant: Contestant): contestant is Contestant & Required<Pick<Contestant, 'rate'>> {
  return contestant.rate !== undefined;
}

/** Means with intervals, and for each metric the values by user in the order of `rows` or of the users with test ratings. */
async function figuresOf({ tally, errors, error }: Progress, rows: Int32Array, cutoffs: readonly number[], definitions: Definitions, seed: number, signal: AbortSignal) {
  const metrics: Record<string, Figure> = {};
  const values: Record<string, Float64Array> = {};
  if (error !== null) return { metrics, values, lists: undefined };
  const ranked = tally !== undefined && rows.length > 0;
  if (ranked) {
    const width = cutoffs.length * measureNames.length;
    const all = tally.values(rows);
    const intervals = await meansWithIntervals({ users: rows.length, measures: width, values: all }, seed, signal);
    cutoffs.forEach((cutoff, at) => {
      measureNames.forEach((name, column) => {
        const place = at * measureNames.length + column;
        const own = Float64Array.from(rows, (_, user) => all[user * width + place] ?? Number.NaN);
        const users = own.reduce((sum, value) => sum + Number(!Number.isNaN(value)), 0);
        const interval = intervals[place];
        if (users === 0 || !interval) return;
        values[`${name}@${cutoff}`] = own;
        metrics[`${name}@${cutoff}`] = { ...interval, users, definition: definitionOf(name, cutoff, definitions) };
      });
      metrics[`coverage@${cutoff}`] = { value: tally.coverage()[at] ?? 0, low: null, high: null, users: rows.length, definition: definitionOf('coverage', cutoff, definitions) };
    });
  }
  const users = errors?.rows().length ?? 0;
  if (errors && users > 0) {
    const figures = await errors.figures(seed, signal);
    for (const name of ['rmse', 'mae'] as const) metrics[name] = { ...figures[name], users, definition: definitionOf(name, 0, definitions) };
    Object.assign(values, errors.perUser());
  }
  return { metrics, values, lists: ranked ? tally.lists(rows) : undefined };
}

function dataOf({ roles, interactions }: Fold, { counts, ratings, userIds }: Training, cases: Cases): Evaluation['data'] {
  const rated = new Uint8Array(interactions.movieIds.length);
  for (const film of interactions.films) rated[film] = 1;
  const test = roles.reduce((sum, of) => sum + Number(of === role.test), 0);
  return {
    users: Math.max(interactions.userIds.length, userIds.length), items: rated.reduce((sum, one) => sum + one, 0), train: ratings.indices.length, test,
    measuredUsers: cases.userIds.length, candidates: counts.reduce((sum, count) => sum + Number(count > 0), 0),
  };
}

function nothingToMeasure({ roles, interactions }: Fold): ReelbenchError {
  const test = roles.reduce((sum, of) => sum + Number(of === role.test), 0);
  const hint = test === 0 ? 'Nothing is held out: users have too few ratings.' : `${test} ratings of ${interactions.userIds.length} users are held out; their users are not known to the training part, or none is relevant.`;
  return new ReelbenchError('invalid-arguments', 'No user has a relevant film in the test part and ratings in the training part, so there is nothing to measure.', { hint: `${hint} Try another protocol or a lower threshold.` });
}

function rowsOfUsers(userIds: Int32Array, ids: Int32Array): Int32Array {
  const rows = new Map(Array.from(userIds, (id, row) => [id, row] as const));
  return ids.map((id) => rows.get(id) ?? -1);
}

function scaleOf(ratings: Float32Array): readonly [number, number] {
  return [ratings.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), ratings.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)];
}
