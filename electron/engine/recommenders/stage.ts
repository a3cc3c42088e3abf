import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import type { Recommender } from './recommender.ts';
import { chosenBases, isOrdered, readsOf, recommenders } from './registry.ts';
import { measuredColumns, modelTable } from './saved-models.ts';
import { BY_TIME, type TrainingTables, withTrainingData } from './training-data.ts';
import { requireFits, sizeOf, trainingMemory } from './training-size.ts';
import { trainModel } from './training.ts';

/** A stage for each model, a blend after its parts: it fits it on the cleaned ratings, saves it in a file, and writes a table of one row that tells of it. */
export const trainStages: readonly Stage[] = Object.values(recommenders).toSorted((a, b) => Number(a.bases.length > 0) - Number(b.bases.length > 0)).map(trainStage);

function trainStage(recommender: Recommender): Stage {
  const { name, title, reads, bases, parameters, version } = recommender;
  const uses = (table: string, values: ParameterValues) => readsOf(recommender, values).some((read) => read === table) || table === 'ratings' || chosenBases(recommender, values).map(modelTable).includes(table);
  return {
    name: `train-${name}`,
    title: `Train ${title}`,
    reads: ['ratings', ...reads, ...bases.map(modelTable)],
    uses,
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
      return trainingMemory(recommender, await sizeOf(recommender, context), { kernels: await context.kernels(), parameters: values });
    },
    async run(context) {
      if (!(await context.has('ratings'))) throw new ReelbenchError('not-ready', 'There are no cleaned ratings to learn from.', { hint: 'Import ratings first.' });
      requireFits(recommender, await sizeOf(recommender, context), { kernels: await context.kernels(), parameters: context.parameters }, process.availableMemory());
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

async function tablesOf(recommender: Recommender, context: StageContext): Promise<TrainingTables> {
  const reads = readsOf(recommender, context.parameters);
  const optional = async (table: Recommender['reads'][number]) => (reads.includes(table) && (await context.has(table)) ? context.read(table) : undefined);
  const movies = await optional('movies');
  return {
    ratings: context.read('ratings'), movies, movieGenres: await optional('movie_genres'), tags: await optional('tags'),
    order: isOrdered(recommender, context.parameters) ? BY_TIME : undefined,
    texts: reads.includes('movie_keywords')
      ? { movies, keywords: await optional('keywords'), movieKeywords: await optional('movie_keywords'), genomeTags: await optional('genome_tags'), genomeScores: await optional('genome_scores') }
      : undefined,
  };
}
