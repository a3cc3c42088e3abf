import { z } from 'zod';
import { ModelName } from '../../../shared/contract/index.ts';
import { literal } from '../workspace/sql.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import { type Cases, heldOut, readCases } from './cases.ts';
import type { Contest, Contests } from './contest.ts';
import { definitionOf } from './definitions.ts';
import { meansWithIntervals } from './intervals.ts';
import { genresOf, measure, measureNames } from './measure.ts';

/** One row of `evaluations`, without what is the same for all of them. */
const Row = z.object({
  model: ModelName, metric: z.string(), cutoff: z.number(), value: z.number(), low: z.number().nullable(), high: z.number().nullable(),
  fitSeconds: z.number(), scoreSeconds: z.number(),
});
type Row = z.infer<typeof Row>;

/** Of the metrics, those that runs are compared by, at the first cutoff. */
const compared = new Set(['ndcg', 'recall', 'hit_rate', 'coverage']);

/**
 * Measures the models of `train.models` on the test part of the split, each fitted on the training part. The rooms of
 * stages do not know one another, so what it must know of algorithms, how to fit one and how to ask it, is handed to it.
 */
export function evaluateStage(contests: Pick<Contests<ModelName>, 'parameters' | 'version' | 'memory' | 'hold'>): Stage {
  return {
    name: 'evaluate',
    title: 'Measure the recommenders on the test part',
    reads: ['splits', 'ratings', 'movies', 'movie_genres', 'tags', 'keywords', 'movie_keywords', 'genome_tags', 'genome_scores'],
    optional: ['keywords', 'movie_keywords', 'genome_tags', 'genome_scores'],
    writes: ['evaluations'],
    parameters: ['evaluate.cutoffs', 'evaluate.threshold', 'evaluate.max_users', 'evaluate.ndcg_ideal', 'evaluate.recall_of', 'split.method', 'train.models', 'engine.seed', ...contests.parameters],
    version: 2 + contests.version,
    measured: ['fit_seconds', 'score_seconds'],
    critical: false,
    enabled: ({ evaluate, train }) => evaluate.enabled && train.models.length > 0,
    async memory(context) {
      return (await context.has('ratings')) ? contests.memory(context, context.parameters.train.models) : 0;
    },
    async run(context) {
      const { session, read, has, parameters } = context;
      if (!(await has('splits'))) {
        context.log('warn', 'There is no split of ratings, so there is nothing to measure.');
        return { rowsIn: 0, rowsOut: 0 };
      }
      await session.run(`CREATE OR REPLACE TEMP TABLE evaluation_training AS SELECT user_id, movie_id, rating, rated_at FROM ${read('ratings')} ANTI JOIN ${heldOut(context)} USING (user_id, movie_id)`);
      const tags = (await has('tags')) ? `(SELECT * FROM ${read('tags')} ANTI JOIN ${heldOut(context)} USING (user_id, movie_id))` : undefined;
      context.progress(0, undefined, 'read ratings');
      return contests.hold(context, { ratings: 'evaluation_training', tags }, async (contest) => {
        await session.run('DROP TABLE evaluation_training');
        const cases = await readCases(context, contest.movieIds);
        if (cases.userIds.length === 0) context.log('warn', 'No user has a relevant film in the test part, so there is nothing to measure.');
        if (cases.userIds.length < cases.eligible) context.log('info', `${cases.userIds.length} of ${cases.eligible} users are measured (evaluate.max_users).`);
        const rows = cases.userIds.length > 0 ? await measureAll(context, contest, cases) : [];
        await writeEvaluations(context, contest, cases, rows);
        const figures = rows.filter(({ metric, cutoff }) => cutoff === parameters.evaluate.cutoffs[0] && compared.has(metric)).map(({ model, metric, cutoff, value }) => [`${model} ${metric}@${cutoff}`, value] as const);
        return { rowsIn: contest.ratings, rowsOut: rows.length, figures: Object.fromEntries(figures) };
      });
    },
  };
}

