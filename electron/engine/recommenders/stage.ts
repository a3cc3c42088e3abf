import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import type { DataSize, Recommender } from './recommender.ts';
import { recommenders } from './registry.ts';
import { measuredColumns, modelTable } from './saved-models.ts';
import { BY_TIME, RATING_BYTES, type TrainingTables, withTrainingData } from './training-data.ts';
import { trainModel } from './training.ts';

/** A stage for each model: it fits it on the cleaned ratings, saves it in a file, and writes a table of one row that tells of it. */
export const trainStages: readonly Stage[] = Object.values(recommenders).map(trainStage);

function trainStage(recommender: Recommender): Stage {
  const { name, title, reads, bases, parameters, version } = recommender;
  return {
    name: `train-${name}`,
    title: `Train ${title}`,
    reads: ['ratings', ...reads, ...bases.map(modelTable)],
    writes: [modelTable(name)],
    parameters,
    version,
    measured: measuredColumns,
    // A model that cannot be trained, for want of memory say, keeps none of the others from being trained.
    critical: false,
    enabled: ({ train }) => train.models.includes(name),
    async memory(context) {
      if (!(await context.has('ratings'))) return 0;
      const { parameters: values } = context;
      const size = await sizeOf(recommender, context);
      const fit = recommender.memory(size, { kernels: await context.kernels(), parameters: values });
      return Math.max(RATING_BYTES.read * size.ratings, (RATING_BYTES.kept + (recommender.ordered ? RATING_BYTES.chronology : 0)) * size.ratings + fit);
    },
    async run(context) {
      if (!(await context.has('ratings'))) throw new ReelbenchError('not-ready', 'There are no cleaned ratings to learn from.', { hint: 'Import ratings first.' });
      context.phase('Read ratings');
      const tables = await tablesOf(recommender, context);
      return withTrainingData(context.session, tables, `${context.workspace.directory} ${tables.ratings}`, async (train) => {
        context.phase('Fit', { unit: 'steps' });
        const row = await trainModel(name, train, context);
        return { rowsIn: train.ratings.indices.length, rowsOut: 1, files: [row.path] };
      });
    },
  };
}

async function tablesOf({ reads, ordered }: Recommender, context: StageContext): Promise<TrainingTables> {
  const optional = async (table: Recommender['reads'][number]) => (reads.includes(table) && (await context.has(table)) ? context.read(table) : undefined);
  return { ratings: context.read('ratings'), movies: await optional('movies'), movieGenres: await optional('movie_genres'), tags: await optional('tags'), order: ordered ? BY_TIME : undefined };
}

/** How much there is for a model to learn from. */
export async function sizeOf({ reads }: Recommender, context: StageContext): Promise<DataSize> {
  const terms = reads.filter((table) => table !== 'movies');
  const counted = await Promise.all(terms.map(async (table) => ((await context.has(table)) ? (await context.session.one<{ n: number }>(`SELECT count(*) AS n FROM ${context.read(table)}`)).n : 0)));
  const size = await context.session.one<Omit<DataSize, 'terms'>>(
    `SELECT count(*) AS ratings, approx_count_distinct(user_id) AS users, approx_count_distinct(movie_id) AS films FROM ${context.read('ratings')}`);
  return { ...size, terms: counted.reduce((sum, n) => sum + n, 0) };
}
