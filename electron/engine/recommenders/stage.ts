import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Stage } from '../workspace/stage.ts';
import { writeModels } from './saved-models.ts';
import { trainingInputs, trainModels } from './training.ts';

/** Fits the models named in `train.models` on the cleaned ratings and records them in `models`. */
export const trainStage: Stage = {
  name: 'train',
  title: 'Train recommenders',
  reads: trainingInputs,
  writes: ['models'],
  parameters: ['train.models', 'recommenders', 'engine.seed'],
  version: 1,
  async run(context) {
    if (!(await context.has('ratings'))) throw new ReelbenchError('not-ready', 'There are no cleaned ratings to learn from.', { hint: 'Import ratings first.' });
    const optional = async (table: string) => ((await context.has(table)) ? context.read(table) : undefined);
    const { rows, ratings } = await trainModels({
      models: context.parameters.train.models,
      tables: { ratings: context.read('ratings'), movies: context.read('movies'), movieGenres: await optional('movie_genres'), tags: await optional('tags') },
      session: context.session, workspace: context.workspace, parameters: context.parameters, kernels: await context.kernels(), clock: context.clock, runId: context.runId,
      job: context,
    });
    // Models that were trained by hand stay; should the data have changed, they are shown as out of date.
    const before = await optional('models');
    await writeModels(context.session, context.write('models'), before, rows);
    return { rowsIn: ratings, rowsOut: rows.length };
  },
};
