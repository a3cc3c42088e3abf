import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import type { DataSize, Recommender } from './recommender.ts';
import { chosenBases, isOrdered, readsOf, recommenders } from './registry.ts';
import { measuredColumns, modelTable } from './saved-models.ts';
import { BY_TIME, RATING_BYTES, type TrainingTables, withTrainingData } from './training-data.ts';
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

/** Bytes that reading the ratings and fitting a model on them takes. */
export function trainingMemory(recommender: Recommender, size: DataSize, context: Parameters<Recommender['memory']>[1]): number {
  const kept = RATING_BYTES.kept + (isOrdered(recommender, context.parameters) ? RATING_BYTES.chronology : 0);
  return Math.max(RATING_BYTES.read * size.ratings, kept * size.ratings + recommender.memory(size, context));
}

/** How much there is for a model to learn from. */
export async function sizeOf(recommender: Recommender, context: Pick<StageContext, 'session' | 'read' | 'has' | 'parameters'>): Promise<DataSize> {
  const reads = readsOf(recommender, context.parameters);
  const terms = reads.filter((table) => table === 'movie_genres' || table === 'tags');
  const counts = async (table: string) => ((await context.has(table)) ? (await context.session.one<{ n: number }>(`SELECT count(*) AS n FROM ${context.read(table)}`)).n : 0);
  const counted = await Promise.all(terms.map(counts));
  const size = await context.session.one<Omit<DataSize, 'terms' | 'catalogue'>>(
    `SELECT count(*) AS ratings, approx_count_distinct(user_id) AS users, approx_count_distinct(movie_id) AS films FROM ${context.read('ratings')}`);
  const catalogue = reads.includes('movies') ? Math.max(size.films, await counts('movies')) : size.films;
  return { ...size, catalogue, terms: counted.reduce((sum, n) => sum + n, 0) };
}