/** Model by model; those that an earlier run with the same inputs came to are not measured again. */
async function measureAll(context: StageContext, contest: Contest<ModelName>, cases: Cases): Promise<Row[]> {
  const { models } = context.parameters.train;
  const kept = await context.checkpoint.read();
  const rows = kept ? z.array(Row).parse(JSON.parse(kept.toString())) : [];
  const measured = new Set(rows.map(({ model }) => model));
  if (measured.size > 0) context.log('info', `Measured already: ${[...measured].join(', ')}.`);
  for (const [at, model] of models.entries()) {
    if (measured.has(model)) continue;
    rows.push(...(await measureModel(context, contest, cases, model)));
    await context.checkpoint.write(Buffer.from(JSON.stringify(rows)), `${at + 1} of ${models.length} models`);
  }
  return rows;
}

async function measureModel(context: StageContext, contest: Contest<ModelName>, cases: Cases, model: ModelName): Promise<Row[]> {
  const { cutoffs, ...definitions } = context.parameters.evaluate;
  const users = cases.userIds.length;
  context.progress(0, undefined, `fit ${model}`, 'steps');
  const contestant = await contest.fit(model);
  const kernels = await context.kernels();
  context.progress(0, users, `lists of ${model}`, 'users');
  const measured = await measure(contestant, contest, cases, {
    cutoffs, definitions, signal: context.signal, genres: genresOf(contest.terms),
    top: (scores, count) => kernels.top(scores, count),
    progress: (done) => context.progress(done, users),
  });
  await contestant.close();
  const intervals = await meansWithIntervals(measured.perUser, context.parameters.engine.seed, context.signal);
  const of = { model, fitSeconds: contestant.seconds, scoreSeconds: measured.seconds };
  return cutoffs.flatMap((cutoff, at): Row[] => [
    ...measureNames.map((metric, column) => {
      const { value, low, high } = intervals[at * measureNames.length + column] ?? { value: Number.NaN, low: Number.NaN, high: Number.NaN };
      return { ...of, metric: columnOf(metric), cutoff, value, low, high };
    }).filter(({ value }) => !Number.isNaN(value)),
    { ...of, metric: 'coverage', cutoff, value: measured.coverage[at] ?? 0, low: null, high: null },
  ]);
}

/** A metric's name in tables, whose names have no hyphens. */
const columnOf = (metric: string) => metric.replaceAll('-', '_');

/**
 * `evaluations`, one row a model, metric and cutoff: the mean over the users and its 95 % interval (none for what is no
 * mean over users), on how many users of how many, how long fitting and listing took, and what exactly was measured.
 */
async function writeEvaluations({ session, write, parameters }: StageContext, contest: Contest<ModelName>, cases: Cases, rows: readonly Row[]): Promise<void> {
  await session.run(`
    CREATE TABLE ${write('evaluations')} (
      model VARCHAR, metric VARCHAR, cutoff INTEGER, value DOUBLE, low DOUBLE, high DOUBLE, users BIGINT, of_users BIGINT,
      fit_seconds DOUBLE, score_seconds DOUBLE, definition VARCHAR, protocol VARCHAR
    )`);
  const protocol = protocolOf(parameters, contest, cases);
  for (const { model, metric, cutoff, value, low, high, fitSeconds, scoreSeconds } of rows) {
    await session.run(`INSERT INTO ${write('evaluations')} VALUES (?, ?, ?, ?, ?, ?, ${cases.userIds.length}, ${cases.eligible}, ?, ?, ${literal(definitionOf(metric.replaceAll('_', '-'), cutoff, parameters.evaluate))}, ${literal(protocol)})`,
      [model, metric, cutoff, value, low, high, fitSeconds, scoreSeconds]);
  }
}

function protocolOf({ split, evaluate, engine }: StageContext['parameters'], contest: Contest<ModelName>, cases: Cases): string {
  const candidates = contest.counts.reduce((sum, count) => sum + Number(count > 0), 0);
  const users = cases.userIds.length < cases.eligible ? `${cases.userIds.length} users drawn from ${cases.eligible} (seed ${engine.seed})` : `all ${cases.eligible} users with a relevant test film`;
  return [
    `split ${split.method}`,
    `fitted on ${contest.ratings} ratings`,
    evaluate.threshold === undefined ? 'every test rating is relevant' : `test ratings from ${evaluate.threshold} are relevant`,
    `${users}${cases.unknown === 0 ? '' : `, without ${cases.unknown} of whom nothing else is known`}`,
    `all ${candidates} films with a training rating are ranked, less those shown`,
    'ties to the smaller id',
  ].join('; ');
}
